"""Parcels on their way: what is said of them is kept and shown, and what follows from it follows once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from checkout import lateness, parcels, shipping, stranded, tracking
from checkout.couriers import port
from checkout.couriers.port import Checkpoint, NoSuchWaybill, Tracking, TrackingState, Unreachable
from checkout.models import (
    CheckpointSource,
    OrderState,
    ParcelCheckpoint,
    ParcelTrack,
    Shipment,
    ShipmentState,
)
from shop.db import db, now, transaction
from shop.models import AuditEntry, Mail
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Page

BUYER = "budi@contoh.id"


class Aggregator:
    """Says of each number what the test wants."""

    name = "test"

    def __init__(self) -> None:
        self.says: dict[str, Tracking | Exception] = {}
        self.asked: list[tuple[str, str]] = []

    def rates(self, request: port.RateRequest) -> list[port.LiveRate]:
        return []

    def track(self, courier: str, tracking_number: str, *, phone: str = "") -> Tracking:
        self.asked.append((courier, tracking_number))
        said = self.says.get(tracking_number, NoSuchWaybill())
        if isinstance(said, Exception):
            raise said
        return said


@pytest.fixture
def aggregator(app: Flask) -> Iterator[Aggregator]:
    """Hand the shop an aggregator of this test's own."""
    before = app.extensions[port.EXTENSION]
    app.extensions[port.EXTENSION] = fake = Aggregator()
    yield fake
    app.extensions[port.EXTENSION] = before


@pytest.fixture
def parcel(session: Session, bank: FakeGateway) -> Shipment:
    """Give a parcel that left three days ago."""
    found = make_checkout.sent(make_checkout.paid())[0]
    _ago(found, timedelta(days=3))
    return found


def _ago(parcel: Shipment, time: timedelta) -> None:
    shipment_id = parcel.id
    with transaction() as session:
        session.execute(sa.update(Shipment).where(Shipment.id == shipment_id).values(shipped_at=now() - time))


def _story(*states: TrackingState, since: datetime | None = None) -> Tracking:
    first = since or now() - timedelta(days=2)
    points = tuple(
        Checkpoint(first + timedelta(hours=hour), state, f"words of {state}", "Solo")
        for hour, state in enumerate(states)
    )
    return Tracking(states[-1], points)


def _fresh(parcel: Shipment) -> Shipment:
    db.session.rollback()
    return db.session.get_one(Shipment, parcel.id)


def _letters(template: str, kind: str) -> list[Mail]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(Mail).where(Mail.template == template).order_by(Mail.id))
    return [letter for letter in rows if letter.context["kind"] == kind]


def _by_hand(parcel: Shipment, state: TrackingState, source: CheckpointSource) -> None:
    shipment_id = parcel.id
    with transaction() as session:
        tracking.by_hand(session, ACTOR, session.get_one(Shipment, shipment_id), state, source)


def _ask_again(parcel: Shipment) -> None:
    with transaction() as session:
        session.execute(sa.update(ParcelTrack).values(ask_next_at=now() - timedelta(seconds=1)))


def test_the_courier_is_asked_and_a_delivery_begins_the_buyers_time(
    parcel: Shipment, aggregator: Aggregator
) -> None:
    number, since = parcel.tracking_number, now() - timedelta(days=2)
    way = (TrackingState.IN_TRANSIT, TrackingState.OUT_FOR_DELIVERY)
    aggregator.says[number] = _story(*way, since=since)
    assert tracking.ask_couriers() == 1
    assert _fresh(parcel).state is ShipmentState.SHIPPED
    assert tracking.ask_couriers() == 0  # not again so soon

    _ask_again(parcel)
    aggregator.says[number] = _story(*way, TrackingState.DELIVERED, since=since)
    tracking.ask_couriers()
    _ask_again(parcel)
    assert tracking.ask_couriers() == 0  # nobody asks about what has arrived

    found = _fresh(parcel)
    assert found.state is ShipmentState.DELIVERED
    assert found.delivered_at is not None
    assert found.delivered_at > now() - timedelta(hours=13)  # told late: the buyer's time is not over already
    assert len(_letters("parcel_buyer", "delivered")) == 1
    db.session.rollback()
    assert len(db.session.scalars(sa.select(ParcelCheckpoint)).all()) == 3  # repeated words add nothing
    tracked = sa.select(AuditEntry).where(AuditEntry.action == "shipment.tracked")
    assert len(db.session.scalars(tracked).all()) == 2


