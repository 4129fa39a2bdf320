"""Quotes from today's offers: gathers what `checkout.pricing` reckons with. Called by pages and by `placing`."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.cards import Offer
from catalog.models import District, Province, Regency
from checkout import pricing, rates
from checkout.pricing import Line, Place, Quote
from shop.errors import Invalid


class NoSuchPlace(Invalid):
    """The district of an address does not exist."""

    message = "Please choose the district (kecamatan) from the list."


def places(session: Session, regency_codes: Collection[str]) -> dict[str, Place]:
    """Give regencies as postage sees them."""
    rows = session.execute(
        sa.select(Regency.code, Regency.province_code, Province.island_group, Regency.remote)
        .join(Province, Province.code == Regency.province_code)
        .where(Regency.code.in_(regency_codes))
    )
    return {code: Place(code, province, group, remote) for code, province, group, remote in rows}


def destination(session: Session, district_code: str) -> Place:
    """Give the place of a district. :raise NoSuchPlace:"""
    regency_code = session.scalar(sa.select(District.regency_code).where(District.code == district_code))
    if regency_code is None:
        raise NoSuchPlace
    return places(session, [regency_code])[regency_code]


def of_offers(session: Session, wanted: Mapping[int, int], offers: Mapping[int, Offer], to: Place) -> Quote:
    """Work out what so many pieces per variant cost at a place, at the prices of these offers."""
    origins = places(session, {offers[variant_id].workshop_regency_code for variant_id in wanted})
    lines = [
        _line(offers[variant_id], quantity, origins[offers[variant_id].workshop_regency_code])
        for variant_id, quantity in wanted.items()
    ]
    tables = rates.tables(session, {line.council_id for line in lines})
    return pricing.quote(lines, to, tables)


def _line(offer: Offer, quantity: int, origin: Place) -> Line:
    return Line(
        variant_id=offer.variant_id,
        workshop_id=offer.workshop_id,
        council_id=offer.council_id,
        origin=origin,
        unit_price=offer.price,
        quantity=quantity,
        weight_g=offer.weight_g,
        length_cm=offer.length_cm,
        width_cm=offer.width_cm,
        height_cm=offer.height_cm,
    )
