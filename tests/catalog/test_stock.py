"""Stock: what is there, what is promised, what is sold; and what fifty buyers at once can do to it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import stock, variants
from catalog.models import MADE_TO_ORDER_LIMIT, Product, StockMovement, Variant
from shop.db import db, transaction
from tests import make_catalog as make
from tests.make import ACTOR


def numbers(variant_id: int) -> tuple[int, int, int]:
    """Give on hand, reserved and sold as stored now."""
    db.session.rollback()
    query = sa.select(Variant.on_hand, Variant.reserved, Variant.sold).where(Variant.id == variant_id)
    row = db.session.execute(query).one()
    return row[0], row[1], row[2]


def movements(variant_id: int) -> tuple[int, int, int]:
    """Give the sums of the movement rows."""
    rows = (StockMovement.on_hand, StockMovement.reserved, StockMovement.sold)
    query = sa.select(*(sa.func.sum(row) for row in rows)).where(StockMovement.variant_id == variant_id)
    row = db.session.execute(query).one()
    return row[0], row[1], row[2]


def variant(**wishes: Any) -> int:
    """Make a variant and give its id."""
    listing = make.draft(photo_count=0, **wishes)
    return make.variant_of(db.session.get_one(Product, listing.product_id)).id


def test_a_piece_goes_from_the_shelf_over_a_promise_to_a_sale(app: Flask) -> None:
    cloth = variant(on_hand=5)
    with transaction() as session:
        stock.reserve(session, {cloth: 2}, "KR-1")
    assert numbers(cloth) == (5, 2, 0)
    with transaction() as session:
        stock.take(session, {cloth: 2}, "KR-1")
    assert numbers(cloth) == (3, 0, 2)
    with transaction() as session:
        stock.return_(session, {cloth: 1}, "KR-1")
    assert numbers(cloth) == movements(cloth) == (4, 0, 1)


def test_a_released_promise_leaves_everything_as_it_was(app: Flask) -> None:
    cloth = variant(on_hand=1)
    with transaction() as session:
        stock.reserve(session, {cloth: 1}, "KR-1")
    with transaction() as session:
        stock.release(session, {cloth: 1}, "KR-1")
    assert numbers(cloth) == movements(cloth) == (1, 0, 0)


def test_who_asks_for_too_many_is_told_how_many_are_left(app: Flask) -> None:
    cloth = variant(on_hand=3)
    with transaction() as session:
        stock.reserve(session, {cloth: 2}, "KR-1")
    with transaction() as session, pytest.raises(stock.OutOfStock) as refusal:
        stock.reserve(session, {cloth: 2}, "KR-2")
    assert (refusal.value.variant_id, refusal.value.left) == (cloth, 1)
    assert numbers(cloth) == (3, 2, 0)


def test_an_order_gets_all_its_pieces_or_none(app: Flask) -> None:
    plenty, scarce = variant(on_hand=9), variant(on_hand=1)
    with pytest.raises(stock.OutOfStock):
        _reserve({plenty: 1, scarce: 2})
    assert numbers(plenty) == (9, 0, 0)


def _reserve(wanted: dict[int, int]) -> None:
    with transaction() as session:
        stock.reserve(session, wanted, "KR-1")


def test_a_promise_is_kept_or_released_once(app: Flask) -> None:
    cloth = variant(on_hand=2)
    _reserve({cloth: 1})
    with transaction() as session:
        stock.take(session, {cloth: 1}, "KR-1")
        for again in (stock.take, stock.release):
            with pytest.raises(stock.NothingSetAside):
                again(session, {cloth: 1}, "KR-1")
    assert numbers(cloth) == (1, 0, 1)


def test_made_to_order_pieces_are_not_limited_by_the_shelf(app: Flask) -> None:
    cloth = variant(made_to_order=True)
    _reserve({cloth: 3})
    assert numbers(cloth) == (0, 3, 0)
    with transaction() as session:
        stock.take(session, {cloth: 3}, "KR-1")
    assert numbers(cloth) == movements(cloth) == (0, 0, 3)
    with pytest.raises(stock.OutOfStock):
        _reserve({cloth: MADE_TO_ORDER_LIMIT + 1})


def test_a_variant_that_is_off_sale_cannot_be_promised(app: Flask) -> None:
    cloth = variant(on_hand=3)
    with transaction() as session:
        variants.set_active(session, ACTOR, session.get_one(Variant, cloth), active=False)
    with pytest.raises(stock.OutOfStock) as refusal:
        _reserve({cloth: 1})
    assert refusal.value.left == 0


def test_a_count_cannot_go_below_what_is_promised(app: Flask) -> None:
    cloth = variant(on_hand=3)
    _reserve({cloth: 2})
    with transaction() as session:
        with pytest.raises(stock.CountTooLow):
            stock.set_on_hand(session, ACTOR, cloth, 1)
        stock.set_on_hand(session, ACTOR, cloth, 2)
    assert numbers(cloth) == movements(cloth) == (2, 2, 0)


def test_a_count_made_on_an_old_page_changes_nothing(app: Flask) -> None:
    cloth = variant(on_hand=3)
    _reserve({cloth: 1})
    with transaction() as session:
        stock.take(session, {cloth: 1}, "KR-1")
    with transaction() as session, pytest.raises(stock.CountedMeanwhile):
        stock.set_on_hand(session, ACTOR, cloth, 4, seen=3)
    assert numbers(cloth)[0] == 2


def test_ready_pieces_do_not_become_made_to_order_while_promised(app: Flask) -> None:
    cloth = variant(on_hand=3)
    _reserve({cloth: 1})
    terms = variants.Terms(350_000, 400, 30, 25, 5, made_to_order=True, lead_days=10)
    with transaction() as session:
        with pytest.raises(variants.Promised):
            variants.set_terms(session, ACTOR, session.get_one(Variant, cloth), terms)
        stock.release(session, {cloth: 1}, "KR-1")
        variants.set_terms(session, ACTOR, session.get_one(Variant, cloth), terms)
    assert numbers(cloth) == movements(cloth) == (0, 0, 0)


STEPS = st.lists(
    st.tuples(st.sampled_from(["reserve", "release", "take", "return_", "count"]), st.integers(1, 4)),
    max_size=25,
)


def test_nothing_is_lost_or_made_up_whatever_happens(app: Flask) -> None:
    cloth = variant(on_hand=6)

    @settings(deadline=None, max_examples=40)
    @given(STEPS)
    def play(steps: list[tuple[str, int]]) -> None:
        for kind, number in steps:
            try:
                with transaction() as session:
                    if kind == "count":
                        stock.set_on_hand(session, ACTOR, cloth, number)
                    else:
                        getattr(stock, kind)(session, {cloth: number}, "KR-1")
            except (stock.OutOfStock, stock.NothingSetAside, stock.CountTooLow):
                pass
            on_hand, reserved, sold = numbers(cloth)
            assert 0 <= reserved <= on_hand
            assert sold >= 0
            assert movements(cloth) == (on_hand, reserved, sold)

    play()


@pytest.mark.postgres
def test_fifty_buyers_of_five_pieces_get_exactly_five(app: Flask) -> None:
    cloth = variant(on_hand=5)

    def buy(number: int) -> bool:
        try:
            with app.app_context(), transaction() as session:
                stock.reserve(session, {cloth: 1}, f"KR-{number}")
        except stock.OutOfStock:
            return False
        return True

    db.session.rollback()
    with ThreadPoolExecutor(16) as buyers:
        got = list(buyers.map(buy, range(50)))
    assert sum(got) == 5
    assert numbers(cloth) == movements(cloth) == (5, 5, 0)


@pytest.mark.postgres
def test_orders_of_the_same_pieces_in_any_order_do_not_wait_for_each_other(app: Flask) -> None:
    pieces = [variant(on_hand=200) for _ in range(3)]

    def buy(number: int) -> None:
        turned = pieces[number % 3 :] + pieces[: number % 3]
        with app.app_context(), transaction() as session:
            stock.reserve(session, dict.fromkeys(turned, 1), f"KR-{number}")
        with app.app_context(), transaction() as session:
            stock.take(session, dict.fromkeys(reversed(turned), 1), f"KR-{number}")

    db.session.rollback()
    with ThreadPoolExecutor(12) as buyers:
        list(buyers.map(buy, range(60)))
    assert [numbers(piece) for piece in pieces] == [(140, 0, 60)] * 3
