"""Owns how tantivy scores the words of a query, and which documents can earn more than a given score.

For `tantivy_snapshot`. What a document earns is made of independent parts: each word once, by its best alternative and a
share of its others, the exact form of a word, neighbouring words. Each part has a few ways in which a document can
earn it; together they say, before anything is looked at, who could beat whom.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

import tantivy
from tantivy import Occur, Query

from catalog.search import matching, terms, ties
from catalog.search.matching import Word
from catalog.search.tantivy_schema import NOTHING, all_of, constant, holding

MOST_KNOWN = 20_000
"""Combinations of which it is remembered whether a document has them."""
MOST_WAYS = 2_000
"""To earn a word: with more it is not foreseen who can earn what."""
MOST_THINKABLE = 400
"""Cases in which a document may earn more than a score, and..."""
LOOKED_AT = 60_000
"""...documents that are looked at to see which cases there are, or half as many as match: scoring takes as long."""


class Opened(Protocol):
    """What is asked of an open index."""

    searcher: tantivy.Searcher
    pieces: int
    together: dict[frozenset[str], bool]
    """Of ways in which terms stand in documents, whether any document has them all: as far as it has been looked up."""

    def count(self, query: Query) -> int:
        """Count the matches."""


class Level(NamedTuple):
    """A way in which a term stands in documents."""

    written: str
    impact: float
    documents: int


class Case(NamedTuple):
    """A way in which documents can earn a part of their score, or all of it: how much, who does, how many at most."""

    score: float
    levels: tuple[Level, ...]

    @property
    def documents(self) -> int:
        """Say how many may have it, at most."""
        return min((level.documents for level in self.levels), default=0)

    @property
    def who(self) -> Query:
        """Match those who have it."""
        return all_of([_holds(level) for level in self.levels])


class Ranking:
    """The scores of one query over one commit; equal to those of `catalog.search.matching`."""

    def __init__(self, opened: Opened, words: Sequence[Word], *, every: bool) -> None:
        """Look up how the terms of these words stand in documents, all or some of which they must hold."""
        self._opened, self._words, self._every = opened, words, every
        self._levels: dict[str, list[Level]] = {}
        rarities = self._rarities()
        self._parts = list(self._exact(rarities))
        self._earned = [
            {term: (worth * rarity, self.levels(term)) for term, worth in word.alternatives.items()}
            for word, rarity in zip(words, rarities, strict=True)
        ]
        self._left = 0
        """Documents that may be looked at to foresee something."""
        self._bonus = 0.0 if every else 2 * sum(rarities) + 1

    @property
    def documents(self) -> int:
        """Say how often the words stand in documents."""
        return sum(
            level.documents for earned in self._earned for _, levels in earned.values() for level in levels
        )

    def levels(self, term: str) -> list[Level]:
        """Give the ways in which a term stands in documents."""
        found = self._levels.get(term)
        if found is None:
            found = self._levels[term] = []
            for written, count in self._opened.searcher.terms_with_prefix("weighted", term + "/"):
                weight = int(written.rpartition("/")[2]) / 2
                found.append(Level(written, weight / (weight + terms.HALF), count))
        return found

    def _rarities(self) -> list[float]:
        """Give what each word is worth beside the others: its inverse document frequency."""
        if len(self._words) < 2:
            return [1.0] * len(self._words)
        frequency, pieces = self._opened.searcher.doc_freq, self._opened.pieces or 1
        return [
            matching.rarity(sum(frequency("words", term) for term in word.alternatives), pieces)
            for word in self._words
        ]

    def _exact(self, rarities: Sequence[float]) -> Iterator[tuple[float, list[Level]]]:
        """Give what comes on top: exact forms, and words side by side."""
        for word, rarity in zip(self._words, rarities, strict=True):
            if word.text != word.root:
                yield rarity * matching.EXACT, self.levels(terms.surface(word.text))
        for index in range(len(self._words) - 1):
            pair = f"{self._words[index].root}_{self._words[index + 1].root}"
            yield matching.PHRASE * (rarities[index] + rarities[index + 1]), self.levels(pair)

    @property
    def query(self) -> Query:
        """Make the query that scores as `matching.match` does.

        A term stands in a document in one way only, so that the best of all ways of all alternatives of a word, and a
        share of the others, is what the word earns.
        """
        clauses: list[tuple[Occur, Query]] = []
        for earned in self._earned:
            ways = [query for factor, levels in earned.values() for query in _scored(levels, factor)]
            query = Query.disjunction_max_query(ways, matching.BESIDES) if ways else NOTHING
            if self._bonus:
                query = all_of([query, constant(Query.all_query(), self._bonus)])
            clauses.append((Occur.Must if self._every else Occur.Should, query))
        for factor, levels in self._parts:
            clauses += [(Occur.Should, one) for one in _scored(levels, factor)]
        return Query.boolean_query(clauses)

    def beyond(self, score: float, total: int) -> list[Case] | None:
        """Give the cases in which a document earns more than `score`; None where they are too many to look into.

        Whoever earns more by several of them, earns what the best of them says.
        """
        if not self._every:
            return None
        above, self._left = score * (1 + ties.NOISE), max(LOOKED_AT, total // 2)
        parts = []
        for earned in self._earned:
            ways = list(islice(_ways(list(earned.values()), ()), MOST_WAYS + 1))
            if len(ways) > MOST_WAYS:
                return None
            parts.append(sorted(ways, key=_score, reverse=True))
        for factor, levels in self._parts:
            ways = [Case(level.impact * factor, (level,)) for level in levels]
            parts.append([*sorted(ways, key=_score, reverse=True), Case(0.0, ())])
        if not all(parts):
            return []
        for place, ways in enumerate(parts):
            rest = sum(others[0].score for others in parts) - ways[0].score
            parts[place] = self._there(ways, above - rest)
        cases = []
        for number, case in enumerate(_cases(parts, above)):
            if number > MOST_THINKABLE or self._left < 0:
                return None
            if len(case.levels) < 2 or self._is_there(case):
                cases.append(case)
                self._left -= case.documents
        return cases if self._left >= 0 else None

    def _there(self, ways: list[Case], above: float) -> list[Case]:
        """Leave out the best ways to earn a word that no document has, as far as they matter."""
        for place, way in enumerate(ways):
            if way.score <= above or self._left < 0 or len(way.levels) < 2 or self._is_there(way):
                return ways[place:]
        return ways

    def _is_there(self, way: Case) -> bool:
        """Say whether a document has it; most often the two rarest terms tell."""
        rarest = sorted(way.levels, key=lambda level: level.documents)
        return all(self._stand_together(rarest[:size]) for size in sorted({2, len(rarest)}))

    def _stand_together(self, levels: Sequence[Level]) -> bool:
        key = frozenset(level.written for level in levels)
        known = self._opened.together.get(key)
        if known is None:
            self._left -= levels[0].documents
            if self._left < 0:
                return True  # nobody knows, and it is not foreseen
            known = self._opened.count(all_of([_holds(level) for level in levels])) > 0
            if len(self._opened.together) >= MOST_KNOWN:
                self._opened.together.clear()
            self._opened.together[key] = known
        return known


def _score(case: Case) -> float:
    return case.score


def _holds(level: Level) -> Query:
    return holding("weighted", level.written)


def _scored(levels: Iterable[Level], factor: float) -> list[Query]:
    """Make the queries that give each document what a term earns in it."""
    return [constant(_holds(level), level.impact * factor) for level in levels]


def _ways(
    alternatives: Sequence[tuple[float, list[Level]]], chosen: tuple[tuple[float, Level], ...]
) -> Iterator[Case]:
    """Give the ways to earn a word: each of its alternatives in one of its levels or not at all, one at least."""
    if not alternatives:
        if chosen:
            impacts = sorted((factor * level.impact for factor, level in chosen), reverse=True)
            score = impacts[0] + matching.BESIDES * sum(impacts[1:])
            yield Case(score, tuple(level for _, level in chosen))
        return
    (factor, levels), *others = alternatives
    yield from _ways(others, chosen)
    for level in levels:
        yield from _ways(others, (*chosen, (factor, level)))


def _cases(parts: Sequence[Sequence[Case]], above: float) -> Iterator[Case]:
    """Choose one way for each part, in every manner that earns more than `above` altogether."""
    first, *others = parts
    rest = sum(ways[0].score for ways in others)
    for way in first:
        if way.score + rest <= above:
            return  # the others are lesser still
        if not others:
            yield way
            continue
        for other in _cases(others, above - way.score):
            yield Case(way.score + other.score, (*way.levels, *other.levels))
