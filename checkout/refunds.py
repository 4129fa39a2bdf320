"""Money on its way back: owed once, sent once, looked up before it is sent again.

Called by `checkout.credits` (money of a sale), by `checkout.payments` (money that no order takes), and by the worker.
"""

import logging
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from checkout import gateway, ledger, letters, orders, refund_letters
from checkout.gateway import RefundStatus
from checkout.models import Credit, Dispute, DisputeState, Order, Payment, PaymentState, Refund, RefundState
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


class BankDecides(Conflict):
    """The buyer's bank has asked for the money."""

    message = "The buyer's bank has asked for this payment. Money can be given back when it has decided."


def promise(session: Session, actor: Actor, payment: Payment, order: Order, credit: Credit) -> Refund:
    """Owe the buyer what a credit gives back; never more than was captured.

    What their bank has taken by a dispute that we lost they have already: the credit is covered by it so far.

    :raise NothingToRefund: :raise BankDecides:
    """
    key, covered = f"credit:{credit.id}", _covered(session, payment, credit.amount)
    if not _claim(session, payment, credit.amount, covered):
        raise NothingToRefund
    if covered:
        taken = row(actor, payment, covered, credit.reason, f"{key}:covered", credit.id)
        session.add(taken)
        cover(session, actor, order, payment, taken)
        if covered == credit.amount:
            return taken
    rest = credit.amount - covered
    return _owe(session, actor, payment, order, rest, credit.reason, key, credit.id)


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
    again = _anew(session, actor, failed)
    jobs.enqueue(session, send, refund_id=again.id)
    return again


def by_transfer(session: Session, actor: Actor, failed: Refund) -> Refund:
    """Promise a refund anew that the gateway could not carry out: people send it. :raise NothingToRefund:"""
    return _anew(session, actor, failed, by_hand=True)


def _anew(session: Session, actor: Actor, failed: Refund, *, by_hand: bool = False) -> Refund:
    payment = session.get_one(Payment, failed.payment_id)
    order = orders.lock(session, payment.order_id)
    key = f"again:{failed.id}"
    session.refresh(failed)
    taken = session.scalar(sa.select(Refund.id).where(Refund.key == key))
    if failed.state is not RefundState.FAILED or taken is not None:
        raise NothingToRefund
    if not _claim(session, payment, failed.amount):
        raise NothingToRefund
    again = row(actor, payment, failed.amount, failed.reason, key, failed.credit_id)
    again.by_hand = by_hand
    return promised(session, actor, payment, order, again)


def undelivered(session: Session, order_id: int) -> list[Refund]:
    """Give the refunds of an order that a gateway could not deliver and nobody has promised anew, oldest first."""
    tried = aliased(Refund)
    anew = sa.exists().where(tried.key == sa.literal("again:") + sa.cast(Refund.id, sa.String))
    query = (
        sa.select(Refund)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_id == order_id, Refund.state == RefundState.FAILED, ~anew)
    )
    return list(session.scalars(query.order_by(Refund.id)))


def of_order(session: Session, order_id: int) -> list[Refund]:
    """Give the refunds of an order, oldest first."""
    mine = (
        sa.select(Refund).join(Payment, Payment.id == Refund.payment_id).where(Payment.order_id == order_id)
    )
    return list(session.scalars(mine.order_by(Refund.id)))


def of_payment(session: Session, payment_id: int) -> list[Refund]:
    """Give the refunds of a payment, oldest first."""
    return list(session.scalars(sa.select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.id)))


def _covered(session: Session, payment: Payment, amount: int) -> int:
    """Give how much of an amount the buyer has already, by lost disputes. :raise BankDecides:"""
    session.refresh(payment)
    if not payment.disputed:
        return 0
    free = max(0, payment.amount - payment.refunded - payment.disputed)
    if amount <= free:
        return 0
    if under_dispute(session, payment.id):
        raise BankDecides
    return amount - free


def under_dispute(session: Session, payment_id: int) -> bool:
    """Say whether a bank is deciding about money of this payment that it has taken."""
    undecided = (DisputeState.NEEDS_RESPONSE, DisputeState.UNDER_REVIEW)
    query = sa.select(Dispute.id).where(
        Dispute.payment_id == payment_id, Dispute.state.in_(undecided), Dispute.inquiry.is_(False)
    )
    return session.scalar(query.limit(1)) is not None


