"""Credit notes: whenever money of an order goes back, each workshop concerned writes one that refers to its invoice.

`promise` is called by `checkout.credits` with the credit; the job writes, the invoice first if it is not there yet.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from checkout.invoices import issuing
from checkout.models import Credit, CreditLine, Invoice, InvoiceKind, InvoiceLine, Order, OrderLine
from checkout.tax import collecting
from checkout.tax.rates import Ppn
from shop import jobs
from shop.db import db, now, transaction


def promise(session: Session, credit: Credit) -> None:
    """Promise the credit notes of money that has just been given back."""
    jobs.enqueue(session, issue, _key=f"credit-notes:{credit.id}", credit_id=credit.id)


@jobs.job()
def issue(session: Session, credit_id: int) -> None:
    """Write the credit notes of one credit, those of earlier ones first: each gives back what is left before it."""
    credit = session.get(Credit, credit_id)
    order = issuing.lock(session, credit.order_id) if credit else None
    if credit is None or order is None:
        return
    until = sa.select(Credit).where(Credit.order_id == order.id, Credit.id <= credit.id)
    for one in session.scalars(until.order_by(Credit.id)).all():
        write(session, order, one, now())


def write(session: Session, order: Order, credit: Credit, moment: datetime) -> list[Invoice]:
    """Write the notes of a credit that are missing, dated at a moment. Needs `issuing.lock`."""
    firsts = {one.workshop_id: one for one in issuing.write(session, order, moment)}
    written = set(
        session.scalars(
            sa.select(Invoice.workshop_id).where(
                Invoice.credit_id == credit.id, Invoice.kind == InvoiceKind.CREDIT_NOTE
            )
        )
    )
    by_workshop = _by_workshop(session, credit)
    return [
        _write_one(session, order, credit, firsts[workshop_id], by_workshop[workshop_id], moment)
        for workshop_id in sorted(by_workshop.keys() - written)
    ]


def _by_workshop(session: Session, credit: Credit) -> dict[int, list[CreditLine]]:
    rows = session.scalars(
        sa.select(CreditLine)
        .where(CreditLine.credit_id == credit.id)
        .options(joinedload(CreditLine.order_line), joinedload(CreditLine.shipment))
        .order_by(CreditLine.id)
    )
    found: dict[int, list[CreditLine]] = {}
    for row in rows:
        of = row.order_line or row.shipment
        if of is not None:
            found.setdefault(of.workshop_id, []).append(row)
    return found


def _write_one(
    session: Session,
    order: Order,
    credit: Credit,
    first: Invoice,
    back: Sequence[CreditLine],
    moment: datetime,
) -> Invoice:
    ppn = Ppn(first.ppn_rate_bp, first.ppn_numerator, first.ppn_denominator) if first.ppn_rate_bp else None
    rows = [_row(session, one, ppn) for one in back]
    goods = sum(one.amount for one in back if one.order_line_id)
    postage = sum(one.amount for one in back if one.shipment_id)
    note = Invoice(
        kind=InvoiceKind.CREDIT_NOTE,
        issued_at=moment,
        workshop_id=first.workshop_id,
        council_id=first.council_id,
        order_id=order.id,
        credit_id=credit.id,
        refers_to_id=first.id,
        seller=first.seller,
        buyer=first.buyer,
        words=credit.reason,
        goods=goods,
        postage=postage,
        total=goods + postage,
        ppn_base=_base(session, first, rows),
        ppn=sum(row.ppn for row in rows),
        withheld=sum(one.withheld for one in back),
        **issuing.rate_columns(ppn),
    )
    return issuing.put(session, note, first.workshop_id, rows)


def _row(session: Session, back: CreditLine, ppn: Ppn | None) -> InvoiceLine:
    line = back.order_line
    return InvoiceLine(
        order_line_id=back.order_line_id,
        shipment_id=back.shipment_id,
        words=(f"{line.title}, {line.variant_name}" if line.variant_name else line.title)[:300]
        if line
        else "",
        quantity=back.quantity,
        unit_price=line.unit_price if line and back.quantity else 0,
        amount=back.amount,
        discount=0,
        ppn=_ppn_back(session, back, line, ppn) if line and ppn else 0,
        withheld=back.withheld,
    )


def _ppn_back(session: Session, back: CreditLine, line: OrderLine, ppn: Ppn) -> int:
    """Give the PPN that goes back with a line, so that all of its credits together give back all of it exactly."""
    given = sa.select(sa.func.coalesce(sa.func.sum(CreditLine.amount + CreditLine.funded), 0)).where(
        CreditLine.order_line_id == line.id, CreditLine.id <= back.id
    )
    noted = (
        sa.select(sa.func.coalesce(sa.func.sum(InvoiceLine.ppn), 0))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.order_line_id == line.id, Invoice.kind == InvoiceKind.CREDIT_NOTE)
    )
    whole, price = ppn.inside(collecting.price(line)), collecting.price(line)
    so_far = whole * int(session.scalar(given) or 0) // price if price else 0
    return max(0, so_far - int(session.scalar(noted) or 0))


def _base(session: Session, first: Invoice, rows: Iterable[InvoiceLine]) -> int:
    """Give the taxable base that goes back: in the proportion of the PPN, so that all notes give back all of it."""
    if not first.ppn:
        return 0
    ppn, base = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(Invoice.ppn), 0), sa.func.coalesce(sa.func.sum(Invoice.ppn_base), 0)
        ).where(Invoice.refers_to_id == first.id, Invoice.kind == InvoiceKind.CREDIT_NOTE)
    ).one()
    return first.ppn_base * (int(ppn) + sum(row.ppn for row in rows)) // first.ppn - int(base)


def write_missing() -> int:
    """Write what is missing for every paid order, oldest first, each in a transaction of its own; give their number."""
    written = sa.select(Invoice.order_id).where(Invoice.kind == InvoiceKind.SALE)
    noted = sa.select(Invoice.credit_id).where(Invoice.kind == InvoiceKind.CREDIT_NOTE)
    unwritten = sa.select(Order.id).where(
        Order.paid_at.is_not(None), Order.id.not_in(written.where(Invoice.order_id.is_not(None)))
    )
    unnoted = sa.select(Credit.order_id).where(Credit.id.not_in(noted.where(Invoice.credit_id.is_not(None))))
    query = sa.select(Order.id).where(
        Order.paid_at.is_not(None), sa.or_(Order.id.in_(unwritten), Order.id.in_(unnoted))
    )
    order_ids = list(db.session.scalars(query.order_by(Order.paid_at, Order.id)))
    db.session.rollback()
    for order_id in order_ids:
        with transaction() as session:
            issuing.issue(session, order_id)
            for credit_id in session.scalars(sa.select(Credit.id).where(Credit.order_id == order_id)):
                issue(session, credit_id)
    return len(order_ids)
