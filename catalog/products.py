"""Products as the public may see them.

`live()` is the one selectable of every public read: pages, search results, suggestions, feeds, carts, mail.
What changes that is in `catalog.publication` and `catalog.variants`.
"""

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import cards as views
from catalog import pictures, slugs
from catalog.cards import Card, Offer
from catalog.models import (
    Listing,
    ListingPhoto,
    ListingState,
    ListingVariant,
    Picture,
    Product,
    ProductState,
    SlugKind,
    Variant,
    Workshop,
    WorkshopMember,
    WorkshopState,
)
from shop.db import constant, read
from shop.errors import Gone, NotFound
from shop.i18n import current_locale


class NoSuchProduct(NotFound):
    """There is no such product, or not for this person."""


class ProductGone(Gone):
    """The product has been withdrawn."""

    message = "This piece has been taken off the shop by its workshop or council."

    def __init__(self, product_id: int) -> None:
        super().__init__()
        self.product_id = product_id


# --- what the public sees --------------------------------------------------------------------------------


def live() -> sa.Select[Product]:
    """Select the products that anybody may see, joined with their live listing and their workshop.

    Narrow it with `.where` and choose with `.with_only_columns`; `Listing` and `Workshop` can be named in both.
    """
    return (
        sa.select(Product)
        .select_from(Product)
        .join(Listing, Listing.id == Product.live_listing_id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .where(
            Listing.state == constant(ListingState.LIVE),
            Product.state != constant(ProductState.WITHDRAWN),
            Workshop.state != constant(WorkshopState.SUSPENDED),
        )
    )


_CARDS_OF = views.with_card_columns(live().where(Product.id.in_(sa.bindparam("product_ids", expanding=True))))
"""Written once: putting the statement together takes as long as running it."""


def cards(session: Session, ids: Iterable[int], locale: str | None = None) -> list[Card]:
    """Give the cards of those products that are live, in the order asked for, by one SELECT."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    locale = locale or current_locale()
    rows = read(session, _CARDS_OF, {"product_ids": wanted})
    found = {row[0]: views.card(row, locale) for row in rows}
    return [found[product_id] for product_id in wanted if product_id in found]


NEWEST_FIRST = (Product.published_at.desc(), Product.id.desc())


def by_slug(session: Session, slug: str) -> Product:
    """Give a live product.

    :raise ProductGone: NoSuchProduct: catalog.slugs.Renamed: as `not_here` says.
    """
    product = session.scalar(live().where(Product.slug == slug))
    if product is None:
        raise not_here(session, slug)
    return product


def not_here(session: Session, slug: str) -> NotFound | Gone:
    """Say why no live product stands at an address: it has another one, has been withdrawn, or never was."""
    product_id = slugs.owner(session, SlugKind.PRODUCT, slug)
    if product_id is None:
        return NoSuchProduct()
    present = session.scalar(live().where(Product.id == int(product_id)).with_only_columns(Product.slug))
    return slugs.Renamed(present) if present else ProductGone(int(product_id))


def offers(session: Session, variant_ids: Collection[int], locale: str | None = None) -> dict[int, Offer]:
    """Give what carts and orders need of variants that live listings name, by one SELECT.

    A variant that is missing in the answer is not for sale to anybody any more.
    """
    if not variant_ids:
        return {}
    query = (
        live()
        .join(ListingVariant, ListingVariant.listing_id == Listing.id)
        .join(Variant, Variant.id == ListingVariant.variant_id)
        .outerjoin(ListingPhoto, ListingPhoto.id == views.FIRST_PHOTO)
        .outerjoin(Picture, Picture.id == ListingPhoto.picture_id)
        .where(Variant.id.in_(variant_ids))
        .with_only_columns(
            Product, Listing, Workshop, Variant, ListingVariant.name, ListingPhoto.alt, Picture,
            views.SELLS.label("sells"),
        )
    )  # fmt: skip
    english = (locale or current_locale()) == "en"
    return {row.Variant.id: _offer(row, english) for row in session.execute(query)}


def _offer(row: Any, english: bool) -> Offer:
    product, listing, workshop, variant = row.Product, row.Listing, row.Workshop, row.Variant
    return Offer(
        variant_id=variant.id,
        product_id=product.id,
        product_slug=product.slug,
        listing_id=listing.id,
        title=(english and listing.title_en) or listing.title,
        variant_name=row.name,
        workshop_id=workshop.id,
        workshop_name=workshop.live_name or "",
        workshop_slug=workshop.slug,
        workshop_regency_code=workshop.regency_code,
        council_id=workshop.council_id,
        craft_id=listing.craft_id,
        technique=listing.technique,
        picture_id=row.Picture.id if row.Picture else None,
        photo=pictures.public_view(row.Picture, row.alt),
        price=variant.price,
        available=variant.available if row.sells else 0,
        made_to_order=variant.made_to_order,
        lead_days=variant.lead_days,
        one_of_a_kind=product.one_of_a_kind,
        paused=not row.sells,
        weight_g=variant.weight_g,
        length_cm=variant.length_cm,
        width_cm=variant.width_cm,
        height_cm=variant.height_cm,
    )


# --- what a member of its workshop may see


def of_member(session: Session, user_id: int, product_id: int) -> Product:
    """Give a product, with its workshop, to a member of that workshop. :raise NoSuchProduct: to others."""
    product = session.scalar(
        sa.select(Product)
        .join(WorkshopMember, WorkshopMember.workshop_id == Product.workshop_id)
        .where(Product.id == product_id, WorkshopMember.user_id == user_id)
        .options(joinedload(Product.workshop))
    )
    if product is None:
        raise NoSuchProduct
    return product
