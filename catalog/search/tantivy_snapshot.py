"""Owns one commit of a tantivy index, open for reading: matching, ranking, counting, completing.

For catalog.search.tantivy_engine. The queries score as `catalog.search.matching` does over the segments of Whoosh;
what ties is put into order by `catalog.search.ties`.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from catalog.search import completing, tantivy_counting, tantivy_meanings, ties
from catalog.search.matching import Word
from catalog.search.query import FACETS, Health, SearchRequest, SearchResult, Sort, Suggestion, SuggestionKind
from catalog.search.spelling import Vocabulary
from catalog.search.tantivy_best import Hit, Search
from catalog.search.tantivy_counting import Found, Pass
from catalog.search.tantivy_ranking import Ranking
from catalog.search.tantivy_schema import (
    EVERYTHING,
    META,
    SCHEMA,
    STORED_FACETS,
    VALUES,
    WORD_FIELDS,
    Condition,
    all_of,
    any_of,
    constant,
    filters_of,
    held,
    holding,
)

MOST_NEWEST = 1 / 3
"""Of the eras, so many at most are looked at by themselves."""
MOST_FORESEEN = 1_000
"""The best matches are foreseen up to this place."""
RECENT = 5_000
"""Pieces in the eras that are asked first whether terms stand together anywhere."""
FILTERED = 8
"""Where filters leave fewer than one in so many of the documents that hold several words, all that is left is scored."""
MANY = 1_000
"""Documents that hold a term are not all dead when they are more than this."""
STALE_WORDS, QUICK = 50.0, 0.01
"""The words for spelling are read again after so many times what reading them took; at once if quicker than this."""


FORESEEN_FROM = 60_000
"""Documents with these words, from which on it pays to foresee which are the best; fewer are scored as quickly."""
MOST_KNOWN = 64
"""Questions whose counts are remembered."""


class Snapshot:
    """One commit of the index, open in this process."""

    folder: Path
    index: tantivy.Index
    _words: tuple[float, float, Vocabulary | None]
    """When the words for spelling were read, how long that took, and they."""
    _words_are_own: bool
    """Whether they were read from this commit, so that nothing can be newer."""

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
        self.folder, self._words_are_own = folder, False
        self.searcher = self.index.searcher()
        meta = self.searcher.search(holding("id", META), 1).hits
        self.seq = int(self.values("seq", meta)[0]) if meta else 0
        self.pieces = self.searcher.num_docs - len(meta)
        self._everything: Found | None = None
        self._written: dict[str, list[str]] = {}
        self._eras: list[tuple[str, int]] | None = None
        self._counts: dict[Any, tuple[dict[str, dict[str, int]], int]] = {}
        self.together: dict[frozenset[str], bool] = {}

    def _mark(self) -> tuple[int, int, int]:
        facts = self._meta.stat()
        return facts.st_ino, facts.st_mtime_ns, facts.st_size

    def is_latest(self) -> bool:
        """Whether nothing was committed since to the same folder."""
        return self._mark() == self._read

    def health(self) -> Health:
        """Ask for the newest piece by its number."""
        total = self.count(EVERYTHING)
        newest = self.page([], "new", slice(0, 1), total)
        if total != self.pieces or any(self.count(holding("id", one)) != 1 for one in newest):
            return Health(False, total, self.seq, "columns and postings do not agree")
        return Health(True, total, self.seq)

    def close(self) -> None:
        """Let go of the files; tantivy does it with the last reference."""

    def forget(self) -> None:
        """Forget what earlier questions left: for measurements."""
        self._counts.clear()
        self.together.clear()

    def values(self, field: str, hits: Sequence[Hit]) -> list[Any]:
        """Give a column's values for some hits."""
        values: list[Any] = self.searcher.fast_field_values(field, [address for _, address in hits])
        return values

    def written(self, group: str) -> list[str]:
        """Give what stands in a column to count by, in any document."""
        if group not in self._written:
            self._written[group] = [one for one, _ in self.searcher.terms_with_prefix(group, "")]
        return self._written[group]

    def count(self, query: Query) -> int:
        """Count the matches."""
        return tantivy_counting.count_of(self.searcher, query)

    def is_there(self, query: Query) -> bool:
        """Say whether anything matches; quicker than `count` where little does."""
        return bool(self.searcher.search(constant(query), 1, False).hits)

    def has(self, term: str) -> bool:
        """Whether any living document holds a term."""
        held = self.searcher.doc_freq("words", term)  # dead ones included
        return held > MANY or (held > 0 and self.count(holding("words", term)) > 0)

    def vocabularies(self) -> list[Vocabulary]:
        """Give the words for spelling; of a large catalogue they may be some seconds old."""
        read, took, words = self._words
        if words is not None and self._words_are_own:
            return [words]
        started = time.monotonic()
        if words is None or started - read > took * STALE_WORDS or took < QUICK:
            words = Vocabulary(
                found for name in WORD_FIELDS for found in self.searcher.terms_with_prefix(name, "")
            )
            self._words = (started, time.monotonic() - started, words)
            self._words_are_own = True
        return [words]

    # --- answering -----------------------------------------------------------------------------------

    def matching(self, words: Sequence[Word], *, every: bool) -> list[Condition]:
        """Say what holds all of these words, or some."""
        ways = [self._meaning(word) for word in words]
        if every and ways:
            return ways
        return [held("words", [value for one in ways for value in one.values])]

    def _meaning(self, word: Word) -> Condition:
        meaning = tantivy_meanings.of(word)
        return held("words", [meaning] if meaning else word.alternatives)

    def search(self, request: SearchRequest, words: Sequence[Word]) -> SearchResult:
        """Answer a request whose text has been read as `words`."""
        by_text = bool(words) or bool(request.text.strip())
        sort: Sort = "new" if not by_text and request.sort == "relevance" else request.sort
        every, made = True, filters_of(request)
        conditions = tantivy_counting.narrowing(made, made, request, self.written)
        base = self.matching(words, every=True) if by_text else []
        asked = tuple(tuple(word.alternatives) for word in words) if by_text else None
        counts, total = self._known_counts((True, asked), base, made, request)
        if not total and len(words) > 1 and not (conditions and tantivy_counting.count(self.searcher, base)):
            every, base = False, self.matching(words, every=False)
            counts, total = self._known_counts((False, asked), base, made, request)
        if by_text and sort == "relevance":
            ids = self.best(Ranking(self, words, every=every), conditions, request.window, total)
        else:
            ids = self.page([one.query for one in (*base, *conditions)], sort, request.window, total)
        return SearchResult(ids, total, counts, near=not every and total > 0, seq=self.seq)

    def _known_counts(
        self, asked: Any, base: Sequence[Condition], made: dict[str, list[Condition]], request: SearchRequest
    ) -> tuple[dict[str, dict[str, int]], int]:
        """Count, or remember it: another page or order of the same matches has the same counts."""
        key = (asked, tuple(sorted(request.filters.items())), request.price, request.facets)
        known = self._counts.get(key)
        if known is None:
            if len(self._counts) >= MOST_KNOWN:
                self._counts.clear()
            known = self._counts[key] = self._counted(base, made, request)
        counts, total = known
        return {facet: dict(values) for facet, values in counts.items()}, total

    def _counted(
        self, base: Sequence[Condition], made: dict[str, list[Condition]], request: SearchRequest
    ) -> tuple[dict[str, dict[str, int]], int]:
        """Count facets, and all that passes."""

        def columns(passes: Sequence[tuple[Sequence[Condition], Pass]]) -> Sequence[Found]:
            if base:
                return tantivy_counting.columns(self.searcher, base, passes, request.price)
            return [self._browsed(conditions, asked, request) for conditions, asked in passes]

        counts, total = tantivy_counting.counted(columns, made, request, self.written)
        if total is None:
            conditions = [*base, *tantivy_counting.narrowing(made, made, request, self.written)]
            total = tantivy_counting.count(self.searcher, conditions) if conditions else self.pieces
        return counts, total

    def _browsed(self, conditions: Sequence[Condition], asked: Pass, request: SearchRequest) -> Found:
        """Count without words; over all pieces once for everybody, until the next commit."""
        if conditions or asked.within:
            [found] = tantivy_counting.columns(self.searcher, (), [(conditions, asked)], request.price)
            return found
        if self._everything is None:
            [self._everything] = tantivy_counting.columns(self.searcher, (), [((), Pass(list(FACETS)))])
        everything, _ = self._everything
        return {group: everything[group] for group in asked.groups[0]}, {}

    # --- ordering ------------------------------------------------------------------------------------

    def page(self, queries: Sequence[Query], sort: Sort, window: slice, total: int) -> list[int]:
        """Give the ids of one window of the sorted matches of all queries, of which there are `total`."""
        if window.start == window.stop or window.start >= total:
            return []
        last = min(window.stop + ties.MARGIN, total)
        first = max(window.start - ties.MARGIN, 0)
        if total <= ties.EXACT and (first or total > last):
            first, last = 0, total
        hits = self._hits(queries, sort, first, last, total)
        return self._ordered(hits, sort, first, window, total)

    def _hits(self, queries: Sequence[Query], sort: Sort, first: int, last: int, total: int) -> list[Hit]:
        """Give the matches from one place to another of their order."""
        options: dict[str, Any] = {"weight_by_field": "fresh"}
        if sort != "relevance":
            field = {"new": "published", "price": "cheap", "-price": "dear"}[sort]
            options = {"order_by_field": field, "order": Order.Asc if sort == "price" else Order.Desc}
        if sort == "new":
            hits = self._latest(queries, first, last, total)
            if hits:
                return hits
        return self.searcher.search(
            all_of(queries) if queries else EVERYTHING, max(last - first, 1), False, offset=first, **options
        ).hits

    def _latest(
        self, queries: Sequence[Query], first: int, last: int, total: float, tries: int = 2
    ) -> list[Hit]:
        """Give the newest matches, if the latest eras have as many as are asked for."""
        for eras in islice(self._newest(2 * last, total), tries):
            found = self.searcher.search(
                all_of([*queries, eras]), last - first, offset=first, order_by_field="published"
            )
            if found.count >= last:  # type: ignore[attr-defined]
                return found.hits
        return []

    def _newest(self, matches: int, total: float) -> Iterator[Query]:
        """Narrow to the latest eras, which may hold so many of all matches; then to some more."""
        for share in (matches / max(total, 1), 4 * matches / max(total, 1)):
            if share > MOST_NEWEST:
                return
            if self._eras is None:
                self._eras = sorted(self.searcher.terms_with_prefix("era", ""))
            eras, held = [], 0
            for era, count in self._eras:
                eras.append(holding("era", era))
                held += count
                if held >= share * self.pieces:
                    break
            yield constant(any_of(eras))

    def best(self, ranking: Ranking, filters: Sequence[Condition], window: slice, total: int) -> list[int]:
        """Give the ids of one window of the best matches, of which there are `total`."""
        if window.start == window.stop or window.start >= total:
            return []
        last = min(window.stop + ties.MARGIN, total)
        first = max(window.start - ties.MARGIN, 0)
        sure = [one.query for one in filters if one.values]
        if sure and ranking.every and total > ties.EXACT and ranking.documents >= FORESEEN_FROM:
            ranking.narrow(all_of(sure))
        queries = [ranking.query, *(constant(one.query) for one in filters)]
        if total <= ties.EXACT:
            return self._ordered(
                self._hits(queries, "relevance", 0, total, total), "relevance", 0, window, total
            )
        best = self._foreseen(ranking, filters, last, total)
        hits = best[first:] if best else self._hits(queries, "relevance", first, last, total)
        return self._ordered(hits, "relevance", first, window, total)

    def _foreseen(
        self, ranking: Ranking, filters: Sequence[Condition], last: int, total: int
    ) -> list[Hit] | None:
        """Give the best matches, the first `last`, by looking at few; None where everything is to be scored."""
        if not ranking.every or last > MOST_FORESEEN or ranking.documents < FORESEEN_FROM:
            return None
        if filters and len(ranking.earned) > 1 and total * FILTERED < ranking.passing:
            return None

        def newest(queries: Sequence[Query], most: int, about: float) -> list[Hit]:
            if about:
                return self._latest(queries, 0, most, about, 1)
            return self._hits(queries, "new", 0, most, 0)

        recent = next(self._newest(RECENT, self.pieces), None)
        if recent is None:
            return None
        share = min(total / max(ranking.passing, 1), 1.0) if filters else 1.0
        passing = min(
            (tantivy_counting.size(self.searcher, one) for one in filters if one.values), default=self.pieces
        )
        queries = [one.query for one in filters]
        found = Search(ranking, newest, recent, queries, share, passing).best(last)
        return found if found and len(found) == last else None

    def _ordered(self, hits: Sequence[Hit], sort: Sort, first: int, window: slice, total: int) -> list[int]:
        """Put hits that tie into their exact order, and give the ids of those in the window."""
        ids, published = self.values("id", hits), self.values("published", hits)
        keys = [key for key, _ in hits]
        whole = (first == 0, first + len(hits) >= total)
        if sort == "relevance":
            keys = ties.scores(keys, published, exact=all(whole))
            if all(whole):  # every match is here: freshness bends nothing
                ranks = sorted(range(len(keys)), key=keys.__getitem__, reverse=True)
                keys, ids, published = ([one[at] for at in ranks] for one in (keys, ids, published))
        shown = ties.ordered(keys, published, ids, whole)
        return shown[window.start - first : window.stop - first]

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
            ids = self.page([query], "new", slice(0, most), self.count(query))
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
        alike, window = Query.boolean_query(clauses), slice(0, most)
        total = self.count(alike)
        last = total if total <= ties.EXACT else most + ties.MARGIN
        return self._ordered(self._hits([alike], "relevance", 0, last, total), "relevance", 0, window, total)
