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
from catalog.search.tantivy_schema import GROUPS, VALUES, bounds, unpacked

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


def counted(
    columns: Columns, made: Mapping[str, Sequence[Query]], request: SearchRequest
) -> tuple[Counts, int | None]:
    """Count what a request asks for, and if that tells it, how many documents pass all its filters, `made` as queries."""
    counts: Counts = {facet: {} for facet in request.facets}
    total: int | None = None
    for narrowing, asked in _passes(made, request).items():
        queries = [query for facet in sorted(narrowing) for query in made[facet]]
        groups = [
            dict.fromkeys(GROUP_OF[facet] for facet in facets) for facets in (asked.everywhere, asked.within)
        ]
        for inside, found in zip((False, True), columns(queries, *groups), strict=True):
            facets = asked.within if inside else asked.everywhere
            for group, column in found.items():
                inner = {
                    facet: wanted
                    for facet, wanted in request.filters.items()
                    if facet not in narrowing and GROUP_OF.get(facet) == group
                }
                passing = _tally(
                    group, column, [one for one in facets if GROUP_OF[one] == group], inner, counts
                )
                applied = narrowing | inner.keys() | ({"price"} if inside else set())
                if applied == made.keys() and (inside or not _is_free(made, request) or "price" in narrowing):
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
        narrowing = frozenset(made.keys() - held - ({"price"} if within else set()))
        asked = passes.setdefault(narrowing, Pass())
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


def _terms(group: str) -> dict[str, Any]:
    return {"terms": {"field": group, "size": VALUES, "segment_size": VALUES}}


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
