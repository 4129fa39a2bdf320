"""Refunds: all money goes back once, and the pieces that have not left go on sale again."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import credits, gateway, payments, refunds
from checkout.gateway import RefundStatus
from checkout.models import Order, OrderState, PaymentState, Refund, RefundState, ShipmentState
from shop.db import db, transaction
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Mailbox


def refund(order: Order) -> Refund:
    with transaction() as session:
        credit = credits.give_all(session, ACTOR, session.get_one(Order, order.id), "Pembeli salah pesan.")
        return session.scalars(sa.select(Refund).where(Refund.credit_id == credit.id)).one()


def test_a_refund_returns_all_money_and_puts_the_pieces_back(
    session: Session, bank: FakeGateway, mailbox: Mailbox
) -> None:
    piece = make_catalog.piece(on_hand=5)
    order = make_checkout.paid((piece, 2))

    refund(order)
    letter = mailbox.latest("budi@contoh.id")

    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED
    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED
    assert make_checkout.numbers(piece) == (5, 0, 0)
    assert [parcel.state for parcel in make_checkout.parcels(order.id)] == [ShipmentState.CANCELLED]
    assert set(make_checkout.books_are_even().values()) == {0}
    assert letter.template == "order_refunded"
    assert "Pembeli salah pesan." in (letter.text or "")


def test_the_buyer_reads_the_reason_as_it_was_written(bank: FakeGateway, mailbox: Mailbox) -> None:
    order = make_checkout.paid()
    with transaction() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, order.id), "Potongan 10% tak <b>jadi</b>.")

    letter = mailbox.latest("budi@contoh.id")

    assert "Potongan 10% tak <b>jadi</b>." in (letter.text or "")
    assert "Potongan 10% tak &lt;b&gt;jadi&lt;/b&gt;." in (letter.html or "")


def test_a_second_click_refunds_nothing_more(session: Session, bank: FakeGateway, mailbox: Mailbox) -> None:
    order = make_checkout.paid()
    first = refund(order)

    with pytest.raises(credits.NothingToCredit):
        refund(order)
    mailbox.all()
    refunds.send(first.id)

    assert bank.sent == [first.id]


def test_a_refund_in_doubt_is_looked_up_and_not_sent_again(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    promised = refund(order)
    bank.forgets_answers = True
    with pytest.raises(gateway.Unreachable):
        refunds.send(promised.id)
    bank.forgets_answers = False

    refunds.send(promised.id)

    assert bank.sent == [promised.id]
    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED


def test_a_refund_that_takes_its_time_is_done_when_the_gateway_says_so(
    session: Session, bank: FakeGateway
) -> None:
    order = make_checkout.paid()
    promised = refund(order)
    bank.refund_status = RefundStatus.PENDING
    refunds.send(promised.id)
    assert make_checkout.payment_of(order.id).state is PaymentState.REFUND_DUE

    found = bank.refunds[promised.id]
    bank.refunds[promised.id] = type(found)(found.ref, RefundStatus.SUCCEEDED, found.amount)
    refunds.send(promised.id)

    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED


def test_a_refund_that_failed_can_be_tried_again_by_a_person(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    promised = refund(order)
    bank.refund_status = RefundStatus.FAILED
    refunds.send(promised.id)
    payment = make_checkout.payment_of(order.id)
    assert (payment.state, payment.refunded) == (PaymentState.REFUND_DUE, 0)
    bank.refund_status = RefundStatus.SUCCEEDED

    with transaction() as writing:
        again = refunds.try_again(writing, ACTOR, writing.get_one(Refund, promised.id))
        with pytest.raises(refunds.NothingToRefund):
            refunds.try_again(writing, ACTOR, writing.get_one(Refund, promised.id))
    refunds.send(again.id)

    db.session.rollback()
    states = list(session.scalars(sa.select(Refund.state).order_by(Refund.id)))
    assert states == [RefundState.FAILED, RefundState.DONE]
    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED
    assert set(make_checkout.books_are_even().values()) == {0}


def test_refunded_never_returns_to_paid(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    promised = refund(order)
    refunds.send(promised.id)

    payments.settle(make_checkout.payment_of(order.id).id)
    payments.reconcile()

    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED


def test_an_unpaid_order_has_nothing_to_refund(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.order()

    with pytest.raises(credits.NothingToCredit):
        refund(order)


def test_pieces_that_have_left_do_not_come_back_on_the_shelf(session: Session, bank: FakeGateway) -> None:
    here, there = make_catalog.piece(on_hand=3), make_catalog.piece(make_checkout.workshop_in(), on_hand=3)
    order = make_checkout.paid((here, 1), (there, 1))
    gone = next(
        parcel for parcel in make_checkout.parcels(order.id) if parcel.workshop_id == here.workshop_id
    )
    make_checkout.send_one(gone)

    refund(order)

    assert make_checkout.numbers(here) == (2, 0, 1)
    assert make_checkout.numbers(there) == (3, 0, 0)
