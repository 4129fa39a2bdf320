"""Mentoring: what a council does with coaching tasks. Finding them, checking answers, and changing the plan.

Called by the desk. Whoever belongs to the workshop may read along and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import artisans, councils
from catalog.councils import STAFF
from catalog.curation import coaching, kinds, submissions, task_letters
from catalog.curation.coaching import NoSuchTask
from catalog.models import (
    CoachingTask,
    ConditionTerm,
    Council,
    Listing,
    Product,
    Submission,
    TaskKind,
    TaskState,
    Workshop,
)
from shop import audit, inputs
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid
from shop.models import RoleGrant, User

LONGEST_WAIT = timedelta(days=366)


class ChangedSince(Conflict):
    """The task is not as the page showed it any more."""

    message = "This task has changed since you opened it. Please look at it again."


class WordsMissing(Invalid):
    """Who asks again, or changes a plan, says why."""

    message = "Please say in a few words what is still missing, or why; the workshop reads it."


class MetElsewhere(Conflict):
    """A condition is found met where the verdict stands, by who checks it: then the piece goes on sale."""

    message = "A condition is found met on the page of its submission, by who checks it."


class PlanRefused(Invalid):
    """A plan names a kind of help, a coach of the council, and a day within the coming year."""

    message = "Please choose a kind of help and a coach from the lists, and a day within the coming year."


@dataclass(frozen=True, slots=True)
class Case:
    """A task with everything that the council's page says about it."""

    task: CoachingTask
    submission: Submission
    listing: Listing
    workshop: Workshop
    council: Council


@dataclass(frozen=True, slots=True)
class Plan:
    """Who helps, with what, until when."""

    help_kind: str
    coach_id: int | None
    due_on: date


# --- finding -------------------------------------------------------------------------------------------------


def for_staff(session: Session, person: User, task_id: int) -> Case:
    """Give a task of a staff member's councils. :raise NoSuchTask: for others."""
    row = session.execute(
        sa.select(CoachingTask, Submission, Listing, Workshop, Council)
        .join(Submission, Submission.id == CoachingTask.submission_id)
        .join(Listing, Listing.id == CoachingTask.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .join(Council, Council.id == Submission.council_id)
        .where(CoachingTask.id == task_id, Submission.council_id.in_(councils.ids_of(session, person)))
        .options(
            joinedload(CoachingTask.coach),
            joinedload(Workshop.regency),
            joinedload(Listing.craft),
        )
    ).one_or_none()
    if row is None:
        raise NoSuchTask
    return Case(*row)


def for_coach(session: Session, person: User, task_id: int) -> Case:
    """Give a task to somebody who may check and change it.

    :raise NoSuchTask: outside the person's councils.
    :raise catalog.curation.submissions.OwnWorkshop: for a member of the workshop.
    """
    case = for_staff(session, person, task_id)
    if artisans.is_member(session, case.workshop.id, person.id):
        raise submissions.OwnWorkshop
    return case


def submission_of(session: Session, person: User, submission_id: int) -> Submission:
    """Give a submission of a staff member's councils, unless it is from their own workshop.

    :raise catalog.curation.submissions.NoSuchSubmission: OwnWorkshop:
    """
    submission = submissions.for_staff(session, person, submission_id)
    if artisans.is_member(session, submission.listing.product.workshop_id, person.id):
        raise submissions.OwnWorkshop
    return submission


def coaches(session: Session, council: Council, workshop_id: int = 0) -> list[User]:
    """Give who may be a council's coach: its curators and administrators, and those above it, by name.

    Nobody coaches a workshop of their own.
    """
    codes = {council.code, council.code[:2], councils.NATIONAL}
    query = (
        sa.select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role.in_(STAFF), RoleGrant.scope.in_(codes))
        .order_by(User.name, User.id)
    )
    own = {member.id for member in artisans.members(session, workshop_id)} if workshop_id else set()
    return [person for person in dict.fromkeys(session.scalars(query)) if person.id not in own]


# --- checking ------------------------------------------------------------------------------------------------


def readable(typed: str) -> str:
    """Bring what was typed into the shape that is kept. :raise WordsMissing: when it cannot be."""
    try:
        return inputs.text(typed, most=coaching.LONGEST, lines=True)
    except inputs.Unreadable as error:
        raise WordsMissing(error.message, **error.params) from error


def accept(
    session: Session, actor: Actor, person: User, task_id: int, words: str = "", *, seen: str
) -> CoachingTask:
    """Take an answered task as done.

    :param seen: `mark` of the task as the page showed it.
    :raise ChangedSince: when it has no answer, or another one since. :raise NoSuchTask: OwnWorkshop: WordsMissing:
    :raise MetElsewhere: for a condition.
    """
    if for_coach(session, person, task_id).task.kind is TaskKind.CONDITION:
        raise MetElsewhere
    done: dict[str, Any] = {
        "state": TaskState.DONE, "done_at": now(), "checked_by_id": person.id, "coach_words": readable(words),
    }  # fmt: skip
    return _check(session, actor, person, task_id, "task.accepted", done, seen)


