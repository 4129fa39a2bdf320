"""The queue: what waits in the councils of a person, for whom, and since when. One statement, however much there is.

Read by the desk; `panels` keeps the row that says how far the judging of a submission has come.
"""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans, councils
from catalog.curation import guests
from catalog.models import (
    Appeal,
    ConditionTerm,
    Council,
    Craft,
    Interest,
    Judgement,
    Listing,
    ListingState,
    Panel,
    PanelStage,
    Product,
    Submission,
    SubmissionState,
    Workshop,
)
from shop.db import now
from shop.models import User


class WaitsFor(enum.StrEnum):
    """What a submission needs next."""

    YOU = "you"
    """Marks of who reads the queue."""
    JUDGE = "judge"
    """Marks of somebody else."""
    DISCUSSION = "discussion"
    VERDICT = "verdict"
    CONDITIONS = "conditions"


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
    is_appeal: bool
    """Another panel is asked about an earlier verdict."""
    waits_for: WaitsFor
    mine: bool
    """Whether it is the reader who can go on with it now."""
    handed_in: int
    needed: int | None
    """Sheets that are in, of how many; none where nobody has begun."""


def of_person(session: Session, person: User) -> list[Waiting]:
    """Give what waits in a person's councils or for them as a guest, oldest first, and for whom it waits.

    Their own workshop's is not among it.
    """
    own = artisans.of_user(session, person.id)
    query = (
        sa.select(Submission, Listing, Product.live_listing_id, Workshop, Craft, Council.name)
        .add_columns(
            Panel.stage,
            Panel.handed_in,
            Panel.needed,
            Judgement.handed_in_at.is_not(None).label("judged"),
            _apart(person).label("apart"),
            _appeal().label("is_appeal"),
            _checks(person).label("checks"),
        )
        .outerjoin(Panel, Panel.submission_id == Submission.id)
        .outerjoin(
            Judgement,
            sa.and_(
                Judgement.submission_id == Submission.id,
                Judgement.judge_id == person.id,
                Judgement.set_aside_at.is_(None),
            ),
        )
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .join(Craft, Craft.id == Listing.craft_id)
        .join(Council, Council.id == Submission.council_id)
        .where(
            sa.or_(
                Submission.council_id.in_(councils.ids_of(session, person)),
                sa.and_(guests.condition(person), Submission.state == SubmissionState.WAITING),
            ),
            Workshop.id != (own.id if own else 0),
            sa.or_(
                Submission.state == SubmissionState.WAITING,
                sa.and_(Listing.state == ListingState.CONDITIONAL, Submission.id == _last_number()),
            ),
        )
        .order_by(Submission.created_at, Submission.id)
    )
    moment = now()
    return [_waiting(row, moment) for row in session.execute(query)]


def _waiting(row: Any, moment: datetime) -> Waiting:
    submission, listing, live_id, workshop, craft, council_name = row[:6]
    waits_for, mine = _whom(row, listing.state)
    return Waiting(
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
        is_appeal=row.is_appeal,
        waits_for=waits_for,
        mine=mine,
        handed_in=row.handed_in or 0,
        needed=row.needed,
    )


def _whom(row: Any, state: ListingState) -> tuple[WaitsFor, bool]:
    """Say for what a line of the queue waits, and whether its reader is among those who can go on."""
    if state is ListingState.CONDITIONAL:
        return WaitsFor.CONDITIONS, row.checks and not row.apart
    free = not row.apart and not row.judged
    stage = row.stage or PanelStage.JUDGING
    if stage is PanelStage.JUDGING:
        return (WaitsFor.YOU, True) if free else (WaitsFor.JUDGE, False)
    return WaitsFor(stage), bool(row.judged)


def _apart(person: User) -> sa.ColumnElement[bool]:
    """Give the condition that a person may not judge: a declared interest, or the first panel of an appeal."""
    first = sa.orm.aliased(Judgement)
    interest = sa.select(Interest.id).where(
        Interest.workshop_id == Workshop.id, Interest.person_id == person.id, Interest.ended_at.is_(None)
    )
    judged_first = (
        sa.select(Appeal.id)
        .join(first, first.submission_id == Appeal.first_submission_id)
        .where(
            Appeal.submission_id == Submission.id,
            first.judge_id == person.id,
            first.handed_in_at.is_not(None),
        )
    )
    return sa.or_(interest.exists(), judged_first.exists())


def _appeal() -> sa.ColumnElement[bool]:
    return sa.select(Appeal.id).where(Appeal.submission_id == Submission.id).exists()


def _checks(person: User) -> sa.ColumnElement[bool]:
    """Give the condition that a condition is left for a person to check, or for any curator."""
    left = sa.select(ConditionTerm.id).where(
        ConditionTerm.submission_id == Submission.id, ConditionTerm.met_at.is_(None)
    )
    mine = left.where(sa.or_(ConditionTerm.checker_id.is_(None), ConditionTerm.checker_id == person.id))
    return sa.or_(mine.exists(), ~left.exists())


def _last_number() -> sa.ScalarSelect[int]:
    later = sa.orm.aliased(Submission)
    return (
        sa.select(sa.func.max(later.id))
        .where(later.listing_id == Listing.id)
        .correlate(Listing)
        .scalar_subquery()
    )
