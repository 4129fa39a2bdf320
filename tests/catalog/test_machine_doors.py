"""What machines read: site map, product feed, robots, structured data; held against the rules of those who read it."""

import json
from datetime import datetime
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from catalog import products, publication, stock
from catalog.models import Product
from catalog.views import sitemaps
from shop.db import now, transaction
from tests import make_catalog as make
from tests.make import ACTOR
from tests.pages import Page

MAP = f"{{{sitemaps.SCHEMA}}}"
LINK = f"{{{sitemaps.XHTML}}}link"
G = "{http://base.google.com/ns/1.0}"


def xml(page: Page, address: str) -> ET.Element:
    answer = page.client.get(address)
    assert answer.status_code == 200, address
    return ET.fromstring(answer.get_data())  # noqa: S314 - our own


def test_the_site_map_follows_the_protocol(app: Flask, page: Page) -> None:
    # given live pieces, a draft and a withdrawn piece
    pieces = [make.piece(title=title) for title in ("Kain Satu", "Kain Dua", "Kain Tiga")]
    make.draft(title="Kain Rahasia")
    with transaction() as session:
        publication.withdraw(session, ACTOR, session.get_one(Product, pieces[2].id))
    # when a search engine reads the index and all its parts
    index = xml(page, "/sitemap.xml")
    assert index.tag == f"{MAP}sitemapindex"
    parts = [str(part.findtext(f"{MAP}loc")) for part in index.findall(f"{MAP}sitemap")]
    assert [part.rsplit("/", 1)[-1] for part in parts] == [
        "sitemap-places.xml", "sitemap-makers-1.xml", "sitemap-products-1.xml",
    ]  # fmt: skip
    found: dict[str, dict[str | None, str | None]] = {}
    for part in parts:
        tree = xml(page, part.removeprefix("http://localhost"))
        assert tree.tag == f"{MAP}urlset"
        assert 0 < len(tree) <= 50_000
        for url in tree:
            assert url.tag == f"{MAP}url"
            address = str(url.findtext(f"{MAP}loc"))
            assert address.startswith("http://localhost/")
            assert len(address) < 2048
            assert address not in found
            found[address] = {link.get("hreflang"): link.get("href") for link in url.findall(LINK)}
            if changed := url.findtext(f"{MAP}lastmod"):
                assert datetime.fromisoformat(changed).tzinfo is not None
    # then every live page is there once per language, each naming all of them and itself
    names = {address.removeprefix("http://localhost") for address in found if "/products/" in address}
    assert names == {f"{en}/products/{piece.slug}" for piece in pieces[:2] for en in ("", "/en")}
    for address, others in found.items():
        assert set(others) == {"id", "en", "x-default"}
        assert address in others.values()
        assert all(other in found for other in others.values())
    # and all of them are pages
    for address in list(found)[:12] + sorted(names):
        assert page.client.get(address.removeprefix("http://localhost")).status_code == 200


def test_a_part_of_the_site_map_holds_a_range_of_ids(app: Flask, page: Page) -> None:
    make.piece(title="Kain Jauh")
    far = sitemaps.PER_PART * 3
    with app.test_request_context():
        assert sitemaps.next_part(products.live(), Product.id + far, 0) == 4
        assert sitemaps.next_part(products.live(), Product.id + far, 4) is None


def test_a_machine_that_comes_again_is_told_nothing_new(app: Flask, page: Page) -> None:
    product = make.piece()
    for address in (
        "/sitemap.xml",
        "/sitemap-products-1.xml",
        "/feeds/products.xml",
        "/en/feeds/products.xml",
    ):
        tag = page.client.get(address).headers["ETag"]
        assert page.client.get(address, headers={"If-None-Match": tag}).status_code == 304
    tag = page.client.get("/feeds/products.xml").headers["ETag"]
    with transaction() as session:
        stock.set_on_hand(session, ACTOR, make.variant_of(product).id, 4)
    assert page.client.get("/feeds/products.xml", headers={"If-None-Match": tag}).status_code == 200


def test_the_feed_says_what_shopping_engines_ask(app: Flask, page: Page) -> None:
    # given a piece in two sizes, one made to order, one sold out
    make.piece(title="Tas Pandan", title_en="Pandan bag", names=("Kecil", "Besar"), price=150_000)
    make.piece(title="Meja Ukir", made_to_order=True, lead_days=30)
    sold = make.piece(title="Topeng Habis")
    with transaction() as session:
        stock.set_on_hand(session, ACTOR, make.variant_of(sold).id, 0)
    # when an engine reads the feed
    items = list(xml(page, "/feeds/products.xml").iter("item"))
    said = [{child.tag.removeprefix(G): child.text for child in item} for item in items]
    # then every variant has what Google's specification requires
    required = {
        "id",
        "title",
        "description",
        "link",
        "image_link",
        "availability",
        "price",
        "condition",
        "brand",
    }
    assert all(required <= set(item) for item in said)
    assert len({item["id"] for item in said}) == len(said) == 4
    assert [item["title"] for item in said[:2]] == ["Tas Pandan, Kecil", "Tas Pandan, Besar"]
    assert said[0]["item_group_id"] == said[1]["item_group_id"] != said[2]["item_group_id"]
    assert [item["availability"] for item in said] == ["in_stock", "in_stock", "backorder", "out_of_stock"]
    ready = datetime.strptime(str(said[2]["availability_date"]), "%Y-%m-%dT%H:%M%z")
    assert 28 <= (ready - now()).days <= 30
    assert said[0]["price"] == "150000 IDR"
    # and in English where the maker has written English
    assert "Pandan bag, Kecil" in page.client.get("/en/feeds/products.xml").get_data(as_text=True)


