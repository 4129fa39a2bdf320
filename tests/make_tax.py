"""Tax facts, papers and rates for tests, made the way people make them. Each one is committed."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from catalog.models import Workshop
from checkout import ledger
from checkout.models import (
    Account,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Order,
    OrderLine,
    PaperKind,
    TaxFacts,
    TaxKind,
    TaxPaper,
    Taxpayer,
    Transfer,
)
from checkout.tax import facts, papers, rates
from checkout.tax.rates import Figures
from shop.db import db, now
from shop.models import Role
from tests import make
from tests.make import ACTOR, writing

NPWP = "0012345678901000"
NIK = "1771025001900001"


def today() -> date:
    """Give the day by which the law counts."""
    return rates.day_of(now())


def designated(collected: bool = True) -> None:
    """Let the marketplace be designated to collect PPh 22 from yesterday on."""
    with writing() as session:
        figures = Figures(today() - timedelta(days=1), "KEP-1/PJ/2026", amount=int(collected))
        rates.add(session, ACTOR, TaxKind.PPH22_COLLECTED, figures)


def threshold(kind: TaxKind, amount: int) -> None:
    """Let a threshold be another one from yesterday on."""
    with writing() as session:
        rates.add(session, ACTOR, kind, Figures(today() - timedelta(days=1), "Uji", amount=amount))


def told(
    workshop_id: int, *, person: bool = True, pkp: bool = False, number: str = "", checked: bool = True
) -> TaxFacts:
    """Let a workshop say who it is, and somebody of finance check it."""
    content = facts.Content(
        Taxpayer.PERSON if person else Taxpayer.ENTITY,
        "Ratih Kumala" if person else "CV Melur Jaya",
        "Jalan Melur 3, Kota Bengkulu",
        number or (NIK if person else NPWP),
        "S-12PKP/2024" if pkp else "",
        date(2024, 1, 1) if pkp else None,
    )
    with writing() as session:
        sent = facts.send(session, ACTOR, session.get_one(Workshop, workshop_id), content)
        if checked:
            facts.decide(session, ACTOR, make.staff(Role.FINANCE, "nasional"), sent.id, accepted=True)
        return sent


def paper(workshop_id: int, kind: PaperKind = PaperKind.STATEMENT, *, checked: bool = True) -> TaxPaper:
    """Let a workshop send a paper for this tax year, and somebody of finance check it."""
    content = papers.Content(kind, today().year, date(today().year, 1, 2), None, "KET-5/2026", "Ratih Kumala")
    with writing() as session:
        sent = papers.send(session, ACTOR, session.get_one(Workshop, workshop_id), content)
        if checked:
            papers.decide(session, ACTOR, make.staff(Role.FINANCE, "nasional"), sent.id, accepted=True)
        return sent


def collected(order: Order, month: date, amount: int) -> None:
    """Let the books have collected so much PPh 22 in a month that is over; less than nothing was given back."""
    day = datetime(month.year, month.month, 15, tzinfo=UTC)
    with writing() as session:
        codes = dict(session.execute(sa.select(Account.code, Account.id)).all())
        other = next(held for code, held in codes.items() if code.startswith("held:"))
        ends = (other, codes[ledger.PPH22]) if amount > 0 else (codes[ledger.PPH22], other)
        session.add(
            Transfer(
                key=f"tax-of-a-month:{month}:{amount}", from_account_id=ends[0], to_account_id=ends[1],
                amount=abs(amount), currency="IDR", order_id=order.id, at=day,
            )
        )  # fmt: skip


def withheld(order: Order) -> list[int]:
    """Give what is withheld of each line of an order."""
    db.session.rollback()
    query = sa.select(OrderLine.withheld).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    return list(db.session.scalars(query))


def invoices(order_id: int, kind: InvoiceKind = InvoiceKind.SALE) -> list[Invoice]:
    """Give the invoices (or credit notes) of an order, as they were written."""
    db.session.rollback()
    query = sa.select(Invoice).where(Invoice.order_id == order_id, Invoice.kind == kind)
    return list(db.session.scalars(query.order_by(Invoice.id)))


def rows(invoice_id: int) -> list[InvoiceLine]:
    """Give the lines of an invoice."""
    query = sa.select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id)
    return list(db.session.scalars(query.order_by(InvoiceLine.position)))