def _claim(session: Session, payment: Payment, amount: int, covered: int = 0) -> bool:
    """Set so much of a captured payment aside for its buyer; with what a bank took it never exceeds the capture."""
    reserved = Payment.refunded + amount
    won = session.execute(
        sa.update(Payment)
        .where(
            Payment.id == payment.id,
            Payment.state.in_((PaymentState.CAPTURED, PaymentState.REFUND_DUE)),
            Payment.disputed >= covered,
            reserved + Payment.disputed - covered <= Payment.amount,
        )
        .values(
            refunded=reserved,
            disputed=Payment.disputed - covered,
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
    refund = promised(session, actor, payment, order, row(actor, payment, amount, reason, key, credit_id))
    jobs.enqueue(session, send, refund_id=refund.id)
    return refund


def promised(session: Session, actor: Actor, payment: Payment, order: Order, refund: Refund) -> Refund:
    before = payment.state
    session.refresh(payment)
    session.add(refund)
    session.flush()
    audit.record(
        session, actor, "payment.refund_due", payment,
        before={"state": before},
        after={"state": payment.state, "order": order.number, "amount": refund.amount, "reason": refund.reason},
    )  # fmt: skip
    return refund


def row(actor: Actor, payment: Payment, amount: int, reason: str, key: str, credit_id: int | None) -> Refund:
    return Refund(
        payment_id=payment.id,
        credit_id=credit_id,
        key=key,
        amount=amount,
        reason=reason[:300],
        requested_by_id=actor.user_id,
        created_at=now(),
    )


def cover(session: Session, actor: Actor, order: Order, payment: Payment, refund: Refund) -> None:
    """Take a refund as done by the bank itself: what was owed to the buyer pays for the lost dispute."""
    before, refund.state, refund.done_at = refund.state, RefundState.COVERED, now()
    session.flush()
    audit.record(
        session, actor, "refund.covered", refund,
        before={"state": before} if before else {},
        after={"state": refund.state, "order": order.number, "amount": refund.amount},
    )  # fmt: skip
    ledger.post_covered(session, refund, order)
    _finish(session, actor, payment)


@jobs.job(own_transactions=True)
def send(refund_id: int, only_look: bool = False) -> None:
    """Ask the gateway to send one refund, and take down what it says. May run as often as it likes.

    One that has arrived is asked about, because it may come back. While a bank decides about the payment nothing is
    sent, and nothing when the caller wants only to look.

    :raise gateway.Unreachable: the job tries again.
    """
    refund = db.session.get(Refund, refund_id)
    if refund is None or refund.state not in {RefundState.DUE, RefundState.DONE}:
        return
    due = refund.state is RefundState.DUE
    payment = db.session.get_one(Payment, refund.payment_id)
    amount, intent_ref, name = refund.amount, payment.intent_ref, payment.gateway
    if refund.by_hand or gateway.by_hand(name):  # finance sends it, and says so
        db.session.rollback()
        return
    if intent_ref is None:
        log.error("refund without a payment at the gateway", extra={"refund": refund_id})
        return
    only_look = only_look or not due or under_dispute(db.session(), payment.id)
    db.session.rollback()  # no transaction is open while the gateway is asked
    if only_look:
        found = gateway.of(name).find_refund(intent_ref, refund_id)
    else:
        found = _sent(name, intent_ref, refund_id, amount)
    if found is None:
        return
    with transaction() as session:
        if due:
            _take_down(session, refund_id, found)
        elif found.status is RefundStatus.FAILED:
            _take_back(session, refund_id)


def _sent(name: str, intent_ref: str, refund_id: int, amount: int) -> gateway.GatewayRefund | None:
    """Ask the gateway to send a refund; None when it waits for a bank's decision that we have not heard of yet."""
    try:
        return gateway.of(name).refund(intent_ref, refund_id, amount)
    except gateway.UnderDispute:
        return None
    except gateway.Refused:  # a clear no, after the gateway has shown that it knows of no such refund
        return gateway.GatewayRefund("", RefundStatus.FAILED, amount)


def _take_back(session: Session, refund_id: int) -> None:
    """Owe a refund again that had arrived and came back: a person decides how the buyer gets it."""
    refund = session.get_one(Refund, refund_id)
    payment = session.get_one(Payment, refund.payment_id)
    order = orders.lock(session, payment.order_id)
    won = session.execute(
        sa.update(Refund)
        .where(Refund.id == refund_id, Refund.state == RefundState.DONE)
        .values(state=RefundState.FAILED)
        .returning(Refund.id)
    )
    if won.scalar() is None:
        return
    session.refresh(refund)
    session.execute(
        sa.update(Payment)
        .where(Payment.id == payment.id)
        .values(
            refunded=Payment.refunded - refund.amount,
            state=sa.case(
                (Payment.state == PaymentState.REFUNDED, PaymentState.REFUND_DUE), else_=Payment.state
            ),
        )
    )
    audit.record(
        session, Actor.system("worker"), "refund.came_back", refund,
        before={"state": RefundState.DONE},
        after={"state": refund.state, "order": order.number, "amount": refund.amount},
    )  # fmt: skip
    ledger.post_refund_back(session, refund, payment, order)
    refund_letters.undelivered(session, order, refund, came_back=True)
    log.error("a refund came back", extra={"refund": refund_id, "order": order.number})


def _take_down(session: Session, refund_id: int, found: gateway.GatewayRefund) -> None:
    refund = session.get_one(Refund, refund_id)
    payment = session.get_one(Payment, refund.payment_id)
    order = orders.lock(session, payment.order_id)
    ended = {RefundStatus.SUCCEEDED: RefundState.DONE, RefundStatus.FAILED: RefundState.FAILED}.get(
        found.status
    )
    values: dict[str, object] = {"gateway_ref": found.ref} if found.ref else {}
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
        refund_letters.undelivered(session, order, refund, came_back=False)
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
        Refund.payment_id == payment.id, Refund.state.in_((RefundState.DONE, RefundState.COVERED))
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


def due_of(session: Session, payment_id: int) -> list[int]:
    """Give the refunds of a payment that are still to be sent."""
    due = sa.select(Refund.id).where(Refund.payment_id == payment_id, Refund.state == RefundState.DUE)
    return list(session.scalars(due.order_by(Refund.id)))


def in_doubt() -> list[int]:
    """Give the refunds that are due for a while: the job died, or the gateway still works on them."""
    query = (
        sa.select(Refund.id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.state == RefundState.DUE, Refund.created_at < now() - IN_DOUBT)
        .where(
            Payment.gateway.in_(gateway.names()), Refund.by_hand.is_(False)
        )  # what people send is not asked about
    )
    return list(db.session.scalars(query.order_by(Refund.id).limit(200)))
