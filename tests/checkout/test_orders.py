"""Placing an order: once per form, at the prices of the moment, with the pieces set aside."""

import string

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import publication, variants
from catalog.models import Council, Product, Variant
from checkout import links, orders, placing, rates
from checkout.buyers import Buyer
from checkout.models import Cart, Order, OrderLine, OrderState, PaymentState
from checkout.pricing import Bracket
from shop.db import transaction
from shop.models import AuditEntry
from tests import make, make_catalog, make_checkout
from tests.make import ACTOR


def reprice(piece: Product, price: int) -> None:
    with transaction() as session:
        variant = session.get_one(Variant, make_catalog.variant_of(piece).id)
        variants.reprice(session, ACTOR, variant, price)


def place(basket: Cart, who: Buyer | None = None) -> None:
    with transaction() as session:
        placing.place(
            session,
            ACTOR,
            form_key=placing.new_form_key(),
            cart=session.get(Cart, basket.id),
            buyer=who or make_checkout.buyer(),
        )


def test_an_order_copies_what_the_buyer_saw_and_sets_the_pieces_aside(session: Session) -> None:
    piece = make_catalog.piece(price=350_000, on_hand=5)

    order = make_checkout.order((piece, 2))

    line = session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order.id)).one()
    seen = session.get_one(Product, piece.id).live_listing_id
    assert (line.title, line.unit_price, line.quantity) == ("Selendang besurek rafflesia", 350_000, 2)
    assert (line.listing_id, line.commission_bp, line.commission) == (seen, 800, 56_000)
    assert order.goods_total == 700_000
    assert order.total == 700_000 + order.shipping_total
    assert order.place == "Gading Cempaka, Kota Bengkulu, Bengkulu"
    assert make_checkout.numbers(piece) == (5, 2, 0)


def test_a_later_price_leaves_the_order_as_it_was(session: Session) -> None:
    piece = make_catalog.piece(price=350_000)
    order = make_checkout.order((piece, 1))

    reprice(piece, 900_000)

    assert make_checkout.fresh(order.id).goods_total == 350_000


def test_the_same_form_sent_twice_gives_one_order(session: Session) -> None:
    piece = make_catalog.piece(on_hand=5)
    basket = make_checkout.cart((piece, 1))
    key, who = placing.new_form_key(), make_checkout.buyer()

    numbers = set()
    for _press in range(3):
        with transaction() as writing:
            cart = writing.get(Cart, basket.id)
            order = placing.place(writing, ACTOR, form_key=key, cart=cart, buyer=who)
            numbers.add(order.number)

    assert len(numbers) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Order)) == 1
    assert make_checkout.numbers(piece) == (5, 1, 0)


def test_a_form_that_somebody_else_has_used_is_refused(session: Session) -> None:
    piece = make_catalog.piece(on_hand=5)
    order = make_checkout.order((piece, 1))
    other = make_checkout.cart((piece, 1))

    with pytest.raises(placing.SomebodyElses), transaction() as writing:
        placing.place(
            writing,
            ACTOR,
            form_key=order.form_key,
            cart=writing.get(Cart, other.id),
            buyer=make_checkout.buyer(email="lain@contoh.id"),
        )


def test_an_order_empties_the_cart_it_came_from(session: Session) -> None:
    basket = make_checkout.cart((make_catalog.piece(), 1))
    place(basket)

    with pytest.raises(placing.EmptyCart):
        place(basket)


def test_a_buyer_who_saw_another_total_is_told_the_present_one(session: Session) -> None:
    piece = make_catalog.piece(price=350_000)
    basket = make_checkout.cart((piece, 1))
    reprice(piece, 400_000)

    with pytest.raises(placing.TotalChanged) as refusal, transaction() as writing:
        placing.place(
            writing,
            ACTOR,
            form_key=placing.new_form_key(),
            cart=writing.get(Cart, basket.id),
            buyer=make_checkout.buyer(),
            seen_total=360_000,
        )

    assert refusal.value.params["total"] == "Rp\N{NO-BREAK SPACE}410.000"
    assert make_checkout.numbers(piece) == (5, 0, 0)


def test_the_last_piece_goes_to_the_first_order(session: Session) -> None:
    piece = make_catalog.piece(on_hand=1)
    first, second = make_checkout.cart((piece, 1)), make_checkout.cart((piece, 1))
    place(first)

    with pytest.raises(placing.SoldOut):
        place(second)

    assert make_checkout.numbers(piece) == (1, 1, 0)


