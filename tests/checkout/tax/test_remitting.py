"""PPh 22 paid on: each month once, with its receipt, in the books, matched with our bank statement, undone with a reason."""

from datetime import date

import pytest

from admin.verify import invoices as checks
from admin.verify import transfers as line_checks
from checkout import ledger
from checkout.tax import remitting
from checkout.transfers import outgoing
from shop.db import db
from shop.models import Role
from tests import make, make_catalog, make_checkout, make_tax, make_transfers
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing
from tests.pages import Page

FIRST, SECOND, THIRD = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture
def months(bank: FakeGateway) -> None:
    """Give three months of a marketplace that collects: in the second one more went back than came in."""
    make_tax.designated()
    order = make_checkout.paid((make_catalog.piece(on_hand=9, price=800_000), 1))
    for month, amount in ((FIRST, 9_000), (SECOND, 1_000), (SECOND, -4_000), (THIRD, 8_000)):
        make_tax.collected(order, month, amount)


def left() -> dict[date, int]:
    db.session.rollback()
    return {one.month: one.left for one in remitting.periods(db.session())}


def record(month: date, ntpn: str = "12AB34CD56EF78GH", paid_on: date = date(2026, 4, 10)) -> int:
    with writing() as session:
        return remitting.record(session, ACTOR, month, ntpn, paid_on).id


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, app: object) -> None:
    """Give either database."""


@pytest.mark.usefixtures("database", "months")
def test_a_month_is_paid_once_and_what_went_back_lowers_the_next() -> None:
    running = make_tax.today().replace(day=1)
    assert left() == {running: 0, THIRD: 5_000, SECOND: 0, FIRST: 9_000}
    before = make_checkout.books_are_even()

    with pytest.raises(remitting.BadDay):
        record(FIRST, paid_on=date(2025, 12, 31))
    with pytest.raises(remitting.BadNumber):
        record(FIRST, ntpn="nomor")
    for month in (SECOND, running):
        with pytest.raises(remitting.NothingOwed):
            record(month, paid_on=make_tax.today())
    record(FIRST, ntpn="12ab 34cd-56ef 78gh")
    with pytest.raises(remitting.NothingOwed):
        record(FIRST, ntpn="1111222233334444")
    with pytest.raises(remitting.NumberTaken):
        record(THIRD)

    after = make_checkout.books_are_even()
    assert after[ledger.PPH22] - before[ledger.PPH22] == -9_000
    assert after[ledger.BANK] - before.get(ledger.BANK, 0) == 9_000
    assert left()[FIRST] == 0
    assert list(checks.remitted_tax(db.session())) == []


@pytest.mark.usefixtures("months")
def test_its_line_on_our_statement_is_known_by_the_receipt_and_holds_it() -> None:
    paid = record(FIRST)
    account_id = make_transfers.account().id
    data = make_transfers.statement((-9_000, "MPN G3 12AB34CD56EF78GH"))
    make_transfers.arrive(account_id, data=data)

    assert outgoing.confirm_certain(make_transfers.actor()) == 1

    with pytest.raises(remitting.OnStatement), writing() as session:
        remitting.undo(session, ACTOR, paid, "Salah")
    db.session.rollback()
    assert list(line_checks.left_as_meant(db.session())) == []


def test_finance_writes_a_payment_down_and_takes_it_back(page: Page, months: None) -> None:
    page.sign_in(make.staff(Role.FINANCE, "nasional")).get("/desk/tax/remittances")
    form = page.one("form[action$='/remittances']:has(input[value='2026-03'])")
    page.submit(form, ntpn="abc", paid_on="2026-04-10")
    assert page.status == 422
    form = page.one("form[action$='/remittances']:has(input[value='2026-03'])")
    assert page.one("#ntpn-2026-03")["value"] == "abc"
    page.submit(form, ntpn="12AB34CD56EF78GH", paid_on="2026-04-10")
    assert "12AB34CD56EF78GH" in page.text
    assert (
        "2026-03,8000,0,-3000,5000,0,2026-04-10,12AB34CD56EF78GH"
        in page.get("/desk/tax/remittances/months.csv").text
    )

    page.get("/desk/tax/remittances").press("Ternyata belum disetor", reason="Salah bulan")

    assert left()[THIRD] == 5_000
    assert "Salah bulan" in page.text
    make_checkout.books_are_even()
    assert list(checks.remitted_tax(db.session())) == []
    regional = Page(page.app).sign_in(make.staff(Role.FINANCE, "17"))
    assert regional.get("/desk/tax/remittances").status == 404
