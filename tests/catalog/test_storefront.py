"""The pages of the catalogue: both languages, strange addresses, what machines read."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from catalog import browsing
from shop.db import db
from tests import make_catalog as make
from tests.pages import Page


def structured(page: Page, kind: str = "Product") -> dict[str, Any]:
    """Give what a page tells search engines about one kind of thing."""
    scripts = page.soup.find_all("script", type="application/ld+json")
    found: list[dict[str, Any]] = [json.loads(script.get_text()) for script in scripts]
    (wanted,) = [data for data in found if data["@type"] == kind]
    return wanted


def test_a_piece_speaks_english_where_its_maker_does(app: Flask, page: Page) -> None:
    make.piece(title="Selendang Laut", title_en="Sea shawl", story_en="Drawn by hand. " + make.STORY)
    page.get("/en/products/selendang-laut")
    assert page.title == "Sea shawl"
    assert "Drawn by hand." in page.text
    assert "Hand-drawn batik (tulis)" in page.text
    page.get("/products/selendang-laut")
    assert page.title == "Selendang Laut"
    assert 'hreflang="en" href="http://localhost/en/products/selendang-laut"' in page.html


def test_a_search_engine_reads_what_the_page_shows(app: Flask, page: Page) -> None:
    product = make.piece(title="Selendang Awan", price=450_000)
    page.get(f"/products/{product.slug}")
    data = structured(page)
    assert data["name"] == "Selendang Awan"
    assert data["offers"]["price"] == 450_000
    assert data["offers"]["availability"].endswith("InStock")
    assert data["image"][0].startswith("http://localhost/media/public/")


def test_words_of_an_artisan_stay_words(app: Flask, page: Page) -> None:
    title = 'Kain </script><b>"besurek"'
    product = make.piece(title=title)
    page.get(f"/products/{product.slug}")
    assert page.title == title
    data = structured(page)
    assert data["name"] == title
    feed = page.client.get("/feeds/products.xml").get_data()
    names = [item.findtext("title") for item in ET.fromstring(feed).iter("item")]  # noqa: S314 - our own
    assert names == [title]


def test_pages_that_are_not_there_say_so(app: Flask, page: Page) -> None:
    make.piece()
    for address in (
        "/products/tidak-ada", "/products/" + "a" * 3000, "/artisans/tidak-ada", "/crafts/tidak-ada",
        "/regions/tidak-ada", "/regions/kota-atlantis", "/councils/tidak-ada", "/products/..%2f..%2fetc",
        "/artisans?page=0", "/artisans?page=2", "/artisans?page=-1", "/crafts/batik-besurek?page=99999999999",
        "/regions/bengkulu?page=1_0", "/regions/bengkulu?page=%D9%A1", "/sitemap-products-0.xml", "/sitemap-x.xml",
        "/sitemap-products-%D9%A1.xml", "/sitemap-products-2.xml", "/sitemap-products-01.xml", "/sitemap-.xml",
        "/sitemap-products-99999999999999999999.xml", "/feeds/products.xml?page=2", "/media/private/x", "/media/public/../private/x", "/products/-",
    ):  # fmt: skip
        for prefix in ("", "/en"):
            assert page.client.get(prefix + address).status_code == 404, address


@pytest.mark.parametrize(
    "address", ["/", "/crafts", "/regions", "/artisans", "/councils", "/feeds/products.xml", "/sitemap.xml"]
)
def test_an_empty_shop_has_no_broken_page(app: Flask, page: Page, address: str) -> None:
    assert page.client.get(address).status_code == 200
    assert page.client.get("/en" + address).status_code == 200


def test_a_long_list_has_pages(app: Flask, page: Page) -> None:
    shop = make.workshop()
    for _ in range(3):
        make.piece(shop)
    first = browsing.page(db.session(), 1, total=3, size=2)
    second = browsing.page(db.session(), 2, total=3, size=2)
    assert (first.total, first.pages, len(first.cards), len(second.cards)) == (3, 2, 2, 1)
    with pytest.raises(browsing.NoSuchPage):
        browsing.page(db.session(), 3, total=3, size=2)
