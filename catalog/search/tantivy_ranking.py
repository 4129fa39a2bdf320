"""Owns how tantivy scores the words of a query, and which documents can earn more than a given score.

For `tantivy_snapshot`. What a document earns is made of independent parts: each word once, by its best alternative and a
share of its others, the exact form of a word, neighbouring words. Each part has a few ways in which a document can
earn it; together they say, before anything is looked at, who could beat whom.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, Protocol

import tantivy
from tantivy import Occur, Query

from catalog.search import matching, terms, ties
from catalog.search.matching import Word
from catalog.search.tantivy_schema import NOTHING, all_of, any_of, constant, holding

MOST_ALTERNATIVES = 6
"""Of a word with more of them it is not foreseen who can earn what."""
MOST_CASES = 64
"""So many cases are looked into to see who could earn more, and..."""
MOST_LOOKED_AT = 60_000
"""...so many documents at most."""


class Opened(Protocol):
    """What is asked of an open index."""

    searcher: tantivy.Searcher
    pieces: int


class Level(NamedTuple):
    """A way in which a term stands in documents."""

    written: str
    impact: float
    documents: int


class Way(NamedTuple):
    """How a document can earn a part of its score: at most so much, who does, and how many they are at most."""

    most: float
    who: tuple[Query, ...]
    documents: int


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
        self._bonus = 0.0 if every else 2 * sum(rarities) + 1

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

    def beyond(self, score: float) -> Query | None:
        """Match every document that earns more than `score`, and others; None where that cannot be foreseen."""
        if not self._every or any(len(earned) > MOST_ALTERNATIVES for earned in self._earned):
            return None
        parts = [sorted(_ways(earned), key=lambda way: way.most, reverse=True) for earned in self._earned]
        for factor, levels in self._parts:
            ways = [
                _way(level, factor) for level in sorted(levels, key=lambda level: level.impact, reverse=True)
            ]
            parts.append([*ways, Way(0.0, (), self._opened.pieces)])
        if not all(parts):
            return NOTHING
        cases: list[tuple[Query, ...]] = []
        looked_at = 0
        for who, count in _cases(parts, score * (1 + ties.NOISE)):
            cases.append(who)
            looked_at += count
            if len(cases) > MOST_CASES or looked_at > MOST_LOOKED_AT:
                return None
        return any_of([all_of(who) for who in cases])


def _scored(levels: Iterable[Level], factor: float) -> list[Query]:
    """Make the queries that give each document what a term earns in it."""
    return [constant(holding("weighted", level.written), level.impact * factor) for level in levels]


def _way(level: Level, factor: float) -> Way:
    return Way(level.impact * factor, (holding("weighted", level.written),), level.documents)


def _ways(earned: Mapping[str, tuple[float, list[Level]]]) -> Iterator[Way]:
    """Give the ways to earn a word: by one alternative in one of its ways, or by several alternatives at once."""
    for factor, levels in earned.values():
        yield from (_way(level, factor) for level in levels)
    best = {
        term: (factor * max(level.impact for level in levels), sum(level.documents for level in levels))
        for term, (factor, levels) in earned.items()
        if levels
    }
    for size in range(2, len(best) + 1):
        for together in combinations(best, size):
            impacts = sorted((best[term][0] for term in together), reverse=True)
            yield Way(
                impacts[0] + matching.BESIDES * sum(impacts[1:]),
                tuple(holding("words", term) for term in together),
                min(best[term][1] for term in together),
            )


def _cases(parts: Sequence[Sequence[Way]], above: float) -> Iterator[tuple[tuple[Query, ...], int]]:
    """Choose one way of each part, in every manner that may earn more than `above`: who does, and how many at most."""
    first, *others = parts
    rest = sum(ways[0].most for ways in others)
    for way in first:
        if way.most + rest <= above:
            return  # the others are lesser still
        if not others:
            yield way.who, way.documents
            continue
        for who, count in _cases(others, above - way.most):
            yield (*way.who, *who), min(way.documents, count)
