"""What does not fit between a gateway's account and the books, each named: read by the finance page, CSV and verify."""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import ledger
from checkout.gateway_books import MovementKind
from checkout.models import (
    Account,
    GatewayCheck,
    GatewayEntry,
    Order,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    Transfer,
)
from shop.db import now

PATIENCE = timedelta(hours=24)
"""So long the gateway may take to show a payment or refund in its account."""
CAPTURED = (PaymentState.CAPTURED, PaymentState.REFUND_DUE, PaymentState.REFUNDED)


class Kind(enum.StrEnum):
    """What kind of difference it is; the first five are those of `EntryProblem`."""

    UNKNOWN = "unknown"
    AMOUNT = "amount"
    CURRENCY = "currency"
    TWICE = "twice"
    NOT_BOOKED = "not_booked"
    PAYMENT_MISSING = "payment_missing"
    """We hold it for paid, and the gateway's account has no such line."""
    REFUND_MISSING = "refund_missing"
    SUM = "sum"
    """All lines together are not what the books say, although each fits."""
    HELD = "held"
    """The gateway holds another sum than its lines add up to."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not fit."""

    kind: Kind
    ref: str
    at: datetime
    amount_sen: int
    order_number: str = ""
    entry: GatewayEntry | None = None

    @property
    def note(self) -> str:
        """How finance explained it."""
        return self.entry.note if self.entry is not None else ""


def listed(session: Session, name: str) -> int:
    """Give the sum of all lines of an account that are in rupiah, in sen."""
    query = sa.select(sa.func.sum(GatewayEntry.amount_sen - GatewayEntry.fee_sen))
    return int(session.scalar(query.where(GatewayEntry.gateway == name, GatewayEntry.currency == "IDR")) or 0)


def last_check(session: Session, name: str) -> GatewayCheck | None:
    """Give the last comparison of a gateway's account."""
    query = sa.select(GatewayCheck).where(GatewayCheck.gateway == name)
    return session.scalar(query.order_by(GatewayCheck.id.desc()).limit(1))


def of(session: Session, name: str) -> list[Difference]:
    """Name everything that does not fit, the oldest first."""
    found = [*_lines(session, name), *_payments(session, name), *_refunds(session, name)]
    found.sort(key=lambda one: one.at)
    return [*found, *_sums(session, name)]


def _lines(session: Session, name: str) -> list[Difference]:
    query = sa.select(GatewayEntry).where(GatewayEntry.gateway == name, GatewayEntry.problem.is_not(None))
    return [
        Difference(Kind(entry.problem), entry.ref, entry.at, entry.amount_sen, entry.order_number, entry)
        for entry in session.scalars(query.order_by(GatewayEntry.id))
        if entry.problem is not None
    ]


def _payments(session: Session, name: str) -> list[Difference]:
    shown = sa.exists().where(
        GatewayEntry.gateway == name, GatewayEntry.match_key == sa.literal("payment:") + _text(Payment.id)
    )
    query = (
        sa.select(Payment.intent_ref, Payment.captured_at, Payment.amount, Order.number)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.gateway == name, Payment.state.in_(CAPTURED), ~shown)
        .where(Payment.captured_at < now() - PATIENCE)
    )
    return [
        Difference(Kind.PAYMENT_MISSING, ref or "", at or now(), amount * 100, number)
        for ref, at, amount, number in session.execute(query)
    ]


def _refunds(session: Session, name: str) -> list[Difference]:
    shown = sa.exists().where(
        GatewayEntry.gateway == name, GatewayEntry.match_key == sa.literal("refund:") + _text(Refund.id)
    )
    query = (
        sa.select(Refund.gateway_ref, Refund.done_at, Refund.amount, Order.number)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.gateway == name, Refund.state == RefundState.DONE, ~shown, Refund.by_hand.is_(False))
        .where(Refund.done_at < now() - PATIENCE)
    )
    return [
        Difference(Kind.REFUND_MISSING, ref or "", at or now(), -amount * 100, number)
        for ref, at, amount, number in session.execute(query)
    ]


def _text(column: sa.ColumnElement[int] | sa.orm.InstrumentedAttribute[int]) -> sa.ColumnElement[str]:
    return sa.cast(column, sa.String)


def _sums(session: Session, name: str) -> list[Difference]:
    """Compare the sums; what single lines explain already is not named twice."""
    check = last_check(session, name)
    if check is None:
        return []
    found = []
    lines = listed(session, name)
    if check.held_sen != check.listed_sen:
        found.append(Difference(Kind.HELD, name, check.at, check.held_sen - check.listed_sen))
    off = rounded(lines) + ledger.balance(session, ledger.at_gateway(name)) - _explained(session, name)
    if off:
        found.append(Difference(Kind.SUM, name, check.at, off * 100))
    return found


def _explained(session: Session, name: str) -> int:
    """Give the rupiah by which lines that fit nothing, and what has no line yet, set the sums apart."""
    query = sa.select(sa.func.sum(GatewayEntry.amount_sen)).where(
        GatewayEntry.gateway == name,
        GatewayEntry.currency == "IDR",
        GatewayEntry.problem.is_not(None),
        GatewayEntry.kind.not_in((MovementKind.FEE, MovementKind.PAYOUT, MovementKind.PAYOUT_BACK)),
    )
    return int(session.scalar(query) or 0) // 100 + _without_line(session, name)


def _without_line(session: Session, name: str) -> int:
    """Give (less than nothing for payments) what is in the books and not yet in the account's lines."""
    paid = sa.exists().where(GatewayEntry.match_key == sa.literal("payment:") + _text(Payment.id))
    payments = session.scalar(
        sa.select(sa.func.sum(Payment.amount)).where(
            Payment.gateway == name, Payment.state.in_(CAPTURED), ~paid
        )
    )
    sent = sa.exists().where(GatewayEntry.match_key == sa.literal("refund:") + _text(Refund.id))
    refunds = session.scalar(
        sa.select(sa.func.sum(Refund.amount))
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.gateway == name, Refund.state == RefundState.DONE, ~sent, Refund.by_hand.is_(False))
    )
    return int(refunds or 0) - int(payments or 0) + _disputes_without_line(session, name)


def _disputes_without_line(session: Session, name: str) -> int:
    """Give what disputes have moved in the books, and the account's lines do not show yet."""
    there = sa.select(Account.id).where(Account.code == ledger.at_gateway(name)).scalar_subquery()
    shown = sa.exists().where(GatewayEntry.match_key == Transfer.key)
    moved = sa.case((Transfer.to_account_id == there, Transfer.amount), else_=-Transfer.amount)
    query = sa.select(sa.func.sum(moved)).where(
        Transfer.key.like("dispute:%"),
        sa.or_(Transfer.to_account_id == there, Transfer.from_account_id == there),
        ~shown,
    )
    return int(session.scalar(query) or 0)


def rounded(sen: int) -> int:
    """Give the rupiah in the books for so many sen: fees are rounded half up, so what is left is rounded half down."""
    return -((50 - sen) // 100)
