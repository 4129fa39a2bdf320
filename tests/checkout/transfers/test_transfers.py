"""Bank transfers: from a unique code to a paid order, and no money that ends nowhere."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
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
    WaitState,
)
from checkout.transfers import (
    accounts,
    bank_files,
    books,
    imports,
    lines,
    matching,
    proposals,
    returns,
    terms,
    waits,
)
from shop import mail
from shop.db import db, now
from shop.models import Mail
from tests import make_catalog, make_checkout, make_transfers
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing

pytestmark = pytest.mark.usefixtures("bank")
SARI = Details("014", "1234567890", "SARI PUSPITA")


@pytest.fixture(autouse=True)
def readable_letters(app: Flask) -> Iterator[None]:
    """See after every test that each letter which was promised can be written in both languages."""
    yield
    db.session.rollback()
    for letter in db.session.scalars(sa.select(Mail).where(Mail.template.like("transfer_%"))).all():
        for locale in ("id", "en"):
            subject, text, html = mail.render(letter.template, locale, letter.context)
            assert subject
            assert "http://" in text
            assert "None" not in text + html


def letters(order: Order) -> set[str]:
    return set(db.session.scalars(sa.select(Mail.template).where(Mail.to == order.email)))


def test_the_exact_amount_pays_its_order(session: Session) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    assert 1 <= wait.code <= 999
    assert wait.amount == order.total + wait.code
    assert order.expires_at - order.created_at == timedelta(hours=24)

    [line] = make_transfers.arrive(wait.account_id, (wait.amount, "TRSF SARI"))

    assert make_checkout.fresh(order.id).state is OrderState.PAID
    assert line.state is LineState.PAID
    assert line.wait_id == wait.id, "the evidence is kept"
    paid = make_transfers.payment(order)
    assert (paid.state, paid.gateway, paid.surplus) == (PaymentState.CAPTURED, "transfer", wait.code)
    balances = make_checkout.books_are_even()
    assert balances[ledger.BANK] == -wait.amount
    assert balances[ledger.ROUNDING] == wait.code
    assert balances[books.OPEN] == 0
    assert {"transfer_waiting", "transfer_received", "order_paid"} <= letters(order)


def test_without_a_second_person_no_account_is_used(session: Session) -> None:
    one = make_transfers.actor()
    with writing() as writer:
        account = accounts.propose(writer, one, "014", "8382556789", "Kriya")
        with pytest.raises(proposals.SamePerson):
            accounts.approve(writer, one, account)

    with pytest.raises(waits.NoTransfers):
        make_transfers.order(account)


def test_a_closed_account_is_not_offered_and_its_money_still_counts(session: Session) -> None:
    account = make_transfers.account()
    order = make_transfers.order(account)
    with writing() as writer:
        accounts.close(writer, make_transfers.actor(), account)
    wait = make_transfers.wait_of(order)

    make_transfers.arrive(wait.account_id, (wait.amount, ""))

    assert make_checkout.fresh(order.id).state is OrderState.PAID
    assert accounts.active(session) == []


def test_a_code_belongs_to_one_order_until_it_has_rested(session: Session) -> None:
    account = make_transfers.account()
    order = make_transfers.order(account)
    taken = make_transfers.wait_of(order)

    other = make_transfers.order(account)
    same = sa.update(TransferWait).where(TransferWait.order_id == other.id).values(due=taken.due)

    with pytest.raises(IntegrityError), writing() as writer:
        writer.execute(same)
    with writing() as writer:
        writer.execute(
            sa.update(TransferWait).values(state=WaitState.LAPSED, ended_at=now() - timedelta(days=6))
        )
        assert waits.free_codes(writer) == 0
        writer.execute(sa.update(TransferWait).values(ended_at=now() - timedelta(days=8)))
        assert waits.free_codes(writer) == 2


def test_late_money_becomes_the_order_while_the_piece_is_free(session: Session) -> None:
    order = make_transfers.order()
    make_checkout.overdue(order)
    assert payments.expire_due() == 1
    assert lines.sweep() == 1
    wait = make_transfers.wait_of(order)
    assert wait.state is WaitState.LAPSED

    make_transfers.arrive(wait.account_id, (wait.amount, ""))

    assert make_checkout.fresh(order.id).state is OrderState.PAID
    assert {"transfer_expired", "transfer_received"} <= letters(order)


def test_late_money_for_a_piece_that_is_gone_goes_back(session: Session) -> None:
    account = make_transfers.account()
    piece = make_catalog.piece(on_hand=1)
    order = make_transfers.order(account, piece=piece)
    make_checkout.overdue(order)
    payments.expire_due()
    make_checkout.paid((piece, 1))
    wait = make_transfers.wait_of(order)

    make_transfers.arrive(wait.account_id, (wait.amount, ""))

    assert make_checkout.fresh(order.id).state is OrderState.EXPIRED
    [owed] = make_transfers.returns_of(order)
    assert (owed.amount, owed.state) == (wait.amount, ReturnState.NEEDS_ACCOUNT)
    assert "transfer_where_to" in letters(order)
    _send(owed)
    assert make_transfers.payment(order).state is PaymentState.REFUNDED
    balances = make_checkout.books_are_even()
    assert balances[ledger.BANK] == 0
    assert balances[ledger.REFUNDS_DUE] == 0


def _send(owed: TransferReturn) -> None:
    """Let the buyer name an account, one person prepare and another let go, and the bank carry it out."""
    first, second, return_id = make_transfers.actor(), make_transfers.actor(), owed.id
    with writing() as session:
        mine = returns.one(session, return_id)
        if mine.order_id is not None:
            returns.give_account(session, ACTOR, session.get_one(Order, mine.order_id), SARI)
        else:
            returns.name_account(session, ACTOR, mine, SARI)
        batch = returns.prepare(session, first, accounts.every(session)[0], [return_id])
        with pytest.raises(proposals.SamePerson):
            returns.approve(session, first, batch)
        with pytest.raises(bank_files.NotApproved):
            bank_files.rows(session, first, batch, "014")
        with pytest.raises(proposals.AlreadyDecided):
            returns.mark_sent(session, first, mine)
        returns.approve(session, second, batch)
        [row] = bank_files.rows(session, second, batch, "014")
        assert row[2:5] == ("1234567890", "SARI PUSPITA", mine.amount)
        returns.mark_sent(session, second, mine)


def test_overlapping_files_bring_each_line_once(session: Session) -> None:
    account_id = make_transfers.account().id
    make_transfers.arrive(account_id, (50_000, "A"), (60_000, "B"))

    again = make_transfers.arrive(account_id, (50_000, "A"), (60_000, "B"), (60_000, "B"), (-5_000, "ADM"))

    assert [(line.amount, line.state) for line in again] == [
        (5_000, LineState.OUTGOING),
        (60_000, LineState.WAITING),
    ]
    assert make_transfers.open_money() == 170_000
    assert make_checkout.books_are_even()[books.OPEN] == 170_000


def test_a_file_is_taken_in_once_and_only_for_its_account(session: Session) -> None:
    account_id = make_transfers.account().id
    make_transfers.arrive(account_id, (50_000, "A"))

    with pytest.raises(imports.KnownFile):
        make_transfers.arrive(account_id, (50_000, "A"))
    with pytest.raises(imports.OtherAccount):
        make_transfers.arrive(
            account_id, data=b"No. Rekening,=,'999\nTanggal,Keterangan,Cabang,Jumlah,,Saldo\n"
        )


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
    _send(owed)
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
    _send(owed)
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
    _send(owed)

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


def test_other_terms_hold_once_a_second_person_agrees(session: Session) -> None:
    first, second = make_transfers.actor(), make_transfers.actor()
    with writing() as writer:
        row = terms.propose(writer, first, terms.Terms(hours=6, remind_hours=2, quiet_days=3, tolerance=0))
        assert terms.holding(writer).hours == 24
        terms.approve(writer, second, row)

    order = make_transfers.order()

    assert order.expires_at - order.created_at == timedelta(hours=6)
    with pytest.raises(terms.BadTerms), writing() as writer:
        terms.propose(writer, first, terms.Terms(hours=2, remind_hours=2))


def test_a_cancelled_orders_money_goes_back_in_full(session: Session, bank: FakeGateway) -> None:
    order = make_transfers.order()
    assert payments.close(ACTOR, order.id, OrderState.CANCELLED) is OrderState.CANCELLED
    wait = make_transfers.wait_of(order)

    make_transfers.arrive(wait.account_id, (wait.amount, ""))

    assert make_checkout.fresh(order.id).state is OrderState.CANCELLED
    assert [owed.amount for owed in make_transfers.returns_of(order)] == [wait.amount]


def test_a_reminder_goes_to_those_who_still_have_time(session: Session, run_jobs: Callable[[], int]) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    with writing() as writer:
        waits.remind(writer, wait.id)
    assert "transfer_reminder" in letters(order)


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
    _send(owed)
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
