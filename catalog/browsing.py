"""Browsing: the pages of a list, and the rows of crafts, regions, councils and workshops with their counts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from catalog import atlas, cards, changes, pictures, products, tallies, wall
from catalog.atlas import Atlas
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
from catalog.pictures import Files, PhotoView
from catalog.tallies import Wall
from shop.db import constant, read
from shop.errors import NotFound
from shop.i18n import current_locale

PAGE_SIZE = 24
SHORTEST_STORY = 120
FEATURED = ((0, 3), (3, 9))
"""Among which workshops one with a story is looked for: the first few mostly do."""
_FACE = aliased(Picture)


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

    slug: str
    name: str
    family: str
    province: str
    count: int
    photo: PhotoView | None = None


@dataclass(frozen=True, slots=True)
class FamilyTile:
    """A family of crafts with how many pieces are on the wall, and a photograph of one of them."""

    family: str
    name: str
    count: int
    photo: PhotoView | None


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
    ids = (
        read(session, hung.limit(constant(size)).offset((number - 1) * size)).scalars().all() if total else []
    )
    return Shown(products.cards(session, ids), number, pages, total)


def newest(session: Session, limit: int, also: Collection[int] = ()) -> list[Card]:
    """Give what was curated last, by two SELECTs; after it, whatever else of `also` is live."""
    hung = sa.select(WallPlace.product_id).order_by(*wall.NEWEST_FIRST).limit(constant(limit))
    latest = read(session, hung).scalars().all()
    return products.cards(session, [*latest, *also])


def made_in(code: str) -> sa.ColumnElement[bool]:
    """Narrow the wall to pieces made in a province (two digits) or a regency or city (`17.71`)."""
    return WallPlace.regency_code == code if "." in code else WallPlace.province_code == code


# --- rows ----------------------------------------------------------------------------------------------


def present(session: Session) -> tuple[Wall, Atlas]:
    """Give what hangs and what it is called by, at one version of the catalogue: by one SELECT while it stands."""
    version = changes.version(session)
    return tallies.wall(session, version), atlas.atlas(session, version)


def craft_rows(known: Atlas, crafts: Iterable[int], numbers: Mapping[int, int]) -> list[CraftRow]:
    """Give crafts with their count: those with most on the wall first, then by name."""
    called = known.crafts_called[current_locale()]
    found = sorted(
        (-numbers.get(craft_id, 0), *called[craft_id]) for craft_id in crafts if craft_id in called
    )
    return [
        CraftRow(slug, name, family, province, -less) for less, _place, slug, name, family, province in found
    ]


def family_tiles(
    session: Session, part: Wall, families: Iterable[tuple[str, str, Collection[int]]]
) -> list[FamilyTile]:
    """Give the families (code, name, crafts) with work on the wall, each with the latest piece of its largest craft.

    By one SELECT, whatever hangs.
    """
    numbers, latest = part.by_craft(), part.latest_of_craft()
    hung = [
        (code, name, [craft for craft in crafts if numbers.get(craft)]) for code, name, crafts in families
    ]
    largest = {code: max(crafts, key=lambda craft: numbers[craft]) for code, _name, crafts in hung if crafts}
    shown = products.cards(session, [latest[craft] for craft in largest.values()]) if largest else []
    photos = {card.family: card.photo for card in shown}
    return [
        FamilyTile(code, name, sum(numbers[craft] for craft in crafts), photos.get(code))
        for code, name, crafts in hung
        if crafts
    ]


def province_rows(known: Atlas, numbers: Mapping[str, int]) -> list[tuple[Province, NamedRow]]:
    """Give every province with its count, from west to east."""
    called = known.called[current_locale()]
    return [(province, NamedRow(slug, name, numbers.get(code, 0))) for province, code, slug, name in called]


def regency_rows(known: Atlas, numbers: Mapping[str, int], province_code: str) -> list[NamedRow]:
    """Give the regencies and cities of a province with pieces on the wall, those with most first."""
    there = [(code, count) for code, count in numbers.items() if code.startswith(province_code + ".")]
    return [
        NamedRow(known.regency[code].slug, known.regency[code].name, count)
        for code, count in sorted(there, key=lambda pair: (-pair[1], pair[0]))
        if code in known.regency
    ]


def council_rows(known: Atlas, numbers: Mapping[int, int]) -> list[NamedRow]:
    """Give the active councils with their count, those with most pieces first."""
    rows = [
        NamedRow(slug, name, numbers.get(council_id, 0)) for council_id, slug, name in known.councils_called
    ]
    return sorted(rows, key=lambda row: -row.count)


def councils_of(known: Atlas, province_code: str, regency_code: str | None = None) -> list[Council]:
    """Give the active councils that answer for a province, or for a regency of it; the nearest first."""
    found = [
        council
        for council in known.councils
        if (
            council.code in {regency_code, province_code}
            if regency_code
            else council.province_code == province_code
        )
    ]
    return sorted(found, key=lambda council: council.code, reverse=bool(regency_code))


# --- workshops -----------------------------------------------------------------------------------------


_WORKSHOPS_OF = (
    products.live()
    .join(Craft, Craft.id == Workshop.live_craft_id)
    .join(Regency, Regency.code == Workshop.live_regency_code)
    .outerjoin(ListingPhoto, ListingPhoto.id == cards.FIRST_PHOTO)
    .outerjoin(Picture, Picture.id == ListingPhoto.picture_id)
    .outerjoin(Portrait, Portrait.workshop_id == Workshop.id)
    .outerjoin(_FACE, _FACE.id == Portrait.live_picture_id)
    .where(Product.id.in_(sa.bindparam("latest", expanding=True)))
    .with_only_columns(
        Workshop.id, Workshop.slug, Workshop.live_name, Workshop.live_maker_name, Workshop.live_village,
        Workshop.live_about, Workshop.live_since_year, Regency.name, Craft.name_id, Craft.name_en, Craft.family,
        ListingPhoto.alt, Portrait.live_alt, *cards.photograph(), *cards.photograph(_FACE),
    )
)  # fmt: skip
"""The workshops of these latest pieces. Written once: putting a statement together takes as long as running it."""


def workshops(session: Session, part: Wall, *, limit: int, offset: int = 0) -> list[WorkshopRow]:
    """Give the workshops of a part of the wall, those with most work on it first, by one SELECT."""
    pieces, latest = part.by_workshop(), part.latest_of_workshop()
    order = part.largest[offset : offset + limit]
    if not order:
        return []
    latest_ones = {"latest": [latest[workshop_id] for workshop_id in order]}
    found = {row[0]: _workshop(row, pieces[row[0]]) for row in read(session, _WORKSHOPS_OF, latest_ones)}
    return [found[workshop_id] for workshop_id in order if workshop_id in found]


def _workshop(row: Any, pieces: int) -> WorkshopRow:
    (
        number, slug, name, maker_name, village, about, since_year, regency, craft_id_name, craft_en_name, family,
        alt, portrait_alt, *files,
    ) = row  # fmt: skip
    half = len(Files._fields)
    return WorkshopRow(
        id=number,
        slug=slug,
        name=name or "",
        maker_name=maker_name or "",
        place=cards.place_name(regency),
        craft_name=(current_locale() == "en" and craft_en_name) or craft_id_name,
        family=family,
        story=about or "",
        count=pieces,
        photo=pictures.public_view(Files(*files[:half]), alt),
        portrait=pictures.public_view(Files(*files[half:]), portrait_alt),
        village=village or "",
        since_year=since_year,
    )


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
    for offset, limit in FEATURED:
        for row in workshops(session, part, limit=limit, offset=offset):
            if len(row.story) > SHORTEST_STORY:
                return row
    return None
