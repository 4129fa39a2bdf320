"""Many buyers with one voucher at once, on PostgreSQL: its limits hold, and it comes back once.

`test_without_the_guard_the_same_race_breaks_the_limit` is the control: the same race over a counter that is read first
and written afterwards gives the voucher away too often.
"""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from checkout import carts, orders, placing
from checkout.carts import Owner
from checkout.models import Cart, OrderState, Voucher, VoucherRedemption, VoucherUse
from shop.db import db, transaction
from tests import make_catalog, make_checkout, make_vouchers
from tests.checkout.test_races import race
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
BUYERS = 40


def baskets() -> list[int]:
    """Fill a cart for each buyer, with the voucher in it."""
    variant_id = make_catalog.variant_of(make_catalog.piece(on_hand=BUYERS)).id
    with transaction() as session:
        found = []
        for _number in range(BUYERS):
            cart = carts.current(session, Owner(token=carts.new_token()))
            carts.add_line(session, cart, variant_id, 1)
            carts.set_voucher(session, cart, "BATIK10")
            found.append(cart.id)
    db.session.rollback()
    return found


def counts() -> tuple[int, int, int]:
    """Give how often the voucher counts as used: in all, by persons, by orders."""
    db.session.rollback()
    session = db.session()
    return (
        session.scalar(sa.select(Voucher.used)) or 0,
        session.scalar(sa.select(sa.func.sum(VoucherUse.used))) or 0,
        session.scalar(sa.select(sa.func.count()).where(VoucherRedemption.given_back_at.is_(None))) or 0,
    )


def buy(session: Session, cart_id: int, email: str) -> None:
    placing.place(
        session, ACTOR, form_key=placing.new_form_key(), cart=session.get(Cart, cart_id),
        buyer=make_checkout.buyer(email=email),
    )  # fmt: skip


def test_a_voucher_for_five_orders_is_used_by_exactly_five(app: Flask, bank: FakeGateway) -> None:
    make_vouchers.voucher(limit_total=5)
    waiting = baskets()

    def run(number: int) -> str:
        with transaction() as session:
            buy(session, waiting[number], f"pembeli{number}@contoh.id")
        return "bought"

    assert race(app, BUYERS, run) == {"bought": 5, "UsedUp": BUYERS - 5}
    assert counts() == (5, 5, 5)


def test_one_person_in_many_windows_uses_it_once(app: Flask, bank: FakeGateway) -> None:
    make_vouchers.voucher(limit_each=1)
    waiting = baskets()

    def run(number: int) -> str:
        with transaction() as session:
            buy(session, waiting[number], f"budi+{number}@contoh.id")
        return "bought"

    assert race(app, 24, run) == {"bought": 1, "UsedByYou": 23}
    assert counts() == (1, 1, 1)


def test_without_the_guard_the_same_race_breaks_the_limit(app: Flask, bank: FakeGateway) -> None:
    voucher_id = make_vouchers.voucher(limit_total=5).id
    db.session.rollback()

    def run(_number: int) -> str:
        with transaction() as session:
            used = session.scalar(sa.select(Voucher.used).where(Voucher.id == voucher_id)) or 0
            if used >= 5:
                return "used up"
            session.execute(sa.update(Voucher).where(Voucher.id == voucher_id).values(used=used + 1))
        return "bought"

    assert race(app, BUYERS, run)["bought"] > 5


def test_an_order_that_ends_many_times_at_once_gives_its_voucher_back_once(
    app: Flask, bank: FakeGateway
) -> None:
    piece = make_catalog.piece(on_hand=9)
    made = make_vouchers.voucher()
    first, _second = (make_vouchers.order((piece, 1)).id for _number in range(2))
    db.session.rollback()

    def run(number: int) -> str:
        to = OrderState.CANCELLED if number % 2 else OrderState.EXPIRED
        with transaction() as session:
            orders.lapse(session, ACTOR, orders.lock(session, first), to)
        return "ended"

    assert race(app, 8, run) == {"ended": 1, "NotPossible": 7}
    assert counts() == (1, 1, 1)
    assert make_vouchers.fresh(made.id).used == 1
