"""Several refunds of one payment: each is sent once, one that comes back is owed again, a clear no waits for people."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import credits, gateway, ledger, orders, pay_page, payments, refunds
from checkout.credits import CreditItem
from checkout.gateway import RefundStatus
from checkout.models import (
    CreditKind,
    Order,
    OrderState,
    Payment,
    PaymentState,
    Refund,
    RefundState,
)
from shop.db import db, now, transaction
from shop.models import AuditEntry
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR


def allowance(order: Order, amount: int, key: str) -> Refund:
    """Give the buyer part of an order's first line back; the buyer keeps the pieces."""
    with transaction() as session:
        found = session.get_one(Order, order.id)
        line_id = orders.lines_of(session, order.id)[0].id
        credits.give(
            session, ACTOR, found, [CreditItem(order_line_id=line_id, amount=amount)],
            kind=CreditKind.ALLOWANCE, reason="Warnanya lain.", key=key,
        )  # fmt: skip
    db.session.rollback()
    return db.session.scalars(sa.select(Refund).order_by(Refund.id.desc()).limit(1)).one()


def state_of(refund: Refund) -> RefundState:
    db.session.rollback()
    return db.session.get_one(Refund, refund.id).state


def test_several_parts_go_back_each_once_and_the_payment_stays(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid((make_catalog.piece(price=300_000, on_hand=3), 1))

    first, second = allowance(order, 50_000, "a"), allowance(order, 70_000, "b")
    for _again in range(2):
        refunds.send(second.id)
        refunds.send(first.id)

    payment = make_checkout.payment_of(order.id)
    balances = make_checkout.books_are_even()
    assert bank.sent == [second.id, first.id]
    assert (payment.state, payment.refunded) == (PaymentState.CAPTURED, 120_000)
    assert (balances[ledger.GATEWAY], balances[ledger.REFUNDS_DUE]) == (120_000 - order.total, 0)
    assert make_checkout.fresh(order.id).state is OrderState.PAID


def test_a_refund_that_comes_back_is_owed_again_and_can_be_sent_anew(
    session: Session, bank: FakeGateway
) -> None:
    order = make_checkout.paid()
    with transaction() as writing:
        credits.give_all(writing, ACTOR, writing.get_one(Order, order.id), "Batal.")
    sent = session.scalars(sa.select(Refund)).one()
    refunds.send(sent.id)
    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED
    known = bank.refunds[sent.id]
    bank.refunds[sent.id] = type(known)(known.ref, RefundStatus.FAILED, known.amount)

    for _again in range(3):
        refunds.send(sent.id)

    payment = make_checkout.payment_of(order.id)
    assert state_of(sent) is RefundState.FAILED
    assert (payment.state, payment.refunded) == (PaymentState.REFUND_DUE, 0)
    assert make_checkout.books_are_even()[ledger.REFUNDS_DUE] == order.total
    with transaction() as writing:
        again = refunds.try_again(writing, ACTOR, writing.get_one(Refund, sent.id))
    refunds.send(again.id)
    assert set(make_checkout.books_are_even().values()) == {0}
    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED
    back = sa.select(sa.func.count()).where(AuditEntry.action == "refund.came_back")
    assert session.scalar(back) == 1


def test_a_clear_no_is_kept_for_people_and_not_asked_for_ever(
    session: Session, bank: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_checkout.paid()
    promised = allowance(order, 1_000, "a")

    def no(*_told: object) -> gateway.GatewayRefund:
        raise gateway.Refused

    monkeypatch.setattr(bank, "refund", no)
    refunds.send(promised.id)

    assert state_of(promised) is RefundState.FAILED
    assert make_checkout.payment_of(order.id).refunded == 0
    assert make_checkout.books_are_even()[ledger.REFUNDS_DUE] == 1_000


def test_what_is_owed_never_exceeds_the_capture(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    payment_id = make_checkout.payment_of(order.id).id

    with transaction() as writing:
        payment = writing.get_one(Payment, payment_id)
        assert refunds._claim(writing, payment, payment.amount - 1)
        assert not refunds._claim(writing, payment, 2)
        assert refunds._claim(writing, payment, 1)


# --- pages -------------------------------------------------------------------------------------------


def test_a_page_whose_answer_was_lost_is_found_before_another_is_asked_for(
    session: Session, bank: FakeGateway
) -> None:
    order = make_checkout.order()
    bank.forgets_answers = True
    with pytest.raises(gateway.Unreachable):
        payments.start(order.id)
    bank.forgets_answers = False
    with transaction() as writing:
        writing.execute(sa.update(Payment).values(created_at=now() - payments.LOST * 2))

    payments.reconcile()

    payment = make_checkout.payment_of(order.id)
    assert payment.session_ref == "cs_1"
    assert payments.start(order.id) == "https://pay.example/cs_1"


def test_an_order_that_ends_closes_a_page_that_nobody_was_shown(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.order()
    bank.forgets_answers = True
    with pytest.raises(gateway.Unreachable):
        payments.start(order.id)
    bank.forgets_answers = False
    make_checkout.overdue(order)

    assert payments.expire_due() == 1

    assert bank.sessions["cs_1"].state is gateway.SessionState.EXPIRED


@pytest.mark.parametrize(("discount", "shown"), [(30_000, 2), (10_001, 1), (699_999, 1)])
def test_lines_less_discount_add_up_to_the_payment(
    session: Session, bank: FakeGateway, discount: int, shown: int
) -> None:
    order = make_checkout.order((make_catalog.piece(price=350_000, on_hand=3), 2))
    with transaction() as writing:
        found = writing.get_one(Order, order.id)
        line = orders.lines_of(writing, order.id)[0]
        line.discount = found.discount_total = discount
        found.total -= discount
        payment = writing.scalars(sa.select(Payment).where(Payment.order_id == order.id)).one_or_none()
        if payment is not None:
            payment.amount = found.total

    intent = payments._intend(order.id)

    assert intent.request.amount == make_checkout.fresh(order.id).total
    assert intent.request.lines[0].quantity == shown


def test_a_long_order_fits_on_a_page_and_still_adds_up() -> None:
    lines = [gateway.LineToPay(f"Anyaman {n}", 10_000 + n, 2) for n in range(150)]

    folded = pay_page._folded(lines)

    assert len(folded) == pay_page.MOST_LINES - 1
    assert sum(one.unit_amount * one.quantity for one in folded) == sum(20_000 + 2 * n for n in range(150))
