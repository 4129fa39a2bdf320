"""Owns how the best matches of many are found without scoring all of them: the best ways to match first.

For `tantivy_snapshot`. A score is a sum of known levels (`tantivy_ranking`), so what a document can earn at most is known
before any is looked at. Ways to match are thought through from the best one down: which level each term would have to
stand in. A way whose levels stand together in no document is left out, with all that goes on from it. Documents of the others
are fetched, the newest first, until so many are there that no way left over can earn more.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, count
from typing import Any, NamedTuple

import tantivy
from tantivy import Query

from catalog.search import matching, ties
from catalog.search.tantivy_ranking import Level, Ranking
from catalog.search.tantivy_schema import all_of, holding

Hit = tuple[Any, tantivy.DocAddress]
"""What a document is sorted by, and where it is."""
Newest = Callable[[Sequence[Query], int, float], list[Hit]]
"""Gives the newest of those that match all queries, so many; if the third says how many match, about, then from among the latest only."""
MOST_KNOWN = 20_000
"""Combinations of which it is remembered whether a document has them."""
MOST_WAYS = 400
"""Ways that are thought through before everything is scored instead."""
SHARE, ALONE = 1 / 3, 3 / 4
"""Of what scoring everything costs, so much is spent on looking for the best ways: of several words, and of one."""
EACH = 2_000
"""What any question to the index costs beside its documents, in documents."""
FEW = 20_000
"""Of fewer documents it is asked at once whether they have two terms together; of more, when their best are fetched."""
MANY = 16
"""So many times the documents that are asked for are worth looking for among the latest first."""
AT_LEAST = 1 / 16
"""Of the documents of the rarest level, so many are reckoned to have the others of a way too, if not more."""


class Slot(NamedTuple):
    """A term that may stand in a document, and how: what it earns by each of its levels, the best first."""

    word: int
    """Whose best term counts most; -1 for what comes on top."""
    levels: list[tuple[float, Level]]


class Way(NamedTuple):
    """A part of a way to match: the levels chosen so far, and what they earn."""

    levels: tuple[Level, ...]
    words: tuple[tuple[float, float], ...]
    """Of each word the best impact, and the sum of all."""
    extra: float


class Search:
    """The search for the `most` best matches of one ranking; None comes of it where it would take too long."""

    def __init__(
        self,
        ranking: Ranking,
        newest: Newest,
        recent: Query,
        filters: Sequence[Query],
        share: float,
        passing: int,
    ) -> None:
        """Take the ranking, what gives the newest matches, the latest eras, and the filters.

        `share` of what holds the words passes them, and at most `passing` documents, whatever these hold.
        """
        self._recent, self._passing = recent, passing
        self._ranking, self._newest, self._filters, self._share = ranking, newest, filters, share
        self._slots = [Slot(word, best) for word, best in _slots(ranking)]
        self._slots.sort(key=lambda slot: slot.levels[0][0], reverse=True)
        self._rest = self._suffixes(len(ranking.earned))
        self._left = ranking.documents * (SHARE if len(ranking.earned) > 1 else ALONE)

    def _suffixes(self, words: int) -> list[Way]:
        """Say what the slots from each one on can earn at most."""
        rest = [Way((), ((0.0, 0.0),) * words, 0.0)]
        for slot in reversed(self._slots):
            rest.append(_with(rest[-1], slot, slot.levels[0][0], ()))
        return rest[::-1]

    def _bound(self, way: Way, place: int) -> float:
        """Say what a way can earn at most whose slots are chosen up to a place."""
        rest, score = self._rest[place], way.extra + self._rest[place].extra
        for (best, every), (other, others) in zip(way.words, rest.words, strict=True):
            highest = max(best, other)
            if not highest:
                return 0.0  # a word that stands nowhere
            score += highest + matching.BESIDES * (every + others - highest)
        return score

    def best(self, most: int) -> list[Hit] | None:
        """Give the best matches with their scores, bent by freshness, the best first."""
        found: dict[tuple[int, int], Hit] = {}
        least, serial = 0.0, count()
        start = Way((), ((0.0, 0.0),) * len(self._ranking.earned), 0.0)
        ways = [(-self._bound(start, 0), next(serial), 0, 0, start)]
        for _ in range(MOST_WAYS):
            if not ways or -ways[0][0] * (1 + ties.BENT) < least:
                best = sorted(found.items(), key=lambda hit: (-hit[1][0], hit[0]))
                return [hit for _, hit in best[:most]]
            worth, _, place, option, before = heapq.heappop(ways)
            if place == len(self._slots):
                hits = self._fetched(before.levels, most)
                for moment, address in hits:
                    spot = (address.segment_ord, address.doc)
                    found.setdefault(spot, (-worth * ties.bend(moment), address))
                if len(found) >= most:
                    least = heapq.nlargest(most, (key for key, _ in found.values()))[-1]
            else:
                slot, way = self._slots[place], before
                if option < len(slot.levels):
                    impact, level = slot.levels[option]
                    way = _with(before, slot, impact, (level,))
                    self._push(ways, serial, place, option + 1, before)
                if way is before or self._may_be(way.levels):
                    self._push(ways, serial, place + 1, 0, way)
            if self._left < 0:
                return None
        return None

    def _push(self, ways: list[Any], serial: Iterator[int], place: int, option: int, way: Way) -> None:
        """Remember to think a way through, where it can earn something; `option` of its slot is chosen next."""
        ahead, bound = way, 0.0
        if place < len(self._slots) and option:
            slot = self._slots[place]
            if option < len(slot.levels):
                ahead = _with(way, slot, slot.levels[option][0], ())
            bound = self._bound(ahead, place + 1)
        else:
            bound = self._bound(way, place)
        if bound:
            heapq.heappush(ways, (-bound, next(serial), place, option, way))

    def _may_be(self, levels: Sequence[Level]) -> bool:
        """Say whether documents may have all these levels."""
        if self._is_known_empty(levels):
            return False
        if len(levels) < 2 or _rarest(levels) > FEW or self._stand_together(levels):
            return True
        if len(levels) > 2:
            self._find_why([(levels[-1], other) for other in levels[:-1]])
        return False

    def _find_why(self, pairs: Iterable[tuple[Level, Level]]) -> None:
        """Look which pair stands together nowhere: that rules out other ways too."""
        for pair in sorted(pairs, key=_rarest):
            if self._left < 0 or not self._stand_together(pair):
                return

    def _is_known_empty(self, levels: Sequence[Level]) -> bool:
        together = self._ranking.opened.together
        return any(
            together.get(frozenset((one.written, other.written))) is False
            for one, other in combinations(levels, 2)
        )

    def _stand_together(self, levels: Sequence[Level]) -> bool:
        key = frozenset(level.written for level in levels)
        known = self._ranking.opened.together
        if key not in known:
            if len(known) >= MOST_KNOWN:
                known.clear()
            known[key] = self._are_there(levels)
        return known[key]

    def _are_there(self, levels: Sequence[Level]) -> bool:
        """Ask the index: of many documents, first whether any of the latest has these levels."""
        queries, rarest, opened = _holding_all(levels), _rarest(levels), self._ranking.opened
        if rarest <= FEW:
            self._left -= rarest + EACH
            return opened.is_there(all_of(queries))
        self._left -= EACH
        if opened.is_there(all_of([*queries, self._recent])):
            return True
        self._left -= rarest + EACH
        return opened.count(all_of(queries)) > 0

    def _fetched(self, levels: Sequence[Level], most: int) -> list[Hit]:
        """Give the newest documents that have all these levels: of many, from among the latest if these are enough."""
        if self._is_known_empty(levels):
            return []
        pieces, rarest = self._ranking.opened.pieces or 1, _rarest(levels)
        least = min(rarest, self._passing)
        queries = [*_holding_all(levels), *self._filters]
        if rarest > FEW or rarest * self._share > MANY * most:
            about = float(pieces)
            for level in levels:
                about *= level.documents / pieces
            self._left -= EACH + least // 8
            hits = self._newest(queries, most, max(about, rarest * AT_LEAST) * self._share)
            if len(hits) >= most:
                return hits
            self._find_why(combinations(levels, 2))
            if self._is_known_empty(levels):
                return []
        self._left -= least + EACH
        return self._newest(queries, most, 0.0) if self._left >= 0 else []


def _rarest(levels: Sequence[Level]) -> int:
    return min(level.documents for level in levels)


def _slots(ranking: Ranking) -> Iterator[tuple[int, list[tuple[float, Level]]]]:
    ways = [(word, way) for word, earned in enumerate(ranking.earned) for way in earned.values()]
    for word, (factor, levels) in [*ways, *((-1, part) for part in ranking.parts)]:
        if levels:
            best = sorted(levels, key=lambda level: level.impact, reverse=True)
            yield word, [(level.impact * factor, level) for level in best]


def _with(way: Way, slot: Slot, impact: float, level: tuple[Level, ...]) -> Way:
    """Give a way with one term more."""
    levels = (*way.levels, *level)
    if slot.word < 0:
        return Way(levels, way.words, way.extra + impact)
    best, every = way.words[slot.word]
    earned = (max(best, impact), every + impact)
    return Way(levels, (*way.words[: slot.word], earned, *way.words[slot.word + 1 :]), way.extra)


def _holding_all(levels: Sequence[Level]) -> list[Query]:
    return [holding("weighted", level.written) for level in levels]
