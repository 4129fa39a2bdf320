"""Workshop and council change what was paid and has not left: their own parcels, and nothing else."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from catalog import artisans
from checkout import calling_off, credits
from checkout.credits import CreditItem
from checkout.models import Credit, CreditKind, Order, OrderLine, OrderState, Shipment, ShipmentState
from shop.db import db, transaction
from shop.models import Role, User
from tests import make, make_catalog, make_checkout
from tests.checkout.conftest import bank
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Page

__all__ = ["bank"]
Browser = Callable[[User], Page]


@pytest.fixture
def order(bank: FakeGateway) -> Order:
    """Give a paid order of three pieces of one workshop and one of another council's."""
    mine = make_catalog.piece(make_catalog.workshop(), title="Selendang melur", price=90_000, on_hand=9)
    theirs = make_catalog.piece(make_checkout.workshop_in(), title="Songket sebelah", on_hand=9)
    return make_checkout.paid((mine, 3), (theirs, 1))


def parcels_of(order: Order) -> tuple[Shipment, Shipment]:
    """Give the workshop's parcel and the other one."""
    mine, theirs = make_checkout.parcels(order.id)[:2]
    return mine, theirs


def artisan(order: Order, signed_in: Browser) -> Page:
    """Give the browser of the workshop."""
    person = artisans.members(db.session(), parcels_of(order)[0].workshop_id)[0]
    return signed_in(person)


def test_a_workshop_calls_one_piece_off_and_sends_the_rest_in_two_parcels(
    order: Order, signed_in: Browser
) -> None:
    page, (mine, _theirs) = artisan(order, signed_in), parcels_of(order)
    line = db.session.scalars(sa.select(OrderLine).where(OrderLine.workshop_id == mine.workshop_id)).one()
    here = f"/studio/parcels/{mine.id}"

    page.get(here).press("Batalkan karya ini", **{f"pieces-{line.id}": "1", "reason": "Retak."})
    assert "Dibatalkan" in page.text
    assert make_checkout.payment_of(order.id).refunded == 90_000
    page.get(here).press("Bagi paket", **{f"pieces-{line.id}": "1"})

    parts = [one.part for one in make_checkout.parcels(order.id) if one.workshop_id == mine.workshop_id]
    assert parts == [1, 2]
    assert "1 × Selendang melur" in page.get(f"{here}/label").text


def test_a_workshop_answers_the_wish_of_a_buyer(order: Order, signed_in: Browser) -> None:
    page, (mine, theirs) = artisan(order, signed_in), parcels_of(order)
    for parcel in (mine, theirs):
        with transaction() as session:
            found = session.get_one(Order, order.id)
            calling_off.ask(session, ACTOR, found, session.get_one(Shipment, parcel.id), "Batal <i>.")

    page.get(f"/studio/parcels/{mine.id}").press("Saya tetap mengirimnya", words="")
    assert "Batal <i>." in page.text
    page.press("Batalkan paket", words="Baik.")
    assert page.post(f"/studio/parcels/{theirs.id}/answer", data={"answer": "yes"}).status == 404

    states = {one.id: one.state for one in make_checkout.parcels(order.id)}
    assert states == {mine.id: ShipmentState.CANCELLED, theirs.id: ShipmentState.TO_PACK}


def test_a_council_calls_off_and_gives_back_in_its_region_alone(order: Order, signed_in: Browser) -> None:
    officer = signed_in(make.staff(Role.COUNCIL_ADMIN, "17", name="Pengurus Bengkulu"))
    mine, theirs = parcels_of(order)
    lines = {line.workshop_id: line for line in db.session.scalars(sa.select(OrderLine))}
    desk = f"/desk/orders/{order.number}"
    line_ids = lines[mine.workshop_id].id, lines[theirs.workshop_id].id

    officer.get(desk).press("Kembalikan", amount="10.000", reason="Noda.")
    assert "Uang sedang dikembalikan" in officer.text
    for amount in ("1_000", "٥", "-5", "9" * 5000, "9999999"):
        officer.post(f"{desk}/allowance", data={"line": line_ids[0], "amount": amount, "reason": "x"})
    officer.post(
        f"{desk}/allowance", data={"line": line_ids[1], "amount": "1000", "reason": "x", "form_key": "k"}
    )
    officer.post(f"{desk}/parcels/{theirs.id}/call-off", data={"reason": "x"})
    officer.get(desk).press("Batalkan paket ini", reason="Bengkel tutup.")

    db.session.rollback()
    amounts = list(db.session.scalars(sa.select(Credit.amount).order_by(Credit.id)))
    fee = next(one.fee for one in make_checkout.parcels(order.id) if one.id == mine.id)
    assert amounts == [10_000, 260_000 + fee]
    states = {one.id: one.state for one in make_checkout.parcels(order.id)}
    assert states == {mine.id: ShipmentState.CANCELLED, theirs.id: ShipmentState.TO_PACK}
    assert make_checkout.fresh(order.id).state is OrderState.PAID


def test_who_would_give_everything_back_before_it_is_sent_is_led_to_calling_it_off(
    bank: FakeGateway, signed_in: Browser
) -> None:
    order = make_checkout.paid()
    [parcel] = make_checkout.parcels(order.id)
    total, postage = order.total, parcel.paid
    with transaction() as session:
        credits.give(
            session, ACTOR, session.get_one(Order, order.id), [CreditItem(shipment_id=parcel.id)],
            kind=CreditKind.ALLOWANCE, reason="Ongkir.", key="postage",
        )  # fmt: skip
    officer = signed_in(make.staff(Role.COUNCIL_ADMIN, "17", name="Pengurus Bengkulu"))

    officer.get(f"/desk/orders/{order.number}").press(
        "Kembalikan", amount=str(total - postage), reason="Noda."
    )

    assert "Mohon batalkan saja pesanannya." in officer.text
    assert officer.one("a[href='#call-off']").get_text() == "Batalkan pesanan"
    assert officer.one("details[open] #call-off")
    assert make_checkout.fresh(order.id).state is OrderState.PAID
    assert db.session.scalar(sa.select(sa.func.count(Credit.id))) == 1


def test_a_note_among_councils_is_read_by_nobody_else(order: Order, signed_in: Browser, page: Page) -> None:
    curator = signed_in(make_catalog.curator())
    curator.get(f"/desk/orders/{order.number}").press("Simpan catatan", text="Perhatikan bengkel ini.")

    assert "Perhatikan bengkel ini." in curator.text
    assert "Perhatikan bengkel ini." not in page.get(make_checkout.link(order)).html
    mine, _theirs = parcels_of(order)
    assert "Perhatikan" not in artisan(order, signed_in).get(f"/studio/parcels/{mine.id}").html
