"""The queue: what waits in the councils of a person, for whom, and since when.

Read by the desk; `panels` keeps the row that says how far the judging of a submission has come.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans, councils
from catalog.curation import appointments, panels, seats
from catalog.models import (
    Appeal,
    ConditionTerm,
    Council,
    GuestSeat,
    Interest,
    Judgement,
    Lane,
    Listing,
    ListingState,
    Panel,
    PanelStage,
    Product,
    Regency,
    Round,
    Submission,
    SubmissionState,
    Workshop,
)
from shop.db import now
from shop.models import User

LATE_DAYS = 14
"""A piece that has waited longer than this is marked in the queue (our own proposal)."""


class WaitsFor(enum.StrEnum):
    """What a submission needs next."""

    YOU = "you"
    """Marks of who reads the queue."""
    JUDGE = "judge"
    """Marks of somebody else."""
    ROUND = "round"
    """Those on the panel of its round, while it sits; the reader is none of them."""
    DISCUSSION = "discussion"
    VERDICT = "verdict"
    CONDITIONS = "conditions"


class Kind(enum.StrEnum):
    """What a line of the queue is."""

    NEW = "new"
    AGAIN = "again"
    """Sent again after coaching."""
    EDIT = "edit"
    """Another version of a piece on sale, before the panel."""
    FAST = "fast"
    """A small edit: one curator, differences only."""
    APPEAL = "appeal"
    CONDITIONS = "conditions"
    """Passed; its conditions are to be checked."""


class Line(NamedTuple):
    """One line of a council's queue, as far as choosing and counting need it."""

    id: int
    kind: Kind
    waits_for: WaitsFor
    mine: bool
    """Whether it is the reader who can go on with it now."""
    craft_id: int
    regency_code: str
    round_id: int | None
    submitted_at: datetime
    handed_in: int
    needed: int | None
    """Sheets that are in, of how many; none where nobody has begun."""

    is_late: bool
    """It has waited longer than LATE_DAYS."""
    judges: Mapping[int, str]
    """Names of the judges who were given it and have not handed in, by id."""


class Named(NamedTuple):
    """What a line says in words."""

    title: str
    workshop_name: str
    council_name: str
    number: int
    """2 and more: a resubmission."""
    regency_name: str


def of_person(session: Session, person: User) -> list[Line]:
    """Give what waits in a person's councils or for them as a guest, oldest first, and for whom it waits.

    Their own workshop's is not among it. What was decided long ago costs nothing: the statement begins at what waits.
    """
    own = artisans.of_user(session, person.id)
    scope = councils.ids_of(session, person)
    given = appointments.by_submission(session, scope, person)
    sitting = seats.sitting(session, person.id)
    waiting = _waiting_ids(scope, person).cte("waiting")
    query = (
        sa.select(
            Submission.id,
            Submission.created_at,
            Submission.number,
            Submission.lane,
            Submission.round_id,
            Listing.craft_id,
            Listing.state,
            Product.live_listing_id,
            Workshop.regency_code,
            Panel.stage,
            Panel.handed_in,
            Panel.needed,
            Judgement.handed_in_at.is_not(None).label("judged"),
            _apart(person).label("apart"),
            _appeal().label("is_appeal"),
            sa.case((Listing.state == ListingState.CONDITIONAL, _checks(person)), else_=False).label(
                "checks"
            ),
        )
        .select_from(waiting)
        .join(Submission, Submission.id == waiting.c.id)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .outerjoin(Panel, Panel.submission_id == Submission.id)
        .outerjoin(
            Judgement,
            sa.and_(
                Judgement.submission_id == Submission.id,
                Judgement.judge_id == person.id,
                Judgement.set_aside_at.is_(None),
            ),
        )
        .where(Workshop.id != (own.id if own else 0))
        .order_by(Submission.created_at, Submission.id)
    )
    late = now() - timedelta(days=LATE_DAYS + 1)
    return [_line(row, late, given.get(row.id, {}), person.id, sitting) for row in session.execute(query)]


