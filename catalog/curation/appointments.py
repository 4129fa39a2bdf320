"""Appointments: a submission is given to a named judge, so that the queue says on whom it waits.

An administrator of the council gives a piece to its curators, a curator takes one. Nobody else is kept from judging:
an appointment says who does it first, and ends when the sheet is handed in. Pieces of a round have the round's panel.
Called by the desk; read by `catalog.curation.queue`.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import councils
from catalog.curation import guests, interests
from catalog.models import (
    Appointment,
    Council,
    GuestSeat,
    Judgement,
    Listing,
    Product,
    Submission,
    SubmissionState,
)
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.models import RoleGrant, User


class NotYours(Forbidden):
    """Administrators of the council give pieces to its curators; everybody else only takes one."""

    message = "Only an administrator of this council gives pieces to other curators."


class JudgeRefused(Invalid):
    """No curator of the council or guest, a member of the workshop, an interest, or an appeal's first panel."""

    message = "This person cannot judge this piece. Please choose another curator."


class OfRound(Conflict):
    """The panel of a round judges what lies on its table."""

    message = "This piece lies on the table of a round, whose panel judges it."


class NothingToJudge(Conflict):
    """The submission has its verdict, was taken back, or the judge has handed in."""

    message = "This piece has its marks or its verdict already."


class NoSuchAppointment(NotFound):
    """There is no such appointment, or it has ended."""


class Awaited(NamedTuple):
    """A judge on whose sheet a submission waits."""

    submission_id: int
    judge_id: int
    name: str
    id: int
    """Of the appointment."""


def of_submission(session: Session, submission_id: int) -> list[Awaited]:
    """Give the judges who were given a submission that waits and have not handed in, the first one first."""
    return [Awaited(*row) for row in session.execute(_awaited().where(Submission.id == submission_id))]


def by_submission(session: Session, council_ids: Collection[int], person: User) -> dict[int, dict[int, str]]:
    """Give the same for everything that waits in councils, and for what was given to a person: names by judge's id."""
    theirs = sa.or_(Submission.council_id.in_(council_ids), Appointment.judge_id == person.id)
    found: dict[int, dict[int, str]] = {}
    for row in session.execute(_awaited().where(theirs)):
        found.setdefault(row.submission_id, {})[row.judge_id] = row.name
    return found


def _awaited() -> sa.Select[int, int, str, int]:
    handed_in = sa.select(Judgement.id).where(
        Judgement.submission_id == Appointment.submission_id,
        Judgement.judge_id == Appointment.judge_id,
        Judgement.handed_in_at.is_not(None),
    )
    return (
        sa.select(Appointment.submission_id, Appointment.judge_id, User.name, Appointment.id)
        .join(Submission, Submission.id == Appointment.submission_id)
        .join(User, User.id == Appointment.judge_id)
        .where(
            Submission.state == SubmissionState.WAITING,
            Appointment.released_at.is_(None),
            ~handed_in.exists(),
        )
        .order_by(Appointment.id)
    )


def candidates(session: Session, submission: Submission) -> list[User]:
    """Give who may be given a submission: the council's curators and its guests, free of interest, still to mark."""
    marked = sa.select(Judgement.judge_id).where(
        Judgement.submission_id == submission.id, Judgement.handed_in_at.is_not(None)
    )
    invited = sa.select(GuestSeat.guest_id).where(
        GuestSeat.submission_id == submission.id, GuestSeat.revoked_at.is_(None)
    )
    apart = interests.excluded(session, submission.id, submission.listing.product.workshop_id)
    query = _judges([submission.council.code], invited).where(User.id.not_in(apart), User.id.not_in(marked))
    return list(session.scalars(query))


def of_councils(session: Session, council_ids: Collection[int]) -> Sequence[User]:
    """Give the curators and administrators of councils and of their provinces' councils, by name."""
    codes = session.scalars(sa.select(Council.code).where(Council.id.in_(council_ids))).all()
    return session.scalars(_judges(codes)).all()


def _judges(codes: Iterable[str], besides: sa.Select[int] | None = None) -> sa.Select[User]:
    scopes = {part for code in codes for part in (code, code[:2])}
    granted = sa.select(RoleGrant.user_id).where(
        RoleGrant.role.in_(councils.STAFF), RoleGrant.scope.in_(scopes)
    )
    theirs = User.id.in_(granted) if besides is None else sa.or_(User.id.in_(granted), User.id.in_(besides))
    return sa.select(User).where(theirs, User.disabled_at.is_(None)).order_by(User.name, User.id)


def appoint(
    session: Session, actor: Actor, giver: User, submission: Submission, judge_id: int
) -> Appointment:
    """Give a submission to a judge; who has it already keeps it.

    :raise NotYours: JudgeRefused: OfRound: NothingToJudge:
    """
    if judge_id != giver.id and not guests.may_invite(session, giver, submission):
        raise NotYours
    # One after the other: two administrators, or a verdict that is being written.
    lock = sa.select(Submission.state).where(Submission.id == submission.id).with_for_update()
    if session.scalar(lock) is not SubmissionState.WAITING:
        raise NothingToJudge
    if submission.round_id is not None:
        raise OfRound
    person = next((one for one in candidates(session, submission) if one.id == judge_id), None)
    if person is None:
        raise JudgeRefused
    present = session.scalar(
        sa.select(Appointment).where(
            Appointment.submission_id == submission.id, Appointment.judge_id == judge_id
        )
    )
    if present is not None and present.released_at is None:
        return present
    present = present or Appointment(submission_id=submission.id, judge_id=judge_id)
    present.appointed_by_id, present.appointed_at, present.released_at = giver.id, now(), None
    session.add(present)
    audit.record(
        session, actor, "submission.judge_appointed", submission,
        after={"name": person.name}, scope=submission.council.code,
    )  # fmt: skip
    return present


def release(
    session: Session, actor: Actor, officer: User, submission: Submission, appointment_id: int
) -> None:
    """Take a submission back from a judge, or give it back oneself. :raise NotYours: NoSuchAppointment:"""
    held = session.get(Appointment, appointment_id)
    if held is None or held.submission_id != submission.id:
        raise NoSuchAppointment
    if held.judge_id != officer.id and not guests.may_invite(session, officer, submission):
        raise NotYours
    _end(session, actor, submission, held)


def stand_aside(session: Session, actor: Actor, person: User, workshop_id: int) -> None:
    """Take every piece of a workshop from who has declared an interest in it."""
    held = session.execute(
        sa.select(Appointment, Submission)
        .join(Submission, Submission.id == Appointment.submission_id)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(
            Product.workshop_id == workshop_id,
            Appointment.judge_id == person.id,
            Appointment.released_at.is_(None),
            Submission.state == SubmissionState.WAITING,
        )
    ).all()
    for appointment, submission in held:
        _end(session, actor, submission, appointment)


def _end(session: Session, actor: Actor, submission: Submission, held: Appointment) -> None:
    released = session.scalar(
        sa.update(Appointment)
        .where(Appointment.id == held.id, Appointment.released_at.is_(None))
        .values(released_at=now())
        .returning(Appointment.judge_id)
    )
    if released is None:
        raise NoSuchAppointment
    audit.record(
        session, actor, "submission.judge_released", submission,
        before={"name": session.get_one(User, released).name}, scope=submission.council.code,
    )  # fmt: skip
