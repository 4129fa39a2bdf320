"""The page of one piece: what it is, who made it, who vouches for it, and the way into the cart; and its label."""

from dataclasses import replace

from flask import Blueprint, Response
from flask_babel import gettext as _

from catalog import alike, details, products
from catalog.cards import ProductView
from catalog.views import pages, structured
from shop import authz, documents
from shop.db import db
from shop.rendering import address

blueprint = Blueprint("products", __name__, url_prefix="/products")
authz.guard(blueprint, public=True, cacheable=True)


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """Show a live product with what is like it; one that was withdrawn answers 410, with what was like it."""
    session = db.session()
    try:
        found = details.of_slug(session, slug)
    except products.ProductGone as gone:
        return pages.show("products/gone.html", 410, shelves=alike.more_like(session, gone.product_id))
    product = replace(found, breadcrumbs=_trail(found))
    return pages.show(
        "products/show.html",
        product=product,
        shelves=alike.more_like(session, product.roots or product.card.id),
        structured_data=structured.product(product),
        share_image=_share_image(product),
    )


def _share_image(product: ProductView) -> pages.ShareImage | None:
    if product.share_image is None:
        return None
    return pages.ShareImage(
        pages.absolute(product.share_image), f"{product.card.title}, {product.card.workshop_name}"
    )


def _trail(product: ProductView) -> tuple[tuple[str, str | None], ...]:
    return (
        (_("Crafts"), address("crafts.index")),
        (product.card.craft_name, address("crafts.show", slug=product.card.craft_slug)),
        (product.card.title, None),
    )


@blueprint.get("/<slug>/label")
def label(slug: str) -> Response:
    """Show the card that a workshop prints and puts beside a piece, with a code that leads to its page."""
    product = details.of_slug(db.session(), slug)
    here = pages.public_address("products.show", slug=product.card.slug)
    return pages.show(
        "products/label.html",
        canonical=here,
        product=product,
        address=here,
        code=documents.code_svg(here),
    )
