"""Addresses follow approved names; what stood at an address leads on, and no address is given twice."""

import contextvars
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from catalog import artisans, listings, products, publication, slugs, taxonomy
from catalog.models import Product, Province, SlugKind, Workshop, WorkshopState
from shop.db import db, transaction
from tests import make_catalog as make
from tests.make import ACTOR
from tests.pages import Page


def renamed(product: Product, title: str, *, approve: bool = True) -> None:
    """Give a live piece another title, and let its council approve it."""
    with transaction() as session:
        copy = listings.open_draft(session, ACTOR, session.get_one(Product, product.id))
        listings.update(session, copy, {"title": title})
    submission = make.submitted(copy)
    if approve:
        make.approved(submission)


def led(page: Page, address: str) -> tuple[int, str]:
    answer = page.client.get(address)
    return answer.status_code, answer.headers.get("Location", "")


def test_a_piece_with_a_new_name_is_found_under_all_its_names(app: Flask, page: Page) -> None:
    # given a piece that was renamed twice
    product = make.piece(title="Kain Pagi")
    renamed(product, "Kain Siang")
    renamed(product, "Kain Malam")
    # then every former address leads to the present one, in one step and in its language
    assert led(page, "/products/kain-pagi") == (301, "/products/kain-malam")
    assert led(page, "/en/products/kain-siang?page=2") == (301, "/en/products/kain-malam?page=2")
    assert page.client.get("/products/kain-pagi").headers["Cache-Control"] == "public, no-cache"
    assert page.get("/products/kain-malam").title == "Kain Malam"
    # and when the first name comes back, it is the same address again
    renamed(product, "Kain Pagi")
    assert page.get("/products/kain-pagi").title == "Kain Pagi"
    assert led(page, "/products/kain-malam") == (301, "/products/kain-pagi")


def test_an_address_says_nothing_of_a_name_that_nobody_approved(app: Flask, page: Page) -> None:
    product = make.piece(title="Kain Terang")
    renamed(product, "Kain Rahasia Sunyi", approve=False)
    assert page.get("/products/kain-terang").title == "Kain Terang"
    assert led(page, "/products/kain-rahasia-sunyi") == (404, "")


def test_a_former_address_is_not_given_to_another_piece(app: Flask, page: Page) -> None:
    product = make.piece(title="Kain Laut")
    renamed(product, "Kain Darat")
    other = make.piece(title="Kain Laut")
    assert other.slug == f"kain-laut-{other.id}"
    assert led(page, "/products/kain-laut") == (301, "/products/kain-darat")
    # and after its withdrawal all its addresses say that it is gone
    with transaction() as session:
        publication.withdraw(session, ACTOR, session.get_one(Product, product.id))
    assert led(page, "/products/kain-laut") == led(page, "/products/kain-darat") == (410, "")


def test_a_workshop_with_a_new_name_is_found_under_both(app: Flask, page: Page) -> None:
    shop = make.workshop(name="Sanggar Lama")
    product = make.piece(shop)
    with transaction() as session:
        session.get_one(Workshop, shop.id).name = "Sanggar Baru"
    assert led(page, "/artisans/sanggar-baru") == (404, "")
    renamed(product, "Kain yang lain")
    assert led(page, "/artisans/sanggar-lama") == (301, "/artisans/sanggar-baru")
    # and a suspended workshop is at neither
    with transaction() as session:
        artisans.move(session, ACTOR, session.get_one(Workshop, shop.id), WorkshopState.SUSPENDED)
    assert led(page, "/artisans/sanggar-lama") == (404, "")


def test_a_region_that_was_called_otherwise_is_still_found(app: Flask, page: Page) -> None:
    with transaction() as session:
        session.get_one(Province, "17").slug = "bangkahulu"
    with transaction() as session:
        taxonomy.load_reference(session)
    assert led(page, "/regions/bangkahulu") == (301, "/regions/bengkulu")


@pytest.mark.postgres
def test_two_pieces_of_one_name_approved_at_once_get_two_addresses(app: Flask) -> None:
    # given two curators who approve pieces of the same name at the same moment
    start = Barrier(2)

    def one(number: int) -> str:
        with app.app_context(), transaction() as session:
            start.wait(10)
            return slugs.claim(session, SlugKind.PRODUCT, number, "kain-kembar")

    with ThreadPoolExecutor(2) as pool:
        tasks = [pool.submit(contextvars.Context().run, one, number) for number in (901, 902)]
        given = {task.result(20) for task in tasks}
    # then one has the name, the other the name with its number, and neither fails
    assert given in ({"kain-kembar", "kain-kembar-901"}, {"kain-kembar", "kain-kembar-902"})
    with app.app_context():
        assert slugs.owner(db.session(), SlugKind.PRODUCT, "kain-kembar") in {"901", "902"}


def test_pieces_loaded_in_bulk_keep_their_addresses(app: Flask) -> None:
    product = make.piece(title="Kain Kering")
    with transaction() as session:
        session.get_one(Product, product.id).slug = "kain-basah"
        slugs.adopt(session)
    assert slugs.owner(db.session(), SlugKind.PRODUCT, "kain-basah") == str(product.id)
    assert isinstance(products.not_here(db.session(), "kain-kering"), slugs.Renamed)
