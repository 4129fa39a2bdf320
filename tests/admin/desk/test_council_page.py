"""The council says in its own words who it is."""

from collections.abc import Callable
from io import BytesIO

from shop.models import Role, User
from tests import make, make_catalog
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


def test_a_council_hangs_the_picture_of_its_region_and_takes_it_back(
    signed_in: Callable[[User], Page], page: Page
) -> None:
    keeper = signed_in(make.staff(Role.COUNCIL_ADMIN, "17", name="Pengurus Bengkulu"))
    words = {"alt_id": "Pantai Panjang di pagi hari", "alt_en": "Long Beach in the morning"}

    def send(seed: int, size: tuple[int, int], **typed: str) -> Page:
        file = (BytesIO(make_catalog.photograph(seed, size)), "pantai.jpg")
        return keeper.get("/desk/council").press("Simpan gambar", landscape=file, **(words | typed))

    assert "lebarnya melebihi" in send(1, (320, 400)).one("#landscape-error").get_text()
    assert "kedua bahasa" in send(1, (400, 320), alt_en="").one("#landscape-error").get_text()
    assert keeper.one("#landscape-alt-id")["value"] == words["alt_id"]

    send(1, (400, 320))
    first = page.get("/en/regions/bengkulu").one(".landscape img")
    assert first["alt"] == "Long Beach in the morning"
    assert page.get("/councils/dekranasda-bengkulu").one(".landscape img")["alt"] == words["alt_id"]

    send(2, (400, 320))
    assert page.get("/en/regions/bengkulu").one(".landscape img")["src"] != first["src"]
    keeper.get("/desk/council").press("Urungkan perubahan terakhir")
    assert page.get("/en/regions/bengkulu").one(".landscape img")["src"] == first["src"]

    keeper.get("/desk/council").press("Turunkan", within="#landscape")
    assert not page.get("/en/regions/bengkulu").all(".landscape img")
    keeper.get("/desk/council").press("Urungkan perubahan terakhir")
    assert page.get("/en/regions/bengkulu").one(".landscape img")["src"] == first["src"]


def test_only_the_council_of_a_province_hangs_its_picture(signed_in: Callable[[User], Page]) -> None:
    nationwide = signed_in(make.staff(Role.COUNCIL_ADMIN, "nasional", name="Pengurus Dekranas"))

    assert not nationwide.get("/desk/council?council=nasional").all("#landscape")
    assert nationwide.post("/desk/council/landscape", {"council": "nasional"}).status == 404
    assert (
        signed_in(make.staff(Role.COUNCIL_ADMIN, "16", name="Pengurus lain"))
        .post("/desk/council/landscape", {"council": "17", "take_down": "1"})
        .status
        == 404
    )
