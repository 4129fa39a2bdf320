"""Owns how tantivy counts facets: each over what passes all filters but its own, in as few passes as there can be.

For `tantivy_snapshot`. Facets that share a column (`tantivy_schema.GROUPS`) are counted together: which of their values a
document combines says whether it passes the filters on them, so that those need not narrow the query. Nor does a free
range of prices: who is within it, is told apart in the pass.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import tantivy
from tantivy import Query

from catalog.search.query import FACETS, SearchRequest
from catalog.search.tantivy_schema import GROUPS, MARK, VALUES, Condition, bounds, held, met, unpacked

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

    @property
    def groups(self) -> tuple[dict[str, None], dict[str, None]]:
        """Give the columns that these facets stand in."""
        everywhere, within = (
            dict.fromkeys(GROUP_OF[facet] for facet in facets) for facets in (self.everywhere, self.within)
        )
        return everywhere, within


Found = tuple[Mapping[str, Column], Mapping[str, Column]]
"""Columns counted everywhere, and within the free range of prices."""
Columns = Callable[[Sequence[tuple[Sequence[Condition], Pass]]], Sequence[Found]]
"""Counts what each pass asks for, over what matches a request's words and the filters that are given with the pass."""


MOST_WRITTEN = 200
"""Combinations of values in one column that are asked for by name; beyond that their facets are asked one by one."""


def narrowing(
    facets: Iterable[str],
    made: Mapping[str, Sequence[Condition]],
    request: SearchRequest,
    written: Callable[[str], Iterable[str]],
) -> list[Condition]:
    """Give the filters on some facets as few conditions: those that share a column are one, as `written` there.

    Fewer documents stand under a combination of values than under each of them.
    """
    conditions: list[Condition] = []
    left = dict.fromkeys(sorted(facets))
    for group, members in GROUPS.items():
        wanted = {
            facet: request.filters[facet] for facet in members if facet in left and facet in request.filters
        }
        if len(wanted) < 2:
            continue
        sought = [{(facet, value) for value in values} for facet, values in wanted.items()]
        accepted = [
            one
            for one in written(group)
            if one != MARK and not any(map(frozenset(unpacked(group, one)).isdisjoint, sought))
        ]
        if len(accepted) <= MOST_WRITTEN:
            conditions.append(held(group, accepted))
            for facet in wanted:
                del left[facet]
                conditions += made[facet][1:]
    return conditions + [one for facet in left for one in made[facet]]


def counted(
    columns: Columns,
    made: Mapping[str, Sequence[Condition]],
    request: SearchRequest,
    written: Callable[[str], Iterable[str]],
) -> tuple[Counts, int | None]:
    """Count what a request asks for, and if that tells it, how many documents pass all its filters, as `made`."""
    counts: Counts = {facet: {} for facet in request.facets}
    total: int | None = None
    passes = _passes(made, request)
    found = columns(
        [(narrowing(narrowed, made, request, written), asked) for narrowed, asked in passes.items()]
    )
    for (narrowed, asked), both in zip(passes.items(), found, strict=True):
        for inside, some in zip((False, True), both, strict=True):
            facets = asked.within if inside else asked.everywhere
            for group, column in some.items():
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


def _is_free(made: Mapping[str, Sequence[Condition]], request: SearchRequest) -> bool:
    """Say whether prices are filtered by a free range."""
    return "price" in made and request.price != (None, None)


def _passes(made: Mapping[str, Sequence[Condition]], request: SearchRequest) -> dict[frozenset[str], Pass]:
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
    base: Sequence[Condition],
    passes: Sequence[tuple[Sequence[Condition], Pass]],
    price: tuple[int | None, int | None] = (None, None),
) -> list[Found]:
    """Count what passes ask for over what meets the base, each with its own conditions, and with these prices."""
    if not passes:
        return []
    limits = bounds(price)
    if len(passes) == 1:
        base, passes = [*base, *passes[0][0]], [((), passes[0][1])]
    sieve = _sieve(searcher, base, [one for conditions, _ in passes for one in conditions])
    if sieve is None:
        return [
            _read(searcher.aggregate(met([*base, *conditions]), _ways(asked, limits)), asked, limits)
            for conditions, asked in passes
        ]
    ways: dict[str, Any] = {}
    for number, (conditions, asked) in enumerate(passes):
        ways |= _through(conditions, _ways(asked, limits, number), str(number))
    answer = searcher.aggregate(sieve.query, _through(sieve.besides, ways))
    answer = _passed(answer, sieve.besides)
    return [
        _read(_passed(answer, conditions, str(number)), asked, limits, number)
        for number, (conditions, asked) in enumerate(passes)
    ]


