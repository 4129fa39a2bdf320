"""Submissions: sending a listing to the council, taking it back, and finding what waits.

The studio submits, the desk reads; who may read and who may judge is decided here.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import artisans, councils, listings, versions
from catalog.curation import (
    coaching,
    countersignatures,
    guests,
    interests,
    lanes,
    name_claims,
    rubrics,
    seats,
)
from catalog.models import (
    Appeal,
    Council,
    Listing,
    ListingState,
    Picture,
    Product,
    Submission,
    SubmissionState,
    Workshop,
)
from catalog.versions import Difference
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.models import User


class NoSuchSubmission(NotFound):
    """There is no such submission, or not for this person."""


class OwnWorkshop(Forbidden):
    """Nobody judges their own workshop."""

    message = "This piece is from your own workshop. Another curator judges it."


class Incomplete(Invalid):
    """The listing still misses something; `missing` lists it as (field, words)."""

    message = "The listing is not complete yet."

    def __init__(self, missing: list[tuple[str, str]]) -> None:
        super().__init__()
        self.missing = missing


class Undeclared(Invalid):
    """The artisan has not declared that the work is their own."""

    message = "Please declare that it is your own work, honestly shown, without protected species."


class NotWaiting(Conflict):
    """The submission has been answered or taken back."""

    message = "This submission has been answered or taken back in the meantime."


def submit(
    session: Session,
    actor: Actor,
    person: User,
    listing: Listing,
    *,
    declared: bool,
    answers: Mapping[int, str] | None = None,
) -> Submission:
    """Send a listing to the workshop's council, as it is now, with answers to coaching tasks by task id.

    :raise Undeclared: Incomplete: catalog.curation.coaching.StillOpen: catalog.listings.NotEditable:
        catalog.curation.name_claims.NamesElsewhere: and then the transaction has to be rolled back, as
        `transaction()` does.
    """
    if not declared:
        raise Undeclared
    origins = (ListingState.DRAFT, ListingState.COACHING)
    # First this, which locks the row: what is checked and written down below can then not be edited meanwhile.
    if not listings.move(session, listing.id, origins, ListingState.SUBMITTED, submitted_at=now()):
        raise listings.NotEditable
    session.refresh(listing, [column.key for column in Listing.__mapper__.column_attrs])
    absent = listings.missing(session, listing)
    if absent:
        raise Incomplete(absent)
    name_claims.check(session, listing)
    coaching.answer(session, actor, listing.id, answers or {})
    coaching.check_answered(session, listing.id)
    council = session.scalars(
        sa.select(Council)
        .join(Workshop, Workshop.council_id == Council.id)
        .join(Product, Product.workshop_id == Workshop.id)
        .where(Product.id == listing.product_id)
    ).one()
    earlier = session.scalar(
        sa.select(sa.func.max(Submission.number)).where(Submission.listing_id == listing.id)
    )
    submission = Submission(
        listing_id=listing.id,
        council_id=council.id,
        number=(earlier or 0) + 1,
        snapshot=versions.snapshot(session, listing),
        listing_edits=listing.edits,
        declaration=True,
        rubric_id=rubrics.for_council(session, council).id,
        submitted_by_id=person.id,
        created_at=now(),
    )
    session.add(submission)
    lanes.assign(session, submission)
    audit.record(
        session, actor, "listing.submitted", listing,
        after={"number": submission.number, "edits": listing.edits, "lane": submission.lane},
        scope=council.code,
    )  # fmt: skip
    countersignatures.ask(session, actor, submission)
    return submission


def withdraw(session: Session, actor: Actor, listing: Listing) -> None:
    """Take a waiting submission back, to edit the listing again; after an appeal the first verdict holds again.

    :raise NotWaiting: when it was answered.
    """
    taken_back = session.execute(
        sa.update(Submission)
        .where(Submission.listing_id == listing.id, Submission.state == SubmissionState.WAITING)
        .values(state=SubmissionState.WITHDRAWN)
        .returning(Submission.id, Submission.number)
    ).one_or_none()
    if taken_back is None:
        raise NotWaiting
    appealed = session.scalar(sa.select(Appeal.state_before).where(Appeal.submission_id == taken_back.id))
    to = appealed or ListingState.DRAFT
    if not listings.move(session, listing.id, (ListingState.SUBMITTED,), to):
        raise NotWaiting
    audit.record(
        session, actor, "listing.taken_back", listing,
        before={"number": taken_back.number}, after={"state": to},
    )  # fmt: skip


def reopen(session: Session, actor: Actor, listing: Listing) -> None:
    """Edit a listing that passed with conditions, because one of them asks for it; it is then sent again.

    :raise NotWaiting: when it is not in that state.
    """
    if not listings.move(session, listing.id, (ListingState.CONDITIONAL,), ListingState.COACHING):
        raise NotWaiting
    audit.record(session, actor, "listing.reopened", listing)


# --- who may read and judge ------------------------------------------------------------------------------


def for_staff(session: Session, person: User, submission_id: int, *, guest: bool = False) -> Submission:
    """Give a submission of a staff member's councils, with listing, product, workshop and council.

    :param guest: give it to somebody invited to judge it as well.
    :raise NoSuchSubmission: for others.
    """
    listing = joinedload(Submission.listing)
    workshop = listing.joinedload(Listing.product).joinedload(Product.workshop)
    mine = Submission.council_id.in_(councils.ids_of(session, person))
    submission = session.scalar(
        sa.select(Submission)
        .where(Submission.id == submission_id, sa.or_(mine, guests.condition(person)) if guest else mine)
        .options(
            joinedload(Submission.council),
            listing.joinedload(Listing.craft),
            listing.joinedload(Listing.regency),
            workshop.joinedload(Workshop.regency),
        )
    )
    if submission is None:
        raise NoSuchSubmission
    return submission


def for_judge(session: Session, person: User, submission_id: int) -> Submission:
    """Give a submission to somebody who may judge it: a curator of the council, or a guest invited for it.

    :raise NoSuchSubmission: outside the person's councils.
    :raise OwnWorkshop: for a member of the workshop.
    :raise catalog.curation.interests.HasInterest: catalog.curation.interests.FirstPanel:
    :raise catalog.curation.seats.NotOnThisPanel: for a piece of a round.
    """
    submission = for_staff(session, person, submission_id, guest=True)
    check_free(session, person, submission)
    return submission


def check_free(session: Session, person: User, submission: Submission) -> None:
    """Make sure that nothing keeps a person from judging a submission that they may read.

    :raise OwnWorkshop: catalog.curation.interests.HasInterest: catalog.curation.interests.FirstPanel:
    """
    workshop_id = submission.listing.product.workshop_id
    if artisans.is_member(session, workshop_id, person.id):
        raise OwnWorkshop
    interests.check(session, person.id, submission.id, workshop_id)
    if submission.round_id is not None and submission.state is SubmissionState.WAITING:
        seats.check(session, submission.round_id, person.id)


def picture_for_staff(session: Session, person: User, submission_id: int, picture_id: int) -> Picture:
    """Give a picture that a submission (or the live version beside it) shows. :raise NoSuchSubmission:"""
    submission = for_staff(session, person, submission_id, guest=True)
    versions_shown = (submission.snapshot, before(session, submission) or {})
    shown = {photo["picture_id"] for version in versions_shown for photo in versions.shown_photos(version)}
    picture = session.get(Picture, picture_id) if picture_id in shown else None
    if picture is None:
        raise NoSuchSubmission
    return picture


# --- what came before -----------------------------------------------------------------------


def of_listing(session: Session, listing_id: int) -> list[Submission]:
    """Give the submissions of a listing, the first one first."""
    query = (
        sa.select(Submission)
        .where(Submission.listing_id == listing_id)
        .order_by(Submission.number)
        .options(joinedload(Submission.council))
    )
    return list(session.scalars(query))


def before(session: Session, submission: Submission) -> versions.Snapshot | None:
    """Give what a submission is to be compared with: the one that was answered last, else the live one, else none."""
    earlier: versions.Snapshot | None = session.scalars(
        sa.select(Submission.snapshot)
        .where(
            Submission.listing_id == submission.listing_id,
            Submission.number < submission.number,
            Submission.state == SubmissionState.DECIDED,
        )
        .order_by(Submission.number.desc())
        .limit(1)
    ).first()
    if earlier is not None:
        return earlier
    live = session.scalar(
        sa.select(Listing)
        .join(Product, Product.live_listing_id == Listing.id)
        .where(Product.id == submission.listing.product_id, Listing.id != submission.listing_id)
    )
    if live is None:
        return None
    judged: versions.Snapshot | None = session.scalars(
        sa.select(Submission.snapshot)
        .where(Submission.listing_id == live.id, Submission.state == SubmissionState.DECIDED)
        .order_by(Submission.number.desc())
        .limit(1)
    ).first()
    return judged if judged is not None else versions.snapshot(session, live)


def difference(old: versions.Snapshot | None, submission: Submission, locale: str) -> Difference | None:
    """Give what differs from what the council saw last (`before`); None for a first submission of a new product."""
    return None if old is None else versions.diff(old, submission.snapshot, locale)
