"""Sending: couriers, handing a parcel over, its receipt, and what happens when nobody says anything.

Called by the studio (to pack, send), the order page (received) and the worker (reminders, completion by time).
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Workshop
from checkout import claims, closed_days, courier_list, ledger, letters, orders, parcels, tracking, workdays
from checkout.claims.holding import held_parcels
from checkout.courier_list import Courier, Service, couriers
from checkout.models import Order, OrderLine, OrderState, Shipment, ShipmentLine, ShipmentState
from checkout.parcels import MOVES, ParcelMoved, ship_by
from checkout.pricing import zone
from shop import audit, config, jobs
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import Invalid, NotFound
from shop.i18n import WIB

TRACKING = re.compile(r"[A-Z0-9][A-Z0-9-]{5,39}")


class NoSuchParcel(NotFound):
    """There is no such parcel, or not for this person."""

    message = "There is no such parcel."


class ClaimOpen(ParcelMoved):
    """A parcel with an open claim is accepted by the end of the claim, and by nothing else."""

    message = "There is an open claim about this parcel. It has to end first."


class NoSuchCourier(Invalid):
    """The courier or its service is not on the list."""

    message = "Please choose a courier and one of its services."


class BadTracking(Invalid):
    """Not a tracking number."""

    message = "A tracking number (resi) has 6 to 40 letters, digits or hyphens."


def courier_label(courier: str, service: str) -> str:
    """Write courier and service for people: `JNE (Jalur Nugraha Ekakurir), REG`."""
    name = next((one.name for one in couriers() if one.code == courier), courier)
    return f"{name}, {service}" if service else name


def promised_label(parcel: Shipment) -> str:
    """Write the service that the buyer has paid for: `JNE YES`; nothing where the workshop chooses."""
    return (
        courier_list.label(parcel.promised_courier, parcel.promised_service)
        if parcel.promised_courier
        else ""
    )


# --- the workshop's side -----------------------------------------------------------------------------


def of_workshop(session: Session, workshop_id: int, shipment_id: int) -> Shipment:
    """Give a workshop one of its own parcels of a paid order. :raise NoSuchParcel: for every other."""
    parcel = session.scalar(
        sa.select(Shipment)
        .join(Order, Order.id == Shipment.order_id)
        .where(
            Shipment.id == shipment_id,
            Shipment.workshop_id == workshop_id,
            Shipment.state != ShipmentState.WAITING,
            Order.paid_at.is_not(None),
        )
    )
    if parcel is None:
        raise NoSuchParcel
    return parcel


def counts_of_workshop(session: Session, workshop_id: int) -> dict[ShipmentState, int]:
    """Give how many parcels a workshop has in each state, of orders that were paid."""
    rows = session.execute(
        sa.select(Shipment.state, sa.func.count())
        .join(Order, Order.id == Shipment.order_id)
        .where(Shipment.workshop_id == workshop_id, Order.paid_at.is_not(None))
        .group_by(Shipment.state)
    )
    return dict(rows.all())


def list_of_workshop(
    session: Session,
    workshop_id: int,
    states: Iterable[ShipmentState] = (),
    *,
    limit: int = 100,
    offset: int = 0,
) -> list[tuple[Shipment, Order, list[OrderLine]]]:
    """Give a workshop's parcels with their orders and its own lines of them.

    To pack: the most urgent first; what is on its way or received: the latest first. Parcels of orders that are
    not paid, or never were, are not among them.
    """
    wanted = set(states) or {
        ShipmentState.TO_PACK, ShipmentState.SHIPPED, ShipmentState.DELIVERED, ShipmentState.RECEIVED
    }  # fmt: skip
    rows = session.execute(
        sa.select(Shipment, Order)
        .join(Order, Order.id == Shipment.order_id)
        .where(
            Shipment.workshop_id == workshop_id, Shipment.state.in_(wanted), Order.paid_at.is_not(None)
        )
        .order_by(Shipment.shipped_at.is_not(None), Shipment.shipped_at.desc(), Shipment.ship_by, Shipment.id)
        .limit(limit)
        .offset(offset)
    ).all()  # fmt: skip
    lines: dict[int, list[OrderLine]] = {}
    inside = (
        sa.select(ShipmentLine.shipment_id, OrderLine)
        .join(OrderLine, OrderLine.id == ShipmentLine.order_line_id)
        .where(ShipmentLine.shipment_id.in_([parcel.id for parcel, _order in rows]))
    )
    for shipment_id, line in session.execute(inside.order_by(OrderLine.id)):
        lines.setdefault(shipment_id, []).append(line)
    return [(parcel, order, lines.get(parcel.id, [])) for parcel, order in rows]


def lines_of(session: Session, parcel: Shipment) -> list[OrderLine]:
    """Give the order lines that are in a parcel."""
    query = (
        sa.select(OrderLine)
        .join(ShipmentLine, ShipmentLine.order_line_id == OrderLine.id)
        .where(ShipmentLine.shipment_id == parcel.id)
    )
    return list(session.scalars(query.order_by(OrderLine.id)))


def ship(session: Session, actor: Actor, parcel: Shipment, courier: str, service: str, tracking: str) -> None:
    """Hand a parcel to a courier; the buyer is told at once and asked later whether it has arrived.

    :raise NoSuchCourier: :raise BadTracking: :raise ParcelMoved: when it is not waiting to be packed.
    """
    number = _checked(courier, service, tracking)
    order = orders.lock(session, parcel.order_id)
    session.refresh(parcel)
    if parcel.pick_up:  # its buyer comes to the gallery (checkout.handing_over)
        raise ParcelMoved
    parcels.move(
        session, actor, parcel, ShipmentState.SHIPPED,
        courier=courier, service=service, tracking_number=number, shipped_at=now(),
    )  # fmt: skip
    lines = lines_of(session, parcel)
    letters.shipped(session, order, parcel, courier_label(courier, service), lines)
    days = days_under_way(session, parcel)
    jobs.enqueue(session, ask_whether_arrived, _delay=timedelta(days=days), shipment_id=parcel.id)


def days_under_way(session: Session, parcel: Shipment) -> int:
    """Give the days after which a parcel that was sent should have arrived, with those on which couriers rest."""
    sent_on = (parcel.shipped_at or now()).astimezone(WIB).date()
    council_id = session.get_one(Workshop, parcel.workshop_id).council_id
    resting = closed_days.of_council(session, council_id, sent_on).couriers
    return workdays.on_the_way(sent_on, parcel.etd_max_days, resting)


def _checked(courier: str, service: str, tracking: str) -> str:
    """Give the tracking number as it is kept. :raise NoSuchCourier: BadTracking:"""
    known = next((one for one in couriers() if one.code == courier), None)
    if known is None or service not in {one.code for one in known.services}:
        raise NoSuchCourier
    number = re.sub(r"\s", "", tracking).upper()
    if not TRACKING.fullmatch(number):
        raise BadTracking
    return number


def correct(
    session: Session, actor: Actor, parcel: Shipment, courier: str, service: str, tracking: str
) -> None:
    """Put courier or tracking number right while a parcel is on its way.

    :raise NoSuchCourier: :raise BadTracking: :raise ParcelMoved: when it is not on its way.
    """
    number = _checked(courier, service, tracking)
    before = {"courier": parcel.courier, "service": parcel.service, "tracking_number": parcel.tracking_number}
    after = {"courier": courier, "service": service, "tracking_number": number}
    corrected = session.execute(
        sa.update(Shipment)
        .where(Shipment.id == parcel.id, Shipment.state == ShipmentState.SHIPPED)
        .values(**after)
        .returning(Shipment.id)
    )
    if corrected.scalar() is None:
        raise ParcelMoved
    session.refresh(parcel)
    audit.record(session, actor, "shipment.corrected", parcel, before=before, after=after)
    order = session.get_one(Order, parcel.order_id)
    letters.shipped(session, order, parcel, courier_label(courier, service), lines_of(session, parcel))


# --- the buyer's side --------------------------------------------------------------------------------


def of_order(session: Session, order: Order, shipment_id: int) -> Shipment:
    """Give one parcel of an order. :raise NoSuchParcel:"""
    parcel = session.scalar(
        sa.select(Shipment).where(Shipment.id == shipment_id, Shipment.order_id == order.id)
    )
    if parcel is None:
        raise NoSuchParcel
    return parcel


def confirm_received(session: Session, actor: Actor, parcel: Shipment, by: str = "buyer") -> None:
    """Take a parcel as received: the workshop has earned it, and the last one completes the order.

    `by` is `buyer`, `time` when nobody said anything, or `claim`. :raise ParcelMoved: when it is not on its way.
    :raise ClaimOpen:
    """
    order = orders.lock(session, parcel.order_id)
    session.refresh(parcel)
    if claims.is_held(session, parcel.id):
        raise ClaimOpen
    parcels.move(session, actor, parcel, ShipmentState.RECEIVED, received_at=now(), received_by=by)
    if order.state is OrderState.PAID:
        ledger.post_release(session, order, parcel, parcels.pieces_of(session, parcel))
    orders.complete_if_received(session, actor, order)


@jobs.job()
def ask_whether_arrived(session: Session, shipment_id: int) -> None:
    """Ask the buyer about a parcel that should have arrived by now."""
    parcel = session.get(Shipment, shipment_id)
    if parcel is None or parcel.state is not ShipmentState.SHIPPED or parcel.shipped_at is None:
        return
    if now() < parcel.shipped_at + timedelta(days=parcel.etd_max_days):
        return  # it was sent again meanwhile, and has its own question
    order = session.get_one(Order, parcel.order_id)
    if order.state is OrderState.PAID:
        letters.arrived(session, order, parcel, lines_of(session, parcel), now() + completes_after())


def completes_after() -> timedelta:
    """Give how long after its arrival a parcel without a claim counts as received."""
    return timedelta(days=config.current().claim_days)


@jobs.periodic(every=3600)
def complete_by_time() -> int:
    """Take parcels as received that arrived days ago, or should have, without a claim; give how many."""
    count = 0
    for shipment_id in _overdue():
        with transaction() as session:
            parcel = session.get_one(Shipment, shipment_id)
            try:
                confirm_received(session, Actor.system("worker"), parcel, by="time")
                count += 1
            except ParcelMoved:  # the buyer was faster
                continue
    return count


def _overdue() -> list[int]:
    on_the_way = (ShipmentState.SHIPPED, ShipmentState.DELIVERED)
    found = db.session.scalars(
        sa.select(Shipment)
        .join(Order, Order.id == Shipment.order_id)
        .where(
            Shipment.state.in_(on_the_way),
            Order.state == OrderState.PAID,
            ~held_parcels(),
            ~tracking.under_way_still(),
            # What lies at the gallery waits for its buyer.
            sa.or_(Shipment.pick_up.is_(False), Shipment.state == ShipmentState.DELIVERED),
        )
    )
    moment, days = now(), completes_after()
    return [parcel.id for parcel in found if _arrived(parcel, moment - days)]


def _arrived(parcel: Shipment, by: datetime) -> bool:
    """Say whether a parcel had arrived by a moment, or should have."""
    if parcel.delivered_at is not None or parcel.shipped_at is None:
        return parcel.delivered_at is not None and parcel.delivered_at <= by
    if parcel.shipped_at + timedelta(days=parcel.etd_max_days) > by:
        return False
    return parcel.shipped_at + timedelta(days=days_under_way(db.session(), parcel)) <= by


__all__ = [
    "MOVES",
    "Courier",
    "ParcelMoved",
    "Service",
    "ask_whether_arrived",
    "complete_by_time",
    "confirm_received",
    "correct",
    "counts_of_workshop",
    "courier_label",
    "couriers",
    "lines_of",
    "list_of_workshop",
    "of_order",
    "of_workshop",
    "ship",
    "ship_by",
    "zone",
]
