"""Parcels that buyers pick up at the council's gallery: brought there, told to the buyer, handed over.

Called by the studio (the workshop has brought it), and by the desk (it lies there, it was handed over). The states are
those of any parcel: *shipped* is ready for pick-up and does not end by time, *delivered* is handed over, from when the
buyer has the same days to compare as everybody.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council, Workshop
from checkout import links, orders, parcels, pick_up, shipping
from checkout.models import Order, OrderState, Shipment, ShipmentState
from checkout.pick_up import Counter
from shop import i18n, mail
from shop.audit import Actor
from shop.db import now
from shop.errors import NotFound


class NotPickedUp(NotFound):
    """There is no such parcel at this gallery."""

    message = "There is no such parcel to be picked up here."


def bring(session: Session, actor: Actor, parcel: Shipment) -> None:
    """Note that a parcel lies ready at the gallery; the buyer is told where and when.

    :raise NotPickedUp: for a parcel that is sent. :raise ParcelMoved: when it is not waiting to be packed.
    """
    if not parcel.pick_up:
        raise NotPickedUp
    order = orders.lock(session, parcel.order_id)
    session.refresh(parcel)
    parcels.move(session, actor, parcel, ShipmentState.SHIPPED, shipped_at=now())
    _tell(session, order, parcel, "ready")


def hand_over(session: Session, actor: Actor, parcel: Shipment) -> None:
    """Note that the buyer has the parcel; the days to compare begin.

    :raise NotPickedUp: for a parcel that is sent. :raise ParcelMoved: when it does not lie ready.
    """
    if not parcel.pick_up:
        raise NotPickedUp
    order = orders.lock(session, parcel.order_id)
    session.refresh(parcel)
    parcels.move(session, actor, parcel, ShipmentState.DELIVERED, delivered_at=now())
    if order.state is OrderState.PAID:
        _tell(session, order, parcel, "handed_over")


def counter_of(session: Session, parcel: Shipment) -> Counter:
    """Give the gallery where a parcel is picked up."""
    return pick_up.of_council(session, _workshop(session, parcel).council_id)


def at_gallery(
    session: Session, council: Council, *, limit: int = 50, offset: int = 0
) -> list[tuple[Shipment, Order, str]]:
    """Give the parcels that are or will be at a council's gallery, the ready ones first, with their workshops' names."""
    rows = session.execute(
        sa.select(Shipment, Order, sa.func.coalesce(Workshop.live_name, Workshop.name))
        .join(Order, Order.id == Shipment.order_id)
        .join(Workshop, Workshop.id == Shipment.workshop_id)
        .where(
            Shipment.pick_up.is_(True),
            Workshop.council_id == council.id,
            Order.paid_at.is_not(None),
            Shipment.state.in_((ShipmentState.SHIPPED, ShipmentState.TO_PACK)),
        )
        .order_by(Shipment.state.desc(), Shipment.shipped_at, Shipment.ship_by, Shipment.id)
        .limit(limit)
        .offset(offset)
    )
    return [(parcel, order, str(name)) for parcel, order, name in rows]


def of_council(session: Session, council: Council, shipment_id: int) -> Shipment:
    """Give a parcel that is picked up at a council's gallery. :raise NotPickedUp: for every other."""
    parcel = session.scalar(
        sa.select(Shipment)
        .join(Workshop, Workshop.id == Shipment.workshop_id)
        .join(Order, Order.id == Shipment.order_id)
        .where(
            Shipment.id == shipment_id,
            Shipment.pick_up.is_(True),
            Workshop.council_id == council.id,
            Order.paid_at.is_not(None),
        )
    )
    if parcel is None:
        raise NotPickedUp
    return parcel


def _workshop(session: Session, parcel: Shipment) -> Workshop:
    return session.get_one(Workshop, parcel.workshop_id)


def _tell(session: Session, order: Order, parcel: Shipment, kind: str) -> None:
    workshop = _workshop(session, parcel)
    counter = pick_up.of_council(session, workshop.council_id)
    with i18n.in_locale(order.locale):
        until = i18n.write_date(now() + shipping.completes_after())
    mail.queue(
        session,
        to=order.email,
        template="pickup",
        locale=order.locale,
        key=f"pickup-{kind}:{parcel.id}",
        context={
            "kind": kind,
            "name": order.name,
            "number": order.number,
            "workshop": workshop.live_name or workshop.name,
            "gallery": counter.gallery,
            "address": counter.address,
            "hours": counter.hours(order.locale),
            "keeps_days": counter.keeps_days,
            "until": until,
            "link": links.link(order),
        },
    )
