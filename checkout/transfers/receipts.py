"""Money that has arrived becomes the payment of an order: on evidence of our own statement, in one transaction.

The same way as a card's: `payments.capture` ends it as a paid order or as a refund of all of it. Called by `lines`.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import changing_payment, orders, payments
from checkout.models import LineState, Order, Payment, PaymentState, StatementLine, TransferWait, WaitState
from checkout.transfers import books, returns, transfer_letters
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict


class Taken(Conflict):
    """Order or line have been settled by somebody else."""

    message = "This transfer or this order has been settled in the meantime. Please look again."


class NotEnough(Conflict):
    """Less than the order costs."""

    message = "This is not enough for the order."


def take(
    session: Session,
    actor: Actor,
    wait: TransferWait,
    lines: Sequence[StatementLine],
    *,
    allowance: int = 0,
    excess: int = 0,
) -> Order:
    """Let lines pay what an order waits for, once; parts kept for it before are added.

    `allowance` is rupiah that are missing and the marketplace bears, `excess` rupiah on top that go back. What is
    left above the order's total is the payment's surplus.

    :raise Taken: :raise NotEnough:
    """
    order = orders.lock(session, wait.order_id)
    session.refresh(wait)
    payment = session.get_one(Payment, wait.payment_id)
    session.refresh(payment)
    parts = sa.select(StatementLine).where(
        StatementLine.wait_id == wait.id, StatementLine.state == LineState.PART
    )
    rows = list({line.id: line for line in (*session.scalars(parts), *lines)}.values())
    amount = sum(line.amount for line in rows) + allowance - excess
    if wait.state is WaitState.PAID or payment.state not in payments.NOT_CAPTURED:
        raise Taken
    if amount < order.total:
        raise NotEnough
    for line in sorted(rows, key=lambda line: line.id):
        claim(session, actor, line, LineState.PAID, wait_id=wait.id)
    payment.amount, payment.surplus = amount, amount - order.total
    wait.state, wait.ended_at = WaitState.PAID, now()
    wait.allowance, wait.excess = allowance, excess
    session.flush()
    audit.record(
        session, actor, "payment.transfer_matched", payment,
        after={"order": order.number, "amount": amount, "lines": [line.id for line in rows], "allowance": allowance, "excess": excess},
    )  # fmt: skip
    books.matched(session, rows, order.id)
    books.differed(session, wait, order.number)
    if excess:
        returns.owe_line(session, actor, lines[-1], excess, order)
    transfer_letters.received(session, order, wait, rows)
    payments.capture(session, payment, order, f"transfer:{payment.id}")
    changing_payment.promise_closing(session, order)
    session.refresh(payment)
    if payment.state is PaymentState.REFUND_DUE:  # the order could not be served any more
        returns.owe_refunds_of(session, actor, payment)
    return order


def claim(
    session: Session,
    actor: Actor,
    line: StatementLine,
    to: LineState,
    *,
    wait_id: int | None = None,
    reason: str = "",
) -> None:
    """Move a line that waits (or is kept for this very order) to its end, once. :raise Taken:"""
    before = line.state
    open_to = [StatementLine.state == LineState.WAITING]
    if wait_id is not None or to is LineState.RETURNING:
        mine = StatementLine.wait_id == (wait_id if wait_id is not None else line.wait_id)
        open_to.append(sa.and_(StatementLine.state == LineState.PART, mine))
    won = session.execute(
        sa.update(StatementLine)
        .where(StatementLine.id == line.id, sa.or_(*open_to))
        .values(
            state=to,
            wait_id=wait_id if wait_id is not None else StatementLine.wait_id,
            reason=reason,
            decided_by_id=actor.user_id,
            decided_at=now(),
        )
        .returning(StatementLine.id)
    )
    if won.scalar() is None:
        raise Taken
    session.refresh(line)
    audit.record(
        session, actor, f"statement_line.{to}", line,
        before={"state": before}, after={"state": to, "amount": line.amount, "reason": reason},
    )  # fmt: skip