def test_a_piece_that_was_withdrawn_cannot_be_ordered(session: Session) -> None:
    piece = make_catalog.piece()
    basket = make_checkout.cart((piece, 1))
    with transaction() as writing:
        publication.withdraw(writing, ACTOR, writing.get_one(Product, piece.id))

    with pytest.raises(placing.NotForSale):
        place(basket)


def test_an_order_of_two_workshops_has_a_parcel_for_each(session: Session) -> None:
    here = make_catalog.piece()
    there = make_catalog.piece(make_checkout.workshop_in("16.71"))

    order = make_checkout.order((here, 1), (there, 1))

    parcels = make_checkout.parcels(order.id)
    assert [(parcel.zone, parcel.fee) for parcel in parcels] == [(0, 10_000), (2, 20_000)]
    assert order.shipping_total == 30_000


def test_an_order_below_what_can_be_paid_is_refused(session: Session) -> None:
    piece = make_catalog.piece(price=1_000)
    basket = make_checkout.cart((piece, 1))
    with transaction() as writing:
        council = writing.scalars(sa.select(Council).where(Council.code == "17")).one()
        rates.replace(writing, ACTOR, council, [Bracket(zone, 50_000, 0, 1, 2) for zone in range(7)])

    with pytest.raises(placing.TooSmall):
        place(basket)


def test_a_parcel_that_nobody_carries_is_named(session: Session) -> None:
    piece = make_catalog.piece()
    basket = make_checkout.cart((piece, 1))
    with transaction() as writing:
        council = writing.scalars(sa.select(Council).where(Council.code == "17")).one()
        rates.replace(writing, ACTOR, council, [Bracket(0, 50_000, 9_000, 1, 2)])

    with pytest.raises(placing.NoService):
        place(basket, make_checkout.buyer(district=make_checkout.JAYAPURA))


def test_an_order_is_written_down_with_who_placed_it(session: Session) -> None:
    order = make_checkout.order()

    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "order.placed")).one()

    assert (entry.object_id, entry.actor_label, entry.after["total"]) == (
        str(order.id),
        ACTOR.label,
        order.total,
    )


def test_before_a_gateway_is_asked_an_order_has_one_payment_of_its_total(session: Session) -> None:
    order = make_checkout.order()

    payment = make_checkout.intended(order.id)

    assert make_checkout.intended(order.id).id == payment.id
    assert (payment.state, payment.amount) == (PaymentState.PENDING, order.total)


# --- who may see it ----------------------------------------------------------------------------------


def test_the_signed_link_opens_its_own_order_and_no_other(session: Session) -> None:
    mine, other = make_checkout.order(), make_checkout.order()
    key = links.key_of(mine)

    assert orders.visible(session, mine.number, user_id=None, key=key).id == mine.id
    other_spellings = [key[:-1] + letter for letter in string.ascii_letters if letter != key[-1]]
    for wrong in (
        key[:-1],
        key + "x",
        key + "=",
        "",
        "W10.x",
        "\ud800",
        links.key_of(other),
        *other_spellings,
    ):
        with pytest.raises(orders.NoSuchOrder):
            orders.visible(session, mine.number, user_id=None, key=wrong)


def test_a_revoked_link_opens_nothing_and_one_press_revokes_once(session: Session) -> None:
    order = make_checkout.order()
    key, seen = links.key_of(order), order.access_key
    with transaction() as writing:
        assert orders.revoke_links(writing, ACTOR, orders.lock(writing, order.id), seen)
    again = links.key_of(make_checkout.fresh(order.id))
    with transaction() as writing:
        assert not orders.revoke_links(writing, ACTOR, orders.lock(writing, order.id), seen)

    assert orders.visible(session, order.number, user_id=None, key=again).id == order.id
    with pytest.raises(orders.NoSuchOrder):
        orders.visible(session, order.number, user_id=None, key=key)


def test_a_person_sees_their_own_orders_only(session: Session) -> None:
    sari, budi = make.user("Sari"), make.user("Budi")
    order = make_checkout.order(user=sari)

    assert orders.visible(session, order.number, user_id=sari.id).id == order.id
    assert orders.of_user(session, budi.id) == ([], 0)
    with pytest.raises(orders.NoSuchOrder):
        orders.visible(session, order.number, user_id=budi.id)


def test_order_numbers_do_not_follow_one_another(session: Session) -> None:
    moment = make_checkout.order().created_at

    numbers = {links.new_number(moment) for _ in range(500)}

    assert len(numbers) == 500
    assert all(number.startswith("KRY-") and len(number) == 17 for number in numbers)


def test_no_move_leads_back_from_refunded_or_cancelled() -> None:
    assert not orders.MOVES[OrderState.REFUNDED]
    assert not orders.MOVES[OrderState.CANCELLED]
    assert set(orders.MOVES) == set(OrderState)
