"""Products, their variants and stock, and the listings that present them.

A fact is reviewed if and only if it is a column of Listing (or of the photo and variant rows below a listing).
"""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.taxonomy import Craft, Regency
from catalog.models.workshop import Workshop
from shop.db import Base, BigId


class ProductState(enum.StrEnum):
    """Whether a product may be shown and bought, apart from having a live listing."""

    ACTIVE = "active"
    PAUSED = "paused"
    """Shown, not for sale: the workshop rests it."""
    WITHDRAWN = "withdrawn"
    """Taken off for good by workshop or council: its page answers 410."""


class Product(Base):
    """The thing for sale: identity, workshop, address; what is said about it is a Listing."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    live_listing_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("listings.id", use_alter=True), unique=True
    )
    """The one listing that the public sees; moved by one conditional UPDATE at approval."""
    state: Mapped[ProductState] = mapped_column(default=ProductState.ACTIVE)
    one_of_a_kind: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    """First approval; what "newly curated" sorts by."""
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")
    live_listing: Mapped["Listing | None"] = relationship(
        lazy="raise_on_sql", foreign_keys=[live_listing_id], post_update=True
    )


class Variant(Base):
    """What one can put in a cart: price and stock, size and weight when packed. Changes hold at once."""

    __tablename__ = "variants"
    __table_args__ = (
        sa.CheckConstraint("price > 0", name="price_positive"),
        sa.CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        sa.CheckConstraint("reserved >= 0", name="reserved_not_negative"),
        sa.CheckConstraint("made_to_order OR reserved <= on_hand", name="reserved_within_on_hand"),
        sa.CheckConstraint("sold >= 0", name="sold_not_negative"),
        sa.CheckConstraint(
            "weight_g > 0 AND length_cm > 0 AND width_cm > 0 AND height_cm > 0", name="packed_size_positive"
        ),
        sa.CheckConstraint("NOT made_to_order OR lead_days > 0", name="made_to_order_has_days"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), index=True)
    sku: Mapped[str] = mapped_column(sa.String(40), unique=True)
    price: Mapped[int] = mapped_column(sa.BigInteger)
    """Whole rupiah."""
    on_hand: Mapped[int] = mapped_column(default=0)
    """Pieces in the workshop that are not sold; `reserved` of them are set aside for pending orders."""
    reserved: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)
    made_to_order: Mapped[bool] = mapped_column(default=False)
    """Made after the order, `lead_days` long; stock does not limit it (on_hand stays 0)."""
    lead_days: Mapped[int] = mapped_column(default=0)
    """Working days until a made-to-order piece is ready; 0 for ready pieces."""
    weight_g: Mapped[int]
    """Grams, packed."""
    length_cm: Mapped[int]
    width_cm: Mapped[int]
    height_cm: Mapped[int]
    """Centimetres, packed."""
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    product: Mapped[Product] = relationship(lazy="raise_on_sql")

    @property
    def available(self) -> int:
        """How many can be bought now; made-to-order pieces are limited only per order."""
        if not self.active:
            return 0
        return MADE_TO_ORDER_LIMIT if self.made_to_order else self.on_hand - self.reserved


MADE_TO_ORDER_LIMIT = 20
"""How many made-to-order pieces one order may ask for."""


class ListingState(enum.StrEnum):
    """Where one version of a presentation stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONDITIONAL = "conditional"
    """Passed with conditions; goes live when a curator has checked them."""
    COACHING = "coaching"
    """Came back with tasks; the artisan edits and submits again."""
    LIVE = "live"
    REPLACED = "replaced"
    """Was live until a newer version took its place."""
    DECLINED = "declined"
    """A gate is broken; closed."""
    DISCARDED = "discarded"
    """Given up by the artisan."""


OPEN_STATES = (ListingState.DRAFT, ListingState.SUBMITTED, ListingState.CONDITIONAL, ListingState.COACHING)
_OPEN = sa.text("state IN ('draft', 'submitted', 'conditional', 'coaching')")
_LIVE = sa.text("state = 'live'")
_CONDITIONAL = sa.text("state = 'conditional'")


