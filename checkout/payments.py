"""Payments: the page to pay on, what the gateway says of it, and closing it again.

`settle` is the one function by which money becomes an order: the webhook's job, the browser's return and the
reconciler all call it, and it believes only the gateway's own object. No transaction is open while the gateway is
asked: intent row, commit, call with the row's id as key, second transaction for the result.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import gateway, letters, open_pages, orders, pay_page, refunds
from checkout.gateway import PaymentSession, SessionState
from checkout.models import Order, OrderState, Payment, PaymentState
from checkout.open_pages import PAYABLE
from checkout.pay_page import Intent
from shop import audit, jobs
from shop.audit import Actor
from shop.db import db, glance, now, transaction
from shop.errors import Conflict
from shop.writes import change_if

log = logging.getLogger(__name__)

NOT_CAPTURED = (*PAYABLE, PaymentState.EXPIRED, PaymentState.FAILED)
LOST = timedelta(seconds=60)
"""A payment that has no page after this long may have one whose answer was lost: the gateway is asked."""
SECOND_THOUGHTS = timedelta(days=2)
"""So long after a payment failed the gateway is still asked: a page that it had forgotten may have been paid."""
WORKER = Actor.system("worker")
_PAYMENTS: Any = Payment.__table__


class NotPayable(Conflict):
    """The order is paid, or its time is over."""

    message = "This order cannot be paid any more."


class StillPaying(Conflict):
    """The money is on its way."""

    message = "The payment of this order is being processed. Please wait for it."


# --- opening the page to pay on ----------------------------------------------------------------------


def start(order_id: int) -> str:
    """Give the address of the page on which an order is paid; asking again gives the same page while it is open.

    :raise NotPayable: :raise StillPaying: :raise gateway.Unreachable: :raise gateway.Refused: order kept
    """
    return open_page(_intend(order_id))


def open_page(intent: Intent) -> str:
    """Give the address of the page for what a committed transaction intended. :raise: as `start`"""
    order_id = intent.order_id
    if intent.ref is None and intent.asked_before and _recover(intent.payment_id):
        intent = _intend(order_id)
    if intent.ref is not None:
        found = _look(intent.payment_id, intent.gateway, intent.ref)
        if found is not None and found.state is SessionState.OPEN and found.url:
            return found.url
        if found is not None and found.state is SessionState.PROCESSING:
            raise StillPaying
        intent = _intend(order_id)
    try:
        opened = gateway.of(intent.gateway).open_session(intent.request)
    except gateway.Refused:
        with transaction() as session:  # the next try is a payment of its own, with a key of its own
            _end(session, intent.payment_id, PaymentState.FAILED, without_ref=True)
        raise
    return _remember(intent.payment_id, intent.gateway, opened)


def _look(payment_id: int, name: str, ref: str) -> PaymentSession | None:
    """Ask about a page and settle by the answer; None when the gateway has never heard of it."""
    try:
        found = gateway.of(name).session(ref)
    except gateway.Unknown:
        _forget(payment_id)
        return None
    with transaction() as session:
        _apply(session, payment_id, found)
    return found


def _forget(payment_id: int) -> None:
    """Give a page up that the gateway does not know: the key in the settings is another account's."""
    log.error("the gateway does not know a payment page", extra={"payment": payment_id})
    with transaction() as session:
        if _end(session, payment_id, PaymentState.FAILED):
            payment = session.get_one(Payment, payment_id)
            audit.record(
                session, WORKER, "payment.unknown_at_gateway", payment, after={"state": payment.state}
            )


def _intend(order_id: int) -> Intent:
    with transaction() as session:
        found = pay_page.intend(session, orders.lock(session, order_id))
    if found is None:
        raise NotPayable
    return found


_OPENED = (
    sa.update(_PAYMENTS)
    .where(_PAYMENTS.c.id == sa.bindparam("payment"), _PAYMENTS.c.state.in_(PAYABLE))
    .values(state=PaymentState.OPEN, session_ref=sa.bindparam("ref"), page_url=sa.bindparam("page"))
)


def _remember(payment_id: int, name: str, opened: PaymentSession) -> str:
    """Keep the page's reference, and close the page when the payment was closed while the gateway was asked."""
    with transaction() as session:
        values = {"payment": payment_id, "ref": opened.ref, "page": opened.url}
        still_open = session.connection().execute(_OPENED, values).rowcount == 1
        if not still_open:
            _name(session, payment_id, opened)
    if still_open and opened.url:
        return opened.url
    gateway.of(name).expire(opened.ref)
    raise NotPayable


