"""Disputes: what the bank takes is booked, answered once, and never given back a second time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin import verify
from checkout import credits, disputes, evidence, gateway, ledger, orders, refunds
from checkout.gateway_books import DisputeStatus, GatewayDispute
from checkout.models import Dispute, DisputeState, Order, PaymentState, Refund, RefundState
from shop.db import db, now, transaction
from tests import make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR


def opened(bank: FakeGateway, order: Order, **how: object) -> Dispute:
    """Let the buyer's bank ask for an order's money, and the shop hear of it."""
    payment = make_checkout.payment_of(order.id)
    found = GatewayDispute(
        ref="du_1",
        intent_ref=payment.intent_ref or "",
        status=DisputeStatus.NEEDS_RESPONSE,
        inquiry=False,
        amount=payment.amount,
        currency="IDR",
        reason="fraudulent",
        opened_at=now(),
        due_by=now() + timedelta(days=7),
        moved=(("txn_1", -payment.amount * 100),),
        answered=False,
        live=False,
    )
    bank.cases["du_1"] = replace(found, **how)  # type: ignore[arg-type]
    disputes.look("stripe", "du_1")
    return fresh()


def fresh() -> Dispute:
    db.session.rollback()
    return db.session.scalars(sa.select(Dispute)).one()


def decided(bank: FakeGateway, status: DisputeStatus, *, back: int = 0) -> Dispute:
    """Let the bank decide, and the shop hear of it twice."""
    known = bank.cases["du_1"]
    moved = (*known.moved, ("txn_2", back * 100)) if back else known.moved
    bank.cases["du_1"] = replace(known, status=status, moved=moved)
    disputes.look("stripe", "du_1")
    disputes.ask("stripe")
    return fresh()


def call_off(order: Order) -> None:
    with transaction() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, order.id), "Batal.")


def test_what_the_bank_takes_stands_apart_until_it_decides(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()

    dispute = opened(bank, order)
    disputes.look("stripe", "du_1")

    balances = make_checkout.books_are_even()
    line = orders.lines_of(session, order.id)[0]
    assert (dispute.state, dispute.taken) == (DisputeState.NEEDS_RESPONSE, order.total)
    assert (balances[ledger.GATEWAY], balances[ledger.DISPUTES_OPEN]) == (0, -order.total)
    assert disputes.holding(session, line.workshop_id) == [order.id]
    with pytest.raises(refunds.BankDecides):
        call_off(order)


def test_a_dispute_won_brings_the_money_back(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    opened(bank, order)

    dispute = decided(bank, DisputeStatus.WON, back=order.total)

    balances = make_checkout.books_are_even()
    assert (dispute.state, dispute.taken) == (DisputeState.WON, 0)
    assert (balances[ledger.GATEWAY], balances[ledger.DISPUTES_OPEN]) == (-order.total, 0)
    assert ledger.MARKETPLACE not in balances
    assert make_checkout.payment_of(order.id).disputed == 0
    call_off(order)  # and now it may go back the usual way


def test_a_dispute_lost_is_borne_by_the_marketplace(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    opened(bank, order)

    decided(bank, DisputeStatus.LOST)

    balances = make_checkout.books_are_even()
    assert (balances[ledger.MARKETPLACE], balances[ledger.DISPUTES_OPEN]) == (-order.total, 0)
    assert make_checkout.payment_of(order.id).state is PaymentState.CAPTURED


def test_an_order_called_off_after_a_lost_dispute_is_not_paid_back_twice(
    session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order = make_checkout.paid()
    opened(bank, order)
    decided(bank, DisputeStatus.LOST)

    call_off(order)
    run_jobs()

    payment = make_checkout.payment_of(order.id)
    assert bank.sent == []
    assert session.scalars(sa.select(Refund.state)).all() == [RefundState.COVERED]
    assert (payment.state, payment.refunded, payment.disputed) == (
        PaymentState.REFUNDED,
        payment.amount,
        0,
    )
    assert set(make_checkout.books_are_even().values()) == {0}


def test_a_refund_that_waits_while_a_bank_decides_is_covered_when_it_is_lost(
    session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order = make_checkout.paid()
    call_off(order)
    opened(bank, order)
    run_jobs()
    assert bank.sent == []

    decided(bank, DisputeStatus.LOST)
    run_jobs()

    assert bank.sent == []
    assert session.scalars(sa.select(Refund.state)).all() == [RefundState.COVERED]
    assert set(make_checkout.books_are_even().values()) == {0}


def test_what_a_bank_gives_back_after_the_order_was_given_back_goes_to_the_buyer(
    session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order = make_checkout.paid()
    call_off(order)
    opened(bank, order)
    decided(bank, DisputeStatus.LOST)
    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED

    decided(bank, DisputeStatus.WON, back=order.total)
    run_jobs()

    payment = make_checkout.payment_of(order.id)
    states = session.scalars(sa.select(Refund.state).order_by(Refund.id)).all()
    assert states == [RefundState.FAILED, RefundState.DONE]
    assert len(bank.sent) == 1
    assert (payment.state, payment.refunded, payment.disputed) == (PaymentState.REFUNDED, payment.amount, 0)
    assert set(make_checkout.books_are_even().values()) == {0}
    assert not verify.run(session)


def test_of_two_disputes_the_one_that_is_won_late_gives_back_its_own_part(
    session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order = make_checkout.paid()
    first, second = order.total // 4, order.total - order.total // 4
    opened(bank, order, amount=first, moved=(("txn_1", -first * 100),))
    case = bank.cases["du_1"]
    bank.cases["du_2"] = replace(case, ref="du_2", amount=second, moved=(("txn_3", -second * 100),))
    for ref in ("du_1", "du_2"):
        bank.cases[ref] = replace(bank.cases[ref], status=DisputeStatus.LOST)
        disputes.look("stripe", ref)
    call_off(order)

    moved = (("txn_1", -first * 100), ("txn_2", first * 100))
    bank.cases["du_1"] = replace(case, status=DisputeStatus.WON, moved=moved)
    disputes.look("stripe", "du_1")
    disputes.look("stripe", "du_1")
    run_jobs()

    refunds_now = session.execute(sa.select(Refund.state, Refund.amount).order_by(Refund.id)).all()
    assert refunds_now == [
        (RefundState.FAILED, order.total),
        (RefundState.DONE, first),
        (RefundState.COVERED, second),
    ]
    assert set(make_checkout.books_are_even().values()) == {0}
    assert not verify.run(session)


def test_a_refund_that_waits_is_sent_when_the_dispute_is_won(
    session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order = make_checkout.paid()
    call_off(order)
    opened(bank, order)
    run_jobs()

    decided(bank, DisputeStatus.WON, back=order.total)
    run_jobs()

    assert len(bank.sent) == 1
    assert set(make_checkout.books_are_even().values()) == {0}


def test_a_mere_question_takes_nothing_and_forbids_nothing(
    session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order = make_checkout.paid()
    opened(bank, order, inquiry=True, moved=())

    call_off(order)
    run_jobs()
    dispute = decided(bank, DisputeStatus.CLOSED)

    assert (dispute.state, dispute.taken) == (DisputeState.CLOSED, 0)
    assert len(bank.sent) == 1
    assert set(make_checkout.books_are_even().values()) == {0}


def test_an_answer_is_sent_once_with_what_the_order_says(
    session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order = make_checkout.paid()
    make_checkout.sent(order)
    dispute = opened(bank, order)
    told = evidence.facts(session, dispute) | {"story": "Sudah diterima pembeli."}
    db.session.rollback()

    with transaction() as writing:
        evidence.answer(writing, ACTOR, disputes.get(writing, dispute.id), told, {})
    with transaction() as writing, pytest.raises(evidence.AnsweredAlready):
        evidence.answer(writing, ACTOR, disputes.get(writing, dispute.id), told, {})
    bank.forgets_answers = True
    with pytest.raises(gateway.Unreachable):
        evidence.send(dispute.id)
    bank.forgets_answers = False
    run_jobs()

    texts, _files = bank.evidence["du_1"]
    assert texts["story"] == "Sudah diterima pembeli."
    assert texts["tracking"].startswith("JNE00")
    assert "Budi Santoso" in texts["buyer"]
    dispute = fresh()
    assert (dispute.state, dispute.answer_due) == (DisputeState.UNDER_REVIEW, False)
    assert dispute.answered_at is not None


def test_a_dispute_given_up_is_lost(session: Session, bank: FakeGateway, run_jobs: Callable[[], int]) -> None:
    dispute = opened(bank, make_checkout.paid())

    with transaction() as writing:
        evidence.give_up(writing, ACTOR, disputes.get(writing, dispute.id))
    run_jobs()

    assert fresh().state is DisputeState.LOST


def test_a_dispute_of_another_shop_s_payment_is_left_alone(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()

    with pytest.raises(sa.exc.NoResultFound):
        opened(bank, order, intent_ref="pi_of_another_shop")

    assert make_checkout.payment_of(order.id).disputed == 0
