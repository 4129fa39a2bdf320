"""Owns how tantivy scores the words of a query, and which documents can earn more than a given score.

For `tantivy_snapshot`. What a document earns is made of independent parts: each word once, by its best alternative and a
share of its others, the exact form of a word, neighbouring words. Each part has a few ways in which a document can
earn it; together they say, before anything is looked at, who could beat whom.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import tantivy
from tantivy import Occur, Query

from catalog.search import matching, tantivy_meanings, terms
from catalog.search.matching import Word
from catalog.search.tantivy_schema import NOTHING, all_of, constant, holding


class Opened(Protocol):
    """What is asked of an open index."""

    searcher: tantivy.Searcher
    pieces: int
    together: dict[frozenset[str], bool]
    """Of ways in which terms stand in documents, whether any document has them all: as far as it has been looked up."""

    def count(self, query: Query) -> int:
        """Count the matches."""

    def is_there(self, query: Query) -> bool:
        """Say whether anything matches; quicker where little does."""


class Level(NamedTuple):
    """A way in which a term stands in documents."""

    written: str
    impact: float
    documents: int


class Ranking:
    """The scores of one query over one commit; equal to those of `catalog.search.matching`."""

    def __init__(self, opened: Opened, words: Sequence[Word], *, every: bool) -> None:
        """Look up how the terms of these words stand in documents, all or some of which they must hold."""
        self.opened, self._words, self.every = opened, words, every
        self._levels: dict[str, list[Level]] = {}
        rarities = self._rarities()
        self.parts = list(self._exact(rarities))
        self.earned = [
            {term: (worth * rarity, self.levels(term)) for term, worth in self._terms(word).items()}
            for word, rarity in zip(words, rarities, strict=True)
        ]
        self.documents = self.passing
        """How often the words stand in documents."""
        self._bonus = 0.0 if every else 2 * sum(rarities) + 1

    @property
    def passing(self) -> int:
        """Say how often the words stand in documents, since `narrow` in those that pass."""
        return sum(
            level.documents for earned in self.earned for _, levels in earned.values() for level in levels
        )

    def narrow(self, filters: Query) -> None:
        """Leave only ways in which terms stand in documents that pass filters, and how many of these there are."""

        def passing(levels: Sequence[Level]) -> list[Level]:
            term = levels[0].written.rpartition("/")[0] if levels else ""
            held = (
                dict(self.opened.searcher.terms_with_prefix("weighted", term + "/", filters)) if term else {}
            )
            return [one._replace(documents=held[one.written]) for one in levels if held.get(one.written)]

        self.parts = [(factor, passing(levels)) for factor, levels in self.parts]
        self.earned = [
            {term: (factor, passing(levels)) for term, (factor, levels) in earned.items()}
            for earned in self.earned
        ]

    def levels(self, term: str) -> list[Level]:
        """Give the ways in which a term stands in documents."""
        found = self._levels.get(term)
        if found is None:
            found = self._levels[term] = []
            for written, count in self.opened.searcher.terms_with_prefix("weighted", term + "/"):
                earned = written.rpartition("/")[2]
                if term.endswith(tantivy_meanings.SIGN):
                    found.append(Level(written, float(earned), count))
                else:
                    weight = int(earned) / 2
                    found.append(Level(written, weight / (weight + terms.HALF), count))
        return found

    def _terms(self, word: Word) -> Mapping[str, float]:
        """Give the terms by which a word is earned: one for all, if the index knows what it means."""
        meaning = tantivy_meanings.of(word)
        return {meaning: 1.0} if meaning else word.alternatives

    def _rarities(self) -> list[float]:
        """Give what each word is worth beside the others: its inverse document frequency."""
        if len(self._words) < 2:
            return [1.0] * len(self._words)
        frequency, pieces = self.opened.searcher.doc_freq, self.opened.pieces or 1
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
        for earned in self.earned:
            ways = [query for factor, levels in earned.values() for query in _scored(levels, factor)]
            query = Query.disjunction_max_query(ways, matching.BESIDES) if ways else NOTHING
            if self._bonus:
                query = all_of([query, constant(Query.all_query(), self._bonus)])
            clauses.append((Occur.Must if self.every else Occur.Should, query))
        for factor, levels in self.parts:
            clauses += [(Occur.Should, one) for one in _scored(levels, factor)]
        return Query.boolean_query(clauses)


def _scored(levels: Iterable[Level], factor: float) -> list[Query]:
    """Make the queries that give each document what a term earns in it."""
    return [constant(holding("weighted", level.written), level.impact * factor) for level in levels]