def test_time_alone_never_takes_a_parcel_as_received_that_is_somewhere_else(parcel: Shipment) -> None:
    _by_hand(parcel, TrackingState.IN_TRANSIT, CheckpointSource.WORKSHOP)
    _ago(parcel, timedelta(days=60))

    assert shipping.complete_by_time() == 0
    assert tracking.look_for_stuck() == 1
    assert len(_letters("parcel_workshop", "stuck")) == 1
    tracking.look_for_stuck()
    assert len(_letters("parcel_workshop", "stuck")) == 1

    _by_hand(parcel, TrackingState.DELIVERED, CheckpointSource.COUNCIL)
    assert shipping.complete_by_time() == 0  # the buyer has his days first
    shipment_id = parcel.id
    with transaction() as session:
        session.execute(
            sa.update(Shipment)
            .where(Shipment.id == shipment_id)
            .values(delivered_at=now() - shipping.completes_after() - timedelta(minutes=1))
        )
    assert shipping.complete_by_time() == 1


def test_the_story_of_an_older_parcel_with_this_number_is_not_believed(
    parcel: Shipment, aggregator: Aggregator
) -> None:
    old = now() - timedelta(days=400)
    aggregator.says[parcel.tracking_number] = _story(TrackingState.DELIVERED, since=old)
    tracking.ask_couriers()
    assert _fresh(parcel).state is ShipmentState.SHIPPED
    assert db.session.scalars(sa.select(ParcelCheckpoint)).all() == []


def test_an_unknown_number_is_put_to_the_workshop_after_a_day(
    parcel: Shipment, aggregator: Aggregator
) -> None:
    tracking.ask_couriers()
    assert _letters("parcel_workshop", "unknown") == []
    with transaction() as session:
        session.execute(sa.update(ParcelTrack).values(unknown_since=now() - timedelta(hours=25)))
    for _ in range(2):
        _ask_again(parcel)
        tracking.ask_couriers()
    assert len(_letters("parcel_workshop", "unknown")) == 1

    shipment_id = parcel.id
    with transaction() as session:  # put right: asked about at once, under the new number
        shipping.correct(session, ACTOR, session.get_one(Shipment, shipment_id), "jne", "REG", "JNE777777")
    tracking.ask_couriers()
    assert aggregator.asked[-1] == ("jne", "JNE777777")


def test_nobody_is_asked_twice_while_the_aggregator_is_down(parcel: Shipment, aggregator: Aggregator) -> None:
    other = make_checkout.sent(make_checkout.paid())[0]
    _ago(other, timedelta(days=3))
    aggregator.says = {parcel.tracking_number: Unreachable(), other.tracking_number: Unreachable()}
    assert tracking.ask_couriers() == 0
    assert len(aggregator.asked) == 1


