"""Browsing: how much is on the wall by craft, region, council and workshop, and the pages of a list.

Counts are made of what `products.live()` selects, so nothing unapproved is counted anywhere.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import cards, pictures, products
from catalog.cards import Card
from catalog.models import (
    Council,
    Craft,
    Listing,
    ListingPhoto,
    Picture,
    Product,
    Province,
    Regency,
    Workshop,
    WorkshopState,
)
from catalog.pictures import PhotoView
from shop.errors import NotFound
from shop.i18n import localised

PAGE_SIZE = 24


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
    """A workshop among others, with a photograph of its latest work."""

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


@dataclass(frozen=True, slots=True)
class WorkshopPage:
    """Pages of workshops."""

    rows: list[WorkshopRow]
    number: int
    pages: int


def page(
    session: Session, query: sa.Select[Any], number: int, *, total: int | None = None, size: int = PAGE_SIZE
) -> Shown:
    """Give one page of a narrowed `live()`, the newest first, by one SELECT where the total is known, else two.

    :raise NoSuchPage:
    """
    if total is None:
        total = _count(session, query.with_only_columns(Product.id))
    pages = max(-(-total // size), 1)
    if not 1 <= number <= pages:
        raise NoSuchPage
    ordered = query.order_by(*products.NEWEST_FIRST)
    shown = products.card_list(session, ordered.limit(size).offset((number - 1) * size)) if total else []
    return Shown(shown, number, pages, total)


def _count(session: Session, query: sa.Select[*tuple[Any, ...]]) -> int:
    return session.scalars(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())).one()


def made_in(province_code: str | None = None, regency_code: str | None = None) -> Any:
    """Narrow to pieces made in a province or regency."""
    made = sa.func.coalesce(Listing.regency_code, Workshop.regency_code)
    if regency_code:
        return made == regency_code
    return sa.func.substr(made, 1, 2) == province_code


# --- counts --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pieces are on the wall, by craft id, province code and council id."""

    crafts: dict[int, int]
    newest_of_craft: dict[int, int]
    """Craft id to the id of its latest product."""
    provinces: dict[str, int]
    councils: dict[int, int]
    workshops: int
    total: int


def counts(session: Session, condition: Any = None) -> Counts:
    """Count the live products by every axis at once, by one SELECT."""
    province = sa.func.substr(sa.func.coalesce(Listing.regency_code, Workshop.regency_code), 1, 2)
    axes = (Listing.craft_id, province, Workshop.council_id, Workshop.id)
    query = products.live().with_only_columns(*axes, sa.func.count(), sa.func.max(Product.id)).group_by(*axes)
    if condition is not None:
        query = query.where(condition)
    crafts: dict[int, int] = defaultdict(int)
    newest: dict[int, int] = defaultdict(int)
    provinces: dict[str, int] = defaultdict(int)
    councils: dict[int, int] = defaultdict(int)
    workshops = set()
    total = 0
    for craft_id, province_code, council_id, workshop_id, number, latest in session.execute(query):
        if craft_id is not None:
            crafts[craft_id] += number
            newest[craft_id] = max(newest[craft_id], latest)
        provinces[province_code] += number
        councils[council_id] += number
        workshops.add(workshop_id)
        total += number
    return Counts(dict(crafts), dict(newest), dict(provinces), dict(councils), len(workshops), total)


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

_PIECES = products.live().with_only_columns(
    Workshop.id.label("workshop_id"), sa.func.count().label("pieces"), sa.func.max(Product.id).label("latest")
)


def workshops(session: Session, condition: Any, *, limit: int, offset: int = 0) -> list[WorkshopRow]:
    """Give workshops with work on the wall, those with most of it first, by one SELECT.

    `condition` is about Product, Listing and Workshop, as in `products.live()`.
    """
    pieces = _PIECES.where(condition).group_by(Workshop.id).subquery()
    query = (
        sa.select(Workshop, Craft, Regency.name, pieces.c.pieces, ListingPhoto.alt, Picture)
        .select_from(pieces)
        .join(Workshop, Workshop.id == pieces.c.workshop_id)
        .join(Product, Product.id == pieces.c.latest)
        .join(Listing, Listing.id == Product.live_listing_id)
        .join(Craft, Craft.id == Workshop.craft_id)
        .join(Regency, Regency.code == Workshop.regency_code)
        .outerjoin(ListingPhoto, ListingPhoto.id == cards.FIRST_PHOTO)
        .outerjoin(Picture, Picture.id == ListingPhoto.picture_id)
        .order_by(pieces.c.pieces.desc(), Workshop.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        WorkshopRow(
            id=workshop.id,
            slug=workshop.slug,
            name=workshop.live_name or "",
            maker_name=workshop.live_maker_name or "",
            place=cards.place_name(regency),
            craft_name=localised(craft),
            family=craft.family,
            story=workshop.live_about or "",
            count=count,
            photo=pictures.public_view(picture, alt),
        )
        for workshop, craft, regency, count, alt, picture in session.execute(query)
    ]


def workshop_page(session: Session, number: int, *, size: int = PAGE_SIZE) -> WorkshopPage:
    """Give one page of all workshops with work on the wall. :raise NoSuchPage:"""
    total = _count(session, _PIECES.group_by(Workshop.id))
    pages = max(-(-total // size), 1)
    if not 1 <= number <= pages:
        raise NoSuchPage
    return WorkshopPage(workshops(session, sa.true(), limit=size, offset=(number - 1) * size), number, pages)


def councils_of(session: Session, province_code: str, regency_code: str | None = None) -> list[Council]:
    """Give the active councils that answer for a province, or for a regency of it."""
    codes = [province_code, *([regency_code] if regency_code else [])]
    query = sa.select(Council).where(Council.active).order_by(Council.code.desc())
    if regency_code:
        return list(session.scalars(query.where(Council.code.in_(codes))))
    return list(session.scalars(query.where(Council.province_code == province_code)))


def maker(session: Session) -> WorkshopRow | None:
    """Give the workshop to feature: with a story, and with most work on the wall."""
    told = sa.func.length(Workshop.live_about) > 120
    active = Workshop.state == WorkshopState.ACTIVE
    return next(iter(workshops(session, sa.and_(told, active), limit=1)), None)
