"""Checks of orders, payments and refunds."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import (
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    Shipment,
    ShipmentState,
)
from shop.db import now

GRACE = timedelta(minutes=15)
SOLD = (OrderState.PAID, OrderState.COMPLETED)


def single_payment(session: Session) -> Iterator[str]:
    """Find orders with more than one captured payment that was not sent back."""
    count = sa.func.count(Payment.id)
    statement = (
        sa.select(Order.number, count)
        .join(Payment, Payment.order_id == Order.id)
        .where(Payment.state == PaymentState.CAPTURED)
        .group_by(Order.number)
        .having(count > 1)
    )
    for number, payments in session.execute(statement):
        yield f"order {number}: {payments} captured payments"


def captured_amounts(session: Session) -> Iterator[str]:
    """Find captured payments that differ from their order's total."""
    taken = (PaymentState.CAPTURED, PaymentState.REFUND_DUE, PaymentState.REFUNDED)
    statement = (
        sa.select(Payment.id, Payment.amount, Order.number, Order.total)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.state.in_(taken))
        .where(sa.or_(Payment.amount != Order.total + Payment.surplus, Payment.currency != Order.currency))
    )
    for payment_id, amount, number, total in session.execute(statement):
        yield f"payment {payment_id}: {amount}, order {number}: {total}"


def captured_ends(session: Session) -> Iterator[str]:
    """Find captured payments without a paid order, and paid orders without a captured payment."""
    orphans = (
        sa.select(Payment.id, Order.number, Order.state)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.state == PaymentState.CAPTURED, Order.state.not_in(SOLD))
        .where(Payment.captured_at < now() - GRACE)
    )
    for payment_id, number, state in session.execute(orphans):
        yield f"payment {payment_id} is captured, order {number} is {state}"
    captured = sa.select(Payment.order_id).where(Payment.state == PaymentState.CAPTURED)
    unpaid = sa.select(Order.number).where(Order.state.in_(SOLD), Order.id.not_in(captured))
    for number in session.scalars(unpaid):
        yield f"order {number} is paid without a captured payment"
    stuck = (
        sa.select(Payment.id)
        .where(Payment.state == PaymentState.REFUND_DUE)
        .where(~sa.exists().where(Refund.payment_id == Payment.id, Refund.state.in_(("due", "done"))))
    )
    for payment_id in session.scalars(stuck):
        yield f"payment {payment_id} owes a refund that nobody has promised"


def parcels_follow(session: Session) -> Iterator[str]:
    """Find parcels that move for orders nobody has paid or that were called off, and paid orders without parcels."""
    moving = (ShipmentState.TO_PACK, ShipmentState.SHIPPED, ShipmentState.RECEIVED)
    early = (
        sa.select(Shipment.id, Order.number, Order.state)
        .join(Order, Order.id == Shipment.order_id)
        .where(Shipment.state.in_(moving), Order.state.in_((OrderState.PENDING, OrderState.EXPIRED)))
    )
    off = (
        sa.select(Shipment.id, Order.number, Order.state)
        .join(Order, Order.id == Shipment.order_id)
        .where(Shipment.state == ShipmentState.TO_PACK)
        .where(Order.state.in_((OrderState.CANCELLED, OrderState.REFUNDED)))
    )
    for shipment_id, number, state in [*session.execute(early), *session.execute(off)]:
        yield f"parcel {shipment_id} moves, order {number} is {state}"
    without = sa.select(Order.number).where(
        Order.state.in_(SOLD),
        ~sa.exists().where(Shipment.order_id == Order.id, Shipment.state != ShipmentState.WAITING),
    )
    for number in session.scalars(without):
        yield f"order {number} is paid and has no parcel to pack"


def refunds_within(session: Session) -> Iterator[str]:
    """Find payments whose refunds exceed the capture or differ from what the payment says."""
    promised = (
        sa.select(Refund.payment_id, sa.func.sum(Refund.amount).label("amount"))
        .where(Refund.state != RefundState.FAILED)
        .group_by(Refund.payment_id)
        .subquery()
    )
    amount = sa.func.coalesce(promised.c.amount, 0)
    statement = (
        sa.select(Payment.id, Payment.amount, Payment.refunded, amount)
        .outerjoin(promised, promised.c.payment_id == Payment.id)
        .where(sa.or_(amount > Payment.amount, amount != Payment.refunded))
    )
    for payment_id, captured, said, refunds in session.execute(statement):
        yield f"payment {payment_id}: captured {captured}, says {said} refunded, refunds are {refunds}"


def lines_add_up(session: Session) -> Iterator[str]:
    """Find orders whose totals are not the sums of their lines and parcels."""
    goods = (
        sa.select(OrderLine.order_id, sa.func.sum(OrderLine.total).label("amount"))
        .group_by(OrderLine.order_id)
        .subquery()
    )
    fees = (
        sa.select(Shipment.order_id, sa.func.sum(Shipment.fee + Shipment.insurance).label("amount"))
        .group_by(Shipment.order_id)
        .subquery()
    )
    goods_sum, fee_sum = sa.func.coalesce(goods.c.amount, 0), sa.func.coalesce(fees.c.amount, 0)
    statement = (
        sa.select(Order.number, Order.goods_total, goods_sum, Order.shipping_total, fee_sum)
        .outerjoin(goods, goods.c.order_id == Order.id)
        .outerjoin(fees, fees.c.order_id == Order.id)
        .where(sa.or_(Order.goods_total != goods_sum, Order.shipping_total != fee_sum))
    )
    for number, goods_total, lines, shipping_total, parcels in session.execute(statement):
        yield f"order {number}: goods {goods_total} ({lines}), shipping {shipping_total} ({parcels})"
