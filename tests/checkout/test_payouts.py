"""Payouts: an earning once, two people, and money that comes back when it does not arrive."""

import csv
import io

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.models import Council
from checkout import bank_files, credits, earnings, ledger, orders, payout_holds, payout_runs, payouts
from checkout.credits import CreditItem
from checkout.models import (
    CreditKind,
    OrderLine,
    Payout,
    PayoutBatch,
    PayoutHold,
    PayoutState,
    Shipment,
    ShipmentState,
)
from checkout.payees import Payee
from shop.audit import Actor
from shop.db import db, transaction
from shop.models import AuditEntry
from tests import make_catalog, make_checkout, make_claims, make_payouts
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing
from tests.pages import Mailbox


@pytest.fixture(autouse=True)
def _with_bank(bank: FakeGateway) -> None:
    """Every test here has orders that are paid."""


def balances() -> dict[str, int]:
    return make_checkout.books_are_even()


def test_what_is_accepted_is_paid_out_once(session: Session) -> None:
    shop, payee, _order = make_payouts.ready()
    due = balances()[payee.account]
    payout = make_payouts.proposed(payee)
    assert payout.amount == due
    with pytest.raises(payouts.NothingToPay):
        make_payouts.proposed(payee)
    assert balances()[payee.account] == due  # nothing moves before another person has approved
    _person, other = make_payouts.officer()
    with writing() as here:
        payouts.approve(here, other, here.get_one(Payout, payout.id))
    assert (balances()[payee.account], balances()[ledger.PAYOUTS_DUE]) == (0, due)
    with writing() as here:
        batches, held = payouts.export(here, other, [here.get_one(Payout, payout.id)])
    assert (len(batches), held) == (1, [])
    with writing() as here:
        payouts.mark_sent(here, other, here.get_one(Payout, payout.id), "BCA-1")
    assert (balances()[ledger.PAYOUTS_DUE], balances()[ledger.BANK]) == (0, due)
    more = make_payouts.earned(shop, 200_000)
    assert make_payouts.proposed(payee).amount == balances()[payee.account]
    assert more.number


def test_who_proposed_does_not_approve_and_the_database_agrees(session: Session) -> None:
    _shop, payee, _order = make_payouts.ready()
    person, actor = make_payouts.officer()
    payout = make_payouts.proposed(payee, actor)
    for nobody in (actor, ACTOR):
        with pytest.raises(payouts.SamePerson), writing() as here:
            payouts.approve(here, nobody, here.get_one(Payout, payout.id))
    with pytest.raises(IntegrityError), transaction() as here:
        here.execute(sa.update(Payout).values(approved_by_id=person.id, state=PayoutState.APPROVED))
    with pytest.raises(IntegrityError), transaction() as here:
        here.execute(sa.update(Payout).values(state=PayoutState.SENT))
    assert make_payouts.fresh(payout).state is PayoutState.PROPOSED


def test_who_entered_the_account_does_not_approve(session: Session) -> None:
    shop = make_catalog.workshop()
    make_payouts.earned(shop)
    payee = Payee(workshop_id=shop.id)
    _person, actor = make_payouts.officer()
    make_payouts.details(payee, by=actor)
    payout = make_payouts.proposed(payee)
    with pytest.raises(payouts.OwnDetails), writing() as here:
        payouts.approve(here, actor, here.get_one(Payout, payout.id))