def _name(session: Session, payment_id: int, found: PaymentSession) -> bool:
    """Keep the reference of a page whose payment has none; False when it has another."""
    adopted = session.execute(
        sa.update(Payment)
        .where(Payment.id == payment_id, Payment.session_ref.is_(None))
        .values(session_ref=found.ref, page_url=found.url)
        .returning(Payment.id)
    )
    return adopted.scalar() is not None


# --- settling ----------------------------------------------------------------------------------------


_KNOWN = sa.select(Payment.id, Payment.session_ref, Payment.state, Payment.gateway)
_BY_ID = _KNOWN.where(Payment.id == sa.bindparam("payment_id"))
_BY_REF = _KNOWN.where(Payment.session_ref == sa.bindparam("ref"))


def settle(payment_id: int) -> PaymentState:
    """Ask the gateway about one payment and draw the consequences; any number of times, from anywhere.

    :raise gateway.Unreachable: nothing has changed then
    """
    db.session.rollback()
    return _settle(glance(_BY_ID, {"payment_id": payment_id})[0])


def _settle(known: Any) -> PaymentState:
    payment_id, ref = known.id, known.session_ref
    state: PaymentState = known.state
    if state not in NOT_CAPTURED or gateway.by_hand(known.gateway):
        return state
    if ref is None:
        return db.session.get_one(Payment, payment_id).state if _recover(payment_id) else state
    found = gateway.of(known.gateway).session(ref)
    with transaction() as session:
        return _apply(session, payment_id, found)


def settle_session(ref: str, payment_id: int | None = None, sender: str = gateway.STRIPE) -> None:
    """Settle the payment of a page by the gateway's reference, or adopt a page whose reference was lost.

    A crash between the gateway's answer and our second transaction leaves a payment without a reference; our id in
    the page's metadata leads back to it.
    """
    db.session.rollback()
    known = glance(_BY_REF, {"ref": ref})
    if known:
        _settle(known[0])
        return
    if payment_id is not None:
        _adopt(payment_id, sender, gateway.of(sender).session(ref))


def _adopt(payment_id: int, sender: str, found: PaymentSession) -> bool:
    """Take a page for the payment that it names; False when it is another shop's, or the payment has one."""
    with transaction() as session:
        payment = session.get(Payment, payment_id)
        if payment is None or payment.gateway != sender or found.payment_id != payment_id:
            return False
        if orders.lock(session, payment.order_id).number != found.order_number:
            return False  # another shop's page at the same account
        adopted = _name(session, payment_id, found)
        if adopted:
            _apply(session, payment_id, found)
    return adopted


def _recover(payment_id: int) -> bool:
    """Look for the page of a payment whose reference was lost, and adopt it. :raise gateway.Unreachable:"""
    payment = db.session.get_one(Payment, payment_id)
    order = db.session.get_one(Order, payment.order_id)
    name, number, email = payment.gateway, order.number, order.email
    db.session.rollback()
    if gateway.by_hand(name):
        return False
    found = gateway.of(name).find_session(payment_id, number, email)
    return found is not None and _adopt(payment_id, name, found)


def _apply(session: Session, payment_id: int, found: PaymentSession) -> PaymentState:
    """Draw the consequences of what the gateway said, in one transaction, once."""
    order, payment = orders.lock_with(session, payment_id)
    if found.state is SessionState.PAID:
        problem = _mismatch(payment, order, found)
        if problem:
            _distrust(session, payment, order, problem)
        else:
            capture(session, payment, order, found.intent_ref)
    elif found.state is SessionState.EXPIRED:
        _end(session, payment_id, PaymentState.EXPIRED)
    elif found.state is SessionState.FAILED:
        ended = _end(session, payment_id, PaymentState.FAILED)
        if ended and order.state is OrderState.PENDING and order.expires_at > now():
            letters.payment_failed(session, order, payment_id)
    return payment.state


def _mismatch(payment: Payment, order: Order, found: PaymentSession) -> str:
    """Name what the gateway's object says differently from ours, or nothing."""
    expected = {
        "reference": (payment.session_ref, found.ref),
        "amount": (payment.amount, found.amount),
        "currency": (payment.currency, found.currency),
        "order": (order.number, found.order_number),
        "payment": (payment.id, found.payment_id),
        "kind": ("payment", found.mode),
        "mode": (gateway.of(payment.gateway).live, found.live),
    }
    return ", ".join(name for name, (ours, theirs) in expected.items() if ours != theirs)


def _distrust(session: Session, payment: Payment, order: Order, problem: str) -> None:
    """Never take a page that is not ours as paid; people look at it."""
    log.error("payment does not match its order", extra={"payment": payment.id, "problem": problem})
    if _end(session, payment.id, PaymentState.FAILED):
        after = {"problem": problem, "order": order.number}
        audit.record(session, WORKER, "payment.mismatch", payment, after=after)


