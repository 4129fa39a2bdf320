"""Conditions: what a piece that passed still has to meet, by when, who checks it, and what happens when it is missed.

Each is a task for the workshop (`catalog.curation.coaching`) with a term beside it. Set and found met through
`catalog.curation.decisions`; `act_on_missed` is run by the worker and acts alone.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import artisans, councils, listings
from catalog.curation import interests, rubrics
from catalog.curation.coaching import TaskText
from catalog.curation.rubric import Rubric
from catalog.models import (
    CoachingTask,
    ConditionTerm,
    Council,
    Decision,
    IfMissed,
    Listing,
    ListingState,
    Product,
    Submission,
    TaskState,
)
from shop import audit, i18n, jobs, mail
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import Forbidden, Invalid
from shop.models import Role, RoleGrant, User

log = logging.getLogger(__name__)
WORKER = Actor.system("worker")


class NotTheChecker(Forbidden):
    """A condition is checked by who was named for it, or by an administrator of the council."""

    message = "Somebody else checks this condition."


class OnlyForGates(Invalid):
    """Nobody is declined except for a broken gate."""

    message = "Only a condition about a gate can lead to the piece being declined."


class CheckerRefused(Invalid):
    """The checker is a curator of the council who is free of interest."""

    message = "Please choose a curator of the council, without interest in the workshop, as checker."


@dataclass(frozen=True, slots=True)
class Condition(TaskText):
    """What has to be put right, who checks it, and what happens when it is missed."""

    checker_id: int | None = None
    """Nobody in particular: any curator of the council."""
    if_missed: IfMissed = IfMissed.COACHING


def today() -> date:
    """Give the day on which people in western Indonesia are."""
    return now().astimezone(i18n.WIB).date()


# --- setting ------------------------------------------------------------------------------------------------------


def checkers(session: Session, submission: Submission) -> list[User]:
    """Give who may check conditions of a submission: the council's curators and administrators free of interest."""
    code = submission.council.code
    grants = (
        sa.select(RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role.in_(councils.STAFF), RoleGrant.scope.in_({code, code[:2]}))
    )
    apart = interests.excluded(session, submission.id, submission.listing.product.workshop_id)
    query = sa.select(User).where(User.id.in_(grants), User.id.not_in(apart)).order_by(User.name, User.id)
    return list(session.scalars(query))


def check(session: Session, submission: Submission, rubric: Rubric, wanted: Sequence[TaskText]) -> None:
    """Make sure that conditions can be set as they are. :raise OnlyForGates: CheckerRefused:"""
    named = {one.checker_id for one in wanted if isinstance(one, Condition) and one.checker_id}
    if named and not named <= {person.id for person in checkers(session, submission)}:
        raise CheckerRefused
    for one in wanted:
        declines = isinstance(one, Condition) and one.if_missed is IfMissed.DECLINED
        if declines and rubric.gate(one.criterion) is None:
            raise OnlyForGates


def set_terms(
    session: Session, submission: Submission, tasks: Sequence[CoachingTask], wanted: Sequence[TaskText]
) -> None:
    """Write the terms beside the tasks that the conditions have become, in the same order."""
    usual = today() + timedelta(days=rubrics.of(session, submission).procedure.condition_days)
    for task, one in zip(tasks, wanted, strict=True):
        task.due_on = task.due_on or usual
        session.add(
            ConditionTerm(
                task_id=task.id,
                submission_id=submission.id,
                due_on=task.due_on,
                checker_id=one.checker_id if isinstance(one, Condition) else None,
                if_missed=one.if_missed if isinstance(one, Condition) else IfMissed.COACHING,
            )
        )
    session.flush()


# --- finding them met ---------------------------------------------------------------------------------------------


def of_submission(session: Session, submission_id: int) -> dict[int, ConditionTerm]:
    """Give the terms of a submission's conditions by task id, with who checks each."""
    query = (
        sa.select(ConditionTerm)
        .where(ConditionTerm.submission_id == submission_id)
        .order_by(ConditionTerm.id)
        .options(joinedload(ConditionTerm.checker))
    )
    return {term.task_id: term for term in session.scalars(query)}


def checks(session: Session, person: User, submission: Submission, term: ConditionTerm) -> bool:
    """Say whether a person of the council checks a condition."""
    if term.checker_id in {None, person.id}:
        return True
    return submission.council_id in councils.ids_of(session, person, (Role.COUNCIL_ADMIN,))


