"""The shelf: a workshop's pieces as its own list shows them, whatever their state. Read-only, for listings and stock."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from admin.studio import entry
from catalog import photos
from catalog.models import (
    OPEN_STATES,
    Listing,
    ListingPhoto,
    ListingState,
    ListingVariant,
    Picture,
    Product,
    ProductState,
    Variant,
)
from catalog.pictures import PhotoView

Open = aliased(Listing)
Shown = aliased(Listing)

TO_WRITE = (ListingState.DRAFT, ListingState.COACHING)
WITH_COUNCIL = (ListingState.SUBMITTED, ListingState.CONDITIONAL)
FEW = 1
"""So many free pieces, or fewer, and a ready variant is running out."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One product of the workshop."""

    id: int
    title: str
    slug: str
    state: ProductState
    live: bool
    open_state: ListingState | None
    """State of the version that is being written or judged, if there is one."""
    last_state: ListingState
    one_of_a_kind: bool
    photo: PhotoView | None
    price_from: int | None
    price_to: int | None
    ready: int
    made_to_order: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One variant in the stock list."""

    id: int
    product_id: int
    title: str
    name: str
    photo: PhotoView | None
    on_hand: int
    reserved: int
    made_to_order: bool
    lead_days: int
    one_of_a_kind: bool
    live: bool
    active: bool


_LAST = (
    sa.select(Listing.id)
    .where(Listing.product_id == Product.id)
    .order_by(Listing.version.desc())
    .limit(1)
    .correlate(Product)
    .scalar_subquery()
)
_SHOWN = sa.func.coalesce(Open.id, Product.live_listing_id, _LAST)
_FIRST_PHOTO = (
    sa.select(ListingPhoto.id)
    .where(ListingPhoto.listing_id == Shown.id)
    .order_by(ListingPhoto.position, ListingPhoto.id)
    .limit(1)
    .correlate(Shown)
    .scalar_subquery()
)
_GONE = sa.or_(
    Product.state == ProductState.WITHDRAWN, sa.and_(Product.live_listing_id.is_(None), Open.id.is_(None))
)
TABS: dict[str, sa.ColumnElement[bool]] = {
    "all": sa.not_(_GONE),
    "write": Open.state.in_(TO_WRITE),
    "council": Open.state.in_(WITH_COUNCIL),
    "sale": sa.and_(Product.live_listing_id.is_not(None), Product.state != ProductState.WITHDRAWN),
    "closed": _GONE,
}
"""Which pieces each tab of the list shows."""


def _pieces(workshop_id: int, *columns: Any) -> sa.Select[Any]:
    """Select from the workshop's products, each with its open version (or none) and the version to show."""
    return (
        sa.select(*columns)
        .select_from(Product)
        .outerjoin(Open, sa.and_(Open.product_id == Product.id, Open.state.in_(OPEN_STATES)))
        .join(Shown, Shown.id == _SHOWN)
        .where(Product.workshop_id == workshop_id)
    )


def in_state(*states: ListingState) -> sa.ColumnElement[bool]:
    """Give the condition that the open version of a piece is in one of these states."""
    return Open.state.in_(states)


def counts(session: Session, workshop_id: int) -> dict[str, int]:
    """Give how many pieces each tab has."""
    sums = [sa.func.sum(sa.case((condition, 1), else_=0)) for condition in TABS.values()]
    row = session.execute(_pieces(workshop_id, *sums)).one()
    return {tab: int(number or 0) for tab, number in zip(TABS, row, strict=True)}


def _of_variants(expression: Any) -> Any:
    return (
        sa.select(expression)
        .select_from(ListingVariant)
        .join(Variant, Variant.id == ListingVariant.variant_id)
        .where(ListingVariant.listing_id == Shown.id, Variant.active)
        .correlate(Shown)
        .scalar_subquery()
    )


def page(
    session: Session, workshop_id: int, condition: sa.ColumnElement[bool], number: int, size: int
) -> list[Piece]:
    """Give one page of the pieces that fit (one of `TABS`, or `in_state`), what was worked on last first."""
    query = _pieces(
        workshop_id, Product, Shown, Open.state.label("open_state"), ListingPhoto.alt, Picture,
        _of_variants(sa.func.min(Variant.price)).label("price_from"),
        _of_variants(sa.func.max(Variant.price)).label("price_to"),
        _of_variants(sa.func.sum(sa.case((Variant.made_to_order, 0), else_=Variant.on_hand - Variant.reserved)))
        .label("ready"),
        _of_variants(sa.func.max(sa.case((Variant.made_to_order, 1), else_=0))).label("made"),
    )  # fmt: skip
    query = (
        _with_photo(query)
        .where(condition)
        .order_by(Shown.updated_at.desc(), Product.id.desc())
        .offset((number - 1) * size)
        .limit(size)
    )
    return [_piece(row) for row in session.execute(query)]


