"""The delivery estimate: what an order would cost to send, said before there is a cart, and honestly where nobody goes."""

import pytest
from flask import Flask

from catalog import indonesia, products, stock
from catalog.models import Council, Product
from checkout import quotes, rates
from checkout.pricing import Bracket
from shop.db import db, transaction
from tests import make_catalog as make
from tests.make import ACTOR
from tests.pages import Page

JSON = {"Accept": "application/json"}


@pytest.fixture
def piece(app: Flask) -> Product:
    """Give a live piece of Kota Bengkulu."""
    return make.piece(make.workshop(regency="17.71"), price=300_000)


def ask(page: Page, piece: Product, **where: str) -> Page:
    query = {"variant": str(make.variant_of(piece).id), **where}
    return page.get("/delivery-estimate", query_string=query, headers=JSON, fragment=True)


def test_the_estimate_is_what_an_order_costs(page: Page, piece: Product) -> None:
    page.get(f"/products/{piece.slug}")
    assert page.one("form[data-delivery] [name=variant]")["value"] == str(make.variant_of(piece).id)
    found = ask(page, piece, to="kota bandung").json
    offers = products.offers(db.session(), [make.variant_of(piece).id])
    to = quotes.places(db.session(), ["32.73"])["32.73"]
    quote = quotes.of_offers(db.session(), {make.variant_of(piece).id: 1}, offers, to)
    assert found["regency"] == "32.73"
    assert f"{quote.shipping_total:,}".replace(",", ".") in found["lines"][0]
    assert found["lines"][2] == "Berangkat dari bengkel paling lambat 2 hari kerja"


def test_a_piece_made_to_order_says_its_days(page: Page) -> None:
    piece = make.piece(make.workshop(), made_to_order=True, lead_days=21)
    assert "21 hari kerja" in ask(page, piece, regency="17.71").json["lines"][2]


def test_a_name_that_several_have_is_asked_back(page: Page, piece: Product) -> None:
    found = ask(page, piece, to="bandung").json
    assert {choice["regency"] for choice in found["choices"]} == {"32.04", "32.73"}
    assert ask(page, piece, to="Atlantis").json["choices"] == []
    assert ask(page, piece, to="38225").json["regency"] == "17.71"


def test_where_nobody_goes_the_page_says_so(page: Page, piece: Product) -> None:
    # given a council whose couriers do not cross to Papua
    with transaction() as session:
        council = session.query(Council).filter_by(code="17").one()
        table = [Bracket(zone, 50_000, 10_000 * (zone + 1), 1, 3) for zone in range(6)]
        rates.replace(session, ACTOR, council, table)
    found = ask(page, piece, regency="91.71").json
    assert found["served"] is False
    assert "Belum ada layanan" in found["lines"][0]


def test_the_page_works_without_scripts(page: Page, piece: Product) -> None:
    variant = make.variant_of(piece).id
    page.get(f"/products/{piece.slug}").press("Hitung", to="bandung")
    assert page.title == "Ongkos kirim"
    page.follow("Kota Bandung, Jawa Barat")
    assert "Ke Kota Bandung: Rp" in page.text
    for address, status in (
        (f"variant={variant}&regency=99.99", 422), ("variant=999999", 404), ("variant=x", 404), ("", 404),
        (f"variant={variant}&to={'%' * 5000}", 200), (f"variant={variant}&to=%D9%A1%E2%80%AE", 200),
    ):  # fmt: skip
        assert page.client.get(f"/en/delivery-estimate?{address}").status_code == status, address


def test_what_cannot_be_bought_has_no_estimate(page: Page, piece: Product) -> None:
    with transaction() as session:
        stock.set_on_hand(session, ACTOR, make.variant_of(piece).id, 0)
    assert not page.get(f"/products/{piece.slug}").all("form[data-delivery]")
    assert ask(page, piece, regency="17.71").status == 404


def test_regencies_are_found_as_people_write_them() -> None:
    named = {words: [found.code for found in indonesia.regencies_like(words)] for words in
             ("Kota Bengkulu", "yogyakarta kota", "  KOTA   bandung ", "", "x", "%%", "rejang")}  # fmt: skip
    assert named["Kota Bengkulu"] == ["17.71"]
    assert "34.71" in named["yogyakarta kota"]
    assert named["  KOTA   bandung "] == ["32.73"]
    assert named[""] == named["x"] == named["%%"] == []
    assert named["rejang"][0] == "17.02"
