"""A late parcel that is sent and called off at once, a question answered twice, a courier heard by many: one wins.

On PostgreSQL. Each race is lost without its guard: the order's row taken first, one conditional UPDATE, a unique key.
"""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from checkout import lateness, shipping, tracking
from checkout.couriers.port import Checkpoint, Tracking, TrackingState
from checkout.models import Order, ParcelCheckpoint, Shipment, ShipmentState
from shop.db import db, now, transaction
from shop.models import Mail
from tests import make_checkout
from tests.checkout.test_races import race
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def parcel(session: Session, bank: FakeGateway) -> Shipment:
    """Give a parcel that is so late that its buyer may call it off."""
    found = make_checkout.parcels(make_checkout.paid().id)[0]
    shipment_id = found.id
    with transaction() as writing:
        late = now() - timedelta(days=20)
        writing.execute(sa.update(Shipment).where(Shipment.id == shipment_id).values(ship_by=late))
    return make_checkout.parcels(found.order_id)[0]


def test_a_late_parcel_is_either_sent_or_called_off(app: Flask, parcel: Shipment) -> None:
    shipment_id, order_id = parcel.id, parcel.order_id

    def run(number: int) -> str:
        with transaction() as session:
            here = session.get_one(Shipment, shipment_id)
            if number % 2:
                shipping.ship(session, ACTOR, here, "jne", "REG", f"JNE00{number:07}")
                return "sent"
            lateness.cancel(session, ACTOR, session.get_one(Order, order_id), here, "Terlambat")
            return "called off"

    went = race(app, 8, run)
    assert went["sent"] + went["called off"] == 1, went
    found = make_checkout.parcels(order_id)[0]
    back = make_checkout.payment_of(order_id).refunded
    if went["sent"]:
        assert (found.state, back) == (ShipmentState.SHIPPED, 0)
    else:
        assert (found.state, back) == (ShipmentState.CANCELLED, make_checkout.fresh(order_id).total)
    make_checkout.books_are_even()


def test_a_question_has_one_answer(app: Flask, parcel: Shipment) -> None:
    shipment_id, order_id = parcel.id, parcel.order_id
    with transaction() as session:
        question = lateness.ask(session, ACTOR, session.get_one(Shipment, shipment_id), 4, "Banjir").id

    def run(number: int) -> str:
        with transaction() as session:
            order = session.get_one(Order, order_id)
            return lateness.answer(session, ACTOR, order, question, accept=bool(number % 2)).state

    went = race(app, 8, run)
    assert went["accepted"] + went["declined"] == 1, went
    assert went["NoSuchQuestion"] == 7


def test_a_courier_heard_by_many_is_heard_once(app: Flask, parcel: Shipment) -> None:
    make_checkout.send_one(parcel)
    shipment_id = parcel.id
    at = now()
    said = Tracking(
        TrackingState.DELIVERED,
        (Checkpoint(at, TrackingState.IN_TRANSIT, "Solo"), Checkpoint(at, TrackingState.DELIVERED, "Sampai")),
    )

    def run(_number: int) -> str:
        with transaction() as session:
            return str(tracking.heard(session, session.get_one(Shipment, shipment_id), said))

    assert race(app, 8, run)["True"] == 1
    db.session.rollback()
    assert len(db.session.scalars(sa.select(ParcelCheckpoint)).all()) == 2
    told = sa.select(Mail).where(Mail.template == "parcel_buyer")
    assert len(db.session.scalars(told).all()) == 1
