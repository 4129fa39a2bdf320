"""Owns how tantivy counts facets: each over what passes all filters but its own, in as few passes as there can be.

For `tantivy_snapshot`. Facets that share a column (`tantivy_schema.GROUPS`) are counted together: which of their values a
document combines says whether it passes the filters on them, so that those need not narrow the query.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import tantivy
from tantivy import Query

from catalog.search.query import FACETS, SearchRequest
from catalog.search.tantivy_schema import GROUPS, VALUES, unpacked

Counts = dict[str, dict[str, int]]
Columns = Callable[[Sequence[Query], Iterable[str]], Mapping[str, Sequence[tuple[str, int]]]]
"""Counts what stands in some columns over what matches a request's words and these filters."""
GROUP_OF = {facet: group for group, facets in GROUPS.items() for facet in facets}


def counted(
    columns: Columns, made: Mapping[str, Sequence[Query]], request: SearchRequest
) -> tuple[Counts, int | None]:
    """Count what a request asks for, and if that tells it, how many documents pass all its filters, `made` as queries."""
    counts: Counts = {facet: {} for facet in request.facets}
    total: int | None = None
    for narrowing, facets in _passes(made, request).items():
        groups = dict.fromkeys(GROUP_OF[facet] for facet in facets)
        queries = [query for facet in sorted(narrowing) for query in made[facet]]
        for group, found in columns(queries, groups).items():
            inner = {
                facet: wanted
                for facet, wanted in request.filters.items()
                if facet not in narrowing and GROUP_OF.get(facet) == group
            }
            here = [facet for facet in facets if GROUP_OF[facet] == group]
            passing = _tally(group, found, here, inner, counts)
            if made.keys() == narrowing | inner.keys() and not _is_free(request, inner):
                total = passing
    return counts, total


def _is_free(request: SearchRequest, facets: Iterable[str]) -> bool:
    """Say whether a free range of prices is among the filters on these facets: no column says who passes it."""
    return "price" in facets and request.price != (None, None)


def _passes(made: Mapping[str, Sequence[Query]], request: SearchRequest) -> dict[frozenset[str], list[str]]:
    """Say which facets can be counted in one pass, by the filters that narrow its query."""
    passes: dict[frozenset[str], list[str]] = {}
    for facet in dict.fromkeys(request.facets):
        if facet not in FACETS:
            continue
        held = {
            other for other in GROUPS[GROUP_OF[facet]] if other == facet or not _is_free(request, [other])
        }
        passes.setdefault(frozenset(made.keys() - held), []).append(facet)
    return passes


def columns(
    searcher: tantivy.Searcher, query: Query, groups: Iterable[str]
) -> dict[str, list[tuple[str, int]]]:
    """Count what stands in some columns over the matches of a query."""
    ways = {group: {"terms": {"field": group, "size": VALUES, "segment_size": VALUES}} for group in groups}
    answer = searcher.aggregate(query, ways)
    return {
        group: [(bucket["key"], int(bucket["doc_count"])) for bucket in answer[group]["buckets"]]
        for group in ways
    }


def _tally(
    group: str,
    found: Sequence[tuple[str, int]],
    facets: Sequence[str],
    inner: Mapping[str, tuple[str, ...]],
    counts: Counts,
) -> int:
    """Add up the values of facets that share a column, each without its own filter; give how many pass all."""
    passing = 0
    for written, times in found:
        values = unpacked(group, written)
        failed = (
            [
                facet
                for facet, wanted in inner.items()
                if not any(of == facet and value in wanted for of, value in values)
            ]
            if inner
            else ()
        )
        if not failed:
            passing += times
        elif len(failed) > 1:
            continue
        for facet, value in values:
            if facet in facets and (not failed or failed[0] == facet):
                counts[facet][value] = counts[facet].get(value, 0) + times
    return passing
