"""Orders: their states and moves, who may see them, and what being paid, lapsed or cancelled brings along.

Called by `checkout.placing`, `payments`, `refunds` and `shipping`, and by pages that show orders. Everything that
changes an order takes its row first (`lock`), so that a webhook, a return, a reconciler, a cancellation and a
lapse of the same order come one after the other.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import stock
from checkout import ledger, letters, links, parcels, redemptions
from checkout.invoices import issuing
from checkout.models import (
    Order,
    OrderLine,
    OrderState,
    Payment,
    Reservation,
    ReservationState,
    ShipmentState,
)
from checkout.vouchers import VoucherRefused
from shop import audit
from shop.audit import Actor
from shop.db import now, read
from shop.errors import Conflict, NotFound
from shop.writes import change_if, write_last

MOVES: dict[OrderState, frozenset[OrderState]] = {
    OrderState.PENDING: frozenset({OrderState.PAID, OrderState.EXPIRED, OrderState.CANCELLED}),
    OrderState.EXPIRED: frozenset({OrderState.PAID}),  # paid late, and the pieces were still free
    OrderState.CANCELLED: frozenset(),
    OrderState.PAID: frozenset({OrderState.COMPLETED, OrderState.REFUNDED}),
    OrderState.COMPLETED: frozenset({OrderState.REFUNDED}),
    OrderState.REFUNDED: frozenset(),
}
"""The allowed moves; docs/orders.md says who makes them."""
DEAD = frozenset({OrderState.EXPIRED, OrderState.CANCELLED, OrderState.REFUNDED})
"""Nothing is bought: a voucher that was used can be used again."""
_CLOSED = {OrderState.COMPLETED, OrderState.EXPIRED, OrderState.CANCELLED, OrderState.REFUNDED}


class NoSuchOrder(NotFound):
    """There is no such order, or not for this person."""

    message = "There is no such order, or this link is not for it."


class NotPossible(Conflict):
    """The order is not in a state that allows this."""

    message = "This order has changed in the meantime. Please look at it again."


def lock(session: Session, order_id: int) -> Order:
    """Take an order for the rest of this transaction and give it as it is now. :raise NoSuchOrder:"""
    order = session.scalar(_LOCKED, {"order_id": order_id})
    if order is None:
        raise NoSuchOrder
    return order


def lock_with(session: Session, payment_id: int) -> tuple[Order, Payment]:
    """Take a payment's order as `lock` does, and the payment with it, by one statement."""
    row = session.execute(_LOCKED_WITH, {"payment_id": payment_id}).one()
    return row.Order, row.Payment


