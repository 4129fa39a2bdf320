"""Shipping rates at the desk: whose they are, who edits them, and what is done with what cannot be used."""

import sqlalchemy as sa

from catalog.models import Council
from checkout import rates
from shop.db import db
from shop.models import AuditEntry
from tests.pages import Page

FIRST = "price-0-1000"


def price(code: str) -> int:
    """Give what the first kilogram within a regency costs by a council's table."""
    db.session.rollback()
    council = db.session.scalars(sa.select(Council).where(Council.code == code)).one()
    return rates.rates_for(db.session(), council)[0].price


def test_a_council_gets_a_table_of_its_own_with_its_first_change(officer: Page) -> None:
    national = price("16")

    officer.get("/desk/shipping-rates").press("Simpan tarif ini", **{FIRST: "12.500"})

    assert "Tarif tersimpan." in officer.text
    assert officer.one(f"#{FIRST}")["value"] == "12.500"
    assert (price("17"), price("16")) == (12_500, national)
    assert "119 harga" in officer.get("/desk/history").text
    officer.get("/desk/shipping-rates").press("Simpan tarif ini", **{FIRST: "13000"})
    assert "1 harga" in officer.get("/desk/history").text

    officer.get("/desk/shipping-rates").press("Pakai tabel nasional")
    assert price("17") == national


def test_pressing_keep_without_a_change_changes_nothing(officer: Page) -> None:
    officer.get("/en/desk/shipping-rates").press("Keep these rates")

    assert "Nothing has changed" in officer.text
    assert (
        db.session.scalar(
            sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.action == "shipping_rates.replaced")
        )
        == 0
    )


def test_prices_that_cannot_be_used_come_back_as_typed_and_nothing_is_kept(officer: Page) -> None:
    before = price("17")
    wrong = {"price-0-2000": "banyak", "price-6-50000": "-5", "price-3-4000": "1_000", FIRST: "11.000"}

    officer.get("/desk/shipping-rates").press("Simpan tarif ini", **wrong)

    assert officer.status == 422
    assert len(officer.all(".error-summary li")) == 3
    assert {name: officer.one(f"#{name}")["value"] for name in wrong} == wrong
    assert price("17") == before


def test_curators_read_and_neighbours_do_not_reach(curator: Page, officer: Page) -> None:
    curator.get("/desk/shipping-rates")
    assert not curator.all("main button")
    assert curator.post("/desk/shipping-rates", {"council": "17", FIRST: "1"}).status == 403
    for code in ("16", "nasional", "99", "17'--"):
        assert officer.post("/desk/shipping-rates", {"council": code, FIRST: "1"}).status == 404
        assert officer.post("/desk/shipping-rates/reset", {"council": code}).status == 404
    assert officer.get("/desk/shipping-rates?council=16").status == 404


def test_national_finance_edits_any_council_but_cannot_reset_the_national_table(finance: Page) -> None:
    finance.get("/desk/shipping-rates?council=16").press("Simpan tarif ini", **{FIRST: "Rp 9.000"})

    assert price("16") == 9_000
    assert finance.post("/desk/shipping-rates/reset", {"council": "nasional"}).status == 404
