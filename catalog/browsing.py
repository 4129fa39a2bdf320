"""Browsing: the pages of a list, and the rows of crafts, regions, councils and workshops with their counts."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from catalog import cards, pictures, products, tallies, wall
from catalog.cards import Card
from catalog.models import (
    Council,
    Craft,
    ListingPhoto,
    Picture,
    Portrait,
    Product,
    Province,
    Regency,
    WallPlace,
    Workshop,
)
from catalog.pictures import PhotoView
from catalog.tallies import Wall
from shop.errors import NotFound
from shop.i18n import localised

PAGE_SIZE = 24
SHORTEST_STORY = 120
_Face = aliased(Picture)


class NoSuchPage(NotFound):
    """The list has fewer pages."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of cards."""

    cards: list[Card]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class CraftRow:
    """A craft with how many pieces are on the wall."""

    craft: Craft
    count: int
    photo: PhotoView | None = None


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A province or council with how many pieces are on the wall."""

    slug: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class WorkshopRow:
    """A workshop among others, with a photograph of its latest work and, where it has hung one, its portrait."""

    id: int
    slug: str
    name: str
    maker_name: str
    place: str
    craft_name: str
    family: str
    story: str
    count: int
    photo: PhotoView | None
    portrait: PhotoView | None
    village: str
    since_year: int | None


@dataclass(frozen=True, slots=True)
class WorkshopPage:
    """Pages of workshops."""

    rows: list[WorkshopRow]
    number: int
    pages: int


def page(
    session: Session, number: int, *part: sa.ColumnElement[bool], total: int, size: int = PAGE_SIZE
) -> Shown:
    """Give one page of a part of the wall (conditions on `WallPlace`), the newest first, by two SELECTs.

    `total` is what `tallies.wall` says of that part. :raise NoSuchPage:
    """
    pages = max(-(-total // size), 1)
    if not 1 <= number <= pages:
        raise NoSuchPage
    hung = sa.select(WallPlace.product_id).where(*part).order_by(*wall.NEWEST_FIRST)
    ids = session.scalars(hung.limit(size).offset((number - 1) * size)).all() if total else []
    return Shown(products.cards(session, ids), number, pages, total)


def made_in(code: str) -> sa.ColumnElement[bool]:
    """Narrow the wall to pieces made in a province (two digits) or a regency or city (`17.71`)."""
    return WallPlace.regency_code == code if "." in code else WallPlace.province_code == code


# --- rows ----------------------------------------------------------------------------------------------


def craft_rows(session: Session, numbers: dict[int, int], condition: Any = None) -> list[CraftRow]:
    """Give crafts with their province and count: those on the wall first, then by name."""
    query = sa.select(Craft).options(joinedload(Craft.province))
    if condition is not None:
        query = query.where(condition)
    rows = [CraftRow(craft, numbers.get(craft.id, 0)) for craft in session.scalars(query)]
    return sorted(rows, key=lambda row: (-row.count, localised(row.craft)))


def crafts_by_id(session: Session, ids: list[int], numbers: dict[int, int]) -> list[CraftRow]:
    """Give some crafts with their count, in the order asked for."""
    found = {craft.id: craft for craft in session.scalars(sa.select(Craft).where(Craft.id.in_(ids)))}
    return [CraftRow(found[craft_id], numbers[craft_id]) for craft_id in ids if craft_id in found]


def province_rows(session: Session, numbers: dict[str, int]) -> list[tuple[Province, NamedRow]]:
    """Give every province with its count, from west to east."""
    provinces = session.scalars(sa.select(Province).order_by(Province.code))
    return [(p, NamedRow(p.slug, localised(p), numbers.get(p.code, 0))) for p in provinces]


def council_rows(session: Session, numbers: dict[int, int]) -> list[NamedRow]:
    """Give the active councils with their count, those with most pieces first."""
    councils = session.scalars(sa.select(Council).where(Council.active).order_by(Council.code))
    rows = [NamedRow(council.slug, council.name, numbers.get(council.id, 0)) for council in councils]
    return sorted(rows, key=lambda row: -row.count)


# --- workshops -----------------------------------------------------------------------------------------


def workshops(session: Session, part: Wall, *, limit: int, offset: int = 0) -> list[WorkshopRow]:
    """Give the workshops of a part of the wall, those with most work on it first, by one SELECT."""
    pieces, latest = part.by_workshop(), part.latest_of_workshop()
    order = part.largest[offset : offset + limit]
    if not order:
        return []
    query = (
        products.live()
        .join(Craft, Craft.id == Workshop.live_craft_id)
        .join(Regency, Regency.code == Workshop.live_regency_code)
        .outerjoin(ListingPhoto, ListingPhoto.id == cards.FIRST_PHOTO)
        .outerjoin(Picture, Picture.id == ListingPhoto.picture_id)
        .outerjoin(Portrait, Portrait.workshop_id == Workshop.id)
        .outerjoin(_Face, _Face.id == Portrait.live_picture_id)
        .where(Product.id.in_([latest[workshop_id] for workshop_id in order]))
        .with_only_columns(Workshop, Craft, Regency.name, ListingPhoto.alt, Picture, Portrait.live_alt, _Face)
    )
    found = {
        workshop.id: WorkshopRow(
            id=workshop.id,
            slug=workshop.slug,
            name=workshop.live_name or "",
            maker_name=workshop.live_maker_name or "",
            place=cards.place_name(regency),
            craft_name=localised(craft),
            family=craft.family,
            story=workshop.live_about or "",
            count=pieces[workshop.id],
            photo=pictures.public_view(picture, alt),
            portrait=pictures.public_view(face, face_alt),
            village=workshop.live_village or "",
            since_year=workshop.live_since_year,
        )
        for workshop, craft, regency, alt, picture, face_alt, face in session.execute(query)
    }
    return [found[workshop_id] for workshop_id in order if workshop_id in found]


def workshop_page(session: Session, number: int, *, size: int = PAGE_SIZE) -> WorkshopPage:
    """Give one page of all workshops with work on the wall. :raise NoSuchPage:"""
    everything = tallies.wall(session)
    pages = max(-(-len(everything.by_workshop()) // size), 1)
    if not 1 <= number <= pages:
        raise NoSuchPage
    rows = workshops(session, everything, limit=size, offset=(number - 1) * size)
    return WorkshopPage(rows, number, pages)


def maker(session: Session, part: Wall) -> WorkshopRow | None:
    """Give the workshop to feature: among those with most work on the wall, the first with a story."""
    return next((row for row in workshops(session, part, limit=12) if len(row.story) > SHORTEST_STORY), None)


def councils_of(session: Session, province_code: str, regency_code: str | None = None) -> list[Council]:
    """Give the active councils that answer for a province, or for a regency of it."""
    codes = [province_code, *([regency_code] if regency_code else [])]
    query = sa.select(Council).where(Council.active).order_by(Council.code.desc())
    if regency_code:
        return list(session.scalars(query.where(Council.code.in_(codes))))
    return list(session.scalars(query.where(Council.province_code == province_code)))
