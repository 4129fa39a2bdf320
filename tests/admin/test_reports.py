"""Sales reports: the same sum by maker, craft, region and month; refunds nowhere; each council its own."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from admin import reports, sheets
from admin.reports import Period
from checkout import credits
from checkout.models import Order
from shop import authz
from shop.db import db
from shop.models import User
from tests import make_catalog, make_checkout
from tests.checkout.conftest import bank
from tests.make import ACTOR, writing
from tests.pages import Page

__all__ = ["bank"]

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
EVERYWHERE = frozenset({authz.ALL_COUNCILS})
Rows = dict[str, tuple[int, int, int]]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def market(request: pytest.FixtureRequest, app: Flask, bank: Any) -> dict[str, Order]:
    """Sell in Bengkulu (batik and bark cloth) and in Palembang, in three months, on either database."""
    batik = make_catalog.piece(make_catalog.workshop(name="=Sanggar Melur"), price=350_000, on_hand=9)
    bark = make_catalog.piece(
        make_catalog.workshop(name="Rumah Kayu", regency="17.01", craft_slug="kain-lantung"),
        price=200_000, on_hand=9, craft_id=make_catalog.craft("kain-lantung").id,
    )  # fmt: skip
    songket = make_catalog.piece(
        make_catalog.workshop(name="Songket Hulu", regency="16.71"), price=1_000_000, on_hand=9
    )
    orders = {
        "march": make_checkout.paid((batik, 2), (songket, 1)),
        "april": make_checkout.paid((bark, 3), (batik, 1)),
        "new year": make_checkout.paid((songket, 1)),
        "pending": make_checkout.order((batik, 1)),
    }
    at = {
        # the last half hour of March in UTC is the first of April in Bengkulu
        "march": datetime(2026, 3, 31, 16, 59, tzinfo=UTC),
        "april": datetime(2026, 3, 31, 17, 0, tzinfo=UTC),
        "new year": datetime(2026, 12, 31, 17, 0, tzinfo=UTC),
    }
    with writing() as session:
        for name, moment in at.items():
            session.execute(sa.update(Order).where(Order.id == orders[name].id).values(paid_at=moment))
    return orders


def sums(by: str, period: Period = YEAR, codes: frozenset[str] = EVERYWHERE) -> Rows:
    """Give orders, pieces and rupiah of every row that has any."""
    db.session.rollback()
    rows = reports.REPORTS[by](db.session(), period, codes)
    return {row.name or row.key: (row.orders, row.pieces, row.amount) for row in rows if row.pieces}


def test_every_report_adds_up_to_the_same(market: dict[str, Order]) -> None:
    assert sums("workshop") == {
        "=Sanggar Melur": (2, 3, 1_050_000),
        "Songket Hulu": (1, 1, 1_000_000),
        "Rumah Kayu": (1, 3, 600_000),
    }
    assert sums("craft") == {
        "Kain Batik Besurek": (2, 3, 1_050_000),
        "Songket Palembang": (1, 1, 1_000_000),
        "Kain Lantung": (1, 3, 600_000),
    }
    assert sums("province") == {"Bengkulu": (2, 6, 1_650_000), "Sumatera Selatan": (1, 1, 1_000_000)}
    assert len(sums("regency")) == 3
    totals = {
        by: reports.total(report(db.session(), YEAR, EVERYWHERE)) for by, report in reports.REPORTS.items()
    }
    assert set(totals.values()) == {(7, 2_650_000, 212_000)}


def test_months_are_those_of_western_indonesia_and_quiet_ones_are_shown(market: dict[str, Order]) -> None:
    assert sums("month") == {"2026-03": (1, 3, 1_700_000), "2026-04": (1, 4, 950_000)}
    rows = reports.by_month(db.session(), YEAR, EVERYWHERE)
    assert [row.key for row in rows] == [f"2026-{month:02}" for month in range(1, 13)]
    assert sums("month", Period(date(2027, 1, 1), date(2027, 1, 1))) == {"2027-01": (1, 1, 1_000_000)}


def test_a_day_is_counted_from_midnight_to_midnight(market: dict[str, Order]) -> None:
    assert sums("province", Period(date(2026, 3, 31), date(2026, 3, 31))).keys() == {
        "Bengkulu",
        "Sumatera Selatan",
    }
    assert sums("workshop", Period(date(2026, 4, 1), date(2026, 4, 1))).keys() == {
        "=Sanggar Melur",
        "Rumah Kayu",
    }
    assert sums("workshop", Period(date(2026, 4, 2), date(2026, 12, 31))) == {}


def test_a_refunded_order_counts_nowhere(market: dict[str, Order], run_jobs: Callable[[], int]) -> None:
    with writing() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, market["march"].id), "Batal.")

    assert sums("province") == {"Bengkulu": (1, 4, 950_000)}
    run_jobs()
    assert sums("month") == {"2026-04": (1, 4, 950_000)}


def test_a_council_sees_its_region_and_a_province_its_cities(market: dict[str, Order]) -> None:
    assert sums("workshop", codes=frozenset({"16"})) == {"Songket Hulu": (1, 1, 1_000_000)}
    assert sums("province", codes=frozenset({"17"})) == {"Bengkulu": (2, 6, 1_650_000)}
    assert sums("workshop", codes=frozenset({"1"})) == {}
    assert sums("workshop", codes=frozenset()) == {}


# --- the page and its files ------------------------------------------------------------------------------


DAYS = "from=2026-01-01&to=2026-12-31"


def test_the_sales_page_shows_table_picture_and_files(
    market: dict[str, Order], signed_in: Callable[[User], Page]
) -> None:
    curator = signed_in(make_catalog.curator())

    curator.get(f"/desk/sales?{DAYS}")
    assert "Rp 1.650.000" in curator.text
    assert "Songket Hulu" not in curator.html
    assert len(curator.all(".bar-chart .bar")) == 2
    assert "Februari 2026" in curator.get(f"/desk/sales?by=month&{DAYS}").text
    assert curator.all(".line-chart svg")
    assert "Lantung bark cloth" in curator.get(f"/en/desk/sales?by=craft&{DAYS}").text

    rows = list(csv.reader(io.StringIO(curator.get(f"/desk/sales.csv?{DAYS}").html.removeprefix("\ufeff"))))
    assert rows[0] == ["Bengkel", "Pesanan", "Karya", "Penjualan (Rp)", "Komisi (Rp)"]
    assert rows[1:] == [
        ["'=Sanggar Melur", "2", "3", "1050000", "84000"],
        ["Rumah Kayu", "1", "3", "600000", "48000"],
    ]
    curator.get(f"/desk/sales.xlsx?{DAYS}")
    assert "attachment" in curator.headers["Content-Disposition"]
    assert curator.response is not None
    with zipfile.ZipFile(io.BytesIO(curator.response.get_data())) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "1050000" in sheet


@pytest.mark.parametrize("cell", ["=1+1", "+62", "-5", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("x")'])
def test_no_cell_of_a_csv_is_read_as_a_formula(cell: str) -> None:
    (row,) = csv.reader(io.StringIO(sheets.csv_text([cell], []).removeprefix("\ufeff"), newline=""))
    assert row == ["'" + cell]


def test_numbers_and_plain_words_stay_as_they_are() -> None:
    assert (
        sheets.csv_text(["Nama", "Rp"], [["Kain, “tulis”", -5]]) == '\ufeffNama,Rp\r\n"Kain, “tulis”",-5\r\n'
    )
