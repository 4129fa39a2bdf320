"""Listings: what the artisan writes. Drafts, their saving, and the copies in which live ones are edited.

Nothing here is public; `catalog.curation` judges and `catalog.publication` publishes. What a listing looked like at
a moment, and what differs between two moments, is in `catalog.versions`.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import slugs, taxonomy
from catalog.models import (
    OPEN_STATES,
    Craft,
    Listing,
    ListingPhoto,
    ListingState,
    ListingVariant,
    Product,
    ProductState,
    Regency,
    Submission,
    SubmissionState,
    Variant,
    Workshop,
)
from shop import audit, inputs
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound

TEXTS = {
    "title": 120,
    "title_en": 120,
    "story": 8000,
    "story_en": 8000,
    "technique": 40,
    "technique_note": 300,
    "motif": 120,
    "measures": 200,
    "variation": 300,
    "care": 500,
}
"""Text fields of a listing and how many characters they hold."""
FIELDS = (*TEXTS, "craft_id", "materials", "regency_code", "inspired_by_id")
"""Everything about a listing that is written by the artisan, besides photographs and variant names."""
MOST_MATERIALS = 12
SHORTEST_STORY = 120
FEWEST_PHOTOS = 3


class NoSuchListing(NotFound):
    """There is no such listing, or not for this person."""


class NotEditable(Conflict):
    """The listing is with the council, live or closed."""

    message = "This version cannot be edited now: it is with the council, or closed."


class SavedElsewhere(Conflict):
    """The listing was saved in another window since this page was shown."""

    message = "This listing was saved in another window. Please look at it again before you save."


class FieldRefused(Invalid):
    """One field cannot be used; `field` names it."""

    message = "Please check what you entered."

    def __init__(self, field: str, message: str, **params: Any) -> None:
        super().__init__(message, **params)
        self.field = field


class HasNoDraft(Conflict):
    """The product was withdrawn: nothing of it can be edited."""

    message = "This piece has been taken off the shop and cannot be edited."


# --- beginning ---------------------------------------------------------------------------------------------


def create(session: Session, actor: Actor, workshop: Workshop, *, one_of_a_kind: bool = False) -> Listing:
    """Begin a product with its first draft, which takes craft and place from the workshop."""
    product = Product(
        slug=slugs.UNPUBLISHED + secrets.token_hex(16),
        workshop_id=workshop.id,
        one_of_a_kind=one_of_a_kind,
        created_at=now(),
    )
    session.add(product)
    session.flush()
    listing = Listing(
        product_id=product.id,
        version=1,
        craft_id=workshop.craft_id,
        regency_code=workshop.regency_code,
        created_at=now(),
        updated_at=now(),
    )
    session.add(listing)
    session.flush()
    audit.record(session, actor, "product.created", product, after={"workshop": workshop.id})
    return listing


def open_of(session: Session, product_id: int) -> Listing | None:
    """Give the version that is being written or judged, if there is one."""
    return session.scalar(
        sa.select(Listing).where(Listing.product_id == product_id, Listing.state.in_(OPEN_STATES))
    )


def latest(session: Session, product_id: int) -> Listing:
    """Give the open version, or else the live one, or else the last. :raise NoSuchListing:"""
    found = session.scalars(
        sa.select(Listing)
        .where(Listing.product_id == product_id)
        .options(joinedload(Listing.craft), joinedload(Listing.regency))
        .order_by(
            Listing.state.in_(OPEN_STATES).desc(),
            (Listing.state == ListingState.LIVE).desc(),
            Listing.version.desc(),
        )
        .limit(1)
    ).first()
    if found is None:
        raise NoSuchListing
    return found


def open_draft(session: Session, actor: Actor, product: Product) -> Listing:
    """Give the open version of a product; without one, begin a copy of the live (or last) version.

    :raise HasNoDraft: when the product was withdrawn.
    """
    present = open_of(session, product.id)
    if present is not None:
        return present
    if product.state is ProductState.WITHDRAWN:
        raise HasNoDraft
    source = latest(session, product.id)
    highest = session.scalars(
        sa.select(sa.func.max(Listing.version)).where(Listing.product_id == product.id)
    ).one()
    copy = Listing(
        product_id=product.id, version=highest + 1, created_at=now(), updated_at=now(),
        **{name: getattr(source, name) for name in FIELDS},
    )  # fmt: skip
    session.add(copy)
    session.flush()
    for photo in session.scalars(sa.select(ListingPhoto).where(ListingPhoto.listing_id == source.id)):
        session.add(
            ListingPhoto(
                listing_id=copy.id, picture_id=photo.picture_id, position=photo.position, alt=photo.alt
            )
        )
    for named in session.scalars(sa.select(ListingVariant).where(ListingVariant.listing_id == source.id)):
        session.add(
            ListingVariant(
                listing_id=copy.id, variant_id=named.variant_id, name=named.name, position=named.position
            )
        )
    session.flush()
    audit.record(session, actor, "listing.opened", copy, after={"copy_of": source.id})
    return copy


# --- saving ------------------------------------------------------------------------------------------------


def touch(session: Session, listing: Listing, *, seen: int | None = None, **values: Any) -> None:
    """Count one save of an editable listing and set values, by one conditional UPDATE.

    :param seen: `edits` as the page showed it; when another window saved since, nothing is changed.
    :raise NotEditable: SavedElsewhere:
    """
    session.flush()
    statement = sa.update(Listing).where(
        Listing.id == listing.id, Listing.state.in_((ListingState.DRAFT, ListingState.COACHING))
    )
    if seen is not None:
        statement = statement.where(Listing.edits == seen)
    saved = session.execute(
        statement.values(edits=Listing.edits + 1, updated_at=now(), **values)
        .returning(Listing.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    # Only what was written: what the caller has loaded beside the columns stays loaded.
    session.expire(listing, ["state", "edits", "updated_at", *values])
    if values.keys() & {"craft_id", "regency_code", "inspired_by_id"}:
        session.expire(listing, ["craft", "regency", "inspired_by"])
    if saved is None:
        raise NotEditable if not listing.is_editable else SavedElsewhere


def update(
    session: Session, listing: Listing, content: Mapping[str, Any], *, seen: int | None = None
) -> None:
    """Save some or all fields of a draft; the live page does not move.

    :raise FieldRefused: naming the field. :raise NotEditable: SavedElsewhere:
    """
    touch(session, listing, seen=seen, **{name: _checked(session, name, v) for name, v in content.items()})


def _checked(session: Session, name: str, value: Any) -> Any:
    if name in TEXTS:
        return _text(name, value)
    if name == "materials":
        materials = [_text(name, item, 60) for item in value]
        return list(dict.fromkeys(item for item in materials if item))[:MOST_MATERIALS]
    if name in {"craft_id", "inspired_by_id"}:
        if value is not None and session.get(Craft, value) is None:
            raise FieldRefused(name, "Please choose a craft from the list.")
        return value
    if name == "regency_code":
        if value is not None and session.get(Regency, value) is None:
            raise FieldRefused(name, "Please choose a regency or city from the list.")
        return value
    raise ValueError(f"{name} is no field of a listing")


def _text(name: str, value: Any, longest: int = 0) -> str:
    try:
        text = inputs.text(str(value or ""), most=longest or TEXTS[name], lines=name.startswith("story"))
    except inputs.Unreadable as error:
        raise FieldRefused(name, error.message, **error.params) from error
    if name == "technique" and text and text not in taxonomy.TECHNIQUES:
        raise FieldRefused(name, "Please choose a technique from the list.")
    return text


# --- closing and moving --------------------------------------------------------------------------------------


def move(
    session: Session, listing_id: int, origins: tuple[ListingState, ...], to: ListingState,
    *, seen: int | None = None, **values: Any,
) -> bool:  # fmt: skip
    """Move a listing from one of these states to another, by one conditional UPDATE; say whether it happened."""
    session.flush()
    statement = sa.update(Listing).where(Listing.id == listing_id, Listing.state.in_(origins))
    if seen is not None:
        statement = statement.where(Listing.edits == seen)
    moved = session.execute(statement.values(state=to, **values).returning(Listing.id))
    return moved.scalar() is not None


def discard(session: Session, actor: Actor, listing: Listing) -> None:
    """Give an open version up; the live page stays. :raise NotEditable: when it is not open."""
    before = listing.state
    if not move(session, listing.id, OPEN_STATES, ListingState.DISCARDED):
        raise NotEditable
    session.execute(
        sa.update(Submission)
        .where(Submission.listing_id == listing.id, Submission.state == SubmissionState.WAITING)
        .values(state=SubmissionState.WITHDRAWN)
    )
    audit.record(session, actor, "listing.discarded", listing, before={"state": before})


# --- what is missing -------------------------------------------------------------------------------------------


def missing(session: Session, listing: Listing) -> list[tuple[str, str]]:
    """List what a listing still needs before it can be sent, as (field, words); empty when complete."""
    photos = session.scalars(sa.select(ListingPhoto).where(ListingPhoto.listing_id == listing.id)).all()
    on_sale = session.scalar(
        sa.select(sa.func.count())
        .select_from(ListingVariant)
        .join(Variant, Variant.id == ListingVariant.variant_id)
        .where(ListingVariant.listing_id == listing.id, Variant.active)
    )
    checks = (
        ("title", bool(listing.title), "Give the piece a title."),
        ("story", len(listing.story) >= SHORTEST_STORY, "Tell its story in at least three sentences."),
        ("craft_id", listing.craft_id is not None, "Choose the craft."),
        ("technique", bool(listing.technique), "Choose how it is made."),
        ("materials", bool(listing.materials), "Name what it is made of."),
        ("regency_code", listing.regency_code is not None, "Say where it is made."),
        ("measures", bool(listing.measures), "Give its size."),
        ("care", bool(listing.care), "Say how to look after it."),
        ("photos", len(photos) >= FEWEST_PHOTOS, "Add at least three photographs."),
        ("alt", all(photo.alt for photo in photos), "Describe each photograph in a few words."),
        ("variants", bool(on_sale), "Add at least one variant with its price."),
    )
    return [(field, words) for field, fine, words in checks if not fine]


__all__ = ["create", "discard", "latest", "missing", "move", "open_draft", "open_of", "touch", "update"]
