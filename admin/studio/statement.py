"""A workshop's statement: what the books say about its money, line by line, so that it adds up to the balance.

Read-only, from the ledger: what comes to the workshop's three accounts (held, postage, earned) and what leaves them.
Moves between the three change nothing for the workshop and are not lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from checkout import ledger
from checkout.models import Account, Order, Transfer
from shop.i18n import WIB

KINDS = {
    "sale": "sale", "funding": "sale", "commission": "sale", "withheld": "sale",
    "postage": "sale", "postage-funding": "sale", "credit": "refund", "reverse": "refund",
}  # fmt: skip
"""What a transfer is by the first word of its key; `reverse` is how whole orders were turned round before credits."""


@dataclass(slots=True)
class Line:
    """What one order (or payout) brought or took at one moment, in rupiah; what leaves is negative."""

    at: datetime
    kind: str
    """`sale`, `refund` or `payout`."""
    number: str
    """The order's number, or empty."""
    goods: int = 0
    commission: int = 0
    postage: int = 0
    refund: int = 0
    payout: int = 0
    balance: int = 0
    """What stands after this line."""

    @property
    def net(self) -> int:
        """What the line changes."""
        return self.goods + self.commission + self.postage + self.refund + self.payout


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of one month (or of all time) between two balances."""

    opening: int
    closing: int
    lines: list[Line] = field(default_factory=list)

    def total(self, column: str) -> int:
        """Add one column up."""
        return sum(int(getattr(line, column)) for line in self.lines)


def month_of(moment: datetime) -> date:
    """Give the first day of a moment's month, in western Indonesian time."""
    return moment.astimezone(WIB).date().replace(day=1)


def bounds(month: date) -> tuple[datetime, datetime]:
    """Give the first moment of a month and the first one after it."""
    after = (month + timedelta(days=32)).replace(day=1)
    return datetime(month.year, month.month, 1, tzinfo=WIB), datetime(after.year, after.month, 1, tzinfo=WIB)


def months(session: Session, workshop_id: int, today: date) -> list[date]:
    """Give every month from the first movement to this one, the latest first."""
    into, out = aliased(Account), aliased(Account)
    first = session.scalar(_moves(workshop_id, into, out).with_only_columns(sa.func.min(Transfer.at)))
    month, found = today.replace(day=1), []
    while first is not None and month >= month_of(first):
        found.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return found or [today.replace(day=1)]


def _accounts(workshop_id: int) -> tuple[str, str, str]:
    return ledger.held(workshop_id), ledger.postage(workshop_id), ledger.workshop(workshop_id)


def _moves(workshop_id: int, into: type[Account], out: type[Account]) -> sa.Select[Transfer]:
    """Select the transfers that change what the workshop has, joined with both accounts."""
    mine = _accounts(workshop_id)
    return (
        sa.select(Transfer)
        .join(into, into.id == Transfer.to_account_id)
        .join(out, out.id == Transfer.from_account_id)
        .where(into.code.in_(mine) != out.code.in_(mine))
    )


def of_workshop(session: Session, workshop_id: int, month: date | None = None) -> Statement:
    """Give the statement of one month, or of all time; opening, lines and closing add up."""
    start, end = bounds(month) if month else (None, None)
    lines = _lines(session, workshop_id, end)
    opening = sum(line.net for line in lines if start and line.at < start)
    shown = [line for line in lines if not start or line.at >= start]
    balance = opening
    for line in shown:
        balance += line.net
        line.balance = balance
    return Statement(opening, balance, shown)


def _lines(session: Session, workshop_id: int, end: datetime | None) -> list[Line]:
    into, out = aliased(Account), aliased(Account)
    query = (
        _moves(workshop_id, into, out)
        .outerjoin(Order, Order.id == Transfer.order_id)
        .with_only_columns(
            Transfer.at, Transfer.amount, Transfer.key, Transfer.order_id, Order.number,
            into.code.label("into"), out.code.label("out"),
        )
        .order_by(Transfer.at, Transfer.id)
    )  # fmt: skip
    if end is not None:
        query = query.where(Transfer.at < end)
    rows = session.execute(query).all()
    return list(_grouped(rows, _accounts(workshop_id)))


def _grouped(rows: Iterable[Any], mine: tuple[str, str, str]) -> Iterable[Line]:
    """Put the transfers of one order and one kind together; the key of a transfer says what it is."""
    _held, postage, _earned = mine
    found: dict[tuple[str, object, object], Line] = {}
    for row in rows:
        part = row.key.partition(":")[0]
        kind = KINDS.get(part, "payout")
        line = found.setdefault(
            (kind, row.order_id, row.order_id or row.at), Line(row.at, kind, row.number or "")
        )
        amount = row.amount if row.into in mine else -row.amount
        if kind == "refund":
            line.refund += amount
        elif kind == "payout":
            line.payout += amount
        elif part == "commission":
            line.commission += amount
        elif postage in (row.into, row.out):
            line.postage += amount
        else:
            line.goods += amount
    return found.values()