class Listing(Base):
    """One version of a product's public presentation; after approval it never changes."""

    __tablename__ = "listings"
    __table_args__ = (
        sa.UniqueConstraint("product_id", "version"),
        # What is like a piece (catalog.alike) is read from the end of these.
        sa.Index("ix_listings_technique", "technique", "id"),
        sa.Index("ix_listings_craft_technique", "craft_id", "technique", "id"),
        sa.Index(
            "uq_listings_one_open", "product_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        # What passed with conditions is few, and the queue of a council asks for all of it.
        sa.Index("ix_listings_conditional", "id", sqlite_where=_CONDITIONAL, postgresql_where=_CONDITIONAL),
        sa.Index(
            "uq_listings_one_live", "product_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"))
    version: Mapped[int]
    state: Mapped[ListingState] = mapped_column(default=ListingState.DRAFT)
    edits: Mapped[int] = mapped_column(default=0)
    """Counts the saves; approval checks that it still is the number that the curator saw."""
    title: Mapped[str] = mapped_column(sa.String(120), default="")
    title_en: Mapped[str] = mapped_column(sa.String(120), default="")
    story: Mapped[str] = mapped_column(sa.Text, default="")
    story_en: Mapped[str] = mapped_column(sa.Text, default="")
    craft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("crafts.id"), index=True)
    technique: Mapped[str] = mapped_column(sa.String(40), default="")
    """The truth label, one of catalog.taxonomy.TECHNIQUES (tulis, cap, mixed, printed…)."""
    technique_note: Mapped[str] = mapped_column(sa.String(300), default="")
    materials: Mapped[list[str]] = mapped_column(default=list)
    motif: Mapped[str] = mapped_column(sa.String(120), default="")
    regency_code: Mapped[str | None] = mapped_column(sa.ForeignKey("regencies.code"))
    """Where it is made."""
    measures: Mapped[str] = mapped_column(sa.String(200), default="")
    variation: Mapped[str] = mapped_column(sa.String(300), default="")
    """What may differ from piece to piece because it is made by hand."""
    care: Mapped[str] = mapped_column(sa.String(500), default="")
    inspired_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("crafts.id"))
    """A craft form of the register that the piece takes up without claiming to be one."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    product: Mapped[Product] = relationship(lazy="raise_on_sql", foreign_keys=[product_id])
    craft: Mapped[Craft | None] = relationship(lazy="raise_on_sql", foreign_keys=[craft_id])
    inspired_by: Mapped[Craft | None] = relationship(lazy="raise_on_sql", foreign_keys=[inspired_by_id])
    regency: Mapped[Regency | None] = relationship(lazy="raise_on_sql")
    photos: Mapped[list["ListingPhoto"]] = relationship(
        lazy="raise_on_sql", order_by="ListingPhoto.position", viewonly=True
    )
    variants: Mapped[list["ListingVariant"]] = relationship(
        lazy="raise_on_sql", order_by="ListingVariant.position", viewonly=True
    )

    @property
    def is_editable(self) -> bool:
        """Whether the artisan may write in it now."""
        return self.state in (ListingState.DRAFT, ListingState.COACHING)


class ListingVariant(Base):
    """A variant as one listing names it; the words are reviewed, price and stock are not."""

    __tablename__ = "listing_variants"
    __table_args__ = (sa.UniqueConstraint("listing_id", "variant_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    """Options in words ("Biru, 2,5 m"); empty when there is only one."""
    position: Mapped[int] = mapped_column(default=0)
    variant: Mapped[Variant] = relationship(lazy="raise_on_sql")


class PictureState(enum.StrEnum):
    """Where the making of a picture's sizes stands."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class Picture(Base):
    """An uploaded photograph of a workshop and the sizes made from it; several listings may show it."""

    __tablename__ = "pictures"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    of_council: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """A curator's photograph of a sample: for the council alone, never in a listing, never public."""
    private_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    """Random prefix of the private files: `private/<random>`; sizes are `<prefix>/<width>.<format>`."""
    digest: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    """SHA-256 of the re-encoded master; public files are `public/<digest>/<width>.<format>`."""
    state: Mapped[PictureState] = mapped_column(default=PictureState.WAITING)
    problem: Mapped[str | None] = mapped_column(sa.String(200))
    public: Mapped[bool] = mapped_column(default=False)
    """Whether the public copies exist: set before a listing with it goes live."""
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    """Pixels of the master."""
    widths: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    """Pixel widths that exist, ascending, each as AVIF, WebP and JPEG."""
    colour: Mapped[str] = mapped_column(sa.String(7), default="#e9dfcf")
    """Average colour, shown until the picture is there."""
    blur: Mapped[str] = mapped_column(sa.String(400), default="", server_default="")
    """The picture in a few pixels, WebP in base64, shown in its place; empty until it is made."""
    created_at: Mapped[datetime]


class ListingPhoto(Base):
    """A picture in a listing: its place and the words for those who do not see it."""

    __tablename__ = "listing_photos"
    __table_args__ = (sa.UniqueConstraint("listing_id", "picture_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    picture_id: Mapped[int] = mapped_column(sa.ForeignKey("pictures.id"), index=True)
    position: Mapped[int]
    alt: Mapped[str] = mapped_column(sa.String(200), default="")
    picture: Mapped[Picture] = relationship(lazy="raise_on_sql")


class Portrait(Base):
    """The portrait of a workshop: the one that it wants, and the one that the public sees."""

    __tablename__ = "portraits"

    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), primary_key=True)
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pictures.id"))
    alt: Mapped[str] = mapped_column(sa.String(200), default="")
    live_picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pictures.id"), index=True)
    """Moves with an approved listing, as the workshop's `live_…` words do."""
    live_alt: Mapped[str] = mapped_column(sa.String(200), default="")


class PlacePicture(Base):
    """A landscape of a province. It belongs to no workshop and is public from the start."""

    __tablename__ = "place_pictures"

    province_code: Mapped[str] = mapped_column(sa.ForeignKey("provinces.code"), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    width: Mapped[int]
    height: Mapped[int]
    widths: Mapped[list[int]] = mapped_column(sa.JSON)
    colour: Mapped[str] = mapped_column(sa.String(7))
    blur: Mapped[str] = mapped_column(sa.String(400), default="", server_default="")
    alt_id: Mapped[str] = mapped_column(sa.String(200))
    alt_en: Mapped[str] = mapped_column(sa.String(200))


class MovementKind(enum.StrEnum):
    """Why stock moved."""

    COUNT = "count"
    """The workshop counted and set the number."""
    RESERVE = "reserve"
    RELEASE = "release"
    TAKE = "take"
    RETURN = "return"


class StockMovement(Base):
    """One change of a variant's stock; their sums are the variant's numbers. Append-only."""

    __tablename__ = "stock_movements"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    kind: Mapped[MovementKind]
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)
    """Signed changes of the three numbers."""
    reference: Mapped[str] = mapped_column(sa.String(60), default="")
    """What caused it: an order number, or empty."""
    actor_label: Mapped[str] = mapped_column(sa.String(120), default="")
    at: Mapped[datetime]
