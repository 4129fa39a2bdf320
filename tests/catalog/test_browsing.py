"""Looking around: what is like a piece, what is made nearby, and lists that cost the same on every page."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalog import alike, archipelago, changes, indonesia, publication
from catalog.models import Council, Product, Province
from checkout import calling_off, parcels
from shop.db import db
from tests import make_catalog as make
from tests.make import ACTOR, writing
from tests.pages import Page

Work = Callable[[], int]


def shelves(session: Session, product: Product) -> dict[str, tuple[str, list[int]]]:
    """Give what stands beside a piece: the name of each shelf and the ids of its cards."""
    found = alike.more_like(session, product.id)
    return {shelf.kind: (shelf.name, [card.id for card in shelf.cards]) for shelf in found}


def test_beside_a_piece_stand_its_maker_its_village_and_its_technique(app: Flask) -> None:
    mine = make.workshop(name="Sanggar Satu")
    first, second = make.piece(mine), make.piece(mine)
    neighbour = make.piece(make.workshop(craft_slug="kain-lantung"), technique="beaten")
    far = make.piece(make.workshop(regency="16.71"))

    beside = shelves(db.session(), first)

    assert beside["maker"] == ("Sanggar Satu", [second.id])
    assert beside["place"] == ("Panorama", [neighbour.id])
    assert beside["technique"] == ("Batik tulis", [far.id])


def test_a_piece_that_is_gone_stands_nowhere_but_still_has_its_like(app: Flask) -> None:
    mine = make.workshop()
    gone, left = make.piece(mine), make.piece(mine)
    with writing() as session:
        publication.withdraw(session, ACTOR, session.get_one(Product, gone.id))

    assert shelves(db.session(), gone)["maker"][1] == [left.id]
    assert shelves(db.session(), left) == {}


def test_a_maker_leads_on_to_the_neighbours(app: Flask, page: Page) -> None:
    make.piece(make.workshop(name="Sanggar Satu"))
    make.piece(make.workshop(name="Sanggar Dua"), title="Taplak Fajar")

    page.get("/artisans/sanggar-satu")

    assert "Karya lain dari Panorama" in page.text
    assert "Taplak Fajar" in page.text


def test_the_picture_of_the_archipelago_shows_every_province_large_enough_for_a_thumb(app: Flask) -> None:
    west, east = archipelago.halves()
    provinces = {province.code for province in db.session.scalars(sa.select(Province))}

    assert len(provinces) == 38
    assert sorted(patch.code for half in (west, east) for patch in half.patches) == sorted(provinces)
    drawing = (indonesia.DATA / "archipelago.txt").read_text("utf-8").split("\n\n")[1].splitlines()
    blocks = {
        here[x]
        for here, below in pairwise(drawing)
        for x in range(len(here) - 1)
        if len({here[x], here[x + 1], below[x], below[x + 1]}) == 1
    }
    assert len(blocks - {".", " "}) == 38  # 2 stitches are 24 px where the picture is 328 px wide


def test_the_picture_says_by_name_and_number_where_the_work_is(app: Flask, page: Page) -> None:
    make.piece()

    page.get("/regions")

    names = [link["aria-label"] for link in page.soup.select(".atlas-half a")]
    assert len(names) == 38
    assert "Bengkulu, 1 karya" in names
    assert "Aceh, belum ada karya" in names


def test_a_province_leads_to_its_regencies_and_they_lead_back(app: Flask, page: Page) -> None:
    make.piece(make.workshop(name="Sanggar Kota"))
    make.piece(make.workshop(name="Sanggar Hulu", regency="17.08"))

    page.get("/regions/bengkulu")
    assert "Sanggar Kota" in page.text
    assert "Dekranasda Provinsi Bengkulu" in page.text
    page.follow("Kabupaten Kepahiang 1")
    assert page.title == "Kabupaten Kepahiang"
    assert "Sanggar Kota" not in page.text
    page.follow("Seluruh Bengkulu")
    assert page.title == "Bengkulu"


def test_a_craft_says_what_is_known_of_it_and_what_nobody_has_checked(app: Flask, page: Page) -> None:
    page.get("/en/crafts/kain-lantung")
    facts = page.one(".place-facts").get_text(" ")
    assert "WBTb" in facts
    assert "Technique bark beating (unverified)" in " ".join(facts.split())
    assert "osc.medcom.id" in page.one(".sources").get_text()


def test_every_family_with_work_shows_a_piece_and_leads_to_its_crafts(
    app: Flask, page: Page, run_jobs: Work
) -> None:
    assert not page.get("/crafts").all(".tile")
    make.piece()
    make.piece(make.workshop(name="Sanggar Dua"))
    run_jobs()
    tile = page.get("/crafts").one(".tile")
    assert " ".join(tile.get_text(" ").split()) == "Batik 2 karya"
    assert tile.select_one(".photo") is not None
    assert page.one(str(page.one(".tile a")["href"])).get_text() == "Batik"


def test_lists_lead_to_what_is_new_and_ready_and_to_gifts_by_price(
    app: Flask, page: Page, run_jobs: Work
) -> None:
    make.piece(title="Dompet Fajar", price=90_000)
    make.piece(title="Kain Senja", price=900_000)
    run_jobs()

    assert "Dompet Fajar" in page.get("/new").text
    assert "Kain Senja" in page.get("/ready").text
    page.get("/gifts")
    assert [heading.get_text() for heading in page.all("main h2")] == [
        "Sampai Rp\u00a0100.000",
        "Sampai Rp\u00a01.000.000",
    ]
    page.get("/gifts/100000")
    assert "Dompet Fajar" in page.text
    assert "Kain Senja" not in page.text
    for strange in ("/gifts/7", "/new?page=2", "/ready?page=99", "/gifts/100000?page=0"):
        assert page.get(strange).status == 404, strange


def test_a_page_of_a_list_asks_the_database_at_most_six_times(app: Flask, page: Page, run_jobs: Work) -> None:
    make.piece()
    make.piece(make.workshop(name="Sanggar Dua"))
    run_jobs()
    asked: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    for path in ("/", "/regions", "/regions/bengkulu", "/regions/kota-bengkulu", "/crafts", "/crafts/batik-besurek",
                 "/councils", "/councils/dekranasda-bengkulu", "/new", "/ready", "/gifts", "/artisans",
                 "/artisans/sanggar-dua"):  # fmt: skip
        page.get(path + "?warm=1")
        asked.clear()
        page.get(path + "?warm=2")
        selects = [one for one in asked if one.lstrip().upper().startswith(("SELECT", "WITH"))]
        most = 8 if path == "/artisans/sanggar-dua" else 6  # a page of one thing, with lists
        assert len(selects) <= most, (path, selects)


def test_what_is_kept_of_crafts_and_councils_follows_their_changes(app: Flask, page: Page) -> None:
    assert "Dekranasda Provinsi Bengkulu" in page.get("/councils").text
    with writing() as session:
        council = session.scalars(sa.select(Council).where(Council.code == "17")).one()
        council.about_id = "Kami duduk bersama perajin."
        changes.of_council(session, council.id)

    assert "Kami duduk bersama perajin." in page.get("/councils/dekranasda-bengkulu").text


def test_the_page_about_buying_tells_the_times_that_hold(app: Flask, page: Page) -> None:
    said = page.get("/buying").text

    assert parcels.PACKING_DAYS == 2
    assert "paling lama dua hari kerja setelah pembayaran" in said
    assert f"dalam {calling_off.ANSWER_WITHIN // timedelta(hours=1)} jam" in said
    assert f"belum berangkat {app.config['KRIYA'].late_cancel_days} hari kerja" in said
    assert f"dalam {app.config['KRIYA'].claim_days} hari setelah tiba" in said
