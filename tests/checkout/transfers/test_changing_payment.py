"""An order that waits can be paid another way, and there is one thing to pay at a time."""

import pytest
import sqlalchemy as sa

from admin.verify import transfers as checks
from checkout import changing_payment, gateway, orders, payments
from checkout.gateway import SessionState
from checkout.models import Order, OrderState, Payment, PaymentState, TransferWait, WaitState
from checkout.transfers import accounts, lines, terms
from shop.db import db, now
from shop.models import Job
from tests import make_checkout, make_transfers
from tests.checkout.conftest import bank
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing
from tests.pages import Page

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("bank")


def _by_transfer(found: Order, account_id: int) -> TransferWait:
    order_id = found.id
    db.session.rollback()
    changing_payment.to_transfer(ACTOR, order_id, account_id)
    return make_transfers.wait_of(make_checkout.fresh(order_id))


def _by_card(found: Order) -> str:
    """Let a buyer pay on the page after all; give the page's reference."""
    order_id = found.id
    with writing() as session:
        changing_payment.to_page(session, ACTOR, order_id)
    make_checkout.opened(make_checkout.fresh(order_id))
    return _open_page(order_id)


def _open_page(order_id: int) -> str:
    db.session.rollback()
    found = sa.select(Payment.session_ref).where(
        Payment.order_id == order_id, Payment.state == PaymentState.OPEN, Payment.gateway == "stripe"
    )
    return db.session.scalars(found).one() or ""


def _payable(order_id: int) -> list[str]:
    db.session.rollback()
    payable = sa.select(Payment.gateway).where(
        Payment.order_id == order_id, Payment.state.in_((PaymentState.PENDING, PaymentState.OPEN))
    )
    return list(db.session.scalars(payable))


def _all_is_well() -> None:
    db.session.rollback()
    for check in (checks.one_amount_one_order, checks.paid_on_evidence, checks.lines_end_once):
        assert list(check(db.session())) == []


def test_whoever_changes_to_a_transfer_finds_the_page_closed_and_pays_by_transfer(bank: FakeGateway) -> None:
    account_id = make_transfers.account().id
    found, ref = make_checkout.opened()

    wait = _by_transfer(found, account_id)

    assert bank.sessions[ref].state is SessionState.EXPIRED, "nobody can pay on the old page"
    assert _payable(found.id) == ["transfer"]
    assert make_checkout.fresh(found.id).expires_at == found.created_at + terms.holding(db.session()).lasts
    make_transfers.arrive(account_id, (wait.amount, "TRSF"))
    assert make_checkout.fresh(found.id).state is OrderState.PAID
    _all_is_well()


def test_whoever_paid_on_the_page_meanwhile_has_paid(bank: FakeGateway) -> None:
    account_id = make_transfers.account().id
    found, ref = make_checkout.opened()
    bank.pay(ref)
    order_id = found.id
    db.session.rollback()

    with pytest.raises(payments.NotPayable):
        changing_payment.to_transfer(ACTOR, order_id, account_id)

    assert make_checkout.fresh(order_id).state is OrderState.PAID
    assert db.session.scalar(sa.select(sa.func.count(TransferWait.id))) == 0


def test_while_the_gateway_does_not_answer_the_page_stays_the_way_to_pay(bank: FakeGateway) -> None:
    account_id = make_transfers.account().id
    found, _ref = make_checkout.opened()
    order_id = found.id
    db.session.rollback()
    bank.out_of_order = True

    with pytest.raises(gateway.Unreachable):
        changing_payment.to_transfer(ACTOR, order_id, account_id)

    assert _payable(order_id) == ["stripe"]


def test_money_that_is_being_processed_keeps_the_way_to_pay(bank: FakeGateway) -> None:
    account_id = make_transfers.account().id
    found, ref = make_checkout.opened()
    bank.becomes(ref, SessionState.PROCESSING)
    order_id = found.id
    db.session.rollback()

    with pytest.raises(payments.StillPaying):
        changing_payment.to_transfer(ACTOR, order_id, account_id)

    assert _payable(order_id) == ["stripe"]


def test_whoever_changes_to_the_card_pays_on_a_page_and_the_code_rests() -> None:
    found = make_transfers.order()
    wait = make_transfers.wait_of(found)

    ref = _by_card(found)

    assert make_transfers.wait_of(found).state is WaitState.LAPSED
    assert _payable(found.id) == ["stripe"]
    assert make_checkout.fresh(found.id).expires_at < now() + terms.holding(db.session()).lasts / 2
    make_checkout.fake().pay(ref)
    payments.settle(make_checkout.payment_of(found.id).id)
    assert make_checkout.fresh(found.id).state is OrderState.PAID
    assert wait.freed_at is None, "nobody else is given its amount for some days"
    _all_is_well()


def test_to_and_fro_keeps_the_code_and_the_time() -> None:
    account = make_transfers.account()
    found = make_transfers.order(account)
    before = make_transfers.wait_of(found)
    amount, until = before.amount, found.expires_at

    again = before
    for _ in range(2):
        ref = _by_card(found)
        again = _by_transfer(found, account.id)
        assert make_checkout.fake().sessions[ref].state is SessionState.EXPIRED

    assert (again.amount, again.state) == (amount, WaitState.OPEN)
    assert make_checkout.fresh(found.id).expires_at == until
    make_transfers.arrive(account.id, (amount, "TRSF"))
    assert make_checkout.fresh(found.id).state is OrderState.PAID
    _all_is_well()


