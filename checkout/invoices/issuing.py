"""Writing a paid order's invoices: one from each workshop to the buyer, once, with a number of the workshop's series.

`promise` is called when an order is paid; the job writes. Names, addresses and amounts are copied: an invoice never
changes, whatever is corrected later. Also called by `checkout.invoices.credit_notes`, which needs the first document.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.models import Workshop
from checkout.invoices import numbering
from checkout.models import Invoice, InvoiceKind, InvoiceLine, Order, OrderLine, Shipment, Taxpayer
from checkout.tax import collecting, facts, rates, turnover
from checkout.tax.rates import Ppn
from shop import jobs
from shop.db import now


def promise(session: Session, order: Order) -> None:
    """Promise the invoices of an order that has just been paid."""
    jobs.enqueue(session, issue, _key=f"invoices:{order.id}", order_id=order.id)


@jobs.job()
def issue(session: Session, order_id: int) -> None:
    """Write the invoices of a paid order, and promise a look whether a workshop has passed a threshold with it."""
    order = lock(session, order_id)
    if order is None or order.paid_at is None:
        return
    for invoice in write(session, order, now()):
        if invoice.workshop_id is not None:
            turnover.promise(session, invoice.workshop_id, turnover.year_of(order.paid_at))


def lock(session: Session, order_id: int) -> Order | None:
    """Take an order's row, so that its papers are written one after the other."""
    return session.scalar(sa.select(Order).where(Order.id == order_id).with_for_update(key_share=True))


def write(session: Session, order: Order, moment: datetime) -> list[Invoice]:
    """Write the invoices of a paid order that are missing, dated at a moment; give all of them. Needs `lock`."""
    written = {one.workshop_id: one for one in of_order(session, order.id)}
    bought = _by_workshop(session.scalars(_of(OrderLine, order)))
    missing = sorted(bought.keys() - written.keys())  # in the order of their ids: see `numbering`
    if missing:
        law = rates.on(session, rates.day_of(order.created_at))
        standings = collecting.standings(session, missing, law, order.created_at)
        sent = _by_workshop(session.scalars(_of(Shipment, order)))
        for workshop_id in missing:
            ppn = law.ppn if standings[workshop_id].pkp else None
            mine = bought[workshop_id], sent.get(workshop_id, [])
            written[workshop_id] = _write_one(session, order, *mine, ppn, moment)
    return [written[workshop_id] for workshop_id in sorted(written)]


R = TypeVar("R", OrderLine, Shipment)


def _of(rows: type[R], order: Order) -> sa.Select[R]:
    return sa.select(rows).where(rows.order_id == order.id).order_by(rows.id)


def _by_workshop(rows: Iterable[R]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = {}
    for row in rows:
        found.setdefault(row.workshop_id, []).append(row)
    return found


def of_order(session: Session, order_id: int) -> list[Invoice]:
    """Give the invoices of an order, without credit notes."""
    query = sa.select(Invoice).where(Invoice.order_id == order_id, Invoice.kind == InvoiceKind.SALE)
    return list(session.scalars(query.order_by(Invoice.workshop_id)))


def _write_one(
    session: Session,
    order: Order,
    lines: list[OrderLine],
    sent: list[Shipment],
    ppn: Ppn | None,
    moment: datetime,
) -> Invoice:
    workshop_id = lines[0].workshop_id
    rows = [_goods_row(line, ppn) for line in lines]
    rows += [_postage_row(parcel) for parcel in sent if parcel.fee + parcel.insurance]
    goods = sum(line.total for line in lines)
    postage = sum(parcel.fee + parcel.insurance for parcel in sent)
    discount = sum(line.discount for line in lines) + sum(parcel.discount for parcel in sent)
    return put(
        session,
        Invoice(
            kind=InvoiceKind.SALE,
            issued_at=moment,
            workshop_id=workshop_id,
            council_id=lines[0].council_id,
            order_id=order.id,
            seller=workshop_as_party(session, workshop_id, moment, lines[0].workshop_name),
            buyer=buyer_of(order),
            goods=goods,
            discount=discount,
            postage=postage,
            total=goods + postage - discount,
            ppn_base=sum(ppn.base(collecting.price(line)) for line in lines) if ppn else 0,
            ppn=sum(row.ppn for row in rows),
            withheld=sum(line.withheld for line in lines),
            **rate_columns(ppn),
        ),
        workshop_id,
        rows,
    )


def _goods_row(line: OrderLine, ppn: Ppn | None) -> InvoiceLine:
    return InvoiceLine(
        order_line_id=line.id,
        words=(f"{line.title}, {line.variant_name}" if line.variant_name else line.title)[:300],
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.total,
        discount=line.discount,
        ppn=ppn.inside(collecting.price(line)) if ppn else 0,
        withheld=line.withheld,
    )


def _postage_row(parcel: Shipment) -> InvoiceLine:
    amount = parcel.fee + parcel.insurance
    return InvoiceLine(
        shipment_id=parcel.id, words="", quantity=1, unit_price=amount, amount=amount,
        discount=parcel.discount, ppn=0, withheld=0,
    )  # fmt: skip


def rate_columns(ppn: Ppn | None) -> dict[str, int]:
    """Give the rate as an invoice keeps it."""
    if ppn is None:
        return {"ppn_rate_bp": 0, "ppn_numerator": 1, "ppn_denominator": 1}
    return {
        "ppn_rate_bp": ppn.rate_bp, "ppn_numerator": ppn.numerator, "ppn_denominator": ppn.denominator,
    }  # fmt: skip


def put(session: Session, invoice: Invoice, owner_id: int, rows: Iterable[InvoiceLine]) -> Invoice:
    """Give an invoice its number and its lines, and keep it."""
    number = numbering.take(session, invoice.kind, owner_id, turnover.year_of(invoice.issued_at))
    invoice.series, invoice.year, invoice.sequence, invoice.number = number
    session.add(invoice)
    session.flush()
    for position, row in enumerate(rows, start=1):
        row.invoice_id, row.position = invoice.id, position
        session.add(row)
    session.flush()
    return invoice


# --- who -------------------------------------------------------------------------------------------------


def buyer_of(order: Order) -> dict[str, Any]:
    """Give name and address of an order's buyer, as PMK 37/2025 asks them on an invoice."""
    place = ", ".join(part for part in (order.village, order.place, order.postal_code) if part)
    return {"name": order.name, "address": f"{order.street}, {place}"}


def workshop_as_party(
    session: Session, workshop_id: int, moment: datetime, account: str = ""
) -> dict[str, Any]:
    """Give a workshop as its papers name it: the registered name where one was checked, and its name in the shop.

    The number stands in full for a PKP that is no person, whose papers must carry it; persons' are masked.
    """
    workshop = session.scalars(
        sa.select(Workshop).where(Workshop.id == workshop_id).options(joinedload(Workshop.regency))
    ).one()
    known = facts.holding(session, workshop_id)
    place = ", ".join(part for part in (workshop.village, workshop.regency.name) if part)
    party = {
        "name": known.name if known else workshop.maker_name,
        "account": account or workshop.live_name or workshop.name,
        "address": known.address if known else place,
        "number": facts.masked(known) if known else "",
        "pkp": "",
    }
    if known and known.is_pkp(rates.day_of(moment)):
        party["pkp"] = known.pkp_number
        if known.taxpayer is Taxpayer.ENTITY:
            party["number"] = facts.number(known)
    return party
