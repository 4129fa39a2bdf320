"""The page of commission: what holds, what is planned, what is over; each council's people for their own."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council
from checkout import commissions
from checkout.models import CommissionRule
from shop.models import AuditEntry
from tests import make_catalog
from tests.pages import Page

TODAY = commissions.today()
TOMORROW = TODAY + timedelta(days=1)


def _rules(session: Session) -> list[CommissionRule]:
    session.rollback()
    return list(session.scalars(sa.select(CommissionRule).order_by(CommissionRule.id)))


def test_a_council_settles_plans_and_ends_its_commission(session: Session, officer: Page) -> None:
    shop = make_catalog.workshop()
    page = officer.get("/desk/commission")
    assert "8 %" in page.text
    page.press(
        "Simpan aturan", percent="7,5", first_on=str(TODAY), reason="Rapat pengurus", workshop=str(shop.id)
    )
    assert "7,5 %" in page.text
    page.press("Simpan aturan", percent="6", first_on=str(TOMORROW), reason="Rapat kedua")
    first, planned = _rules(session)
    assert (first.bp, first.workshop_id, planned.bp) == (750, shop.id, 600)
    assert page.press("Ambil kembali").text.count("diambil kembali sebelum berlaku") == 1
    page.press("Akhiri", last_on=str(TODAY))
    first, planned = _rules(session)
    assert first.last_on == TODAY
    assert planned.last_on == TODAY
    said = session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.action.startswith("commission."))
    ).all()
    assert sorted(said) == ["commission.ended"] * 2 + ["commission.settled"] * 2


def test_what_was_typed_comes_back_with_what_is_wrong(session: Session, officer: Page) -> None:
    page = officer.get("/desk/commission").press(
        "Simpan aturan", percent="80", first_on="besok", last_on="", reason="Ra"
    )
    assert page.status == 422
    assert page.one("[name=percent]")["value"] == "80"
    assert len(page.all(".field-error")) == 3
    past = officer.get("/desk/commission").press(
        "Simpan aturan", percent="5", first_on="2026-01-01", reason="Mundur"
    )
    assert past.status == 422
    assert not _rules(session)


def test_nobody_touches_another_councils_commission(session: Session, officer: Page, finance: Page) -> None:
    finance.get("/desk/commission?council=16").press(
        "Simpan aturan", percent="9", first_on=str(TODAY), reason="Keuangan"
    )
    finance.get("/desk/commission?council=nasional").press(
        "Simpan aturan", percent="10", first_on=str(TODAY), reason="Semua dewan"
    )
    theirs, of_all = _rules(session)
    assert theirs.council_id == session.scalars(sa.select(Council.id).where(Council.code == "16")).one()
    assert of_all.council_id is None
    assert officer.get("/desk/commission?council=16").status == 404
    for rule in (theirs, of_all):
        assert officer.post(f"/desk/commission/{rule.id}/end", {"last_on": str(TODAY)}).status == 404
    text = officer.get("/desk/commission").text
    assert "10 %" in text
    assert "9 %" not in text
