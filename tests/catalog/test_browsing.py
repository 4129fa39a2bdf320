"""Looking around: what is like a piece, what is made nearby, and lists that cost the same on every page."""

from itertools import pairwise

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalog import alike, archipelago, indonesia, publication
from catalog.models import Product, Province
from shop.db import db
from tests import make_catalog as make
from tests.make import ACTOR, writing
from tests.pages import Page


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