@pytest.mark.parametrize("way", ["cancelled", "failed", "returned"])
def test_what_does_not_arrive_is_the_workshops_again(session: Session, mailbox: Mailbox, way: str) -> None:
    shop, payee, _order = make_payouts.ready()
    due = balances()[payee.account]
    made = {
        "cancelled": make_payouts.approved,
        "failed": make_payouts.exported,
        "returned": make_payouts.sent,
    }
    payout = made[way](payee)
    undo = {"cancelled": payouts.cancel, "failed": payouts.mark_failed, "returned": payouts.mark_returned}[
        way
    ]
    with pytest.raises(payouts.ReasonMissing), writing() as here:
        undo(here, ACTOR, here.get_one(Payout, payout.id), "  ")
    with writing() as here:
        undo(here, ACTOR, here.get_one(Payout, payout.id), "Rekening ditutup")
    after = balances()
    assert (after[payee.account], after[ledger.PAYOUTS_DUE], after.get(ledger.BANK, 0)) == (due, 0, 0)
    with pytest.raises(payouts.Moved), writing() as here:
        undo(here, ACTOR, here.get_one(Payout, payout.id), "Dua kali")
    again = make_payouts.proposed(payee)
    assert again.amount == due
    told = {letter.template for letter in mailbox.to(make_catalog.member(shop).email)}
    assert ("payout_undone" in told) == (way != "cancelled")
    assert ("payout_sent" in told) == (way == "returned")


def test_little_money_is_carried_until_it_is_enough(session: Session) -> None:
    shop = make_catalog.workshop()
    payee = Payee(workshop_id=shop.id)
    make_payouts.details(payee)
    make_payouts.earned(shop, 20_000)
    with pytest.raises(payouts.NothingToPay) as refusal:
        make_payouts.proposed(payee)
    assert refusal.value.params == {"reason": earnings.TOO_LITTLE}
    make_payouts.earned(shop, 60_000)
    assert make_payouts.proposed(payee).amount == balances()[payee.account]


def _give_back(order_id: int, amount: int, key: str) -> None:
    with writing() as here:
        order = orders.lock(here, order_id)
        line = here.scalars(sa.select(OrderLine).where(OrderLine.order_id == order_id)).one()
        item = CreditItem(order_line_id=line.id, amount=amount)
        credits.give(here, ACTOR, order, [item], kind=CreditKind.ALLOWANCE, reason="Retak.", key=key)


def test_what_is_given_back_after_a_payout_is_carried_and_worked_off(session: Session) -> None:
    shop, payee, order = make_payouts.ready(100_000)
    make_payouts.sent(payee)
    _give_back(order.id, 100_000, "a")
    assert balances()[payee.account] == -92_000
    with pytest.raises(payouts.NothingToPay) as refusal:
        make_payouts.proposed(payee)
    assert refusal.value.params == {"reason": earnings.OWED}
    make_payouts.earned(shop, 300_000)
    assert make_payouts.proposed(payee).amount == balances()[payee.account] < 300_000 * 92 // 100


def test_a_payout_is_not_approved_for_money_that_was_taken_back_since(session: Session) -> None:
    _shop, payee, order = make_payouts.ready(100_000)
    payout = make_payouts.proposed(payee)
    _give_back(order.id, 50_000, "b")
    _person, other = make_payouts.officer()
    with pytest.raises(payouts.Held) as refusal, writing() as here:
        payouts.approve(here, other, here.get_one(Payout, payout.id))
    assert refusal.value.params == {"reason": payouts.TAKEN_BACK}
    with writing() as here:
        payouts.cancel(here, other, here.get_one(Payout, payout.id), "Berubah")
    assert make_payouts.proposed(payee).amount == balances()[payee.account]


def test_finance_holds_and_lifts(session: Session) -> None:
    _shop, payee, _order = make_payouts.ready()
    payout = make_payouts.approved(payee)
    with writing() as here:
        payout_holds.place(here, ACTOR, payee, "Diperiksa")
    with pytest.raises(payout_holds.HeldAlready), writing() as here:
        payout_holds.place(here, ACTOR, payee, "Lagi")
    with writing() as here:
        batches, held = payouts.export(here, ACTOR, [here.get_one(Payout, payout.id)])
        assert (batches, [one.id for one in held]) == ([], [payout.id])
    with writing() as here:
        payout_holds.lift(here, ACTOR, here.scalars(sa.select(PayoutHold)).one())
    with writing() as here:
        batches, held = payouts.export(here, ACTOR, [here.get_one(Payout, payout.id)])
        assert (len(batches), held) == (1, [])


