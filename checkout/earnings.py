"""What a payee has earned, what of it is paid or held, and what the next payout may take. Read-only.

A payee's account in the books moves with releases, credits and disputes; those movements are the earnings (and what was
taken back). Each is in at most one payout that counts. What was taken back is always set against what was earned, so a
balance below zero is carried until it is worked off.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import bank_details, ledger
from checkout.models import Account, BankAccount, Order, OrderState, PayoutHold, PayoutItem, Transfer
from checkout.payees import Payee
from shop import config
from shop.db import now
from shop.texts import mark

NO_DETAILS = mark("There are no bank details.")
NEW_DETAILS = mark("The bank details are new: for 72 hours nothing is paid out.")
BY_FINANCE = mark("Finance holds the payouts.")
TOO_LITTLE = mark("What can be paid out is less than the smallest payout; it is carried to the next one.")
OWED = mark("The balance is below zero and is carried.")


@dataclass(frozen=True, slots=True)
class Hold:
    """Why money waits: all of a payee's, or what one order earned."""

    reason: str
    """An English msgid."""
    order_id: int | None = None
    until: datetime | None = None
    words: str = ""
    """What a person wrote."""


Source = Callable[[Session, Payee], Iterable[Hold]]
SOURCES: list[Source] = []
"""Rooms that hold money of an order register here: open claims, open disputes."""


def source(found: Source) -> Source:
    """Register a source of holds."""
    SOURCES.append(found)
    return found


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of a payee's account that no payout has paid: what came is above zero."""

    transfer_id: int
    order_id: int | None
    amount: int


@dataclass(frozen=True, slots=True)
class Earnings:
    """Where a payee's money stands, in rupiah."""

    balance: int
    """Of the account in the books: earned, less taken back, less paid out."""
    proposed: int
    """In payouts that nobody has approved yet."""
    held: int
    """Earned by orders that are held."""
    movements: tuple[Movement, ...] = ()
    """What the next payout pays."""
    holds: tuple[Hold, ...] = ()
    """Why all of it waits, or parts of it."""
    account: BankAccount | None = field(default=None)

    @property
    def payable(self) -> int:
        """What the next payout would be, were there nothing in its way."""
        return sum(movement.amount for movement in self.movements)

    @property
    def in_the_way(self) -> tuple[Hold, ...]:
        """What holds everything, not the money of one order alone."""
        return tuple(hold for hold in self.holds if hold.order_id is None)

    @property
    def ready(self) -> bool:
        """Whether a payout can be proposed now."""
        return not self.in_the_way and self.payable >= config.current().payout_min


def of(session: Session, payee: Payee) -> Earnings:
    """Give where a payee's money stands and what holds it."""
    holds = _holds(session, payee)
    waiting: set[int | None] = {hold.order_id for hold in holds if hold.order_id is not None}
    free = _unpaid(session, payee)
    if payee.council_id is not None:
        waiting |= _unfinished(session, free)
    movements = tuple(one for one in free if one.amount < 0 or one.order_id not in waiting)
    balance = ledger.balance(session, payee.account)
    return Earnings(
        balance=balance,
        proposed=balance - sum(one.amount for one in free),
        held=sum(one.amount for one in free if one.amount > 0 and one.order_id in waiting),
        movements=movements,
        holds=tuple(holds),
        account=bank_details.current(session, payee),
    )


def _unpaid(session: Session, payee: Payee) -> list[Movement]:
    """Give the movements of a payee's account that are in no payout that counts."""
    account_id = session.scalar(sa.select(Account.id).where(Account.code == payee.account))
    if account_id is None:
        return []
    due = sa.select(Account.id).where(Account.code == ledger.PAYOUTS_DUE).scalar_subquery()
    paid = sa.exists().where(PayoutItem.transfer_id == Transfer.id, PayoutItem.freed_at.is_(None))

    def moves(mine: Any, other: Any, sign: int) -> sa.Select[int, int | None, int]:
        return sa.select(Transfer.id, Transfer.order_id, (Transfer.amount * sign).label("amount")).where(
            mine == account_id, sa.or_(due.is_(None), other != due), ~paid
        )

    rows = sa.union_all(
        moves(Transfer.to_account_id, Transfer.from_account_id, 1),
        moves(Transfer.from_account_id, Transfer.to_account_id, -1),
    ).subquery()
    return [Movement(*row) for row in session.execute(sa.select(*rows.c).order_by(rows.c.id))]


def _unfinished(session: Session, free: Iterable[Movement]) -> set[int | None]:
    """Give the orders that buyers have not accepted yet: a council's commission of them waits too."""
    orders = {one.order_id for one in free if one.order_id is not None}
    found = session.scalars(
        sa.select(Order.id).where(
            Order.id.in_(orders), Order.state.not_in((OrderState.COMPLETED, OrderState.REFUNDED))
        )
    )
    return set(found)


def _holds(session: Session, payee: Payee) -> list[Hold]:
    found = [hold for one in SOURCES for hold in one(session, payee)]
    return [*_of_details(session, payee), *_of_finance(session, payee), *found]


def _of_details(session: Session, payee: Payee) -> Iterable[Hold]:
    account = bank_details.current(session, payee)
    if account is None:
        yield Hold(NO_DETAILS)
    elif account.holds_until > now():
        yield Hold(NEW_DETAILS, until=account.holds_until)


def _of_finance(session: Session, payee: Payee) -> Iterable[Hold]:
    standing = sa.select(PayoutHold).where(payee.owns(PayoutHold), PayoutHold.lifted_at.is_(None))
    for hold in session.scalars(standing):
        yield Hold(BY_FINANCE, words=hold.reason)


def lock(session: Session, payee: Payee) -> None:
    """Let everybody who pays this payee out wait for the end of this transaction."""
    session.execute(sa.select(Account.id).where(Account.code == payee.account).with_for_update())
