"""Disputes: a buyer's bank asks for a payment back. What it takes is booked, what we answer is sent, the end is theirs.

Called by `checkout.webhooks` and `checkout.gateway_accounts` with news, by the desk with answers, by payouts that ask
what to hold. Like payments, a dispute is only believed as the gateway's own object, and no transaction is open while
the gateway is asked. docs/money.md tells the postings.
"""

import contextlib
import logging
from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import covering, dispute_letters, gateway, ledger, orders, refunds
from checkout.gateway_books import DisputeStatus, GatewayDispute
from checkout.models import Dispute, DisputeState, Order, OrderLine, Payment, Refund, RefundState
from shop import audit, jobs
from shop.audit import Actor
from shop.db import db, insert, now, transaction
from shop.errors import NotFound

log = logging.getLogger(__name__)

WORKER = Actor.system("worker")
OPEN = (DisputeState.NEEDS_RESPONSE, DisputeState.UNDER_REVIEW)
LOOK_BACK = timedelta(days=7)
"""Disputes opened so long ago are asked for even if no message told of them."""


class NoSuchDispute(NotFound):
    """There is no such dispute."""

    message = "There is no such dispute."


# --- news --------------------------------------------------------------------------------------------


def look(name: str, ref: str) -> None:
    """Ask a gateway about one dispute and draw the consequences; any number of times, from anywhere.

    :raise gateway.Unreachable: nothing has changed then
    """
    take_down(name, gateway.of(name).dispute(ref))


def take_down(name: str, found: GatewayDispute) -> None:
    """Draw the consequences of what a gateway says of a dispute, once."""
    mine = sa.select(Payment.id).where(Payment.intent_ref == found.intent_ref, Payment.gateway == name)
    payment_id = db.session.scalar(mine) if found.intent_ref else None
    db.session.rollback()
    usable = found.amount is not None and found.currency == "IDR" and found.live == gateway.of(name).live
    if payment_id is None or not usable:  # its money is named by the comparison of the accounts
        log.error("dispute of a payment that is not ours", extra={"dispute": found.ref})
        return
    if found.status is DisputeStatus.LOST:
        _look_at_refunds(payment_id)
    with transaction() as session:
        apply(session, payment_id, name, found)


def _look_at_refunds(payment_id: int) -> None:
    """See which refunds had left before the bank took the money: those are not covered by the dispute."""
    due = sa.select(Refund.id).where(Refund.payment_id == payment_id, Refund.state == RefundState.DUE)
    waiting = list(db.session.scalars(due))
    db.session.rollback()
    for refund_id in waiting:
        refunds.send(refund_id, only_look=True)


def apply(session: Session, payment_id: int, name: str, found: GatewayDispute) -> None:
    """Draw the consequences in a transaction that is open already; `take_down` is for everybody else."""
    payment = session.get_one(Payment, payment_id)
    order = orders.lock(session, payment.order_id)
    session.refresh(payment)
    dispute, before = _row(session, payment, name, found)
    counted = _counted(dispute)
    dispute.state, dispute.inquiry = DisputeState(found.status), found.inquiry
    dispute.due_by = found.due_by
    dispute.taken = ledger.post_dispute(session, payment, order, found.moved, decided=not dispute.is_open)
    if found.answered and dispute.answered_at is None:
        dispute.answered_at, dispute.answer_due = now(), False
    left = payment.disputed + _counted(dispute) - counted
    payment.disputed, uncovered = max(0, left), max(0, -left)
    if not dispute.is_open and dispute.closed_at is None:
        dispute.closed_at = now()
    session.flush()
    if dispute.state is not before:
        audit.record(
            session, WORKER, "dispute.changed" if before else "dispute.opened", dispute,
            before={"state": before} if before else {},
            after={"state": dispute.state, "order": order.number, "amount": dispute.amount, "reason": dispute.reason},
        )  # fmt: skip
        dispute_letters.news(session, order, dispute, back=uncovered)
    if uncovered:  # their bank has taken from the buyer again what it gave them: who had paid gets it
        covering.uncover(session, WORKER, order, payment, uncovered)
    if dispute.is_open:
        return
    if dispute.state is DisputeState.LOST:
        covering.cover_due(session, WORKER, order, payment)
    for refund_id in refunds.due_of(session, payment.id):
        jobs.enqueue(session, refunds.send, _key=f"send-refund:{refund_id}", refund_id=refund_id)


