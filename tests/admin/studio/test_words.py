"""Writing about a piece: saved in steps and by script, never lost, never overwritten silently, never public."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from catalog.models import Listing, Workshop
from shop.models import User
from tests import make_catalog
from tests.pages import Page

Browser = Callable[[User], Page]
JSON = {"Accept": "application/json"}


@pytest.fixture
def draft(shop: Workshop) -> Listing:
    """Give a complete draft of the workshop."""
    return make_catalog.draft(shop)


def words(listing: Listing) -> str:
    return f"/studio/listings/{listing.product_id}/words"


def fields(page: Page) -> dict[str, str]:
    """Give the fields of the form as a script would send them."""
    form = page.one("form[data-autosave]")
    return {str(f["name"]): str(f.get("value", "")) for f in form.select("input[name]")} | {
        str(f["name"]): f.get_text().removeprefix("\n") for f in form.select("textarea")
    }


def title(session: Session, listing: Listing) -> str:
    session.rollback()
    return session.get_one(Listing, listing.id).title


def test_every_save_keeps_what_is_there_complete_or_not(
    artisan: Page, draft: Listing, session: Session
) -> None:
    artisan.get(words(draft)).press("Simpan", title="Kain pagi", story="", care="")

    assert artisan.status == 200
    assert title(session, draft) == "Kain pagi"
    assert "Ceritakan" in artisan.one(".missing").get_text() or artisan.all(".missing li")


def test_a_field_that_cannot_be_used_says_so_and_everything_typed_stays(
    artisan: Page, draft: Listing, session: Session
) -> None:
    artisan.get(words(draft)).press(
        "Simpan", title="x" * 121, motif="Kaligrafi", materials="katun," + "y" * 70
    )

    assert artisan.status == 422
    assert artisan.one("[name=title]")["value"] == "x" * 121
    assert artisan.one("[name=motif]")["value"] == "Kaligrafi"
    assert title(session, draft) == make_catalog.CONTENT["title"]

    artisan.press("Simpan", title="Kain sore")
    assert artisan.status == 422
    assert artisan.all("#materials-error")
    assert artisan.one("[name=motif]")["value"] == "Kaligrafi"


def test_a_second_window_never_overwrites_silently(
    shop: Workshop, draft: Listing, signed_in: Browser, session: Session
) -> None:
    owner = make_catalog.member(shop)
    first, second = (signed_in(owner).get(words(draft)) for _ in range(2))

    first.press("Simpan", title="Judul dari jendela pertama")
    second.press("Simpan", title="Judul dari jendela kedua", motif="Rafflesia")

    assert second.status == 409
    assert "Judul dari jendela pertama" in second.one(".clash").get_text()
    assert second.one("[name=title]")["value"] == "Judul dari jendela kedua"
    assert title(session, draft) == "Judul dari jendela pertama"

    second.press("Simpan")
    assert title(session, draft) == "Judul dari jendela kedua"


def test_the_script_saves_the_same_form_and_learns_the_new_number(
    artisan: Page, draft: Listing, session: Session
) -> None:
    sent = fields(artisan.get(words(draft))) | {"title": "Sambil menulis"}

    artisan.post(words(draft), sent, headers=JSON)

    assert artisan.status == 200
    assert artisan.json["edits"] == session.get_one(Listing, draft.id).edits
    assert title(session, draft) == "Sambil menulis"

    artisan.post(words(draft), sent | {"title": "Dari nomor lama"}, headers=JSON)
    assert artisan.status == 409
    assert artisan.json["error"]
    artisan.post(words(draft), sent | {"title": "x" * 200}, headers=JSON)
    assert artisan.status == 422
    assert "title" in artisan.json["errors"]


@pytest.mark.parametrize(
    "strange",
    [
        {"craft_id": "999999999"},
        {"craft_id": "1 OR 1=1"},
        {"technique": "mesin"},
        {"regency_code": "99.99"},
        {"edits": "-1"},
        {"edits": ""},
        {"title": "a\x00b"},
        {"story": "\ud7ff\u202e"},
    ],
)
def test_strange_input_is_refused_in_words(artisan: Page, draft: Listing, strange: dict[str, str]) -> None:
    sent = fields(artisan.get(words(draft))) | strange

    artisan.post(words(draft), sent)

    assert artisan.status == 422
    assert artisan.all(".error-summary li")


def test_a_piece_with_the_council_cannot_be_edited_but_what_was_typed_is_shown(
    artisan: Page, draft: Listing
) -> None:
    artisan.get(words(draft))
    make_catalog.submitted(draft)

    artisan.press("Simpan", title="Terlambat menulis")

    assert artisan.status == 409
    assert artisan.one("[name=title]")["value"] == "Terlambat menulis"
    assert artisan.get(words(draft)).title == make_catalog.CONTENT["title"]


def test_an_edit_of_a_live_piece_stays_private_until_it_is_approved(
    artisan: Page, shop: Workshop, page: Page
) -> None:
    piece = make_catalog.piece(shop)
    slug, here = piece.slug, f"/studio/listings/{piece.id}"

    artisan.get(here).press("Sunting halaman")
    assert "tidak berubah" in artisan.text
    artisan.press("Simpan", title="Zamrudkata", story=make_catalog.STORY + " Rahasiakata.")

    for path in (f"/products/{slug}", "/", "/search?q=zamrudkata", "/sitemap.xml", "/feeds/products.xml"):
        seen = page.get(path).html
        assert "Rahasiakata" not in seen, path
        assert "<h1>Zamrudkata" not in seen, path
        assert "Zamrudkata" not in seen, path


def test_a_draft_can_be_discarded_after_one_question(artisan: Page, draft: Listing, session: Session) -> None:
    here = f"/studio/listings/{draft.product_id}"

    artisan.get(here).follow("Buang rancangan ini")
    assert artisan.title == "Buang rancangan ini?"
    artisan.press("Ya, buang")

    session.rollback()
    assert session.get_one(Listing, draft.id).state == "discarded"
    assert "Dibuang" in artisan.get("/studio/listings?tab=closed").text
