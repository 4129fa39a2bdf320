"""Parcels: a workshop packs its own lines only, hands them over with a tracking number, and may put it right."""

import pytest
from sqlalchemy.orm import Session

from catalog.models import Workshop
from checkout import shipping
from checkout.models import Order, Shipment
from shop.db import transaction
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Page


@pytest.fixture
def order(bank: FakeGateway, shop: Workshop) -> Order:
    """Give a paid order: two pieces of the workshop, one of another."""
    mine = make_catalog.piece(shop, title="Selendang melur")
    theirs = make_catalog.piece(make_checkout.workshop_in(), title="Songket sebelah")
    return make_checkout.paid((mine, 2), (theirs, 1))


@pytest.fixture
def parcel(order: Order, shop: Workshop) -> Shipment:
    """Give the workshop's parcel of that order."""
    return next(one for one in make_checkout.parcels(order.id) if one.workshop_id == shop.id)


def fresh(session: Session, parcel_id: int) -> Shipment:
    session.rollback()
    return session.get_one(Shipment, parcel_id)


def test_a_workshop_sees_its_own_lines_and_nothing_else_of_the_order(
    artisan: Page, order: Order, parcel: Shipment, shop: Workshop
) -> None:
    other = next(one for one in make_checkout.parcels(order.id) if one.workshop_id != shop.id)
    pages = [
        "/studio/",
        "/studio/parcels",
        f"/studio/parcels/{parcel.id}",
        f"/studio/parcels/{parcel.id}/label",
    ]
    for path in pages:
        seen = artisan.get(path)
        assert "Selendang melur" in seen.text, path
        assert "Songket sebelah" not in seen.html, path
    assert "Budi Santoso" in artisan.text
    assert artisan.get(f"/studio/parcels/{other.id}").status == 404
    assert artisan.get(f"/studio/parcels/{other.id}/label").status == 404
    assert (
        artisan.post(
            f"/studio/parcels/{other.id}/ship", {"courier": "jne:REG", "tracking": "AB123456"}
        ).status
        == 404
    )


def test_a_parcel_is_handed_over_and_the_buyer_is_told(
    artisan: Page, parcel: Shipment, session: Session, mailbox: object
) -> None:
    parcel_id = parcel.id
    artisan.get(f"/studio/parcels/{parcel_id}").press(
        "Sudah dikirim", courier="jne:REG", tracking=" jne 0012 3456 "
    )

    assert "Dalam perjalanan" in artisan.text
    sent = fresh(session, parcel_id)
    assert (sent.state, sent.courier, sent.service, sent.tracking_number) == (
        "shipped",
        "jne",
        "REG",
        "JNE00123456",
    )
    assert hasattr(mailbox, "latest")
    assert "JNE00123456" in (mailbox.latest("budi@contoh.id").text or "")
    assert "Selendang melur" in artisan.get("/studio/parcels?tab=shipped").text


@pytest.mark.parametrize(
    ("courier", "tracking"), [("", "JNE001234"), ("jne:ZZZ", "JNE001234"), ("kuda:REG", "JNE001234"),
                              ("jne:REG", ""), ("jne:REG", "a b"), ("jne:REG", "<script>"), ("jne", "JNE001234")]
)  # fmt: skip
def test_a_parcel_is_not_handed_over_without_a_courier_and_a_number(
    artisan: Page, parcel: Shipment, session: Session, courier: str, tracking: str
) -> None:
    parcel_id = parcel.id
    artisan.get(f"/studio/parcels/{parcel_id}").press("Sudah dikirim", courier=courier, tracking=tracking)

    assert artisan.status == 422
    assert artisan.one("[name=tracking]")["value"] == tracking
    assert fresh(session, parcel_id).state == "to_pack"


def test_a_tracking_number_is_put_right_until_the_parcel_is_received(
    artisan: Page, parcel: Shipment, order: Order, session: Session
) -> None:
    parcel_id = parcel.id
    make_checkout.send_one(parcel)
    artisan.get(f"/studio/parcels/{parcel_id}").press("Simpan", courier="tiki:REG", tracking="TIKI998877")
    assert fresh(session, parcel_id).tracking_number == "TIKI998877"
    assert fresh(session, parcel_id).state == "shipped"

    artisan.get(f"/studio/parcels/{parcel_id}")
    with transaction() as writing:
        shipping.confirm_received(writing, ACTOR, writing.get_one(Shipment, parcel_id))
    artisan.press("Simpan", courier="jne:REG", tracking="JNE111111")
    assert artisan.status == 409
    assert fresh(session, parcel_id).tracking_number == "TIKI998877"


def test_two_windows_do_not_send_a_parcel_twice(artisan: Page, parcel: Shipment, session: Session) -> None:
    parcel_id = parcel.id
    artisan.get(f"/studio/parcels/{parcel_id}")
    make_checkout.send_one(parcel)

    artisan.press("Sudah dikirim", courier="jne:REG", tracking="JNE777777")

    assert artisan.status == 409
    assert fresh(session, parcel_id).tracking_number != "JNE777777"


def test_the_address_is_shown_only_as_long_as_it_is_needed(
    artisan: Page, parcel: Shipment, session: Session
) -> None:
    parcel_id = parcel.id
    assert "Jalan Suprapto 12" in artisan.get(f"/studio/parcels/{parcel_id}/label").text
    make_checkout.send_one(parcel)
    with transaction() as writing:
        shipping.confirm_received(writing, ACTOR, writing.get_one(Shipment, parcel_id))

    assert "Jalan Suprapto 12" not in artisan.get(f"/studio/parcels/{parcel_id}").html
    assert artisan.get(f"/studio/parcels/{parcel_id}/label").status == 404


def test_a_parcel_of_an_order_that_is_not_paid_is_not_to_be_seen(
    artisan: Page, bank: FakeGateway, shop: Workshop
) -> None:
    order, _ref = make_checkout.opened(make_checkout.order((make_catalog.piece(shop), 1)))
    unpaid = make_checkout.parcels(order.id)[0]

    assert artisan.get(f"/studio/parcels/{unpaid.id}").status == 404
    assert not artisan.get("/studio/parcels").all(".lines .line")
