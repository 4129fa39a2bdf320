"""What becomes of each line of our statements: matched by its exact amount, or decided by a person of finance.

Called by `imports` (at once and as a job) and by the desk. Order row first, then wait, then lines, as everywhere.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from checkout import orders
from checkout.models import LineState, Order, OrderState, StatementLine, TransferWait, WaitState
from checkout.transfers import books, matching, receipts, returns, terms, transfer_letters, waits
from checkout.transfers.matching import Arrived, Awaited, Proposal
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import Conflict, Invalid, NotFound
from shop.texts import mark

log = logging.getLogger(__name__)
WORKER = Actor.system("worker")
LATE_REST = mark("The rest did not come in time.")
LOOK = 2_000
"""Waits that proposals are made from, the newest."""


class NoSuchLine(NotFound):
    """There is no such line."""


class TooDifferent(Conflict):
    """More than finance may accept."""

    message = "The difference is %(difference)s rupiah; at most %(most)s may be accepted. Ask for the rest, or send it back."


class NotLess(Conflict):
    """Nothing is missing."""

    message = "Nothing is missing: this transfer is as much as the order waits for, or more."


class Over(Conflict):
    """The order waits no more."""

    message = "This order does not wait for its transfer any more, so the rest cannot be asked for."


class ReasonMissing(Invalid):
    """Such a decision needs words."""

    message = "Please give a reason."


def one(session: Session, line_id: int) -> StatementLine:
    """Give a line. :raise NoSuchLine:"""
    found = session.get(StatementLine, line_id)
    if found is None:
        raise NoSuchLine
    return found


def match(line_id: int) -> bool:
    """Let a waiting line pay the order that waits for exactly its amount, if there is one. Opens its own transaction.

    Money for an order that lapsed is taken too: it becomes the order after all, or goes back in full. A second
    transfer for a paid order waits for a person.
    """
    with transaction() as session:
        line = session.get(StatementLine, line_id)
        if line is None or line.state is not LineState.WAITING or not line.amount or line.sen:
            return False
        wait = session.scalar(
            sa.select(TransferWait).where(
                TransferWait.account_id == line.account_id,
                TransferWait.due == line.amount,
                TransferWait.freed_at.is_(None),
                TransferWait.state != WaitState.PAID,
            )
        )
        if wait is None:
            return False
        try:
            receipts.take(session, WORKER, wait, [line])
        except receipts.Taken:
            session.rollback()
            return False
    return True


# --- decisions ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """How a transfer, with the parts kept before, differs from what is paid by it."""

    received: int
    missing: int
    """Rupiah that the order's total lacks."""
    excess: int
    """Rupiah above total and code."""


def difference(session: Session, wait: TransferWait, lines: Sequence[StatementLine]) -> Difference:
    """Compare transfers with what an order costs."""
    ids = [line.id for line in lines]
    before = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(StatementLine.amount), 0)).where(
            StatementLine.wait_id == wait.id,
            StatementLine.state == LineState.PART,
            StatementLine.id.not_in(ids),
        )
    )
    received = int(before or 0) + sum(line.amount for line in lines)
    return Difference(received, max(wait.total - received, 0), max(received - wait.amount, 0))


def accept(session: Session, actor: Actor, wait: TransferWait, lines: Sequence[StatementLine]) -> Order:
    """Let transfers pay an order although they are not its exact amount, within the accepted difference.

    A little less is borne by the marketplace, a little more is the payment's surplus; much more goes back.

    :raise TooDifferent: when too much is missing. :raise receipts.Taken:
    """
    found = difference(session, wait, lines)
    most = terms.holding(session).tolerance
    if found.missing > most:
        raise TooDifferent(difference=found.missing, most=most)
    excess = found.excess if found.excess > most else 0
    return receipts.take(session, actor, wait, lines, allowance=found.missing, excess=excess)


