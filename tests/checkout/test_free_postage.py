"""Free postage in the books: the workshop has its courier paid by whoever gives it, and a refund turns all of it back."""

import pytest

from catalog.models import Workshop
from checkout import credits, free_postage, payments
from checkout.models import Order
from shop.db import now, transaction
from shop.i18n import WIB
from tests import make_catalog, make_checkout, make_postage
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing


def call_off(order_id: int) -> None:
    with transaction() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, order_id), "Batal.")


def test_the_council_that_gives_it_pays_the_workshop_s_courier(bank: FakeGateway) -> None:
    rule = make_postage.free(code="17")
    piece = make_catalog.piece(price=350_000)

    order = make_checkout.paid((piece, 1))

    parcel = make_checkout.parcels(order.id)[0]
    assert (order.total, parcel.fee, parcel.net) == (350_000, 10_000, 10_000)
    make_checkout.received(order)
    books = make_checkout.books_are_even()
    assert books[f"workshop:{piece.workshop_id}"] == 350_000 - 28_000 + 10_000
    assert books[f"council:{rule.council_id}"] == 28_000 - 10_000


def test_the_workshop_that_gives_it_gets_less(bank: FakeGateway) -> None:
    piece = make_catalog.piece(price=350_000)
    workshop_id = piece.workshop_id
    with writing() as session:
        free_postage.add(
            session, ACTOR, workshop=session.get_one(Workshop, workshop_id), from_amount=0, zones=range(7),
            first_on=now().astimezone(WIB).date(),
        )  # fmt: skip

    make_checkout.received(make_checkout.paid((piece, 1)))

    assert make_checkout.books_are_even()[f"workshop:{workshop_id}"] == 350_000 - 28_000


@pytest.mark.parametrize("pick_up", [True, False])
def test_calling_an_order_off_turns_everything_back(bank: FakeGateway, pick_up: bool) -> None:
    if pick_up:
        make_postage.gallery()
    else:
        make_postage.free(code="17")
    piece = make_catalog.piece(price=350_000)
    choices = {piece.workshop_id: make_postage.PICK_UP} if pick_up else {}
    found, ref = make_checkout.opened(make_checkout.order((piece, 1), choices=choices))
    make_checkout.fake().pay(ref)
    payments.settle(make_checkout.payment_of(found.id).id)

    call_off(found.id)

    books = make_checkout.books_are_even()
    assert books.get("refunds:due") == 350_000
    assert {code: amount for code, amount in books.items() if amount} == {
        "gateway:stripe": -350_000, "refunds:due": 350_000,
    }  # fmt: skip


def test_a_rule_that_has_ended_takes_nothing_off(bank: FakeGateway) -> None:
    rule = make_postage.free(code="17")
    with writing() as session:
        free_postage.end(session, ACTOR, session.merge(rule))

    assert make_checkout.order().discount_total == 0
