"""Checks of stock: conservation, reservations, one-of-a-kind pieces."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Product, StockMovement, Variant
from checkout.models import Order, OrderLine, OrderState, Reservation, ReservationState

SOLD = (OrderState.PAID, OrderState.COMPLETED)


def sums_of_movements(session: Session) -> Iterator[str]:
    """Find variants whose numbers are not the sums of their movements."""
    sums = (
        sa.select(
            StockMovement.variant_id,
            sa.func.sum(StockMovement.on_hand).label("on_hand"),
            sa.func.sum(StockMovement.reserved).label("reserved"),
            sa.func.sum(StockMovement.sold).label("sold"),
        )
        .group_by(StockMovement.variant_id)
        .subquery()
    )
    on_hand, reserved, sold = (
        sa.func.coalesce(column, 0) for column in (sums.c.on_hand, sums.c.reserved, sums.c.sold)
    )
    statement = (
        sa.select(Variant.id, Variant.on_hand, on_hand, Variant.reserved, reserved, Variant.sold, sold)
        .outerjoin(sums, sums.c.variant_id == Variant.id)
        .where(sa.or_(Variant.on_hand != on_hand, Variant.reserved != reserved, Variant.sold != sold))
    )
    for row in session.execute(statement):
        yield (
            f"variant {row[0]}: on hand {row[1]} (movements {row[2]}), "
            f"set aside {row[3]} ({row[4]}), sold {row[5]} ({row[6]})"
        )


def held_reservations(session: Session) -> Iterator[str]:
    """Find variants whose set-aside number is not what reservations hold."""
    held = (
        sa.select(Reservation.variant_id, sa.func.sum(Reservation.quantity).label("quantity"))
        .where(Reservation.state == ReservationState.HELD)
        .group_by(Reservation.variant_id)
        .subquery()
    )
    quantity = sa.func.coalesce(held.c.quantity, 0)
    statement = (
        sa.select(Variant.id, Variant.reserved, quantity)
        .outerjoin(held, held.c.variant_id == Variant.id)
        .where(Variant.reserved != quantity)
    )
    for variant_id, reserved, expected in session.execute(statement):
        yield f"variant {variant_id}: {reserved} set aside, reservations hold {expected}"


def unique_pieces(session: Session) -> Iterator[str]:
    """Find one-of-a-kind products that stand in more than one paid order."""
    count = sa.func.count(sa.distinct(Order.id))
    statement = (
        sa.select(Product.id, count)
        .join(Variant, Variant.product_id == Product.id)
        .join(OrderLine, OrderLine.variant_id == Variant.id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Product.one_of_a_kind, Order.state.in_(SOLD))
        .group_by(Product.id)
        .having(count > 1)
    )
    for product_id, orders in session.execute(statement):
        yield f"product {product_id}: one of a kind, in {orders} paid orders"


def ended_reservations(session: Session) -> Iterator[str]:
    """Find reservations that do not fit the state of their order."""
    fits = {
        ReservationState.HELD: (OrderState.PENDING,),
        ReservationState.TAKEN: (*SOLD, OrderState.REFUNDED, OrderState.CANCELLED),
        ReservationState.RELEASED: (OrderState.EXPIRED, OrderState.CANCELLED, OrderState.REFUNDED),
    }
    wrong = sa.or_(
        *(sa.and_(Reservation.state == state, Order.state.not_in(states)) for state, states in fits.items())
    )
    statement = (
        sa.select(Reservation.id, Reservation.state, Order.number, Order.state)
        .join(Order, Order.id == Reservation.order_id)
        .where(wrong)
    )
    for reservation_id, state, number, order_state in session.execute(statement):
        yield f"reservation {reservation_id} is {state}, order {number} is {order_state}"