def test_what_came_back_is_sent_again_with_its_own_letter(parcel: Shipment) -> None:
    _by_hand(parcel, TrackingState.RETURNING, CheckpointSource.WORKSHOP)
    _by_hand(parcel, TrackingState.RETURNED, CheckpointSource.WORKSHOP)
    shipment_id = parcel.id
    with transaction() as session:
        stranded.send_again(session, ACTOR, session.get_one(Shipment, shipment_id))
    found = _fresh(parcel)
    assert (found.state, found.tracking_number, found.shipped_at) == (ShipmentState.TO_PACK, "", None)
    assert found.ship_by is not None
    assert len(_letters("parcel_buyer", "again")) == 1

    with transaction() as session:
        shipping.ship(session, ACTOR, session.get_one(Shipment, shipment_id), "jne", "REG", "JNE888888")
    sent = db.session.scalars(sa.select(Mail).where(Mail.template == "shipment_shipped")).all()
    assert [letter.context["tracking_number"] for letter in sent][-1] == "JNE888888"
    assert len(sent) == 2
    with transaction() as session:
        here = session.get_one(Shipment, shipment_id)
        assert tracking.tracks(session, [here]) == {}  # its way begins anew


@pytest.mark.parametrize(("state", "for_sale"), [(TrackingState.LOST, True), (TrackingState.RETURNED, True)])
def test_the_council_gives_the_money_of_a_stranded_parcel_back(
    session: Session, bank: FakeGateway, state: TrackingState, for_sale: bool
) -> None:
    piece = make_catalog.piece()
    order = make_checkout.paid((piece, 1))
    parcel = make_checkout.sent(order)[0]
    _by_hand(parcel, state, CheckpointSource.COUNCIL)
    before = make_checkout.numbers(piece)

    shipment_id = parcel.id
    for _ in range(2):
        with transaction() as writing:
            here = writing.get_one(Shipment, shipment_id)
            if here.state is ShipmentState.SHIPPED:
                stranded.give_back(writing, ACTOR, here, "Kurir", postage=True, for_sale=for_sale)
            else:
                with pytest.raises(stranded.NotStranded):
                    stranded.give_back(writing, ACTOR, here, "Kurir", postage=True, for_sale=for_sale)

    assert _fresh(parcel).state is ShipmentState.CANCELLED
    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED
    assert make_checkout.payment_of(order.id).refunded == order.total
    back = make_checkout.numbers(piece)[0] - before[0]
    assert back == (1 if state is TrackingState.RETURNED else 0)  # what is lost is not for sale
    books = make_checkout.books_are_even()
    assert not any(amount for code, amount in books.items() if code.startswith(("held:", "postage:")))


def test_a_workshop_does_not_decide_that_its_parcel_is_lost(parcel: Shipment) -> None:
    with pytest.raises(tracking.NotYoursToSay):
        _by_hand(parcel, TrackingState.LOST, CheckpointSource.WORKSHOP)


def test_only_what_is_on_its_way_is_followed(parcel: Shipment) -> None:
    _by_hand(parcel, TrackingState.DELIVERED, CheckpointSource.COUNCIL)
    with pytest.raises(tracking.NotUnderWay):
        _by_hand(parcel, TrackingState.RETURNED, CheckpointSource.COUNCIL)
    with pytest.raises((parcels.ParcelMoved, stranded.NotStranded)), transaction() as session:
        stranded.send_again(session, ACTOR, session.get_one(Shipment, parcel.id))


def test_working_days_leave_the_weekend_out() -> None:
    friday = datetime.fromisoformat("2026-11-20T10:00:00+07:00")
    assert f"{lateness.after_working_days(friday, 1):%a %d %H}" == "Mon 23 17"
    assert f"{lateness.after_working_days(friday, -5):%a %d}" == "Fri 13"


def test_the_buyer_sees_the_way_and_is_not_asked_about_what_came_back(page: Page, parcel: Shipment) -> None:
    order = make_checkout.fresh(parcel.order_id)
    _by_hand(parcel, TrackingState.OUT_FOR_DELIVERY, CheckpointSource.WORKSHOP)
    page.get(make_checkout.link(order))
    assert "Sedang diantar" in page.text
    assert "Paket ini sudah saya terima" in page.text

    _by_hand(parcel, TrackingState.RETURNED, CheckpointSource.WORKSHOP)
    page.get(make_checkout.link(order))
    assert "Kembali di bengkel" in page.text
    assert "Paket ini sudah saya terima" not in page.text
