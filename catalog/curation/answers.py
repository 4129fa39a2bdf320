"""Answers: what councils have decided, to be read. Written by `catalog.curation.decisions`; read by desk and studio."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.models import Decision, Listing, Submission


def of_submission(session: Session, submission_id: int) -> Decision | None:
    """Give the answer to a submission, if there is one, with who gave it."""
    return session.scalar(
        sa.select(Decision)
        .where(Decision.submission_id == submission_id)
        .options(joinedload(Decision.decided_by))
    )


def history(session: Session, product_id: int) -> list[Decision]:
    """Give every decision on a product's listings, the latest first, with submission and council."""
    query = (
        sa.select(Decision)
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Listing, Listing.id == Submission.listing_id)
        .where(Listing.product_id == product_id)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .options(
            joinedload(Decision.decided_by),
            joinedload(Decision.submission).joinedload(Submission.council),
            joinedload(Decision.submission).joinedload(Submission.listing),
        )
    )
    return list(session.scalars(query))


def last_of_listing(session: Session, listing_id: int) -> Decision | None:
    """Give the latest decision on one version of a listing, for the artisan's verdict page."""
    return session.scalars(
        sa.select(Decision)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Submission.listing_id == listing_id)
        .order_by(Submission.number.desc())
        .options(joinedload(Decision.submission).joinedload(Submission.council))
        .limit(1)
    ).first()
