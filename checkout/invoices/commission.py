"""The commission invoice: each month a council writes to each workshop what its sales of the month brought the council.

Commission that went back with a credit of the month is taken off; where more went back than came in, a credit note is
written instead. Written by the worker after the month has ended, by `flask invoices commission` for another month.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.models import Council
from checkout.invoices import issuing, letters
from checkout.models import Credit, CreditLine, Invoice, InvoiceKind, InvoiceLine, Order, OrderLine
from shop import jobs
from shop.db import db, now, transaction
from shop.i18n import WIB

KINDS = (InvoiceKind.COMMISSION, InvoiceKind.COMMISSION_NOTE)


class Entry(NamedTuple):
    """What one order brought or gave back."""

    number: str
    amount: int


def bounds(month: date) -> tuple[datetime, datetime]:
    """Give the first moment of a month and the first one after it, in western Indonesian time."""
    after = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    return datetime(month.year, month.month, 1, tzinfo=WIB), datetime(after.year, after.month, 1, tzinfo=WIB)


def month_before(moment: datetime) -> date:
    """Give the first day of the month before a moment's."""
    return (moment.astimezone(WIB).date().replace(day=1) - timedelta(days=1)).replace(day=1)


@jobs.periodic(every=6 * 3600)
def write_last_month() -> int:
    """Write the commission invoices of the month that has ended; give how many were written."""
    return write_month(month_before(now()))


def write_month(month: date) -> int:
    """Write the commission invoices of one ended month that are missing, each with its letters in a transaction."""
    moment, count = now(), 0
    if bounds(month)[1] > moment:
        return 0
    found = sorted(pairs(db.session(), month))
    db.session.rollback()
    for council_id, workshop_id in found:
        with transaction() as session:
            invoice = write(session, council_id, workshop_id, month, moment)
            if invoice is not None:
                letters.written(session, invoice, month)
                count += 1
    return count


def pairs(session: Session, month: date) -> set[tuple[int, int]]:
    """Give the councils and workshops between which commission moved in a month and nothing is written yet."""
    start, end = bounds(month)
    sold = (
        sa.select(OrderLine.council_id, OrderLine.workshop_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.paid_at >= start, Order.paid_at < end)
    )
    back = (
        sa.select(OrderLine.council_id, OrderLine.workshop_id)
        .join(CreditLine, CreditLine.order_line_id == OrderLine.id)
        .join(Credit, Credit.id == CreditLine.credit_id)
        .where(Credit.created_at >= start, Credit.created_at < end)
    )
    written = sa.select(Invoice.council_id, Invoice.workshop_id).where(
        Invoice.kind.in_(KINDS), Invoice.month == month
    )
    found = {(row[0], row[1]) for row in session.execute(sa.union(sold, back))}
    return found - {(row[0], row[1]) for row in session.execute(written)}


def write(
    session: Session, council_id: int, workshop_id: int, month: date, moment: datetime
) -> Invoice | None:
    """Write one council's invoice to one workshop for a month; None when nothing is left to write."""
    known = sa.select(Invoice.id).where(
        Invoice.council_id == council_id,
        Invoice.workshop_id == workshop_id,
        Invoice.month == month,
        Invoice.kind.in_(KINDS),
    )
    entries = of_month(session, council_id, workshop_id, month)
    total = sum(entry.amount for entry in entries)
    if not total or session.scalar(known) is not None:
        return None
    sign = 1 if total > 0 else -1
    invoice = Invoice(
        kind=InvoiceKind.COMMISSION if total > 0 else InvoiceKind.COMMISSION_NOTE,
        issued_at=moment,
        workshop_id=workshop_id,
        council_id=council_id,
        month=month,
        seller=_council_as_party(session, council_id),
        buyer=issuing.workshop_as_party(session, workshop_id, moment),
        goods=total * sign,
        total=total * sign,
        **issuing.rate_columns(None),
    )
    rows = [
        InvoiceLine(
            words=entry.number, quantity=0, unit_price=0, amount=entry.amount * sign, discount=0, ppn=0, withheld=0
        )
        for entry in entries
    ]  # fmt: skip
    return issuing.put(session, invoice, council_id, rows)


def of_month(session: Session, council_id: int, workshop_id: int, month: date) -> Sequence[Entry]:
    """Give what each order brought the council in a month, and what went back, the order's number beside it."""
    start, end = bounds(month)
    mine = (OrderLine.council_id == council_id, OrderLine.workshop_id == workshop_id)
    sold = session.execute(
        sa.select(Order.number, sa.func.sum(OrderLine.commission))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(*mine, Order.paid_at >= start, Order.paid_at < end)
        .group_by(Order.id, Order.number, Order.paid_at)
        .order_by(Order.paid_at, Order.id)
    )
    back = session.execute(
        sa.select(Order.number, sa.func.sum(CreditLine.commission))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(CreditLine, CreditLine.order_line_id == OrderLine.id)
        .join(Credit, Credit.id == CreditLine.credit_id)
        .where(*mine, Credit.created_at >= start, Credit.created_at < end)
        .group_by(Credit.id, Order.number)
        .order_by(Credit.id)
    )
    entries = [Entry(number, int(amount)) for number, amount in sold]
    entries += [Entry(number, -int(amount)) for number, amount in back]
    return [entry for entry in entries if entry.amount]


def _council_as_party(session: Session, council_id: int) -> dict[str, Any]:
    council = session.scalars(
        sa.select(Council)
        .where(Council.id == council_id)
        .options(joinedload(Council.province), joinedload(Council.regency))
    ).one()
    place = council.regency.name if council.regency else council.province.name_id if council.province else ""
    return {"name": council.name, "account": "", "address": place, "number": "", "pkp": ""}
