"""Races of payouts on PostgreSQL: an earning is in one payout, a payout is approved once, whoever comes at once.

`test_without_the_guards_the_same_race_pays_twice` is the control: the same race without the lock on the payee's account
and without the unique index proposes the same money several times.
"""

import contextvars
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from checkout import earnings, ledger, payout_runs, payouts
from checkout.models import Payout, PayoutItem, PayoutState
from checkout.payees import Payee
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import ShopError
from tests import make_checkout, make_payouts
from tests.fake_gateway import FakeGateway

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
AT_ONCE = 6


def race(app: Flask, run: Callable[[int], str]) -> Counter[str]:
    """Let so many run at once, each as a process of its own would, and count how they fared."""
    start = Barrier(AT_ONCE)
    db.session.rollback()

    def one(number: int) -> str:
        with app.app_context():
            try:
                start.wait(10)
                return run(number)
            except ShopError as refusal:
                return type(refusal).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        tasks = [pool.submit(contextvars.Context().run, one, number) for number in range(AT_ONCE)]
        return Counter(task.result() for task in tasks)


def test_runs_at_once_propose_an_earning_once(app: Flask, bank: FakeGateway, session: Session) -> None:
    payees = [make_payouts.ready(300_000 + number)[1] for number in range(3)]

    race(app, lambda _number: str(payout_runs.prepare_all(Actor.system("worker"))))

    found = session.scalars(sa.select(Payout)).all()
    assert len(found) == len(payees)
    books = make_checkout.books_are_even()
    assert sorted(one.amount for one in found) == sorted(books[payee.account] for payee in payees)


def test_without_the_guards_the_same_race_pays_twice(app: Flask, bank: FakeGateway, session: Session) -> None:
    _shop, payee, _order = make_payouts.ready()
    with transaction() as here:
        here.execute(sa.text("DROP INDEX uq_payout_items_transfer_active"))

    read = Barrier(AT_ONCE)
    outcome = race(app, lambda _number: _propose_unguarded(payee, read))

    assert outcome["proposed"] > 1


def _propose_unguarded(payee: Payee, read: Barrier) -> str:
    """Propose a payout as one would without thinking of others: read, then write; all have read before one writes."""
    with transaction() as session:
        found = earnings.of(session, payee)
        if not found.movements or found.account is None:
            return "nothing"
        read.wait(30)
        payout = Payout(
            **payee.columns, amount=found.payable, bank_account_id=found.account.id, proposed_at=now()
        )
        session.add(payout)
        session.flush()
        session.add_all(
            PayoutItem(payout_id=payout.id, transfer_id=one.transfer_id) for one in found.movements
        )
    return "proposed"


def test_approvals_at_once_set_the_money_aside_once(app: Flask, bank: FakeGateway, session: Session) -> None:
    _shop, payee, _order = make_payouts.ready()
    payout_id = make_payouts.proposed(payee).id
    people = [make_payouts.officer(f"Orang {number}")[1] for number in range(AT_ONCE)]

    def approve(number: int) -> str:
        with transaction() as here:
            payouts.approve(here, people[number], here.get_one(Payout, payout_id))
        return "approved"

    assert race(app, approve) == {"approved": 1, "Moved": AT_ONCE - 1}
    books = make_checkout.books_are_even()
    assert (books[payee.account], books[ledger.PAYOUTS_DUE] > 0) == (0, True)
    assert session.get_one(Payout, payout_id).state is PayoutState.APPROVED
