"""The statement reconciles: every line adds up, and the last balance is what the books say."""

import csv
import io
from datetime import date

import pypdf
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Workshop
from checkout import credits, ledger, orders, shipping, statements
from checkout.credits import CreditItem
from checkout.models import CreditKind, Order, OrderLine, Shipment
from checkout.payees import Payee
from checkout.statements import Period
from shop.db import db, now, transaction
from tests import make_catalog, make_checkout, make_payouts
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Page

EVER = Period("all")


@pytest.fixture
def sold(bank: FakeGateway, shop: Workshop) -> list[Order]:
    """Give three paid orders of the workshop: one accepted and paid less for later, one on its way, one called off."""
    piece = make_catalog.piece(shop, price=350_000, on_hand=9)
    other = make_catalog.piece(make_checkout.workshop_in(), price=100_000)
    found = [make_checkout.paid((piece, count), (other, 1)) for count in (1, 2, 1)]
    accepted, _held, cancelled = (order.id for order in found)
    for parcel in make_checkout.sent(make_checkout.fresh(accepted)):
        parcel_id = parcel.id
        with transaction() as session:
            shipping.confirm_received(session, ACTOR, session.get_one(Shipment, parcel_id))
    with transaction() as session:
        credits.give_all(session, ACTOR, orders.lock(session, cancelled), "Stok rusak.")
    with transaction() as session:
        mine = sa.select(OrderLine.id).where(OrderLine.order_id == accepted, OrderLine.workshop_id == shop.id)
        item = CreditItem(order_line_id=session.scalars(mine).one(), amount=33_333)
        order = orders.lock(session, accepted)
        credits.give(session, ACTOR, order, [item], kind=CreditKind.ALLOWANCE, reason="Lecet.", key="lecet")
    return [make_checkout.fresh(order_id) for order_id in (accepted, _held, cancelled)]


def together(workshop_id: int) -> int:
    found = ledger.of_workshop(db.session(), workshop_id)
    return found.earned + found.held + found.postage


def test_the_last_balance_is_what_the_books_say(sold: list[Order], shop: Workshop, session: Session) -> None:
    payee = Payee(workshop_id=shop.id)
    make_payouts.details(payee)
    payout = make_payouts.sent(payee)

    found = statements.of(session, payee, EVER)

    assert [line.kind for line in found.lines] == ["sale", "sale", "sale", "credit", "credit", "payout"]
    assert found.closing == together(shop.id) == sum(line.net for line in found.lines)
    assert found.accounts == {code: ledger.balance(session, code) for code in found.accounts}
    assert sum(found.accounts.values()) == found.closing
    assert found.total("goods") == 4 * 350_000
    assert found.total("commission") == -4 * 350_000 * 800 // 10_000
    cancelled, lessened, paid = found.lines[3:]
    assert cancelled.number == sold[2].number
    assert cancelled.net == -next(line.net for line in found.lines if line.number == sold[2].number)
    assert (lessened.number, lessened.net) == (sold[0].number, -30_667)
    assert (paid.number, paid.net) == (f"PO{payout.id:07}", -payout.amount)


def test_a_councils_statement_is_its_account(sold: list[Order], shop: Workshop, session: Session) -> None:
    payee = Payee(council_id=shop.council_id)
    found = statements.of(session, payee, EVER)
    assert found.closing == ledger.balance(session, payee.account) == sum(line.net for line in found.lines)
    assert {line.kind for line in found.lines} == {"sale", "credit"}


def test_months_hang_together(sold: list[Order], shop: Workshop, session: Session) -> None:
    payee = Payee(workshop_id=shop.id)
    known = statements.months(session, payee, now().date())
    before = statements.of(session, payee, statements.month(date(2020, 1, 1)))
    here = statements.of(session, payee, statements.month(known[0]))
    after = statements.of(session, payee, statements.year(known[0].year + 1))

    assert (before.opening, before.closing, before.lines) == (0, 0, [])
    assert here.opening + sum(line.net for line in here.lines) == here.closing == together(shop.id)
    assert (after.opening, after.closing, after.lines) == (here.closing, here.closing, [])


def test_the_page_its_csv_and_its_paper_say_the_same(
    artisan: Page, sold: list[Order], shop: Workshop, session: Session
) -> None:
    written = f"{together(shop.id):,}".replace(",", ".")
    assert written in artisan.get("/studio/earnings?month=all").text
    assert sold[0].number in artisan.text

    text = artisan.get("/studio/earnings/statement.csv?month=all").html.removeprefix("\ufeff")
    head, *rows = csv.reader(io.StringIO(text))
    closing = next(row for row in rows if row[1] == "Saldo akhir")
    assert int(closing[-1]) == together(shop.id)
    assert sum(int(row[-2]) for row in rows if row[0]) == together(shop.id) == int(closing[-2])
    assert len(head) == len(closing)
    assert "attachment" in artisan.headers["Content-Disposition"]

    artisan.get("/studio/earnings/statement.pdf?month=all")
    assert artisan.response
    pages = pypdf.PdfReader(io.BytesIO(artisan.response.get_data())).pages
    paper = "".join(page.extract_text() for page in pages)
    assert written in paper
    assert sold[1].number in paper


def test_a_workshop_without_sales_reads_that_nothing_is_earned(artisan: Page) -> None:
    assert "Belum ada pendapatan" in artisan.get("/studio/earnings").text
    assert artisan.get("/studio/earnings/statement.csv?month=2020-13").status == 200


def test_another_workshop_reads_nothing_of_it(neighbour: Page, sold: list[Order]) -> None:
    assert sold[0].number not in neighbour.get("/studio/earnings?month=all").html
