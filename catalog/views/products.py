"""The page of one piece: what it is, who made it, who vouches for it, and the way into the cart."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from catalog import details, products
from catalog.cards import Card, ProductView
from catalog.models import Craft, Listing, Product, Workshop
from catalog.views import pages
from shop import authz
from shop.db import db

blueprint = Blueprint("products", __name__, url_prefix="/products")
authz.guard(blueprint, public=True, cacheable=True)

RELATED = 4


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """Show a live product; one that was withdrawn answers 410."""
    session = db.session()
    found = details.of_product(session, products.by_slug(session, slug).id)
    product = replace(found, breadcrumbs=_trail(found), related=_related(found))
    return pages.show("products/show.html", product=product, structured_data=structured_data(product))


def _trail(product: ProductView) -> tuple[tuple[str, str | None], ...]:
    return (
        (_("Crafts"), url_for("crafts.index")),
        (product.card.craft_name, url_for("crafts.show", slug=product.card.craft_slug)),
        (product.card.title, None),
    )


def _related(product: ProductView) -> tuple[tuple[str, list[Card], str | None], ...]:
    session = db.session()
    others = products.live().where(Product.id != product.card.id)
    workshop = (
        others.where(Workshop.id == product.workshop.id).order_by(*products.NEWEST_FIRST).limit(RELATED)
    )
    craft = (
        others.join(Craft, Craft.id == Listing.craft_id)
        .where(Craft.slug == product.card.craft_slug, Workshop.id != product.workshop.id)
        .order_by(*products.NEWEST_FIRST)
        .limit(RELATED)
        .with_only_columns(Product.id)
    )
    same_craft = products.cards(session, session.scalars(craft).all())
    return (
        (
            _("More from this workshop"),
            products.card_list(session, workshop),
            url_for("artisans.show", slug=product.workshop.slug),
        ),
        (
            _("The same craft by other hands"),
            same_craft,
            url_for("crafts.show", slug=product.card.craft_slug),
        ),
    )


def structured_data(product: ProductView) -> dict[str, Any]:
    """Describe the piece to search engines as schema.org has it; only what the page itself shows."""
    card = product.card
    ready, made = card.in_stock, card.made_to_order_days is not None
    state = "InStock" if ready else "MadeToOrder" if made else "OutOfStock"
    offer = {
        "@type": "AggregateOffer",
        "priceCurrency": "IDR",
        "lowPrice": card.price_from,
        "highPrice": card.price_to,
        "offerCount": len(product.variants),
        "availability": f"https://schema.org/{state}",
        "seller": {"@type": "Organization", "name": card.workshop_name},
    }
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": card.title,
        "description": product.story[:500],
        "url": pages.public_address("products.show", slug=card.slug),
        "image": [pages.absolute(photo.src) for photo in product.gallery],
        "material": product.materials,
        "category": card.craft_name,
        "brand": {"@type": "Brand", "name": card.workshop_name},
        "countryOfOrigin": "ID",
        "offers": offer,
    }
