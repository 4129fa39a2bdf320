"""Money that left our account is what was to leave: proposed by number and amount, confirmed by a person, once."""

import pytest
import sqlalchemy as sa

from admin.verify import transfers as checks
from checkout import ledger, payouts
from checkout.models import OutgoingMatch, PayoutState, ReturnState, StatementLine, TransferReturn
from checkout.transfers import accounts, lines, outgoing, returns
from checkout.transfers.outgoing import Kind
from shop.db import db
from tests import make_checkout, make_payouts, make_transfers
from tests.checkout.conftest import bank
from tests.make import ACTOR, writing
from tests.pages import Page

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("bank")


def _left(*rows: tuple[int, str], days_ago: int = 0) -> list[StatementLine]:
    """Let money leave our account; give the lines, the smallest amount first."""
    account_id = (accounts.active(db.session()) or [make_transfers.account()])[0].id
    data = make_transfers.statement(*((-amount, words) for amount, words in rows), days_ago=days_ago)
    return make_transfers.arrive(account_id, data=data)


def _owed() -> TransferReturn:
    """Owe a buyer money that stands in an approved file."""
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    account_id, amount = wait.account_id, wait.amount
    make_transfers.arrive(account_id, (amount, "1"))
    [second] = make_transfers.arrive(account_id, (amount, "2"))
    make_transfers.send_back(second.id, order)
    first, other = make_transfers.actor(), make_transfers.actor()
    with writing() as session:
        returns.give_account(session, ACTOR, make_checkout.fresh(order.id), make_transfers.SARI)
        [owed] = returns.of_order(session, order.id)
        batch = returns.prepare(session, first, accounts.one(session, account_id), [owed.id])
        returns.approve(session, other, batch)
    [owed] = make_transfers.returns_of(order)
    return owed


def _best(line: StatementLine) -> outgoing.Proposal:
    return outgoing.proposals([line], outgoing.purposes(db.session()))[line.id][0]


def _confirm(line_id: int, one: outgoing.Purpose) -> None:
    who = make_transfers.actor()
    with writing() as session:
        outgoing.confirm(session, who, lines.one(session, line_id), one.kind, one.id)


def _all_is_well() -> None:
    db.session.rollback()
    for check in (checks.lines_end_once, checks.two_persons, checks.left_as_meant):
        assert list(check(db.session())) == []


def test_a_payout_on_the_statement_is_proposed_and_confirming_it_says_that_it_was_sent() -> None:
    _shop, payee, _order = make_payouts.ready()
    payout = make_payouts.exported(payee)
    [line] = _left((payout.amount, f"TRF KE SANGGAR KRIYA {payouts.number(payout)}"))

    best = _best(line)
    assert (best.certain, best.purpose.sent) == (True, False)
    _confirm(line.id, best.purpose)

    assert make_payouts.fresh(payout).state is PayoutState.SENT
    assert make_checkout.books_are_even()["payouts:due"] == 0
    assert outgoing.waiting(db.session()) == ([], 0)
    _all_is_well()


def test_what_was_marked_as_sent_before_is_only_matched_and_posted_once() -> None:
    _shop, payee, _order = make_payouts.ready()
    payout = make_payouts.sent(payee)
    before = make_checkout.books_are_even()
    [line] = _left((payout.amount, f"KRIYA {payouts.number(payout)}"))

    _confirm(line.id, _best(line).purpose)
    with pytest.raises(outgoing.Taken):
        _confirm(line.id, outgoing.Purpose(Kind.PAYOUT, payout.id, "", payout.amount, True, None))

    assert make_checkout.books_are_even() == before
    assert db.session.scalar(sa.select(sa.func.count(OutgoingMatch.id))) == 1
    _all_is_well()


def test_money_back_is_known_by_its_number_and_the_buyer_hears_that_it_was_sent() -> None:
    owed = _owed()
    purpose = next(one for one in outgoing.purposes(db.session()) if one.kind is Kind.RETURN)
    [line] = _left((owed.amount, f"KRIYA {purpose.name}"))

    assert outgoing.confirm_certain(make_transfers.actor()) == 1
    assert outgoing.confirm_certain(make_transfers.actor()) == 0

    assert db.session.get_one(TransferReturn, owed.id).state is ReturnState.SENT
    assert line.amount == owed.amount
    _all_is_well()