def count(searcher: tantivy.Searcher, conditions: Sequence[Condition]) -> int:
    """Count what meets all conditions."""
    sieve = _sieve(searcher, conditions, ())
    if sieve is None or not sieve.besides:
        return count_of(searcher, met(conditions))
    answer = searcher.aggregate(sieve.query, _through(sieve.besides, {}))
    return int(_passed(answer, sieve.besides)["doc_count"])


def count_of(searcher: tantivy.Searcher, query: Query) -> int:
    """Count the matches: by a column in which each document has one value, which takes half of what collecting them does."""
    answer = searcher.aggregate(query, {COUNTED_BY: _terms(COUNTED_BY)})
    return sum(times for _, times in _column(answer[COUNTED_BY]))


COUNTED_BY = "g_material"
"""The column with the fewest different values."""
PRICES = "prices"
SIFTED = "sifted"


class Sieve(NamedTuple):
    """A way to meet several conditions: what matches the query is sifted by the others, as bits."""

    query: Query
    besides: list[Condition]


DENSE = 8
"""A list of documents is looked through beside one up to so many times shorter; beyond that, it is looked up by places.

tantivy meets two lists of about the same length by looking for each document of one in the other, which takes a third longer
than looking through both.
"""


def _sieve(
    searcher: tantivy.Searcher, base: Sequence[Condition], others: Sequence[Condition]
) -> Sieve | None:
    """Say how to meet a base, for counting what meets others besides; None if queries for each do it better."""
    if not base or any(one.said is None for one in (*base, *others)):
        return None
    sizes = {one: size(searcher, one) for one in (*base, *others)}
    *shorter, longest = sorted(base, key=sizes.__getitem__)
    least = sizes[shorter[0] if shorter else longest] * DENSE
    if any(sizes[one] > least for one in others):
        return None
    return Sieve(met(base), []) if sizes[longest] > least else Sieve(longest.query, shorter)


def size(searcher: tantivy.Searcher, condition: Condition) -> int:
    """Say how many documents meet a condition at most."""
    return sum(searcher.doc_freq(condition.field, value) for value in condition.values)


def _through(conditions: Sequence[Condition], ways: dict[str, Any], name: str = "") -> dict[str, Any]:
    """Count in these ways what meets conditions."""
    for one in conditions:
        ways = {SIFTED + name: {"filter": one.said, "aggs": ways}}
    return ways


def _passed(answer: Any, conditions: Sequence[Condition], name: str = "") -> Any:
    """Find in an answer what was counted `_through` conditions."""
    for _ in conditions:
        answer = answer[SIFTED + name]
    return answer


def _ways(asked: Pass, limits: dict[str, float] | None, number: int = 0) -> dict[str, Any]:
    everywhere, within = asked.groups
    ways = {f"{number}{group}": _terms(group) for group in everywhere}
    if within:
        parts = {group: _terms(group) for group in within}
        ways[f"{number}{PRICES}"] = {"range": {"field": "price", "ranges": [limits]}, "aggs": parts}
    return ways


def _terms(group: str) -> dict[str, Any]:
    return {"terms": {"field": group, "size": VALUES, "segment_size": VALUES}}


def _read(answer: Any, asked: Pass, limits: dict[str, float] | None, number: int = 0) -> Found:
    everywhere, within = asked.groups
    inside: Any = {}
    for bucket in answer[f"{number}{PRICES}"]["buckets"] if within else ():
        if {end: bucket[end] for end in ("from", "to") if end in bucket} == limits:
            inside = bucket
    columns = {one: _column(answer[f"{number}{one}"]) for one in everywhere}
    return columns, {one: _column(inside[one]) for one in within}


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
    sought = {facet: {(facet, value) for value in wanted} for facet, wanted in inner.items()}
    for written, times in found:
        values = unpacked(group, written)
        failed = [facet for facet, one in sought.items() if one.isdisjoint(values)] if sought else ()
        if not failed:
            passing += times
        elif len(failed) > 1:
            continue
        for facet, value in values:
            if facet in facets and (not failed or failed[0] == facet):
                counts[facet][value] = counts[facet].get(value, 0) + times
    return passing
