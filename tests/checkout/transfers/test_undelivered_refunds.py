"""A refund that a payment service cannot deliver: the buyer hears of it, names an account, and gets it by transfer."""

import pytest
import sqlalchemy as sa

from admin.verify import gateways as gateway_checks
from admin.verify import orders as order_checks
from admin.verify import transfers as transfer_checks
from checkout import credits, ledger, refunds
from checkout.gateway import RefundStatus
from checkout.models import Order, PaymentState, Refund, RefundState, ReturnState
from checkout.transfers import returns
from shop import mail
from shop.db import db
from shop.models import Mail
from tests import make_checkout, make_transfers
from tests.checkout.conftest import bank
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing
from tests.pages import Page

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("bank")


def _undelivered() -> tuple[Order, int]:
    """Call a paid order off whose money cannot be delivered; give it and the refund."""
    order = make_checkout.paid()
    with writing() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, order.id), "Batal.")
    refund_id = _refunds(order)[-1].id
    db.session.rollback()
    make_checkout.fake().refund_status = RefundStatus.FAILED
    refunds.send(refund_id)
    return make_checkout.fresh(order.id), refund_id


def _refunds(order: Order) -> list[Refund]:
    order_id = order.id
    db.session.rollback()
    return refunds.of_order(db.session(), order_id)


def _letters(template: str) -> list[tuple[str, dict[str, object]]]:
    """Give the letters of a kind that were promised, written in English, and what they were written from."""
    db.session.rollback()
    found = db.session.scalars(sa.select(Mail).where(Mail.template == template).order_by(Mail.id)).all()
    return [(mail.render(one.template, "en", one.context)[1], dict(one.context)) for one in found]


CHECKS = (
    gateway_checks.balance,
    order_checks.captured_amounts,
    order_checks.captured_ends,
    order_checks.refunds_within,
    transfer_checks.lines_end_once,
    transfer_checks.two_persons,
)


def _all_is_well() -> None:
    db.session.rollback()
    assert [problem for check in CHECKS for problem in check(db.session())] == []


def test_the_buyer_hears_at_once_and_is_asked_for_an_account() -> None:
    make_transfers.account()

    order, refund_id = _undelivered()
    refunds.send(refund_id)

    [(text, context)] = _letters("refund_undelivered")
    assert "could not be delivered the way you had paid" in text
    assert "/refund-account?key=" in str(context["link"])
    assert make_checkout.payment_of(order.id).refunded == 0


def test_without_an_account_to_send_from_the_letter_asks_for_nothing() -> None:
    _undelivered()

    [(text, _context)] = _letters("refund_undelivered")

    assert "You need not do anything" in text
    assert "Name the account" not in text


def test_money_that_came_back_is_told_in_its_own_words(bank: FakeGateway) -> None:
    make_transfers.account()
    order = make_checkout.paid()
    with writing() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, order.id), "Batal.")
    refund_id = _refunds(order)[-1].id
    db.session.rollback()
    refunds.send(refund_id)
    known = bank.refunds[refund_id]
    bank.refunds[refund_id] = type(known)(known.ref, RefundStatus.FAILED, known.amount)

    refunds.send(refund_id)
    refunds.send(refund_id)

    [(text, _context)] = _letters("refund_undelivered")
    assert "your bank has sent the money back to us" in text


def test_it_goes_out_by_transfer_once_the_buyer_has_named_an_account(page: Page, bank: FakeGateway) -> None:
    make_transfers.account()
    order, _refund_id = _undelivered()

    page.get(make_checkout.link(order)).follow("Uang kembali lewat transfer bank")
    assert "tidak dapat disampaikan" in page.text
    page.press("Simpan rekening ini", bank_code="014", number="1234567890", holder="SARI PUSPITA")
    page.press("Simpan rekening ini", bank_code="014", number="1234567899", holder="SARI PUSPITA")
    [owed] = make_transfers.returns_of(order)
    assert (owed.state, owed.amount, owed.last_digits) == (ReturnState.READY, order.total, "7899")
    make_transfers.send(owed)

    assert [one.state for one in _refunds(order)] == [RefundState.FAILED, RefundState.DONE]
    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED
    assert bank.sent == [_refunds(order)[0].id], "the service is asked for nothing more"
    books = make_checkout.books_are_even()
    assert (books[ledger.GATEWAY], books[ledger.BANK]) == (-order.total, order.total), (
        "it left our own account"
    )
    [(text, _context)] = _letters("order_refunded")
    assert "Now it has gone out." in text
    _all_is_well()


def test_finance_and_the_buyer_send_it_once(bank: FakeGateway) -> None:
    make_transfers.account()
    order, refund_id = _undelivered()
    bank.refund_status = RefundStatus.SUCCEEDED
    with writing() as session:
        again = refunds.try_again(session, ACTOR, session.get_one(Refund, refund_id)).id
    refunds.send(again)

    with pytest.raises(returns.NothingOwed), writing() as session:
        returns.give_account(session, ACTOR, session.get_one(Order, order.id), make_transfers.SARI)

    assert [one.state for one in _refunds(order)] == [RefundState.FAILED, RefundState.DONE]
