"""What pages are shown of the catalogue: plain values, complete, without a way back to the database.

Made by `catalog.products` and `catalog.details`; templates/components/product_card.html draws a `Card`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from catalog import pictures
from catalog.models import (
    Council,
    Craft,
    Listing,
    ListingPhoto,
    ListingVariant,
    Picture,
    Product,
    ProductState,
    Province,
    Regency,
    Variant,
    Workshop,
    WorkshopState,
)
from catalog.pictures import Files, PhotoView


class Card(NamedTuple):
    """One live product on the wall. Prices are rupiah. A tuple, because pages make and compare dozens."""

    id: int
    slug: str
    title: str
    workshop_name: str
    workshop_slug: str
    place: str
    province: str
    craft_name: str
    craft_slug: str
    family: str
    price_from: int
    price_to: int
    photo: PhotoView | None
    in_stock: bool
    """A ready piece can be bought now."""
    made_to_order_days: int | None
    """Working days until a made-to-order piece is ready; None when none can be ordered."""
    one_of_a_kind: bool
    paused: bool
    """Shown, but its workshop sells nothing at the moment."""
    council_name: str
    council_slug: str


@dataclass(frozen=True, slots=True)
class VariantView:
    """A variant that a live listing names."""

    id: int
    sku: str
    name: str
    price: int
    available: int
    made_to_order: bool
    lead_days: int


@dataclass(frozen=True, slots=True)
class WorkshopView:
    """A workshop as the public sees it: only words that a curator has read."""

    id: int
    slug: str
    name: str
    maker_name: str
    place: str
    province: str
    craft_name: str
    about: str
    since_year: int | None
    council_name: str
    council_slug: str
    paused: bool
    portrait: PhotoView | None = None


@dataclass(frozen=True, slots=True)
class CurationView:
    """Who vouches for a live listing. Scores stay private."""

    council_name: str
    council_slug: str
    date: datetime | None
    rubric_version: int
    rubric_slug: str
    """Address of the council whose rubric it is: its own, its province's or the national one."""
    criteria: tuple[tuple[str, str], ...]
    """Name of a criterion and what it asks, in words."""


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate of a workshop for the craft of a piece, as the public reads it."""

    name: str
    """A msgid, or what the certificate is called where it is another one."""
    number: str
    holder: str
    valid_until: date | None
    checked_at: datetime


class Roots(NamedTuple):
    """Where a live piece comes from: by these, others like it are found. `catalog.alike` asks by these names."""

    product_id: int
    workshop_id: int
    regency_code: str | None
    village: str
    regency_slug: str | None
    craft_id: int | None
    technique: str


@dataclass(frozen=True, slots=True)
class ProductView:
    """A whole product page, or what a curator previews of one."""

    card: Card
    listing_id: int
    gallery: tuple[PhotoView, ...]
    variants: tuple[VariantView, ...]
    story: str
    story_lang: str
    """The language that the story is told in: English where the maker has told it in English too."""
    technique: str
    technique_label: str
    technique_note: str
    materials: str
    motif: str
    measures: str
    allowed_variation: str
    care: str
    origin: str
    region_slug: str
    workshop: WorkshopView
    curation: CurationView | None
    materials_lang: str = "id"
    """English where every material has an English name."""
    certificates: tuple["CertificateView", ...] = ()
    """Certificates that a curator has compared with the paper, and that have not expired."""
    inspired_by: str = ""
    inspired_by_slug: str = ""
    """A craft of another region that the piece takes up without claiming to be one."""
    share_image: str | None = None
    """Address of the picture that other sites show; None until it is made."""
    breadcrumbs: tuple[tuple[str, str | None], ...] = ()
    roots: Roots | None = None
    """None in a preview, which shows nothing beside the piece."""

    def __getattr__(self, name: str) -> Any:
        """Answer what the card knows, so that a page writes `product.title`."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.card, name)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a buyer is offered when a variant is put into a cart or an order: the live words and today's terms."""

    variant_id: int
    product_id: int
    product_slug: str
    listing_id: int
    title: str
    variant_name: str
    workshop_id: int
    workshop_name: str
    workshop_slug: str
    workshop_regency_code: str
    """Where its parcels start."""
    council_id: int
    craft_id: int | None
    technique: str
    """The truth label, one of catalog.taxonomy.TECHNIQUES."""
    picture_id: int | None
    photo: PhotoView | None
    price: int
    available: int
    """0 when it cannot be bought now, for whatever reason."""
    made_to_order: bool
    lead_days: int
    one_of_a_kind: bool
    paused: bool
    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int


def place_name(regency: str | None) -> str:
    """Write a regency as people say it: `Muara Enim`, but `Kota Bengkulu`."""
    return (regency or "").removeprefix("Kabupaten ")


# --- columns and rows --------------------------------------------------------------------------------

