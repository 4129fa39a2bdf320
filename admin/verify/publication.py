"""Checks of publication, audit and promised work."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from catalog.curation import decisions
from catalog.models import (
    Decision,
    Listing,
    ListingPhoto,
    ListingState,
    Outcome,
    Picture,
    Product,
    Submission,
    Variant,
)
from checkout.models import OrderLine
from shop.db import now
from shop.models import AuditEntry, Job, JobState

LATE = timedelta(minutes=15)
VERDICTS = tuple(f"listing.{word}" for word in decisions.WORDS.values())


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
    """Find public photographs that no live listing shows, and live listings with private ones."""
    shown = (
        sa.select(ListingPhoto.picture_id)
        .join(Listing, Listing.id == ListingPhoto.listing_id)
        .where(Listing.state == ListingState.LIVE)
    )
    for picture_id in session.scalars(sa.select(Picture.id).where(Picture.public, Picture.id.not_in(shown))):
        yield f"picture {picture_id} is public, no live listing shows it"
    for picture_id in session.scalars(sa.select(Picture.id).where(~Picture.public, Picture.id.in_(shown))):
        yield f"picture {picture_id} is shown by a live listing and is not public"


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
    """Find decisions that the audit trail does not know."""
    known = sa.select(AuditEntry.object_id).where(
        AuditEntry.object_type == Listing.__tablename__, AuditEntry.action.in_(VERDICTS)
    )
    statement = (
        sa.select(Decision.id)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(sa.cast(Submission.listing_id, sa.String).not_in(known))
    )
    for decision_id in session.scalars(statement):
        yield f"decision {decision_id} has no audit entry"


def no_stuck_jobs(session: Session) -> Iterator[str]:
    """Find jobs that were given up, or that nobody has run for a quarter of an hour."""
    parked = sa.select(Job.id, Job.kind).where(Job.state == JobState.PARKED)
    for job_id, kind in session.execute(parked):
        yield f"job {job_id} ({kind}) is parked"
    late = sa.select(Job.id, Job.kind).where(Job.state == JobState.DUE, Job.run_at < now() - LATE)
    for job_id, kind in session.execute(late):
        yield f"job {job_id} ({kind}) has been due for more than 15 minutes"
