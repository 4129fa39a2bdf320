"""Interests: who does not judge a workshop, and why. Declared by the judge, kept for good.

Membership of a workshop keeps its people from judging it without any declaration; who judged a piece the first time
does not judge its appeal. `check` is asked by `catalog.curation.submissions.for_judge`, through which every route goes.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.models import Appeal, Interest, InterestKind, Judgement, WorkshopMember
from shop import audit, inputs
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.models import User

LONGEST = 500


class HasInterest(Forbidden):
    """Who has declared an interest in a workshop does not judge it."""

    message = "You have declared an interest in this workshop. Another curator judges it."


class FirstPanel(Forbidden):
    """An appeal goes to another panel."""

    message = "You judged this piece the first time. Another panel judges the appeal."


class StoodAside(Forbidden):
    """Who stood aside from a piece whose panel has read its marks does not come back to it."""

    message = "You stood aside while this piece was judged. Its panel goes on without you."


class AlreadyDeclared(Conflict):
    """The interest is on record."""

    message = "You have declared an interest in this workshop already."


class NoSuchInterest(NotFound):
    """There is no such interest, or it has ended."""


class NoteRefused(Invalid):
    """A note is too long, or cannot be kept."""


def holding(session: Session, person_id: int, workshop_id: int) -> Interest | None:
    """Give the interest of a person in a workshop, if one holds."""
    return session.scalar(
        sa.select(Interest).where(
            Interest.person_id == person_id, Interest.workshop_id == workshop_id, Interest.ended_at.is_(None)
        )
    )


def get(session: Session, interest_id: int) -> Interest:
    """Give an interest that holds. :raise NoSuchInterest:"""
    query = sa.select(Interest).where(Interest.id == interest_id, Interest.ended_at.is_(None))
    held = session.scalar(query)
    if held is None:
        raise NoSuchInterest
    return held


def of_workshop(session: Session, workshop_id: int) -> list[Interest]:
    """Give the interests in a workshop that hold, with their persons, the first one first."""
    query = (
        sa.select(Interest)
        .where(Interest.workshop_id == workshop_id, Interest.ended_at.is_(None))
        .order_by(Interest.id)
        .options(joinedload(Interest.person))
    )
    return list(session.scalars(query))


def check(session: Session, person_id: int, submission_id: int, workshop_id: int) -> None:
    """Make sure that a person is free to judge a submission. :raise HasInterest: StoodAside: FirstPanel:"""
    if holding(session, person_id, workshop_id) is not None:
        raise HasInterest
    if session.scalar(_aside(submission_id).where(Judgement.judge_id == person_id)) is not None:
        raise StoodAside
    if session.scalar(_judged_first(person_id, submission_id)) is not None:
        raise FirstPanel


def _aside(submission_id: int) -> sa.Select[Any]:
    """Select who stood aside from a submission and does not come back to it."""
    return sa.select(Judgement.judge_id).where(
        Judgement.submission_id == submission_id, Judgement.set_aside_at.is_not(None)
    )


def _judged_first(person_id: int, submission_id: int) -> sa.Select[Any]:
    return (
        sa.select(Judgement.id)
        .join(Appeal, Appeal.first_submission_id == Judgement.submission_id)
        .where(
            Appeal.submission_id == submission_id,
            Judgement.judge_id == person_id,
            Judgement.handed_in_at.is_not(None),
        )
        .limit(1)
    )


def excluded(session: Session, submission_id: int, workshop_id: int) -> frozenset[int]:
    """Give the ids of everybody who may not judge a submission: members, interests, who stood aside, the panel before an appeal."""
    members = sa.select(WorkshopMember.user_id).where(WorkshopMember.workshop_id == workshop_id)
    declared = sa.select(Interest.person_id).where(
        Interest.workshop_id == workshop_id, Interest.ended_at.is_(None)
    )
    before = (
        sa.select(Judgement.judge_id)
        .join(Appeal, Appeal.first_submission_id == Judgement.submission_id)
        .where(Appeal.submission_id == submission_id, Judgement.handed_in_at.is_not(None))
    )
    return frozenset(session.scalars(sa.union(members, declared, _aside(submission_id), before)))


def declare(
    session: Session,
    actor: Actor,
    person: User,
    workshop_id: int,
    kind: InterestKind,
    note: str = "",
    *,
    scope: str,
) -> Interest:
    """Record that a person does not judge a workshop; called by `recusals.stand_aside`, which sets sheets aside.

    :raise AlreadyDeclared: NoteRefused:
    """
    try:
        words = inputs.text(note, most=LONGEST, lines=True)
    except inputs.Unreadable as error:
        raise NoteRefused(error.message, **error.params) from error
    if holding(session, person.id, workshop_id) is not None:
        raise AlreadyDeclared
    interest = Interest(
        person_id=person.id,
        workshop_id=workshop_id,
        kind=kind,
        note=words,
        declared_by_id=person.id,
        declared_at=now(),
    )
    session.add(interest)
    audit.record(
        session, actor, "interest.declared", interest,
        after={"name": person.name, "interest": kind, "workshop": workshop_id}, scope=scope,
    )  # fmt: skip
    return interest


def end(session: Session, actor: Actor, officer: User, interest_id: int, *, scope: str) -> Interest:
    """Let an interest end, which the record keeps; called by `recusals.end`. :raise NoSuchInterest:"""
    ended: Interest | None = session.scalar(
        sa.update(Interest)
        .where(Interest.id == interest_id, Interest.ended_at.is_(None))
        .values(ended_at=now(), ended_by_id=officer.id)
        .returning(Interest)
    )
    if ended is None:
        raise NoSuchInterest
    audit.record(session, actor, "interest.ended", ended, before={"interest": ended.kind}, scope=scope)
    return ended
