"""Bank transfers: from a unique code to a paid order, and no money that ends nowhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from checkout import ledger, payments
from checkout.bank_details import Details
from checkout.models import (
    LineState,
    Order,
    OrderState,
    PaymentState,
    ReturnState,
    TransferWait,
    WaitState,
)
from checkout.transfers import (
    accounts,
    books,
    imports,
    lines,
    proposals,
    terms,
    waits,
)
from shop.db import db, now
from shop.models import Mail
from tests import make_catalog, make_checkout, make_transfers
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing

pytestmark = pytest.mark.usefixtures("bank")
SARI = Details("014", "1234567890", "SARI PUSPITA")


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
    make_transfers.send(owed)
    assert make_transfers.payment(order).state is PaymentState.REFUNDED
    balances = make_checkout.books_are_even()
    assert balances[ledger.BANK] == 0
    assert balances[ledger.REFUNDS_DUE] == 0


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
