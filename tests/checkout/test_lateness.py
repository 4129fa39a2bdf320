"""Parcels that do not leave in time: everybody hears of it once, the buyer may wait or not, the money goes back."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council, Workshop
from checkout import lateness
from checkout.models import DelayState, Order, OrderState, ParcelDelay, Shipment, ShipmentState
from shop.db import db, now, transaction
from shop.models import Mail, Role
from tests import make, make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Page


@pytest.fixture
def parcel(session: Session, bank: FakeGateway) -> Shipment:
    """Give the parcel of a paid order, still to be packed."""
    return make_checkout.parcels(make_checkout.paid().id)[0]


def _due(parcel: Shipment, moment: datetime) -> None:
    shipment_id = parcel.id
    with transaction() as session:
        session.execute(sa.update(Shipment).where(Shipment.id == shipment_id).values(ship_by=moment))


def _kinds(template: str) -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(Mail).where(Mail.template == template).order_by(Mail.id))
    return [letter.context["kind"] for letter in rows]


def _fresh(parcel: Shipment) -> Shipment:
    db.session.rollback()
    return db.session.get_one(Shipment, parcel.id)


def _call_off(parcel: Shipment) -> None:
    shipment_id = parcel.id
    with transaction() as session:
        here = session.get_one(Shipment, shipment_id)
        lateness.cancel(session, ACTOR, session.get_one(Order, here.order_id), here, "Terlambat")


def test_each_stage_is_told_once_and_to_whom_it_concerns(parcel: Shipment) -> None:
    due = lateness.after_working_days(now() + timedelta(days=20), 1)
    _due(parcel, due)
    stages = [
        (lateness.after_working_days(due, -2), None),
        (lateness.after_working_days(due, -1), lateness.Stage.SOON),
        (due - timedelta(hours=1), lateness.Stage.TODAY),
        (due, lateness.Stage.LATE),
        (lateness.after_working_days(due, 1), lateness.Stage.VERY_LATE),
        (lateness.after_working_days(due, 3), lateness.Stage.MAY_CANCEL),
    ]
    assert [lateness.stage(_fresh(parcel), moment) for moment, _ in stages] == [one for _, one in stages]


def test_a_late_parcel_reaches_the_workshop_the_buyer_and_the_council(
    parcel: Shipment, session: Session
) -> None:
    workshop = parcel.workshop_id
    officer = make.staff(Role.COUNCIL_ADMIN, _council(workshop)).email
    _due(parcel, now() - timedelta(hours=1))
    lateness.remind()
    lateness.remind()
    assert _kinds("parcel_workshop") == ["late"]
    assert _kinds("parcel_buyer") == ["late"]

    _due(parcel, now() - timedelta(days=20))
    lateness.remind()
    lateness.remind()
    assert _kinds("parcel_workshop") == ["late", "may_cancel"]
    assert _kinds("parcel_buyer") == ["late", "may_cancel"]
    db.session.rollback()
    told = db.session.scalars(sa.select(Mail.to).where(Mail.template == "parcel_council")).all()
    assert told == [officer]


def _council(workshop_id: int) -> str:
    query = sa.select(Council.code).join(Workshop, Workshop.council_id == Council.id)
    return db.session.scalars(query.where(Workshop.id == workshop_id)).one()


def test_a_buyer_calls_a_late_parcel_off_and_all_of_its_money_comes_back(
    session: Session, bank: FakeGateway
) -> None:
    here, there = make_catalog.piece(), make_catalog.piece(make_checkout.workshop_in())
    order = make_checkout.paid((here, 1), (there, 1))
    late, other = make_checkout.parcels(order.id)
    _due(late, now() - timedelta(days=20))
    with pytest.raises(lateness.NotLateEnough):
        _call_off(other)

    _call_off(late)

    assert _fresh(late).state is ShipmentState.CANCELLED
    assert _fresh(other).state is ShipmentState.TO_PACK
    assert make_checkout.fresh(order.id).state is OrderState.PAID
    line = make_checkout.numbers(here)
    assert line == (make_checkout.numbers(there)[0] + 1, 0, 0)  # on sale again
    goods = order.goods_total // 2
    assert make_checkout.payment_of(order.id).refunded == goods + _fresh(late).fee
    make_checkout.books_are_even()
    with pytest.raises(lateness.NotLateEnough):
        _call_off(late)
    assert _kinds("parcel_workshop")[-1] == "called_off"


def test_a_parcel_that_left_meanwhile_is_not_called_off(parcel: Shipment) -> None:
    _due(parcel, now() - timedelta(days=20))
    make_checkout.send_one(parcel)
    with pytest.raises(lateness.NotLateEnough):
        _call_off(parcel)
    assert make_checkout.payment_of(parcel.order_id).refunded == 0


def _ask(parcel: Shipment, days: int = 5) -> int:
    shipment_id = parcel.id
    with transaction() as session:
        return lateness.ask(session, ACTOR, session.get_one(Shipment, shipment_id), days, "Banjir").id


def _answer(parcel: Shipment, question_id: int, *, accept: bool) -> None:
    order_id = parcel.order_id
    with transaction() as session:
        lateness.answer(session, ACTOR, session.get_one(Order, order_id), question_id, accept=accept)


def test_a_workshop_asks_for_more_days_and_has_them_only_with_the_buyers_yes(parcel: Shipment) -> None:
    due = now() - timedelta(days=20)
    _due(parcel, due)
    question = _ask(parcel)
    assert _fresh(parcel).ship_by == due
    assert lateness.may_cancel(make_checkout.fresh(parcel.order_id), _fresh(parcel))
    with pytest.raises(lateness.NotAskable):
        _ask(parcel)

    _answer(parcel, question, accept=True)

    assert _fresh(parcel).ship_by == lateness.after_working_days(now(), 5)
    with pytest.raises(lateness.NotLateEnough):
        _call_off(parcel)
    with pytest.raises(lateness.NoSuchQuestion):
        _answer(parcel, question, accept=False)

    _answer(parcel, _ask(parcel), accept=False)
    assert _fresh(parcel).ship_by == lateness.after_working_days(now(), 5)
    with pytest.raises(lateness.NotAskable):  # twice is enough
        _ask(parcel)
    assert _kinds("parcel_workshop")[-2:] == ["delay_accepted", "delay_declined"]


def test_a_question_lapses_when_the_parcel_leaves(parcel: Shipment) -> None:
    question = _ask(parcel)
    make_checkout.send_one(parcel)
    with pytest.raises(lateness.NoSuchQuestion):
        _answer(parcel, question, accept=True)
    lateness.remind()
    db.session.rollback()
    assert db.session.get_one(ParcelDelay, question).state is DelayState.LAPSED


@pytest.mark.parametrize("days", [0, -1, 31])
def test_nobody_asks_for_any_number_of_days(parcel: Shipment, days: int) -> None:
    with pytest.raises(lateness.BadDays):
        _ask(parcel, days)


def test_the_buyers_page_lets_answer_and_call_off_and_nobody_elses(page: Page, parcel: Shipment) -> None:
    order = make_checkout.fresh(parcel.order_id)
    question = _ask(parcel)
    address = f"/orders/{order.number}/questions/{question}/yes"
    assert page.get(f"/orders/{order.number}").status == 404
    assert page.post(address).status == 404

    link = make_checkout.link(order)
    page.get(link).press("Ya, saya menunggu sampai saat itu")
    db.session.rollback()
    assert db.session.get_one(ParcelDelay, question).state is DelayState.ACCEPTED

    _due(parcel, now() - timedelta(days=20))
    page.get(link).press("Batalkan dan uang kembali")
    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED
