"""The council says in its own words who it is."""

from collections.abc import Callable

from shop.models import Role, User
from tests import make
from tests.pages import Page


def test_a_council_describes_itself_and_no_other(signed_in: Callable[[User], Page], page: Page) -> None:
    keeper = signed_in(make.staff(Role.COUNCIL_ADMIN, "17", name="Pengurus Bengkulu"))

    keeper.get("/desk/council").press(
        "Simpan", about_id="Kami duduk di teras bersama perajin.", about_en="We sit with the makers."
    )

    assert "Kami duduk di teras" in page.get("/councils/dekranasda-bengkulu").text
    assert "We sit with the makers." in page.get("/en/councils/dekranasda-bengkulu").text
    assert keeper.get("/desk/council?council=16").status == 404
    assert keeper.post("/desk/council", {"council": "16", "about_id": "x", "about_en": ""}).status == 404
    assert signed_in(make.staff(Role.CURATOR, "17", name="Kurator")).get("/desk/council").status == 403
