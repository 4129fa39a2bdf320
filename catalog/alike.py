"""What is like a piece: more of its maker, of its village, of its technique. For the pages of products and makers.

Each way is walked along an index, so that what a page costs does not grow with the catalogue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import cards as views
from catalog import products, taxonomy, wall
from catalog.cards import Card
from catalog.models import Listing, Product, Regency, WallPlace, Workshop
from shop.db import read
from shop.i18n import current_locale, localised

Kind = Literal["maker", "place", "technique"]
KINDS: tuple[Kind, ...] = ("maker", "place", "technique")
EACH = 4
_ME = sa.bindparam("me", type_=sa.BigInteger)
"""The piece or workshop that the shelves stand beside."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A few pieces that stand beside another one, and what they share with it."""

    kind: Kind
    name: str
    """Of the workshop, of the village or regency, or of the technique."""
    slug: str
    """Of the workshop or the regency; the code of the technique."""
    cards: list[Card]


def more_like(
    session: Session, product_id: int, *, each: int = EACH, locale: str | None = None
) -> list[Shelf]:
    """Give what to show beside a piece, also beside one that is gone: shelves with cards, no card twice.

    By one SELECT. Everything on a shelf is live, and so is the name that the shelf bears.
    """
    rows = read(session, _like_a_piece(each), {"me": product_id}).all()
    return _shelves(rows, each, locale or current_locale(), never={product_id})


@cache
def _like_a_piece(each: int) -> sa.Select[Any]:
    """Write the statement of `more_like`, once: writing it costs more than asking it."""
    me = (
        sa.select(
            Product.workshop_id,
            Workshop.live_regency_code.label("regency_code"),
            Workshop.live_village.label("village"),
            views.CRAFT_ID.label("craft_id"),
            Listing.technique,
        )
        .join(Workshop, Workshop.id == Product.workshop_id)
        .join(Listing, Listing.id == Product.live_listing_id)
        .where(Product.id == _ME)
        .cte("me")
    )
    ways = [
        *_by_maker(_of(me, "workshop_id"), _ME, each),
        *_by_place(_of(me, "workshop_id"), _of(me, "regency_code"), _of(me, "village"), each),
        *_by_technique(me, each),
    ]
    return _statement(ways, each, _of(me, "village"))


def neighbours(
    session: Session, workshop_id: int, *, each: int = EACH, locale: str | None = None
) -> list[Shelf]:
    """Give the latest pieces of other workshops of the same village, else regency: one shelf or none."""
    rows = read(session, _near_a_workshop(each), {"me": workshop_id}).all()
    return _shelves(rows, each, locale or current_locale(), never=set())


@cache
def _near_a_workshop(each: int) -> sa.Select[Any]:
    """Write the statement of `neighbours`, once."""
    me = sa.select(
        Workshop.live_regency_code.label("regency_code"), Workshop.live_village.label("village")
    ).where(Workshop.id == _ME)
    home = me.cte("me")
    village = _of(home, "village")
    return _statement(_by_place(_ME, _of(home, "regency_code"), village, each), each, village)


def _of(me: sa.CTE, column: str) -> Any:
    return sa.select(me.c[column]).scalar_subquery()


def _way(kind: Kind, found: sa.Select[Any], turn: int = 0) -> sa.Select[Any]:
    """Name one way to come from a piece to others; a LIMIT inside a UNION needs a SELECT of its own."""
    inner = found.subquery()
    return sa.select(sa.literal(KINDS.index(kind)).label("kind"), sa.literal(turn).label("turn"), inner.c.id)


def _by_maker(workshop_id: Any, product_id: Any, each: int) -> list[sa.Select[Any]]:
    query = sa.select(WallPlace.product_id.label("id")).where(
        WallPlace.workshop_id == workshop_id, WallPlace.product_id != product_id
    )
    return [_way("maker", query.order_by(*wall.NEWEST_FIRST).limit(each))]


def _by_place(workshop_id: Any, regency_code: Any, village: Any, each: int) -> list[sa.Select[Any]]:
    """Take the latest piece of each of some workshops nearby, those of the village first."""
    same_village = sa.case((sa.and_(village != "", Workshop.live_village == village), 0), else_=1)
    near = (
        sa.select(Workshop.id, same_village.label("far"))
        .where(
            Workshop.live_regency_code == regency_code,
            Workshop.id != workshop_id,
        )
        .order_by(same_village, Workshop.id)
        .limit(each * 2)
        .subquery("near")
    )
    latest = (
        sa.select(WallPlace.product_id)
        .where(WallPlace.workshop_id == near.c.id)
        .order_by(*wall.NEWEST_FIRST)
        .limit(1)
        .correlate(near)
        .scalar_subquery()
    )
    return [_way("place", sa.select(latest.label("id")).select_from(near))]


def _by_technique(me: sa.CTE, each: int) -> list[sa.Select[Any]]:
    """Take the latest of the same technique from other workshops, those of the same craft first."""
    technique, others = (
        Listing.technique == _of(me, "technique"),
        Product.workshop_id != _of(me, "workshop_id"),
    )
    same_craft = Listing.craft_id == _of(me, "craft_id")
    # By the listing's number, which grows with time, because that is what the index of techniques is in order of.
    latest = products.live().with_only_columns(Product.id).order_by(Listing.id.desc()).limit(each * 2)
    return [
        _way("technique", latest.where(technique, others, same_craft)),
        _way("technique", latest.where(technique, others, Listing.technique != ""), turn=1),
    ]


def _statement(ways: list[sa.Select[Any]], each: int, village: Any) -> sa.Select[Any]:
    # The LIMIT, which cuts nothing off, keeps SQLite from writing the cards' joins out once for each way.
    found = sa.union_all(*ways).limit(each * 3 * len(ways)).subquery("found")
    return (
        views.with_card_columns(products.live().join(found, found.c.id == Product.id))
        .add_columns(found.c.kind, Listing.technique, Workshop.live_village, Regency.slug.label("regency"))
        .add_columns(village.label("home_village"))
        .order_by(found.c.kind, found.c.turn, *products.NEWEST_FIRST)
    )


def _shelves(rows: Sequence[Any], each: int, locale: str, never: set[int]) -> list[Shelf]:
    shown, shelves = set(never), []
    for number, kind in enumerate(KINDS):
        mine = {row.id: row for row in rows if row.kind == number and row.id not in shown}
        chosen = list(mine.values())[:each]
        if chosen:
            shown |= {row.id for row in chosen}
            name, slug = _called(kind, chosen)
            shelves.append(Shelf(kind, name, slug, [views.card(row, locale) for row in chosen]))
    return shelves


def _called(kind: Kind, rows: list[Any]) -> tuple[str, str]:
    """Give name and slug of what the pieces of a shelf share."""
    first = rows[0]
    if kind == "maker":
        return first.workshop_name or "", first.workshop_slug
    if kind == "place":
        villages = {row.live_village for row in rows}
        village = first.home_village if villages == {first.home_village} else ""
        return village or views.place_name(first.regency_name), first.regency
    label = taxonomy.TECHNIQUES.get(first.technique)
    return localised(label) if label else first.technique, first.technique