def test_what_an_order_with_something_open_earned_waits_alone(session: Session) -> None:
    shop, payee, order = make_payouts.ready(300_000)
    make_payouts.earned(shop, 200_000)
    hold = earnings.Hold("open", order.id)
    earnings.SOURCES.append(source := lambda _session, _payee: [hold])
    try:
        found = earnings.of(db.session(), payee)
        payout = make_payouts.proposed(payee)
        assert payout.amount == found.payable == found.balance - found.held
        assert found.held > 300_000 * 92 // 100
    finally:
        earnings.SOURCES.remove(source)
    rest = make_payouts.proposed(payee)
    assert rest.amount == found.held
    earnings.SOURCES.append(source)
    try:
        _person, other = make_payouts.officer()
        with pytest.raises(payouts.Held), writing() as here:
            payouts.approve(here, other, here.get_one(Payout, rest.id))
    finally:
        earnings.SOURCES.remove(source)


def test_a_council_is_paid_the_commission_of_accepted_orders(session: Session) -> None:
    shop = make_catalog.workshop()
    council = session.scalars(sa.select(Council.id).where(Council.code == "17")).one()
    payee = Payee(council_id=council)
    make_payouts.details(payee)
    make_payouts.earned(shop, 2_000_000)
    waiting = make_checkout.paid((make_catalog.piece(shop, price=1_000_000), 1))
    found = earnings.of(db.session(), payee)
    assert (found.payable, found.held) == (160_000, 80_000)
    assert make_payouts.sent(payee).amount == 160_000
    make_checkout.received(waiting)
    assert make_payouts.proposed(payee).amount == 80_000


def test_the_weekly_run_proposes_for_everybody_who_may_have_one(session: Session) -> None:
    _one, first, _order = make_payouts.ready()
    _two, second, _order = make_payouts.ready(700_000)
    bare = make_catalog.workshop()
    make_payouts.earned(bare)
    db.session.rollback()
    assert payout_runs.prepare_all(Actor.system("worker")) == 2
    assert payout_runs.prepare_all(Actor.system("worker")) == 0
    found = session.scalars(sa.select(Payout).order_by(Payout.amount)).all()
    assert [one.workshop_id for one in found] == [first.workshop_id, second.workshop_id]
    assert {one.proposed_by_id for one in found} == {None}


def test_a_bank_file_has_a_row_per_payout_and_is_taken_on_the_record(session: Session) -> None:
    _shop, payee, _order = make_payouts.ready()
    payout = make_payouts.exported(payee)
    with writing() as here:
        batch = here.scalars(sa.select(PayoutBatch)).one()
        text = bank_files.write(here, ACTOR, batch)
    head, row = csv.reader(io.StringIO(text))
    assert tuple(head) == bank_files.COLUMNS
    number = payouts.number(payout)
    assert row == [number, "014", "Bank Central Asia (BCA)", make_payouts.NUMBER, "SANGGAR CONTOH",
                   str(payout.amount), "IDR", f"KRIYA {number}"]  # fmt: skip
    taken = sa.select(AuditEntry.id).where(AuditEntry.action == "payout_batch.read")
    assert len(session.scalars(taken).all()) == 1


def test_an_open_claim_holds_what_its_order_earned(session: Session) -> None:
    order, parcel = make_claims.arrived((make_catalog.piece(price=400_000), 1))
    claim = make_claims.claim_about(order, parcel)
    payee = Payee(workshop_id=claim.workshop_id)
    make_payouts.details(payee)
    with writing() as here:  # the money is earned, as when the buyer accepts and writes afterwards
        here.execute(
            sa.update(Shipment).where(Shipment.id == claim.shipment_id).values(state=ShipmentState.RECEIVED)
        )
        ledger.post(
            here,
            [ledger.Posting("release:claimed", ledger.held(claim.workshop_id), payee.account, 300_000)],
            claim.order_id,
        )
    found = earnings.of(db.session(), payee)
    assert (found.payable, found.held) == (0, 300_000)
    assert [hold.reason for hold in found.holds] == [payout_holds.OPEN_CLAIM]
    with pytest.raises(payouts.NothingToPay):
        make_payouts.proposed(payee)