def test_a_transfer_that_comes_although_it_was_given_up_pays_the_order_and_closes_the_page() -> None:
    found = make_transfers.order()
    wait = make_transfers.wait_of(found)
    amount, account_id = wait.amount, wait.account_id
    ref = _by_card(found)

    make_transfers.arrive(account_id, (amount, "TRSF"))
    promised = sa.select(Job.args).where(Job.kind == "checkout.changing_payment.close_pages")
    [args] = db.session.scalars(promised).all()
    db.session.rollback()
    changing_payment.close_pages(**args)

    assert make_checkout.fresh(found.id).state is OrderState.PAID
    assert make_checkout.fake().sessions[ref].state is SessionState.EXPIRED
    assert _payable(found.id) == []
    _all_is_well()


def test_a_transfer_that_comes_after_the_card_has_paid_goes_back_in_full() -> None:
    found = make_transfers.order()
    wait = make_transfers.wait_of(found)
    amount, account_id = wait.amount, wait.account_id
    ref = _by_card(found)
    make_checkout.fake().pay(ref)
    payments.settle_session(ref)

    make_transfers.arrive(account_id, (amount, "TRSF"))

    assert make_checkout.fresh(found.id).state is OrderState.PAID
    [owed] = make_transfers.returns_of(found)
    assert owed.amount == amount
    assert make_transfers.open_money() == 0
    _all_is_well()


def test_a_transfer_that_comes_when_its_code_is_free_again_waits_for_a_person() -> None:
    found = make_transfers.order()
    wait = make_transfers.wait_of(found)
    amount, account_id, wait_id = wait.amount, wait.account_id, wait.id
    _by_card(found)
    with writing() as session:
        session.get_one(TransferWait, wait_id).freed_at = now()

    [line] = make_transfers.arrive(account_id, (amount, "TRSF"))

    assert make_transfers.open_money() == amount
    [proposal] = lines.proposals(db.session(), [line])[line.id]
    assert proposal.wait_id == wait_id


def test_money_that_is_here_in_part_or_looked_for_keeps_the_transfer() -> None:
    account = make_transfers.account()
    partly, proven = make_transfers.order(account), make_transfers.order(account)
    wait_id = make_transfers.wait_of(partly).id
    [line] = make_transfers.arrive(account.id, (50_000, "TRSF"))
    with writing() as session:
        here = session.get_one(TransferWait, wait_id)
        lines.ask_rest(session, make_transfers.actor(), here, lines.one(session, line.id))
    make_transfers.proof(proven)

    with pytest.raises(changing_payment.PartArrived), writing() as session:
        changing_payment.to_page(session, ACTOR, partly.id)
    with pytest.raises(changing_payment.LookedFor), writing() as session:
        changing_payment.to_page(session, ACTOR, proven.id)


def test_an_order_that_has_ended_is_paid_no_way() -> None:
    account_id = make_transfers.account().id
    found = make_checkout.order()
    with writing() as session:
        orders.lapse(session, ACTOR, orders.lock(session, found.id), OrderState.CANCELLED)
    order_id = found.id
    db.session.rollback()

    with pytest.raises(payments.NotPayable):
        changing_payment.to_transfer(ACTOR, order_id, account_id)
    with pytest.raises(payments.NotPayable), writing() as session:
        changing_payment.to_page(session, ACTOR, order_id)


def test_a_closed_account_is_not_changed_to(bank: FakeGateway) -> None:
    account = make_transfers.account()
    found, ref = make_checkout.opened()
    with writing() as session:
        accounts.close(session, make_transfers.actor(), accounts.one(session, account.id))

    with pytest.raises(Exception, match="Bank transfers are not possible"):
        _by_transfer(found, account.id)

    assert bank.sessions[ref].state is SessionState.OPEN


def test_the_buttons_stand_on_the_order_and_on_the_page_of_the_transfer(page: Page) -> None:
    account = make_transfers.account()
    found = make_checkout.order()

    page.get(make_checkout.link(found)).press(f"Bayar lewat transfer ke {accounts.label(account)} saja")
    wait = make_transfers.wait_of(found)
    assert f"{wait.amount:,}".replace(",", ".") in page.html

    page.press("Bayar dengan kartu saja", follow=False)
    assert page.location.startswith("https://pay.example/")
    page.get(make_checkout.link(found).replace(f"/{found.number}", f"/{found.number}/transfer"))
    assert "Mohon jangan kirim transfer ini" in page.text
    page.get(make_checkout.link(found))
    assert "Anda memilih membayar lewat transfer bank." in page.text
    assert page.all("form[action$='/by-transfer']")


def test_somebody_else_changes_nothing(page: Page) -> None:
    account = make_transfers.account()
    found, _ref = make_checkout.opened()

    page.post(f"/orders/{found.number}/by-transfer", {"account": str(account.id)})

    assert page.status == 404
    assert _payable(found.id) == ["stripe"]
