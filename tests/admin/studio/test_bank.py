"""The workshop's bank page: the password before a change, the number never shown again, payouts as they go."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Workshop
from checkout import bank_details
from checkout.models import BankAccount
from checkout.payees import Payee
from shop.db import db
from tests import make_payouts
from tests.fake_gateway import FakeGateway
from tests.make import PASSWORD
from tests.pages import Page

GOOD = {
    "bank": "014",
    "number": "0123456789",
    "again": "0123 456 789",
    "holder": "Sari Puspita",
    "current": PASSWORD,
}
KEEP = "Simpan rekening"


def _accounts(session: Session) -> list[BankAccount]:
    session.rollback()
    return list(session.scalars(sa.select(BankAccount).order_by(BankAccount.id)))


def test_an_artisan_says_where_the_money_goes(artisan: Page, shop: Workshop, session: Session) -> None:
    page = artisan.get("/studio/bank").press(KEEP, **GOOD)
    assert "•••• 6789" in page.text
    assert "0123456789" not in page.html
    assert "72 jam" in page.text
    account = _accounts(session)[0]
    assert (account.workshop_id, account.holder) == (shop.id, "SARI PUSPITA")
    assert bank_details.in_clear(account) == "0123456789"


def test_without_the_password_or_with_a_slip_nothing_changes(artisan: Page, session: Session) -> None:
    for slip in (
        {"current": "salah sekali ini"}, {"again": "0123456788"}, {"number": "012345678", "again": "012345678"},
        {"bank": ""}, {"holder": "=HYPERLINK(1)"}, {"number": ""},
    ):  # fmt: skip
        page = artisan.get("/studio/bank").press(KEEP, **(GOOD | slip))
        assert page.status == 422, slip
        assert page.all(".field-error"), slip
        assert PASSWORD not in page.html
    assert not _accounts(session)


def test_a_payout_is_followed_on_the_page(
    bank: FakeGateway, artisan: Page, shop: Workshop, session: Session
) -> None:
    make_payouts.earned(shop)
    payee = Payee(workshop_id=shop.id)
    make_payouts.details(payee)
    payout = make_payouts.sent(payee)
    text = artisan.get("/studio/bank").text
    assert f"PO{payout.id:07}" in text
    assert "Dikirim" in text
    assert "BCA-77" in text


def test_another_workshop_sees_nothing_of_it(
    bank: FakeGateway, neighbour: Page, shop: Workshop, session: Session
) -> None:
    make_payouts.details(Payee(workshop_id=shop.id))
    db.session.rollback()
    assert "6789" not in neighbour.get("/studio/bank").html