def ask_again(
    session: Session, actor: Actor, person: User, task_id: int, words: str, *, seen: str
) -> CoachingTask:
    """Give an answered task back with what is still missing. :raise WordsMissing: and as `accept`."""
    text = readable(words)
    if not text:
        raise WordsMissing
    again: dict[str, Any] = {
        "state": TaskState.OPEN, "asked_again": CoachingTask.asked_again + 1, "coach_words": text,
    }  # fmt: skip
    task = _check(session, actor, person, task_id, "task.asked_again", again, seen)
    task_letters.tell(session, task.id, "again")
    return task


def _check(
    session: Session,
    actor: Actor,
    person: User,
    task_id: int,
    action: str,
    values: dict[str, Any],
    seen: str,
) -> CoachingTask:
    case = for_coach(session, person, task_id)
    task = case.task
    if mark(task) != seen:
        raise ChangedSince
    checked = session.execute(
        sa.update(CoachingTask)
        .where(
            CoachingTask.id == task.id,
            CoachingTask.state == TaskState.ANSWERED,
            CoachingTask.answered_at == task.answered_at,
        )
        .values(**values)
        .returning(CoachingTask.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if checked is None:
        raise ChangedSince
    session.expire(task)
    audit.record(
        session, actor, action, task, before={"state": TaskState.ANSWERED},
        after={"state": values["state"], "words": values["coach_words"]}, scope=case.council.code,
    )  # fmt: skip
    return task


def mark(task: CoachingTask) -> str:
    """Give a short mark of what a page shows of a task; after a change it is another."""
    answered = task.answered_at.isoformat() if task.answered_at else ""
    return f"{task.state}|{answered}|{task.due_on}|{task.coach_id or 0}|{task.help_kind}"


# --- the plan ------------------------------------------------------------------------------------------------


def change(
    session: Session, actor: Actor, person: User, task_id: int, plan: Plan, reason: str, *, seen: str
) -> CoachingTask:
    """Change who helps, with what, or until when, with a reason that stays in the history; a condition's term follows.

    :raise PlanRefused: WordsMissing: ChangedSince: NoSuchTask: OwnWorkshop:
    """
    case = for_coach(session, person, task_id)
    task = case.task
    _check_plan(session, case, plan)
    before = Plan(task.help_kind, task.coach_id, task.due_on or plan.due_on)
    if plan == before and task.due_on:
        return task
    words = readable(reason)
    if not words:
        raise WordsMissing
    if mark(task) != seen:
        raise ChangedSince
    changed = session.execute(
        sa.update(CoachingTask)
        .where(
            CoachingTask.id == task.id,
            CoachingTask.state != TaskState.DONE,
            CoachingTask.due_on.is_not_distinct_from(task.due_on),
            CoachingTask.coach_id.is_not_distinct_from(task.coach_id),
            CoachingTask.help_kind == task.help_kind,
        )
        .values(help_kind=plan.help_kind, coach_id=plan.coach_id, due_on=plan.due_on)
        .returning(CoachingTask.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if changed is None:
        raise ChangedSince
    session.execute(
        sa.update(ConditionTerm)
        .where(
            ConditionTerm.task_id == task.id,
            ConditionTerm.met_at.is_(None),
            ConditionTerm.missed_at.is_(None),
        )
        .values(due_on=plan.due_on)
        .execution_options(synchronize_session=False)
    )
    session.expire(task)
    names = {key: session.get_one(User, key).name for key in (before.coach_id, plan.coach_id) if key}
    audit.record(
        session, actor, "task.changed", task, before=_told(before, names),
        after=_told(plan, names) | {"reason": words}, scope=case.council.code,
    )  # fmt: skip
    return task


def _told(plan: Plan, names: dict[int, str]) -> dict[str, Any]:
    return {
        "help": plan.help_kind,
        "coach": names.get(plan.coach_id or 0, ""),
        "due_on": str(plan.due_on),
    }


def _check_plan(session: Session, case: Case, plan: Plan) -> None:
    """Make sure of a kind, a coach and a day; what stands already may stay, also when it is over."""
    people: Sequence[User] = coaches(session, case.council, case.workshop.id)
    known = plan.coach_id in {None, case.task.coach_id, *(person.id for person in people)}
    day = plan.due_on == case.task.due_on or 0 <= (plan.due_on - coaching.today()).days <= LONGEST_WAIT.days
    if not (kinds.is_kind(plan.help_kind) and known and day):
        raise PlanRefused
