"""What couriers ask for exactly these parcels just now, from an aggregator, where a key is set (`couriers.port`).

Two steps, so that no transaction is ever open while somebody outside is asked: `ask` is called before, by the page;
what it answered is handed to the quote, which takes an answer only for the very parcel it was given for. Whoever
does not answer in time is left out, and the councils' tables hold.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import indonesia
from catalog.models import Workshop
from checkout import pricing, quotes
from checkout.couriers import port
from checkout.couriers.port import End, LiveRate, RateRequest
from checkout.pricing import Choice, Line, Quote, Terms
from checkout.tariffs import Live

Answers = Mapping[RateRequest, Sequence[LiveRate]]
BUDGET = 4.0
"""Seconds that all parcels of a cart may take together; the tables hold for those that are left."""
MAX_DAYS = 90


@dataclass(frozen=True, slots=True)
class Way:
    """Where the parcels go: a district that exists, and the postal code that was typed."""

    district_code: str
    postal_code: str = ""


def quote(
    session: Session,
    lines: list[Line],
    way: Way,
    choices: Mapping[int, Choice],
    live: Answers,
    *,
    strict: bool = True,
) -> Quote:
    """Work out what lines cost at a place, by what was answered for exactly these parcels, else by the tables.

    :raise NoSuchPlace: :raise NoSuchOption: with `strict`, for a choice that is not offered.
    """
    to = quotes.destination(session, way.district_code)
    terms = quotes.terms(session, lines, to)
    said = by_workshop(_requests(session, lines, terms, way), live) if live else {}
    return quotes.with_terms(session, lines, to, terms, choices, said, strict=strict)


def requests(session: Session, lines: list[Line], way: Way) -> dict[int, RateRequest]:
    """Give what to ask for each workshop's parcel; nothing for councils without a service of a named courier."""
    terms = quotes.terms(session, lines, quotes.destination(session, way.district_code))
    return _requests(session, lines, terms, way)


def _requests(
    session: Session, lines: list[Line], terms: Mapping[int, Terms], way: Way
) -> dict[int, RateRequest]:
    grouped = pricing.by_workshop(lines)
    origins = _origins(session, grouped)
    to = _end(way.district_code, way.postal_code)
    found = {}
    for workshop_id, mine in grouped.items():
        held = terms.get(mine[0].council_id, Terms())
        couriers = tuple(sorted({one.courier for one in held.offered if one.courier}))
        origin = origins.get(workshop_id)
        if couriers and origin is not None and to is not None:
            found[workshop_id] = _request(mine, held, origin, to, couriers)
    return found


def _request(lines: list[Line], held: Terms, origin: End, to: End, couriers: tuple[str, ...]) -> RateRequest:
    inside = pricing.load(lines, held.packing)
    length, width = max(line.length_cm for line in lines), max(line.width_cm for line in lines)
    return RateRequest(
        origin=origin,
        destination=to,
        weight_g=inside.grams,
        couriers=couriers,
        length_cm=length,
        width_cm=width,
        height_cm=-(-inside.volume_cm3 // (length * width)),
        value=inside.value,
    )


def _origins(session: Session, workshop_ids: Iterable[int]) -> dict[int, End]:
    rows = session.execute(
        sa.select(
            Workshop.id, Workshop.district_code, Workshop.postal_code, Workshop.live_regency_code
        ).where(Workshop.id.in_(list(workshop_ids)))
    )
    found = {}
    for workshop_id, district_code, postal_code, regency_code in rows:
        end = _end(district_code or "", postal_code) or _any_in(regency_code or "")
        if end is not None:
            found[workshop_id] = end
    return found


def _end(district_code: str, postal_code: str) -> End | None:
    place = indonesia.place(district_code)
    if place is None:
        return None
    code = postal_code or (place.postal_codes[0] if place.postal_codes else "")
    return End(code, place.district, place.regency) if code else None


def _any_in(regency_code: str) -> End | None:
    """Stand in for a workshop that has not said its district: any postal code of its regency."""
    regency, codes = indonesia.regency(regency_code), sorted(indonesia.postal_codes(regency_code))
    return End(codes[0], "", regency.name) if regency and codes else None


def ask(wanted: Iterable[RateRequest]) -> dict[RateRequest, Sequence[LiveRate]]:
    """Ask the aggregator about parcels, as long as there is time; no transaction may be open."""
    aggregator, answers = port.current(), dict[RateRequest, Sequence[LiveRate]]()
    if aggregator is None:
        return answers
    until = time.monotonic() + BUDGET
    for request in wanted:
        if time.monotonic() >= until:
            break
        try:
            answers[request] = aggregator.rates(request)
        except (port.Unreachable, port.Refused):
            continue
    return answers


def by_workshop(
    wanted: Mapping[int, RateRequest], answers: Answers
) -> dict[int, dict[tuple[str, str], Live]]:
    """Give each workshop's parcel what was answered for exactly it, by courier and service."""
    return {
        workshop_id: {(rate.courier, rate.service): _live(rate) for rate in answers[request] if _true(rate)}
        for workshop_id, request in wanted.items()
        if request in answers
    }


def _true(rate: LiveRate) -> bool:
    return 0 < rate.price <= 100_000_000 and 0 <= rate.min_days <= rate.max_days <= MAX_DAYS


def _live(rate: LiveRate) -> Live:
    return Live(rate.price, rate.min_days, rate.max_days)