def meet(
    session: Session, actor: Actor, curator: User, submission: Submission, task_ids: Collection[int] | None
) -> int:
    """Find conditions met, by task id (None: all that the curator checks); say how many are still to be met.

    :raise NotTheChecker: when one of them is somebody else's, or none is the curator's.
    """
    # One after the other: two checkers, each with a condition of their own.
    session.execute(sa.select(Submission.id).where(Submission.id == submission.id).with_for_update())
    unmet = {task_id: t for task_id, t in of_submission(session, submission.id).items() if t.met_at is None}
    mine = {task_id for task_id, term in unmet.items() if checks(session, curator, submission, term)}
    chosen = mine if task_ids is None else unmet.keys() & set(task_ids)
    if not chosen <= mine or (unmet and not chosen):
        raise NotTheChecker
    for task_id in sorted(chosen):
        met = session.execute(
            sa.update(ConditionTerm)
            .where(ConditionTerm.task_id == task_id, ConditionTerm.met_at.is_(None))
            .values(met_at=now(), met_by_id=curator.id)
            .returning(ConditionTerm.id)
        ).scalar()
        if met is not None:
            task = session.get_one(CoachingTask, task_id)
            audit.record(
                session, actor, "submission.condition_met", submission,
                after={"words": task.text}, scope=submission.council.code,
            )  # fmt: skip
    return len(unmet) - len(chosen)


# --- missing them -------------------------------------------------------------------------------------------------


@jobs.periodic(every=3600)
def act_on_missed() -> None:
    """Do what was announced with every condition whose day has passed without an answer of the workshop.

    Where the workshop has answered and only the check is missing, nothing happens to the piece.
    """
    for term_id in db.session.scalars(_missed().with_only_columns(ConditionTerm.id)).all():
        try:
            with transaction() as session:
                _act(session, term_id)
        except Exception:
            log.exception("a missed condition could not be acted on", extra={"term": term_id})


def _missed() -> sa.Select[ConditionTerm]:
    later = sa.orm.aliased(Submission)
    last = (
        sa.select(sa.func.max(later.id))
        .where(later.listing_id == Listing.id)
        .correlate(Listing)
        .scalar_subquery()
    )
    return (
        sa.select(ConditionTerm)
        .join(CoachingTask, CoachingTask.id == ConditionTerm.task_id)
        .join(Decision, Decision.submission_id == ConditionTerm.submission_id)
        .join(Listing, Listing.id == CoachingTask.listing_id)
        .where(
            ConditionTerm.due_on < today(),
            ConditionTerm.met_at.is_(None),
            ConditionTerm.missed_at.is_(None),
            CoachingTask.state == TaskState.OPEN,
            Decision.conditions_met_at.is_(None),
            Listing.state == ListingState.CONDITIONAL,
            ConditionTerm.submission_id == last,
        )
        .order_by(ConditionTerm.id)
    )


def _act(session: Session, term_id: int) -> None:
    submission_id = session.scalar(sa.select(ConditionTerm.submission_id).where(ConditionTerm.id == term_id))
    session.execute(sa.select(Submission.id).where(Submission.id == submission_id).with_for_update())
    term = session.scalar(_missed().where(ConditionTerm.id == term_id))
    if term is None:  # met, answered or taken care of a moment ago
        return
    submission = session.scalars(
        sa.select(Submission)
        .where(Submission.id == term.submission_id)
        .options(joinedload(Submission.council), joinedload(Submission.listing))
    ).one()
    task = session.get_one(CoachingTask, term.task_id)
    if term.if_missed is IfMissed.EXTENDED and term.extended_at is None:
        _extend(session, submission, term, task)
        return
    to = ListingState.DECLINED if term.if_missed is IfMissed.DECLINED else ListingState.COACHING
    if not listings.move(session, submission.listing_id, (ListingState.CONDITIONAL,), to):
        return
    term.missed_at = now()
    audit.record(
        session, WORKER, "listing.condition_missed", submission.listing,
        before={"state": ListingState.CONDITIONAL}, after={"state": to, "reason": task.text},
        scope=submission.council.code,
    )  # fmt: skip
    _tell(session, submission, term, task, to.value)


def _extend(session: Session, submission: Submission, term: ConditionTerm, task: CoachingTask) -> None:
    before = term.due_on
    days = rubrics.of(session, submission).procedure.condition_days
    term.due_on = task.due_on = today() + timedelta(days=days)
    term.extended_at = now()
    audit.record(
        session, WORKER, "submission.condition_extended", submission,
        before={"due_on": before.isoformat()},
        after={"due_on": term.due_on.isoformat(), "words": task.text}, scope=submission.council.code,
    )  # fmt: skip
    _tell(session, submission, term, task, "extended")


def _tell(
    session: Session, submission: Submission, term: ConditionTerm, task: CoachingTask, what: str
) -> None:
    """Promise a letter to every member of the workshop."""
    product = session.get_one(Product, submission.listing.product_id)
    for member in artisans.members(session, product.workshop_id):
        mail.queue(
            session,
            to=member.email,
            template="condition_missed",
            locale=member.locale,
            context={
                "name": member.name,
                "title": submission.snapshot.get("title", ""),
                "council": session.get_one(Council, submission.council_id).name,
                "condition": task.text,
                "what": what,
                "due_on": _written(term.due_on, member.locale),
                "product_id": product.id,
            },
            key=f"condition-{term.id}-{what}-{member.id}",
        )


def _written(day: date, locale: str) -> str:
    with i18n.in_locale(locale):
        return i18n.write_date(day)
