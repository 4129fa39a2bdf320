"""Settling: one effect per payment, whoever brings the news and however often; nothing is paid without evidence."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Product
from checkout import gateway, payments
from checkout.gateway import SessionState
from checkout.models import (
    Order,
    OrderState,
    PaymentState,
    Reservation,
    ReservationState,
    ShipmentState,
)
from shop.db import db
from shop.models import AuditEntry, Job
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Mailbox


def settle(order: Order) -> PaymentState:
    return payments.settle(make_checkout.payment_of(order.id).id)


def reservation(order: Order) -> ReservationState:
    db.session.rollback()
    return db.session.scalars(sa.select(Reservation.state).where(Reservation.order_id == order.id)).one()


# --- paid --------------------------------------------------------------------------------------------


def test_a_payment_makes_a_paid_order_with_its_pieces_sold(session: Session, bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=5)

    order = make_checkout.paid((piece, 2))

    assert make_checkout.numbers(piece) == (3, 0, 2)
    assert reservation(order) is ReservationState.TAKEN
    assert [parcel.state for parcel in make_checkout.parcels(order.id)] == [ShipmentState.TO_PACK]


def test_news_of_a_payment_has_one_effect_however_often_it_comes(session: Session, bank: FakeGateway) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)
    payment_id = make_checkout.payment_of(order.id).id

    payments.settle_session(ref, payment_id)  # the webhook
    payments.settle(payment_id)  # the browser comes back
    payments.reconcile()  # the reconciler
    payments.settle_session(ref, payment_id)

    captured = sa.select(AuditEntry).where(AuditEntry.action == "payment.captured")
    assert len(list(session.scalars(captured))) == 1
    held = make_checkout.books_are_even()
    assert held["gateway:stripe"] == -order.total


def test_the_reconciler_alone_settles_what_no_message_told(session: Session, bank: FakeGateway) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)

    payments.reconcile()

    assert make_checkout.fresh(order.id).state is OrderState.PAID


def test_asking_again_for_the_page_gives_the_same_page(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.order()

    assert payments.start(order.id) == payments.start(order.id)
    assert len(bank.sessions) == 1


def test_a_page_whose_answer_was_lost_is_found_again(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.order()
    bank.forgets_answers = True
    with pytest.raises(gateway.Unreachable):
        payments.start(order.id)
    bank.forgets_answers = False

    payments.start(order.id)

    assert len(bank.sessions) == 1


def test_a_page_paid_before_its_reference_was_kept_is_adopted(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.order()
    bank.forgets_answers = True
    with pytest.raises(gateway.Unreachable):
        payments.start(order.id)
    bank.pay("cs_1")

    payments.settle_session("cs_1", make_checkout.payment_of(order.id).id)

    assert make_checkout.fresh(order.id).state is OrderState.PAID


def test_a_declined_card_leaves_the_order_waiting_and_payable(session: Session, bank: FakeGateway) -> None:
    order, ref = make_checkout.opened()
    bank.becomes(ref, SessionState.FAILED)
    settle(order)

    address = payments.start(order.id)

    assert address != f"https://pay.example/{ref}"
    assert make_checkout.fresh(order.id).state is OrderState.PENDING
    assert len(bank.sessions) == 2


def test_money_on_its_way_is_waited_for(session: Session, bank: FakeGateway) -> None:
    order, ref = make_checkout.opened()
    bank.becomes(ref, SessionState.PROCESSING)

    with pytest.raises(payments.StillPaying):
        payments.start(order.id)
    make_checkout.overdue(order)
    payments.expire_due()

    assert make_checkout.fresh(order.id).state is OrderState.PENDING
    bank.pay(ref)
    payments.expire_due()
    assert make_checkout.fresh(order.id).state is OrderState.PAID


# --- not paid ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 1},
        {"amount": None},
        {"currency": "USD"},
        {"order_number": "KRY-000000-AAAAAA"},
        {"payment_id": 999},
        {"mode": "setup"},
        {"live": True},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_payment_that_does_not_match_its_order_never_pays_it(
    session: Session, bank: FakeGateway, wrong: dict[str, object]
) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref, **wrong)

    for _again in range(3):
        settle(order)

    assert make_checkout.fresh(order.id).state is OrderState.PENDING
    assert (
        len(list(session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "payment.mismatch")))) == 1
    )
    assert make_checkout.books_are_even() == {}


def test_another_shop_s_page_with_our_number_is_not_adopted(session: Session, bank: FakeGateway) -> None:
    order, ref = make_checkout.opened()
    waiting = make_checkout.order()
    payment_id = make_checkout.intended(waiting.id).id
    bank.pay(ref, payment_id=payment_id)
    bank.sessions["cs_stray"] = bank.sessions.pop(ref)

    payments.settle_session("cs_stray", payment_id)

    assert make_checkout.payment_of(waiting.id).state is PaymentState.PENDING
    assert make_checkout.fresh(order.id).state is OrderState.PENDING


# --- expiry ------------------------------------------------------------------------------------------


def test_an_unpaid_order_ends_and_sets_its_pieces_free(
    session: Session, bank: FakeGateway, mailbox: Mailbox
) -> None:
    piece = make_catalog.piece(on_hand=1)
    order, ref = make_checkout.opened(make_checkout.order((piece, 1)))
    make_checkout.overdue(order)

    assert payments.expire_due() == 1

    assert bank.sessions[ref].state is SessionState.EXPIRED
    assert make_checkout.fresh(order.id).state is OrderState.EXPIRED
    assert reservation(order) is ReservationState.RELEASED
    assert make_checkout.numbers(piece) == (1, 0, 0)
    assert payments.expire_due() == 0
    assert mailbox.latest("budi@contoh.id").template == "order_expired"


def test_nothing_is_set_free_while_the_page_may_still_be_paid(session: Session, bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=1)
    order, _ref = make_checkout.opened(make_checkout.order((piece, 1)))
    make_checkout.overdue(order)
    bank.out_of_order = True

    assert payments.expire_due() == 0
    assert make_checkout.numbers(piece) == (1, 1, 0)

    bank.out_of_order = False
    assert payments.expire_due() == 1
    assert make_checkout.numbers(piece) == (1, 0, 0)


def test_an_order_paid_in_its_last_second_is_paid_and_not_ended(session: Session, bank: FakeGateway) -> None:
    order, ref = make_checkout.opened()
    make_checkout.overdue(order)
    bank.pay(ref)

    payments.expire_due()

    assert make_checkout.fresh(order.id).state is OrderState.PAID


def test_an_order_that_never_reached_the_gateway_ends_without_it(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.order()
    make_checkout.overdue(order)

    assert payments.expire_due() == 1
    with pytest.raises(payments.NotPayable):
        payments.start(order.id)


def test_a_page_opened_while_the_order_ended_is_closed_again(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.order()
    intent = payments._intend(order.id)
    make_checkout.overdue(order)
    payments.expire_due()
    opened = bank.open_session(intent.request)  # the answer arrives late

    with pytest.raises(payments.NotPayable):
        payments._remember(intent.payment_id, intent.gateway, opened)

    assert bank.sessions[opened.ref].state is SessionState.EXPIRED


# --- late money --------------------------------------------------------------------------------------


def late(bank: FakeGateway, piece: Product) -> tuple[Order, str]:
    """Give an order that has ended although its page is paid: the gateway's clock is behind ours."""
    order, ref = make_checkout.opened(make_checkout.order((piece, 1)))
    make_checkout.overdue(order)
    payments.expire_due()
    bank.pay(ref)
    return order, ref


