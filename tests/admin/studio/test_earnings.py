"""The statement reconciles: every line adds up, and the last balance is what the books say."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy.orm import Session

from admin.studio import statement
from catalog.models import Workshop
from checkout import credits, ledger, orders, shipping
from checkout.models import Order, Shipment
from shop.db import db, now, transaction
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Page


@pytest.fixture
def sold(bank: FakeGateway, shop: Workshop) -> list[Order]:
    """Give three paid orders of the workshop: one received, one on hold, one called off."""
    piece = make_catalog.piece(shop, price=350_000, on_hand=9)
    other = make_catalog.piece(make_checkout.workshop_in(), price=100_000)
    found = [make_checkout.paid((piece, count), (other, 1)) for count in (1, 2, 1)]
    received, _held, cancelled = (order.id for order in found)
    for parcel in make_checkout.sent(make_checkout.fresh(received)):
        parcel_id = parcel.id
        with transaction() as session:
            shipping.confirm_received(session, ACTOR, session.get_one(Shipment, parcel_id))
    with transaction() as session:
        credits.give_all(session, ACTOR, orders.lock(session, cancelled), "Stok rusak.")
    return [make_checkout.fresh(order_id) for order_id in (received, _held, cancelled)]


def together(workshop_id: int) -> int:
    found = ledger.of_workshop(db.session(), workshop_id)
    return found.earned + found.held + found.postage


def test_the_last_balance_is_what_the_books_say(sold: list[Order], shop: Workshop, session: Session) -> None:
    found = statement.of_workshop(session, shop.id)

    assert [line.kind for line in found.lines] == ["sale", "sale", "sale", "refund"]
    assert found.closing == together(shop.id) == sum(line.net for line in found.lines)
    assert found.total("goods") == 4 * 350_000
    assert found.total("commission") == -4 * 350_000 * 800 // 10_000
    refunded = found.lines[-1]
    assert refunded.number == sold[2].number
    assert refunded.refund == -next(line.net for line in found.lines if line.number == sold[2].number)


def test_months_hang_together(sold: list[Order], shop: Workshop, session: Session) -> None:
    today = now().date()
    known = statement.months(session, shop.id, today)
    before = statement.of_workshop(session, shop.id, date(2020, 1, 1))
    here = statement.of_workshop(session, shop.id, known[0])

    assert (before.opening, before.closing, before.lines) == (0, 0, [])
    assert here.opening + sum(line.net for line in here.lines) == here.closing == together(shop.id)


def test_the_page_and_its_csv_say_the_same(
    artisan: Page, sold: list[Order], shop: Workshop, session: Session
) -> None:
    written = f"{together(shop.id):,}".replace(",", ".")
    assert written in artisan.get("/studio/earnings?month=all").text
    assert sold[0].number in artisan.text

    text = artisan.get("/studio/earnings/statement.csv?month=all").html.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    assert int(rows[-1][-1]) == together(shop.id)
    assert sum(int(row[-2]) for row in rows[2:]) == together(shop.id)
    assert "attachment" in artisan.headers["Content-Disposition"]


def test_a_workshop_without_sales_reads_that_nothing_is_earned(artisan: Page) -> None:
    assert "Belum ada pendapatan" in artisan.get("/studio/earnings").text
    assert artisan.get("/studio/earnings/statement.csv?month=2020-13").status == 200


def test_another_workshop_reads_nothing_of_it(neighbour: Page, sold: list[Order]) -> None:
    assert sold[0].number not in neighbour.get("/studio/earnings?month=all").html
