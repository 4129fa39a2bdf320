"""Awaited transfers: which account, which unique code, until when, and when a code may be given again.

Opened by `checkout.placing` with the order, or later by `checkout.changing_payment`; ended by `receipts` (money came),
by `sweep` (the order ended) or by `give_up` (the buyer pays another way). The surplus of 1 to 999 rupiah tells a
transfer from all others; a partial unique index decides who gets which.
"""

import random
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import gateway
from checkout.models import (
    Order,
    OrderState,
    Payment,
    PaymentState,
    ReceivingAccount,
    SettingState,
    TransferWait,
    WaitState,
)
from checkout.transfers import terms, transfer_letters
from shop import jobs
from shop.db import insert, now
from shop.errors import Conflict

CODES = range(1, 1000)
_shuffle = random.SystemRandom()


class NoTransfers(Conflict):
    """No account receives transfers at the moment."""

    message = "Bank transfers are not possible at the moment. Please choose another way to pay."


class NoCode(Conflict):
    """All 999 codes of this amount are in use."""

    message = "Too many people are paying this amount by transfer right now. Please pay another way, or try again later."


def chosen(session: Session, account_id: int) -> ReceivingAccount:
    """Give the account a buyer chose. :raise NoTransfers: when it takes no transfers (any more)."""
    account = session.get(ReceivingAccount, account_id)
    if account is None or account.state is not SettingState.ACTIVE:
        raise NoTransfers
    return account


def await_transfer(session: Session, order: Order, account_id: int) -> TransferWait:
    """Await the money of a new order by transfer: a code of its own, hours instead of minutes, a letter how to send it.

    :raise NoTransfers: :raise NoCode:
    """
    account = chosen(session, account_id)
    payment = session.scalars(sa.select(Payment).where(Payment.order_id == order.id)).one()
    return begin(session, order, payment, account)


def begin(session: Session, order: Order, payment: Payment, account: ReceivingAccount) -> TransferWait:
    """Make a payment one by transfer, counted from when the order was placed. :raise NoCode:"""
    hold = terms.holding(session)
    order.expires_at = max(order.expires_at, order.created_at + hold.lasts)
    wait = session.get_one(TransferWait, _take_code(session, order, payment, account))
    payment.gateway, payment.state = gateway.TRANSFER, PaymentState.OPEN
    payment.amount, payment.surplus = wait.amount, wait.code
    session.flush()
    transfer_letters.waiting(session, order, wait, account)
    if hold.remind_hours:
        delay = order.expires_at - timedelta(hours=hold.remind_hours) - now()
        jobs.enqueue(session, remind, _delay=max(delay, timedelta(0)), wait_id=wait.id)
    return wait


def give_up(session: Session, wait: TransferWait) -> None:
    """Await a transfer no more: its order has ended, or is paid another way. Needs the order's lock.

    The code rests like that of an order that has ended: what is sent nevertheless still finds its order.
    """
    wait.state, wait.ended_at = WaitState.LAPSED, now()
    session.execute(
        sa.update(Payment)
        .where(Payment.id == wait.payment_id, Payment.state == PaymentState.OPEN)
        .values(state=PaymentState.EXPIRED)
    )
    session.flush()


def resume(session: Session, order: Order, account: ReceivingAccount) -> TransferWait | None:
    """Await once more what was given up, with the code it had; None where that has been freed. Needs the order's lock."""
    again = (
        sa.update(TransferWait)
        .where(
            TransferWait.order_id == order.id,
            TransferWait.account_id == account.id,
            TransferWait.state == WaitState.LAPSED,
            TransferWait.freed_at.is_(None),
            TransferWait.due == TransferWait.amount,
        )
        .values(state=WaitState.OPEN, ended_at=None)
        .returning(TransferWait.id)
    )
    wait_id = session.scalar(again)
    if wait_id is None:
        return None
    wait = session.get_one(TransferWait, wait_id, populate_existing=True)
    payment = session.get_one(Payment, wait.payment_id)
    payment.state = PaymentState.OPEN
    order.expires_at = max(order.expires_at, order.created_at + terms.holding(session).lasts)
    session.flush()
    return wait


def _take_code(session: Session, order: Order, payment: Payment, account: ReceivingAccount) -> int:
    """Insert until the index takes one; what is known to be in use is tried last."""
    near = TransferWait.due.between(order.total + CODES[0], order.total + CODES[-1])
    used = set(
        session.scalars(
            sa.select(TransferWait.due).where(
                TransferWait.account_id == account.id, TransferWait.freed_at.is_(None), near
            )
        )
    )
    free = [code for code in CODES if order.total + code not in used]
    for code in _shuffle.sample(free, len(free)):
        row = insert(session, TransferWait).values(
            payment_id=payment.id,
            order_id=order.id,
            account_id=account.id,
            total=order.total,
            code=code,
            amount=order.total + code,
            due=order.total + code,
            allowance=0,
            excess=0,
            state=WaitState.OPEN,
            created_at=now(),
        )
        wait_id: int | None = session.scalar(row.on_conflict_do_nothing().returning(TransferWait.id))
        if wait_id is not None:
            return wait_id
    raise NoCode


def of_order(session: Session, order_id: int) -> TransferWait | None:
    """Give the transfer an order waits or waited for: the one that is awaited or has come before any given up."""
    mine = sa.select(TransferWait).where(TransferWait.order_id == order_id)
    ended = TransferWait.state == WaitState.LAPSED
    return session.scalar(mine.order_by(ended, TransferWait.id.desc()).limit(1))


def awaited(session: Session, order_id: int) -> TransferWait | None:
    """Give the transfer by which an order is to be paid now, if it is one."""
    mine = sa.select(TransferWait).where(
        TransferWait.order_id == order_id, TransferWait.state == WaitState.OPEN
    )
    return session.scalar(mine)


@jobs.job()
def remind(session: Session, wait_id: int) -> None:
    """Remind the buyer of an order that still waits for its transfer, some hours before the end."""
    wait = session.get(TransferWait, wait_id)
    if wait is None or wait.state is not WaitState.OPEN:
        return
    order = session.get_one(Order, wait.order_id)
    if order.state is OrderState.PENDING and order.expires_at > now():
        account = session.get_one(ReceivingAccount, wait.account_id)
        transfer_letters.reminder(session, order, wait, account)


def free_codes(session: Session) -> int:
    """Let codes be given again that have rested long enough; give how many."""
    rested = now() - terms.holding(session).quiet
    freed = session.execute(
        sa.update(TransferWait)
        .where(
            TransferWait.freed_at.is_(None),
            TransferWait.state != WaitState.OPEN,
            TransferWait.ended_at < rested,
        )
        .values(freed_at=now())
        .returning(TransferWait.id)
    )
    return len(freed.all())
