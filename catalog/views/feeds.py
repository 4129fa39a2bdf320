"""For machines: the product feed of shopping engines, and what robots may read. Live products only.

The feed has the attributes of Google's product data specification, an item per variant, and pages by ranges of
ids (RFC 5005: each names the next one), so that a page costs the same in any catalogue.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from catalog import cards, pictures, products
from catalog.browsing import NoSuchPage
from catalog.models import Craft, Listing, ListingPhoto, ListingVariant, Picture, Product, Variant, Workshop
from catalog.views import pages
from catalog.views.sitemaps import BATCH, HEADER, next_part, stream, within
from shop import authz
from shop.db import db, now
from shop.i18n import DEFAULT_LOCALE, WIB, current_locale
from shop.views.pages import cacheable

blueprint = Blueprint("feeds", __name__)
authz.guard(blueprint, public=True, cacheable=True, limits="catalogue")

KEPT_OUT = (
    "/account/", "/cart", "/checkout", "/orders/", "/studio/", "/desk/", "/me$", "/suggest", "/delivery-estimate",
)  # fmt: skip
"""Beginnings of addresses; `$` ends one, so that `/me` does not shut out `/media/` and `/members` (RFC 9309)."""
LONGEST_TITLE, LONGEST_DESCRIPTION = 150, 5000
"""Characters, as Google's specification has it."""


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Say what robots may read, and where the site map is."""
    lines = ["User-agent: *", *(f"Disallow: {prefix}{path}" for path in KEPT_OUT for prefix in ("", "/en"))]
    lines.append(f"Sitemap: {pages.absolute('/sitemap.xml', DEFAULT_LOCALE)}")
    return cacheable(Response("\n".join(lines) + "\n", mimetype="text/plain"))


@blueprint.get("/feeds/products.xml", endpoint="products")
def products_feed() -> Response:
    """Give one page of the feed, in the language of the address."""
    number = pages.number()
    following = next_part(products.live(), Product.id, number)
    first = next_part(products.live(), Product.id, number - 1)
    if number > 1 and first != number:
        raise NoSuchPage
    today = f"{now().astimezone(WIB):%Y-%m-%d}"
    if number == 1 and first is not None:
        number, following = first, next_part(products.live(), Product.id, first)
    mark = f"{number}-{current_locale()}-{today}"
    return stream(_feed(number, following), "application/rss+xml", mark)


def _feed(number: int, following: int | None) -> Iterator[str]:
    yield f'{HEADER}<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0" xmlns:atom="http://www.w3.org/2005/Atom">'
    yield f"<channel><title>Kriya</title><link>{escape(pages.public_address('home.show'))}</link>"
    words = _("Handmade Indonesian craft, chosen piece by piece by the craft councils of its regions.")
    yield f"<description>{escape(words)}</description><language>{current_locale()}</language>\n"
    here = pages.absolute(request.script_root + request.path)
    yield f'<atom:link rel="self" type="application/rss+xml" href="{escape(here)}"/>\n'
    if following is not None:
        then = pages.public_address("feeds.products", page=following)
        yield f'<atom:link rel="next" type="application/rss+xml" href="{escape(then)}"/>\n'
    rows = db.session().execute(_items().where(within(Product.id, number)).execution_options(yield_per=BATCH))
    yield from map(_item, rows)
    yield "</channel></rss>\n"


def _items() -> Any:
    return (
        products.live()
        .join(ListingVariant, ListingVariant.listing_id == Listing.id)
        .join(Variant, Variant.id == ListingVariant.variant_id)
        .join(Craft, Craft.id == sa.func.coalesce(Listing.craft_id, Workshop.craft_id))
        .outerjoin(ListingPhoto, ListingPhoto.id == cards.FIRST_PHOTO)
        .outerjoin(Picture, Picture.id == ListingPhoto.picture_id)
        .where(Variant.active)
        .order_by(Product.id, ListingVariant.position, ListingVariant.id)
        .with_only_columns(
            Product.id, Product.slug, cards.SELLS.label("sells"),
            Listing.title, Listing.title_en, Listing.story, Listing.story_en, Listing.materials,
            Workshop.live_name, Craft.name_id, Craft.name_en, Craft.family,
            Variant.sku, Variant.price, Variant.on_hand, Variant.reserved, Variant.made_to_order,
            Variant.lead_days, Variant.weight_g, ListingVariant.name, Picture,
        )
    )  # fmt: skip


def _item(row: Any) -> str:
    english = current_locale() == "en"
    title = (english and row.title_en) or row.title
    photo = pictures.public_view(row.Picture, "")
    attributes = {
        "id": row.sku,
        "item_group_id": f"kriya-{row.id}",
        "title": (f"{title}, {row.name}" if row.name else title)[:LONGEST_TITLE],
        "description": ((english and row.story_en) or row.story)[:LONGEST_DESCRIPTION],
        "link": pages.absolute(url_for("products.show", slug=row.slug)),
        "image_link": pages.absolute(photo.sources["jpeg"][-1][1]) if photo else "",
        "price": f"{row.price} IDR",
        **_availability(row),
        "condition": "new",
        "brand": row.live_name,
        "identifier_exists": "no",
        "material": "/".join(row.materials[:3]),
        "product_type": row.name_en if english else row.name_id,
        "shipping_weight": f"{row.weight_g} g",
    }
    # RSS has a word of its own for three of them.
    tags = {name: name if name in {"title", "description", "link"} else f"g:{name}" for name in attributes}
    written = (f"<{tags[n]}>{escape(str(value))}</{tags[n]}>" for n, value in attributes.items() if value)
    return f"<item>{''.join(written)}</item>\n"


def _availability(row: Any) -> dict[str, str]:
    """Say whether it is ready; what is made to order has the day from which it can be sent."""
    if not row.sells:
        return {"availability": "out_of_stock"}
    if row.made_to_order:
        ready = now().astimezone(WIB) + timedelta(days=row.lead_days)
        return {"availability": "backorder", "availability_date": f"{ready:%Y-%m-%dT00:00+0700}"}
    return {"availability": "in_stock" if row.on_hand > row.reserved else "out_of_stock"}
