"""Claims: which craft forms a piece and its workshop claim, and which of them need a home council's signature.

Asked when a listing is sent (`catalog.curation.countersignatures`), by the panel's page, and before anything goes
on sale (`check_signed`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import heritage_register
from catalog.models import (
    Council,
    Countersignature,
    CountersignatureAnswer,
    Craft,
    Listing,
    Product,
    Reply,
    Submission,
    Workshop,
)
from shop import config
from shop.errors import Conflict

SIGNED = (Reply.GRANTED, Reply.KEPT)


class Unsigned(Conflict):
    """The piece claims a craft form of another region that its council has not signed."""

    message = "This piece claims %(craft)s from another region. It can go on sale when the council there has signed the claim."


# --- what is claimed -----------------------------------------------------------------------------------


def claims(snapshot: dict[str, Any]) -> set[int]:
    """Give the craft forms that a submission claims: the piece's, and the workshop's main craft."""
    profile = snapshot.get("workshop", {})
    return {craft["id"] for craft in (snapshot.get("craft"), profile.get("craft")) if craft}


def foreign(session: Session, snapshot: dict[str, Any]) -> set[int]:
    """Give those of its claims that need a signature: their home is elsewhere."""
    piece, profile = snapshot.get("craft"), snapshot.get("workshop", {})
    at = (profile.get("regency") or {}).get("code")
    made_in = (snapshot.get("regency") or {}).get("code")
    found = heritage_register.foreign(session, claims(snapshot), at)
    if piece and made_in:
        found |= heritage_register.foreign(session, {piece["id"]}, at, made_in)
    return found


def signed(session: Session, product_id: int, workshop_id: int, piece_craft: int | None) -> set[int]:
    """Give the forms that a piece may claim by signature: for the main craft that of any piece of the workshop."""
    query = (
        sa.select(Countersignature.craft_id)
        .join(CountersignatureAnswer, CountersignatureAnswer.request_id == Countersignature.id)
        .where(
            Countersignature.workshop_id == workshop_id,
            CountersignatureAnswer.reply.in_(SIGNED),
            sa.or_(
                Countersignature.product_id == product_id, Countersignature.craft_id != (piece_craft or 0)
            ),
        )
    )
    return set(session.scalars(query))


def unsigned(session: Session, submission: Submission) -> set[int]:
    """Give the forms that a submission claims and may not claim yet."""
    wanted = foreign(session, submission.snapshot)
    if not wanted:
        return wanted
    product = session.get_one(Product, session.get_one(Listing, submission.listing_id).product_id)
    piece = (submission.snapshot.get("craft") or {}).get("id")
    return wanted - signed(session, product.id, product.workshop_id, piece)


def check_signed(session: Session, submission: Submission) -> None:
    """Let nothing go on sale with a claim that is not signed. :raise Unsigned:"""
    missing = unsigned(session, submission)
    if missing:
        raise Unsigned(craft=session.get_one(Craft, min(missing)).name_id)


# --- for the panel and the workshop ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim of a piece that needs a signature, and how that stands."""

    craft: Craft
    request: Countersignature | None
    is_signed: bool


def of_submission(session: Session, submission: Submission) -> list[ClaimView]:
    """Give every claim of a submission that is not at home, with its latest request and answer."""
    wanted = foreign(session, submission.snapshot)
    if not wanted:
        return []
    missing = unsigned(session, submission)
    product_id = session.get_one(Listing, submission.listing_id).product_id
    requests = _latest(session, product_id, wanted)
    crafts = session.scalars(sa.select(Craft).where(Craft.id.in_(wanted)).order_by(Craft.name_id))
    return [ClaimView(craft, requests.get(craft.id), craft.id not in missing) for craft in crafts]


def _latest(session: Session, product_id: int, craft_ids: Collection[int]) -> dict[int, Countersignature]:
    query = (
        sa.select(Countersignature)
        .where(Countersignature.product_id == product_id, Countersignature.craft_id.in_(craft_ids))
        .order_by(Countersignature.id)
        .options(joinedload(Countersignature.answer), joinedload(Countersignature.council))
    )
    return {one.craft_id: one for one in session.scalars(query)}


def to_sign(session: Session, listing: Listing) -> list[tuple[Craft, Council, int]]:
    """Give what a draft claims and has no signature for: the form, the council that is asked, and its days."""
    workshop = session.scalars(
        sa.select(Workshop)
        .join(Product, Product.workshop_id == Workshop.id)
        .where(Product.id == listing.product_id)
    ).one()
    wanted = heritage_register.foreign(session, {workshop.craft_id}, workshop.regency_code)
    if listing.craft_id:
        places = {workshop.regency_code, listing.regency_code or workshop.regency_code}
        wanted |= heritage_register.foreign(session, {listing.craft_id}, *places)
    missing = wanted - signed(session, listing.product_id, workshop.id, listing.craft_id)
    homes = heritage_register.homes(session, missing)
    days = config.current().countersign_days
    return [
        (session.get_one(Craft, one), heritage_register.home_council(session, homes[one][0]), days)
        for one in sorted(missing)
    ]
