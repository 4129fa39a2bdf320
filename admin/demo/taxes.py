"""The demonstration's tax facts and papers, the invoices of its orders, and the councils' commission by month."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Workshop, WorkshopMember
from checkout.invoices import commission, credit_notes, issuing
from checkout.models import (
    CheckState,
    Credit,
    Order,
    OrderLine,
    PaperKind,
    TaxFacts,
    TaxPaper,
    Taxpayer,
)
from checkout.tax import facts, rates
from shop.audit import Actor
from shop.models import User

DEMO = Actor.system("demo")
KNOWN = 12
"""Workshops that have told who they are; the second is a PKP, the last two wait for a check."""


def load(session: Session, users: dict[str, int], moment: datetime) -> None:
    """Let some workshops tell their facts, then write the papers of every paid order in the order of time."""
    _facts(session, users, moment)
    session.flush()
    orders = {
        order.id: order
        for order in session.scalars(
            sa.select(Order).where(Order.paid_at.is_not(None)).order_by(Order.paid_at, Order.id)
        )
    }
    for order in orders.values():
        issuing.write(session, order, order.paid_at or moment)
    for credit in session.scalars(sa.select(Credit).order_by(Credit.created_at, Credit.id)).all():
        credit_notes.write(session, orders[credit.order_id], credit, credit.created_at)
    _commission(session, moment)


def _facts(session: Session, users: dict[str, int], moment: datetime) -> None:
    mine = sa.select(WorkshopMember.workshop_id).where(WorkshopMember.user_id == users["perajin"])
    first = set(session.scalars(mine))
    sold = dict(
        session.execute(
            sa.select(OrderLine.workshop_id, sa.func.count(OrderLine.id)).group_by(OrderLine.workshop_id)
        ).all()
    )
    found = sorted(
        session.scalars(sa.select(Workshop)),
        key=lambda one: (one.id not in first, -sold.get(one.id, 0), one.id),
    )
    checker = session.get(User, users["keuangan"])
    today = rates.day_of(moment)
    for place, workshop in enumerate(found[:KNOWN]):
        pkp, checked = place == 1, place < KNOWN - 2
        content = facts.Content(
            Taxpayer.ENTITY if pkp else Taxpayer.PERSON,
            f"CV {workshop.name}"[:120] if pkp else workshop.maker_name,
            f"{workshop.address or workshop.village or 'Jalan Peraga 1'}",
            # no province has the code 99, no firm this number: they belong to nobody
            f"0000000000{workshop.id:06}" if pkp else f"990101010190{workshop.id % 10_000:04}",
            "S-7PKP/PERAGA/2025" if pkp else "",
            today.replace(year=today.year - 1) if pkp else None,
        )
        said = facts.send(session, DEMO, workshop, content)
        paper = TaxPaper(
            workshop_id=workshop.id, kind=PaperKind.STATEMENT, tax_year=today.year,
            issued_on=min(today, today.replace(month=1, day=5)), valid_until=today.replace(month=12, day=31),
            signed_by=workshop.maker_name, sent_at=moment - timedelta(days=90),
        )  # fmt: skip
        if not pkp:
            session.add(paper)
        for one in (said, paper) if checked else ():
            _check(one, checker, moment)


def _check(one: TaxFacts | TaxPaper, checker: User | None, moment: datetime) -> None:
    one.state, one.checked_at = CheckState.CHECKED, moment - timedelta(days=60)
    one.checked_by_id = checker.id if checker else None


def _commission(session: Session, moment: datetime) -> None:
    oldest = session.scalar(sa.select(sa.func.min(Order.paid_at)))
    month = commission.month_before(moment)
    while oldest is not None and commission.bounds(month)[1] > oldest:
        written = commission.bounds(month)[1] + timedelta(hours=9)
        for council_id, workshop_id in sorted(commission.pairs(session, month)):
            commission.write(session, council_id, workshop_id, month, min(written, moment))
        month = (month - timedelta(days=1)).replace(day=1)
