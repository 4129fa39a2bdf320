"""Which payments have a page at a gateway, and which should have one and have none. Called by `checkout.payments`."""

import sqlalchemy as sa

from checkout import gateway
from checkout.models import Payment, PaymentState
from shop.db import db

PAYABLE = (PaymentState.PENDING, PaymentState.OPEN)


def of_order(order_id: int) -> list[tuple[str, str, int]]:
    """Give the pages on which an order may still be paid: gateway, reference, payment. Ends the transaction."""
    rows = db.session.execute(
        sa.select(Payment.gateway, Payment.session_ref, Payment.id).where(
            Payment.order_id == order_id,
            Payment.state.in_(PAYABLE),
            Payment.session_ref.is_not(None),
            Payment.gateway.in_(gateway.names()),
        )
    )
    pages = [(name, ref, payment_id) for name, ref, payment_id in rows if ref is not None]
    db.session.rollback()
    return pages


def unanswered(*conditions: sa.ColumnElement[bool], limit: int = 200) -> list[int]:
    """Give the payments that a gateway was to make a page for, and that have none. Ends the transaction."""
    lost = sa.select(Payment.id).where(
        Payment.state == PaymentState.PENDING,
        Payment.session_ref.is_(None),
        Payment.gateway.in_(gateway.names()),
        *conditions,
    )
    found = list(db.session.scalars(lost.order_by(Payment.id).limit(limit)))
    db.session.rollback()
    return found
