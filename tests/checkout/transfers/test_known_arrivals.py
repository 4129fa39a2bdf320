"""Lines of our statement that the books have by another name are matched and not booked twice; decisions are taken back."""

import pytest

from admin.verify import transfers as checks
from checkout import gateway_accounts, ledger, payouts
from checkout.gateway_books import MovementKind
from checkout.models import LineState, Payout, StatementLine
from checkout.transfers import known_arrivals, lines, outgoing, receipts
from shop.db import db
from tests import make_checkout, make_payouts, make_transfers
from tests.checkout.conftest import bank
from tests.checkout.test_gateway_accounts import charge, line
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing
from tests.pages import Page

__all__ = ["bank"]


def came(*rows: tuple[int, str]) -> list[StatementLine]:
    """Let money come to our bank account that no order waits for."""
    account_id = make_transfers.account().id
    return make_transfers.arrive(account_id, data=make_transfers.statement(*rows))


def is_well() -> dict[str, int]:
    db.session.rollback()
    assert list(checks.lines_end_once(db.session())) == []
    return make_checkout.books_are_even()


def test_a_payout_of_the_payment_service_is_matched_and_counts_once(page: Page, bank: FakeGateway) -> None:
    charge(bank, make_checkout.paid())
    line(bank, MovementKind.PAYOUT, -30_000_000, source_ref="po_stripe_1")
    gateway_accounts.compare()
    before = is_well()
    first, second = came((300_000, "STRIPE PAYOUT"), (300_000, "STRIPE LAGI"))

    page.sign_in(make_transfers.finance()).get(f"/desk/transfers/{first.id}")
    assert "po_stripe_1" in page.text
    page.press("Ini yang itu")
    assert page.status == 200
    entry = gateway_entry()
    with pytest.raises(receipts.Taken), writing() as session:
        known_arrivals.confirm(session, ACTOR, lines.one(session, second.id), entry)

    after = is_well()
    assert after.get(ledger.MARKETPLACE) == before.get(ledger.MARKETPLACE)
    assert after[ledger.BANK] == before[ledger.BANK] - 300_000, "only the second line is still unknown"

    page.get(f"/desk/transfers/{first.id}").press("Biarkan baris ini menunggu lagi", reason="Bukan yang ini")
    for _turn in range(2):
        with writing() as session:
            known_arrivals.confirm(session, ACTOR, lines.one(session, second.id), entry)
        with writing() as session:
            known_arrivals.reopen(session, ACTOR, lines.one(session, second.id), "Sekali lagi")
    assert is_well()[ledger.BANK] == before[ledger.BANK] - 600_000


def gateway_entry() -> str:
    """Give the key of the payment service's payout."""
    [found] = [one for one in known_arrivals.every(db.session()) if one.key.startswith("gateway:")]
    return found.key


def test_a_payout_that_came_back_and_money_set_aside_wrongly(bank: FakeGateway) -> None:
    _shop, payee, _order = make_payouts.ready()
    payout = make_payouts.sent(payee)
    with writing() as session:
        payouts.mark_returned(session, ACTOR, session.get_one(Payout, payout.id), "Rekening ditutup")
    before = is_well()
    [back] = came((payout.amount, "RETUR"))
    with writing() as session:
        lines.set_aside(session, ACTOR, lines.one(session, back.id), "Bunga")
    assert is_well()[ledger.MARKETPLACE] == before.get(ledger.MARKETPLACE, 0) + payout.amount

    with pytest.raises(lines.ReasonMissing), writing() as session:
        known_arrivals.reopen(session, ACTOR, lines.one(session, back.id), " ")
    with writing() as session:
        known_arrivals.reopen(session, ACTOR, lines.one(session, back.id), "Retur bank")
    [found] = known_arrivals.fitting(lines.one(db.session(), back.id), known_arrivals.arrivals(db.session()))
    with writing() as session:
        known_arrivals.confirm(session, ACTOR, lines.one(session, back.id), found.key)

    after = is_well()
    assert lines.one(db.session(), back.id).state is LineState.BOOKED
    assert found.name == payouts.number(payout)
    assert (after[ledger.MARKETPLACE], after[ledger.BANK]) == (
        before.get(ledger.MARKETPLACE, 0),
        before[ledger.BANK],
    )
    assert outgoing.waiting(db.session()) == ([], 0)
