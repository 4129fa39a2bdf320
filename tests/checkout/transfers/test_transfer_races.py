"""Transfers at the same moment, on PostgreSQL: codes, files and lines are given once, because the database decides.

Two controls run the same races with the guard taken out of the database, and see them fail.
"""

import pytest
import sqlalchemy as sa
from flask import Flask

from checkout import changing_payment, payments, placing
from checkout.gateway import SessionState
from checkout.models import (
    Cart,
    LineState,
    Order,
    OrderState,
    Payment,
    PaymentState,
    StatementLine,
    TransferWait,
    WaitState,
)
from checkout.transfers import accounts, imports, lines
from shop.db import db, now, transaction
from tests import make_catalog, make_checkout, make_transfers
from tests.checkout.conftest import bank
from tests.checkout.test_races import race
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing

__all__ = ["bank"]
pytestmark = [pytest.mark.postgres, pytest.mark.slow]
FREE = 4
"""Codes that are left for eight buyers."""


def _crowd(app: Flask) -> list[str]:
    """Let eight people order the same piece by transfer at once, when four codes are left; give how they fared."""
    account_id = make_transfers.account().id
    piece = make_catalog.piece(on_hand=20)
    first = make_transfers.order(accounts.one(db.session(), account_id), piece=piece)
    _use_up(first, account_id)
    baskets = [make_checkout.cart((piece, 1)).id for _ in range(8)]
    who = make_checkout.buyer()
    db.session.rollback()

    def buy(number: int) -> str:
        with transaction() as session:
            cart = session.get(Cart, baskets[number])
            key = placing.new_form_key()
            placing.place(session, ACTOR, form_key=key, cart=cart, buyer=who, transfer_to=account_id)
        return "bought"

    return sorted(race(app, 8, buy).elements())


def _use_up(order: Order, account_id: int) -> None:
    """Take all codes but a few for amounts such as that of this order."""
    total, moment = order.total, now()
    taken = make_transfers.wait_of(order).code
    codes = [code for code in range(1, 1000) if code != taken][: 998 - FREE]
    with writing() as session:
        rows = [
            {"order_id": order.id, "gateway": "transfer", "state": PaymentState.FAILED, "amount": total + code,
             "surplus": code, "currency": "IDR", "refunded": 0, "created_at": moment}
            for code in codes
        ]  # fmt: skip
        made = session.scalars(sa.insert(Payment).returning(Payment.id), rows).all()
        session.execute(
            sa.insert(TransferWait),
            [
                {"payment_id": payment_id, "order_id": order.id, "account_id": account_id, "total": total,
                 "code": code, "amount": total + code, "due": total + code, "allowance": 0, "excess": 0,
                 "state": WaitState.LAPSED, "created_at": moment, "ended_at": moment}
                for payment_id, code in zip(made, codes, strict=True)
            ],
        )  # fmt: skip


def _amounts() -> list[int]:
    db.session.rollback()
    return [due for due in db.session.scalars(sa.select(TransferWait.due)) if due is not None]


def test_nobody_gets_a_code_that_somebody_has(app: Flask, bank: FakeGateway) -> None:
    outcome = _crowd(app)

    assert outcome == ["NoCode"] * FREE + ["bought"] * FREE
    assert len(_amounts()) == len(set(_amounts())) == 999


def test_without_the_index_two_orders_wait_for_one_amount(app: Flask, bank: FakeGateway) -> None:
    with writing() as session:
        session.execute(sa.text("DROP INDEX uq_transfer_waits_due"))

    _crowd(app)

    assert len(_amounts()) > len(set(_amounts()))


def _files(app: Flask, *, same: bool) -> dict[str, int]:
    """Let eight people take in eight files that share twenty lines; give how they fared."""
    account_id, who = make_transfers.account().id, make_transfers.actor()
    shared = [(10_000 + number, f"BUYER {number}") for number in range(20)]
    ids = []
    for number in range(8):
        rows = shared if same else [*shared, (500 + number, "OWN")][:: -1 if number % 2 else 1]
        with writing() as session:
            data = make_transfers.statement(*rows)
            ids.append(imports.look(session, who, accounts.one(session, account_id), data, "m.csv").id)
    db.session.rollback()

    def take(number: int) -> str:
        with transaction() as session:
            imports.take_in(session, who, imports.one(session, ids[number]))
        imports.match_all(ids[number])
        return "taken in"

    return dict(race(app, 8, take))


