"""Checks of the books: currencies, the gateway account, each order's postings, the guards of append-only tables."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from checkout import ledger
from checkout.models import Account, Order, OrderState, Transfer

APPEND_ONLY = (
    "ledger_transfers",
    "stock_movements",
    "audit_entries",
    "membership_events",
    "invoices",
    "invoice_lines",
)
GUARDS = 2
"""Triggers of each: see migration 0005."""


def one_currency(session: Session) -> Iterator[str]:
    """Find transfers between accounts of another currency than their own, or that reverse another amount."""
    giver, taker, reversed_one = aliased(Account), aliased(Account), aliased(Transfer)
    statement = (
        sa.select(Transfer.id)
        .join(giver, giver.id == Transfer.from_account_id)
        .join(taker, taker.id == Transfer.to_account_id)
        .outerjoin(reversed_one, reversed_one.id == Transfer.reverses_id)
        .where(
            sa.or_(
                giver.currency != Transfer.currency,
                taker.currency != Transfer.currency,
                reversed_one.amount != Transfer.amount,
            )
        )
    )
    for transfer_id in session.scalars(statement):
        yield f"transfer {transfer_id}"


def order_split(session: Session) -> Iterator[str]:
    """Find orders whose postings out of the gateway are not what was paid."""
    giver = aliased(Account)
    posted = (
        sa.select(Transfer.order_id, sa.func.sum(Transfer.amount).label("amount"))
        .join(giver, giver.id == Transfer.from_account_id)
        .where(giver.code.in_(ledger.SOURCES))
        .group_by(Transfer.order_id)
        .subquery()
    )
    served = (OrderState.PAID, OrderState.COMPLETED, OrderState.REFUNDED)
    amount = sa.func.coalesce(posted.c.amount, 0)
    statement = (
        sa.select(Order.number, Order.total, amount)
        .outerjoin(posted, posted.c.order_id == Order.id)
        .where(Order.state.in_(served), amount < Order.total)
    )
    for number, total, booked in session.execute(statement):
        yield f"order {number}: paid {total}, booked {booked}"


def triggers_stand(session: Session) -> Iterator[str]:
    """Find append-only tables without the triggers that refuse UPDATE and DELETE (and TRUNCATE on PostgreSQL)."""
    if session.get_bind().dialect.name == "postgresql":
        found = sa.text(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled = 'O'"
        )
    else:
        found = sa.text("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
    guards = list(session.scalars(found))
    for table in APPEND_ONLY:
        if guards.count(table) < GUARDS:
            yield f"{table} can be changed"
