"""The portrait of a workshop: hung in the studio, seen by the council, public with the next approved piece."""

from dataclasses import replace
from io import BytesIO

from flask import Flask

from catalog import artisans, photos, portraits
from catalog.artisans import Profile
from catalog.models import Workshop
from shop.db import db
from tests import make_catalog
from tests.fixtures import apart
from tests.make import ACTOR, writing
from tests.pages import Page

ALT = "Ibu Melur di depan bak celup"


def again(shop: Workshop) -> Workshop:
    """Give a workshop as it is now."""
    db.session.rollback()
    return db.session.get_one(Workshop, shop.id)


def hang(artisan: Page, shop: Workshop) -> None:
    """Send a portrait through the studio, and make its sizes as the worker would."""
    artisan.get("/studio/workshop").press(
        "Simpan potret", portrait=(BytesIO(make_catalog.photograph(77)), "saya.jpg"), alt=ALT
    )
    picture = portraits.picture(db.session(), shop.id)
    assert picture is not None
    photos.make_sizes(picture.id)


def test_visitors_see_a_portrait_once_a_council_has_seen_it(
    artisan: Page, page: Page, shop: Workshop
) -> None:
    make_catalog.piece(again(shop))
    hang(artisan, shop)
    assert "Pengunjung belum melihatnya" in artisan.get("/studio/workshop").text
    assert ALT not in page.get("/artisans/sanggar-melur").html

    make_catalog.piece(again(shop))
    page.get("/artisans/sanggar-melur")

    face = page.one(".place-head img")
    assert face["alt"] == ALT
    assert page.client.get(str(face["src"])).status_code == 200


def test_a_portrait_taken_down_is_gone_at_once_and_stays_gone(
    app: Flask, artisan: Page, page: Page, shop: Workshop
) -> None:
    hang(artisan, shop)
    submission = make_catalog.submitted(make_catalog.draft(again(shop)))
    artisan.get("/studio/workshop").press("Turunkan")

    make_catalog.approved(submission)
    apart(app, photos.sweep)

    assert ALT not in page.get("/artisans/sanggar-melur").html
    known = portraits.of(db.session(), shop.id)
    assert known is None or known.live_picture_id is None


def test_what_is_no_photograph_is_refused_in_words(artisan: Page) -> None:
    artisan.get("/studio/workshop").press("Simpan potret", portrait=(BytesIO(b"MZ..."), "foto.jpg"))
    assert artisan.status == 415
    assert "JPEG" in artisan.one("#portrait-error").get_text()
    artisan.get("/studio/workshop").press("Simpan potret")
    assert artisan.status == 422
    assert "Silakan pilih foto dulu." in artisan.text


def test_moving_house_is_public_only_after_an_approval(page: Page, shop: Workshop) -> None:
    make_catalog.piece(again(shop))
    with writing() as session:
        mine = session.get_one(Workshop, shop.id)
        said = Profile(mine.name, mine.maker_name, mine.craft_id, "17.71")
        artisans.update(session, ACTOR, mine, replace(said, regency_code="16.71", since_year=1907))

    for path in ("/artisans/sanggar-melur", "/artisans", "/regions/kota-palembang"):
        told = page.get(path).text
        assert "1907" not in told
        assert "Palembang" not in told or path.startswith("/regions")
        assert "Sanggar Melur" not in told or path.startswith("/artisans")
