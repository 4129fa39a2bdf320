"""Owns one commit of a tantivy index, open for reading: matching, ranking, counting, completing.

For catalog.search.tantivy_engine. The queries score as `catalog.search.matching` does over the segments of Whoosh;
what ties is put into order by `catalog.search.ties`.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from catalog.search import completing, matching, terms, ties
from catalog.search.matching import Word
from catalog.search.query import FACETS, SearchRequest, SearchResult, Sort, Suggestion, SuggestionKind
from catalog.search.spelling import Vocabulary
from catalog.search.tantivy_schema import (
    EVERYTHING,
    GROUPS,
    META,
    NOTHING,
    SCHEMA,
    STORED_FACETS,
    WORD_FIELDS,
    all_of,
    any_of,
    constant,
    filters_of,
    holding,
    unpacked,
)

VALUES = 20_000
"""Different values of a facet that are counted at most: more than a facet can have."""
MANY = 1_000
"""Documents that hold a term are not all dead when they are more than this."""
STALE_WORDS, QUICK = 50.0, 0.01
"""The words for spelling are read again after so many times what reading them took; at once if quicker than this."""


class Snapshot:
    """One commit of the index, open in this process."""

    folder: Path
    index: tantivy.Index
    _words: tuple[float, float, Vocabulary | None]
    """When the words for spelling were read, how long that took, and they."""

    def __init__(self, folder: Path, before: "Snapshot | None") -> None:
        """Open the latest commit; an index that is open already is only read again."""
        self._meta = folder / "meta.json"
        self._read = self._mark()
        if before is not None and before.folder == folder:
            self.index, self._words = before.index, before._words  # noqa: SLF001  # one of ours
            self.index.reload()
        else:
            self.index, self._words = tantivy.Index.open(str(folder)), (0.0, 0.0, None)
            self.index.config_reader("manual")
            self.index.reload()
        self.folder = folder
        self.searcher = self.index.searcher()
        meta = self.searcher.search(holding("id", META), 1).hits
        self.seq = int(self.values("seq", meta)[0]) if meta else 0
        self.pieces = self.searcher.num_docs - len(meta)
        self._totals: dict[str, dict[str, int]] = {}

    def _mark(self) -> tuple[int, int, int]:
        facts = self._meta.stat()
        return facts.st_ino, facts.st_mtime_ns, facts.st_size

    def is_latest(self) -> bool:
        """Whether nothing was committed since to the same folder."""
        return self._mark() == self._read

    def close(self) -> None:
        """Let go of the files; tantivy does it with the last reference."""

    def values(self, field: str, hits: Sequence[tuple[Any, tantivy.DocAddress]]) -> list[Any]:
        """Give a column's values for some hits."""
        values: list[Any] = self.searcher.fast_field_values(field, [address for _, address in hits])
        return values

    def count(self, query: Query) -> int:
        """Count the matches."""
        return int(self.searcher.search(query, 1).count)  # type: ignore[attr-defined]

    def has(self, term: str) -> bool:
        """Whether any living document holds a term."""
        held = self.searcher.doc_freq("words", term)  # dead ones included
        return held > MANY or (held > 0 and self.count(holding("words", term)) > 0)

    def vocabularies(self) -> list[Vocabulary]:
        """Give the words for spelling; of a large catalogue they may be some seconds old."""
        read, took, words = self._words
        started = time.monotonic()
        if words is None or started - read > took * STALE_WORDS or took < QUICK:
            words = Vocabulary(
                found for name in WORD_FIELDS for found in self.searcher.terms_with_prefix(name, "")
            )
            self._words = (started, time.monotonic() - started, words)
        return [words]

    # --- ranking -------------------------------------------------------------------------------------

    def levels(self, term: str) -> list[tuple[str, float, int]]:
        """Give the ways in which a term stands in documents: weighted term, what it earns, how many documents."""
        ways = []
        for written, count in self.searcher.terms_with_prefix("weighted", term + "/"):
            weight = int(written.rpartition("/")[2]) / 2
            ways.append((written, weight / (weight + terms.HALF), count))
        return ways

    def scored(self, term: str, factor: float) -> list[Query]:
        """Make the queries that give each document what a term earns in it."""
        return [
            constant(holding("weighted", way), impact * factor)
            for way, impact, _ in self.levels(term)
        ]  # fmt: skip

    def rarities(self, words: Sequence[Word]) -> list[float]:
        """Give what each word is worth beside the others: its inverse document frequency."""
        if len(words) < 2:
            return [1.0] * len(words)
        frequency = self.searcher.doc_freq
        return [
            matching.rarity(sum(frequency("words", term) for term in word.alternatives), self.pieces or 1)
            for word in words
        ]

    def ranked(self, words: Sequence[Word], *, every: bool) -> Query:
        """Make the query that scores as `matching.match` does."""
        rarities = self.rarities(words)
        bonus = 0.0 if every else 2 * sum(rarities) + 1
        clauses: list[tuple[Occur, Query]] = []
        for word, rarity in zip(words, rarities, strict=True):
            earned = [self.scored(term, worth * rarity) for term, worth in word.alternatives.items()]
            ways = [any_of(found) for found in earned if found]
            query = Query.disjunction_max_query(ways, matching.BESIDES) if ways else NOTHING
            if bonus:
                query = all_of([query, constant(Query.all_query(), bonus)])
            clauses.append((Occur.Must if every else Occur.Should, query))
            if word.text != word.root:
                exact = self.scored(terms.surface(word.text), rarity * matching.EXACT)
                clauses += [(Occur.Should, one) for one in exact]
        for index in range(len(words) - 1):
            factor = matching.PHRASE * (rarities[index] + rarities[index + 1])
            pair = self.scored(f"{words[index].root}_{words[index + 1].root}", factor)
            clauses += [(Occur.Should, one) for one in pair]
        return Query.boolean_query(clauses)

    def matching(self, words: Sequence[Word], *, every: bool) -> Query:
        """Make the query that matches the same documents, without scores."""
        ways = [any_of([holding("words", term) for term in word.alternatives]) for word in words]
        return all_of(ways) if every and ways else any_of(ways)

    def page(self, query: Query, sort: Sort, window: slice) -> tuple[list[int], int]:
        """Give the ids of one window of the sorted matches, and how many matches there are."""
        options: dict[str, Any] = {"weight_by_field": "fresh"}
        if sort != "relevance":
            field = {"new": "published", "price": "cheap", "-price": "dear"}[sort]
            options = {"order_by_field": field, "order": Order.Asc if sort == "price" else Order.Desc}
        first, last = max(window.start - ties.MARGIN, 0), window.stop + ties.MARGIN
        found = self.searcher.search(query, max(last - first, 1), offset=first, **options)
        total = int(found.count)  # type: ignore[attr-defined]
        if window.start == window.stop or window.start >= total:
            return [], total
        hits = found.hits
        if total <= ties.EXACT and (first or total > last):
            first, hits = 0, self.searcher.search(query, ties.EXACT, count=False, **options).hits
        ids, published = self.values("id", hits), self.values("published", hits)
        keys = [key for key, _ in hits]
        whole = (first == 0, first + len(hits) >= total)
        if sort == "relevance":
            keys = ties.scores(keys, published, exact=all(whole))
            if all(whole):  # every match is here: freshness bends nothing
                ranks = sorted(range(len(keys)), key=keys.__getitem__, reverse=True)
                keys, ids, published = ([one[at] for at in ranks] for one in (keys, ids, published))
        shown = ties.ordered(keys, published, ids, whole)
        return shown[window.start - first : window.stop - first], total

    def counted(
        self, base: Query, made: Mapping[str, list[Query]], facets: Iterable[str]
    ) -> dict[str, dict[str, int]]:
        """Count each facet over what passes all filters but its own, those with the same filters together."""
        asked = dict.fromkeys(facet for facet in facets if facet in FACETS)
        rounds: list[tuple[str | None, list[str]]] = [(None, [facet for facet in asked if facet not in made])]
        rounds += [(facet, [facet]) for facet in asked if facet in made]
        counts: dict[str, dict[str, int]] = {facet: {} for facet in facets}
        for without, together in rounds:
            others = [query for facet, queries in made.items() if facet != without for query in queries]
            if base is EVERYTHING and not others:
                if not self._totals:  # the same for everybody, until the next commit
                    self._totals = self._count(base, FACETS)
                counts |= {facet: dict(self._totals[facet]) for facet in together}
            elif together:
                counts |= self._count(all_of([base, *others]), together)
        return counts

    def _count(self, query: Query, facets: Sequence[str]) -> dict[str, dict[str, int]]:
        """Count the values of facets over the matches."""
        counts: dict[str, dict[str, int]] = {facet: {} for facet in facets}
        groups = [group for group, held in GROUPS.items() if not counts.keys().isdisjoint(held)]
        ways = {
            group: {"terms": {"field": group, "size": VALUES, "segment_size": VALUES}} for group in groups
        }
        answer = self.searcher.aggregate(query, ways)
        for group in groups:
            for bucket in answer[group]["buckets"]:
                times = int(bucket["doc_count"])
                for facet, value in unpacked(group, bucket["key"]):
                    if facet in counts:
                        counts[facet][value] = counts[facet].get(value, 0) + times
        return counts

    def search(self, request: SearchRequest, words: Sequence[Word]) -> SearchResult:
        """Answer a request whose text has been read as `words`."""
        by_text = bool(words) or bool(request.text.strip())
        sort: Sort = "new" if not by_text and request.sort == "relevance" else request.sort
        every, made = True, filters_of(request)
        base = self.matching(words, every=True) if by_text else EVERYTHING
        if by_text and len(words) > 1 and not self.count(base):
            every, base = False, self.matching(words, every=False)
        asked = self.ranked(words, every=every) if by_text and sort == "relevance" else constant(base)
        passing = [constant(query) for queries in made.values() for query in queries]
        ids, total = self.page(
            all_of([asked, *passing]) if words or not by_text else NOTHING, sort, request.window
        )
        counts = self.counted(base, made, request.facets)
        return SearchResult(ids, total, counts, near=not every and total > 0, seq=self.seq)

    def ids(self) -> Iterator[int]:
        """Give all product ids, in steps: a hit costs a hundred times what its id does."""
        highest = self.searcher.search(EVERYTHING, 1, order_by_field="id").hits
        last = int(highest[0][0]) if highest else 0
        for start in range(1, last + 1, VALUES):
            query = Query.range_query(SCHEMA, "id", tantivy.FieldType.Integer, start, start + VALUES - 1)
            yield from (
                int(found) for found, _ in self.searcher.search(query, VALUES, order_by_field="id").hits
            )

    # --- completing ----------------------------------------------------------------------------------

    def completes(self, words: Sequence[str], kind: SuggestionKind, most: int) -> list[Suggestion]:
        """Give the suggestions of one kind whose names hold all whole words and one that begins with the last."""
        *before, beginning = words
        names = self.searcher.terms_with_prefix(kind, beginning, limit=completing.MOST_COMPLETIONS)
        query = all_of(
            [any_of([holding(kind, name) for name, _ in names]), *(holding(kind, word) for word in before)]
        )
        if kind == "piece":
            ids, _ = self.page(constant(query), "new", slice(0, most))
            return [Suggestion(kind, str(found), 1) for found in ids]
        field = "maker_key" if kind == "maker" else "f_" + completing.FACET_OF[kind]
        answer = self.searcher.aggregate(
            query, {"keys": {"terms": {"field": field, "size": most, "segment_size": VALUES}}}
        )
        return [Suggestion(kind, one["key"], int(one["doc_count"])) for one in answer["keys"]["buckets"]]

    def is_name(self, kinds: Iterable[SuggestionKind], word: str) -> bool:
        """Whether a name of one of these kinds has this word."""
        return any(self.searcher.doc_freq(kind, word) for kind in kinds)

    def similar(self, product_id: int, most: int) -> list[int]:
        """Give the pieces most like one, as `completing.similar` does."""
        known = self.searcher.search(holding("id", product_id), 1).hits
        if not known or product_id == META:
            return []
        stored = self.searcher.doc(known[0][1])
        values = {facet: stored.get_all("f_" + facet) for facet in STORED_FACETS}
        clauses = [(Occur.Must, constant(holding("f_family", value), 0.5)) for value in values["family"]]
        clauses += [(Occur.MustNot, holding("id", product_id))]
        for facet, worth in completing.ALIKE.items():
            if values[facet]:
                shared = any_of([holding("f_" + facet, value) for value in values[facet]])
                clauses.append((Occur.Should, constant(shared, worth)))
        return self.page(Query.boolean_query(clauses), "relevance", slice(0, most))[0]
