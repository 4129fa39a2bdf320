"""The studio's page of a parcel: more days, where it is, sending again what came back."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from checkout import lateness, tracking
from checkout.models import Shipment, ShipmentState
from shop.db import db
from shop.models import User
from tests import make, make_catalog, make_checkout
from tests.pages import Page


@pytest.fixture
def owner(session: Session) -> User:
    """Give a person with a workshop."""
    return make.user("Sari")


@pytest.fixture
def parcel(owner: User, bank: Any) -> Shipment:
    """Give a parcel of that workshop that is to be packed."""
    piece = make_catalog.piece(make_catalog.workshop(owner=owner))
    return make_checkout.parcels(make_checkout.paid((piece, 1)).id)[0]


def test_a_workshop_asks_for_more_days_in_its_studio(page: Page, owner: User, parcel: Shipment) -> None:
    page.sign_in(owner)
    page.get(f"/studio/parcels/{parcel.id}").press("Tanya pembeli", days="3", reason="Pewarna belum kering")
    assert "belum ada jawaban" in page.text
    asked = lateness.questions(db.session(), parcel.id)
    assert [(one.reason, one.state) for one in asked] == [("Pewarna belum kering", "asked")]

    for days in ("0", "99", "1_0", "٣", ""):
        answer = page.post(f"/studio/parcels/{parcel.id}/more-days", {"days": days, "reason": "x"})
        assert answer.status in (409, 422)


def test_a_workshop_writes_down_where_its_parcel_is(page: Page, owner: User, parcel: Shipment) -> None:
    make_checkout.send_one(parcel)
    page.sign_in(owner)
    page.get(f"/studio/parcels/{parcel.id}").press("Catat", state="out_for_delivery", place="Curup")
    assert "Sedang diantar" in page.text

    page.press("Catat", state="returned")
    page.press("Saya kirim lagi")
    assert make_checkout.parcels(parcel.order_id)[0].state is ShipmentState.TO_PACK


def test_a_workshop_says_nothing_about_anothers_parcel(page: Page, parcel: Shipment) -> None:
    make_checkout.send_one(parcel)
    other = make.user("Orang lain")
    make_catalog.workshop(owner=other)
    page.sign_in(other)
    for act in ("where", "more-days", "again", "answer", "notes"):
        answer = page.post(
            f"/studio/parcels/{parcel.id}/{act}",
            {"state": "delivered", "days": "2", "reason": "x", "text": "Halo"},
            follow=False,
        )
        assert answer.status == 404
    db.session.rollback()
    assert tracking.tracks(db.session(), make_checkout.parcels(parcel.order_id)) == {}
