"""What sending a cart would cost, before an address is known: to a regency that is asked for, or to the last address.

The same tables and arithmetic as an order, with the cheapest service of each parcel; a promise is only what the
checkout says.
"""

from dataclasses import dataclass, field

from flask import request
from flask_login import current_user

from catalog import indonesia
from catalog.indonesia import RegencyFact
from checkout import orders, quotes
from checkout.contents import Contents
from checkout.pricing import Parcel
from shop import web
from shop.db import db


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the cart says about its postage."""

    typed: str = ""
    """The regency or postal code asked for, as it was typed."""
    place: str = ""
    """Where to, in words; empty while that is not known."""
    choices: tuple[RegencyFact, ...] = ()
    """Regencies that may be meant."""
    parcels: dict[int, Parcel] = field(default_factory=dict)
    """By workshop; those whose pieces can be ordered."""

    @property
    def total(self) -> int | None:
        """Rupiah for all parcels by their cheapest services; None when one cannot be sent there."""
        if not self.parcels or any(parcel.rate is None for parcel in self.parcels.values()):
            return None
        return sum(parcel.shipping - parcel.discount for parcel in self.parcels.values())


def estimate(cart: Contents) -> Estimate:
    """Work out the postage to the place that the address of the page asks for, or to the buyer's last one."""
    typed = " ".join(web.printable(request.args.get("to", "")[:100]).split())
    found = [indonesia.regency(typed)] if indonesia.regency(typed) else indonesia.regencies_like(typed)
    known = [one for one in found if one is not None]
    if typed and len(known) != 1:
        return Estimate(typed=typed, choices=tuple(known))
    code = known[0].code if known else _last()
    place = indonesia.regency(code)
    if place is None or not cart.wanted:
        return Estimate(typed=typed)
    session = db.session()
    to = quotes.places(session, [place.code])[place.code]
    quote = quotes.of_offers(session, cart.wanted, cart.offers, to)
    return Estimate(typed, place.name, (), {parcel.workshop_id: parcel for parcel in quote.parcels})


def _last() -> str:
    """Give the regency of a signed-in person's last order, or nothing."""
    if not current_user.is_authenticated:
        return ""
    last, _count = orders.of_user(db.session(), current_user.id, size=1)
    return last[0].district_code[:5] if last else ""