def capture(session: Session, payment: Payment, order: Order, intent_ref: str | None) -> None:
    """Take money in on evidence (the gateway's object, or our bank statement), once: a paid order, or all of it back."""
    before = payment.state
    values = {"state": PaymentState.CAPTURED, "intent_ref": intent_ref, "captured_at": now()}
    if not change_if(session, payment, {"state": NOT_CAPTURED}, **values):
        return  # a webhook, a return or a reconciler was here before
    audit.record(
        session, WORKER, "payment.captured", payment,
        before={"state": before}, after={"state": payment.state, "amount": payment.amount, "order": order.number},
    )  # fmt: skip
    if not orders.mark_paid(session, WORKER, order, payment):
        reason = "The payment arrived after the order had ended."
        refunds.refund_unserved(session, WORKER, payment, order, reason)


def _end(session: Session, payment_id: int, to: PaymentState, *, without_ref: bool = False) -> bool:
    condition = [Payment.id == payment_id, Payment.state.in_(PAYABLE)]
    if without_ref:
        condition.append(Payment.session_ref.is_(None))
    ended = session.execute(sa.update(Payment).where(*condition).values(state=to).returning(Payment.id))
    return ended.scalar() is not None


# --- closing -----------------------------------------------------------------------------------------


def close(actor: Actor, order_id: int, to: OrderState = OrderState.EXPIRED) -> OrderState:
    """End an unpaid order: its page at the gateway first, then its reservation. Gives the state it has then.

    An order that turns out to be paid becomes a paid one; one whose money is on its way keeps waiting.

    :raise gateway.Unreachable: nothing has changed then
    """
    close_pages(order_id)
    with transaction() as session:
        order = orders.lock(session, order_id)
        if order.state is not OrderState.PENDING:
            return order.state
        payable = list(
            session.scalars(
                sa.select(Payment).where(Payment.order_id == order_id, Payment.state.in_(PAYABLE))
            )
        )
        if any(payment.session_ref is not None for payment in payable):
            return order.state  # being paid, or opened again while the gateway was asked
        for payment in payable:  # never reached the gateway, or nobody ever saw its page
            _end(session, payment.id, PaymentState.EXPIRED, without_ref=True)
        orders.lapse(session, actor, order, to)
        return order.state


def close_pages(order_id: int) -> None:
    """Close every page of an order at its gateway, one whose reference was lost too, and draw the consequences.

    :raise gateway.Unreachable: those that were not reached yet are as they were
    """
    for payment_id in open_pages.unanswered(Payment.order_id == order_id):
        _recover(payment_id)
    for name, ref, payment_id in open_pages.of_order(order_id):
        try:
            found = gateway.of(name).expire(ref)
        except gateway.Unknown:
            _forget(payment_id)
            continue
        with transaction() as session:
            _apply(session, payment_id, found)


@jobs.periodic(every=30)
def expire_due(limit: int = 200) -> int:
    """End the orders whose time to pay is over; give how many."""
    late = sa.select(Order.id).where(Order.state == OrderState.PENDING, Order.expires_at <= now())
    due = list(db.session.scalars(late.order_by(Order.expires_at).limit(limit)))
    db.session.rollback()
    count = 0
    for order_id in due:
        try:
            count += close(WORKER, order_id) is OrderState.EXPIRED
        except gateway.Unreachable:  # until it answers, the pieces stay set aside: the page may still be paid
            break
        except gateway.Refused:
            continue
    return count


@jobs.periodic(every=60)
def reconcile(limit: int = 200) -> int:
    """Ask about every page that is open and every refund in doubt; with this alone, without any webhook, all settles."""
    failed = sa.and_(Payment.state == PaymentState.FAILED, Payment.created_at > now() - SECOND_THOUGHTS)
    waiting = sa.select(Payment.id).where(
        sa.or_(Payment.state.in_(PAYABLE), failed),
        Payment.session_ref.is_not(None),
        Payment.gateway.in_(gateway.names()),
    )
    payments = list(db.session.scalars(waiting.order_by(sa.func.random()).limit(limit)))
    doubtful = refunds.in_doubt()
    lost = open_pages.unanswered(Payment.created_at < now() - LOST)
    try:
        for payment_id in lost:
            _quietly(_recover, payment_id)
        for payment_id in payments:
            _quietly(settle, payment_id)
        for refund_id in doubtful:
            _quietly(refunds.send, refund_id)
    except gateway.Unreachable:
        log.warning("reconciler: the gateway does not answer")
    return len(lost) + len(payments) + len(doubtful)


def _quietly(step: Callable[[int], object], number: int) -> None:
    """Let one refusal of the gateway not keep the rest waiting."""
    try:
        step(number)
    except gateway.Refused:
        log.warning("the gateway refused", extra={"step": step.__name__, "id": number})