def _waiting_ids(council_ids: frozenset[int], person: User) -> sa.CompoundSelect[Any]:
    """Ask for the submissions that wait, by the three ways in which one does, each with an index of its own."""
    of_council = sa.select(Submission.id).where(
        Submission.council_id.in_(council_ids), Submission.state == SubmissionState.WAITING
    )
    as_guest = (
        sa.select(Submission.id)
        .join(GuestSeat, GuestSeat.submission_id == Submission.id)
        .where(
            GuestSeat.guest_id == person.id,
            GuestSeat.revoked_at.is_(None),
            Submission.state == SubmissionState.WAITING,
        )
    )
    conditional = (
        sa.select(Submission.id)
        .join(Listing, Listing.id == Submission.listing_id)
        .where(
            Listing.state == ListingState.CONDITIONAL,
            # The sum keeps the planner from beginning at everything that the council ever judged.
            (Submission.council_id + 0).in_(council_ids),
            Submission.id == _last_number(),
        )
    )
    return sa.union(of_council, as_guest, conditional)


def _line(
    row: Any, late: datetime, given: Mapping[int, str], reader_id: int, sitting: frozenset[int]
) -> Line:
    if row.round_id is not None and row.round_id not in sitting and row.state is not ListingState.CONDITIONAL:
        waits_for, mine = WaitsFor.ROUND, False
    else:
        waits_for, mine = _whom(row, given, reader_id)
    return Line(
        id=row.id,
        kind=_kind(row),
        waits_for=waits_for,
        mine=mine,
        craft_id=row.craft_id,
        regency_code=row.regency_code,
        round_id=row.round_id,
        submitted_at=row.created_at,
        handed_in=row.handed_in or 0,
        needed=row.needed,
        is_late=row.created_at <= late,
        judges=given if waits_for in (WaitsFor.YOU, WaitsFor.JUDGE) else {},
    )


def _kind(row: Any) -> Kind:
    if row.state is ListingState.CONDITIONAL:
        return Kind.CONDITIONS
    if row.is_appeal:
        return Kind.APPEAL
    if row.lane is Lane.FAST:
        return Kind.FAST
    if row.number > 1:
        return Kind.AGAIN
    return Kind.NEW if row.live_listing_id is None else Kind.EDIT


def named(session: Session, lines: Sequence[Line]) -> dict[int, Named]:
    """Give the words of some lines, by submission: one statement for a page of them."""
    query = (
        sa.select(Submission.id, Listing.title, Workshop.name, Council.name, Submission.number, Regency.name)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .join(Council, Council.id == Submission.council_id)
        .join(Regency, Regency.code == Workshop.regency_code)
        .where(Submission.id.in_([line.id for line in lines]))
    )
    return {row[0]: Named(*row[1:]) for row in session.execute(query)}


def rounds(session: Session, ids: Iterable[int]) -> list[Round]:
    """Give the rounds that lines name, the next one first."""
    return list(session.scalars(sa.select(Round).where(Round.id.in_(ids)).order_by(Round.first_on, Round.id)))


def _whom(row: Any, given: Mapping[int, str], reader_id: int) -> tuple[WaitsFor, bool]:
    """Say for what a line of the queue waits, and whether its reader is among those who can go on.

    Given to as many judges as it still needs, a submission waits on them; others may judge it all the same.
    """
    if row.state is ListingState.CONDITIONAL:
        return WaitsFor.CONDITIONS, row.checks and not row.apart
    free = not row.apart and not row.judged
    stage = row.stage or PanelStage.JUDGING
    if stage is PanelStage.JUDGING:
        left = (row.needed or (1 if row.lane is Lane.FAST else panels.FEWEST)) - (row.handed_in or 0)
        asked = reader_id in given or len(given) < left
        return (WaitsFor.YOU, True) if free and asked else (WaitsFor.JUDGE, False)
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
    aside = sa.select(Judgement.id).where(
        Judgement.submission_id == Submission.id,
        Judgement.judge_id == person.id,
        Judgement.set_aside_at.is_not(None),
    )
    return sa.or_(interest.exists(), judged_first.exists(), aside.correlate(Submission).exists())


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
