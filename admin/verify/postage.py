"""Checks of postage: what parcels cost, what is taken off, and who bears it."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import Order, OrderLine, Shipment


def fees_add_up(session: Session) -> Iterator[str]:
    """Find parcels that cost what they may not, and orders whose discounts are not those of lines and parcels."""
    yield from _parcels(session)
    taken = {}
    for table, name in ((OrderLine, "lines"), (Shipment, "parcels")):
        sums = sa.select(table.order_id, sa.func.sum(table.discount)).group_by(table.order_id)
        taken[name] = {order_id: int(amount) for order_id, amount in session.execute(sums)}
    for order_id, number, said in session.execute(sa.select(Order.id, Order.number, Order.discount_total)):
        lines, parcels = taken["lines"].get(order_id, 0), taken["parcels"].get(order_id, 0)
        if said != lines + parcels:
            yield f"order {number}: {said} taken off, by lines {lines} and parcels {parcels}"


def _parcels(session: Session) -> Iterator[str]:
    costs = Shipment.fee + Shipment.insurance
    wrong = {
        "is picked up and costs postage": sa.and_(Shipment.pick_up.is_(True), costs > 0),
        "is a later part and costs postage": sa.and_(Shipment.part > 1, costs > 0),
        "has a discount that nobody named bears": sa.and_(Shipment.funded > 0, Shipment.funded_by == ""),
        "names who bears no discount": sa.and_(Shipment.funded == 0, Shipment.funded_by != ""),
        "was promised a service of no courier": sa.and_(
            Shipment.promised_courier != "", Shipment.promised_service == ""
        ),
        "is charged for part of a kilogram": sa.and_(
            Shipment.promised_service != "", Shipment.part == 1, Shipment.weight_g % 1000 != 0
        ),
    }
    for words, condition in wrong.items():
        for shipment_id in session.scalars(sa.select(Shipment.id).where(condition).order_by(Shipment.id)):
            yield f"parcel {shipment_id} {words}"
