"""Browsing: how much is on the wall by craft, region, council and workshop, and the pages of a list.

Counts are made of what `products.live()` selects, so nothing unapproved is counted anywhere. Each process keeps
them until the audit trail has grown, because every change of what is public leaves a row there.
"""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

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
)
from catalog.pictures import PhotoView
from shop.errors import NotFound
from shop.i18n import localised
from shop.models import AuditEntry

PAGE_SIZE = 24
Key = TypeVar("Key")
SHORTEST_STORY = 120


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


def made_in(code: str) -> Any:
    """Narrow `live()` to pieces made in a province (two digits) or a regency or city (`17.71`)."""
    made = sa.func.coalesce(Listing.regency_code, Workshop.regency_code)
    return made == code if "." in code else made.startswith(code + ".")


# --- counts --------------------------------------------------------------------------------------------

KEPT_SECONDS = 60
"""How long counts are kept at most: changes made beside the shop's own rules show up after that."""


class Tally(NamedTuple):
    """The live pieces of one craft that one workshop makes in one regency."""

    craft_id: int
    regency_code: str
    council_id: int
    workshop_id: int
    pieces: int
    latest: int
    """The id of the last of them."""


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything on the wall, or a part of it, in numbers."""

    tallies: tuple[Tally, ...]

    def of(
        self,
        *,
        craft_id: int | None = None,
        province_code: str | None = None,
        regency_code: str | None = None,
        council_id: int | None = None,
    ) -> "Wall":
        """Narrow to a craft, region or council."""
        return Wall(
            tuple(
                tally
                for tally in self.tallies
                if craft_id in {None, tally.craft_id}
                and regency_code in {None, tally.regency_code}
                and province_code in {None, tally.regency_code[:2]}
                and council_id in {None, tally.council_id}
            )
        )

    @property
    def total(self) -> int:
        """How many pieces there are."""
        return sum(tally.pieces for tally in self.tallies)

    def by_craft(self) -> Counter[int]:
        """Count by craft id."""
        return _sums((tally.craft_id, tally.pieces) for tally in self.tallies)

    def by_province(self) -> Counter[str]:
        """Count by province code."""
        return _sums((tally.regency_code[:2], tally.pieces) for tally in self.tallies)

    def by_council(self) -> Counter[int]:
        """Count by council id."""
        return _sums((tally.council_id, tally.pieces) for tally in self.tallies)

    def by_workshop(self) -> Counter[int]:
        """Count by workshop id."""
        return _sums((tally.workshop_id, tally.pieces) for tally in self.tallies)

    def latest_of_craft(self) -> dict[int, int]:
        """Give the id of the last piece of each craft."""
        return {tally.craft_id: tally.latest for tally in sorted(self.tallies, key=lambda t: t.latest)}

    def latest_of_workshop(self) -> dict[int, int]:
        """Give the id of the last piece of each workshop."""
        return {tally.workshop_id: tally.latest for tally in sorted(self.tallies, key=lambda t: t.latest)}


def _sums(pairs: Iterable[tuple[Key, int]]) -> Counter[Key]:
    sums: Counter[Key] = Counter()
    for key, number in pairs:
        sums[key] += number
    return sums


_kept: dict[str, tuple[str, float, Wall]] = {}


def wall(session: Session) -> Wall:
    """Count the live products by every axis at once, by one SELECT, which counts only if anything has changed."""
    shop = str(session.get_bind())
    mark, since, known = _kept.get(shop, ("never", 0.0, Wall(())))
    if time.monotonic() - since > KEPT_SECONDS:
        mark = "never"
    rows = session.execute(_counting(mark)).all()
    if rows[0].mark != mark:
        tallies = (Tally(*row[1:]) for row in rows if row.pieces)
        known = Wall(tuple(tallies))
        _kept[shop] = (rows[0].mark, time.monotonic(), known)
    return known


def _counting(known: str) -> sa.Select[Any]:
    """Select the present mark, which is the last row of the audit trail, and where it is a new one the tallies."""
    text = sa.cast(AuditEntry.id, sa.String) + " " + sa.cast(AuditEntry.at, sa.String)
    last = sa.select(text).order_by(AuditEntry.id.desc()).limit(1).scalar_subquery()
    present = sa.func.coalesce(last, "")
    axes = (
        sa.func.coalesce(Listing.craft_id, Workshop.craft_id).label("craft_id"),
        sa.func.coalesce(Listing.regency_code, Workshop.regency_code).label("regency_code"),
        Workshop.council_id,
        Workshop.id.label("workshop_id"),
    )
    tallies = (
        products.live()
        .with_only_columns(*axes, sa.func.count().label("pieces"), sa.func.max(Product.id).label("latest"))
        .where(present != known)
        .group_by(*axes)
        .subquery()
    )
    trail = sa.select(present.label("mark")).subquery()
    return sa.select(trail.c.mark, *tallies.c).select_from(trail.outerjoin(tallies, sa.true()))


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
    order = sorted(pieces, key=lambda workshop_id: (-pieces[workshop_id], workshop_id))[
        offset : offset + limit
    ]
    if not order:
        return []
    query = (
        products.live()
        .join(Craft, Craft.id == Workshop.craft_id)
        .join(Regency, Regency.code == Workshop.regency_code)
        .outerjoin(ListingPhoto, ListingPhoto.id == cards.FIRST_PHOTO)
        .outerjoin(Picture, Picture.id == ListingPhoto.picture_id)
        .where(Product.id.in_([latest[workshop_id] for workshop_id in order]))
        .with_only_columns(Workshop, Craft, Regency.name, ListingPhoto.alt, Picture)
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
        )
        for workshop, craft, regency, alt, picture in session.execute(query)
    }
    return [found[workshop_id] for workshop_id in order if workshop_id in found]


def workshop_page(session: Session, number: int, *, size: int = PAGE_SIZE) -> WorkshopPage:
    """Give one page of all workshops with work on the wall. :raise NoSuchPage:"""
    everything = wall(session)
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