def _with_photo(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.outerjoin(ListingPhoto, ListingPhoto.id == _FIRST_PHOTO).outerjoin(
        Picture, Picture.id == ListingPhoto.picture_id
    )


def _photo(row: Any) -> PhotoView | None:
    return photos.private_view(row.Picture, row.alt or "", entry.photo_address) if row.Picture else None


def _piece(row: Any) -> Piece:
    piece, shown = row[0], row[1]
    return Piece(
        id=piece.id,
        title=shown.title,
        slug=piece.slug,
        state=piece.state,
        live=piece.live_listing_id is not None and piece.state is not ProductState.WITHDRAWN,
        open_state=row.open_state,
        last_state=shown.state,
        one_of_a_kind=piece.one_of_a_kind,
        photo=_photo(row),
        price_from=row.price_from,
        price_to=row.price_to,
        ready=int(row.ready or 0),
        made_to_order=bool(row.made),
    )


# --- stock -------------------------------------------------------------------------------------------

_LOW = sa.and_(
    sa.not_(Variant.made_to_order), Variant.active, sa.not_(Product.one_of_a_kind),
    Product.live_listing_id.is_not(None), Variant.on_hand - Variant.reserved <= FEW,
)  # fmt: skip
STOCK_TABS: dict[str, sa.ColumnElement[bool]] = {
    "ready": sa.not_(Variant.made_to_order),
    "low": _LOW,
    "made": Variant.made_to_order.is_(True),
}
"""Which variants each tab of the stock list shows."""


Named = aliased(ListingVariant)
_NAMED = (
    sa.select(sa.func.max(Named.id))
    .where(Named.variant_id == Variant.id, Named.listing_id.in_([Open.id, Product.live_listing_id]))
    .correlate(Variant, Open, Product)
    .scalar_subquery()
)
"""A variant of the live version, of the open one, or of both: each stands in the list once."""


def _stock(workshop_id: int, *columns: Any) -> sa.Select[Any]:
    return (
        _pieces(workshop_id, *columns)
        .join(Variant, Variant.product_id == Product.id)
        .join(ListingVariant, ListingVariant.id == _NAMED)
        .where(sa.not_(_GONE))
    )


def stock_counts(session: Session, workshop_id: int) -> dict[str, int]:
    """Give how many variants each tab of the stock list has."""
    sums = [sa.func.sum(sa.case((condition, 1), else_=0)) for condition in STOCK_TABS.values()]
    row = session.execute(_stock(workshop_id, *sums)).one()
    return {tab: int(number or 0) for tab, number in zip(STOCK_TABS, row, strict=True)}


def stock_page(session: Session, workshop_id: int, tab: str, number: int, size: int) -> list[Row]:
    """Give one page of the stock list, by title."""
    query = (
        _stock_rows(workshop_id)
        .where(STOCK_TABS[tab])
        .order_by(Shown.title, Product.id, ListingVariant.position, Variant.id)
        .offset((number - 1) * size)
        .limit(size)
    )
    return [_row(row) for row in session.execute(query)]


def stock_row(session: Session, workshop_id: int, variant_id: int) -> Row | None:
    """Give one variant of the stock list, or nothing where it is not on it."""
    row = session.execute(_stock_rows(workshop_id).where(Variant.id == variant_id)).one_or_none()
    return _row(row) if row else None


def _stock_rows(workshop_id: int) -> sa.Select[Any]:
    columns = (Product, Variant, Shown.title, ListingVariant.name, ListingPhoto.alt, Picture)
    return _with_photo(_stock(workshop_id, *columns))


def _row(row: Any) -> Row:
    piece, variant = row.Product, row.Variant
    return Row(
        id=variant.id,
        product_id=piece.id,
        title=row.title,
        name=row.name,
        photo=_photo(row),
        on_hand=variant.on_hand,
        reserved=variant.reserved,
        made_to_order=variant.made_to_order,
        lead_days=variant.lead_days,
        one_of_a_kind=piece.one_of_a_kind,
        live=piece.live_listing_id is not None,
        active=variant.active,
    )
