"""Quotes from today's offers: gathers what `checkout.pricing` reckons with. Called by pages and by `placing`."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.cards import Offer
from catalog.models import Craft, District, Province, Regency
from checkout import free_postage, packing, pick_up, pricing, rates
from checkout.pricing import Choice, Line, Place, Quote, Terms
from checkout.tariffs import Live
from shop import settled
from shop.errors import Invalid


class NoSuchPlace(Invalid):
    """The district of an address does not exist."""

    message = "Please choose the district (kecamatan) from the list."


_PLACES = (
    sa.select(Regency.code, Regency.province_code, Province.island_group, Regency.remote)
    .join(Province, Province.code == Regency.province_code)
    .where(Regency.code.in_(sa.bindparam("codes", expanding=True)))
)
_DESTINATION = (
    sa.select(Regency.code, Regency.province_code, Province.island_group, Regency.remote)
    .select_from(District)
    .join(Regency, Regency.code == District.regency_code)
    .join(Province, Province.code == Regency.province_code)
    .where(District.code == sa.bindparam("code"))
)
_FAMILIES = sa.select(Craft.id, Craft.family).where(Craft.id.in_(sa.bindparam("ids", expanding=True)))


def places(session: Session, regency_codes: Collection[str]) -> dict[str, Place]:
    """Give regencies as postage sees them."""
    rows: Any = settled.read(session, _PLACES, {"codes": list(regency_codes)})
    return {row[0]: Place(*row) for row in rows}


def destination(session: Session, district_code: str) -> Place:
    """Give the place of a district. :raise NoSuchPlace:"""
    rows: Any = settled.read(session, _DESTINATION, {"code": district_code})
    if not rows:
        raise NoSuchPlace
    return Place(*rows[0])


def of_offers(
    session: Session,
    wanted: Mapping[int, int],
    offers: Mapping[int, Offer],
    to: Place,
    choices: Mapping[int, Choice] | None = None,
    live: Mapping[int, Mapping[tuple[str, str], Live]] | None = None,
    *,
    strict: bool = True,
) -> Quote:
    """Work out what so many pieces per variant cost at a place, at the prices of these offers.

    `choices` are the buyer's, by workshop; `live` is what an aggregator answered before (`checkout.live_rates`).

    :raise NoSuchOption: with `strict`, for a choice that is not offered.
    """
    lines = lines_of(session, wanted, offers)
    return of_lines(session, lines, to, choices, live, strict=strict)


def of_lines(
    session: Session,
    lines: list[Line],
    to: Place,
    choices: Mapping[int, Choice] | None = None,
    live: Mapping[int, Mapping[tuple[str, str], Live]] | None = None,
    *,
    strict: bool = True,
) -> Quote:
    """Work out what lines cost at a place. :raise NoSuchOption: with `strict`, for a choice that is not offered."""
    return with_terms(session, lines, to, terms(session, lines, to), choices, live, strict=strict)


def with_terms(
    session: Session,
    lines: list[Line],
    to: Place,
    held: Mapping[int, Terms],
    choices: Mapping[int, Choice] | None = None,
    live: Mapping[int, Mapping[tuple[str, str], Live]] | None = None,
    *,
    strict: bool = True,
) -> Quote:
    """Work out what lines cost at a place by terms that were read already. :raise NoSuchOption: as above."""
    free = free_postage.holding(
        session, {line.council_id for line in lines}, {line.workshop_id for line in lines}
    )
    return pricing.quote(lines, to, held, choices, free, live, strict=strict)


def lines_of(session: Session, wanted: Mapping[int, int], offers: Mapping[int, Offer]) -> list[Line]:
    """Give the lines of so many pieces per variant, with where they start."""
    origins = places(session, {offers[variant_id].workshop_regency_code for variant_id in wanted})
    families = _families(session, {offers[variant_id].craft_id for variant_id in wanted})
    return [_line(offers[variant_id], quantity, origins, families) for variant_id, quantity in wanted.items()]


def terms(session: Session, lines: Iterable[Line], to: Place) -> dict[int, Terms]:
    """Give what holds for the parcels of each council, as far as these lines on this way need it."""
    known = list(lines)
    councils = {line.council_id for line in known}
    return settled.derive(session, _terms, councils, {pricing.zone(line.origin, to) for line in known})


def _terms(session: Session, councils: Collection[int], zones: Collection[int]) -> dict[int, Terms]:
    services = rates.offered(session, councils, zones)
    boxes, galleries = packing.rules_of(session, councils), pick_up.open_at(session, councils)
    return {
        council_id: Terms(tuple(services[council_id]), boxes.get(council_id, {}), council_id in galleries)
        for council_id in councils
    }


def _families(session: Session, craft_ids: set[int | None]) -> dict[int | None, str]:
    rows = settled.read(session, _FAMILIES, {"ids": list(craft_ids - {None})})
    return {row.id: row.family for row in rows}


def _line(
    offer: Offer, quantity: int, origins: Mapping[str, Place], families: Mapping[int | None, str]
) -> Line:
    return Line(
        variant_id=offer.variant_id,
        workshop_id=offer.workshop_id,
        council_id=offer.council_id,
        origin=origins[offer.workshop_regency_code],
        unit_price=offer.price,
        quantity=quantity,
        weight_g=offer.weight_g,
        length_cm=offer.length_cm,
        width_cm=offer.width_cm,
        height_cm=offer.height_cm,
        family=families.get(offer.craft_id, ""),
    )
