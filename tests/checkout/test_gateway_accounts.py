"""Our account at the gateway beside the books: each line once, fees to the last sen, every difference by its name."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import credits, gateway_accounts, gateway_differences, ledger, refunds
from checkout.gateway import RefundStatus
from checkout.gateway_books import Movement, MovementKind
from checkout.gateway_differences import Kind
from checkout.models import GatewayEntry, Order, OrderState, Payment, Refund
from shop.db import db, now, transaction
from tests import make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR


def line(bank: FakeGateway, kind: MovementKind, amount: int, fee: int = 0, **more: str) -> Movement:
    """Put a line on the account: amount in sen."""
    made = Movement(
        ref=f"txn_{len(bank.account) + 1}", kind=kind, type=str(kind), amount=amount, fee=fee,
        currency=more.pop("currency", "IDR"), at=now(), available_on=now(), **more,  # type: ignore[arg-type]
    )  # fmt: skip
    bank.account.append(made)
    return made


def charge(bank: FakeGateway, order: Order, fee: int = 0) -> Movement:
    payment = make_checkout.payment_of(order.id)
    number = make_checkout.fresh(order.id).number
    return line(
        bank, MovementKind.CHARGE, payment.amount * 100, fee,
        intent_ref=payment.intent_ref or "", order_number=number,
    )  # fmt: skip


def differences() -> list[tuple[Kind, int]]:
    gateway_accounts.compare()
    db.session.rollback()
    return [(one.kind, one.amount_sen) for one in gateway_differences.of(db.session(), "stripe")]


def test_fees_are_borne_by_the_marketplace_and_rounded_once_in_sum(
    session: Session, bank: FakeGateway
) -> None:
    fees = (1_040_033, 1_040_033, 1_040_034, 1_040_050)
    for fee in fees:
        charge(bank, make_checkout.paid(), fee)

    assert differences() == []
    assert differences() == []  # the same lines again

    balances = make_checkout.books_are_even()
    assert balances[ledger.MARKETPLACE] == -((sum(fees) + 50) // 100)
    assert -balances[ledger.GATEWAY] == gateway_differences.rounded(bank.held())
    assert session.scalar(sa.select(sa.func.count()).select_from(GatewayEntry)) == 4


def test_what_the_gateway_pays_to_our_bank_stands_at_the_bank(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    charge(bank, order, 200_000)
    line(bank, MovementKind.PAYOUT, -(order.total * 100 - 200_000), source_ref="po_1")

    assert differences() == []

    balances = make_checkout.books_are_even()
    assert (balances[ledger.GATEWAY], balances[ledger.BANK]) == (0, 2_000 - order.total)
    line(bank, MovementKind.PAYOUT_BACK, order.total * 100 - 200_000, source_ref="po_1")
    assert differences() == []
    assert make_checkout.books_are_even()[ledger.BANK] == 0


def test_refunds_and_those_that_come_back_fit_their_lines(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    charge(bank, order)
    with transaction() as writing:
        credits.give_all(writing, ACTOR, writing.get_one(Order, order.id), "Batal.")
    refund = session.scalars(sa.select(Refund)).one()
    refunds.send(refund.id)
    out = line(bank, MovementKind.REFUND, -refund.amount * 100, source_ref=f"re_{refund.id}")
    assert differences() == []

    bank.refunds[refund.id] = type(bank.refunds[refund.id])(
        f"re_{refund.id}", RefundStatus.FAILED, refund.amount
    )
    line(bank, MovementKind.REFUND_BACK, -out.amount, source_ref=out.source_ref)

    assert differences() == []
    assert make_checkout.books_are_even()[ledger.REFUNDS_DUE] == refund.amount


def test_a_payment_that_no_message_told_of_is_found_in_the_account(
    session: Session, bank: FakeGateway
) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)
    line(
        bank, MovementKind.CHARGE, order.total * 100,
        intent_ref=f"pi_{ref}", order_number=order.number,
    )  # fmt: skip

    assert differences() == []

    assert make_checkout.fresh(order.id).state is OrderState.PAID


def test_every_line_that_fits_nothing_is_named(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    mine = charge(bank, order)
    charge(bank, order)
    line(bank, MovementKind.CHARGE, 5_000_000, intent_ref="pi_of_another_shop")
    line(bank, MovementKind.REFUND, -1_000_000, source_ref="re_made_by_hand")
    line(bank, MovementKind.OTHER, -700)
    line(bank, MovementKind.CHARGE, 300, currency="USD", intent_ref="pi_usd")

    assert differences() == [
        (Kind.TWICE, mine.amount),
        (Kind.UNKNOWN, 5_000_000),
        (Kind.UNKNOWN, -1_000_000),
        (Kind.UNKNOWN, -700),
        (Kind.CURRENCY, 300),
        (Kind.HELD, 300),
    ]


def test_a_line_of_another_amount_and_a_payment_without_a_line_are_named(
    session: Session, bank: FakeGateway
) -> None:
    short, silent = make_checkout.paid(), make_checkout.paid()
    payment = make_checkout.payment_of(short.id)
    line(bank, MovementKind.CHARGE, 100, intent_ref=payment.intent_ref or "")
    with transaction() as writing:
        writing.execute(sa.update(Payment).values(captured_at=now() - timedelta(days=2)))

    assert sorted(differences()) == sorted(
        [
            (Kind.AMOUNT, 100),
            (Kind.PAYMENT_MISSING, short.total * 100),
            (Kind.PAYMENT_MISSING, silent.total * 100),
        ]
    )


def test_finance_explains_a_line_and_takes_it_into_the_books(session: Session, bank: FakeGateway) -> None:
    charge(bank, make_checkout.paid())
    line(bank, MovementKind.REFUND, -1_000_000, source_ref="re_made_by_hand")
    gateway_accounts.compare()
    entry_id = session.scalars(sa.select(GatewayEntry.id).where(GatewayEntry.problem.is_not(None))).one()
    db.session.rollback()

    with transaction() as writing, pytest.raises(gateway_accounts.NoteMissing):
        gateway_accounts.explain(writing, ACTOR, entry_id, " ")
    with transaction() as writing:
        gateway_accounts.explain(writing, ACTOR, entry_id, "Refund di dasbor, pesanan lama", book=True)
    with transaction() as writing, pytest.raises(gateway_accounts.Explained):
        gateway_accounts.explain(writing, ACTOR, entry_id, "Lagi", book=True)

    assert differences() == []
    assert make_checkout.books_are_even()[ledger.MARKETPLACE] == -10_000


def test_the_account_is_compared_although_a_gateway_is_away(session: Session, bank: FakeGateway) -> None:
    bank.out_of_order = True

    assert gateway_accounts.compare() == 0
