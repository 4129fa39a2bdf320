"""What finance reports: PPh 22 collected in a month, and the PPN in the prices of PKP workshops.

Read from invoices and credit notes, by the day the money was paid or given back (PMK 37/2025: due when payment is
received). The sum of PPh 22 is what the account `tax:pph22` took in that month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from catalog.models import Council, Workshop
from checkout import ledger
from checkout.invoices.commission import bounds
from checkout.models import (
    Account,
    CheckState,
    Credit,
    Invoice,
    InvoiceKind,
    Order,
    TaxFacts,
    Transfer,
)

_KINDS = (InvoiceKind.SALE, InvoiceKind.CREDIT_NOTE)


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of a report; what went back is negative."""

    workshop_id: int
    account: str
    """The workshop's name in the shop."""
    name: str
    """Its registered name, or empty."""
    tail: str
    """The last digits of its number, or empty."""
    number: str
    refers_to: str
    at: datetime
    gross: int
    """The price of goods without PPN, before discounts."""
    ppn_base: int
    ppn: int
    withheld: int


@dataclass(frozen=True, slots=True)
class Sum:
    """One workshop's month."""

    workshop_id: int
    account: str
    name: str
    tail: str
    papers: int
    gross: int
    ppn_base: int
    ppn: int
    withheld: int


def _moment() -> sa.ColumnElement[datetime]:
    return sa.case((Invoice.kind == InvoiceKind.SALE, Order.paid_at), else_=Credit.created_at)


def _papers(session: Session, month: date, *conditions: sa.ColumnElement[bool]) -> list[Paper]:
    start, end = bounds(month)
    first = aliased(Invoice)
    rows = session.execute(
        sa.select(Invoice, Workshop.name, TaxFacts.name, TaxFacts.number_tail, first.number, _moment())
        .join(Order, Order.id == Invoice.order_id)
        .join(Workshop, Workshop.id == Invoice.workshop_id)
        .join(Council, Council.id == Invoice.council_id)
        .outerjoin(Credit, Credit.id == Invoice.credit_id)
        .outerjoin(first, first.id == Invoice.refers_to_id)
        .outerjoin(
            TaxFacts, sa.and_(TaxFacts.workshop_id == Workshop.id, TaxFacts.state == CheckState.CHECKED)
        )
        .where(Invoice.kind.in_(_KINDS), *conditions)
        .where(_moment() >= sa.bindparam("start", start, type_=Order.paid_at.type))
        .where(_moment() < sa.bindparam("end", end, type_=Order.paid_at.type))
        .order_by(Workshop.name, Workshop.id, Invoice.id)
    )
    return [_paper(*row) for row in rows]


def _paper(
    invoice: Invoice, account: str, name: str | None, tail: str | None, first: str | None, at: datetime
) -> Paper:
    sign = 1 if invoice.kind is InvoiceKind.SALE else -1
    return Paper(
        workshop_id=invoice.workshop_id,
        account=account,
        name=name or "",
        tail=tail or "",
        number=invoice.number,
        refers_to=first or "",
        at=at,
        gross=sign * (invoice.goods - invoice.ppn),
        ppn_base=sign * invoice.ppn_base,
        ppn=sign * invoice.ppn,
        withheld=sign * invoice.withheld,
    )


def pph22(session: Session, month: date, *conditions: sa.ColumnElement[bool]) -> list[Paper]:
    """Give every document of a month by which PPh 22 was collected or given back. Conditions are about Council."""
    return _papers(session, month, Invoice.withheld > 0, *conditions)


def ppn(session: Session, month: date, *conditions: sa.ColumnElement[bool]) -> list[Paper]:
    """Give every document of a month with PPN in its price."""
    return _papers(session, month, Invoice.ppn_rate_bp > 0, *conditions)


def by_workshop(papers: Sequence[Paper]) -> list[Sum]:
    """Add documents up, a row for each workshop in the order in which they come."""
    found: dict[int, list[Paper]] = {}
    for paper in papers:
        found.setdefault(paper.workshop_id, []).append(paper)
    return [
        Sum(
            workshop_id, mine[0].account, mine[0].name, mine[0].tail, len(mine),
            **{what: sum(getattr(one, what) for one in mine) for what in ("gross", "ppn_base", "ppn", "withheld")},
        )
        for workshop_id, mine in found.items()
    ]  # fmt: skip


def booked(session: Session, month: date) -> int:
    """Give what the books say was collected in a month, less what was given back."""
    start, end = bounds(month)
    return _moved(session, start, end)


def _moved(session: Session, start: datetime, end: datetime) -> int:
    """Add up what came to the account from sales and left it to buyers; payments to the treasury are not among it."""
    into, out = aliased(Account), aliased(Account)
    sign: sa.ColumnElement[Any] = sa.case(
        (into.code == ledger.PPH22, Transfer.amount), else_=-Transfer.amount
    )
    total = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(sign), 0))
        .select_from(Transfer)
        .join(into, into.id == Transfer.to_account_id)
        .join(out, out.id == Transfer.from_account_id)
        .where(
            sa.or_(into.code == ledger.PPH22, out.code == ledger.PPH22),
            Transfer.order_id.is_not(None),
            Transfer.at >= start,
            Transfer.at < end,
        )
    )
    return int(total or 0)
