"""The whole page of one product, for buyers, and the same page of a version that a curator previews.

A page costs three statements: what is known of the piece, its photographs, its variants. What is known says by what
`catalog.alike` finds others like it.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from catalog import cards, materials, photos, pictures, products, shares, taxonomy
from catalog.cards import Card, CurationView, ProductView, Roots, VariantView, WorkshopView
from catalog.curation import certificates, rubrics
from catalog.models import (
    Council,
    Craft,
    Decision,
    Listing,
    ListingPhoto,
    ListingVariant,
    Picture,
    Portrait,
    Product,
    Regency,
    ShareImage,
    Submission,
    SubmissionState,
    Variant,
    Workshop,
)
from catalog.pictures import Files, PhotoView
from catalog.products import NoSuchProduct
from shop.db import constant, read
from shop.i18n import current_locale

Address = Callable[[int, int, str], str]
"""`(picture_id, width, ending)` to the address of a private file, for readers who were checked."""

_Judge = aliased(Council)
_FACE = aliased(Picture)
_INSPIRING = aliased(Craft)
_LAST_ANSWER = (
    sa.select(Submission.id)
    .where(Submission.listing_id == Listing.id, Submission.state == constant(SubmissionState.DECIDED))
    .order_by(Submission.number.desc())
    .limit(1)
    .correlate(Listing)
    .scalar_subquery()
)
_SHARE = (
    sa.select(ShareImage.digest)
    .where(ShareImage.listing_id == Listing.id, ShareImage.locale == sa.bindparam("locale"))
    .correlate(Listing)
    .scalar_subquery()
)
_HOME = aliased(Regency)
_HOME_SLUG = (
    sa.select(_HOME.slug)
    .where(_HOME.code == Workshop.live_regency_code)
    .correlate(Workshop)
    .scalar_subquery()
)
_WORDS = (
    Listing.id.label("listing_id"),
    Listing.story,
    Listing.story_en,
    Listing.technique,
    Listing.technique_note,
    Listing.materials,
    Listing.motif,
    Listing.measures,
    Listing.variation,
    Listing.care,
    Listing.craft_id.label("claimed_craft"),
    _INSPIRING.name_id.label("inspiring_id"),
    _INSPIRING.name_en.label("inspiring_en"),
    _INSPIRING.slug.label("inspiring_slug"),
    certificates.SHOWN.label("certificates"),
    Workshop.id.label("workshop_id"),
    Workshop.name,
    Workshop.maker_name,
    Workshop.village,
    Workshop.about,
    Workshop.live_name,
    Workshop.live_maker_name,
    Workshop.live_village,
    Workshop.live_about,
    Workshop.since_year,
    Workshop.live_since_year,
    Workshop.live_regency_code,
    _HOME_SLUG.label("home_slug"),
    cards.CRAFT_ID.label("craft_of"),
    Regency.slug.label("regency_slug"),
    Decision.decided_at,
    Decision.conditions_met_at,
    Decision.rubric_id,
    _Judge.name.label("judge_name"),
    _Judge.slug.label("judge_slug"),
    _SHARE.label("share"),
    Portrait.live_alt,
    *cards.photograph(_FACE),  # last: `_workshop` reads them by their place
)


def _with_words(query: sa.Select[Any]) -> sa.Select[Any]:
    """Ask for everything that a page says, and who has vouched for it."""
    return (
        cards.with_card_columns(query)
        .outerjoin(Submission, Submission.id == _LAST_ANSWER)
        .outerjoin(Decision, Decision.submission_id == Submission.id)
        .outerjoin(_Judge, _Judge.id == Submission.council_id)
        .outerjoin(Portrait, Portrait.workshop_id == Workshop.id)
        .outerjoin(_FACE, _FACE.id == Portrait.live_picture_id)
        .outerjoin(_INSPIRING, _INSPIRING.id == Listing.inspired_by_id)
        .add_columns(*_WORDS)
    )


_LIVE = _with_words(products.live().where(Product.slug == sa.bindparam("slug")))
_ANY = _with_words(
    sa.select(Product)
    .select_from(Product)
    .join(Listing, Listing.product_id == Product.id)
    .join(Workshop, Workshop.id == Product.workshop_id)
    .where(Listing.id == sa.bindparam("listing_id"))
)


def of_slug(session: Session, slug: str, locale: str | None = None) -> ProductView:
    """Give the page of a live product. :raise: what `catalog.products.not_here` gives where none is."""
    locale = locale or current_locale()
    row = read(session, _LIVE, {"slug": slug, "locale": locale}).one_or_none()
    if row is None:
        raise products.not_here(session, slug)
    return _view(session, row, cards.card(row, locale), _gallery(session, row.listing_id), locale)


_PHOTOS = (
    sa.select(
        ListingPhoto.alt,
        *cards.photograph(),
    )
    .join(Picture, Picture.id == ListingPhoto.picture_id)
    .where(ListingPhoto.listing_id == sa.bindparam("listing_id"))
    .order_by(ListingPhoto.position, ListingPhoto.id)
)


def _gallery(session: Session, listing_id: int) -> list[PhotoView]:
    """Describe the photographs by their public addresses; plain columns, because every page pays for rows."""
    rows = read(session, _PHOTOS, {"listing_id": listing_id})
    return [view for row in rows if (view := pictures.public_view(Files._make(row[1:]), row.alt))]


def preview(session: Session, listing_id: int, address: Address, locale: str | None = None) -> ProductView:
    """Give the page as it would be if this version were live; who may see it is the caller's business."""
    locale = locale or current_locale()
    row = read(session, _ANY, {"listing_id": listing_id, "locale": locale}).one_or_none()
    if row is None:
        raise NoSuchProduct
    gallery = photos.views(session, listing_id, address)
    card = _before_approval(cards.card(row, locale), row, gallery)
    return _view(session, row, card, gallery, locale)


