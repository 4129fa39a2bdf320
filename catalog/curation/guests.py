"""Guests: curators of other councils whom a council administrator has invited to judge one submission.

Nobody else judges outside their councils. Called by the desk; `condition` is part of what a person may read.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import councils
from catalog.curation import interests, seats
from catalog.models import GuestSeat, Submission, SubmissionState
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.models import Role, User

JUDGES = frozenset({Role.CURATOR, Role.COUNCIL_ADMIN, Role.ADMIN})


class NotYourCouncil(Forbidden):
    """Only an administrator of the submission's council invites."""

    message = "Only an administrator of this council invites guests."


class NoSuchCurator(Invalid):
    """Nobody with this address is a curator anywhere."""

    message = "Nobody with this address is a curator of a council."


class NeedsNoInvitation(Invalid):
    """A curator of the council itself judges without being invited."""

    message = "This curator belongs to your council and judges here anyway."


class MayNotJudge(Invalid):
    """A member of the workshop, somebody with an interest, or one of an appeal's first panel."""

    message = "This curator cannot judge this piece: own workshop, declared interest, or the first panel."


class AlreadyAnswered(Conflict):
    """The submission has its verdict."""

    message = "This submission has been answered or taken back in the meantime."


class NoSuchSeat(NotFound):
    """There is no such invitation."""


def condition(person: User) -> sa.ColumnElement[bool]:
    """Give the condition that a person is invited to a submission, or sits on the panel of its round."""
    invited = (
        sa.select(GuestSeat.id)
        .where(
            GuestSeat.submission_id == Submission.id,
            GuestSeat.guest_id == person.id,
            GuestSeat.revoked_at.is_(None),
        )
        .exists()
    )
    return sa.or_(invited, Submission.round_id.in_(seats.rounds_of_guest(person.id)))


def of_submission(session: Session, submission_id: int) -> list[GuestSeat]:
    """Give the invitations to a submission that hold, with their guests."""
    query = (
        sa.select(GuestSeat)
        .where(GuestSeat.submission_id == submission_id, GuestSeat.revoked_at.is_(None))
        .order_by(GuestSeat.id)
        .options(joinedload(GuestSeat.guest))
    )
    return list(session.scalars(query))


def may_invite(session: Session, officer: User, submission: Submission) -> bool:
    """Say whether a person is an administrator of the submission's council."""
    return submission.council_id in councils.ids_of(session, officer, (Role.COUNCIL_ADMIN,))


def invite(session: Session, actor: Actor, officer: User, submission: Submission, address: str) -> GuestSeat:
    """Invite a curator, by their address, to judge a submission.

    :raise NotYourCouncil: NoSuchCurator: NeedsNoInvitation: MayNotJudge: AlreadyAnswered:
    """
    if not may_invite(session, officer, submission):
        raise NotYourCouncil
    person = session.scalar(sa.select(User).where(sa.func.lower(User.email) == address.strip().lower()))
    if person is None or person.confirmed_at is None or not person.holds(*JUDGES):
        raise NoSuchCurator
    return seat(session, actor, officer, submission, person)


def seat(session: Session, actor: Actor, officer: User, submission: Submission, person: User) -> GuestSeat:
    """Give a person a seat among a submission's judges; a round does so for the guests of its panel.

    :raise NeedsNoInvitation: MayNotJudge: AlreadyAnswered:
    """
    # One after the other: two administrators, or a verdict that is being written.
    lock = sa.select(Submission.state).where(Submission.id == submission.id).with_for_update()
    if session.scalar(lock) is not SubmissionState.WAITING:
        raise AlreadyAnswered
    if submission.council_id in councils.ids_of(session, person, JUDGES):
        raise NeedsNoInvitation
    if person.id in interests.excluded(session, submission.id, submission.listing.product.workshop_id):
        raise MayNotJudge
    present = session.scalar(
        sa.select(GuestSeat).where(GuestSeat.submission_id == submission.id, GuestSeat.guest_id == person.id)
    )
    if present is not None and present.revoked_at is None:
        return present
    present = present or GuestSeat(submission_id=submission.id, guest_id=person.id)
    present.invited_by_id, present.invited_at, present.revoked_at = officer.id, now(), None
    session.add(present)
    audit.record(
        session, actor, "submission.guest_invited", submission,
        after={"name": person.name}, scope=submission.council.code,
    )  # fmt: skip
    return present


def revoke(session: Session, actor: Actor, officer: User, submission: Submission, seat_id: int) -> None:
    """Take an invitation back; a sheet that was handed in stays. :raise NotYourCouncil: NoSuchSeat:"""
    if not may_invite(session, officer, submission):
        raise NotYourCouncil
    revoked = session.scalar(
        sa.update(GuestSeat)
        .where(
            GuestSeat.id == seat_id,
            GuestSeat.submission_id == submission.id,
            GuestSeat.revoked_at.is_(None),
        )
        .values(revoked_at=now())
        .returning(GuestSeat.guest_id)
    )
    if revoked is None:
        raise NoSuchSeat
    audit.record(
        session, actor, "submission.guest_revoked", submission,
        before={"name": session.get_one(User, revoked).name}, scope=submission.council.code,
    )  # fmt: skip
