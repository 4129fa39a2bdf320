"""Refunds that a lost dispute stands for: covered when a bank has won the money, owed again when it gives it back.

Called by `checkout.disputes`, which holds the order's lock.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import ledger, refunds
from checkout.models import Order, Payment, PaymentState, Refund, RefundState
from shop import audit
from shop.audit import Actor


def cover_due(session: Session, actor: Actor, order: Order, payment: Payment) -> None:
    """Take refunds that were never sent as done by a bank that has won the money. Needs the order's lock."""
    waiting = sa.select(Refund).where(Refund.payment_id == payment.id, Refund.state == RefundState.DUE)
    for refund in session.scalars(waiting.order_by(Refund.id).with_for_update()).all():
        session.refresh(payment)
        unsent = refund.gateway_ref is None and not refund.by_hand
        if unsent and refund.amount <= payment.disputed:
            payment.disputed -= refund.amount
            refunds.cover(session, actor, order, payment, refund)


def uncover(session: Session, actor: Actor, order: Order, payment: Payment, amount: int) -> None:
    """Owe a buyer again what their bank had given them and has given back to us, the last refund first.

    Each is promised anew; what another dispute still covers of it stays covered. Needs the order's lock.
    """
    taken = sa.select(Refund).where(Refund.payment_id == payment.id, Refund.state == RefundState.COVERED)
    for refund in session.scalars(taken.order_by(Refund.id.desc()).with_for_update()).all():
        part = min(amount, refund.amount)
        if not part:
            return
        amount -= part
        refund.state = RefundState.FAILED
        session.execute(
            sa.update(Payment)
            .where(Payment.id == payment.id, Payment.state == PaymentState.REFUNDED)
            .values(state=PaymentState.REFUND_DUE)
        )
        audit.record(
            session, actor, "refund.uncovered", refund,
            before={"state": RefundState.COVERED},
            after={"state": refund.state, "order": order.number, "amount": part},
        )  # fmt: skip
        ledger.post_uncovered(session, refund, order)
        key = f"again:{refund.id}"
        again = refunds.row(actor, payment, part, refund.reason, key, refund.credit_id)
        refunds.promised(session, actor, payment, order, again)
        if part < refund.amount:
            rest = refund.amount - part
            kept = refunds.row(actor, payment, rest, refund.reason, f"{key}:covered", refund.credit_id)
            session.add(kept)
            refunds.cover(session, actor, order, payment, kept)
