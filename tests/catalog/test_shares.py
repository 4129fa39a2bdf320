"""What other sites show of a piece: drawn after its approval, gone with it, never of anything unapproved."""

from collections.abc import Callable
from io import BytesIO

import sqlalchemy as sa
from flask import Flask
from PIL import Image

from catalog import listings, publication, shares
from catalog.models import Product, ShareImage
from shop.db import transaction
from tests import make_catalog as make
from tests.make import ACTOR
from tests.pages import Page


def shown(page: Page, product: Product, language: str = "") -> str:
    """Give the address, under the shop, of the picture that a page names."""
    page.get(f"{language}/products/{product.slug}")
    address = str(page.one('meta[property="og:image"]')["content"])
    assert address.startswith("http://localhost/")
    return address.removeprefix("http://localhost")


def test_a_shared_piece_brings_its_own_picture(app: Flask, page: Page, run_jobs: Callable[[], int]) -> None:
    product = make.piece(title="Kain Kabar", title_en="Cloth of news")
    # before the job has run the house stands in
    assert shown(page, product).startswith("/static/img/share-id.jpg")
    run_jobs()
    # then each language has its own, of the size that sites ask for, kept for ever under its hash
    pictures = {language: shown(page, product, language) for language in ("", "/en")}
    assert pictures[""] != pictures["/en"]
    for address in pictures.values():
        answer = page.client.get(address)
        assert "immutable" in answer.headers["Cache-Control"]
        assert Image.open(BytesIO(answer.get_data())).size == (1200, 630)


def test_a_picture_follows_what_is_approved(app: Flask, page: Page, run_jobs: Callable[[], int]) -> None:
    product = make.piece(title="Kain Lama")
    run_jobs()
    former = shown(page, product)
    # a new title that nobody has approved changes nothing
    with transaction() as session:
        copy = listings.open_draft(session, ACTOR, session.get_one(Product, product.id))
        listings.update(session, copy, {"title": "Kain Baru"})
    submission = make.submitted(copy)
    run_jobs()
    assert shown(page, product) == former
    # approved, it has another picture, and the former one is gone
    product = make.approved(submission)
    run_jobs()
    shares.sweep()
    assert shown(page, product) != former
    assert page.client.get(former).status_code == 404


def test_a_withdrawn_piece_leaves_no_picture(app: Flask, page: Page, run_jobs: Callable[[], int]) -> None:
    product = make.piece()
    twin = make.piece()
    run_jobs()
    pictures = shown(page, product), shown(page, twin)
    with transaction() as session:
        publication.withdraw(session, ACTOR, session.get_one(Product, product.id))
    shares.sweep()
    assert [page.client.get(address).status_code for address in pictures] == [404, 200]


def test_a_picture_that_is_missing_is_made(app: Flask, page: Page, run_jobs: Callable[[], int]) -> None:
    product = make.piece()
    run_jobs()
    with transaction() as session:
        session.execute(sa.delete(ShareImage))
    shares.catch_up()
    run_jobs()
    assert shown(page, product).startswith("/media/public/share/")
