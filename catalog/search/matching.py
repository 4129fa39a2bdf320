"""Owns how documents are matched, ranked and counted over an index held in columns and postings.

Pure Python over `Segment`s; it knows no engine. An engine that only stores (Whoosh) hands its segments in and
gets a SearchResult back, so that "which products, in which order, how many of each" is decided in one place.
"""

import heapq
import math
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import itemgetter
from typing import NamedTuple, Protocol

from catalog.search import terms
from catalog.search.columns import Column
from catalog.search.query import SearchRequest, SearchResult, Sort

SYNONYM = 0.7
"""What a synonym is worth beside the word itself."""
BESIDES = 0.25
"""What the lesser of a word and its synonyms add where a piece has several."""
EXACT = 0.25
"""What the exact form of a title word adds to its root."""
PHRASE = 0.5
"""What two words add when they stand side by side in a title or name."""
FEW = 16
"""Fewer than one in so many documents are sorted by themselves, more are picked from the standing order."""
FIRST = 150
"""Up to this place, picking the best is quicker than sorting."""
COMMON = 1.5
"""What a word counts for however common it is; its rarity comes on top. Without it a rare word in a name would
hide that the common one stands only in the story."""
WORD_COUNTS = 1_000.0
"""With "some of the words", one word more beats any score."""


class Postings(NamedTuple):
    """The documents of one term in one segment, ascending, and what the term earns in each (0 to 1)."""

    docs: Sequence[int]
    impacts: Sequence[float]


NO_POSTINGS = Postings(array("I"), array("f"))


class Segment(Protocol):
    """A part of an index: numbered documents with columns, and the postings of its terms."""

    @property
    def size(self) -> int:
        """How many document numbers there are, dead ones included."""

    @property
    def dead(self) -> Collection[int]:
        """Documents that are no longer there."""

    @property
    def ids(self) -> Sequence[int]:
        """Product ids by document number."""

    @property
    def prices(self) -> Sequence[int]:
        """Prices in rupiah."""

    @property
    def published(self) -> Sequence[int]:
        """Times of publication, seconds."""

    @property
    def columns(self) -> Mapping[str, Column]:
        """The facets, price buckets included."""

    def order(self, sort: Sort) -> Sequence[int]:
        """Give all documents as `ordered` sorts them, kept for the next time."""

    def postings(self, term: str, of: str = "body") -> Postings:
        """Give the postings of a term in the field `of`; NO_POSTINGS if the segment does not have it."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query: the terms that satisfy it, each with what it is worth."""

    text: str
    root: str
    alternatives: Mapping[str, float] = field(default_factory=dict)


def search(segments: Sequence[Segment], request: SearchRequest, words: Sequence[Word]) -> SearchResult:
    """Answer a request whose text has been read as `words`; without any text everything matches."""
    by_text = bool(words) or bool(request.text.strip())
    found = match(segments, words, every=True) if by_text else [dict.fromkeys(live(s), 0.0) for s in segments]
    sort: Sort = "new" if not by_text and request.sort == "relevance" else request.sort
    near = False
    if by_text and len(words) > 1 and not any(found):
        found, near = match(segments, words, every=False), True
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in request.facets}
    total = 0
    ranked: list[Iterator[tuple[tuple[float, ...], int]]] = []
    for segment, scores in zip(segments, found, strict=True):
        matches = _filtered(segment, scores, request, counts)
        total += len(matches)
        ranked.append(_ranked(segment, matches, scores, sort, request.window.stop))
    window = request.window
    shown = islice(heapq.merge(*ranked), window.start, window.stop)
    return SearchResult(
        ids=[product_id for _, product_id in shown],
        total=total,
        facets={facet: dict(counter) for facet, counter in counts.items()},
        near=near and total > 0,
    )


def live(segment: Segment) -> list[int]:
    """Give the numbers of all documents that are there."""
    dead = segment.dead
    return [doc for doc in range(segment.size) if doc not in dead] if dead else list(range(segment.size))


