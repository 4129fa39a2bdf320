"""Vouchers at the desk: who makes which, what comes back when it cannot be kept, stopping and going on."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council, Workshop
from checkout.models import Voucher
from checkout.voucher_book import Giver
from shop.db import db
from shop.models import AuditEntry, Role
from tests import make, make_catalog, make_vouchers
from tests.pages import Page

FORM = {"name": "Hari Batik", "kind": "percent", "percent": "10", "first_on": "2026-11-01", "code": "batik10"}


def the_council() -> Council:
    """Give the council of Bengkulu."""
    return db.session.scalars(sa.select(Council).where(Council.code == "17")).one()


def vouchers() -> list[Voucher]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Voucher).order_by(Voucher.id)))


@pytest.fixture
def officer(page: Page, session: Session) -> Page:
    """Sign in an administrator of the council of Bengkulu."""
    page.sign_in(make.staff(Role.COUNCIL_ADMIN, "17"))
    return page


def send(page: Page, path: str = "/desk/vouchers/new", **typed: Any) -> Page:
    return page.get(path).press(
        "Simpan voucer" if path != "/desk/vouchers/new" else "Buat voucer", **(FORM | typed)
    )


def test_a_council_makes_a_voucher_that_it_bears(officer: Page) -> None:
    send(officer, min_goods="100.000", limit_total="50", last_on="2099-01-31")

    made = vouchers()[0]
    assert "Voucer BATIK10 sudah dibuat" in officer.text
    assert (made.code, made.percent, made.min_goods, made.limit_total) == ("BATIK10", 10, 100_000, 50)
    assert made.council_id == the_council().id
    assert "dari Dekranasda" in officer.get("/desk/vouchers").text
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "voucher.made")).one()
    assert entry.scope == "17"


def test_what_cannot_be_kept_comes_back_as_it_was_typed(officer: Page) -> None:
    for typed in (
        {"percent": ""},
        {"percent": "1_0"},
        {"kind": "amount", "amount": ""},
        {"code": "ada spasi!"},
        {"first_on": "kemarin"},
        {"last_on": "2026-10-31"},
        {"workshop": "/artisans/tidak-ada"},
        {"limit_each": "0"},
        {"kind": "nothing"},
        {"name": "a\x00b"},
    ):
        send(officer, min_goods="seratus" if typed == {"percent": ""} else "100.000", **typed)
        assert officer.status == 422, typed
        assert officer.all("input[aria-invalid], fieldset.field-wrong"), typed

    assert vouchers() == []


def test_a_council_gives_nothing_for_another_nor_for_the_marketplace(officer: Page) -> None:
    other = make_catalog.workshop(regency="16.71")
    theirs = make_vouchers.voucher(Giver(council_id=db.session.get_one(Workshop, other.id).council_id))
    market = make_vouchers.voucher(code="PASAR")

    for voucher in (theirs, market):
        assert officer.get(f"/desk/vouchers/{voucher.id}").status == 404
        assert officer.post(f"/desk/vouchers/{voucher.id}/stop").status == 404
    for giver in ("16", "marketplace", "x"):
        assert officer.get(f"/desk/vouchers/new?giver={giver}").status == 404
        assert officer.post("/desk/vouchers/new", FORM | {"giver": giver}).status == 404
    assert [voucher.paused_at for voucher in vouchers()] == [None, None]
    assert "BATIK10" not in officer.get("/desk/vouchers").text


def test_a_council_reads_the_vouchers_of_its_workshops_and_leaves_them_alone(officer: Page) -> None:
    theirs = make_vouchers.voucher(Giver(workshop_id=make_catalog.workshop().id))

    assert "BATIK10" in officer.get("/desk/vouchers?giver=workshops").text
    assert officer.get(f"/desk/vouchers/{theirs.id}").status == 200
    assert officer.post(f"/desk/vouchers/{theirs.id}", FORM).status == 404
    assert officer.post(f"/desk/vouchers/{theirs.id}/stop").status == 404


def test_a_voucher_is_stopped_and_the_list_offers_to_let_it_go_on(officer: Page) -> None:
    send(officer)

    officer.get("/desk/vouchers").press("Hentikan")
    assert "BATIK10 dihentikan" in officer.text
    officer.submit(officer.one("form.notice"))

    assert vouchers()[0].paused_at is None


def test_two_officers_do_not_overwrite_each_other(officer: Page) -> None:
    send(officer)
    path = f"/desk/vouchers/{vouchers()[0].id}"
    officer.get(path)
    form, button = officer.one("form[data-guard]"), officer.one("form[data-guard] button[type=submit]")
    send(officer, path, percent="20")

    officer.submit(form, button, **(FORM | {"percent": "30"}))

    assert officer.status == 409
    assert officer.one("input[name=percent]")["value"] == "30"
    assert vouchers()[0].percent == 20


def test_the_list_is_found_by_words_and_state(officer: Page) -> None:
    send(officer)
    send(officer, code="NANTI", first_on="2099-01-01")

    assert "BATIK10" not in officer.get("/desk/vouchers?state=planned").text
    assert "NANTI" in officer.text
    assert "NANTI" not in officer.get("/desk/vouchers?q=batik10").text
    assert "Tidak ada voucer yang cocok" in officer.get("/desk/vouchers?q=zzz").text
    assert officer.get("/desk/vouchers?state=x&giver=zz&page=9999999999999").status == 200


def test_curators_have_no_room_for_vouchers(page: Page, session: Session) -> None:
    page.sign_in(make.staff(Role.CURATOR, "17"))

    assert page.get("/desk/vouchers").status == 403
