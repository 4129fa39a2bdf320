"""Variants: what a workshop sells of a product. Names are reviewed with the listing; terms hold at once.

A variant is on sale when the live listing names it and it is active: a new one waits for the listing's approval,
an inactive one is off at once. Called by the studio; counts are in `catalog.stock`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import changes, listings
from catalog.models import Listing, ListingVariant, MovementKind, Product, Variant, WorkshopMember
from catalog.stock import write_down
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound
from shop.money import MAX_AMOUNT

MOST = 30
"""Variants of one product."""
NAME_LENGTH = 80


class NoSuchVariant(NotFound):
    """There is no such variant, or not for this person."""


class PriceRefused(Invalid):
    """A price is a positive whole number of rupiah, within reason."""

    message = "A price is a whole number of rupiah, from Rp 1.000 to Rp 1.000.000.000."


class TermsRefused(Invalid):
    """Size, weight or lead time are beyond what can be sent or promised."""

    message = "Weight is 1 to 100.000 grams, each side 1 to 300 centimetres, lead time 1 to 365 days."


class NamesRefused(Invalid):
    """Several variants need different names."""

    message = "Give each variant a name of its own."


class TooMany(Conflict):
    """A product has as many variants as it can show."""

    message = "A piece has at most %(most)s variants."


class Promised(Conflict):
    """Pieces are set aside for pending orders."""

    message = "Pieces of this variant are promised to buyers who are paying now. Please try again in an hour."


@dataclass(frozen=True, slots=True)
class Terms:
    """What a workshop decides by itself. Rupiah, grams and centimetres when packed, working days."""

    price: int
    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int
    made_to_order: bool = False
    lead_days: int = 0

    def check(self) -> None:
        """Refuse what is out of bounds. :raise PriceRefused: TermsRefused:"""
        if not 1_000 <= self.price <= MAX_AMOUNT // 10:
            raise PriceRefused
        sides = (self.length_cm, self.width_cm, self.height_cm)
        fine = 1 <= self.weight_g <= 100_000 and all(1 <= side <= 300 for side in sides)
        if not fine or (self.made_to_order and not 1 <= self.lead_days <= 365):
            raise TermsRefused


def of_listing(session: Session, listing_id: int) -> list[ListingVariant]:
    """Give the variants that a listing names, with their terms, in order."""
    query = (
        sa.select(ListingVariant)
        .where(ListingVariant.listing_id == listing_id)
        .order_by(ListingVariant.position, ListingVariant.id)
        .options(joinedload(ListingVariant.variant))
    )
    return list(session.scalars(query))


def of_member(session: Session, user_id: int, variant_id: int) -> Variant:
    """Give a variant to a member of its workshop. :raise NoSuchVariant: to others."""
    variant = session.scalar(
        sa.select(Variant)
        .join(Product, Product.id == Variant.product_id)
        .join(WorkshopMember, WorkshopMember.workshop_id == Product.workshop_id)
        .where(Variant.id == variant_id, WorkshopMember.user_id == user_id)
    )
    if variant is None:
        raise NoSuchVariant
    return variant


def add(session: Session, actor: Actor, listing: Listing, name: str, terms: Terms) -> Variant:
    """Add a variant to a draft; it has no stock yet and is on sale once the listing is approved.

    :raise TooMany: PriceRefused: TermsRefused: NamesRefused: catalog.listings.NotEditable:
    """
    terms.check()
    present = of_listing(session, listing.id)
    if len(present) >= MOST:
        raise TooMany(most=MOST)
    listings.touch(session, listing)
    made = terms.lead_days if terms.made_to_order else 0
    number = session.scalar(
        sa.select(sa.func.count()).select_from(Variant).where(Variant.product_id == listing.product_id)
    )
    variant = Variant(
        product_id=listing.product_id,
        sku=f"KR-{listing.product_id:06d}-{(number or 0) + 1:02d}",
        created_at=now(),
        **(asdict(terms) | {"lead_days": made}),
    )
    session.add(variant)
    session.flush()
    position = max((named.position for named in present), default=-1) + 1
    words = _name(name)
    session.add(ListingVariant(listing_id=listing.id, variant_id=variant.id, name=words, position=position))
    session.flush()
    _check_names([*(named.name for named in present), words])
    audit.record(session, actor, "variant.added", variant, after=asdict(terms))
    return variant


def _name(name: str) -> str:
    return " ".join(name.split())[:NAME_LENGTH]


def _check_names(names: Sequence[str]) -> None:
    if len(names) > 1 and (len({name.casefold() for name in names}) < len(names) or not all(names)):
        raise NamesRefused


def rename(session: Session, listing: Listing, names: dict[int, str]) -> None:
    """Call variants of a draft by new names, by variant id. :raise NamesRefused: NotEditable: NoSuchVariant:"""
    named = {row.variant_id: row for row in of_listing(session, listing.id)}
    if not names.keys() <= named.keys():
        raise NoSuchVariant
    listings.touch(session, listing)
    for variant_id, name in names.items():
        named[variant_id].name = _name(name)
    session.flush()
    _check_names([row.name for row in named.values()])


def remove(session: Session, actor: Actor, listing: Listing, variant_id: int) -> None:
    """Take a variant out of a draft; the live page keeps it until the draft is approved.

    One that was never in another version goes off altogether. :raise NoSuchVariant: NotEditable:
    """
    row = session.scalar(
        sa.select(ListingVariant).where(
            ListingVariant.listing_id == listing.id, ListingVariant.variant_id == variant_id
        )
    )
    if row is None:
        raise NoSuchVariant
    listings.touch(session, listing)
    session.delete(row)
    session.flush()
    audit.record(session, actor, "variant.removed", listing, before={"variant": variant_id})


def set_active(session: Session, actor: Actor, variant: Variant, active: bool) -> None:
    """Put a variant on or off sale at once."""
    if variant.active == active:
        return
    variant.active = active
    audit.record(session, actor, "variant.resumed" if active else "variant.rested", variant)
    changes.of_product(session, variant.product_id)


def reprice(session: Session, actor: Actor, variant: Variant, price: int) -> None:
    """Set a price in rupiah; it holds at once, and orders already placed keep theirs. :raise PriceRefused:"""
    terms = Terms(
        price, variant.weight_g, variant.length_cm, variant.width_cm, variant.height_cm,
        variant.made_to_order, variant.lead_days,
    )  # fmt: skip
    set_terms(session, actor, variant, terms)


def set_terms(session: Session, actor: Actor, variant: Variant, terms: Terms) -> None:
    """Set price, packed size and lead time; they hold at once. Ready pieces that become made to order are not counted.

    :raise PriceRefused: TermsRefused:
    :raise Promised: when it would change between ready and made to order while pieces are set aside.
    """
    terms.check()
    session.refresh(variant, with_for_update={"of": Variant})
    wanted = asdict(terms) | {"lead_days": terms.lead_days if terms.made_to_order else 0}
    before = {name: getattr(variant, name) for name in wanted}
    if before == wanted:
        return
    if variant.made_to_order != terms.made_to_order:
        if variant.reserved:
            raise Promised
        if variant.on_hand:
            write_down(session, variant.id, MovementKind.COUNT, [-variant.on_hand, 0, 0], "", actor.label)
            variant.on_hand = 0
    for name, value in wanted.items():
        setattr(variant, name, value)
    session.flush()
    changed = {name for name in wanted if before[name] != wanted[name]}
    audit.record(
        session, actor, "variant.repriced" if changed == {"price"} else "variant.changed", variant,
        before={name: before[name] for name in changed}, after={name: wanted[name] for name in changed},
    )  # fmt: skip
    changes.of_product(session, variant.product_id)
