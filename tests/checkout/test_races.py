"""Many buyers at once, on PostgreSQL: the database decides, in one statement.

`test_without_the_guard_the_same_race_oversells` is the control: the same race over a reservation that reads first and
writes afterwards sells more than there is. A race test that never failed would prove nothing.
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

from catalog.models import Variant
from checkout import carts, payments, placing, webhooks
from checkout.carts import Owner
from checkout.gateway import Event
from checkout.models import Cart, Order, OrderState, WebhookEvent
from shop import jobs
from shop.db import db, transaction
from shop.errors import ShopError
from shop.models import AuditEntry
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Page

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
AT_ONCE = 8
"""Threads with a database connection each; more would only wait for Python's own lock."""


def race(app: Flask, runners: int, run: Callable[[int], str]) -> Counter[str]:
    """Let so many run at once, each as a process of its own would, and count how they fared."""
    start = Barrier(AT_ONCE)

    def one(number: int) -> str:
        with app.app_context():
            try:
                if number < AT_ONCE:
                    start.wait(10)
                return run(number)
            except ShopError as refusal:
                return type(refusal).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        tasks = [pool.submit(contextvars.Context().run, one, number) for number in range(runners)]
        return Counter(task.result() for task in tasks)


def test_two_hundred_buyers_on_five_pieces_are_five_orders(app: Flask, bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=5)
    variant_id = make_catalog.variant_of(piece).id
    tokens = [carts.new_token() for _ in range(200)]
    with transaction() as session:
        for token in tokens:
            carts.add_line(session, carts.current(session, Owner(token=token)), variant_id, 1)
    who = make_checkout.buyer()
    db.session.rollback()

    def buy(number: int) -> str:
        with transaction() as session:
            cart = carts.find(session, Owner(token=tokens[number]))
            placing.place(session, ACTOR, form_key=placing.new_form_key(), cart=cart, buyer=who)
        return "bought"

    outcome = race(app, 200, buy)

    assert outcome == {"bought": 5, "SoldOut": 195}
    assert make_checkout.numbers(piece) == (5, 5, 0)


def test_without_the_guard_the_same_race_oversells(app: Flask, bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=5)
    variant_id = make_catalog.variant_of(piece).id

    def buy(_number: int) -> str:
        with transaction() as session:
            free, held = session.execute(
                sa.select(Variant.on_hand - Variant.reserved, Variant.reserved).where(
                    Variant.id == variant_id
                )
            ).one()
            if free < 1:
                return "sold out"
            session.execute(sa.update(Variant).where(Variant.id == variant_id).values(reserved=held + 1))
        return "bought"

    assert race(app, 200, buy)["bought"] > 5


def test_lines_in_any_order_never_wait_for_each_other(app: Flask, bank: FakeGateway) -> None:
    pieces = [make_catalog.piece(on_hand=200) for _ in range(3)]
    who = make_checkout.buyer()
    baskets = []
    for number in range(48):
        turned = pieces[number % 3 :] + pieces[: number % 3]
        baskets.append(make_checkout.cart(*((piece, 1) for piece in turned)).id)
    db.session.rollback()

    def buy(number: int) -> str:
        with transaction() as session:
            cart = session.get(Cart, baskets[number])
            placing.place(session, ACTOR, form_key=placing.new_form_key(), cart=cart, buyer=who)
        return "bought"

    assert race(app, 48, buy) == {"bought": 48}


def test_one_form_pressed_eight_times_at_once_is_one_order(app: Flask, bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=5)
    basket = make_checkout.cart((piece, 1)).id
    key, who = placing.new_form_key(), make_checkout.buyer()
    db.session.rollback()

    def press(_number: int) -> str:
        with transaction() as session:
            cart = session.get(Cart, basket)
            return placing.place(session, ACTOR, form_key=key, cart=cart, buyer=who).number

    outcome = race(app, AT_ONCE, press)

    assert len(outcome) == 1
    assert make_checkout.numbers(piece) == (5, 1, 0)


def test_the_same_message_fifty_times_at_once_has_one_effect(
    app: Flask, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)
    event = Event("evt_1", "checkout.session.completed", ref, None, None, {})
    db.session.rollback()

    def ring(_number: int) -> str:
        with transaction() as writing:
            return "kept" if webhooks.receive(writing, "stripe", event) else "known"

    outcome = race(app, 50, ring)
    run_jobs()

    assert outcome == {"kept": 1, "known": 49}
    assert make_checkout.fresh(order.id).state is OrderState.PAID
    assert session.scalar(sa.select(sa.func.count()).select_from(WebhookEvent)) == 1


def test_webhook_return_reconciler_cancellation_and_lapse_at_once_end_in_one_state(
    app: Flask, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    piece = make_catalog.piece(on_hand=1)
    order, ref = make_checkout.opened(make_checkout.order((piece, 1)))
    order_id, payment_id = order.id, make_checkout.payment_of(order.id).id
    make_checkout.overdue(order)
    bank.pay(ref)
    db.session.rollback()
    ways: list[Callable[[], object]] = [
        lambda: payments.settle(payment_id),
        lambda: payments.settle_session(ref, payment_id),
        lambda: payments.close(ACTOR, order_id, OrderState.CANCELLED),
        payments.expire_due,
        payments.reconcile,
    ]

    def go(number: int) -> str:
        ways[number % len(ways)]()
        return "done"

    assert race(app, 40, go) == {"done": 40}
    run_jobs()

    assert make_checkout.fresh(order_id).state is OrderState.PAID
    captured = sa.select(sa.func.count()).where(AuditEntry.action == "payment.captured")
    assert session.scalar(captured) == 1
    assert make_checkout.numbers(piece) == (0, 0, 1)
    assert make_checkout.books_are_even()["gateway:stripe"] == -make_checkout.fresh(order_id).total


def test_the_worker_s_jobs_of_many_orders_run_once_each(
    app: Flask, session: Session, bank: FakeGateway
) -> None:
    piece = make_catalog.piece(on_hand=20)
    for _ in range(6):
        make_checkout.paid((piece, 1))
    db.session.rollback()

    def work(_number: int) -> str:
        jobs.run_due()
        return "done"

    race(app, 4 * AT_ONCE, work)

    db.session.rollback()
    letters = session.execute(
        sa.text("SELECT count(*), count(sent_at), count(DISTINCT key) FROM mails")
    ).one()
    assert letters[0] == letters[1] == letters[2]
    assert session.scalar(sa.select(sa.func.count()).select_from(Order)) == 6


def test_a_buyer_who_cannot_get_through_the_crowd_is_told_to_press_again(
    app: Flask, bank: FakeGateway
) -> None:
    piece = make_catalog.piece(on_hand=5)
    variant_id = make_catalog.variant_of(piece).id
    page = Page(app)
    page.post("/cart/lines", {"variant_id": variant_id, "quantity": 1})
    form = page.get("/checkout").one("form.checkout")
    typed = {
        "name": "Budi",
        "email": "budi@contoh.id",
        "phone": "0812 3456 7890",
        "street": "Jalan Suprapto 12",
    }
    page.submit(form, page.one("#summary .button-primary"), postal_code="38222", **typed)
    db.session.rollback()

    with db.engine.connect() as crowd, crowd.begin():
        crowd.execute(sa.select(Variant.id).where(Variant.id == variant_id).with_for_update())
        page.press("Bayar Rp 360.000", within="main")

    assert page.status == 409
    assert "tekan Bayar lagi" in page.text
    page.press("Bayar Rp 360.000", within="main", follow=False)
    assert page.location == "https://pay.example/cs_1"
