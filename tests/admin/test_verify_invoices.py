"""`flask verify` over invoices and collected tax: clean when everything has happened once, each break named."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin import verify
from checkout import credits
from checkout.credits import CreditItem
from checkout.models import CreditKind, Order, OrderLine
from shop.db import db
from tests import make_catalog, make_checkout, make_tax
from tests.checkout.conftest import bank
from tests.make import ACTOR, writing

__all__ = ["bank"]
BREAKS = {
    "I1 invoice numbers have no gap": ("UPDATE invoice_counters SET last = last + 1", "counted to"),
    "I2 invoices are the sums of their order": (
        "UPDATE invoices SET goods = goods + 1, total = total + 1 WHERE kind = 'sale'",
        "on its invoices",
    ),
    "I3 what went back stands on credit notes": (
        "UPDATE invoices SET goods = goods + 1, total = total + 1 WHERE kind = 'credit_note'",
        "30000 went back, credit notes say 30001",
    ),
    "I4 an invoice is the sum of its lines": (
        "UPDATE invoice_lines SET amount = amount + 1 WHERE position = 1",
        "lines",
    ),
    "I5 the tax collected is in its account": (
        "UPDATE order_lines SET withheld = withheld + 1",
        "of PPh 22 was collected, the books say",
    ),
    "I6 tax paid on is what its month owes": (
        (
            "INSERT INTO tax_remittances (kind, month, amount, ntpn, paid_on, recorded_at)"
            " VALUES ('pph22', '2026-01-01', 5, 'X', '2026-02-01', '2026-02-01 00:00:00')"
        ),
        "of 5 stands in the books with 0",
    ),
}


def everything(run_jobs: Callable[[], int]) -> None:
    """Let an order be paid with tax collected, and a part of it go back."""
    make_tax.designated()
    order = make_checkout.paid((make_catalog.piece(on_hand=3, price=600_000), 1))
    with writing() as session:
        line = session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order.id)).one()
        credits.give(
            session, ACTOR, session.get_one(Order, order.id), [CreditItem(order_line_id=line.id, amount=30_000)],
            kind=CreditKind.ALLOWANCE, reason="Tergores.", key="tergores",
        )  # fmt: skip
    run_jobs()
    db.session.rollback()


def without_guards(session: Session) -> None:
    """Let papers be changed until the rollback."""
    tables = ("invoices", "invoice_lines")
    if session.get_bind().dialect.name == "postgresql":
        guards = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
    else:
        guards = [f"DROP TRIGGER {table}_no_update" for table in tables]
    for guard in guards:
        session.execute(sa.text(guard))


@pytest.mark.usefixtures("bank")
def test_each_broken_promise_of_invoices_is_named_with_its_row(
    session: Session, run_jobs: Callable[[], int]
) -> None:
    everything(run_jobs)
    assert verify.run(session) == []

    for promise, (statement, words) in BREAKS.items():
        session.rollback()
        without_guards(session)
        session.execute(sa.text(statement))  # seen by the check in this transaction, kept by nobody
        found = list(verify.CHECKS[promise](session))
        assert any(words in example for example in found), (promise, found)
    session.rollback()
    assert verify.run(session) == []
