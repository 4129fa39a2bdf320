"""Putting an order's address right before anything has left. Called by the order page and the desk."""

from dataclasses import asdict, dataclass
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import indonesia
from catalog.models import District
from checkout import change_letters, new_postage, orders, parcels
from checkout.couriers.port import RateRequest
from checkout.live_rates import Answers, Way
from checkout.models import Order, OrderState, ShipmentState
from shop import audit
from shop.audit import Actor
from shop.errors import Conflict


class TooLate(Conflict):
    """A parcel has left, or the order is over."""

    message = "The address cannot be changed any more: a parcel has left, or the order has ended."


@dataclass(frozen=True, slots=True)
class Address:
    """Who receives the parcels, and where."""

    name: str
    phone: str
    street: str
    village: str
    district_code: str
    postal_code: str


def can_be_corrected(session: Session, order: Order) -> bool:
    """Say whether nothing has left yet."""
    states = {parcel.state for parcel in parcels.of_order(session, order.id)} - {ShipmentState.CANCELLED}
    unsent = {ShipmentState.WAITING, ShipmentState.TO_PACK}
    return order.state in (OrderState.PENDING, OrderState.PAID) and bool(states) and states <= unsent


def requests(session: Session, order: Order, address: Address) -> list[RateRequest]:
    """Give what to ask an aggregator before an address is put right; nothing within the same regency.

    :raise new_postage.NoWay: :raise quotes.NoSuchPlace:
    """
    if not _is_elsewhere(session, order, address):
        return []
    return new_postage.requests(session, order, _way(address))


def correct(
    session: Session, actor: Actor, order: Order, address: Address, live: Answers = MappingProxyType({})
) -> bool:
    """Put another address in place; workshops that pack are told. False: nothing changed.

    In another regency the postage is reckoned anew: as much or less is taken (what was paid stays as it was). `live`
    is what an aggregator answered to `requests` before this transaction began.

    :raise TooLate: :raise new_postage.Dearer: :raise new_postage.NoWay: :raise quotes.NoSuchPlace:
    """
    order = orders.lock(session, order.id)
    if not can_be_corrected(session, order):
        raise TooLate
    if _is_elsewhere(session, order, address):
        new_postage.apply(new_postage.reckon(session, order, _way(address), live))
    wanted = asdict(address)
    before = {name: getattr(order, name) for name in wanted}
    if before == wanted:
        return False
    for name, value in wanted.items():
        setattr(order, name, value)
    found = indonesia.place(address.district_code)
    order.place = found.label if found else order.place
    session.flush()
    changed = sorted(name for name, value in wanted.items() if before[name] != value)
    # Which parts changed, not what they say: the trail is kept longer than a person's address may be.
    audit.record(session, actor, "order.address_corrected", order, after={"changed": ", ".join(changed)})
    change_letters.address_corrected(session, order, parcels.of_order(session, order.id))
    return True


def _is_elsewhere(session: Session, order: Order, address: Address) -> bool:
    return _regency(session, address.district_code) != _regency(session, order.district_code)


def _way(address: Address) -> Way:
    return Way(address.district_code, address.postal_code)


def _regency(session: Session, district_code: str) -> str:
    code = session.scalar(sa.select(District.regency_code).where(District.code == district_code))
    return code or ""