def match(segments: Sequence[Segment], words: Sequence[Word], *, every: bool) -> list[dict[int, float]]:
    """Score the living documents of each segment that hold every word, or at least one."""
    total = sum(segment.size - len(segment.dead) for segment in segments) or 1
    weights = [_rarity(segments, word, total) for word in words] if len(words) > 1 else [1.0] * len(words)
    found = []
    for segment in segments:
        scored = [_scores(segment, word, weight) for word, weight in zip(words, weights, strict=True)]
        docs = _all_of(scored) if every else _some_of(scored)
        if segment.dead:
            docs = {doc: score for doc, score in docs.items() if doc not in segment.dead}
        if docs:
            _add_phrases(segment, words, weights, docs)
        found.append(docs)
    return found


def _rarity(segments: Sequence[Segment], word: Word, total: int) -> float:
    frequency = sum(len(segment.postings(term).docs) for segment in segments for term in word.alternatives)
    return rarity(frequency, total)


def rarity(frequency: int, total: int) -> float:
    """Give what a word counts for: the rarer it is, with all its alternatives together, the more."""
    frequency = min(frequency, total)
    return COMMON + math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def _scores(segment: Segment, word: Word, weight: float) -> dict[int, float]:
    """Score the documents of a segment that satisfy one word: the best of its alternatives above all."""
    found: dict[int, float] = {}
    lesser: dict[int, float] = {}
    for term, worth in word.alternatives.items():
        docs, impacts = segment.postings(term)
        factor = worth * weight
        if not found:
            single = impacts if factor == 1.0 else [impact * factor for impact in impacts]
            found = dict(zip(docs, single, strict=True))
            continue
        for doc, impact in zip(docs, impacts, strict=True):
            before, earned = found.get(doc), impact * factor
            if before is None:
                found[doc] = earned
            elif before < earned:
                found[doc] = earned
                lesser[doc] = lesser.get(doc, 0.0) + before
            else:
                lesser[doc] = lesser.get(doc, 0.0) + earned
    for doc, earned in lesser.items():
        found[doc] += BESIDES * earned
    if found and word.text != word.root:
        docs, impacts = segment.postings(terms.surface(word.text))
        for doc, impact in zip(docs, impacts, strict=True):
            found[doc] = found.get(doc, 0.0) + impact * weight * EXACT
    return found


def _all_of(scored: list[dict[int, float]]) -> dict[int, float]:
    """Keep the documents that are in all, adding their scores up."""
    if not scored:
        return {}
    first, *others = sorted(scored, key=len)
    for other in others:
        first = {doc: score + other[doc] for doc, score in first.items() if doc in other}
    return first


def _some_of(scored: list[dict[int, float]]) -> dict[int, float]:
    """Keep every document, the more words the better."""
    found: dict[int, float] = {}
    for scores in scored:
        for doc, score in scores.items():
            found[doc] = found.get(doc, 0.0) + score + WORD_COUNTS
    return found


def _add_phrases(
    segment: Segment, words: Sequence[Word], weights: Sequence[float], docs: dict[int, float]
) -> None:
    """Add to the scores of documents in whose title or names two words of the query stand side by side."""
    for index in range(len(words) - 1):
        pair = segment.postings(f"{words[index].root}_{words[index + 1].root}")
        factor = PHRASE * (weights[index] + weights[index + 1])
        for doc, impact in zip(*pair, strict=True):
            if doc in docs:
                docs[doc] += impact * factor


def _filtered(
    segment: Segment, scores: dict[int, float], request: SearchRequest, counts: dict[str, Counter[str]]
) -> Collection[int]:
    """Give the documents that pass all filters, and count each facet over those that pass all the others."""
    passing: dict[str, set[int]] = {}
    for facet, wanted in request.filters.items():
        column = segment.columns.get(facet)
        accepted = column.accepting(wanted) if column else set()
        codes = column.codes if column else ()
        passing[facet] = {doc for doc in scores if codes[doc] in accepted} if accepted else set()
    low, high = request.price
    if low is not None or high is not None:
        within = _between(segment.prices, passing.get("price", scores), low, high)
        passing["price"] = within
    matches = _common(passing.values(), scores)
    tally = _tally_over(segment, matches)
    for facet, counter in counts.items():
        if facet not in passing:
            _count(segment, facet, tally, counter)
            continue
        others = [docs for name, docs in passing.items() if name != facet]
        _count(segment, facet, _tally_over(segment, _common(others, scores)), counter)
    return matches


