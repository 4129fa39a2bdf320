"""What finance decides about transfers that fit no order exactly, and money that goes back."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import credits, ledger, payments
from checkout.bank_details import Details
from checkout.models import (
    LineState,
    Order,
    OrderState,
    PaymentState,
    ReturnState,
    StatementLine,
    TransferReturn,
    TransferWait,
)
from checkout.transfers import (
    accounts,
    books,
    imports,
    lines,
    matching,
    returns,
)
from shop.db import db
from shop.models import Mail
from tests import make_catalog, make_checkout, make_transfers
from tests.make import ACTOR, writing

pytestmark = pytest.mark.usefixtures("bank")
SARI = Details("014", "1234567890", "SARI PUSPITA")


def letters(order: Order) -> set[str]:
    return set(db.session.scalars(sa.select(Mail.template).where(Mail.to == order.email)))


def test_a_second_transfer_for_a_paid_order_is_proposed_and_goes_back(session: Session) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    amount = wait.amount
    make_transfers.arrive(wait.account_id, (amount, "1"))

    [second] = make_transfers.arrive(wait.account_id, (amount, "2"))

    assert second.state is LineState.WAITING
    assert lines.proposals(session, [second])[second.id][0].hints == (matching.Hint.DUPLICATE,)
    with writing() as writer:
        lines.send_back(
            writer, ACTOR, lines.one(writer, second.id), writer.get_one(Order, order.id), "Ganda."
        )
    [owed] = make_transfers.returns_of(order)
    make_transfers.send(owed)
    assert db.session.get_one(StatementLine, second.id).state is LineState.RETURNED
    assert make_checkout.books_are_even()[ledger.BANK] == -amount
    assert "transfer_sent_back" in letters(order)


@pytest.mark.parametrize(("beside", "surplus", "lacks"), [(0, 0, 0), (-500, 0, 500), (700, 700, 0)])
def test_small_differences_may_be_accepted(session: Session, beside: int, surplus: int, lacks: int) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    if wait.code == beside:  # then it would be the exact amount
        beside, surplus = beside + 1, surplus + 1
    [line] = make_transfers.arrive(wait.account_id, (order.total + beside, ""))
    assert line.state is LineState.WAITING

    with writing() as writer:
        lines.accept(writer, ACTOR, writer.get_one(TransferWait, wait.id), [lines.one(writer, line.id)])

    assert make_checkout.fresh(order.id).state is OrderState.PAID
    assert make_transfers.payment(order).surplus == surplus
    balances = make_checkout.books_are_even()
    assert balances[ledger.BANK] == -(order.total + beside)
    assert balances.get(ledger.MARKETPLACE, 0) == -lacks


def test_much_too_little_is_not_accepted_but_kept_until_the_rest_comes(session: Session) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    [line] = make_transfers.arrive(wait.account_id, (order.total - 20_000, ""))
    with pytest.raises(lines.TooDifferent), writing() as writer:
        lines.accept(writer, ACTOR, writer.get_one(TransferWait, wait.id), [lines.one(writer, line.id)])

    with writing() as writer:
        missing = lines.ask_rest(
            writer, ACTOR, writer.get_one(TransferWait, wait.id), lines.one(writer, line.id)
        )
    assert missing == 20_000
    assert "transfer_rest" in letters(order)
    make_transfers.arrive(wait.account_id, (20_000, "rest"))

    assert make_checkout.fresh(order.id).state is OrderState.PAID
    assert db.session.get_one(StatementLine, line.id).state is LineState.PAID
    balances = make_checkout.books_are_even()
    assert (balances[ledger.BANK], balances[books.OPEN]) == (-order.total, 0)


def test_a_part_goes_back_when_the_rest_never_comes(session: Session) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    [line] = make_transfers.arrive(wait.account_id, (order.total - 20_000, ""))
    with writing() as writer:
        lines.ask_rest(writer, ACTOR, writer.get_one(TransferWait, wait.id), lines.one(writer, line.id))
    make_checkout.overdue(order)
    payments.expire_due()

    assert imports.tend() >= 1

    assert db.session.get_one(StatementLine, line.id).state is LineState.RETURNING
    assert [owed.amount for owed in make_transfers.returns_of(order)] == [order.total - 20_000]


def test_much_too_much_pays_the_order_and_the_rest_goes_back(session: Session) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    [line] = make_transfers.arrive(wait.account_id, (wait.amount + 50_000, ""))

    with writing() as writer:
        lines.accept(writer, ACTOR, writer.get_one(TransferWait, wait.id), [lines.one(writer, line.id)])

    assert make_checkout.fresh(order.id).state is OrderState.PAID
    [owed] = make_transfers.returns_of(order)
    assert owed.amount == 50_000
    make_transfers.send(owed)
    assert make_checkout.books_are_even()[ledger.BANK] == -wait.amount


def test_two_transfers_for_one_order_are_taken_together(session: Session) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    pair = make_transfers.arrive(wait.account_id, (wait.amount - 60_000, "1"), (60_000, "2"))
    found = lines.proposals(session, pair)[pair[0].id][0]
    assert found.hints == (matching.Hint.PAIR,)

    with writing() as writer:
        both = [lines.one(writer, line.id) for line in pair]
        lines.accept(writer, ACTOR, writer.get_one(TransferWait, wait.id), both)

    assert make_checkout.fresh(order.id).state is OrderState.PAID
    assert make_transfers.payment(order).surplus == wait.code


def test_unknown_money_is_set_aside_or_sent_to_whom_finance_finds(session: Session) -> None:
    account_id = make_transfers.account().id
    ours, unknown = make_transfers.arrive(account_id, (1_234, "BUNGA"), (77_000, "?"))

    with writing() as writer:
        lines.set_aside(writer, ACTOR, lines.one(writer, ours.id), "Bunga bank")
        lines.send_back(writer, ACTOR, lines.one(writer, unknown.id), None, "Salah kirim")
    owed = db.session.scalars(sa.select(TransferReturn)).one()
    make_transfers.send(owed)

    balances = make_checkout.books_are_even()
    assert balances[books.OPEN] == 0
    assert balances[ledger.MARKETPLACE] == 1_234
    assert balances[ledger.BANK] == -1_234


def test_a_refused_account_is_asked_for_again(session: Session) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    make_transfers.arrive(wait.account_id, (wait.amount, "1"))
    [second] = make_transfers.arrive(wait.account_id, (wait.amount, "2"))
    first, other = make_transfers.actor(), make_transfers.actor()
    with writing() as writer:
        buyers = writer.get_one(Order, order.id)
        lines.send_back(writer, ACTOR, lines.one(writer, second.id), buyers, "Ganda.")
        returns.give_account(writer, ACTOR, buyers, SARI)
        [owed] = returns.of_order(writer, order.id)
        assert "1234567890" not in (owed.sealed_number or "")
        batch = returns.prepare(writer, first, accounts.every(writer)[0], [owed.id])
        returns.approve(writer, other, batch)
        with pytest.raises(returns.TooLate):
            returns.give_account(writer, ACTOR, buyers, SARI)

        returns.mark_failed(writer, other, owed, "Rekening tidak dikenal")

        assert owed.state is ReturnState.NEEDS_ACCOUNT
    asked = db.session.scalars(sa.select(Mail.key).where(Mail.template == "transfer_where_to")).all()
    assert len(asked) == 2


def test_money_of_a_paid_order_goes_back_by_transfer_with_its_code(session: Session) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    make_transfers.arrive(wait.account_id, (wait.amount, ""))
    with writing() as writer:
        credits.give_all(writer, ACTOR, writer.get_one(Order, order.id), "Batal.")
    assert make_transfers.returns_of(order) == []

    imports.tend()

    [owed] = make_transfers.returns_of(order)
    assert (owed.amount, owed.state) == (wait.amount, ReturnState.NEEDS_ACCOUNT)
    assert imports.tend() == 0, "asked once"
    make_transfers.send(owed)
    assert make_transfers.payment(order).state is PaymentState.REFUNDED
    balances = make_checkout.books_are_even()
    assert (balances[ledger.BANK], balances[ledger.ROUNDING], balances[ledger.REFUNDS_DUE]) == (0, 0, 0)


def test_a_rest_that_is_another_orders_amount_is_matched_by_a_person(session: Session) -> None:
    account = make_transfers.account()
    dear, cheap = make_catalog.piece(price=900_000), make_catalog.piece(price=100_000)
    order, other = make_transfers.order(account, piece=dear), make_transfers.order(account, piece=cheap)
    wait, taken = make_transfers.wait_of(order), make_transfers.wait_of(other)
    [line] = make_transfers.arrive(account.id, (wait.total - taken.amount, ""))

    with writing() as writer:
        missing = lines.ask_rest(
            writer, ACTOR, writer.get_one(TransferWait, wait.id), lines.one(writer, line.id)
        )

    assert missing == taken.amount
    assert make_transfers.wait_of(order).due is None
    make_transfers.arrive(account.id, (missing, ""))
    assert make_checkout.fresh(other.id).state is OrderState.PAID, "the amount was awaited for it"
    assert make_checkout.fresh(order.id).state is OrderState.PENDING
