"""Photographs of a claim: of the buyer, the workshop or the council; seen by these three and nobody else.

An upload is received like every photograph (`catalog.photos.receive`): decoded, re-encoded, without metadata. Its
picture is kept from listings and portraits, so that nothing ever makes it public.
"""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from catalog import photos
from catalog.photos import Upload
from checkout.claims import finding, states
from checkout.models import Claim, ClaimPhoto, Side
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict

MOST = 8
"""Photographs of one side."""


class TooMany(Conflict):
    """A side has as many photographs in a claim as it can have."""

    message = "Each side can add at most %(most)s photographs to a claim."


def add_all(session: Session, actor: Actor, claim: Claim, side: Side, uploads: Iterable[Upload]) -> None:
    """Attach photographs to an open claim that nobody else changes meanwhile. :raise TooMany: :raise ClaimMoved:"""
    states.hold_still(session, claim)
    for upload in uploads:
        add(session, actor, claim, side, upload)


def add(session: Session, actor: Actor, claim: Claim, side: Side, upload: Upload) -> ClaimPhoto:
    """Attach a received photograph to an open claim; the same one sent again is the one that is there.

    :raise TooMany: :raise checkout.claims.states.ClaimMoved: when the claim is closed.
    """
    if not claim.is_open:
        raise states.ClaimMoved
    mine = [photo for photo in finding.photos_of(session, claim.id) if photo.side is side]
    for photo in mine:
        if photo.picture.digest == upload.digest:
            return photo
    if len(mine) >= MOST:
        raise TooMany(most=MOST)
    picture = photos.keep(session, claim.workshop_id, upload, of_council=True)
    photo = ClaimPhoto(
        claim_id=claim.id, picture_id=picture.id, side=side, added_by_id=actor.user_id, created_at=now()
    )
    session.add(photo)
    session.flush()
    states.record(
        session, actor, "claim.photo_added", claim, before={}, after={"picture": picture.id, "side": side}
    )
    return photo