def _row(
    session: Session, payment: Payment, name: str, found: GatewayDispute
) -> tuple[Dispute, DisputeState | None]:
    """Give the dispute, new or known, and the state it had."""
    new = insert(session, Dispute).values(
        payment_id=payment.id,
        gateway=name,
        ref=found.ref,
        state=DisputeState.CLOSED,  # counts for nothing until it is applied
        inquiry=found.inquiry,
        amount=found.amount,
        taken=0,
        reason=found.reason,
        opened_at=found.opened_at,
        answer={},
        answer_due=False,
        created_at=now(),
    )
    new_id = session.scalar(new.on_conflict_do_nothing().returning(Dispute.id))
    dispute = session.scalars(
        sa.select(Dispute).where(Dispute.ref == found.ref).execution_options(populate_existing=True)
    ).one()
    return dispute, dispute.state if new_id is None else None


def _counted(dispute: Dispute) -> int:
    """Give the rupiah that no refund may promise, because the bank has them or may have them."""
    taken = dispute.state in {*OPEN, DisputeState.LOST} and not dispute.inquiry
    return dispute.amount if taken else 0


def ask(name: str) -> int:
    """Ask a gateway about every dispute that is open and every one that is new; give how many.

    :raise gateway.Unreachable:
    """
    still = sa.select(Dispute.ref).where(Dispute.gateway == name, Dispute.state.in_(OPEN))
    known = set(db.session.scalars(still))
    db.session.rollback()
    fresh = gateway.of(name).disputes(now() - LOOK_BACK)
    for found in fresh:
        take_down(name, found)
    older = known - {found.ref for found in fresh}
    for ref in sorted(older):
        with contextlib.suppress(gateway.Refused):  # it shows us no such dispute any more
            look(name, ref)
    return len(fresh) + len(older)


# --- what others ask ---------------------------------------------------------------------------------


def get(session: Session, dispute_id: int) -> Dispute:
    """Give a dispute. :raise NoSuchDispute:"""
    found = session.get(Dispute, dispute_id)
    if found is None:
        raise NoSuchDispute
    return found


def order_of(session: Session, dispute: Dispute) -> Order:
    """Give the order whose payment is disputed."""
    payment = session.get_one(Payment, dispute.payment_id)
    return session.get_one(Order, payment.order_id)


def of_order(session: Session, order_id: int) -> list[Dispute]:
    """Give the disputes of an order, oldest first."""
    query = sa.select(Dispute).join(Payment, Payment.id == Dispute.payment_id)
    return list(session.scalars(query.where(Payment.order_id == order_id).order_by(Dispute.id)))


def holding(session: Session, workshop_id: int) -> list[int]:
    """Give the orders of a workshop whose money a bank is deciding about: what they earned is not paid out."""
    query = (
        sa.select(Payment.order_id)
        .join(Dispute, Dispute.payment_id == Payment.id)
        .join(OrderLine, OrderLine.order_id == Payment.order_id)
        .where(Dispute.state.in_(OPEN), OrderLine.workshop_id == workshop_id)
    )
    return sorted(set(session.scalars(query)))


def listed(states: Iterable[DisputeState]) -> sa.Select[Dispute, Order]:
    """Select disputes with their orders, those to be answered soonest first."""
    return (
        sa.select(Dispute, Order)
        .join(Payment, Payment.id == Dispute.payment_id)
        .join(Order, Order.id == Payment.order_id)
        .where(Dispute.state.in_(list(states)))
        .order_by(Dispute.due_by.is_(None), Dispute.due_by, Dispute.id.desc())
    )
