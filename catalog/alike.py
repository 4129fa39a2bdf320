"""What is like a piece: more of its maker, of its village, of its technique. For the pages of products and makers.

Each way is walked along an index, so that what a page costs does not grow with the catalogue: one look at where the
piece is at home, one along all ways, and one for the cards that are shown in the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import cards as views
from catalog import products, taxonomy, wall
from catalog.cards import Card, Roots
from catalog.models import Listing, ListingState, Product, Regency, WallPlace, Workshop
from shop.db import constant, read
from shop.i18n import localised

Kind = Literal["maker", "place", "technique"]
KINDS: tuple[Kind, ...] = ("maker", "place", "technique")
EACH = 4


class Home(NamedTuple):
    """Where a workshop is at home. The ways below ask for it by these names, and for more beside a piece."""

    workshop_id: int
    regency_code: str
    village: str
    regency_slug: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A few pieces that stand beside another one, and what they share with it."""

    kind: Kind
    name: str
    """Of the workshop, of the village or regency, or of the technique."""
    slug: str
    """Of the workshop or the regency; the code of the technique."""
    cards: list[Card]


_PIECE = (
    sa.select(
        Product.id.label("product_id"),
        Product.workshop_id,
        Workshop.live_regency_code.label("regency_code"),
        sa.func.coalesce(Workshop.live_village, "").label("village"),
        Regency.slug.label("regency_slug"),
        views.CRAFT_ID.label("craft_id"),
        Listing.technique,
    )
    .join(Workshop, Workshop.id == Product.workshop_id)
    .join(Listing, Listing.id == Product.live_listing_id)
    .outerjoin(Regency, Regency.code == Workshop.live_regency_code)
    .where(Product.id == sa.bindparam("me"))
)


def more_like(
    session: Session, piece: int | Roots, *, each: int = EACH, locale: str | None = None
) -> list[Shelf]:
    """Give what to show beside a piece, also beside one that is gone: shelves with cards, no card twice.

    By two SELECTs, and a third where only the number of the piece is known. Everything on a shelf is live, and so is
    the name that the shelf bears.
    """
    me = piece if isinstance(piece, Roots) else read(session, _PIECE, {"me": piece}).one_or_none()
    return _shelves(session, me, _like_a_piece(each), each, locale) if me else []


def neighbours(session: Session, home: Home, *, each: int = EACH, locale: str | None = None) -> list[Shelf]:
    """Give the latest pieces of other workshops of the same village, else regency, by two SELECTs: one shelf or none."""
    return _shelves(session, home, _near_a_workshop(each), each, locale)


@cache
def _like_a_piece(each: int) -> sa.Select[Any]:
    """Write the statement of `more_like`, once: writing it costs more than asking it."""
    return _statement([_by_maker(each), _by_place(each), *_by_technique(each)])


@cache
def _near_a_workshop(each: int) -> sa.Select[Any]:
    """Write the statement of `neighbours`, once."""
    return _statement([_by_place(each)])


def _my(name: str) -> Any:
    """Name something of what the shelves stand beside."""
    return sa.bindparam(name, type_=sa.BigInteger if name.endswith("_id") else sa.String)


def _way(kind: Kind, found: sa.Select[Any], *, turn: int = 0) -> sa.Select[Any]:
    """Name one way to come from a piece to others; a LIMIT inside a UNION needs a SELECT of its own."""
    inner = found.subquery()
    return sa.select(
        constant(KINDS.index(kind)).label("kind"),
        constant(turn).label("turn"),
        inner.c.far if "far" in inner.c else constant(0).label("far"),
        inner.c.id,
    )


def _by_maker(each: int) -> sa.Select[Any]:
    query = sa.select(WallPlace.product_id.label("id")).where(
        WallPlace.workshop_id == _my("workshop_id"), WallPlace.product_id != _my("product_id")
    )
    return _way("maker", query.order_by(*wall.NEWEST_FIRST).limit(constant(each)))


def _by_place(each: int) -> sa.Select[Any]:
    """Take the latest piece of each of some workshops nearby, those of the village first."""
    village = _my("village")
    same = sa.and_(village != sa.literal_column("''"), Workshop.live_village == village)
    far = sa.case((same, constant(0)), else_=constant(1))
    near = (
        sa.select(Workshop.id, far.label("far"))
        .where(Workshop.live_regency_code == _my("regency_code"), Workshop.id != _my("workshop_id"))
        .order_by(far, Workshop.id)
        .limit(constant(each * 2))
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
    return _way("place", sa.select(latest.label("id"), near.c.far).select_from(near))


def _by_technique(each: int) -> list[sa.Select[Any]]:
    """Take the latest of the same technique from other workshops, those of the same craft first."""
    # By the listing's number, which grows with time, because that is what the index of techniques is in order of.
    latest = (
        sa.select(Listing.product_id.label("id"))
        .join(WallPlace, WallPlace.product_id == Listing.product_id)
        .where(
            Listing.state == constant(ListingState.LIVE),
            Listing.technique == _my("technique"),
            WallPlace.workshop_id != _my("workshop_id"),
        )
        .order_by(Listing.id.desc())
        .limit(constant(each * 2))
    )
    return [
        _way("technique", latest.where(Listing.craft_id == _my("craft_id"))),
        _way("technique", latest.where(Listing.technique != ""), turn=1),
    ]


def _statement(ways: list[sa.Select[Any]]) -> sa.Select[Any]:
    found = sa.union_all(*ways).subquery("found")
    return (
        sa.select(found.c.id, found.c.kind, found.c.far)
        .join(WallPlace, WallPlace.product_id == found.c.id)
        .order_by(found.c.kind, found.c.turn, *wall.NEWEST_FIRST)
    )


def _shelves(session: Session, me: Any, ways: sa.Select[Any], each: int, locale: str | None) -> list[Shelf]:
    rows = read(session, ways, me._asdict()).all()
    chosen = _chosen(rows, each)
    ids = [number for found in chosen.values() for number in found]
    shown = {card.id: card for card in products.cards(session, ids, locale)}
    shelves = []
    for kind, found in chosen.items():
        cards = [shown[number] for number in found if number in shown]
        if cards:
            name, slug = _called(kind, cards[0], me, near=not any(found.values()))
            shelves.append(Shelf(kind, name, slug, cards))
    return shelves


def _chosen(rows: Sequence[Any], each: int) -> dict[Kind, dict[int, int]]:
    """Choose for each shelf the ids of some pieces that stand on no other, each with whether it is from far."""
    taken: set[int] = set()
    chosen: dict[Kind, dict[int, int]] = {}
    for number, kind in enumerate(KINDS):
        mine = {piece: far for piece, its_kind, far in rows if its_kind == number and piece not in taken}
        chosen[kind] = dict(list(mine.items())[:each])
        taken |= chosen[kind].keys()
    return chosen


def _called(kind: Kind, first: Card, me: Any, *, near: bool) -> tuple[str, str]:
    """Give name and slug of what the pieces of a shelf share."""
    if kind == "maker":
        return first.workshop_name, first.workshop_slug
    if kind == "place":
        return me.village if near else first.place, me.regency_slug
    label = taxonomy.TECHNIQUES.get(me.technique)
    return localised(label) if label else me.technique, me.technique
