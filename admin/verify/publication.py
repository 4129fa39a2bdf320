"""Checks of publication, audit and promised work."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from catalog import products, wall
from catalog.curation import decisions
from catalog.models import (
    Decision,
    Listing,
    ListingPhoto,
    ListingState,
    Outcome,
    Picture,
    PictureState,
    Portrait,
    Product,
    Submission,
    Variant,
    Workshop,
    WorkshopState,
)
from checkout.models import OrderLine
from shop import media
from shop.db import now
from shop.models import AuditEntry, Job, JobState

LATE = timedelta(minutes=15)
SWEPT = timedelta(seconds=60)
"""Within this time the sweep of `catalog.photos` has come by twice."""
_PIECES = ("listings", "products", "submissions", "workshops")
VERDICTS = tuple(f"listing.{word}" for word in decisions.WORDS.values())


def wall_is_live(session: Session) -> Iterator[str]:
    """Find pieces that lists show in a place that is not theirs, or that lists show and nobody may see, or miss."""
    for product_id in sorted(wall.astray(session)):
        yield f"product {product_id} does not hang where it belongs"


def live_is_approved(session: Session) -> Iterator[str]:
    """Find live listings without a favourable decision, and pointers that point elsewhere."""
    favourable = (
        sa.select(Submission.listing_id)
        .join(Decision, Decision.submission_id == Submission.id)
        .where(
            sa.or_(
                Decision.outcome == Outcome.PASS,
                sa.and_(Decision.outcome == Outcome.CONDITIONS, Decision.conditions_met_at.is_not(None)),
            )
        )
    )
    live = sa.select(Listing.id).where(Listing.state == ListingState.LIVE, Listing.id.not_in(favourable))
    for listing_id in session.scalars(live):
        yield f"listing {listing_id} is live without a favourable decision"
    pointed = aliased(Listing)
    astray = (
        sa.select(Product.id)
        .join(pointed, pointed.id == Product.live_listing_id)
        .where(sa.or_(pointed.state != ListingState.LIVE, pointed.product_id != Product.id))
    )
    for product_id in session.scalars(astray):
        yield f"product {product_id} points at a listing that is not its live one"
    lost = (
        sa.select(Listing.id)
        .join(Product, Product.id == Listing.product_id)
        .where(Listing.state == ListingState.LIVE)
        .where(sa.or_(Product.live_listing_id.is_(None), Product.live_listing_id != Listing.id))
    )
    for listing_id in session.scalars(lost):
        yield f"listing {listing_id} is live and its product does not point at it"


def public_pictures(session: Session) -> Iterator[str]:
    """Find public photographs that no live listing shows, and live listings with private ones.

    What is being approved, withdrawn or suspended at this moment has a minute: then promise P3 is broken.
    """
    in_listings = (
        products.live()
        .join(ListingPhoto, ListingPhoto.listing_id == Listing.id)
        .with_only_columns(ListingPhoto.picture_id)
    )
    as_portraits = (
        sa.select(Portrait.live_picture_id)
        .join(Workshop, Workshop.id == Portrait.workshop_id)
        .where(Portrait.live_picture_id.is_not(None), Workshop.state != WorkshopState.SUSPENDED)
    )
    shown = in_listings.union_all(as_portraits)
    settled = Picture.workshop_id.not_in(_moving(session))
    unseen = sa.select(Picture.id).where(Picture.public, Picture.id.not_in(shown), settled)
    for picture_id in session.scalars(unseen):
        yield f"picture {picture_id} is public, no live listing or portrait shows it"
    missing = sa.select(Picture.id).where(
        ~Picture.public, Picture.state == PictureState.READY, Picture.id.in_(shown), settled
    )
    for picture_id in session.scalars(missing):
        yield f"picture {picture_id} is shown by a live listing and is not public"


def public_files(session: Session) -> Iterator[str]:
    """Find files under public keys whose photograph is not public."""
    settled = Picture.workshop_id.not_in(_moving(session))
    private = set(session.scalars(sa.select(Picture.digest).where(~Picture.public, settled)))
    public = set(session.scalars(sa.select(Picture.digest).where(Picture.public)))
    found = {key.split("/")[1] for key in media.current().keys("public/")}
    for digest in sorted((found & private) - public):
        yield f"files of photograph {digest[:12]} are public, the photograph is not"


def _moving(session: Session) -> set[int]:
    """Give the workshops whose pieces have changed hands within the last minute."""
    recent = sa.select(AuditEntry.object_type, AuditEntry.object_id).where(AuditEntry.at > now() - SWEPT)
    about: dict[str, set[int]] = {}
    for table, key in session.execute(recent.where(AuditEntry.object_type.in_(_PIECES))):
        about.setdefault(table, set()).add(int(key))
    query = (
        sa.select(Product.workshop_id)
        .outerjoin(Listing, Listing.product_id == Product.id)
        .outerjoin(Submission, Submission.listing_id == Listing.id)
        .where(
            sa.or_(
                Product.id.in_(about.get("products", ())),
                Listing.id.in_(about.get("listings", ())),
                Submission.id.in_(about.get("submissions", ())),
            )
        )
    )
    return set(session.scalars(query)) | about.get("workshops", set())


def lines_show_listings(session: Session) -> Iterator[str]:
    """Find order lines whose listing belongs to another product than their variant."""
    statement = (
        sa.select(OrderLine.id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Listing, Listing.id == OrderLine.listing_id)
        .where(Listing.product_id != Variant.product_id)
    )
    for line_id in session.scalars(statement):
        yield f"order line {line_id} shows a listing of another product"


def audited_decisions(session: Session) -> Iterator[str]:
    """Find listings with more decisions than the audit trail knows."""
    known: dict[str, int] = dict(
        session.execute(
            sa.select(AuditEntry.object_id, sa.func.count())
            .where(AuditEntry.object_type == Listing.__tablename__, AuditEntry.action.in_(VERDICTS))
            .group_by(AuditEntry.object_id)
        ).all()
    )
    statement = (
        sa.select(Submission.listing_id, sa.func.count())
        .join(Decision, Decision.submission_id == Submission.id)
        .group_by(Submission.listing_id)
        .order_by(Submission.listing_id)
    )
    for listing_id, decided in session.execute(statement):
        written = known.get(str(listing_id), 0)
        if written < decided:
            yield f"listing {listing_id}: {decided} decisions, {written} of them in the audit trail"


def no_stuck_jobs(session: Session) -> Iterator[str]:
    """Find jobs that were given up, or that nobody has run for a quarter of an hour."""
    parked = sa.select(Job.id, Job.kind).where(Job.state == JobState.PARKED)
    for job_id, kind in session.execute(parked):
        yield f"job {job_id} ({kind}) is parked"
    late = sa.select(Job.id, Job.kind).where(Job.state == JobState.DUE, Job.run_at < now() - LATE)
    for job_id, kind in session.execute(late):
        yield f"job {job_id} ({kind}) has been due for more than 15 minutes"
