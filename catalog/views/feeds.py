"""For machines: the site map, the product feed, and what robots may read. Live products only.

A site map holds at most 50,000 addresses (sitemaps.org), so there is an index of parts.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape

import sqlalchemy as sa
from flask import Blueprint, Response, url_for

from catalog import products
from catalog.browsing import NoSuchPage
from catalog.cards import Card
from catalog.models import Council, Craft, Product, Province, Workshop
from catalog.views import pages
from shop import authz
from shop.db import db
from shop.views.pages import cacheable

blueprint = Blueprint("feeds", __name__)
authz.guard(blueprint, public=True, cacheable=True, limits="machine")

PER_PART = 10_000
FEED_SIZE = 2_000
"""Products in the feed, the newest first."""
BATCH = 500
KEPT_OUT = ("/account/", "/cart", "/checkout", "/orders/", "/studio/", "/desk/", "/me", "/suggest")
HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _xml(parts: Iterator[str], kind: str = "application/xml") -> Response:
    return cacheable(Response(HEADER + "".join(parts), mimetype=kind))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Say what robots may read, and where the site map is."""
    lines = ["User-agent: *", *(f"Disallow: {prefix}{path}" for path in KEPT_OUT for prefix in ("", "/en"))]
    lines.append(f"Sitemap: {pages.public_address('feeds.sitemap')}")
    return cacheable(Response("\n".join(lines) + "\n", mimetype="text/plain"))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Give the index of the site map's parts."""
    session = db.session()
    live = products.live().with_only_columns(Product.id).subquery()
    total = session.scalars(sa.select(sa.func.count()).select_from(live)).one()
    parts = ["places", *(str(part) for part in range(1, -(-total // PER_PART) + 1))]

    def lines() -> Iterator[str]:
        yield f'<sitemapindex xmlns="{SITEMAPS}">\n'
        for part in parts:
            yield f"<sitemap><loc>{escape(pages.absolute(url_for('feeds.part', part=part)))}</loc></sitemap>\n"
        yield "</sitemapindex>\n"

    return _xml(lines())


@blueprint.get("/sitemap-<part>.xml")
def part(part: str) -> Response:
    """Give one part: `places` (makers, crafts, regions, councils) or a numbered part of the products."""
    if part == "places":
        return _xml(_urls(_places()))
    if not (part.isascii() and part.isdigit() and 1 <= int(part) <= PER_PART):
        raise NoSuchPage
    query = products.live().with_only_columns(Product.slug).order_by(Product.id)
    rows = db.session().scalars(query.limit(PER_PART).offset((int(part) - 1) * PER_PART))
    return _xml(_urls(f"/products/{slug}" for slug in rows.all()))


def _places() -> Iterator[str]:
    session = db.session()
    yield "/"
    shown = products.live().with_only_columns(Workshop.slug).distinct().order_by(Workshop.slug)
    yield from (f"/artisans/{slug}" for slug in session.scalars(shown))
    for column, folder in ((Craft.slug, "crafts"), (Province.slug, "regions")):
        yield from (f"/{folder}/{slug}" for slug in session.scalars(sa.select(column).order_by(column)))
    active = sa.select(Council.slug).where(Council.active).order_by(Council.slug)
    yield from (f"/councils/{slug}" for slug in session.scalars(active))


def _urls(paths: Iterator[str]) -> Iterator[str]:
    yield f'<urlset xmlns="{SITEMAPS}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    for path in paths:
        english = escape(pages.absolute(path, "en"))
        yield f"<url><loc>{escape(pages.absolute(path))}</loc>"
        yield f'<xhtml:link rel="alternate" hreflang="en" href="{english}"/></url>\n'
    yield "</urlset>\n"


@blueprint.get("/feeds/products.xml", endpoint="products")
def products_feed() -> Response:
    """Give the newest products as an RSS feed with the fields of product catalogues."""
    session = db.session()
    query = products.live().with_only_columns(Product.id).order_by(*products.NEWEST_FIRST)
    ids = session.scalars(query.limit(FEED_SIZE)).all()

    def lines() -> Iterator[str]:
        yield '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Kriya</title>\n'
        yield f"<link>{escape(pages.public_address('home.show'))}</link><description>Kriya</description>\n"
        for start in range(0, len(ids), BATCH):
            yield from map(_item, products.cards(session, ids[start : start + BATCH]))
        yield "</channel></rss>\n"

    return _xml(lines(), "application/rss+xml")


def _item(card: Card) -> str:
    ready = "in_stock" if card.in_stock else "backorder" if card.made_to_order_days else "out_of_stock"
    image = f"<g:image_link>{escape(pages.absolute(card.photo.src))}</g:image_link>" if card.photo else ""
    return (
        f"<item><g:id>{card.id}</g:id><title>{escape(card.title)}</title>"
        f"<link>{escape(pages.public_address('products.show', slug=card.slug))}</link>{image}"
        f"<g:price>{card.price_from} IDR</g:price><g:availability>{ready}</g:availability>"
        f"<g:brand>{escape(card.workshop_name)}</g:brand>"
        f"<g:product_type>{escape(card.craft_name)}</g:product_type></item>\n"
    )
