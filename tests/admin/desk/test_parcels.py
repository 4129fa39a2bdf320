"""Parcels at the desk: the region's ones that need somebody, and what becomes of one that came back or is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from catalog.models import Workshop
from checkout import tracking
from checkout.couriers.port import TrackingState
from checkout.models import CheckpointSource, OrderState, Shipment, ShipmentState
from shop import accounts
from shop.db import db, now, transaction
from shop.models import Role, User
from tests import make_catalog, make_checkout
from tests.make import ACTOR
from tests.pages import Mailbox, Page


def _returned() -> Shipment:
    parcel = make_checkout.sent(make_checkout.paid((make_catalog.piece(), 1)))[0]
    shipment_id = parcel.id
    with transaction() as session:
        here = session.get_one(Shipment, shipment_id)
        tracking.by_hand(session, ACTOR, here, TrackingState.RETURNED, CheckpointSource.COUNCIL)
    return make_checkout.parcels(parcel.order_id)[0]


def test_the_region_decides_about_a_parcel_that_came_back(
    bank: Any, officer: Page, neighbour: Page, curator: Page, run_jobs: Callable[[], int]
) -> None:
    parcel = _returned()
    order = make_checkout.fresh(parcel.order_id)
    page = f"/desk/parcels/{parcel.id}"
    assert neighbour.get(page).status == 404
    assert neighbour.post(f"{page}/give-back", {"reason": "x"}).status in (403, 404)
    assert "Kembalikan uangnya" not in curator.get(page).text  # a curator reads
    assert curator.post(f"{page}/give-back", {"reason": "x"}).status == 403

    officer.get("/desk/parcels").follow(order.number)
    officer.press("Kembalikan uangnya", reason="")
    assert officer.status == 422
    officer.press("Kembalikan uangnya", reason="Alamat tidak ditemukan")

    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED
    assert make_checkout.parcels(order.id)[0].state is ShipmentState.CANCELLED
    run_jobs()
    make_checkout.books_are_even()
    assert order.number not in officer.get("/desk/parcels").text


def test_the_region_lets_a_workshop_send_again(bank: Any, officer: Page) -> None:
    parcel = _returned()
    officer.get(f"/desk/parcels/{parcel.id}").press("Minta bengkel mengirim lagi")
    assert make_checkout.parcels(parcel.order_id)[0].state is ShipmentState.TO_PACK


def test_the_region_writes_down_where_a_parcel_is(bank: Any, officer: Page, mailbox: Mailbox) -> None:
    parcel = make_checkout.sent(make_checkout.paid())[0]
    page = f"/desk/parcels/{parcel.id}"
    officer.get(page).press("Catat", state="", words="")
    assert officer.status == 422
    officer.get(page).press("Catat", state="lost", words="Truk terbakar di Merak", place="Cilegon")
    assert "Truk terbakar di Merak" in officer.text
    assert "hilang" in (mailbox.latest("budi@contoh.id").subject or "")


def test_late_parcels_are_listed_by_region(bank: Any, officer: Page, neighbour: Page) -> None:
    order = make_checkout.paid()
    with transaction() as session:
        session.execute(sa.update(Shipment).values(ship_by=now() - timedelta(days=1)))
    assert order.number in officer.get("/desk/parcels?kind=late").text
    assert order.number not in neighbour.get("/desk/parcels?kind=late").text
    assert "Tidak ada yang menunggu Anda" in officer.get("/desk/parcels?kind=watch").text


def test_nobody_decides_about_a_parcel_of_their_own_workshop(bank: Any, page: Page) -> None:
    parcel = _returned()
    owner = make_catalog.member(db.session.get_one(Workshop, parcel.workshop_id))
    with transaction() as session:
        accounts.grant(session, ACTOR, session.get_one(User, owner.id), Role.COUNCIL_ADMIN, "17")
    page.sign_in(owner)
    assert "Kembalikan uangnya" not in page.get(f"/desk/parcels/{parcel.id}").text
    assert page.post(f"/desk/parcels/{parcel.id}/give-back", {"reason": "x"}).status == 403
    assert page.post(f"/desk/parcels/{parcel.id}/where", {"state": "lost"}).status == 403
    assert make_checkout.parcels(parcel.order_id)[0].state is ShipmentState.SHIPPED
