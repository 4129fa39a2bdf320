"""A judge's tablet in a hall without a connection: it marks, reloads, and sends when it is back."""

import pytest
import sqlalchemy as sa

from catalog.models import Judgement, Score
from shop.db import db
from tests import make
from tests import make_rounds as halls
from tests.journeys import accounts
from tests.journeys.conftest import OpenedShop
from tests.journeys.windows import Window, until

TABLET = 820

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def _mark(window: Window) -> None:
    """Answer every gate, mark everything with a 4 from the keyboard, declare, and hand in."""
    form = window.page.locator("[data-sheet-form]")
    form.locator(".gate input").first.focus()
    gates, scales = form.locator(".gate").count(), form.locator(".score-scale").count()
    for key in ["y"] * gates + ["4"] * scales:
        window.page.keyboard.press(key)
    assert form.locator("input[type=radio]:checked").count() == gates + scales
    form.locator("#free").check()
    form.get_by_role("button", name="Serahkan dan lanjut").click()


def _kept(window: Window) -> str:
    return str(window.page.locator("[data-kept]").inner_text())


def test_marks_made_without_a_connection_survive_a_reload_and_arrive_once(opened_shop: OpenedShop) -> None:
    held = halls.begun(halls.officer(), workshops=2)
    judge = halls.panel(held)[1]
    address, table = judge.email, f"/desk/rounds/{held.id}/table"
    db.session.rollback()

    with opened_shop() as (_shop, opens):
        tablet = opens("tablet", width=TABLET)
        accounts.sign_in(tablet, address, make.PASSWORD)
        tablet.open(table)
        tablet.page.get_by_text("Halaman ini bisa dibuka tanpa sambungan").wait_for()

        tablet.context.set_offline(True)
        _mark(tablet)
        until(lambda: _kept(tablet) == "1 tersimpan di perangkat ini, 0 terkirim.", "one sheet kept")
        tablet.page.reload()
        until(
            lambda: _kept(tablet) == "1 tersimpan di perangkat ini, 0 terkirim.", "it is there after a reload"
        )
        assert "2." in tablet.page.locator(".round-piece:not([hidden]) h2").inner_text()
        loaded = "all => all.filter(one => one.complete && one.naturalWidth > 0).length"
        pictures = tablet.page.locator(".round-piece:not([hidden]) img")
        assert pictures.evaluate_all(loaded) == pictures.count() > 0
        _mark(tablet)
        until(lambda: _kept(tablet) == "2 tersimpan di perangkat ini, 0 terkirim.", "two sheets kept")
        db.session.rollback()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Score)) == 0

        tablet.context.set_offline(False)
        tablet.page.reload()
        until(lambda: _kept(tablet) == "0 tersimpan di perangkat ini, 2 terkirim.", "both sheets sent")
        tablet.page.reload()
        until(lambda: _kept(tablet) == "0 tersimpan di perangkat ini, 2 terkirim.", "and known as sent")
        db.session.rollback()
        handed_in = db.session.scalars(
            sa.select(Judgement.submission_id).where(Judgement.judge_id == judge.id)
        ).all()
        assert len(handed_in) == len(set(handed_in)) == 2

        tablet.open("/account/").press("Keluar")
        stores = "caches.keys().then(names => names.filter(name => name.startsWith('table-')).length)"
        until(lambda: tablet.page.evaluate(stores) == 0, "nothing of the table is kept after signing out")
        # A browser complains of every request that it makes without a connection.
        tablet.complaints[:] = [words for words in tablet.complaints if "net::ERR_" not in words]