SELLS = sa.and_(Product.state == ProductState.ACTIVE, Workshop.state == WorkshopState.ACTIVE)
"""Whether a live product may be bought, apart from its stock."""

# The last of each is for previews of a workshop's first piece; what is live has one of those before it.
CRAFT_ID = sa.func.coalesce(Listing.craft_id, Workshop.live_craft_id, Workshop.craft_id)
REGENCY_CODE = sa.func.coalesce(Listing.regency_code, Workshop.live_regency_code, Workshop.regency_code)
COUNCIL_ID = sa.func.coalesce(Workshop.live_council_id, Workshop.council_id)

FIRST_PHOTO = (
    sa.select(ListingPhoto.id)
    .where(ListingPhoto.listing_id == Listing.id)
    .order_by(ListingPhoto.position, ListingPhoto.id)
    .limit(1)
    .correlate(Listing)
    .scalar_subquery()
)


def _of_variants(expression: Any) -> Any:
    """Ask something of the active variants that the live listing names."""
    return (
        sa.select(expression)
        .select_from(ListingVariant)
        .join(Variant, Variant.id == ListingVariant.variant_id)
        .where(ListingVariant.listing_id == Listing.id, Variant.active)
        .correlate(Listing)
        .scalar_subquery()
    )


LOWEST_PRICE = _of_variants(sa.func.min(Variant.price))
HIGHEST_PRICE = _of_variants(sa.func.max(Variant.price))
READY_PIECES = _of_variants(
    sa.func.sum(sa.case((Variant.made_to_order, 0), else_=Variant.on_hand - Variant.reserved))
)
SHORTEST_LEAD = _of_variants(sa.func.min(sa.case((Variant.made_to_order, Variant.lead_days))))


def photograph(picture: Any = Picture) -> tuple[sa.ColumnElement[Any], ...]:
    """Select what `pictures.public_view` reads of a picture: its `Files`, in order."""
    return tuple(getattr(picture, name) for name in Files._fields)


CARD_COLUMNS = (
    Product.id,
    Product.slug,
    Product.one_of_a_kind,
    SELLS.label("sells"),
    Listing.title,
    Listing.title_en,
    Workshop.live_name.label("workshop_name"),
    Workshop.slug.label("workshop_slug"),
    Regency.name.label("regency_name"),
    Province.name_id.label("province_id"),
    Province.name_en.label("province_en"),
    Craft.name_id.label("craft_id_name"),
    Craft.name_en.label("craft_en_name"),
    Craft.slug.label("craft_slug"),
    Craft.family,
    Council.name.label("council_name"),
    Council.slug.label("council_slug"),
    LOWEST_PRICE.label("price_from"),
    HIGHEST_PRICE.label("price_to"),
    READY_PIECES.label("ready"),
    SHORTEST_LEAD.label("lead"),
    ListingPhoto.alt,
    *photograph(),
)
COLUMNS = len(CARD_COLUMNS)
_PHOTOGRAPH = COLUMNS - len(Files._fields)


def with_card_columns(live: sa.Select[Any]) -> sa.Select[Any]:
    """Turn `products.live()` into rows that `card` understands."""
    return (
        live.join(Regency, Regency.code == REGENCY_CODE)
        .join(Province, Province.code == Regency.province_code)
        .join(Craft, Craft.id == CRAFT_ID)
        .join(Council, Council.id == COUNCIL_ID)
        .outerjoin(ListingPhoto, ListingPhoto.id == FIRST_PHOTO)
        .outerjoin(Picture, Picture.id == ListingPhoto.picture_id)
        .with_only_columns(*CARD_COLUMNS)
    )


def first_photograph(row: Any) -> Files:
    """Give the photograph of a row that begins with CARD_COLUMNS."""
    return Files(*row[_PHOTOGRAPH:COLUMNS])


def card(row: Any, locale: str) -> Card:
    """Make a card of a row that begins with CARD_COLUMNS, in a language."""
    (
        product_id, slug, one_of_a_kind, sells, title, title_en, workshop_name, workshop_slug, regency,
        province_id, province_en, craft_id_name, craft_en_name, craft_slug, family, council_name, council_slug,
        low, high, ready, lead, alt,
    ) = row[:_PHOTOGRAPH]  # fmt: skip
    english = locale == "en"
    return Card(
        id=product_id,
        slug=slug,
        title=(english and title_en) or title,
        workshop_name=workshop_name or "",
        workshop_slug=workshop_slug,
        place=place_name(regency),
        province=province_en if english else province_id,
        craft_name=craft_en_name if english else craft_id_name,
        craft_slug=craft_slug,
        family=family,
        price_from=low or 0,
        price_to=high or low or 0,
        photo=pictures.public_view(first_photograph(row), alt),
        in_stock=bool(sells and (ready or 0) > 0),
        made_to_order_days=lead if sells else None,
        one_of_a_kind=one_of_a_kind,
        paused=not sells,
        council_name=council_name,
        council_slug=council_slug,
    )