def test_robots_are_told_where_to_look(app: Flask, page: Page) -> None:
    words = page.client.get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /studio/" in words
    assert "Disallow: /en/cart" in words
    assert "Sitemap: http://localhost/sitemap.xml" in words
    # an entry shuts out every address that begins with it: none may begin as photographs or public pages do
    told = RobotFileParser()
    told.parse(words.splitlines())
    open_to_all = (
        "/",
        "/media/public/a/960.jpg",
        "/members",
        "/en/members/1",
        "/search",
        "/products/x",
        "/static/x.css",
    )
    assert [path for path in open_to_all if not told.can_fetch("Googlebot", path)] == []
    assert not told.can_fetch("Googlebot", "/en/checkout")


def structured(page: Page) -> dict[str, dict[str, Any]]:
    scripts = page.soup.find_all("script", type="application/ld+json")
    found = [json.loads(script.get_text()) for script in scripts]
    assert all(data["@context"] == "https://schema.org" for data in found)
    return {data["@type"]: data for data in found}


@pytest.mark.parametrize(
    ("wishes", "availability"),
    [
        ({}, "InStock"),
        ({"made_to_order": True, "lead_days": 21}, "BackOrder"),
        ({"on_hand": 0}, "OutOfStock"),
    ],
)
def test_an_offer_tells_the_truth(app: Flask, page: Page, wishes: dict[str, Any], availability: str) -> None:
    product = make.piece(price=640_000, **wishes)
    page.get(f"/en/products/{product.slug}")
    data = structured(page)["Product"]
    offer = data["offers"]
    assert {"name", "image", "description", "brand", "offers", "url", "sku"} <= set(data)
    assert (offer["@type"], offer["price"], offer["priceCurrency"]) == ("Offer", 640_000, "IDR")
    assert offer["availability"] == f"https://schema.org/{availability}"
    assert offer["url"] == page.one('link[rel="canonical"]')["href"]


def test_several_choices_are_one_offer_of_several(app: Flask, page: Page) -> None:
    product = make.piece(names=("Kecil", "Besar"), price=90_000)
    page.get(f"/products/{product.slug}")
    data = structured(page)
    offers = data["Product"]["offers"]
    assert (offers["@type"], offers["lowPrice"], offers["offerCount"]) == ("AggregateOffer", 90_000, 2)
    assert offers["url"] == data["Product"]["url"]
    assert [offer["name"] for offer in offers["offers"]] == ["Kecil", "Besar"]
    steps = data["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == [1, 2, 3]
    assert all(step["item"].startswith("http://localhost/") for step in steps[:-1])


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_public_page_says_who_it_is(app: Flask, page: Page, language: str) -> None:
    shop = make.workshop(name="Sanggar Sebut")
    product = make.piece(shop)
    titles, descriptions = set(), set()
    addresses = [
        "/", "/search", "/crafts", "/crafts/batik-besurek", "/regions", "/regions/bengkulu", "/artisans",
        f"/artisans/{shop.slug}", "/councils", "/councils/dekranasda-bengkulu", f"/products/{product.slug}", "/about",
        "/buying",
    ]  # fmt: skip
    for address in addresses:
        page.get(language + address)
        here = f"http://localhost{language}{address}"
        assert page.one('link[rel="canonical"]')["href"] == here, address
        assert page.one('meta[property="og:url"]')["content"] == here
        others = {link["hreflang"]: link["href"] for link in page.all('link[rel="alternate"][hreflang]')}
        assert others["x-default"] == others["id"] == f"http://localhost{address}"
        assert others["en"] == f"http://localhost/en{address}"
        titles.add(page.one("head title").get_text())
        descriptions.add(page.one('meta[name="description"]')["content"])
        for tag in ("og:title", "og:description", "og:image", "og:type", "og:locale"):
            assert page.one(f'meta[property="{tag}"]')["content"], (address, tag)
    assert len(titles) == len(descriptions) == len(addresses)
    page.get(
        f"{language}/products/{product.slug}?page=9"
    )  # only lists have pages: not another address of the piece
    assert page.one('link[rel="canonical"]')["href"] == f"http://localhost{language}/products/{product.slug}"
    page.get(language + "/")
    assert structured(page)["Organization"]["url"] == f"http://localhost{language}/"


def test_a_workshop_is_described_by_its_approved_words(app: Flask, page: Page) -> None:
    shop = make.workshop(name="Sanggar Sebut")
    make.piece(shop)
    page.get(f"/artisans/{shop.slug}")
    said = structured(page)["Organization"]
    assert (said["name"], said["url"]) == ("Sanggar Sebut", f"http://localhost/artisans/{shop.slug}")
    assert "Panorama" in said["location"]["name"]
