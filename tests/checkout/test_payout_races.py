"""Races of payouts on PostgreSQL: an earning is in one payout, a payout is approved once, whoever comes at once.

Seen to fail: without `earnings.lock` and the partial unique index, 8 runs at once proposed the same earning up to 8 times.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from checkout import ledger, payout_runs, payouts
from checkout.models import Payout, PayoutState
from shop.audit import Actor
from shop.db import transaction
from shop.errors import ShopError
from tests import make_checkout, make_payouts
from tests.fake_gateway import FakeGateway
from tests.fixtures import apart

AT_ONCE = 6


@pytest.mark.postgres
def test_runs_at_once_propose_an_earning_once(app: Flask, bank: FakeGateway, session: Session) -> None:
    payees = [make_payouts.ready(300_000 + number)[1] for number in range(3)]
    gate = Barrier(AT_ONCE)

    def run(_number: int) -> int:
        gate.wait()
        return payout_runs.prepare_all(Actor.system("worker"))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        counts = list(pool.map(lambda number: apart(app, run, number), range(AT_ONCE)))

    found = session.scalars(sa.select(Payout)).all()
    assert sum(counts) == len(found) == len(payees)
    books = make_checkout.books_are_even()
    assert sorted(one.amount for one in found) == sorted(books[payee.account] for payee in payees)


@pytest.mark.postgres
def test_approvals_at_once_set_the_money_aside_once(app: Flask, bank: FakeGateway, session: Session) -> None:
    _shop, payee, _order = make_payouts.ready()
    payout_id = make_payouts.proposed(payee).id
    people = [make_payouts.officer(f"Orang {number}")[1] for number in range(AT_ONCE)]
    gate = Barrier(AT_ONCE)

    def approve(actor: Actor) -> bool:
        gate.wait()
        try:
            with transaction() as here:
                payouts.approve(here, actor, here.get_one(Payout, payout_id))
        except ShopError:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        won = list(pool.map(lambda actor: apart(app, approve, actor), people))

    assert won.count(True) == 1
    books = make_checkout.books_are_even()
    assert (books[payee.account], books[ledger.PAYOUTS_DUE] > 0) == (0, True)
    assert session.get_one(Payout, payout_id).state is PayoutState.APPROVED