def test_another_amount_is_named_and_never_confirmed() -> None:
    _shop, payee, _order = make_payouts.ready()
    payout = make_payouts.exported(payee)
    number, amount = payouts.number(payout), payout.amount
    less, same = _left((amount - 6_500, f"KRIYA {number}"), (amount, "TRF"))

    assert (_best(less).named, _best(less).missing) == (True, -6_500)
    assert (_best(same).named, _best(same).certain) == (False, False)
    with pytest.raises(outgoing.Differs):
        _confirm(less.id, _best(less).purpose)
    assert outgoing.confirm_certain(make_transfers.actor()) == 0
    assert make_payouts.fresh(payout).state is PayoutState.EXPORTED


def test_two_lines_for_one_payout_settle_it_once() -> None:
    _shop, payee, _order = make_payouts.ready()
    payout = make_payouts.exported(payee)
    words = f"KRIYA {payouts.number(payout)}"
    _left((payout.amount, words), (payout.amount, f"{words} LAGI"))

    assert outgoing.confirm_certain(make_transfers.actor()) == 1

    _rows, waiting = outgoing.waiting(db.session())
    assert waiting == 1, "the second one waits for a person"
    _all_is_well()


def test_what_was_marked_as_sent_and_is_on_no_statement_is_listed() -> None:
    _shop, payee, _order = make_payouts.ready()
    payout = make_payouts.sent(payee)
    _left((1_000, "BIAYA ADM"))
    assert outgoing.unseen(db.session()) == [], "its line may still come"
    with writing() as session:
        session.get_one(type(payout), payout.id).sent_at = (
            payout.sent_at and payout.sent_at - 2 * outgoing.PATIENCE
        )

    [one] = outgoing.unseen(db.session())

    assert (one.purpose.id, one.purpose.amount) == (payout.id, payout.amount)


def test_finance_settles_lines_on_a_page_of_its_own(page: Page) -> None:
    _shop, payee, _order = make_payouts.ready()
    payout = make_payouts.exported(payee)
    amount = payout.amount
    _left((6_500, "BIAYA ADM"), (amount, f"KRIYA {payouts.number(payout)}"))
    page.sign_in(make_transfers.finance()).get("/desk/transfer-outgoing")
    assert "nomor dan jumlah cocok" in page.text
    assert "Tidak ada milik kita yang cocok" in page.text

    page.press("Konfirmasi semua yang tepat")
    assert make_payouts.fresh(payout).state is PayoutState.SENT
    page.press("Ini biaya bank", reason=" ")
    assert (page.status, "Mohon tulis untuk apa uang ini." in page.text) == (422, True)
    before = make_checkout.books_are_even()
    page.press("Ini biaya bank", reason="Biaya administrasi bank")
    assert "Tidak ada yang perlu diselesaikan" in page.text
    after = make_checkout.books_are_even()
    assert after[ledger.BANK] - before[ledger.BANK] == 6_500
    assert after[ledger.MARKETPLACE] - before.get(ledger.MARKETPLACE, 0) == -6_500
    _all_is_well()

    page.follow("Baris yang sudah jelas").follow("Biaya bank Rp 6.500")
    assert "Biaya administrasi bank" in page.text
    page.press("Biarkan baris ini menunggu lagi", reason="Ternyata uang kita")
    assert make_checkout.books_are_even()[ledger.BANK] == before[ledger.BANK]
    page.press("Uang kita sendiri", reason="Sewa kantor")
    assert make_checkout.books_are_even()[ledger.BANK] == after[ledger.BANK]
    assert "dibatalkan" in page.get("/desk/transfer-outgoing/settled?kind=fee").text
    page.post("/desk/transfer-outgoing/1", {"purpose": "payout-٣"})
    assert page.status == 404
    _all_is_well()
