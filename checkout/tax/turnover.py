"""A workshop's turnover here, per tax year: its sum, and the moment at which it passed a threshold of the law.

Turnover is the price of goods before discounts, of orders paid in the year, less what went back in it; postage is not
the workshop's. Years are those of western Indonesian time. Looked at by a job after the invoices of an order.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import Credit, CreditLine, Order, OrderLine, TaxKind, TaxPassage
from checkout.tax import letters, rates
from shop import audit, jobs
from shop.audit import Actor
from shop.db import insert, now
from shop.i18n import WIB


class Step(NamedTuple):
    """What one order or credit did to the turnover."""

    at: datetime
    order_id: int
    amount: int


def bounds(tax_year: int) -> tuple[datetime, datetime]:
    """Give the first moment of a tax year and the first one after it."""
    return datetime(tax_year, 1, 1, tzinfo=WIB), datetime(tax_year + 1, 1, 1, tzinfo=WIB)


def year_of(moment: datetime) -> int:
    """Give the tax year of a moment."""
    return rates.day_of(moment).year


def of_year(session: Session, workshop_id: int, tax_year: int) -> int:
    """Give the turnover of a tax year so far, in rupiah."""
    steps = _steps(workshop_id, tax_year).subquery()
    return int(session.scalar(sa.select(sa.func.coalesce(sa.func.sum(steps.c.amount), 0))) or 0)


def _steps(workshop_id: int, tax_year: int) -> sa.CompoundSelect[tuple[datetime, int, int]]:
    start, end = bounds(tax_year)
    sold = (
        sa.select(
            Order.paid_at.label("at"),
            Order.id.label("order_id"),
            sa.func.sum(OrderLine.total).label("amount"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.workshop_id == workshop_id, Order.paid_at >= start, Order.paid_at < end)
        .group_by(Order.id, Order.paid_at)
    )
    back = (
        sa.select(
            Credit.created_at, Credit.order_id, -sa.func.sum(CreditLine.amount + CreditLine.funded)
        )
        .join(Credit, Credit.id == CreditLine.credit_id)
        .join(OrderLine, OrderLine.id == CreditLine.order_line_id)
        .where(OrderLine.workshop_id == workshop_id, Credit.created_at >= start, Credit.created_at < end)
        .group_by(Credit.id, Credit.created_at, Credit.order_id)
    )  # fmt: skip
    return sa.union_all(sold, back)


def _in_order(session: Session, workshop_id: int, tax_year: int) -> Iterator[Step]:
    steps = _steps(workshop_id, tax_year).subquery()
    rows = session.execute(
        sa.select(steps.c.at, steps.c.order_id, steps.c.amount).order_by(steps.c.at, steps.c.order_id)
    )
    for at, order_id, amount in rows:
        yield Step(at, order_id, int(amount))


def promise(session: Session, workshop_id: int, tax_year: int) -> None:
    """Promise a look at a workshop's turnover: one for all the orders that are paid until it comes to it."""
    key = f"turnover:{workshop_id}:{tax_year}"
    jobs.enqueue(session, look_at, _key=key, workshop_id=workshop_id, tax_year=tax_year)


@jobs.job()
def look_at(session: Session, workshop_id: int, tax_year: int) -> None:
    """Look whether a workshop has passed a threshold, by the law of today or of the year's last day."""
    last = bounds(tax_year)[1] - timedelta(seconds=1)
    look(session, workshop_id, min(now(), last))


def look(session: Session, workshop_id: int, moment: datetime) -> list[TaxPassage]:
    """Take down every threshold that the turnover has passed for the first time in its year; give those."""
    law, tax_year = rates.on(session, rates.day_of(moment)), year_of(moment)
    limits = {TaxKind.PPH22_FREE: law.free_up_to, TaxKind.PKP_DUTY: law.pkp_above}
    known = set(
        session.scalars(
            sa.select(TaxPassage.kind).where(
                TaxPassage.workshop_id == workshop_id, TaxPassage.tax_year == tax_year
            )
        )
    )
    open_limits = {kind: limit for kind, limit in limits.items() if limit is not None and kind not in known}
    if not open_limits or of_year(session, workshop_id, tax_year) <= min(open_limits.values()):
        return []
    found = []
    for kind, limit in open_limits.items():
        passage = _passage(session, workshop_id, tax_year, kind, limit)
        if passage is not None:
            found.append(passage)
    return found


def _passage(
    session: Session, workshop_id: int, tax_year: int, kind: TaxKind, limit: int
) -> TaxPassage | None:
    turnover = 0
    for step in _in_order(session, workshop_id, tax_year):
        turnover += step.amount
        if turnover > limit:
            break
    else:
        return None
    row = insert(session, TaxPassage).values(
        workshop_id=workshop_id, tax_year=tax_year, kind=kind, threshold=limit, turnover=turnover,
        passed_at=step.at, order_id=step.order_id, created_at=now(),
    )  # fmt: skip
    passage_id = session.scalar(row.on_conflict_do_nothing().returning(TaxPassage.id))
    if passage_id is None:  # another order's job was first
        return None
    passage = session.get_one(TaxPassage, passage_id)
    audit.record(
        session, Actor.system("worker"), "tax_passage.noticed", passage,
        after={"kind": kind, "tax_year": tax_year, "turnover": turnover},
    )  # fmt: skip
    letters.passed(session, passage)
    return passage


def passages(session: Session, workshop_id: int, tax_year: int) -> dict[TaxKind, TaxPassage]:
    """Give the thresholds that a workshop has passed in a tax year."""
    rows = session.scalars(
        sa.select(TaxPassage).where(TaxPassage.workshop_id == workshop_id, TaxPassage.tax_year == tax_year)
    )
    return {row.kind: row for row in rows}