def test_late_money_buys_the_pieces_when_they_are_still_free(session: Session, bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=1)
    order, ref = late(bank, piece)

    payments.settle_session(ref)

    assert make_checkout.fresh(order.id).state is OrderState.PAID
    assert make_checkout.numbers(piece) == (0, 0, 1)
    assert [parcel.state for parcel in make_checkout.parcels(order.id)] == [ShipmentState.TO_PACK]
    assert reservation(order) is ReservationState.TAKEN


def test_late_money_goes_back_when_somebody_else_was_faster(
    session: Session, bank: FakeGateway, mailbox: Mailbox
) -> None:
    piece = make_catalog.piece(on_hand=1)
    order, ref = late(bank, piece)
    make_checkout.order((piece, 1))

    payments.settle_session(ref)
    letters = [letter.template for letter in mailbox.to("budi@contoh.id")]

    assert make_checkout.fresh(order.id).state is OrderState.EXPIRED
    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED
    assert "order_refunded" in letters
    assert set(make_checkout.books_are_even().values()) == {0}
    assert make_checkout.numbers(piece) == (1, 1, 0)


def test_money_for_a_cancelled_order_goes_back_although_the_pieces_are_free(
    session: Session, bank: FakeGateway, mailbox: Mailbox
) -> None:
    order, ref = make_checkout.opened()
    assert payments.close(ACTOR, order.id, OrderState.CANCELLED) is OrderState.CANCELLED
    bank.pay(ref)

    payments.settle_session(ref)
    mailbox.all()

    assert make_checkout.fresh(order.id).state is OrderState.CANCELLED
    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED


def test_an_order_that_is_paid_cannot_be_cancelled_as_unpaid(session: Session, bank: FakeGateway) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)

    assert payments.close(ACTOR, order.id, OrderState.CANCELLED) is OrderState.PAID


def test_two_settlings_of_one_order_leave_no_second_job(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    before = session.scalar(sa.select(sa.func.count()).select_from(Job))

    settle(order)
    payments.reconcile()

    db.session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == before
