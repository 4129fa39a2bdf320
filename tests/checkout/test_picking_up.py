"""Picking a parcel up at the council's gallery: no postage, ready, handed over, and then the days to compare."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog.models import Workshop
from checkout import handing_over, payments, shipping
from checkout.models import Shipment, ShipmentState
from checkout.pricing import Choice
from shop.db import now, transaction
from shop.models import User
from tests import make, make_catalog, make_checkout, make_postage
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Mailbox, Page


@pytest.fixture
def parcel(bank: FakeGateway) -> Shipment:
    """Give a paid parcel that its buyer picks up."""
    make_postage.gallery()
    return picked_up()


def picked_up(workshop: Workshop | None = None) -> Shipment:
    """Give a paid parcel of a workshop, to be picked up."""
    piece = make_catalog.piece(workshop)
    order = make_checkout.order((piece, 1), choices={piece.workshop_id: Choice("pickup")})
    found, ref = make_checkout.opened(order)
    make_checkout.fake().pay(ref)
    payments.settle(make_checkout.payment_of(found.id).id)
    return make_checkout.parcels(found.id)[0]


def do(what: Callable[..., None], parcel: Shipment, *more: object) -> None:
    shipment_id = parcel.id
    with transaction() as session:
        what(session, ACTOR, session.get_one(Shipment, shipment_id), *more)


def state(parcel: Shipment) -> ShipmentState:
    return make_checkout.parcels(parcel.order_id)[0].state


def test_a_parcel_is_ready_then_handed_over_then_compared(parcel: Shipment, mailbox: Mailbox) -> None:
    order = make_checkout.fresh(parcel.order_id)
    assert (parcel.fee, order.shipping_total, order.total) == (0, 0, order.goods_total)

    do(handing_over.bring, parcel)
    letter = mailbox.latest("budi@contoh.id")
    assert (letter.template, state(parcel)) == ("pickup", ShipmentState.SHIPPED)
    assert "Jalan Soekarno Hatta 3" in (letter.text or "")
    assert "Senin-Jumat" in (letter.text or "")

    do(handing_over.hand_over, parcel)
    assert "Bandingkan" in (mailbox.latest("budi@contoh.id").text or "")
    do(shipping.confirm_received, parcel)
    assert state(parcel) is ShipmentState.RECEIVED
    make_checkout.books_are_even()


def test_what_lies_at_the_gallery_is_not_taken_as_received_by_time(parcel: Shipment) -> None:
    do(handing_over.bring, parcel)
    long_ago = now() - timedelta(days=60)
    with transaction() as session:
        session.execute(sa.update(Shipment).values(shipped_at=long_ago))
    assert shipping.complete_by_time() == 0

    do(handing_over.hand_over, parcel)
    with transaction() as session:
        session.execute(sa.update(Shipment).values(delivered_at=long_ago))
    assert shipping.complete_by_time() == 1


def test_no_courier_takes_what_is_picked_up_and_no_gallery_what_is_sent(parcel: Shipment) -> None:
    with pytest.raises(shipping.ParcelMoved):
        do(shipping.ship, parcel, "jne", "REG", "JNE0012345")
    with pytest.raises(shipping.ParcelMoved):
        do(handing_over.hand_over, parcel)
    sent = make_checkout.parcels(make_checkout.paid().id)[0]
    for what in (handing_over.bring, handing_over.hand_over):
        with pytest.raises(handing_over.NotPickedUp):
            do(what, sent)


def test_the_buyer_sees_where_and_when(parcel: Shipment, page: Page) -> None:
    order = make_checkout.fresh(parcel.order_id)
    page.get(make_checkout.link(order))

    assert "Galeri Bengkulu" in page.text
    assert "Senin-Jumat 09.00-15.00" in page.text
    do(handing_over.bring, parcel)
    assert "Siap diambil" in page.get(make_checkout.link(make_checkout.fresh(parcel.order_id))).text


def test_the_workshop_brings_it_from_the_studio(bank: FakeGateway, signed_in: Callable[[User], Page]) -> None:
    make_postage.gallery()
    owner = make.user("Perajin Galeri")
    parcel = picked_up(make_catalog.workshop(owner))
    studio = signed_in(owner)

    studio.get(f"/studio/parcels/{parcel.id}").press("Paket sudah di galeri")

    assert state(parcel) is ShipmentState.SHIPPED
    assert "menunggu pembeli" in studio.text
