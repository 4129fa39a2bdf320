"""Owns how tantivy lays documents out, and the queries that ask for them; for `tantivy_snapshot` and `tantivy_engine`.

A term stands in two fields: `words` says which documents hold it, `weighted` holds it with its weight
(`batik/16`), so that what a term earns is a constant of ours, as with Whoosh, and not a BM25 that nobody can foresee.
A word together with its synonyms is a term of its own in both (`tantivy_meanings`), with what it earns (`bag~/0.4`).
Ids are signed integers: deleting by an unsigned one deletes nothing and says nothing.
Each document holds the `era` it comes from. As an index is built from the newest to the oldest and new pieces come in new
segments, "the newest of them" reads a small part of the index, and no more.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import tantivy
from tantivy import Occur, Query

from catalog.search import tantivy_meanings, terms, ties
from catalog.search.columns import SEPARATOR
from catalog.search.query import FACETS, IndexDoc, SearchRequest

META = 0
"""The id of the document that carries the seq; no product has it."""
WORD_FIELDS = (*terms.SUGGESTION_FIELDS, "fact")
STORED_FACETS = ("family", "craft", "province", "technique", "material")
"""Facets whose values can be read back, to find similar pieces."""
COMPLETED = ("craft", "province", "regency")
"""Facets that completing counts by themselves."""
GROUPS = {
    "g_craft": ("craft", "family", "heritage"),
    "g_place": ("province", "availability", "kind"),
    "g_price": ("price", "technique"),
    "g_material": ("material",),
    "g_regency": ("regency",),
}
"""Columns to count by: facets with few combinations of values share one, and each document has one value in each.
Counting costs by column, and a column with gaps or several values costs several times as much."""
MARK, BETWEEN = "=", "\x1e"
"""Begins what stands in such a column, and parts its facets."""
VALUES = 20_000
"""Different values in a column that are counted at most: more than there can be."""
MOST = 2**53
"""Rupiah; no price is as high."""
ERA = 86_400
"""Seconds that an era lasts."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    for name in ("seq", "price", "published", "cheap", "dear"):
        builder.add_integer_field(name, fast=True)
    builder.add_float_field("fresh", fast=True)
    for name in ("words", "weighted", *WORD_FIELDS):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("era", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("maker_key", tokenizer_name="raw", index_option="basic", fast=True)
    for facet in FACETS:
        builder.add_text_field(
            "f_" + facet,
            tokenizer_name="raw",
            index_option="basic",
            fast=facet in COMPLETED,
            stored=facet in STORED_FACETS,
        )
    for group in GROUPS:
        builder.add_text_field(group, tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


SCHEMA = _schema()


def era(published: int) -> str:
    """Name the day of a publication: the later, the lower it sorts."""
    return f"{max(ties.LAST_DAY - max(published, 0), 0) // ERA:05}"


def document(doc: IndexDoc) -> tantivy.Document:
    """Lay a document out in the fields of SCHEMA."""
    body = terms.body(doc)
    meanings = dict(tantivy_meanings.written(body))
    written = terms.suggestions(doc) | {"fact": terms.facts(doc)}
    moment = min(max(doc.published_at, 0), 2**32 - 1)
    found = tantivy.Document()
    for name, number in (
        ("id", doc.id), ("price", doc.price), ("published", doc.published_at),
        ("cheap", doc.price << 32 | (2**32 - 1 - moment)), ("dear", doc.price << 32 | moment),
    ):  # fmt: skip
        found.add_integer(name, number)
    found.add_float("fresh", ties.weight(doc.published_at))
    found.add_text("era", era(doc.published_at))
    found.add_text("words", " ".join((*body, *meanings)))
    weighted = (f"{term}/{round(2 * weight)}" for term, weight in body.items())
    found.add_text(
        "weighted", " ".join((*weighted, *(f"{one}/{earned:.7g}" for one, earned in meanings.items())))
    )
    for name, words in written.items():
        found.add_text(name, " ".join(words))
    if doc.maker_key:
        found.add_text("maker_key", doc.maker_key)
    for facet in FACETS:
        for value in doc.facet_values(facet):
            found.add_text("f_" + facet, value)
    for group, facets in GROUPS.items():
        packed = (SEPARATOR.join(doc.facet_values(facet)) for facet in facets)
        found.add_text(group, MARK + BETWEEN.join(packed))
    return found


def meta(seq: int) -> tantivy.Document:
    """Lay out the document that carries the seq; it leaves no gap in the columns."""
    found = tantivy.Document()
    found.add_integer("id", META)
    found.add_integer("seq", seq)
    for group in GROUPS:
        found.add_text(group, MARK)
    return found


@lru_cache(maxsize=16_384)
def unpacked(group: str, written: str) -> tuple[tuple[str, str], ...]:
    """Give the facets and values that stand in one column of a document."""
    parts = zip(GROUPS[group], written[len(MARK) :].split(BETWEEN), strict=True)
    return tuple((facet, value) for facet, values in parts for value in values.split(SEPARATOR) if value)


# --- queries -----------------------------------------------------------------------------------------

EVERYTHING = Query.boolean_query(
    [(Occur.Must, Query.all_query()), (Occur.MustNot, Query.term_query(SCHEMA, "id", META))]
)
NOTHING = Query.empty_query()


def holding(field: str, value: str | int) -> Query:
    """Match one term of a field, without a score of its own."""
    return Query.term_query(SCHEMA, field, value, "basic")


def all_of(queries: Iterable[Query]) -> Query:
    """Match what matches all."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def any_of(queries: Sequence[Query]) -> Query:
    """Match what matches one at least."""
    return Query.boolean_query([(Occur.Should, query) for query in queries]) if queries else NOTHING


def constant(query: Query, score: float = 0.0) -> Query:
    """Give every match the same score."""
    return Query.const_score_query(query, score)


class Condition(NamedTuple):
    """What documents may be asked for: that they hold one of some terms of a field at least, or else a query."""

    query: Query
    field: str = ""
    values: tuple[str, ...] = ()

    @property
    def said(self) -> str | None:
        """Say it in tantivy's own language, for an aggregation; None where that is not safe."""
        if not self.values or any(not one or set(one) & UNSAFE for one in self.values):
            return None
        return " OR ".join(f'{self.field}:"{one}"' for one in self.values)


def met(conditions: Sequence[Condition]) -> Query:
    """Match what meets all conditions; they stand side by side, as an intersection within another takes far longer."""
    return all_of([one.query for one in conditions]) if conditions else EVERYTHING


UNSAFE = frozenset('"\\')
"""Between quotation marks, tantivy's language reads everything else as it stands."""


def held(field: str, values: Iterable[str]) -> Condition:
    """Match what holds one of these terms at least."""
    wanted = tuple(values)
    return Condition(any_of([holding(field, one) for one in wanted]), field, wanted)


def filters_of(request: SearchRequest) -> dict[str, list[Condition]]:
    """Make the filters of a request, by the facet that each belongs to."""
    made: dict[str, list[Condition]] = {}
    for facet, wanted in request.filters.items():
        known = facet in FACETS and bool(wanted)
        made[facet] = [held("f_" + facet, wanted) if known else Condition(NOTHING)]
    low, high = request.price
    if low is not None or high is not None:
        bounds = (0 if low is None else min(low, 2**62), 2**62 if high is None else min(max(high, -1), 2**62))
        within = Query.range_query(SCHEMA, "price", tantivy.FieldType.Integer, *bounds)
        made.setdefault("price", []).append(Condition(within))
    return made


def bounds(price: tuple[int | None, int | None]) -> dict[str, float] | None:
    """Write a free range of prices as an aggregation has it: from, to and not with; None if it holds no price."""
    low, high = max(price[0] or 0, 0), price[1]
    if high is not None and high < low:
        return None
    return {"from": float(min(low, MOST))} | ({} if high is None else {"to": float(min(high + 1, MOST))})
