"""Sending an order in parts: a workshop takes out of a parcel what is ready; the rest follows in a parcel of its own.

Called by the studio. The buyer pays nothing more: the postage stands at the first parcel, the workshop pays the
second one (docs/shipping.md).
"""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import calling_off, change_letters, orders, parcels
from checkout.models import OrderLine, Shipment, ShipmentLine, ShipmentState
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict


class NothingLeft(Conflict):
    """A parcel cannot be parted into all and nothing."""

    message = "Please leave at least one piece for the second parcel, and send at least one now."


def split(session: Session, actor: Actor, parcel: Shipment, now_sent: Mapping[int, int]) -> Shipment:
    """Keep `now_sent` pieces per order line in this parcel and move the others to a new one; give the new one.

    :raise parcels.ParcelMoved: when it has left already. :raise NothingLeft:
    """
    order = orders.lock(session, parcel.order_id)
    session.refresh(parcel)
    if parcel.state is not ShipmentState.TO_PACK:
        raise parcels.ParcelMoved
    inside = parcels.contents(session, parcel.id)
    later = {one: one.quantity - now_sent.get(one.order_line_id, 0) for one in inside}
    if min(later.values()) < 0 or not any(later.values()):
        raise NothingLeft
    if all(quantity == one.quantity for one, quantity in later.items()):
        raise NothingLeft
    rest = _second(session, parcel)
    for one, quantity in later.items():
        if quantity:
            session.add(ShipmentLine(shipment_id=rest.id, order_line_id=one.order_line_id, quantity=quantity))
        if quantity == one.quantity:
            session.delete(one)
        else:
            one.quantity -= quantity
    session.flush()
    _note(session, actor, parcel, rest)
    lines = session.scalars(
        sa.select(OrderLine).where(
            OrderLine.id.in_([one.order_line_id for one, left in later.items() if left])
        )
    )
    change_letters.parcel_split(session, order, parcel, list(lines))
    return rest


def _second(session: Session, parcel: Shipment) -> Shipment:
    parts = sa.select(sa.func.max(Shipment.part)).where(
        Shipment.order_id == parcel.order_id, Shipment.workshop_id == parcel.workshop_id
    )
    rest = Shipment(
        order_id=parcel.order_id, workshop_id=parcel.workshop_id, state=ShipmentState.TO_PACK,
        zone=parcel.zone, weight_g=0, fee=0, etd_min_days=parcel.etd_min_days, etd_max_days=parcel.etd_max_days,
        promised_courier=parcel.promised_courier, promised_service=parcel.promised_service,
        pick_up=parcel.pick_up, live_rate=parcel.live_rate,
        ship_by=parcel.ship_by, part=int(session.scalar(parts) or 1) + 1, created_at=now(),
    )  # fmt: skip
    session.add(rest)
    session.flush()
    return rest


def _note(session: Session, actor: Actor, parcel: Shipment, rest: Shipment) -> None:
    request = calling_off.open_request(session, parcel.id)
    if request is not None:  # it was about all of it: the buyer may ask again about either part
        calling_off.withdraw(session, actor, request)
    audit.record(
        session, actor, "shipment.split", parcel,
        after={"part": rest.part}, scope=parcels.scope_of(session, parcel),
    )  # fmt: skip
