"""The queue: what waits and for whom, chosen by filters that the address keeps, quick however much there is."""

from datetime import timedelta

from catalog.models import Submission
from shop.db import now
from tests import make_catalog, make_desk
from tests.make import writing
from tests.pages import Page


def test_filters_leave_what_fits_and_stay_in_the_address(curator: Page) -> None:
    make_catalog.submitted(make_catalog.draft(title="Selendang dari kota"))
    rural = make_catalog.workshop(regency="17.01", craft_slug="kain-lantung")
    late = make_catalog.submitted(make_catalog.draft(rural, title="Tas dari pesisir"))
    with writing() as session:
        session.get_one(Submission, late.id).created_at = now() - timedelta(days=20)

    page = curator.get("/desk/")
    assert "Selendang dari kota" in page.text
    assert page.text.index("Tas dari pesisir") < page.text.index("Selendang dari kota")
    for choice in ("regency=17.01", "late=1", f"craft={make_catalog.craft('kain-lantung').id}"):
        chosen = curator.get(f"/desk/?{choice}")
        assert "Tas dari pesisir" in chosen.text, choice
        assert "Selendang dari kota" not in chosen.text, choice
        assert f"{choice.partition('=')[0]}=" in chosen.follow("Menunggu Anda 1").path
        assert "Tas dari pesisir" in curator.text
    assert "Tidak ada yang cocok" in curator.get("/desk/?regency=99.99").text


def test_a_line_says_for_whom_it_waits(curator: Page) -> None:
    submission = make_catalog.submitted()
    assert "Anda" in curator.get("/desk/").one("tbody tr").get_text(" ", strip=True)
    make_catalog.hand_in(submission, make_catalog.curator())
    with make_desk.statements() as sent:
        curator.get("/desk/?for=you")
    assert "Selendang besurek" in curator.text
    assert len(sent) <= 12
    assert "Tidak ada yang cocok" in curator.get("/desk/?for=verdict").text
