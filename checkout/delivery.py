"""What sending one piece costs and how long it takes, before there is a cart: the estimate on a product page.

Called by checkout.views.delivery. The same tables and arithmetic as an order; a promise is only what the order says.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog import products
from catalog.cards import Offer
from checkout import parcels, quotes
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


def estimate(session: Session, variant_id: int, regency_code: str) -> Estimate:
    """Work out the postage of one piece to a regency. :raise NotForSale: :raise NoSuchRegency:"""
    offer = offer_of(session, variant_id)
    to = quotes.places(session, [regency_code]).get(regency_code)
    if to is None:
        raise NoSuchRegency
    parcel = quotes.of_offers(session, {variant_id: 1}, {variant_id: offer}, to).parcels[0]
    rate = parcel.rate
    return Estimate(
        offer=offer,
        fee=parcel.fee if rate else None,
        packing_days=offer.lead_days if offer.made_to_order else parcels.PACKING_DAYS,
        min_days=rate.etd_min_days if rate else 0,
        max_days=rate.etd_max_days if rate else 0,
    )


def offer_of(session: Session, variant_id: int) -> Offer:
    """Give what is offered of a variant. :raise NotForSale: when it cannot be bought."""
    offer = products.offers(session, [variant_id]).get(variant_id)
    if offer is None or offer.paused or not (offer.available or offer.made_to_order):
        raise NotForSale
    return offer
