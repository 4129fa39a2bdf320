"""Money back: owed once, sent once, looked up before it is sent again.

Called by the desk (a whole order), by `checkout.payments` (money that no order takes), and by the worker.
"""

import logging
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import gateway, ledger, letters, orders
from checkout.gateway import RefundStatus
from checkout.models import Order, Payment, PaymentState, Refund, RefundState
from shop import audit, jobs
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import Conflict, Invalid

log = logging.getLogger(__name__)

IN_DOUBT = timedelta(seconds=30)
"""Refunds older than this that are still due are asked about by the reconciler."""


class NothingToRefund(Conflict):
    """The order has no captured payment, or its money is on its way back already."""

    message = "There is no payment that could be returned: it has been returned already, or never came."


class ReasonMissing(Invalid):
    """A refund needs a reason."""

    message = "Please give a reason for the refund."


def refund_order(session: Session, actor: Actor, order: Order, reason: str) -> Refund:
    """Return all money of a paid order and call it off. Council admins and finance may; the caller checks.

    :raise NothingToRefund: :raise ReasonMissing:
    """
    if not reason.strip():
        raise ReasonMissing
    order = orders.lock(session, order.id)
    payment = session.scalar(
        sa.select(Payment).where(Payment.order_id == order.id, Payment.state == PaymentState.CAPTURED)
    )
    if payment is None or not _claim(session, payment):
        raise NothingToRefund
    orders.call_off(session, actor, order)
    return _owe(session, actor, payment, order, reason.strip()[:300])


def refund_unserved(
    session: Session, actor: Actor, payment: Payment, order: Order, reason: str
) -> Refund | None:
    """Return a captured payment that no order takes, as when it came too late; None when that is under way."""
    if not _claim(session, payment):
        return None
    ledger.post_unserved(session, payment, order.number)
    return _owe(session, actor, payment, order, reason)


def try_again(session: Session, actor: Actor, payment: Payment) -> Refund:
    """Promise a refund anew that the gateway could not carry out. :raise NothingToRefund:"""
    order = orders.lock(session, payment.order_id)
    won = session.execute(
        sa.update(Payment)
        .where(Payment.id == payment.id, Payment.state == PaymentState.REFUND_DUE, Payment.refunded == 0)
        .values(refunded=Payment.amount)
        .returning(Payment.id)
    )
    failed = sa.select(Refund).where(Refund.payment_id == payment.id).order_by(Refund.id.desc()).limit(1)
    last = session.scalar(failed)
    if won.scalar() is None or last is None:
        raise NothingToRefund
    return _owe(session, actor, payment, order, last.reason, key=f"full:{payment.id}:after:{last.id}")


def _claim(session: Session, payment: Payment) -> bool:
    """Only the run that moves the payment from captured to refund_due may refund it."""
    won = session.execute(
        sa.update(Payment)
        .where(Payment.id == payment.id, Payment.state == PaymentState.CAPTURED, Payment.refunded == 0)
        .values(state=PaymentState.REFUND_DUE, refunded=Payment.amount)
        .returning(Payment.id)
    )
    return won.scalar() is not None


def _owe(
    session: Session, actor: Actor, payment: Payment, order: Order, reason: str, key: str = ""
) -> Refund:
    session.refresh(payment)
    refund = Refund(
        payment_id=payment.id,
        key=key or f"full:{payment.id}",
        amount=payment.amount,
        reason=reason,
        requested_by_id=actor.user_id,
        created_at=now(),
    )
    session.add(refund)
    audit.record(
        session, actor, "payment.refund_due", payment,
        before={"state": PaymentState.CAPTURED},
        after={"state": PaymentState.REFUND_DUE, "order": order.number, "amount": refund.amount, "reason": reason},
    )  # fmt: skip
    jobs.enqueue(session, send, refund_id=refund.id)
    return refund


@jobs.job(own_transactions=True)
def send(refund_id: int) -> None:
    """Ask the gateway to send one refund, and take down what it says. May run as often as it likes.

    :raise gateway.Unreachable: the job tries again.
    """
    refund = db.session.get(Refund, refund_id)
    if refund is None or refund.state is not RefundState.DUE:
        return
    payment = db.session.get_one(Payment, refund.payment_id)
    amount, intent_ref = refund.amount, payment.intent_ref
    if intent_ref is None:
        log.error("refund without a payment at the gateway", extra={"refund": refund_id})
        return
    db.session.rollback()  # no transaction is open while the gateway is asked
    found = gateway.current().refund(intent_ref, refund_id, amount)
    with transaction() as session:
        _take_down(session, refund_id, found)


def _take_down(session: Session, refund_id: int, found: gateway.GatewayRefund) -> None:
    refund = session.get_one(Refund, refund_id)
    payment = session.get_one(Payment, refund.payment_id)
    order = orders.lock(session, payment.order_id)
    ended = {RefundStatus.SUCCEEDED: RefundState.DONE, RefundStatus.FAILED: RefundState.FAILED}.get(
        found.status
    )
    values: dict[str, object] = {"gateway_ref": found.ref}
    if ended is not None:
        values |= {"state": ended, "done_at": now()}
    won = session.execute(
        sa.update(Refund)
        .where(Refund.id == refund_id, Refund.state == RefundState.DUE)
        .values(**values)
        .returning(Refund.id)
    )
    if won.scalar() is None or ended is None:
        return
    actor = Actor.system("worker")
    session.refresh(refund)
    audit.record(
        session, actor, f"refund.{ended}", refund, before={"state": RefundState.DUE}, after={"state": ended}
    )
    if ended is RefundState.FAILED:  # nothing is promised any more: a person decides, and tries again
        session.execute(
            sa.update(Payment)
            .where(Payment.id == payment.id)
            .values(refunded=Payment.refunded - refund.amount)
        )
        log.error(
            "the gateway could not return a payment", extra={"refund": refund_id, "order": order.number}
        )
        return
    session.execute(
        sa.update(Payment)
        .where(Payment.id == payment.id, Payment.state == PaymentState.REFUND_DUE)
        .values(state=PaymentState.REFUNDED)
    )
    audit.record(
        session, actor, "payment.refunded", payment,
        before={"state": PaymentState.REFUND_DUE}, after={"state": PaymentState.REFUNDED},
    )  # fmt: skip
    ledger.post_refund(session, refund, order)
    letters.refunded(session, order, refund)


def in_doubt() -> list[int]:
    """Give the refunds that are due for a while: the job died, or the gateway still works on them."""
    query = sa.select(Refund.id).where(Refund.state == RefundState.DUE, Refund.created_at < now() - IN_DOUBT)
    return list(db.session.scalars(query.order_by(Refund.id).limit(200)))
