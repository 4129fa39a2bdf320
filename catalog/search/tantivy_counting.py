"""Owns how tantivy counts facets: each over what passes all filters but its own, in as few passes as there can be.

For `tantivy_snapshot`. Facets that share a column (`tantivy_schema.GROUPS`) are counted together: which of their values a
document combines says whether it passes the filters on them, so that those need not narrow the query. Nor does a free
range of prices: who is within it, is told apart in the pass.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tantivy
from tantivy import Query

from catalog.search.query import FACETS, SearchRequest
from catalog.search.tantivy_schema import GROUPS, MARK, VALUES, any_of, bounds, holding, unpacked

Counts = dict[str, dict[str, int]]
Column = Sequence[tuple[str, int]]
"""What stands in a column, and how often."""
GROUP_OF = {facet: group for group, facets in GROUPS.items() for facet in facets}


@dataclass(slots=True)
class Pass:
    """What is counted over the same documents."""

    everywhere: list[str] = field(default_factory=list)
    """Facets that are counted over all of them."""
    within: list[str] = field(default_factory=list)
    """Facets that are counted over those within the free range of prices."""


Columns = Callable[
    [Sequence[Query], Iterable[str], Iterable[str]], tuple[Mapping[str, Column], Mapping[str, Column]]
]
"""Counts some columns over what matches a request's words and these filters, and others over those within its prices."""


MOST_WRITTEN = 200
"""Combinations of values in one column that are asked for by name; beyond that their facets are asked one by one."""


def narrowing(
    facets: Iterable[str],
    made: Mapping[str, Sequence[Query]],
    request: SearchRequest,
    written: Callable[[str], Iterable[str]],
) -> list[Query]:
    """Give what the filters on some facets match, as few queries: those that share a column are one, as `written` there.

    Fewer documents stand under a combination of values than under each of them.
    """
    queries: list[Query] = []
    left = dict.fromkeys(sorted(facets))
    for group, members in GROUPS.items():
        wanted = {
            facet: request.filters[facet] for facet in members if facet in left and facet in request.filters
        }
        if len(wanted) < 2:
            continue
        accepted = [
            one
            for one in written(group)
            if one != MARK and all(_has(unpacked(group, one), *each) for each in wanted.items())
        ]
        if len(accepted) <= MOST_WRITTEN:
            queries.append(any_of([holding(group, one) for one in accepted]))
            for facet in wanted:
                del left[facet]
                queries += made[facet][1:]
    return queries + [query for facet in left for query in made[facet]]


def counted(
    columns: Columns,
    made: Mapping[str, Sequence[Query]],
    request: SearchRequest,
    written: Callable[[str], Iterable[str]],
) -> tuple[Counts, int | None]:
    """Count what a request asks for, and if that tells it, how many documents pass all its filters, `made` as queries."""
    counts: Counts = {facet: {} for facet in request.facets}
    total: int | None = None
    for narrowed, asked in _passes(made, request).items():
        queries = narrowing(narrowed, made, request, written)
        groups = [
            dict.fromkeys(GROUP_OF[facet] for facet in facets) for facets in (asked.everywhere, asked.within)
        ]
        for inside, found in zip((False, True), columns(queries, *groups), strict=True):
            facets = asked.within if inside else asked.everywhere
            for group, column in found.items():
                inner = {
                    facet: wanted
                    for facet, wanted in request.filters.items()
                    if facet not in narrowed and GROUP_OF.get(facet) == group
                }
                passing = _tally(
                    group, column, [one for one in facets if GROUP_OF[one] == group], inner, counts
                )
                applied = narrowed | inner.keys() | ({"price"} if inside else set())
                if applied == made.keys() and (inside or not _is_free(made, request) or "price" in narrowed):
                    total = passing
    return counts, total


def _is_free(made: Mapping[str, Sequence[Query]], request: SearchRequest) -> bool:
    """Say whether prices are filtered by a free range."""
    return "price" in made and request.price != (None, None)


def _passes(made: Mapping[str, Sequence[Query]], request: SearchRequest) -> dict[frozenset[str], Pass]:
    """Say which facets can be counted in one pass, by the filters that narrow its query."""
    passes: dict[frozenset[str], Pass] = {}
    free = _is_free(made, request)
    alone = free and "price" not in request.filters and bounds(request.price) is not None
    for facet in dict.fromkeys(request.facets):
        if facet not in FACETS:
            continue
        held = {other for other in GROUPS[GROUP_OF[facet]] if other == facet or other != "price" or not free}
        within = alone and facet != "price"
        narrowed = frozenset(made.keys() - held - ({"price"} if within else set()))
        asked = passes.setdefault(narrowed, Pass())
        (asked.within if within else asked.everywhere).append(facet)
    return passes


def columns(
    searcher: tantivy.Searcher,
    query: Query,
    everywhere: Iterable[str],
    within: Iterable[str] = (),
    price: tuple[int | None, int | None] = (None, None),
) -> tuple[dict[str, Column], dict[str, Column]]:
    """Count what stands in some columns over the matches of a query, and in others over those within these prices."""
    ways: dict[str, Any] = {group: _terms(group) for group in everywhere}
    parts = {group: _terms(group) for group in within}
    limits = bounds(price)
    if parts:
        ways[PRICES] = {"range": {"field": "price", "ranges": [limits]}, "aggs": parts}
    answer = searcher.aggregate(query, ways)
    inside: Any = {}
    for bucket in answer[PRICES]["buckets"] if parts else ():
        if {end: bucket[end] for end in ("from", "to") if end in bucket} == limits:
            inside = bucket
    return {one: _column(answer[one]) for one in everywhere}, {one: _column(inside[one]) for one in parts}


PRICES = "prices"
COUNTED_BY = "g_material"
"""The column with the fewest different values."""


def _terms(group: str) -> dict[str, Any]:
    return {"terms": {"field": group, "size": VALUES, "segment_size": VALUES}}


def count(searcher: tantivy.Searcher, query: Query) -> int:
    """Count the matches: by a column in which each document has one value, which takes half of what collecting them does."""
    answer = searcher.aggregate(query, {COUNTED_BY: _terms(COUNTED_BY)})
    return sum(times for _, times in _column(answer[COUNTED_BY]))


def _column(answer: Any) -> Column:
    return [(bucket["key"], int(bucket["doc_count"])) for bucket in answer["buckets"]]


def _tally(
    group: str,
    found: Column,
    facets: Sequence[str],
    inner: Mapping[str, tuple[str, ...]],
    counts: Counts,
) -> int:
    """Add up the values of facets that share a column, each without its own filter; give how many pass all."""
    passing = 0
    for written, times in found:
        values = unpacked(group, written)
        failed = (
            [facet for facet, wanted in inner.items() if not _has(values, facet, wanted)] if inner else ()
        )
        if not failed:
            passing += times
        elif len(failed) > 1:
            continue
        for facet, value in values:
            if facet in facets and (not failed or failed[0] == facet):
                counts[facet][value] = counts[facet].get(value, 0) + times
    return passing


def _has(values: Iterable[tuple[str, str]], facet: str, wanted: tuple[str, ...]) -> bool:
    return any(of == facet and value in wanted for of, value in values)