def ask_rest(session: Session, actor: Actor, wait: TransferWait, line: StatementLine) -> int:
    """Keep a transfer for its order and ask the buyer for what is missing; give how much.

    The order gets its whole time to pay again, counted from now.

    :raise NotLess: :raise Over: :raise receipts.Taken:
    """
    order = orders.lock(session, wait.order_id)
    session.refresh(wait)
    if wait.state is not WaitState.OPEN or order.state is not OrderState.PENDING or order.expires_at <= now():
        raise Over
    missing = wait.total - difference(session, wait, [line]).received
    if missing <= 0:
        raise NotLess
    receipts.claim(session, actor, line, LineState.PART, wait_id=wait.id)
    order.expires_at = now() + terms.holding(session).lasts
    try:
        with session.begin_nested():
            wait.due = missing
            session.flush()
    except IntegrityError:  # somebody else waits for this very amount: a person matches it
        session.refresh(wait)
        wait.due = None
        session.flush()
    transfer_letters.rest(session, order, wait, line, missing)
    return missing


def send_back(session: Session, actor: Actor, line: StatementLine, order: Order | None, reason: str) -> None:
    """Promise a transfer back to whoever sent it; the buyer of `order` is asked for an account.

    :raise ReasonMissing: :raise receipts.Taken:
    """
    if not reason.strip():
        raise ReasonMissing
    if order is not None:
        order = orders.lock(session, order.id)
    receipts.claim(session, actor, line, LineState.RETURNING, reason=reason.strip()[:300])
    books.promised_back(session, line, order.id if order else None)
    returns.owe_line(session, actor, line, line.amount, order)


def set_aside(session: Session, actor: Actor, line: StatementLine, reason: str) -> None:
    """Take down that a line is no buyer's money: interest, our own. :raise ReasonMissing: :raise receipts.Taken:"""
    if not reason.strip():
        raise ReasonMissing
    receipts.claim(session, actor, line, LineState.OURS, reason=reason.strip()[:300])
    books.ours(session, line)


def sweep_one(wait_id: int) -> bool:
    """End the wait of an order that ended without its money; parts kept for it go back. Opens its own transaction."""
    with transaction() as session:
        wait = session.get_one(TransferWait, wait_id)
        order = orders.lock(session, wait.order_id)
        session.refresh(wait)
        if wait.state is not WaitState.OPEN or order.state is OrderState.PENDING:
            return False
        waits.give_up(session, wait)
        parts = list(
            session.scalars(
                sa.select(StatementLine)
                .where(StatementLine.wait_id == wait.id, StatementLine.state == LineState.PART)
                .order_by(StatementLine.id)
            )
        )
        if parts:
            wait.due = None
        session.flush()
        for line in parts:
            send_back(session, WORKER, line, order, LATE_REST)
    return True


def sweep() -> int:
    """End the waits of orders that ended without their money; give how many."""
    ended = (
        sa.select(TransferWait.id)
        .join(Order, Order.id == TransferWait.order_id)
        .where(TransferWait.state == WaitState.OPEN, Order.state != OrderState.PENDING)
    )
    found = list(db.session.scalars(ended.order_by(TransferWait.id).limit(500)))
    db.session.rollback()
    return sum(sweep_one(wait_id) for wait_id in found)


# --- proposals ----------------------------------------------------------------------------------------


def waiting(session: Session, limit: int = 500) -> list[StatementLine]:
    """Give the lines of which nobody knows yet whose they are, oldest first."""
    query = sa.select(StatementLine).where(StatementLine.state == LineState.WAITING)
    return list(session.scalars(query.order_by(StatementLine.booked_on, StatementLine.id).limit(limit)))


def proposals(session: Session, lines: Sequence[StatementLine]) -> dict[int, list[Proposal]]:
    """Give for each waiting line the orders it may be meant for."""
    rows = session.execute(
        sa.select(TransferWait, Order.number, Order.name, Order.state)
        .join(Order, Order.id == TransferWait.order_id)
        .order_by(TransferWait.id.desc())
        .limit(LOOK)
    ).all()
    awaited = [
        Awaited(
            wait.id, number, name, wait.total, wait.amount,
            wait.due or wait.amount, open=state is OrderState.PENDING, paid=wait.state is WaitState.PAID,
        )
        for wait, number, name, state in rows
    ]  # fmt: skip
    arrived = [Arrived(line.id, line.amount, line.words) for line in waiting(session)]
    return {
        line.id: matching.proposals(Arrived(line.id, line.amount, line.words), awaited, arrived)
        for line in lines
    }
