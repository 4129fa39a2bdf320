"""Publication: making a listing the live one, and resting or withdrawing a product.

`publish` is called by catalog.curation.decisions alone; the rest by studio and desk.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import changes, portraits, shares, slugs, taxonomy, wall
from catalog.models import (
    OPEN_STATES,
    Listing,
    ListingState,
    Product,
    ProductState,
    SlugKind,
    Submission,
    SubmissionState,
    Workshop,
)
from shop import audit
from shop.audit import Actor
from shop.db import UtcDateTime, now
from shop.errors import Conflict


class NotPossibleNow(Conflict):
    """The product is not in a state that allows this."""

    message = "This piece cannot be changed that way now. Please look again."


_MOVES: dict[ProductState, frozenset[ProductState]] = {
    ProductState.ACTIVE: frozenset({ProductState.PAUSED, ProductState.WITHDRAWN}),
    ProductState.PAUSED: frozenset({ProductState.ACTIVE, ProductState.WITHDRAWN}),
    ProductState.WITHDRAWN: frozenset(),
}
_WORDS = {
    ProductState.ACTIVE: "product.resumed",
    ProductState.PAUSED: "product.paused",
    ProductState.WITHDRAWN: "product.withdrawn",
}


def _move(session: Session, actor: Actor, product: Product, to: ProductState) -> None:
    before = product.state
    if to not in _MOVES[before]:
        raise NotPossibleNow
    moved = session.execute(
        sa.update(Product).where(Product.id == product.id, Product.state == before).values(state=to)
        .returning(Product.id)
    )  # fmt: skip
    if moved.scalar() is None:
        raise NotPossibleNow
    wall.hang(session, product.id)
    audit.record(session, actor, _WORDS[to], product, before={"state": before}, after={"state": to})
    changes.of_product(session, product.id)


def pause(session: Session, actor: Actor, product: Product) -> None:
    """Rest a product: its page stays, nothing can be bought. :raise NotPossibleNow:"""
    _move(session, actor, product, ProductState.PAUSED)


def resume(session: Session, actor: Actor, product: Product) -> None:
    """Sell a paused product again. :raise NotPossibleNow:"""
    _move(session, actor, product, ProductState.ACTIVE)


def withdraw(session: Session, actor: Actor, product: Product) -> None:
    """Take a product off for good: its page answers 410, its photographs become private, its draft is closed.

    :raise NotPossibleNow:
    """
    _move(session, actor, product, ProductState.WITHDRAWN)
    open_ones = sa.select(Listing.id).where(Listing.product_id == product.id, Listing.state.in_(OPEN_STATES))
    session.execute(
        sa.update(Submission)
        .where(Submission.listing_id.in_(open_ones), Submission.state == SubmissionState.WAITING)
        .values(state=SubmissionState.WITHDRAWN)
    )
    session.execute(sa.update(Listing).where(Listing.id.in_(open_ones)).values(state=ListingState.DISCARDED))


def publish(
    session: Session, actor: Actor, product: Product, listing: Listing, profile: dict[str, Any]
) -> None:
    """Make an approved listing the live one, in place of the present one, with the workshop's judged profile.

    Called by catalog.curation.decisions, which has moved the listing to LIVE after replacing the old one.
    """
    old = product.live_listing_id
    moment = sa.literal(now(), UtcDateTime)
    moved = session.execute(
        sa.update(Product)
        .where(
            Product.id == product.id,
            Product.live_listing_id.is_not_distinct_from(old),
            Product.state != ProductState.WITHDRAWN,
        )
        .values(live_listing_id=listing.id, published_at=sa.func.coalesce(Product.published_at, moment))
        .returning(Product.id)
    )
    if moved.scalar() is None:
        raise NotPossibleNow
    former = session.get(Listing, old).title if old else None  # type: ignore[union-attr]
    _address(session, SlugKind.PRODUCT, product, former, listing.title)
    workshop = session.get_one(Workshop, product.workshop_id)
    _address(session, SlugKind.WORKSHOP, workshop, workshop.live_name, profile["name"])
    shown = _approved_of(workshop, profile)
    changed = [name for name, value in shown.items() if getattr(workshop, name) != value]
    for name in changed:
        setattr(workshop, name, shown[name])
    if portraits.publish(session, workshop.id, profile.get("portrait")) or changed:
        changes.of_workshop(session, workshop.id)
        shares.promise_workshop(session, workshop.id)
    wall.hang_workshop(session, workshop.id) if changed else wall.hang(session, product.id)
    audit.record(
        session, actor, "listing.published", listing,
        before={"live_listing": old}, after={"live_listing": listing.id, "product": product.id},
    )  # fmt: skip
    changes.of_product(session, product.id)
    shares.promise(session, listing.id)


def _approved_of(workshop: Workshop, profile: dict[str, Any]) -> dict[str, Any]:
    """Give the columns that the public reads of a workshop, from the profile that was judged."""
    # What was sent before the council judged craft, place and year as well has none of them in its snapshot.
    craft, regency = profile.get("craft"), profile.get("regency")
    return {
        **{f"live_{name}": profile[name] for name in ("name", "maker_name", "village", "about")},
        "live_since_year": profile.get("since_year"),
        "live_craft_id": craft["id"] if craft else workshop.craft_id,
        "live_regency_code": regency["code"] if regency else workshop.regency_code,
        "live_council_id": profile.get("council_id", workshop.council_id),
    }


def _address(
    session: Session, kind: SlugKind, thing: Product | Workshop, former: str | None, name: str
) -> None:
    """Let the address follow an approved name; the address that it had before leads there."""
    wanted = taxonomy.slugify(name)
    if former is None or taxonomy.slugify(former) != wanted:
        if not thing.slug.startswith(slugs.UNPUBLISHED):
            slugs.remember(session, kind, thing.slug, str(thing.id))
        thing.slug = slugs.claim(session, kind, thing.id, wanted)