def _before_approval(card: Card, row: Any, gallery: list[Any]) -> Card:
    """Fill in what only an approval makes public: the workshop's present name and the private photograph."""
    return card._replace(workshop_name=row.name, photo=gallery[0] if gallery else None)


def _view(session: Session, row: Any, card: Card, gallery: list[Any], locale: str) -> ProductView:
    english = locale == "en"
    in_english = [materials.in_english(name) for name in row.materials]
    translated = english and all(in_english)
    words = [word.lower() for word in in_english] if translated else row.materials
    label = taxonomy.TECHNIQUES.get(row.technique)
    return ProductView(
        card=card,
        listing_id=row.listing_id,
        gallery=tuple(gallery),
        variants=variants(session, row.listing_id, sells=bool(row.sells)),
        story=(english and row.story_en) or row.story,
        story_lang="en" if english and row.story_en else "id",
        technique=row.technique,
        technique_label=(label.name_en if english else label.name_id) if label else "",
        technique_note=row.technique_note,
        materials=", ".join(words),
        materials_lang="en" if translated else "id",
        motif=row.motif,
        measures=row.measures,
        allowed_variation=row.variation,
        care=row.care,
        origin=f"{row.regency_name}, {card.province}",
        region_slug=row.regency_slug,
        workshop=_workshop(row, card),
        curation=_curation(session, row, english),
        share_image=shares.address(row.share),
        inspired_by=(row.inspiring_en if english else row.inspiring_id) or "",
        inspired_by_slug=row.inspiring_slug or "",
        certificates=certificates.shown(session, row.workshop_id, row.claimed_craft)
        if row.certificates
        else (),
        roots=Roots(
            card.id, row.workshop_id, row.live_regency_code, row.live_village or "", row.home_slug,
            row.craft_of, row.technique,
        ),
    )  # fmt: skip


def _workshop(row: Any, card: Card) -> WorkshopView:
    """Describe the workshop of a card; before its first approval, by what its artisan wrote."""
    approved = row.live_name is not None
    village = (row.live_village if approved else row.village) or ""
    return WorkshopView(
        id=row.workshop_id,
        slug=card.workshop_slug,
        name=(row.live_name if approved else row.name) or "",
        maker_name=(row.live_maker_name if approved else row.maker_name) or "",
        place=", ".join(part for part in (village, card.place) if part),
        province=card.province,
        craft_name=card.craft_name,
        about=(row.live_about if approved else row.about) or "",
        since_year=row.live_since_year if approved else row.since_year,
        council_name=card.council_name,
        council_slug=card.council_slug,
        paused=card.paused,
        portrait=pictures.public_view(Files(*row[-len(Files._fields) :]), row.live_alt),
    )


_VARIANTS = (
    sa.select(
        ListingVariant.name,
        Variant.id,
        Variant.sku,
        Variant.price,
        Variant.on_hand,
        Variant.reserved,
        Variant.made_to_order,
        Variant.lead_days,
    )
    .join(Variant, Variant.id == ListingVariant.variant_id)
    .where(ListingVariant.listing_id == sa.bindparam("listing_id"), Variant.active)
    .order_by(ListingVariant.position, ListingVariant.id)
)


def variants(session: Session, listing_id: int, *, sells: bool = True) -> tuple[VariantView, ...]:
    """Give the active variants that a listing names; none is available while the product rests."""
    return tuple(
        VariantView(
            id=row.id,
            sku=row.sku,
            name=row.name,
            price=row.price,
            # A made-to-order piece has a lead time instead of a stock.
            available=row.on_hand - row.reserved if sells and not row.made_to_order else 0,
            made_to_order=row.made_to_order and sells,
            lead_days=row.lead_days,
        )
        for row in read(session, _VARIANTS, {"listing_id": listing_id})
    )


def _curation(session: Session, row: Any, english: bool) -> CurationView | None:
    """Say who passed a listing, when and by which criteria; the marks stay with the council."""
    if row.judge_name is None:
        return None
    judged_by = rubrics.by_id(session, row.rubric_id)
    criteria = tuple(
        (c.name_en, c.asks_en) if english else (c.name_id, c.asks_id) for c in judged_by.criteria
    )
    date = row.conditions_met_at or row.decided_at
    return CurationView(
        row.judge_name, row.judge_slug, date, judged_by.version, judged_by.council_slug, criteria
    )