def _between(prices: Sequence[int], docs: Iterable[int], low: int | None, high: int | None) -> set[int]:
    least = 0 if low is None else low
    return {doc for doc in docs if prices[doc] >= least and (high is None or prices[doc] <= high)}


def _common(sets: Iterable[set[int]], everything: dict[int, float]) -> Collection[int]:
    """Intersect the sets, the smallest first; with none of them, everything."""
    ordered = sorted(sets, key=len)
    return set.intersection(*ordered) if ordered else everything


Tally = Callable[[Column], Counter[int]]
"""Says how many of some documents have each code of a column."""


def _tally_over(segment: Segment, docs: Collection[int]) -> Tally:
    """Give what counts these documents; all that live are counted already, many are picked out in one step."""
    if len(docs) + len(segment.dead) == segment.size:

        def of_all(column: Column) -> Counter[int]:
            tally = Counter(column.totals)
            tally.subtract(map(column.codes.__getitem__, segment.dead))
            return tally

        return of_all
    if len(docs) < 2:
        return lambda column: Counter(column.codes[doc] for doc in docs)
    pick = itemgetter(*docs)
    return lambda column: Counter(pick(column.codes))


def _count(segment: Segment, facet: str, tally: Tally, counter: Counter[str]) -> None:
    column = segment.columns.get(facet)
    if column is None:
        return
    for code, times in tally(column).items():
        for value in column.values[code] if times else ():
            counter[value] += times


def ordered(segment: Segment, sort: Sort) -> Sequence[int]:
    """Sort all documents of a segment, dead ones included; equal ones: the newest first."""
    ids, prices, published = segment.ids, segment.prices, segment.published
    docs = sorted(range(segment.size), key=lambda doc: (published[doc], ids[doc]), reverse=True)
    if sort == "price":
        docs.sort(key=prices.__getitem__)
    elif sort == "-price":
        docs.sort(key=prices.__getitem__, reverse=True)  # stable in reverse too: the newest stay first
    return array("I", docs)


def _ranked(
    segment: Segment, docs: Collection[int], scores: dict[int, float], sort: Sort, most: int
) -> Iterator[tuple[tuple[float, ...], int]]:
    """Yield the first `most` documents in order, each with its sort key (the least first) and product id.

    Lazily, as only a page of them is wanted: many documents are picked out of the segment's standing order, few
    are sorted.
    """
    ids, prices, published = segment.ids, segment.prices, segment.published
    signs = {"price": 1, "-price": -1, "new": 0, "relevance": 0}

    def key(doc: int) -> tuple[float, ...]:
        first = -scores[doc] if sort == "relevance" else signs[sort] * prices[doc]
        return first, -published[doc], -ids[doc]

    found: Iterable[int]
    if len(docs) * FEW < segment.size:
        found = sorted(docs, key=key)
    elif sort != "relevance":
        found = (doc for doc in segment.order(sort) if doc in docs)
    else:
        least = _nth(map(scores.__getitem__, docs), most)
        better = sorted((doc for doc in docs if scores[doc] > least), key=key)
        equal = (doc for doc in segment.order(sort) if doc in docs and scores[doc] == least)
        found = chain(better, equal)
    return ((key(doc), ids[doc]) for doc in islice(found, most))


def _nth(scores: Iterable[float], place: int) -> float:
    """Give the score in this place from the top, or the last: for the first places there is a quicker way."""
    best = heapq.nlargest(place, scores) if place <= FIRST else sorted(scores, reverse=True)[:place]
    return best[-1] if best else 0.0
