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
    MADE_TO_ORDER_LIMIT,
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
from catalog.pictures import Files
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


_PHOTOGRAPH = views.photograph()
_OFFERS_OF = (
    live()
    .join(ListingVariant, ListingVariant.listing_id == Listing.id)
    .join(Variant, Variant.id == ListingVariant.variant_id)
    .outerjoin(ListingPhoto, ListingPhoto.id == views.FIRST_PHOTO)
    .outerjoin(Picture, Picture.id == ListingPhoto.picture_id)
    .where(Variant.id.in_(sa.bindparam("variant_ids", expanding=True)))
    .with_only_columns(
        *_PHOTOGRAPH, Picture.id.label("picture_id"), ListingPhoto.alt, views.SELLS.label("sells"),
        Variant.id.label("variant_id"), Variant.price, Variant.active, Variant.on_hand, Variant.reserved,
        Variant.made_to_order, Variant.lead_days, Variant.weight_g, Variant.length_cm, Variant.width_cm,
        Variant.height_cm, ListingVariant.name.label("variant_name"),
        Product.id.label("product_id"), Product.slug.label("product_slug"), Product.one_of_a_kind,
        Listing.id.label("listing_id"), Listing.title, Listing.title_en, Listing.craft_id, Listing.technique,
        Workshop.id.label("workshop_id"), Workshop.live_name, Workshop.slug.label("workshop_slug"),
        Workshop.regency_code, Workshop.council_id,
    )
)  # fmt: skip
"""Written once, like `_CARDS_OF`: a checkout asks it several times."""


def offers(session: Session, variant_ids: Collection[int], locale: str | None = None) -> dict[int, Offer]:
    """Give what carts and orders need of variants that live listings name, by one SELECT.

    A variant that is missing in the answer is not for sale to anybody any more.
    """
    if not variant_ids:
        return {}
    english = (locale or current_locale()) == "en"
    rows = read(session, _OFFERS_OF, {"variant_ids": list(variant_ids)})
    return {row.variant_id: _offer(row, english) for row in rows}


def _free(row: Any) -> int:
    """Give how many can be bought, as `Variant.available` does."""
    if not row.active:
        return 0
    return MADE_TO_ORDER_LIMIT if row.made_to_order else int(row.on_hand - row.reserved)


def _offer(row: Any, english: bool) -> Offer:
    files = Files(*row[: len(_PHOTOGRAPH)]) if row.picture_id else None
    return Offer(
        variant_id=row.variant_id,
        product_id=row.product_id,
        product_slug=row.product_slug,
        listing_id=row.listing_id,
        title=(english and row.title_en) or row.title,
        variant_name=row.variant_name,
        workshop_id=row.workshop_id,
        workshop_name=row.live_name or "",
        workshop_slug=row.workshop_slug,
        workshop_regency_code=row.regency_code,
        council_id=row.council_id,
        craft_id=row.craft_id,
        technique=row.technique,
        picture_id=row.picture_id,
        photo=pictures.public_view(files, row.alt),
        price=row.price,
        available=_free(row) if row.sells else 0,
        made_to_order=row.made_to_order,
        lead_days=row.lead_days,
        one_of_a_kind=row.one_of_a_kind,
        paused=not row.sells,
        weight_g=row.weight_g,
        length_cm=row.length_cm,
        width_cm=row.width_cm,
        height_cm=row.height_cm,
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
