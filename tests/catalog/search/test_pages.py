"""The search pages as a visitor uses them, and as somebody with bad intentions does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from catalog.models import ListingState
from catalog.views.search_form import SearchForm
from shop import config
from tests import make_desk, make_search
from tests.pages import Page

Work = Callable[[], int]


@pytest.fixture
def shop(session: Session, run_jobs: Work) -> dict[str, int]:
    """Give a shop with three pieces on the wall and one that is not approved."""
    pieces = {
        "blue": make_search.listed(
            "Kain besurek biru", title_en="Blue besurek", price=450_000, technique="tulis"
        ),
        "red": make_search.listed(
            "Kain besurek merah", title_en="Red besurek", price=150_000, technique="cap"
        ),
        "ring": make_search.listed(
            "Cincin perak", title_en="Silver ring", price=385_000, craft="perak-kotagede"
        ),
        "secret": make_search.listed("Kain rahasia", state=ListingState.SUBMITTED),
    }
    run_jobs()
    return pieces


def _titles(page: Page) -> list[str]:
    return [" ".join(tag.get_text().split()) for tag in page.all(".results > .cards .product-card-title")]


def test_the_list_is_restated_in_words_with_its_count(page: Page, shop: dict[str, int]) -> None:
    assert page.get("/search?q=besurek").title == "2 karya untuk “besurek”"
    assert page.get("/en/search?q=ring").title == "1 piece for “ring”"
    assert page.get("/search").title == "Semua karya: 3 karya"
    assert page.get("/search?q=besurekk").title == "2 karya untuk “besurek”"
    assert "Tidak ada yang bernama “besurekk” di sini" in page.text
    page.get("/search?q=kain&province=17&availability=ready&kind=one_of_a_kind&price_min=100000")
    assert (
        page.title == "Tidak ada hasil untuk “kain” dari Bengkulu, siap kirim, satu-satunya, mulai Rp 100.000"
    )
    page.get("/en/search?craft=batik-besurek&craft=perak-kotagede&province=17&availability=ready")
    assert page.title == (
        "3 pieces of Besurek batik (Arabic-script motif) or Kotagede silver from Bengkulu, ready now"
    )


def test_a_facet_narrows_a_chip_widens_and_both_keep_the_words(page: Page, shop: dict[str, int]) -> None:
    page.get("/search?q=kain")
    page.follow("Batik cap 1")
    assert _titles(page) == ["Kain besurek merah"]
    assert "q=kain" in page.path

    page.get(str(page.one("a.chip")["href"]))
    assert len(_titles(page)) == 2


def test_english_pages_have_english_names_and_addresses(page: Page, shop: dict[str, int]) -> None:
    page.get("/en/search?province=17&technique=tulis")

    assert "Hand-drawn batik (tulis)" in page.text
    assert _titles(page) == ["Blue besurek"]
    assert all(str(link["href"]).startswith("/en/") for link in page.all("a.chip, .facet-option[href]"))


def test_engines_of_the_world_keep_words_that_find_something_and_nothing_that_never_ends(
    page: Page, shop: dict[str, int]
) -> None:
    for address, kept in {
        "/search": True,
        "/search?q=besurek": True,
        "/search?q=besurekk": False,
        "/search?q=besurek&technique=tulis": False,
        "/search?q=zzyzx": False,
    }.items():
        page.get(address)
        assert (page.all('meta[name="robots"]') == []) is kept, address


def test_nothing_exact_offers_what_is_near(page: Page, shop: dict[str, int]) -> None:
    page.get("/search?q=perak+besurek")

    assert page.title == "Tidak ada hasil untuk “perak besurek”"
    assert len(page.all(".near .product-card")) == 3
    assert "Tidak persis, tetapi mirip" in page.text
    assert page.get("/search?q=zzzzzz").all(".near .product-card")
    assert "Tidak persis" not in page.text


def test_what_is_not_approved_stands_nowhere(page: Page, shop: dict[str, int]) -> None:
    for address in ("/search", "/search?q=kain", "/search?q=rahasia", "/en/search?q=rahasi"):
        page.get(address)
        assert "Kain rahasia" not in page.html
    assert page.get("/suggest?q=rahasia").json == {"suggestions": [], "status": "0 saran"}


def test_suggestions_lead_to_crafts_regions_makers_and_pieces(page: Page, shop: dict[str, int]) -> None:
    found = page.get("/suggest?q=besu").json["suggestions"]
    assert ("Kain Batik Besurek", "/crafts/batik-besurek") in [(one["label"], one["url"]) for one in found]
    assert {"Kain besurek biru", "Kain besurek merah"} <= {one["label"] for one in found}

    assert page.get("/en/suggest?q=bengk").json["suggestions"][0]["url"] == "/en/regions/bengkulu"
    assert page.get("/suggest?q=b").json["suggestions"] == []
    city = page.get("/en/suggest?q=kota+beng").json["suggestions"][0]
    assert (city["label"], city["note"]) == ("Kota Bengkulu", "Bengkulu")
    assert page.get(city["url"]).status == 200


def test_the_list_and_the_suggestions_are_the_same_for_everyone(page: Page, shop: dict[str, int]) -> None:
    for address in ("/search?q=kain", "/suggest?q=kain"):
        page.get(address)
        assert page.headers["Cache-Control"].startswith("public")
        assert page.headers["ETag"]
        assert "Set-Cookie" not in page.headers


def test_a_search_without_an_index_finds_pieces_and_says_how_little_it_knows(
    page: Page, shop: dict[str, int]
) -> None:
    (Path(config.current().search_dir) / "CURRENT").unlink()

    assert "disiapkan ulang" in page.get("/search?q=besurek+biru").text
    assert _titles(page) == ["Kain besurek biru"]
    assert "disiapkan ulang" not in page.get("/search").text


def test_a_price_is_read_as_people_write_it(page: Page, shop: dict[str, int]) -> None:
    assert _titles(page.get("/search?price_min=Rp+100.000&price_max=200000")) == ["Kain besurek merah"]
    assert _titles(page.get("/search?price_min=200000&price_max=100000")) == ["Kain besurek merah"]
    assert page.get("/search?price_min=murah").status == 422


def test_a_page_that_is_not_there_is_not_found(page: Page, shop: dict[str, int]) -> None:
    for number in ("0", "-1", "2", "1e3", "1_0", "٣", "1000000000", "99999999999999999999", "x", ""):
        assert page.get("/search", query_string={"page": number}).status == 404


def test_an_address_says_all_that_was_asked_and_reads_back_the_same() -> None:
    form = SearchForm.read(
        MultiDict(
            [("q", " batik\u00a0 tulis "), ("craft", "a"), ("craft", "b"), ("craft", "a"), ("page", "3")]
        )
    )

    assert (form.q, form.filters, form.page) == ("batik tulis", {"craft": ("a", "b")}, 3)
    assert form.with_value("craft", "a").filters == {"craft": ("b",)}
    assert form.with_value("province", "17").page == 1


def test_where_a_thing_is_not_made_the_same_hands_are_near(page: Page, shop: dict[str, int]) -> None:
    page.get("/en/search?q=necklaces")

    assert page.title == "Nothing for “necklaces”"
    assert [" ".join(tag.get_text().split()) for tag in page.all(".near .product-card-title")] == [
        "Silver ring"
    ]


def test_a_question_is_answered_within_six_statements(page: Page, shop: dict[str, int]) -> None:
    page.get("/search?q=warm")
    for address in (
        "/search?q=kain",
        "/search?q=kain&province=17&regency=17.71&craft=batik-besurek&heritage=gi",
        "/search",
    ):
        with make_desk.statements() as sent:
            page.get(address, headers={"Cache-Control": "no-cache"})
        asked = [statement for statement in sent if not statement.startswith(("BEGIN", "PRAGMA"))]
        assert len(asked) <= 6, "\n\n".join(asked)


def test_what_would_find_nothing_is_shown_as_nothing_and_what_is_chosen_stays(
    page: Page, shop: dict[str, int]
) -> None:
    page.get("/search?q=merah&craft=perak-kotagede&craft=batik-besurek")

    nothing = " ".join(tag.get_text(" ") for tag in page.all(".facet-nothing"))
    assert "Dibuat sesuai pesanan 0" in nothing
    assert "Rp 5.000.000" in nothing.replace("\xa0", " ")
    chosen = [tag.get_text(" ") for tag in page.all(".facet-option[aria-current]")]
    assert len(chosen) == 2
    assert any("Perak Kotagede" in words and words.split()[-1] == "0" for words in chosen)


def test_regencies_are_asked_for_within_a_province(page: Page, shop: dict[str, int]) -> None:
    assert not page.get("/search").all(".facet-option[href*='regency=']")

    page.get("/search?province=17").follow("Kota Bengkulu 3")

    assert page.title == "3 karya dari Kota Bengkulu"


def test_heritage_says_who_says_so(page: Page, shop: dict[str, int]) -> None:
    page.get("/en/search?heritage=gi&heritage=wbtb")

    assert _titles(page) == ["Red besurek", "Blue besurek"]
    sources = page.one(".heritage-sources").get_text(" ")
    assert "Registered geographical indication" in sources
    assert "wahananews.co" in sources
    assert "(not verified)" in page.get("/en/search?heritage=unesco").text or not page.all(
        ".heritage-sources b"
    )


def test_ways_out_of_nothing_say_what_they_find(page: Page, shop: dict[str, int]) -> None:
    page.get("/search?q=besurek+biru&material=Sutra")
    assert page.title.startswith("Tidak ada hasil untuk “besurek biru”")
    assert page.has_link("tanpa Sutra 1 karya")

    page.get("/search?q=perak+besurek").follow("tanpa “besurek” 1 karya")
    assert _titles(page) == ["Cincin perak"]


def test_another_word_is_offered_where_few_are_found(page: Page, session: Session, run_jobs: Work) -> None:
    for number in range(6):
        make_search.listed(f"Kain tulis {number}")
    make_search.listed("Taplak", story="Tuls adalah nama kucing kami.")
    run_jobs()

    page.get("/search?q=tuls")
    assert _titles(page) == ["Taplak"]
    page.follow("“tulis”")
    assert len(_titles(page)) == 6


def test_suggestions_stand_in_groups_and_name_the_maker(page: Page, shop: dict[str, int]) -> None:
    found = page.get("/en/suggest?q=besurek").json
    kinds = [one["kind"] for one in found["suggestions"]]
    assert kinds == sorted(kinds, key=["Crafts", "Regions", "Makers", "Pieces"].index)
    assert {one["note"] for one in found["suggestions"] if one["kind"] == "Pieces"} == {"Sanggar Rafflesia"}
    assert found["status"] == f"{len(kinds)} suggestions"