_LOCKED = (
    sa.select(Order)
    .where(Order.id == sa.bindparam("order_id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_LOCKED_WITH = (
    sa.select(Order, Payment)
    .join(Payment, Payment.order_id == Order.id)
    .where(Payment.id == sa.bindparam("payment_id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
"""Both rows are taken: one that is only joined would be shown as it was before the wait for the other."""


def move(session: Session, actor: Actor, order: Order, to: OrderState) -> None:
    """Move an order to another state, with its moment and its audit row. :raise NotPossible:"""
    before = order.state
    if to not in MOVES[before]:
        raise NotPossible
    values: dict[str, object] = {"state": to}
    if to is OrderState.PAID:
        values["paid_at"], values["closed_at"] = now(), None
    if to in _CLOSED:
        values["closed_at"] = now()
    if not change_if(session, order, {"state": before}, **values):
        raise NotPossible
    audit.record(session, actor, f"order.{to}", order, before={"state": before}, after={"state": to})
    if to in DEAD:
        redemptions.give_back(session, actor, order)


# --- finding -----------------------------------------------------------------------------------------


def by_number(session: Session, number: str) -> Order:
    """Give an order by its number, whoever asks: for the desk and for jobs. :raise NoSuchOrder:"""
    order = session.scalar(sa.select(Order).where(Order.number == number))
    if order is None:
        raise NoSuchOrder
    return order


def visible(session: Session, number: str, *, user_id: int | None, key: str = "") -> Order:
    """Give an order to its buyer: the person who placed it, or whoever holds its signed link.

    :raise NoSuchOrder: to everybody else, as if there were none.
    """
    order = by_number(session, number)
    if user_id is not None and order.user_id == user_id:
        return order
    if key and links.opens(order, key):
        return order
    raise NoSuchOrder


def of_user(session: Session, user_id: int, *, page: int = 1, size: int = 20) -> tuple[list[Order], int]:
    """Give a page of a person's orders, newest first, and how many there are in all."""
    mine = Order.user_id == user_id
    total = session.scalar(sa.select(sa.func.count()).select_from(Order).where(mine)) or 0
    found = session.scalars(
        sa.select(Order).where(mine).order_by(Order.id.desc()).offset((page - 1) * size).limit(size)
    )
    return list(found), int(total)


def of_councils(
    session: Session, council_ids: Collection[int] | None, *, page: int = 1, size: int = 50
) -> tuple[list[Order], int]:
    """Give a page of the orders with goods of these councils (None: of all), newest first, and their number."""
    query = sa.select(Order)
    if council_ids is not None:
        touched = sa.select(OrderLine.order_id).where(OrderLine.council_id.in_(council_ids))
        query = query.where(Order.id.in_(touched))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    found = session.scalars(query.order_by(Order.id.desc()).offset((page - 1) * size).limit(size))
    return list(found), int(total)


def lines_of(session: Session, order_id: int) -> list[OrderLine]:
    """Give the lines of an order."""
    return list(session.scalars(_LINES, {"order_id": order_id}))


_LINES = sa.select(OrderLine).where(OrderLine.order_id == sa.bindparam("order_id")).order_by(OrderLine.id)


def link(order: Order) -> str:
    """Give the full address of an order's page, signed, in the buyer's language."""
    return links.link(order)


def revoke_links(session: Session, actor: Actor, order: Order, seen: str) -> bool:
    """Make every link to an order worthless; False when that was done since its access key was `seen`. Needs `lock`."""
    if order.access_key != seen:
        return False
    order.access_key = links.new_access_key()
    audit.record(session, actor, "order.links_revoked", order)
    return True


# --- what happens to an order ------------------------------------------------------------------------


def mark_paid(session: Session, actor: Actor, order: Order, payment: Payment | None = None) -> bool:
    """Take the pieces, book the sale, open the parcels, promise the letters; False when it cannot be served.

    An order that lapsed is served after all when every piece is still free, and its voucher. Needs `lock`.
    """
    lapsed = order.state is OrderState.EXPIRED
    if OrderState.PAID not in MOVES[order.state]:
        return False
    pieces = _pieces(session, order.id) if lapsed else {}
    if lapsed:
        try:
            with session.begin_nested():
                redemptions.take_again(session, actor, order)
                stock.reserve(session, pieces, order.number)
        except (stock.OutOfStock, VoucherRefused):
            return False
    move(session, actor, order, OrderState.PAID)
    pieces = _end_reservations(session, order.id, ReservationState.TAKEN, again=lapsed)
    lines, sent = lines_of(session, order.id), parcels.of_order(session, order.id)
    ledger.post_sale(session, order, lines, sent, payment)
    parcels.open_parcels(session, actor, lines, sent, order.paid_at or now())
    letters.paid(session, order, lines, sent)
    issuing.promise(session, order)
    write_last(session)  # buyers of the same pieces wait from the next line to the commit
    stock.take(session, pieces, order.number)
    return True


def lapse(session: Session, actor: Actor, order: Order, to: OrderState = OrderState.EXPIRED) -> None:
    """End an unpaid order and set its pieces free; its payment pages are closed already. Needs `lock`.

    :raise NotPossible: when it is not waiting for its money any more.
    """
    if order.state is not OrderState.PENDING:
        raise NotPossible
    move(session, actor, order, to)
    pieces = _end_reservations(session, order.id, ReservationState.RELEASED)
    for parcel in parcels.of_order(session, order.id):
        parcels.move(session, actor, parcel, ShipmentState.CANCELLED)
    if to is OrderState.EXPIRED:
        letters.expired(session, order)
    else:
        letters.cancelled(session, order)
    stock.release(session, pieces, order.number)


def complete_if_received(session: Session, actor: Actor, order: Order) -> bool:
    """Complete a paid order when the last parcel that was not called off has been received. Needs `lock`."""
    states = {parcel.state for parcel in parcels.of_order(session, order.id)} - {ShipmentState.CANCELLED}
    if order.state is not OrderState.PAID or states != {ShipmentState.RECEIVED}:
        return False
    move(session, actor, order, OrderState.COMPLETED)
    return True


def _pieces(session: Session, order_id: int) -> dict[int, int]:
    return {row.variant_id: row.quantity for row in read(session, _RESERVED, {"order_id": order_id})}


_RESERVED = sa.select(Reservation.variant_id, Reservation.quantity).where(
    Reservation.order_id == sa.bindparam("order_id")
)
_RESERVATIONS: Any = Reservation.__table__
_ENDING = (
    sa.update(_RESERVATIONS)
    .where(
        _RESERVATIONS.c.order_id == sa.bindparam("of_order"), _RESERVATIONS.c.state == sa.bindparam("before")
    )
    .values(state=sa.bindparam("to"), ended_at=sa.bindparam("moment"))
    .returning(_RESERVATIONS.c.variant_id, _RESERVATIONS.c.quantity)
)


def _end_reservations(
    session: Session, order_id: int, to: ReservationState, *, again: bool = False
) -> dict[int, int]:
    """End what is held for an order, or was; give how many of each variant."""
    before = ReservationState.RELEASED if again else ReservationState.HELD
    values = {"of_order": order_id, "before": before, "to": to, "moment": now()}
    session.flush()
    ended = session.connection().execute(_ENDING, values)
    return {row.variant_id: row.quantity for row in ended}
