"""Rates by day are rows: what holds when, what PPN is in a price, and how finance keeps them."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from checkout.models import TaxKind
from checkout.tax import rates
from checkout.tax.rates import Figures, Ppn
from shop.db import db, now
from shop.models import AuditEntry
from tests.make import ACTOR, writing

OF_2025 = Ppn(1200, 11, 12)


def test_since_2025_ppn_is_twelve_per_cent_of_eleven_twelfths(app: Flask) -> None:
    law = rates.on(db.session(), date(2025, 1, 1))

    assert law.ppn == OF_2025
    # domain.md 4.4: a price of 1,200,000 without PPN has a base of 1,100,000 and PPN of 132,000
    assert OF_2025.inside(1_332_000) == 132_000
    assert OF_2025.base(1_332_000) == 1_100_000


def test_each_day_has_the_rates_of_its_time(app: Flask) -> None:
    before = rates.on(db.session(), date(2024, 12, 31))
    today = rates.on(db.session(), rates.day_of(now()))

    assert before.ppn == Ppn(1100, 1, 1)
    assert (before.pph22_bp, before.free_up_to) == (0, None)
    assert (today.pph22_bp, today.free_up_to, today.pkp_above) == (50, 500_000_000, 4_800_000_000)
    assert not today.collected, "off until the marketplace is designated"


@given(st.integers(0, 10**12), st.integers(1, 10_000), st.integers(1, 12))
def test_ppn_and_the_price_without_it_are_the_price(price: int, rate_bp: int, numerator: int) -> None:
    ppn = Ppn(rate_bp, numerator, 12)
    tax, net = ppn.inside(price), price - ppn.inside(price)

    assert 0 <= tax <= price
    # the PPN of the price without PPN is the PPN that was taken out, within the rupiah of the rounding
    assert abs(tax * 120_000 - net * rate_bp * numerator) <= 120_000


def test_a_new_row_holds_from_its_day_on_and_is_written_down(app: Flask) -> None:
    tomorrow = rates.day_of(now()) + timedelta(days=1)
    with writing() as session:
        row = rates.add(session, ACTOR, TaxKind.PPN, Figures(tomorrow, " PMK 1/2027 ", 1300, 11, 12))
        row_id = row.id

    assert rates.on(db.session(), tomorrow).ppn == Ppn(1300, 11, 12)
    assert rates.on(db.session(), tomorrow - timedelta(days=1)).ppn == OF_2025
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "tax_rate.added")).one()
    assert (entry.after["rate_bp"], entry.after["source"]) == (1300, "PMK 1/2027")

    with writing() as session:
        rates.remove(session, ACTOR, row_id)
    assert rates.on(db.session(), tomorrow).ppn == OF_2025


def test_a_day_has_one_row_of_a_kind_and_what_has_begun_stays(app: Flask) -> None:
    taken = Figures(date(2025, 1, 1), "Lain", 1000)
    (first, *_) = [row for row in rates.rows(db.session()) if row.kind is TaxKind.PPN]
    first_id = first.id

    with pytest.raises(rates.DayTaken), writing() as session:
        rates.add(session, ACTOR, TaxKind.PPN, taken)
    with pytest.raises(rates.InForce), writing() as session:
        rates.remove(session, ACTOR, first_id)


@pytest.mark.parametrize(
    "figures",
    [Figures(date(2030, 1, 1), "Sumber", 10_001), Figures(date(2030, 1, 1), "Sumber", 100, 12, 11),
     Figures(date(2030, 1, 1), " ", 100), Figures(date(2030, 1, 1), "Sumber", -1)],
)  # fmt: skip
def test_what_no_law_says_is_refused(app: Flask, figures: Figures) -> None:
    with pytest.raises(rates.RateRefused), writing() as session:
        rates.add(session, ACTOR, TaxKind.PPN, figures)
