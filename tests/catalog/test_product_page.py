"""The page of a piece: what one can choose, what is said of it, what is like it, and what stays when it is gone."""

from flask import Flask

from catalog import publication, stock
from catalog.models import Product
from shop.db import transaction
from tests import make_catalog as make
from tests.make import ACTOR
from tests.make_desk import statements
from tests.pages import Page


def test_one_choice_has_a_name_too(app: Flask, page: Page) -> None:
    product = make.piece(title="Kain Satu Pilihan", names=("Biru nila, 2,5 m",))
    page.get(f"/products/{product.slug}")
    assert page.one(".buy .variant-only").get_text() == "Biru nila, 2,5 m"


def test_a_page_leads_on_to_what_is_like_it(app: Flask, page: Page) -> None:
    shop = make.workshop(name="Sanggar Sama")
    product, sister = make.piece(shop, title="Kain Pertama"), make.piece(shop, title="Kain Kedua")
    make.piece(title="Kain Orang Lain")
    page.get(f"/products/{product.slug}")
    shelves = [heading.get_text() for heading in page.all(".shelf h2")]
    assert shelves[0] == "Karya lain dari Sanggar Sama"
    assert page.all(f'.shelf a[href="/products/{sister.slug}"]')
    assert len(page.all('.shelf a[href="/products/kain-orang-lain"]')) == 1


def test_a_sold_out_piece_keeps_its_place(app: Flask, page: Page) -> None:
    shop = make.workshop()
    product, sister = make.piece(shop, title="Kain Habis", on_hand=1), make.piece(shop)
    with transaction() as session:
        stock.set_on_hand(session, ACTOR, make.variant_of(product).id, 0)
    page.get(f"/products/{product.slug}")
    assert page.status == 200
    assert page.one(".buy .stock-gone")
    assert not page.all("form.buy")
    assert page.all(f'.shelf a[href="/products/{sister.slug}"]')


def test_a_withdrawn_piece_is_gone_and_what_was_like_it_is_not(app: Flask, page: Page) -> None:
    shop = make.workshop()
    product, sister = make.piece(shop, title="Kain Pulang"), make.piece(shop)
    with transaction() as session:
        publication.withdraw(session, ACTOR, session.get_one(Product, product.id))
    for language in ("", "/en"):
        page.get(f"{language}/products/{product.slug}")
        assert page.status == 410
        assert "Kain Pulang" not in page.html
        assert page.all(f'.shelf a[href="{language}/products/{sister.slug}"]')
        assert page.one('meta[name="robots"]')["content"] == "noindex"


def test_a_label_to_print_leads_to_the_page(app: Flask, page: Page) -> None:
    product = make.piece(title="Kain Berlabel", price=725_000)
    page.get(f"/products/{product.slug}/label")
    assert page.title == "Kain Berlabel"
    assert "Rp 725.000" in page.text
    assert page.one(".piece-label-code svg title").get_text() == f"http://localhost/products/{product.slug}"
    assert page.one('link[rel="canonical"]')["href"] == f"http://localhost/products/{product.slug}"


def test_a_page_asks_the_database_five_times(app: Flask, page: Page) -> None:
    """What it asks for is listed in docs/pieces.md; a sixth may be the catalogue's version."""
    product = make.piece(names=("Kecil", "Besar"))
    make.piece()
    with statements() as asked:
        assert page.client.get(f"/products/{product.slug}").status_code == 200
    asked = [statement for statement in asked if not statement.startswith(("BEGIN", "PRAGMA"))]
    assert len(asked) <= 6, "\n\n".join(asked)
