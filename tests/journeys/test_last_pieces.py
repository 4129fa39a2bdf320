"""Two hundred buyers and five pieces, over HTTP, on PostgreSQL, with four web processes.

The guard is the condition in `catalog.stock.reserve` (`on_hand - reserved >= quantity`) with its CHECK behind it. With
condition and CHECK taken out, this test was seen to fail: more than five buyers reached the payment page.
"""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from catalog import stock
from catalog.models import Variant
from checkout.models import Order, OrderState, Payment, PaymentState, Transfer, WebhookEvent
from shop.audit import Actor
from shop.db import db
from tests import make_catalog
from tests.journeys.buyers import Attempt, Buyer, all_at_once
from tests.journeys.running import RunningShop, running_shop
from tests.make import writing

PIECES = 5
BUYERS = 200


def _five_pieces() -> int:
    variant = make_catalog.variant_of(make_catalog.piece())
    variant_id, on_hand = variant.id, variant.on_hand
    with writing() as session:
        stock.set_on_hand(session, Actor.system("test"), variant_id, PIECES, seen=on_hand)
    return variant_id


def _ready(shop: RunningShop, variant_id: int) -> tuple[Buyer, dict[str, str]]:
    buyer = Buyer(shop.url)
    assert buyer.add(variant_id).status_code in {302, 303}
    return buyer, buyer.fill_in()


def _is_clear(attempt: Attempt) -> bool:
    return attempt.outcome in {"to_payment", "refused"} and attempt.status < 500


@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_two_hundred_buyers_of_five_pieces_give_five_orders_and_clear_answers(
    app: Flask, tmp_path: Path
) -> None:
    variant_id = _five_pieces()
    database_url = app.config["KRIYA"].database_url

    with running_shop(tmp_path, database_url, web_workers=4) as shop:
        with ThreadPoolExecutor(8) as pool:
            ready = list(pool.map(lambda _n: _ready(shop, variant_id), range(BUYERS)))
        attempts = all_at_once(ready)

        assert Counter(map(_is_clear, attempts)) == {True: BUYERS}, [a for a in attempts if not _is_clear(a)][
            :3
        ]
        sessions = [attempt.session_id for attempt in attempts if attempt.session_id]
        assert len(sessions) == PIECES

        shop.start_worker()
        for session_id in sessions:
            shop.sandbox.pay(session_id)
        shop.sandbox.wait_until_delivered(60)
        _until_paid(PIECES)
        verified = shop.flask("verify", "--json")

    assert verified.returncode == 0, verified.stdout[-3000:] + verified.stderr[-2000:]
    assert json.loads(verified.stdout)["ok"] is True
    db.session.rollback()
    left = db.session.get_one(Variant, variant_id)
    assert (left.on_hand, left.reserved, left.sold) == (0, 0, PIECES)


def _until_paid(count: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    paid = sa.select(sa.func.count()).select_from(Order).where(Order.state == OrderState.PAID)
    while True:
        db.session.rollback()
        found = db.session.scalar(paid)
        if found == count:
            return
        if time.monotonic() > end:
            raise TimeoutError(f"{found} of {count} orders are paid")
        time.sleep(0.2)


@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_the_same_webhook_fifty_times_at_once_has_one_effect(app: Flask, tmp_path: Path) -> None:
    variant_id = _five_pieces()

    with running_shop(tmp_path, app.config["KRIYA"].database_url) as shop:
        shop.sandbox.faults("duplicate", times=50, event="checkout.session.completed")
        buyer, form = _ready(shop, variant_id)
        attempt = buyer.attempt(form)
        shop.start_worker()
        shop.sandbox.pay(attempt.session_id)
        shop.sandbox.wait_until_delivered(60)
        _until_paid(1)
        assert shop.flask("verify", "--json").returncode == 0

    db.session.rollback()
    completed = WebhookEvent.type == "checkout.session.completed"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WebhookEvent).where(completed)) == 1
    captured = sa.select(sa.func.count()).select_from(Payment).where(Payment.state == PaymentState.CAPTURED)
    assert db.session.scalar(captured) == 1
    # One line, its commission, one parcel: three postings, however often the bell was rung. Fees come later.
    of_orders = sa.select(sa.func.count()).select_from(Transfer).where(Transfer.order_id.is_not(None))
    assert db.session.scalar(of_orders) == 3
    others = db.session.scalars(sa.select(Transfer.key).where(Transfer.order_id.is_(None))).all()
    assert len(others) <= 1
    assert all(key.startswith("fee:") for key in others)


@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_killed_in_the_middle_of_paying_the_retry_gives_one_order(app: Flask, tmp_path: Path) -> None:
    variant_id = _five_pieces()

    with running_shop(tmp_path, app.config["KRIYA"].database_url) as shop:
        shop.start_worker()
        buyer, form = _ready(shop, variant_id)
        # The gateway hangs after it has made the session; the shop dies while it waits.
        shop.sandbox.faults("hang", endpoint="POST /v1/checkout/sessions", seconds=3, when="after")
        with ThreadPoolExecutor(1) as pool:
            lost = pool.submit(buyer.attempt, form)
            _until_placed()
            shop.kill("web")
            shop.kill("worker")
            assert lost.exception() is not None
        shop.sandbox.clear_faults()
        shop.start_web()
        shop.start_worker()
        again = buyer.attempt(form)
        assert again.outcome == "to_payment"
        shop.sandbox.pay(again.session_id)
        _until_paid(1)
        assert shop.flask("verify", "--json").returncode == 0

    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 1


def _until_placed(seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        db.session.rollback()
        if db.session.scalar(sa.select(sa.func.count()).select_from(Payment)):
            return
        time.sleep(0.02)
    raise TimeoutError("no order was placed")
