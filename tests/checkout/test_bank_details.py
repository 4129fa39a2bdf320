"""Bank details: checked, sealed, masked, changed with a letter and 72 hours, read in clear only on the record."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import bank_changes, bank_details, earnings, payouts
from checkout.models import BankAccount, Payout, PayoutState
from checkout.payees import Payee
from shop.db import db
from shop.models import AuditEntry
from tests import make_catalog, make_payouts
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing
from tests.pages import Mailbox


def test_what_is_no_account_is_refused() -> None:
    for bank, number, holder in [
        ("999", "0123456789", "Sari"), ("014", "012345678", "Sari"), ("014", "01234567890", "Sari"),
        ("014", "0000000000", "Sari"), ("014", "٠١٢٣٤٥٦٧٨٩", "Sari"), ("014", "0123_56789", "Sari"),
        ("451", "12345", "Sari"), ("451", "1" * 21, "Sari"), ("014", "0123456789", "S"),
        ("014", "0123456789", "=cmd()"), ("014", "0123456789", "-Sari"), ("014", "0123456789", "123 45"),
        ("014", "0123456789", "Са\u0440и"), ("", "", ""),
    ]:  # fmt: skip
        with pytest.raises(
            (
                bank_details.UnknownBank,
                bank_details.BadNumber,
                bank_details.WrongLength,
                bank_details.BadHolder,
            )
        ):
            bank_details.checked(bank, number, holder)
    found = bank_details.checked("014", " 012-345.67 89", "  Sanggar  Délima ")
    assert (found.number, found.holder) == ("0123456789", "SANGGAR DELIMA")


def test_the_database_does_not_tell_the_number(session: Session) -> None:
    shop = make_catalog.workshop()
    account = make_payouts.details(Payee(workshop_id=shop.id))
    row = session.execute(sa.text("SELECT * FROM bank_accounts")).mappings().one()
    trail = session.scalars(sa.select(AuditEntry)).all()
    kept = f"{dict(row)} {[(one.before, one.after) for one in trail]}"
    assert make_payouts.NUMBER not in kept
    assert bank_details.masked(account) == "•••• 6789"
    assert bank_details.in_clear(session.get_one(BankAccount, account.id)) == make_payouts.NUMBER


def test_reading_a_number_in_clear_is_written_down(session: Session) -> None:
    shop = make_catalog.workshop()
    account_id = make_payouts.details(Payee(workshop_id=shop.id)).id
    with writing() as here:
        found = bank_details.reveal(here, ACTOR, here.get_one(BankAccount, account_id))
    assert found == make_payouts.NUMBER
    read = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "bank_account.read")).one()
    assert (read.object_id, read.actor_label) == (str(account_id), ACTOR.label)


def test_new_details_hold_payouts_call_off_open_ones_and_are_told_to_everybody(
    bank: FakeGateway, session: Session, mailbox: Mailbox
) -> None:
    shop, payee, _order = make_payouts.ready()
    owner = make_catalog.member(shop)
    waiting, going = make_payouts.proposed(payee), None
    assert waiting.state is PayoutState.PROPOSED
    make_payouts.details(payee, number="9876543210", seasoned=False)
    assert make_payouts.fresh(waiting).state is PayoutState.CANCELLED
    assert going is None
    found = earnings.of(db.session(), payee)
    assert [hold.reason for hold in found.in_the_way] == [earnings.NEW_DETAILS]
    with pytest.raises(payouts.NothingToPay):
        make_payouts.proposed(payee)
    letters = [letter for letter in mailbox.to(owner.email) if letter.template == "bank_details_changed"]
    assert len(letters) == 2
    assert "•••• 3210" in (letters[-1].text or "")
    assert "9876543210" not in (letters[-1].text or "")
    with pytest.raises(bank_changes.Unchanged):
        make_payouts.details(payee, number="9876543210")
    make_payouts.season(payee)
    again = make_payouts.proposed(payee)
    assert again.amount == waiting.amount
    assert session.scalar(sa.select(sa.func.count()).select_from(Payout)) == 2


def test_an_approved_payout_comes_back_when_the_details_change(bank: FakeGateway, session: Session) -> None:
    _shop, payee, _order = make_payouts.ready()
    payout = make_payouts.approved(payee)
    assert earnings.of(db.session(), payee).balance == 0
    make_payouts.details(payee, number="9876543210")
    assert make_payouts.fresh(payout).state is PayoutState.CANCELLED
    assert earnings.of(db.session(), payee).balance == payout.amount


def test_the_same_account_and_a_strange_name_are_noticed(session: Session) -> None:
    one, other = make_catalog.workshop(), make_catalog.workshop()
    make_payouts.details(Payee(workshop_id=one.id))
    account_id = make_payouts.details(Payee(workshop_id=other.id)).id
    account = db.session.get_one(BankAccount, account_id)
    assert bank_details.shared_with(db.session(), account) == [one.name]
    assert bank_details.fits(account, frozenset({"Sanggar Melati"}))
    assert not bank_details.fits(account, frozenset({"Ibu Rembulan", "Batik"}))
