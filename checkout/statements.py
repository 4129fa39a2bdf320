"""Statements: what the books say about a payee's money between two balances, event by event, so that they add up.

A workshop's statement is about its three accounts together (held, postage, earned); moves between them change nothing and
are no lines. A council's is about its own. Lines are what one event (a sale, a credit, a payout) brought or took.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import ledger
from checkout.models import Account, Order, Transfer
from checkout.payees import Payee
from shop.i18n import WIB

COLUMNS = {
    "sale": "goods",
    "funding": "borne",
    "commission": "commission",
    "withheld": "tax",
    "postage": "postage",
    "postage-funding": "postage",
    "credit": "back",
    "reverse": "back",
    "payout": "payout",
    "payout-back": "payout",
}
"""First part of a posting's key, and the column in which it stands; every other stands under `other`."""
SALE = {"sale", "funding", "commission", "withheld", "postage", "postage-funding"}


@dataclass(slots=True)
class Line:
    """What one event brought or took, in rupiah; what leaves is below zero."""

    at: datetime
    kind: str
    """`sale`, `credit`, `payout`, `payout-back`, or `other`."""
    number: str
    """The order's or payout's number; the key of the entry for others."""
    order_id: int | None
    goods: int = 0
    borne: int = 0
    """For a workshop: what others bear of a discount. For a council: what it bears, below zero."""
    commission: int = 0
    tax: int = 0
    postage: int = 0
    back: int = 0
    payout: int = 0
    other: int = 0
    balance: int = 0
    """What stands after this line."""

    @property
    def net(self) -> int:
        """What the line changes."""
        return sum(getattr(self, name) for name in FIGURES)


FIGURES = ("goods", "borne", "commission", "tax", "postage", "back", "payout", "other")


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of a period between two balances."""

    opening: int
    closing: int
    accounts: dict[str, int]
    """The balance of each account at the end of the period; together they are the closing balance."""
    lines: list[Line] = field(default_factory=list)

    def total(self, column: str) -> int:
        """Add one column up."""
        return sum(int(getattr(line, column)) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a year, or everything (both days empty)."""

    code: str
    start: datetime | None = None
    end: datetime | None = None
    """The first moment after it."""


def accounts_of(payee: Payee) -> tuple[str, ...]:
    """Name the accounts that a payee's statement is about."""
    if payee.workshop_id is None:
        return (payee.account,)
    return ledger.held(payee.workshop_id), ledger.postage(payee.workshop_id), payee.account


def month_of(moment: datetime) -> date:
    """Give the first day of a moment's month, in western Indonesian time."""
    return moment.astimezone(WIB).date().replace(day=1)


def month(first: date) -> Period:
    """Give a month as a period."""
    after = (first + timedelta(days=32)).replace(day=1)
    return Period(f"{first:%Y-%m}", _midnight(first), _midnight(after))


def year(number: int) -> Period:
    """Give a year as a period."""
    return Period(str(number), _midnight(date(number, 1, 1)), _midnight(date(number + 1, 1, 1)))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=WIB)


def months(session: Session, payee: Payee, today: date) -> list[date]:
    """Give every month from the first movement to this one, the latest first."""
    ids = list(_account_ids(session, payee))
    first = session.scalar(
        sa.select(sa.func.min(Transfer.at)).where(
            sa.or_(Transfer.to_account_id.in_(ids), Transfer.from_account_id.in_(ids))
        )
    )
    this, found = today.replace(day=1), []
    while first is not None and this >= month_of(first):
        found.append(this)
        this = (this - timedelta(days=1)).replace(day=1)
    return found or [today.replace(day=1)]


def of(session: Session, payee: Payee, period: Period) -> Statement:
    """Give the statement of a period; opening balance, lines and closing balance add up."""
    ids = _account_ids(session, payee)
    opening = sum(_balances(session, ids, period.start).values()) if period.start else 0
    balance, lines = opening, _lines(session, set(ids), period)
    for line in lines:
        balance += line.net
        line.balance = balance
    return Statement(opening, balance, _balances(session, ids, period.end), lines)


def _account_ids(session: Session, payee: Payee) -> dict[int, str]:
    query = sa.select(Account.id, Account.code).where(Account.code.in_(accounts_of(payee)))
    return dict(session.execute(query).all())


def _balances(session: Session, ids: dict[int, str], until: datetime | None) -> dict[str, int]:
    """Give the balance of each account before a moment, or now."""
    found = dict.fromkeys(ids.values(), 0)
    for side, sign in ((Transfer.to_account_id, 1), (Transfer.from_account_id, -1)):
        query = sa.select(side, sa.func.sum(Transfer.amount)).where(side.in_(list(ids))).group_by(side)
        if until is not None:
            query = query.where(Transfer.at < until)
        for account_id, amount in session.execute(query):
            found[ids[account_id]] += sign * int(amount)
    return found


def _lines(session: Session, mine: set[int], period: Period) -> list[Line]:
    """Give what crosses the border of a payee's accounts, one line per event."""
    into, out = Transfer.to_account_id.in_(mine), Transfer.from_account_id.in_(mine)
    query = (
        sa.select(
            Transfer.key, Transfer.at, Transfer.amount, Transfer.memo, Transfer.order_id,
            Transfer.to_account_id.label("into"), Order.number.label("number"),
        )
        .outerjoin(Order, Order.id == Transfer.order_id)
        .where(sa.or_(sa.and_(into, ~out), sa.and_(out, ~into)))
        .order_by(Transfer.at, Transfer.id)
    )  # fmt: skip
    if period.start is not None:
        query = query.where(Transfer.at >= period.start)
    if period.end is not None:
        query = query.where(Transfer.at < period.end)
    return _grouped(session.execute(query), mine)


def _grouped(rows: Iterable[Any], mine: set[int]) -> list[Line]:
    found: dict[tuple[object, ...], Line] = {}
    for row in rows:
        prefix = row.key.split(":", 1)[0]
        kind, group = _kind(prefix, row)
        line = found.get(group)
        if line is None:
            line = found[group] = Line(row.at, kind, row.number or row.memo or row.key, row.order_id)
        column = COLUMNS.get(prefix, "other")
        signed = row.amount if row.into in mine else -row.amount
        setattr(line, column, getattr(line, column) + signed)
    return list(found.values())


def _kind(prefix: str, row: Any) -> tuple[str, tuple[object, ...]]:
    if prefix in SALE:
        return "sale", ("sale", row.order_id)
    if COLUMNS.get(prefix) == "back":  # all shares of a credit are booked at one moment
        return "credit", ("credit", row.order_id, row.at)
    if COLUMNS.get(prefix) == "payout":
        return prefix, (row.key,)
    return "other", (row.key,)
