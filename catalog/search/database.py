"""The way without an index: the same questions answered by the database over live listings, slower and plainer.

Called by `catalog.search.find` when the index is missing or broken. Every word must stand somewhere, as a part of
a word; no stemming of what is stored, no spelling, no ranking but a title first and then the newest.
"""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import heritage, wall
from catalog.models import Craft, Listing, Product, Province, Regency, WallPlace, Workshop
from catalog.search import analysis, indexing
from catalog.search.query import (
    LONGEST_QUERY,
    MOST_WORDS,
    PRICE_BUCKETS,
    SearchRequest,
    SearchResult,
    price_bounds,
)

SEARCHED = (
    Listing.title,
    Listing.title_en,
    Listing.story,
    Listing.story_en,
    Listing.motif,
    Workshop.live_name,
    Workshop.live_maker_name,
    Workshop.live_village,
    Regency.name,
    Province.name_id,
    Province.name_en,
    Craft.name_id,
    Craft.name_en,
)
MOST_READ = 20_000
"""Pieces looked through, the newest: this is the way of the minutes in which a node makes its index."""
MOST_COUNTED = 2_000
"""With more matches than this no facets are counted."""
COUNTED = {
    "craft": "craft_slug",
    "family": "family",
    "province": "province_code",
    "regency": "regency_code",
    "technique": "technique",
}
"""Facets with one value a product, and their column."""


def search(session: Session, request: SearchRequest) -> SearchResult:
    """Answer a request from the tables."""
    found = _found(request)
    conditions = _conditions(found.c, request)
    where = [condition for group in conditions.values() for condition in group]
    total = session.scalar(sa.select(sa.func.count()).select_from(found).where(*where)) or 0
    window = request.window
    ids = session.scalars(
        sa.select(found.c.id)
        .where(*where)
        .order_by(*_order(found.c, request))
        .offset(window.start)
        .limit(window.stop - window.start)
    )
    # Each facet reads everything again.
    counted = request.facets if total <= MOST_COUNTED else ()
    facets = {facet: _count(session, found, conditions, facet) for facet in counted}
    return SearchResult(ids=list(ids), total=total, facets=facets)


def _found(request: SearchRequest) -> sa.CTE:
    """Select the live products whose words hold every word of the query."""
    newest = sa.select(WallPlace.product_id).order_by(*wall.NEWEST_FIRST).limit(MOST_READ)
    query = indexing.live_rows().where(Product.id.in_(newest))
    words = analysis.content_words(request.text[:LONGEST_QUERY])[:MOST_WORDS]
    in_title: sa.ColumnElement[int] = sa.literal(0)
    for word in words:
        root = analysis.stem(word)
        query = query.where(sa.or_(*(column.icontains(root, autoescape=True) for column in SEARCHED)))
        in_title = in_title + sa.case((Listing.title.icontains(root, autoescape=True), 1), else_=0)
    if not words and request.text.strip():
        query = query.where(sa.false())
    return query.add_columns(in_title.label("in_title")).cte("found")


def _conditions(found: Any, request: SearchRequest) -> dict[str, list[sa.ColumnElement[bool]]]:
    """Give what each facet asks of a product."""
    conditions: dict[str, list[sa.ColumnElement[bool]]] = {}
    for facet, wanted in request.filters.items():
        conditions[facet] = [_any_of(found, facet, wanted)]
    low, high = request.price
    bounds = conditions.setdefault("price", [])
    if low is not None:
        bounds.append(found.price >= low)
    if high is not None:
        bounds.append(found.price <= high)
    return conditions


def _any_of(found: Any, facet: str, wanted: tuple[str, ...]) -> sa.ColumnElement[bool]:
    """Say that a product has one of the wanted values."""
    if facet in COUNTED:
        return sa.cast(found[COUNTED[facet]].in_(wanted), sa.Boolean)
    alternatives: list[sa.ColumnElement[bool]] = [sa.false()]
    for value in wanted:
        match facet, value:
            case "price", bucket if bucket in PRICE_BUCKETS:
                alternatives.append(_in_bucket(found, bucket))
            case "availability", "ready":
                alternatives.append(sa.and_(found.sells, found.ready > 0))
            case "availability", "made_to_order":
                alternatives.append(sa.and_(found.sells, found.lead.is_not(None)))
            case "kind", "one_of_a_kind":
                alternatives.append(found.one_of_a_kind.is_(True))
            case "heritage", kind if kind in heritage.KINDS:
                alternatives.append(heritage.has(found.heritage, kind))
            case "material", material:
                typed = sa.cast(found.materials, sa.Text)
                spellings = {material, material[:1].lower() + material[1:]}
                alternatives += [typed.contains(json.dumps(one), autoescape=True) for one in spellings]
    return sa.or_(*alternatives)


def _in_bucket(found: Any, bucket: str) -> sa.ColumnElement[bool]:
    low, above = price_bounds(bucket)
    within = [found.price >= low] + ([found.price < above] if above is not None else [])
    return sa.and_(*within)


def _order(found: Any, request: SearchRequest) -> list[Any]:
    newest = [found.published_at.desc(), found.id.desc()]
    match request.sort:
        case "price":
            return [found.price, *newest]
        case "-price":
            return [found.price.desc(), *newest]
        case "new":
            return newest
        case _:
            return [found.in_title.desc(), *newest]


def _count(
    session: Session, found: sa.CTE, conditions: dict[str, list[sa.ColumnElement[bool]]], facet: str
) -> dict[str, int]:
    """Count one facet without its own filter; those that need more than a column are left out."""
    if facet == "price":
        key: sa.ColumnElement[Any] = sa.case(
            *((_in_bucket(found.c, bucket), bucket) for bucket in PRICE_BUCKETS), else_=""
        )
    elif facet in COUNTED:
        key = found.c[COUNTED[facet]]
    else:
        return {}
    where = [condition for name, group in conditions.items() if name != facet for condition in group]
    rows = session.execute(sa.select(key, sa.func.count()).where(*where).group_by(key))
    return {value: count for value, count in rows if value}
