"""The whole page of one product, for buyers, and the same page of a version that a curator previews."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import cards, photos, taxonomy
from catalog.cards import Card, CurationView, ProductView, VariantView, WorkshopView
from catalog.curation import rubric
from catalog.models import (
    Council,
    Decision,
    Listing,
    ListingVariant,
    Product,
    Submission,
    SubmissionState,
    Variant,
    Workshop,
)
from catalog.products import NoSuchProduct, live
from shop.i18n import current_locale

Address = Callable[[int, int, str], str]
"""`(picture_id, width, ending)` to the address of a private file, for readers who were checked."""


def of_product(session: Session, product_id: int, locale: str | None = None) -> ProductView:
    """Give the page of a live product. :raise catalog.products.NoSuchProduct:"""
    return _page(session, live().where(Product.id == product_id), locale, None)


def preview(session: Session, listing_id: int, address: Address, locale: str | None = None) -> ProductView:
    """Give the page as it would be if this version were live; who may see it is the caller's business."""
    query = (
        sa.select(Product)
        .select_from(Product)
        .join(Listing, Listing.product_id == Product.id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .where(Listing.id == listing_id)
    )
    return _page(session, query, locale, address)


def _page(
    session: Session, query: sa.Select[Any], locale: str | None, address: Address | None
) -> ProductView:
    locale = locale or current_locale()
    columns = cards.with_card_columns(query).add_columns(Listing, Workshop, Council.id.label("council_id"))
    row = session.execute(columns).one_or_none()
    if row is None:
        raise NoSuchProduct
    gallery = photos.views(session, row.Listing.id, address)
    card = cards.card(row, locale)
    if address is not None:
        card = _before_approval(card, row, gallery)
    return _view(session, row, card, gallery, locale)


def _before_approval(card: Card, row: Any, gallery: list[Any]) -> Card:
    """Fill in what only an approval makes public: the workshop's present name and the private photograph."""
    known = {name: getattr(card, name) for name in Card.__slots__}
    return Card(**known | {"workshop_name": row.Workshop.name, "photo": gallery[0] if gallery else None})


def _view(session: Session, row: Any, card: Card, gallery: list[Any], locale: str) -> ProductView:
    listing: Listing = row.Listing
    english = locale == "en"
    label = taxonomy.TECHNIQUES.get(listing.technique)
    return ProductView(
        card=card,
        listing_id=listing.id,
        gallery=tuple(gallery),
        variants=variants(session, listing.id, sells=bool(row.sells)),
        story=(english and listing.story_en) or listing.story,
        technique=listing.technique,
        technique_label=(label.name_en if english else label.name_id) if label else "",
        technique_note=listing.technique_note,
        materials=", ".join(listing.materials),
        motif=listing.motif,
        measures=listing.measures,
        allowed_variation=listing.variation,
        care=listing.care,
        origin=f"{row.regency_name}, {card.province}",
        workshop=workshop_view(row.Workshop, card),
        curation=curation(session, listing.id, locale),
    )


def workshop_view(workshop: Workshop, card: Card) -> WorkshopView:
    """Describe the workshop of a card; before its first approval, by what its artisan wrote."""
    approved = workshop.live_name is not None
    place = ", ".join(part for part in (_village(workshop, approved), card.place) if part)
    return WorkshopView(
        id=workshop.id,
        slug=workshop.slug,
        name=(workshop.live_name if approved else workshop.name) or "",
        maker_name=(workshop.live_maker_name if approved else workshop.maker_name) or "",
        place=place,
        province=card.province,
        craft_name=card.craft_name,
        about=(workshop.live_about if approved else workshop.about) or "",
        since_year=workshop.since_year,
        council_name=card.council_name,
        council_slug=card.council_slug,
        paused=card.paused,
    )


def _village(workshop: Workshop, approved: bool) -> str:
    return (workshop.live_village if approved else workshop.village) or ""


def variants(session: Session, listing_id: int, *, sells: bool = True) -> tuple[VariantView, ...]:
    """Give the active variants that a listing names; none is available while the product rests."""
    rows = session.execute(
        sa.select(ListingVariant.name, Variant)
        .join(Variant, Variant.id == ListingVariant.variant_id)
        .where(ListingVariant.listing_id == listing_id, Variant.active)
        .order_by(ListingVariant.position, ListingVariant.id)
    )
    return tuple(
        VariantView(
            id=variant.id,
            name=name,
            price=variant.price,
            # A made-to-order piece has a lead time instead of a stock.
            available=variant.available if sells and not variant.made_to_order else 0,
            made_to_order=variant.made_to_order and sells,
            lead_days=variant.lead_days,
        )
        for name, variant in rows
    )


def curation(session: Session, listing_id: int, locale: str) -> CurationView | None:
    """Say who passed a listing, when and by which criteria; the marks stay with the council."""
    row = session.execute(
        sa.select(
            Council.name,
            Council.slug,
            Decision.decided_at,
            Decision.conditions_met_at,
            Decision.rubric_version,
        )
        .select_from(Submission)
        .join(Decision, Decision.submission_id == Submission.id)
        .join(Council, Council.id == Submission.council_id)
        .where(Submission.listing_id == listing_id, Submission.state == SubmissionState.DECIDED)
        .order_by(Submission.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    english = locale == "en"
    criteria = tuple(
        (c.name_en, c.asks_en) if english else (c.name_id, c.asks_id) for c in rubric.current().criteria
    )
    date = row.conditions_met_at or row.decided_at
    return CurationView(row.name, row.slug, date, row.rubric_version, criteria)
