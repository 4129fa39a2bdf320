"""What sending one piece costs and how long it takes, before there is a cart: the estimate on a product page.

Called by checkout.views.delivery. The same tables and arithmetic as an order; a promise is only what the order says.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog import products
from catalog.cards import Offer
from checkout import closed_days, parcels, pick_up, quotes
from checkout.models import ClosedDay
from checkout.pick_up import Counter
from checkout.pricing import Option
from shop.db import now
from shop.errors import Invalid, NotFound


class NotForSale(NotFound):
    """There is no such piece, or it cannot be bought."""

    message = "This piece cannot be ordered at the moment."


class NoSuchRegency(Invalid):
    """No regency or city has this code."""

    message = "Please choose a regency or city from the list."


@dataclass(frozen=True, slots=True)
class Estimate:
    """Postage in rupiah and days, for one piece to one regency."""

    offer: Offer
    fee: int | None
    """None: nobody carries this parcel there."""
    packing_days: int
    """Working days until the workshop sends it: to pack, or to make it first."""
    min_days: int
    max_days: int
    """Days on the way."""
    others: tuple[Option, ...] = ()
    """Further services, each with what it costs without insurance; picking it up comes last."""
    gallery: Counter | None = None
    """Where it can be picked up, if it can."""
    limit_g: int = 0
    """Grams that somebody would carry there; 0: nobody goes there."""
    resting: tuple[ClosedDay, ...] = ()
    """When couriers rest in the next weeks."""


def estimate(session: Session, variant_id: int, regency_code: str) -> Estimate:
    """Work out the postage of one piece to a regency. :raise NotForSale: :raise NoSuchRegency:"""
    offer = offer_of(session, variant_id)
    to = quotes.places(session, [regency_code]).get(regency_code)
    if to is None:
        raise NoSuchRegency
    parcel = quotes.of_offers(session, {variant_id: 1}, {variant_id: offer}, to).parcels[0]
    rate = parcel.rate
    council = offer.council_id
    gallery = pick_up.of_council(session, council)
    return Estimate(
        offer=offer,
        fee=parcel.fee if rate else None,
        packing_days=offer.lead_days if offer.made_to_order else parcels.PACKING_DAYS,
        min_days=rate.etd_min_days if rate else 0,
        max_days=rate.etd_max_days if rate else 0,
        others=tuple(one for one in parcel.options if one is not parcel.chosen and not one.pick_up),
        gallery=gallery if gallery.pick_up else None,
        limit_g=parcel.limit_g if parcel.limit_g < parcel.weight_g else 0,
        resting=tuple(closed_days.resting_soon(session, [council], now())),
    )


def offer_of(session: Session, variant_id: int) -> Offer:
    """Give what is offered of a variant. :raise NotForSale: when it cannot be bought."""
    offer = products.offers(session, [variant_id]).get(variant_id)
    if offer is None or offer.paused or not (offer.available or offer.made_to_order):
        raise NotForSale
    return offer
