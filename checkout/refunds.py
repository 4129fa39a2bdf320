"""Money on its way back: owed once, sent once, looked up before it is sent again.

Called by `checkout.credits` (money of a sale), by `checkout.payments` (money that no order takes), and by the worker.
"""

import logging
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import gateway, ledger, letters, orders
from checkout.gateway import RefundStatus
from checkout.models import Credit, Order, Payment, PaymentState, Refund, RefundState
from shop import audit, jobs
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import Conflict

log = logging.getLogger(__name__)

IN_DOUBT = timedelta(seconds=30)
"""Refunds older than this that are still due are asked about by the reconciler."""


class NothingToRefund(Conflict):
    """The order has no captured payment, or its money is on its way back already."""

    message = "There is no payment that could be returned: it has been returned already, or never came."


def promise(session: Session, actor: Actor, payment: Payment, order: Order, credit: Credit) -> Refund:
    """Owe the buyer what a credit gives back; never more than was captured. :raise NothingToRefund:"""
    if not _claim(session, payment, credit.amount):
        raise NothingToRefund
    return _owe(
        session, actor, payment, order, credit.amount, credit.reason, f"credit:{credit.id}", credit.id
    )


def refund_unserved(
    session: Session, actor: Actor, payment: Payment, order: Order, reason: str
) -> Refund | None:
    """Return a captured payment that no order takes, as when it came too late; None when that is under way."""
    if payment.refunded or not _claim(session, payment, payment.amount):
        return None
    ledger.post_unserved(session, payment, order.number)
    return _owe(session, actor, payment, order, payment.amount, reason, f"full:{payment.id}")


def try_again(session: Session, actor: Actor, failed: Refund) -> Refund:
    """Promise a refund anew that the gateway could not carry out. :raise NothingToRefund:"""
    payment = session.get_one(Payment, failed.payment_id)
    order = orders.lock(session, payment.order_id)
    key = f"again:{failed.id}"
    session.refresh(failed)
    taken = session.scalar(sa.select(Refund.id).where(Refund.key == key))
    if failed.state is not RefundState.FAILED or taken is not None:
        raise NothingToRefund
    if not _claim(session, payment, failed.amount):
        raise NothingToRefund
    return _owe(session, actor, payment, order, failed.amount, failed.reason, key, failed.credit_id)


def of_order(session: Session, order_id: int) -> list[Refund]:
    """Give the refunds of an order, oldest first."""
    mine = (
        sa.select(Refund).join(Payment, Payment.id == Refund.payment_id).where(Payment.order_id == order_id)
    )
    return list(session.scalars(mine.order_by(Refund.id)))


def _claim(session: Session, payment: Payment, amount: int) -> bool:
    """Set so much of a captured payment aside for its buyer; what is set aside never exceeds the capture."""
    reserved = Payment.refunded + amount
    won = session.execute(
        sa.update(Payment)
        .where(
            Payment.id == payment.id,
            Payment.state.in_((PaymentState.CAPTURED, PaymentState.REFUND_DUE)),
            reserved <= Payment.amount,
        )
        .values(
            refunded=reserved,
            state=sa.case((reserved == Payment.amount, PaymentState.REFUND_DUE), else_=Payment.state),
        )
        .returning(Payment.id)
    )
    return won.scalar() is not None


def _owe(
    session: Session,
    actor: Actor,
    payment: Payment,
    order: Order,
    amount: int,
    reason: str,
    key: str,
    credit_id: int | None = None,
) -> Refund:
    before = payment.state
    session.refresh(payment)
    refund = Refund(
        payment_id=payment.id,
        credit_id=credit_id,
        key=key,
        amount=amount,
        reason=reason[:300],
        requested_by_id=actor.user_id,
        created_at=now(),
    )
    session.add(refund)
    session.flush()
    audit.record(
        session, actor, "payment.refund_due", payment,
        before={"state": before},
        after={"state": payment.state, "order": order.number, "amount": amount, "reason": reason},
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
    amount, intent_ref, name = refund.amount, payment.intent_ref, payment.gateway
    if gateway.by_hand(name):  # finance sends it, and says so
        db.session.rollback()
        return
    if intent_ref is None:
        log.error("refund without a payment at the gateway", extra={"refund": refund_id})
        return
    db.session.rollback()  # no transaction is open while the gateway is asked
    found = gateway.of(name).refund(intent_ref, refund_id, amount)
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
    _finish(session, actor, payment)
    ledger.post_refund(session, refund, payment, order)
    letters.refunded(session, order, refund)


def sent_by_hand(session: Session, refund_id: int, ref: str) -> None:
    """Take down that people have sent a refund themselves, and under which reference."""
    refund = session.get_one(Refund, refund_id)
    _take_down(session, refund_id, gateway.GatewayRefund(ref, RefundStatus.SUCCEEDED, refund.amount))


def _finish(session: Session, actor: Actor, payment: Payment) -> None:
    """Take a payment as refunded once all of it has gone back."""
    back = sa.select(sa.func.coalesce(sa.func.sum(Refund.amount), 0)).where(
        Refund.payment_id == payment.id, Refund.state == RefundState.DONE
    )
    ended = session.execute(
        sa.update(Payment)
        .where(
            Payment.id == payment.id,
            Payment.state == PaymentState.REFUND_DUE,
            Payment.amount == back.scalar_subquery(),
        )
        .values(state=PaymentState.REFUNDED)
        .returning(Payment.id)
    )
    if ended.scalar() is not None:
        audit.record(
            session, actor, "payment.refunded", payment,
            before={"state": PaymentState.REFUND_DUE}, after={"state": PaymentState.REFUNDED},
        )  # fmt: skip


def in_doubt() -> list[int]:
    """Give the refunds that are due for a while: the job died, or the gateway still works on them."""
    query = (
        sa.select(Refund.id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.state == RefundState.DUE, Refund.created_at < now() - IN_DOUBT)
        .where(Payment.gateway.in_(gateway.names()))  # what people send is not asked about
    )
    return list(db.session.scalars(query.order_by(Refund.id).limit(200)))
