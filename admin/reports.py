"""What was sold, by maker, craft, region and month: read-only sums over paid orders, within a council's scope.

Read by the desk and by finance. Amounts are whole rupiah, months are calendar months in western Indonesian time.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalog.models import Council, Craft, Listing, Province, Regency, Workshop
from checkout.models import Order, OrderLine, OrderState
from shop import authz

WIB = ZoneInfo("Asia/Jakarta")
SOLD = (OrderState.PAID, OrderState.COMPLETED)
"""Orders whose money stands; a refunded order counts nowhere."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included, in western Indonesian time."""

    first: date
    last: date

    def moments(self) -> tuple[datetime, datetime]:
        """Give the first moment of the period and the first one after it."""
        start = datetime(self.first.year, self.first.month, self.first.day, tzinfo=WIB)
        end = datetime(self.last.year, self.last.month, self.last.day, tzinfo=WIB) + timedelta(days=1)
        return start, end


@dataclass(frozen=True, slots=True)
class Sales:
    """One row of a report: what it is about, and its sums."""

    key: str
    name: str
    name_en: str
    orders: int
    pieces: int
    amount: int
    commission: int


def in_scope(codes: frozenset[str]) -> sa.ColumnElement[bool]:
    """Give the condition on Council that a person's scope means: its own councils, and the regencies below."""
    if authz.ALL_COUNCILS in codes:
        return sa.true()
    below = [Council.code.startswith(f"{code}.", autoescape=True) for code in codes if code]
    return sa.or_(Council.code.in_(codes), *below)


def _sold(period: Period, codes: frozenset[str], *columns: Any) -> sa.Select[Any]:
    start, end = period.moments()
    return (
        sa.select(
            *columns,
            sa.func.count(sa.distinct(OrderLine.order_id)).label("orders"),
            sa.func.sum(OrderLine.quantity).label("pieces"),
            sa.func.sum(OrderLine.total).label("amount"),
            sa.func.sum(OrderLine.commission).label("commission"),
        )
        .select_from(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Workshop, Workshop.id == OrderLine.workshop_id)
        .join(Council, Council.id == OrderLine.council_id)
        .join(Listing, Listing.id == OrderLine.listing_id)
        .where(Order.state.in_(SOLD), Order.paid_at >= start, Order.paid_at < end, in_scope(codes))
    )


def _rows(session: Session, statement: sa.Select[Any]) -> list[Sales]:
    return [
        Sales(
            key=str(row[0]),
            name=row[1],
            name_en=row[2] or row[1],
            orders=row.orders,
            pieces=int(row.pieces),
            amount=int(row.amount),
            commission=int(row.commission),
        )
        for row in session.execute(statement)
    ]


def _grouped(
    session: Session, statement: sa.Select[Any], *columns: InstrumentedAttribute[Any]
) -> list[Sales]:
    return _rows(session, statement.group_by(*columns).order_by(sa.text("amount DESC"), columns[0]))


def by_workshop(session: Session, period: Period, codes: frozenset[str]) -> list[Sales]:
    """Give sales per workshop, most first; the key is the workshop's id."""
    statement = _sold(period, codes, Workshop.id, Workshop.name, Workshop.name.label("name_en"))
    return _grouped(session, statement, Workshop.id, Workshop.name)


def by_craft(session: Session, period: Period, codes: frozenset[str]) -> list[Sales]:
    """Give sales per craft, most first; the key is the craft's slug."""
    statement = _sold(period, codes, Craft.slug, Craft.name_id, Craft.name_en)
    statement = statement.join(Craft, Craft.id == Listing.craft_id)
    return _grouped(session, statement, Craft.slug, Craft.name_id, Craft.name_en)


def by_province(session: Session, period: Period, codes: frozenset[str]) -> list[Sales]:
    """Give sales per province of the workshop, most first; the key is the province's code."""
    statement = _sold(period, codes, Province.code, Province.name_id, Province.name_en)
    statement = statement.join(Regency, Regency.code == Workshop.regency_code)
    statement = statement.join(Province, Province.code == Regency.province_code)
    return _grouped(session, statement, Province.code, Province.name_id, Province.name_en)


def by_regency(session: Session, period: Period, codes: frozenset[str]) -> list[Sales]:
    """Give sales per regency or city of the workshop, most first; the key is its code."""
    statement = _sold(period, codes, Regency.code, Regency.name, Regency.name.label("name_en"))
    statement = statement.join(Regency, Regency.code == Workshop.regency_code)
    return _grouped(session, statement, Regency.code, Regency.name)


def by_month(session: Session, period: Period, codes: frozenset[str]) -> list[Sales]:
    """Give sales per month, oldest first, months without a sale included; the key is `2026-11`."""
    if session.get_bind().dialect.name == "postgresql":
        month = sa.func.to_char(sa.func.timezone("Asia/Jakarta", Order.paid_at), "YYYY-MM")
    else:
        month = sa.func.strftime("%Y-%m", Order.paid_at, "+7 hours")
    key = month.label("month")
    statement = _sold(period, codes, key, sa.literal("").label("name"), sa.literal("").label("name_en"))
    found = {row.key: row for row in _rows(session, statement.group_by("month").order_by("month"))}
    return [found.get(key, Sales(key, key, key, 0, 0, 0, 0)) for key in months(period)]


def months(period: Period) -> list[str]:
    """Give the months that a period touches, as `2026-11`."""
    found, year, month = [], period.first.year, period.first.month
    while (year, month) <= (period.last.year, period.last.month):
        found.append(f"{year}-{month:02}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


REPORTS = {
    "workshop": by_workshop,
    "craft": by_craft,
    "province": by_province,
    "regency": by_regency,
    "month": by_month,
}


def total(rows: list[Sales]) -> tuple[int, int, int]:
    """Give pieces, amount and commission of a report's rows."""
    return sum(r.pieces for r in rows), sum(r.amount for r in rows), sum(r.commission for r in rows)