def _count() -> int:
    db.session.rollback()
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(StatementLine)) or 0)


def test_the_same_file_taken_in_eight_times_at_once_is_taken_in_once(app: Flask) -> None:
    assert _files(app, same=True) == {"taken in": 1, "KnownFile": 7}
    assert _count() == 20
    assert make_checkout.books_are_even()["transfers:open"] == make_transfers.open_money()


def test_files_that_overlap_bring_each_line_once(app: Flask) -> None:
    assert _files(app, same=False) == {"taken in": 8}
    assert _count() == 28
    assert make_checkout.books_are_even()["transfers:open"] == make_transfers.open_money()


def test_without_the_unique_fingerprint_lines_are_doubled(app: Flask) -> None:
    with writing() as session:
        session.execute(sa.text("ALTER TABLE statement_lines DROP CONSTRAINT uq_statement_lines_digest"))

    _files(app, same=False)

    assert _count() > 28


def test_money_and_the_end_of_time_at_once_have_one_effect(app: Flask, bank: FakeGateway) -> None:
    account_id = make_transfers.account().id
    orders = [make_transfers.order(accounts.one(db.session(), account_id)).id for _ in range(3)]
    amounts = []
    for order_id in orders:
        make_checkout.overdue(make_checkout.fresh(order_id))
        amounts.append((make_transfers.wait_of(make_checkout.fresh(order_id)).amount, ""))
    with writing() as session:
        who = make_transfers.actor()
        kept = imports.look(
            session, who, accounts.one(session, account_id), make_transfers.statement(*amounts, *amounts), "m"
        )
        imports.take_in(session, who, kept)
        line_ids = list(session.scalars(sa.select(StatementLine.id).order_by(StatementLine.amount)))
    db.session.rollback()

    def one(number: int) -> str:
        if number % 3 == 0:
            payments.close(ACTOR, orders[number // 3])
            return "closed"
        return "paid" if lines.match(line_ids[number // 3 * 2 + number % 3 - 1]) else "left"

    outcome = race(app, 9, one)

    assert (outcome["paid"], outcome["left"]) == (3, 3)
    assert {make_checkout.fresh(order_id).state for order_id in orders} == {OrderState.PAID}
    waiting = sa.select(sa.func.count()).where(StatementLine.state == LineState.WAITING)
    assert db.session.scalar(waiting) == 3
    assert make_checkout.books_are_even()["transfers:open"] == make_transfers.open_money()


@pytest.mark.usefixtures("bank")
def test_whoever_pays_both_ways_at_once_has_one_thing_to_pay(app: Flask) -> None:
    account_id = make_transfers.account().id
    order_id = make_checkout.order().id
    db.session.rollback()

    def pay(number: int) -> str:
        if number % 3 == 0:
            changing_payment.to_transfer(ACTOR, order_id, account_id)
        elif number % 3 == 1:
            with transaction() as session:
                changing_payment.to_page(session, ACTOR, order_id)
        else:
            payments.start(order_id)
        return "done"

    fates = race(app, 9, pay)

    assert set(fates) <= {"done", "NotPayable", "StillPaying"}, fates
    payable = sa.select(Payment).where(
        Payment.order_id == order_id, Payment.state.in_((PaymentState.PENDING, PaymentState.OPEN))
    )
    assert len(db.session.scalars(payable).all()) <= 1
    pages = make_checkout.fake().sessions.values()
    known = set(db.session.scalars(payable.with_only_columns(Payment.session_ref)))
    assert {one.ref for one in pages if one.state is SessionState.OPEN} <= known, "no page is left open"
    waiting = sa.select(sa.func.count(TransferWait.id)).where(TransferWait.state == WaitState.OPEN)
    assert (db.session.scalar(waiting) or 0) <= 1
