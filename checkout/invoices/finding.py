"""Finding invoices: of an order, of a workshop, of councils. Who may see them is asked here once.

A buyer sees what was written for the own order, a workshop what it wrote or got, a council what belongs to its sales.
"""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from checkout.invoices.commission import bounds
from checkout.models import Invoice, InvoiceKind, Order
from shop.errors import NotFound

TO_BUYERS = (InvoiceKind.SALE, InvoiceKind.CREDIT_NOTE)


class NoSuchInvoice(NotFound):
    """There is no such invoice, or not for this person."""


class Listed(NamedTuple):
    """A page of invoices, and how many there are in all."""

    rows: list[Invoice]
    total: int


def of_order(session: Session, order_id: int, *, workshop_id: int | None = None) -> list[Invoice]:
    """Give invoices and credit notes of an order, as they were written; of one workshop where one is named."""
    query = sa.select(Invoice).where(Invoice.order_id == order_id, Invoice.kind.in_(TO_BUYERS))
    if workshop_id is not None:
        query = query.where(Invoice.workshop_id == workshop_id)
    return list(session.scalars(query.order_by(Invoice.id)))


def whole(session: Session, *conditions: sa.ColumnElement[bool]) -> Invoice:
    """Give the invoice that conditions name, with everything its paper needs. :raise NoSuchInvoice:"""
    found = session.scalar(
        sa.select(Invoice)
        .where(*conditions)
        .options(
            selectinload(Invoice.lines),
            joinedload(Invoice.refers_to),
            joinedload(Invoice.order),
            joinedload(Invoice.council),
        )
    )
    if found is None:
        raise NoSuchInvoice
    return found


def to_buyer(session: Session, order: Order, invoice_id: int) -> Invoice:
    """Give one paper of an order to whoever may see the order. :raise NoSuchInvoice:"""
    return whole(session, Invoice.id == invoice_id, Invoice.order_id == order.id, Invoice.kind.in_(TO_BUYERS))


def to_workshop(session: Session, workshop_id: int, invoice_id: int) -> Invoice:
    """Give a workshop one of its own papers. :raise NoSuchInvoice:"""
    return whole(session, Invoice.id == invoice_id, Invoice.workshop_id == workshop_id)


def page(
    session: Session,
    *conditions: sa.ColumnElement[bool],
    month: date | None = None,
    kind: InvoiceKind | None = None,
    written: str = "",
    number: int = 1,
    size: int = 50,
) -> Listed:
    """Give a page of the invoices that conditions name, the latest first.

    `written` is the number of an invoice, or of the order that it is about.
    """
    query = sa.select(Invoice).where(*conditions)
    if month is not None:
        start, end = bounds(month)
        query = query.where(Invoice.issued_at >= start, Invoice.issued_at < end)
    if kind is not None:
        query = query.where(Invoice.kind == kind)
    if written:
        order_id = sa.select(Order.id).where(Order.number == written).scalar_subquery()
        query = query.where(sa.or_(Invoice.number == written, Invoice.order_id == order_id))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.options(joinedload(Invoice.order), joinedload(Invoice.council), joinedload(Invoice.workshop))
        .order_by(Invoice.issued_at.desc(), Invoice.id.desc())
        .offset((number - 1) * size)
        .limit(size)
    )
    return Listed(list(rows), int(total))
