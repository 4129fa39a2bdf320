"""Rates and thresholds of the law by day, as rows that finance keeps; no rule has a figure of its own.

`on` is asked when an order is placed and when an invoice is written; the desk edits the rows. What was sold keeps the
rate of its day: orders and invoices hold amounts, not rates.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import TaxKind, TaxRate
from shop import audit, settled
from shop.audit import Actor
from shop.db import insert, now
from shop.errors import Conflict, Invalid, NotFound
from shop.i18n import WIB
from shop.texts import mark

KINDS = {
    TaxKind.PPN: mark("PPN (value added tax)"),
    TaxKind.PPH22: mark("PPh 22 collected by marketplaces"),
    TaxKind.PPH22_COLLECTED: mark("Kriya is designated to collect PPh 22"),
    TaxKind.PPH22_FREE: mark("Turnover free of PPh 22 with a statement letter"),
    TaxKind.PKP_DUTY: mark("Turnover above which a workshop must become a PKP"),
}
RATES = (TaxKind.PPN, TaxKind.PPH22)
SWITCHES = (TaxKind.PPH22_COLLECTED,)


class NoSuchRate(NotFound):
    """There is no such row."""


class DayTaken(Conflict):
    """A row of the kind begins on that day."""

    message = "There is a row that begins on this day already. Please change that one."


class InForce(Conflict):
    """Only what has not begun can be taken out."""

    message = "This row is in force or was: it can be changed, not taken out."


class RateRefused(Invalid):
    """The figures cannot be a rate or threshold."""

    message = "A rate lies between 0 and 100 per cent, its base is at most the whole price, and each row has a source."


@dataclass(frozen=True, slots=True)
class Ppn:
    """Value added tax on a day: a rate on a fraction of the price without it."""

    rate_bp: int
    numerator: int
    denominator: int

    def inside(self, price: int) -> int:
        """Give the PPN that a price contains, in whole rupiah, rounded half up: 132,000 of 1,332,000."""
        part = self.rate_bp * self.numerator
        return _rounded(price * part, 10_000 * self.denominator + part)

    def base(self, price: int) -> int:
        """Give the taxable base (DPP nilai lain) of a price that contains PPN: 1,100,000 of 1,332,000."""
        return _rounded((price - self.inside(price)) * self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Law:
    """What holds on a day. None and 0: the law (as far as the rows know) says nothing."""

    ppn: Ppn | None
    pph22_bp: int
    collected: bool
    free_up_to: int | None
    pkp_above: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a row says."""

    valid_from: date
    source: str
    rate_bp: int = 0
    numerator: int = 1
    denominator: int = 1
    amount: int = 0


def day_of(moment: datetime) -> date:
    """Give the day of a moment in western Indonesian time, by which the law counts."""
    return moment.astimezone(WIB).date()


def _rounded(amount: int, divisor: int) -> int:
    return (2 * amount + divisor) // (2 * divisor)


_ROWS = (
    sa.select(TaxRate.kind, TaxRate.rate_bp, TaxRate.base_numerator, TaxRate.base_denominator, TaxRate.amount)
    .where(TaxRate.valid_from <= sa.bindparam("day"))
    .order_by(TaxRate.valid_from)
)


def on(session: Session, day: date) -> Law:
    """Give what holds on a day. Asked for every order, so it reads columns and no rows' objects."""
    held = {row.kind: row for row in settled.read(session, _ROWS, {"day": day})}  # the latest stays
    ppn, pph22, collected = (held.get(kind) for kind in (TaxKind.PPN, TaxKind.PPH22, TaxKind.PPH22_COLLECTED))
    free, duty = held.get(TaxKind.PPH22_FREE), held.get(TaxKind.PKP_DUTY)
    return Law(
        ppn=Ppn(ppn.rate_bp, ppn.base_numerator, ppn.base_denominator) if ppn and ppn.rate_bp else None,
        pph22_bp=pph22.rate_bp if pph22 else 0,
        collected=bool(collected and collected.amount),
        free_up_to=free.amount if free else None,
        pkp_above=duty.amount if duty else None,
    )


# --- keeping -----------------------------------------------------------------------------------------


def rows(session: Session) -> list[TaxRate]:
    """Give every row, by kind, the latest first."""
    return list(session.scalars(sa.select(TaxRate).order_by(TaxRate.kind, TaxRate.valid_from.desc())))


def find(session: Session, rate_id: int) -> TaxRate:
    """Give one row. :raise NoSuchRate:"""
    row = session.get(TaxRate, rate_id)
    if row is None:
        raise NoSuchRate
    return row


def add(session: Session, actor: Actor, kind: TaxKind, figures: Figures) -> TaxRate:
    """Let something hold from a day on. :raise DayTaken: :raise RateRefused:"""
    values = _checked(kind, figures)
    row = insert(session, TaxRate).values(kind=kind, created_at=now(), changed_at=now(), **values)
    rate_id = session.scalar(row.on_conflict_do_nothing().returning(TaxRate.id))
    if rate_id is None:
        raise DayTaken
    found = find(session, rate_id)
    audit.record(session, actor, "tax_rate.added", found, after={"kind": kind, **_written(values)})
    return found


def change(session: Session, actor: Actor, rate_id: int, figures: Figures) -> TaxRate:
    """Put a row right; what was sold under it stays as it is. :raise DayTaken: :raise RateRefused: :raise NoSuchRate:"""
    found = find(session, rate_id)
    values = _checked(found.kind, figures)
    before = {name: getattr(found, name) for name in values}
    if before == values:
        return found
    taken = sa.select(TaxRate.id).where(
        TaxRate.kind == found.kind, TaxRate.valid_from == figures.valid_from, TaxRate.id != rate_id
    )
    if session.scalar(taken) is not None:
        raise DayTaken
    for name, value in values.items():
        setattr(found, name, value)
    found.changed_at = now()
    audit.record(
        session, actor, "tax_rate.changed", found,
        before={"kind": found.kind, **_written(before)}, after={"kind": found.kind, **_written(values)},
    )  # fmt: skip
    return found


def remove(session: Session, actor: Actor, rate_id: int) -> None:
    """Take out a row that has not begun to hold. :raise InForce: :raise NoSuchRate:"""
    found = find(session, rate_id)
    if found.valid_from <= day_of(now()):
        raise InForce
    before = {name: getattr(found, name) for name in _checked(found.kind, _of(found))}
    audit.record(session, actor, "tax_rate.removed", found, before={"kind": found.kind, **_written(before)})
    session.delete(found)
    session.flush()


def _of(row: TaxRate) -> Figures:
    return Figures(
        row.valid_from, row.source, row.rate_bp, row.base_numerator, row.base_denominator, row.amount
    )


def _checked(kind: TaxKind, figures: Figures) -> dict[str, Any]:
    is_rate = kind in RATES
    fits = (
        0 <= figures.rate_bp <= 10_000
        and 0 < figures.numerator <= figures.denominator <= 1_000
        and 0 <= figures.amount <= (1 if kind in SWITCHES else 10**15)
        and figures.source.strip()
    )
    if not fits:
        raise RateRefused
    return {
        "valid_from": figures.valid_from,
        "source": figures.source.strip(),
        "rate_bp": figures.rate_bp if is_rate else 0,
        "base_numerator": figures.numerator if kind is TaxKind.PPN else 1,
        "base_denominator": figures.denominator if kind is TaxKind.PPN else 1,
        "amount": 0 if is_rate else figures.amount,
    }


def _written(values: dict[str, Any]) -> dict[str, Any]:
    """Give what the audit trail can keep: days as words."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
