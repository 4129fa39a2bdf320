"""Submissions: sending a listing to the council, taking it back, and finding what waits.

The studio submits, the desk reads; who may read and who may judge is decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import artisans, councils, listings, versions
from catalog.curation import coaching, countersignatures, lanes, name_claims, rubrics
from catalog.models import (
    Council,
    Craft,
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
    """Take a waiting submission back, to edit the listing again. :raise NotWaiting: when it was answered."""
    taken_back = session.execute(
        sa.update(Submission)
        .where(Submission.listing_id == listing.id, Submission.state == SubmissionState.WAITING)
        .values(state=SubmissionState.WITHDRAWN)
        .returning(Submission.number)
    ).scalar()
    if taken_back is None or not listings.move(
        session, listing.id, (ListingState.SUBMITTED,), ListingState.DRAFT
    ):
        raise NotWaiting
    audit.record(session, actor, "listing.taken_back", listing, before={"number": taken_back})


def reopen(session: Session, actor: Actor, listing: Listing) -> None:
    """Edit a listing that passed with conditions, because one of them asks for it; it is then sent again.

    :raise NotWaiting: when it is not in that state.
    """
    if not listings.move(session, listing.id, (ListingState.CONDITIONAL,), ListingState.COACHING):
        raise NotWaiting
    audit.record(session, actor, "listing.reopened", listing)


# --- who may read and judge ------------------------------------------------------------------------------


def for_staff(session: Session, person: User, submission_id: int) -> Submission:
    """Give a submission of a staff member's councils, with listing, product, workshop and council.

    :raise NoSuchSubmission: for others.
    """
    listing = joinedload(Submission.listing)
    workshop = listing.joinedload(Listing.product).joinedload(Product.workshop)
    submission = session.scalar(
        sa.select(Submission)
        .where(Submission.id == submission_id, Submission.council_id.in_(councils.ids_of(session, person)))
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
    """Give a submission to somebody who may judge it.

    :raise NoSuchSubmission: outside the person's councils.
    :raise OwnWorkshop: for a member of the workshop.
    """
    submission = for_staff(session, person, submission_id)
    if artisans.is_member(session, submission.listing.product.workshop_id, person.id):
        raise OwnWorkshop
    return submission


def picture_for_staff(session: Session, person: User, submission_id: int, picture_id: int) -> Picture:
    """Give a picture that a submission (or the live version beside it) shows. :raise NoSuchSubmission:"""
    submission = for_staff(session, person, submission_id)
    versions_shown = (submission.snapshot, before(session, submission) or {})
    shown = {photo["picture_id"] for version in versions_shown for photo in versions.shown_photos(version)}
    picture = session.get(Picture, picture_id) if picture_id in shown else None
    if picture is None:
        raise NoSuchSubmission
    return picture


# --- what waits, and what came before -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of a council's queue."""

    id: int
    title: str
    workshop_name: str
    craft_name_id: str
    craft_name_en: str
    council_name: str
    number: int
    """2 and more: a resubmission."""
    is_edit: bool
    """The product has a live listing already."""
    state: ListingState
    """`submitted`: waits for a verdict; `conditional`: waits for its conditions to be checked."""
    submitted_at: datetime
    days: int
    """Whole days of waiting."""


def queue(session: Session, person: User) -> list[Waiting]:
    """Give what waits in a person's councils, oldest first; their own workshop's is not among it."""
    own = artisans.of_user(session, person.id)
    query = (
        sa.select(Submission, Listing, Product.live_listing_id, Workshop, Craft, Council.name)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .join(Craft, Craft.id == Listing.craft_id)
        .join(Council, Council.id == Submission.council_id)
        .where(
            Submission.council_id.in_(councils.ids_of(session, person)),
            Workshop.id != (own.id if own else 0),
            sa.or_(
                Submission.state == SubmissionState.WAITING,
                sa.and_(Listing.state == ListingState.CONDITIONAL, Submission.id == _last_number()),
            ),
        )
        .order_by(Submission.created_at, Submission.id)
    )
    moment = now()
    return [
        Waiting(
            id=submission.id,
            title=listing.title,
            workshop_name=workshop.name,
            craft_name_id=craft.name_id,
            craft_name_en=craft.name_en,
            council_name=council_name,
            number=submission.number,
            is_edit=live_id is not None,
            state=listing.state,
            submitted_at=submission.created_at,
            days=(moment - submission.created_at).days,
        )
        for submission, listing, live_id, workshop, craft, council_name in session.execute(query)
    ]


def _last_number() -> sa.ScalarSelect[int]:
    later = sa.orm.aliased(Submission)
    return (
        sa.select(sa.func.max(later.id))
        .where(later.listing_id == Listing.id)
        .correlate(Listing)
        .scalar_subquery()
    )


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


def difference(session: Session, submission: Submission, locale: str) -> Difference | None:
    """Give what differs from what the council saw last; None for a first submission of a new product."""
    old = before(session, submission)
    return None if old is None else versions.diff(old, submission.snapshot, locale)
