"""Checks of invoices and collected tax: numbers, sums, credit notes, the account of PPh 22."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import ledger
from checkout.invoices import numbering
from checkout.models import (
    Account,
    Credit,
    CreditLine,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Order,
    OrderLine,
    TaxRemittance,
    Transfer,
)
from checkout.tax import remitting
from shop.db import now

GRACE = timedelta(minutes=15)
"""The worker writes papers within seconds; after this long it has not."""


def _sum(column: Any) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(column), 0)


def numbers_without_gaps(session: Session) -> Iterator[str]:
    """Find series whose numbers are not 1 to n, each once."""
    yield from numbering.gaps(session)


def sums_of_orders(session: Session) -> Iterator[str]:
    """Find orders whose invoices are not their sums, and paid orders without any."""
    written = (
        sa.select(
            Invoice.order_id,
            _sum(Invoice.goods).label("goods"),
            _sum(Invoice.postage).label("postage"),
            _sum(Invoice.discount).label("discount"),
            _sum(Invoice.withheld).label("withheld"),
        )
        .where(Invoice.kind == InvoiceKind.SALE)
        .group_by(Invoice.order_id)
        .subquery()
    )
    kept_back = (
        sa.select(OrderLine.order_id, _sum(OrderLine.withheld).label("withheld"))
        .group_by(OrderLine.order_id)
        .subquery()
    )
    statement = (
        sa.select(Order.number, Order.goods_total, written.c.goods, Order.shipping_total, written.c.postage)
        .join(written, written.c.order_id == Order.id)
        .join(kept_back, kept_back.c.order_id == Order.id)
        .where(
            sa.or_(
                Order.goods_total != written.c.goods,
                Order.shipping_total != written.c.postage,
                Order.discount_total != written.c.discount,
                kept_back.c.withheld != written.c.withheld,
            )
        )
    )
    for number, goods, on_papers, postage, postage_on_papers in session.execute(statement):
        yield f"order {number}: goods {goods} ({on_papers}), postage {postage} ({postage_on_papers}) on its invoices"
    unwritten = sa.select(Order.number).where(
        Order.paid_at < now() - GRACE,
        ~sa.exists().where(Invoice.order_id == Order.id, Invoice.kind == InvoiceKind.SALE),
    )
    for number in session.scalars(unwritten):
        yield f"order {number} is paid and has no invoice"


def sums_of_credits(session: Session) -> Iterator[str]:
    """Find credits whose notes are not what went back, and those without any."""
    noted = (
        sa.select(
            Invoice.credit_id, _sum(Invoice.total).label("total"), _sum(Invoice.withheld).label("withheld")
        )
        .where(Invoice.kind == InvoiceKind.CREDIT_NOTE)
        .group_by(Invoice.credit_id)
        .subquery()
    )
    given = (
        sa.select(
            CreditLine.credit_id,
            _sum(CreditLine.amount).label("total"),
            _sum(CreditLine.withheld).label("withheld"),
        )
        .group_by(CreditLine.credit_id)
        .subquery()
    )
    statement = (
        sa.select(Credit.id, given.c.total, noted.c.total)
        .join(given, given.c.credit_id == Credit.id)
        .outerjoin(noted, noted.c.credit_id == Credit.id)
        .where(
            sa.or_(
                noted.c.total != given.c.total,
                noted.c.withheld != given.c.withheld,
                sa.and_(noted.c.total.is_(None), Credit.created_at < now() - GRACE),
            )
        )
    )
    for credit_id, total, on_notes in session.execute(statement):
        yield f"credit {credit_id}: {total} went back, credit notes say {on_notes}"


def sums_of_lines(session: Session) -> Iterator[str]:
    """Find invoices that are not the sum of their lines."""
    statement = (
        sa.select(Invoice.number, Invoice.total, _sum(InvoiceLine.amount - InvoiceLine.discount))
        .outerjoin(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .group_by(Invoice.id, Invoice.number, Invoice.total, Invoice.ppn, Invoice.withheld)
        .having(
            sa.or_(
                Invoice.total != _sum(InvoiceLine.amount - InvoiceLine.discount),
                Invoice.ppn != _sum(InvoiceLine.ppn),
                Invoice.withheld != _sum(InvoiceLine.withheld),
            )
        )
    )
    for number, total, lines in session.execute(statement):
        yield f"invoice {number}: total {total}, lines {lines}"


def collected_tax(session: Session) -> Iterator[str]:
    """Compare the PPh 22 of paid orders, less what went back, with what its account took from orders."""
    sold = session.scalar(
        sa.select(_sum(OrderLine.withheld))
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.paid_at.is_not(None))
    )
    back = session.scalar(sa.select(_sum(CreditLine.withheld)))
    account_id = session.scalar(sa.select(Account.id).where(Account.code == ledger.PPH22))
    signed: sa.ColumnElement[Any] = sa.case(
        (Transfer.to_account_id == account_id, Transfer.amount), else_=-Transfer.amount
    )
    booked = session.scalar(
        sa.select(_sum(signed)).where(
            sa.or_(Transfer.to_account_id == account_id, Transfer.from_account_id == account_id),
            Transfer.order_id.is_not(None),
        )
    )
    collected = int(sold or 0) - int(back or 0)
    if collected != int(booked or 0):
        yield f"orders say {collected} of PPh 22 was collected, the books say {booked or 0}"


def remitted_tax(session: Session) -> Iterator[str]:
    """Find months paid on with another sum than they owe, and payments that the books have not once."""
    for one in remitting.periods(session):
        if one.remittance is not None and one.remittance.amount != one.due:
            yield f"{one.month:%Y-%m} owes {one.due} of PPh 22, {one.remittance.amount} was paid on"
    for paid in session.scalars(sa.select(TaxRemittance).order_by(TaxRemittance.id)):
        keys = {f"remittance:{paid.id}": 1, f"remittance-back:{paid.id}": -1}
        rows = session.execute(sa.select(Transfer.key, Transfer.amount).where(Transfer.key.in_(keys)))
        booked = sum(keys[key] * amount for key, amount in rows)
        if booked != (paid.amount if paid.undone_at is None else 0):
            yield f"tax payment {paid.id} of {paid.amount} stands in the books with {booked}"
