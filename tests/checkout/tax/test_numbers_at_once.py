"""Many invoices of one workshop at once, on PostgreSQL: 1 to n, each once, although every third is rolled back.

`test_without_the_one_statement…` is the control: the same race over a number that is read first and written afterwards
gives numbers twice.
"""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from checkout.invoices import issuing, numbering
from checkout.invoices.numbering import Number
from checkout.models import Invoice, InvoiceKind
from shop.db import db, now, transaction
from shop.errors import Conflict
from tests import make_catalog
from tests.checkout.test_races import race

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


class ThoughtBetterOfIt(Conflict):
    """What rolls a third of the transactions back."""


def invoice(workshop_id: int) -> Invoice:
    party = {"name": "Uji", "account": "Uji", "address": "", "number": "", "pkp": ""}
    return Invoice(
        kind=InvoiceKind.SALE, issued_at=now(), workshop_id=workshop_id, seller=party, buyer=party,
        goods=1, total=1, **issuing.rate_columns(None),
    )  # fmt: skip


def sequences(workshop_id: int) -> list[int]:
    db.session.rollback()
    query = sa.select(Invoice.sequence).where(Invoice.workshop_id == workshop_id)
    return list(db.session.scalars(query.order_by(Invoice.sequence)))


def test_numbers_have_no_gap_although_every_third_invoice_is_rolled_back(app: Flask) -> None:
    workshop_id = make_catalog.workshop().id
    db.session.rollback()

    def write(attempt: int) -> str:
        with transaction() as session:
            issuing.put(session, invoice(workshop_id), workshop_id, [])
            if attempt % 3 == 0:
                raise ThoughtBetterOfIt
        return "written"

    assert race(app, 120, write) == {"written": 80, "ThoughtBetterOfIt": 40}
    assert sequences(workshop_id) == list(range(1, 81))
    assert numbering.gaps(db.session()) == []
    db.session.rollback()


def test_without_the_one_statement_the_same_race_gives_a_number_twice(app: Flask) -> None:
    workshop_id = make_catalog.workshop().id
    db.session.rollback()

    def read_then_write(session: Session, kind: InvoiceKind, owner_id: int, year: int) -> Number:
        series = f"{kind}:{owner_id}"
        known = sa.select(sa.func.coalesce(sa.func.max(Invoice.sequence), 0)).where(Invoice.series == series)
        sequence = int(session.scalar(known) or 0) + 1
        return Number(series, year, sequence, f"{series}-{year}-{sequence}")

    def write(_attempt: int) -> str:
        try:
            with transaction() as session:
                mine = invoice(workshop_id)
                number = read_then_write(session, mine.kind, workshop_id, 2026)
                mine.series, mine.year, mine.sequence, mine.number = number
                session.add(mine)
        except IntegrityError:
            return "number given twice"
        return "written"

    assert race(app, 120, write)["number given twice"] > 0
