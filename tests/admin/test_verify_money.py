"""`flask verify` about shares and payouts: clean while all is well, and each broken promise named with its row."""

import contextlib

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from admin import verify
from checkout import credits, orders, payouts
from checkout.credits import CreditItem
from checkout.models import CreditKind, OrderLine, Payout
from shop.db import db
from tests import make_catalog, make_checkout, make_payouts
from tests.admin.test_verify import without_guards
from tests.admin.verify_money import BREAKS
from tests.checkout.conftest import bank
from tests.make import ACTOR, writing

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("bank")


def _market() -> dict[str, int]:
    """Let a payout arrive, one come back and one wait; give some money of one order back."""
    shop, payee, accepted = make_payouts.ready()
    sent = make_payouts.sent(payee)
    lessened = make_payouts.earned(shop, 300_000)
    with writing() as session:
        line = session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == lessened.id)).one()
        item = CreditItem(order_line_id=line, amount=50_000)
        order = orders.lock(session, lessened.id)
        credits.give(session, ACTOR, order, [item], kind=CreditKind.ALLOWANCE, reason="Lecet.", key="x")
    back = make_payouts.sent(payee)
    with writing() as session:
        payouts.mark_returned(session, ACTOR, session.get_one(Payout, back.id), "Salah")
    make_payouts.proposed(payee)
    make_checkout.paid((make_catalog.piece(shop), 2))
    return {
        "accepted": accepted.id, "lessened": lessened.id, "sent": sent.id, "approver": sent.approved_by_id or 0,
    }  # fmt: skip


def test_each_broken_promise_of_the_books_is_named(app: Flask, session: Session) -> None:
    market = _market()
    db.session.rollback()
    assert verify.run(db.session()) == []
    for promise, (_statement, words) in BREAKS.items():
        found = _broken(promise, market)
        assert any(words in example for example in found), (promise, found)
    db.session.rollback()
    assert verify.run(db.session()) == []


@pytest.mark.postgres
def test_the_books_are_clean_on_postgresql_too(app: Flask, session: Session) -> None:
    _market()
    db.session.rollback()

    assert verify.run(db.session()) == []


def _broken(promise: str, market: dict[str, int]) -> list[str]:
    """Break a promise, ask for it, and let nothing of that stay."""
    statement, found = BREAKS[promise][0], []
    with contextlib.suppress(InterruptedError), writing() as session:
        values = {name: value for name, value in market.items() if f":{name}" in statement}
        without_guards(session, statement, **values)
        found = list(verify.CHECKS[promise](session))
        raise InterruptedError
    return found
