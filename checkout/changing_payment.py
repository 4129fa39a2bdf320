"""Changing how an order that waits for its money is paid: from the payment page to a bank transfer, and back.

One thing to pay at a time: the page at the gateway is closed before a transfer is awaited, and a transfer is given up
before there is a page. Money that comes by the way given up is never lost: it pays the order after all where that
still waits, or goes back in full. Called by the buyer's pages, and by `transfers.receipts`.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import gateway, open_pages, orders, payments, placing
from checkout.models import (
    LineState,
    Order,
    OrderState,
    Payment,
    PaymentState,
    ProofState,
    ReceivingAccount,
    StatementLine,
    TransferProof,
    TransferWait,
)
from checkout.transfers import accounts, waits
from shop import audit, config, jobs
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import Conflict


class PartArrived(Conflict):
    """Some of the money is here."""

    message = "Part of your transfer has arrived. Please send the rest, or cancel the order: then it goes back to you."


class LookedFor(Conflict):
    """The buyer says that the money is on its way."""

    message = (
        "We are looking for your transfer and answer by letter. Until then the way to pay stays as it is."
    )


@dataclass(frozen=True, slots=True)
class Ways:
    """How else an order can be paid."""

    page: bool
    """By card, on the payment page."""
    accounts: tuple[ReceivingAccount, ...]
    """By transfer to one of these."""


def ways(session: Session, order: Order) -> Ways:
    """Give how else an order can be paid than it is to be paid now; nothing where it cannot be changed."""
    if order.state is not OrderState.PENDING or order.expires_at <= now():
        return Ways(page=False, accounts=())
    wait = waits.awaited(session, order.id)
    if wait is not None:
        return Ways(page=_holding(session, wait) is None, accounts=())
    return Ways(page=False, accounts=tuple(accounts.active(session)))


def to_page(session: Session, actor: Actor, order_id: int) -> Order:
    """Give an awaited transfer up, so that the order can be paid on the payment page; it has a page's time for it.

    :raise payments.NotPayable: :raise PartArrived: :raise LookedFor:
    """
    order = _pending(session, order_id)
    wait = waits.awaited(session, order.id)
    if wait is None:
        return order
    held = _holding(session, wait)
    if held is not None:
        raise held
    waits.give_up(session, wait)
    order.expires_at = min(order.expires_at, now() + timedelta(minutes=config.current().payment_minutes))
    jobs.enqueue(session, placing.remind, _delay=placing.REMIND_AFTER, order_id=order.id)
    audit.record(session, actor, "order.to_page", order, before={"code": wait.code}, after={})
    return order


def to_transfer(actor: Actor, order_id: int, account_id: int) -> None:
    """Close the page of an order and await its money by transfer instead; opens its own transactions.

    An order that came back to a transfer has the code it had before, while that rests.

    :raise waits.NoTransfers: :raise waits.NoCode: :raise payments.NotPayable: paid meanwhile, or its time is over
    :raise payments.StillPaying: :raise gateway.Unreachable: nothing has changed then
    """
    waits.chosen(db.session(), account_id)
    db.session.rollback()
    payments.close_pages(order_id)
    with transaction() as session:
        order = _pending(session, order_id)
        if waits.awaited(session, order.id) is not None:
            return
        account = waits.chosen(session, account_id)
        _end_unopened(session, order)
        wait = waits.resume(session, order, account)
        if wait is None:
            payment = Payment(order_id=order.id, amount=order.total, created_at=now())
            session.add(payment)
            session.flush()
            wait = waits.begin(session, order, payment, account)
        audit.record(session, actor, "order.to_transfer", order, before={}, after={"code": wait.code})


def _pending(session: Session, order_id: int) -> Order:
    order = orders.lock(session, order_id)
    if order.state is not OrderState.PENDING or order.expires_at <= now():
        raise payments.NotPayable
    return order


def _holding(session: Session, wait: TransferWait) -> Conflict | None:
    """Give why a transfer cannot be given up: some of it is here, or is being looked for."""
    part = sa.select(StatementLine.id).where(
        StatementLine.wait_id == wait.id, StatementLine.state == LineState.PART
    )
    if session.scalar(part.limit(1)) is not None:
        return PartArrived()
    proof = sa.select(TransferProof.id).where(
        TransferProof.wait_id == wait.id, TransferProof.state == ProofState.OPEN
    )
    return LookedFor() if session.scalar(proof.limit(1)) is not None else None


def _end_unopened(session: Session, order: Order) -> None:
    """End what has no page at a gateway yet. Needs the order's lock. :raise payments.StillPaying: when one has."""
    payable = sa.select(Payment).where(Payment.order_id == order.id, Payment.state.in_(open_pages.PAYABLE))
    for payment in session.scalars(payable).all():
        if payment.session_ref is not None:  # being paid, or opened again while the gateway was asked
            raise payments.StillPaying
        payment.state = PaymentState.EXPIRED  # `payments` closes the page that comes for it
    session.flush()


# --- an order that was paid the other way -------------------------------------------------------------


def promise_closing(session: Session, order: Order) -> None:
    """Promise to close the page of an order that a transfer has paid. Needs the order's lock."""
    rivals = sa.select(Payment.id).where(
        Payment.order_id == order.id,
        Payment.state.in_(open_pages.PAYABLE),
        Payment.gateway != gateway.TRANSFER,
    )
    if session.scalar(rivals.limit(1)) is not None:
        jobs.enqueue(session, close_pages, order_id=order.id)


@jobs.job(own_transactions=True)
def close_pages(order_id: int) -> None:
    """Close the pages of an order that does not wait for money any more. :raise gateway.Unreachable: to try again"""
    payments.close_pages(order_id)
    with transaction() as session:
        order = orders.lock(session, order_id)
        if order.state is not OrderState.PENDING:
            session.execute(
                sa.update(Payment)
                .where(
                    Payment.order_id == order.id,
                    Payment.state == PaymentState.PENDING,
                    Payment.session_ref.is_(None),
                )
                .values(state=PaymentState.EXPIRED)
            )
