"""Vouchers: who bears them, what they hold for, how often they can be used, and that they come back once."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Product, Workshop
from checkout import carts, credits, ledger, orders, payments, placing, voucher_book, vouchers
from checkout.models import (
    Cart,
    CreditKind,
    Order,
    OrderState,
    Shipment,
    Voucher,
    VoucherKind,
    VoucherRedemption,
    VoucherUse,
)
from checkout.voucher_book import Giver
from shop.db import db, now
from tests import make, make_catalog, make_checkout, make_vouchers
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing

TOMORROW = timedelta(days=1)


def piece(price: int = 350_000, **facts: Any) -> Product:
    return make_catalog.piece(on_hand=9, price=price, **facts)


def uses() -> tuple[int, int, int]:
    """Give how often the voucher counts as used: in all, by persons, by orders."""
    db.session.rollback()
    session = db.session()
    in_all = session.scalar(sa.text("SELECT sum(used) FROM vouchers"))
    by_persons = session.scalar(sa.select(sa.func.sum(VoucherUse.used)))
    open_ones = sa.select(sa.func.count()).where(VoucherRedemption.given_back_at.is_(None))
    return int(in_all or 0), int(by_persons or 0), int(session.scalar(open_ones) or 0)


# --- what comes off ------------------------------------------------------------------------------------


def test_a_discount_is_frozen_on_the_lines_and_adds_up(session: Session, bank: FakeGateway) -> None:
    make_vouchers.voucher(percent=7)
    here, there = piece(333_333), piece(99_999)

    placed = make_vouchers.order((here, 1), (there, 2))

    lines = orders.lines_of(db.session(), placed.id)
    assert placed.discount_total == sum(line.discount for line in lines) == 37_333
    assert placed.total == placed.goods_total + placed.shipping_total - 37_333
    assert [(line.funded, line.funded_by) for line in lines] == [
        (line.discount, "marketplace") for line in lines
    ]
    assert make_checkout.intended(placed.id).amount == placed.total


def test_the_workshop_gets_all_of_its_price_when_somebody_else_bears_the_voucher(
    session: Session, bank: FakeGateway
) -> None:
    sold = piece()
    make_vouchers.voucher(percent=20)
    without = make_checkout.paid((sold, 1))
    net = sum(line.net for line in orders.lines_of(db.session(), without.id))

    with_it = make_vouchers.paid((sold, 1))

    assert sum(line.net for line in orders.lines_of(db.session(), with_it.id)) == net
    assert make_checkout.books_are_even()[ledger.MARKETPLACE] == -70_000


def test_the_council_bears_its_own_voucher(session: Session, bank: FakeGateway) -> None:
    sold = piece()
    council_id = db.session.get_one(Workshop, sold.workshop_id).council_id
    make_vouchers.voucher(Giver(council_id=council_id), kind=VoucherKind.AMOUNT, amount=50_000)
    commission = make_checkout.paid((sold, 1)).id
    earned = sum(line.commission for line in orders.lines_of(db.session(), commission))

    make_vouchers.paid((sold, 1))

    assert make_checkout.books_are_even()[ledger.council(council_id)] == 2 * earned - 50_000


def test_a_workshop_s_own_voucher_makes_its_price_smaller_and_the_commission_with_it(
    session: Session, bank: FakeGateway
) -> None:
    sold = piece(500_000)
    make_vouchers.voucher(Giver(workshop_id=sold.workshop_id), percent=50)

    placed = make_vouchers.paid((sold, 1))

    line = orders.lines_of(db.session(), placed.id)[0]
    assert (line.discount, line.funded, line.funded_by) == (250_000, 0, "")
    assert line.commission == 250_000 * line.commission_bp // 10_000
    make_checkout.books_are_even()


def test_a_voucher_for_the_postage_comes_off_the_parcels_it_holds_for(
    session: Session, bank: FakeGateway
) -> None:
    here, there = piece(), make_catalog.piece(make_checkout.workshop_in(), on_hand=3)
    make_vouchers.voucher(kind=VoucherKind.POSTAGE, percent=0, cap=15_000, only_workshop_id=there.workshop_id)

    placed = make_vouchers.paid((here, 1), (there, 1))

    taken = {parcel.workshop_id: parcel.discount for parcel in make_checkout.parcels(placed.id)}
    assert taken == {here.workshop_id: 0, there.workshop_id: 15_000}
    assert make_checkout.books_are_even()[ledger.MARKETPLACE] == -15_000


def test_enough_is_left_to_be_paid(session: Session, bank: FakeGateway) -> None:
    make_vouchers.voucher(kind=VoucherKind.AMOUNT, amount=10_000_000)

    placed = make_vouchers.order((piece(), 1))

    assert placed.total == placed.shipping_total + placed.goods_total - placed.discount_total == 10_000


# --- what it holds for ---------------------------------------------------------------------------------


def test_a_voucher_that_does_not_hold_says_why_and_nothing_is_ordered(
    session: Session, bank: FakeGateway
) -> None:
    wanted = piece()
    cases: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"starts_at": now() + TOMORROW}, vouchers.NotYet),
        ({"starts_at": now() - 2 * TOMORROW, "ends_at": now() - TOMORROW}, vouchers.Over),
        ({"min_goods": 350_001}, vouchers.TooFewGoods),
        ({"only_email": "sari@contoh.id"}, vouchers.ForSomebodyElse),
    ]
    for number, (terms, refusal) in enumerate(cases):
        make_vouchers.voucher(code=f"KODE{number}", **terms)
        with pytest.raises(refusal):
            make_vouchers.order((wanted, 1), code=f"KODE{number}")

    db.session.rollback()
    assert db.session.scalars(sa.select(Order)).all() == []
    assert uses() == (0, 0, 0)


def test_a_workshop_s_voucher_takes_nothing_off_the_pieces_of_another(
    session: Session, bank: FakeGateway
) -> None:
    mine, other = piece(), make_catalog.piece(make_checkout.workshop_in(), on_hand=3)
    make_vouchers.voucher(Giver(workshop_id=mine.workshop_id))

    both = make_vouchers.order((mine, 1), (other, 1))

    assert {line.workshop_id: line.discount for line in orders.lines_of(db.session(), both.id)} == {
        mine.workshop_id: 35_000,
        other.workshop_id: 0,
    }
    with pytest.raises(vouchers.NotForThese):
        make_vouchers.order((other, 1))


def test_a_voucher_for_one_piece_holds_for_that_piece(session: Session, bank: FakeGateway) -> None:
    chosen, other = piece(), piece()
    make_vouchers.voucher(only_product_id=chosen.id, min_goods=400_000)

    with pytest.raises(vouchers.TooFewGoods):
        make_vouchers.order((chosen, 1), (other, 5))
    placed = make_vouchers.order((chosen, 2), (other, 1))

    assert placed.discount_total == 70_000


def test_a_voucher_of_one_person_is_theirs_when_they_are_signed_in(
    session: Session, bank: FakeGateway
) -> None:
    sari = make.user(email="sari@contoh.id")
    make_vouchers.voucher(only_email="sari@contoh.id")

    with pytest.raises(vouchers.ForSomebodyElse):  # whoever only types the address proves nothing
        make_vouchers.order((piece(), 1), who=make_checkout.buyer(email="sari@contoh.id"))

    placed = make_vouchers.order((piece(), 1), who=make_checkout.buyer(user=sari, email="sari@contoh.id"))
    assert placed.discount_total == 35_000


# --- how often -----------------------------------------------------------------------------------------


def test_a_voucher_is_used_up(session: Session, bank: FakeGateway) -> None:
    wanted = piece()
    make_vouchers.voucher(limit_total=1)
    make_vouchers.order((wanted, 1))

    with pytest.raises(vouchers.UsedUp):
        make_vouchers.order((wanted, 1), who=make_checkout.buyer(email="sari@contoh.id"))


def test_one_person_uses_it_as_often_as_one_person_may(session: Session, bank: FakeGateway) -> None:
    make_vouchers.voucher(limit_each=1)
    wanted = piece()
    make_vouchers.order((wanted, 1))

    for again in ("budi@contoh.id", "budi+2@contoh.id"):
        with pytest.raises(vouchers.UsedByYou):
            make_vouchers.order((wanted, 1), who=make_checkout.buyer(email=again))
    make_vouchers.order((wanted, 1), who=make_checkout.buyer(email="sari@contoh.id"))

    assert uses() == (2, 2, 2)


def test_somebody_with_an_account_is_one_person_signed_in_or_not(session: Session, bank: FakeGateway) -> None:
    wanted = piece()
    budi = make.user(email="budi@contoh.id")
    make_vouchers.voucher(limit_each=1)
    make_vouchers.order((wanted, 1), who=make_checkout.buyer(user=budi, email="lain@contoh.id"))

    with pytest.raises(vouchers.UsedByYou):
        make_vouchers.order((wanted, 1), who=make_checkout.buyer(email="budi@contoh.id"))


def test_a_buyer_who_saw_that_it_cannot_be_used_orders_without_it(
    session: Session, bank: FakeGateway
) -> None:
    wanted = piece()
    make_vouchers.voucher(limit_total=1)
    make_vouchers.order((wanted, 1))

    placed = make_vouchers.order((wanted, 1), seen_total=360_000)

    assert (placed.discount_total, placed.total) == (0, 360_000)
    assert uses() == (1, 1, 1)


# --- given back ----------------------------------------------------------------------------------------


def lapse(placed: Order, to: OrderState) -> None:
    with writing() as writer:
        orders.lapse(writer, ACTOR, orders.lock(writer, placed.id), to)


def test_an_order_that_dies_gives_its_voucher_back_once(session: Session, bank: FakeGateway) -> None:
    wanted = piece()
    made = make_vouchers.voucher(limit_total=1, limit_each=1)
    placed = make_vouchers.order((wanted, 1))
    assert uses() == (1, 1, 1)

    lapse(placed, OrderState.CANCELLED)
    with pytest.raises(orders.NotPossible):
        lapse(placed, OrderState.EXPIRED)

    assert uses() == (0, 0, 0)
    assert make_vouchers.fresh(made.id).used == 0
    make_vouchers.order((wanted, 1))


def test_an_order_given_back_whole_gives_its_voucher_back_and_one_in_part_does_not(
    session: Session, bank: FakeGateway
) -> None:
    make_vouchers.voucher()
    placed = make_vouchers.paid((piece(), 2))
    line = orders.lines_of(db.session(), placed.id)[0].id
    with writing() as writer:
        item = credits.CreditItem(order_line_id=line, quantity=1)
        credits.give(
            writer, ACTOR, writer.get_one(Order, placed.id), [item],
            kind=CreditKind.CANCELLED, reason="Satu saja.", key="satu", back_to_shelf=True,
        )  # fmt: skip
    assert uses() == (1, 1, 1)

    with writing() as writer:
        credits.give_all(writer, ACTOR, writer.get_one(Order, placed.id), "Batal.")

    assert uses() == (0, 0, 0)
    assert make_checkout.books_are_even().get(ledger.MARKETPLACE, 0) == 0


def late(placed: Order) -> None:
    """Let the money of an order come when its time is over."""
    _order, ref = make_checkout.opened(placed)
    lapse(placed, OrderState.EXPIRED)
    make_checkout.fake().pay(ref)
    payments.settle(make_checkout.payment_of(placed.id).id)


def test_an_order_paid_late_takes_its_voucher_again(session: Session, bank: FakeGateway) -> None:
    make_vouchers.voucher(limit_total=1)
    placed = make_vouchers.order((piece(), 1))

    late(placed)

    assert make_checkout.fresh(placed.id).state is OrderState.PAID
    assert uses() == (1, 1, 1)


def test_an_order_paid_late_goes_back_when_its_voucher_has_gone_to_another(
    session: Session, bank: FakeGateway
) -> None:
    make_vouchers.voucher(limit_total=1)
    sold = piece()
    placed = make_vouchers.order((sold, 1))
    _order, ref = make_checkout.opened(placed)
    lapse(placed, OrderState.EXPIRED)
    make_vouchers.order((piece(), 1), who=make_checkout.buyer(email="sari@contoh.id"))

    make_checkout.fake().pay(ref)
    payments.settle(make_checkout.payment_of(placed.id).id)

    assert make_checkout.fresh(placed.id).state is OrderState.EXPIRED
    assert uses() == (1, 1, 1)
    assert make_checkout.numbers(sold) == (9, 0, 0)


# --- making and changing -------------------------------------------------------------------------------


def test_a_code_is_given_once_and_read_however_it_is_typed(session: Session) -> None:
    make_vouchers.voucher()

    with pytest.raises(voucher_book.CodeTaken):
        make_vouchers.voucher(code="batik10")
    assert vouchers.by_code(db.session(), vouchers.read_code(" batik 10 ")).code == "BATIK10"


@pytest.mark.parametrize("typed", ["ab", "x" * 25, "BATIK_10", "B\u0391TIK", "-BATIK", "", "B\x00TIK", "٣٣٣"])
def test_what_can_be_no_code_is_no_voucher(typed: str) -> None:
    with pytest.raises(vouchers.NoSuchVoucher):
        vouchers.read_code(typed)


def test_a_change_holds_for_the_next_order_and_not_for_the_last(session: Session, bank: FakeGateway) -> None:
    wanted = piece()
    made = make_vouchers.voucher()
    placed = make_vouchers.order((wanted, 1))

    with writing() as writer:
        voucher = writer.get_one(Voucher, made.id)
        voucher_book.change(writer, ACTOR, voucher, make_vouchers.plan(percent=20), seen=0)

    assert make_checkout.fresh(placed.id).discount_total == 35_000
    assert make_vouchers.order((wanted, 1)).discount_total == 70_000
    with writing() as writer:
        voucher = writer.get_one(Voucher, made.id)
        with pytest.raises(voucher_book.OtherVersion):
            voucher_book.change(writer, ACTOR, voucher, make_vouchers.plan(percent=30), seen=0)


def test_a_limit_is_never_put_below_what_was_used(session: Session, bank: FakeGateway) -> None:
    wanted = piece()
    made = make_vouchers.voucher(limit_total=5)
    make_vouchers.order((wanted, 1))
    make_vouchers.order((wanted, 1))

    with writing() as writer:
        voucher = writer.get_one(Voucher, made.id)
        with pytest.raises(voucher_book.BelowUse):
            voucher_book.change(writer, ACTOR, voucher, make_vouchers.plan(limit_total=1), seen=0)


def test_a_voucher_is_stopped_and_goes_on(session: Session, bank: FakeGateway) -> None:
    made = make_vouchers.voucher()
    with writing() as writer:
        assert voucher_book.pause(writer, ACTOR, writer.get_one(Voucher, made.id))

    with pytest.raises(vouchers.Paused):
        make_vouchers.order((piece(), 1))

    with writing() as writer:
        assert voucher_book.resume(writer, ACTOR, writer.get_one(Voucher, made.id))
    make_vouchers.order((piece(), 1))


# --- gift messages -------------------------------------------------------------------------------------


def test_a_gift_message_travels_with_its_own_parcel(session: Session, bank: FakeGateway) -> None:
    here, there = piece(), make_catalog.piece(make_checkout.workshop_in(), on_hand=3)
    basket = make_checkout.cart((here, 1), (there, 1)).id
    with writing() as writer:
        carts.set_gift(writer, writer.get_one(Cart, basket), there.workshop_id, "Selamat ulang tahun, Ibu.")
    with writing() as writer:
        placed = placing.place(
            writer, ACTOR, form_key=placing.new_form_key(), cart=writer.get(Cart, basket),
            buyer=make_checkout.buyer(),
        )  # fmt: skip

    said = {one.workshop_id: one.gift_message for one in make_checkout.parcels(placed.id)}
    assert said == {here.workshop_id: "", there.workshop_id: "Selamat ulang tahun, Ibu."}
    assert db.session.scalar(sa.select(sa.func.count(Shipment.id))) == 2
