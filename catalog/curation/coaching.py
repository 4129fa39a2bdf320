"""Coaching: what must improve, criterion by criterion, and what the artisan answers.

Tasks are set by a decision (`catalog.curation.decisions`) or as a plan after a pass (`followups`), answered in the
studio, checked by a coach (`mentoring`), and settled by the next decision at the latest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.curation import kinds, rubrics
from catalog.models import (
    CoachingTask,
    Council,
    Listing,
    Product,
    Submission,
    TaskKind,
    TaskState,
    WorkshopMember,
)
from catalog.versions import LABELS
from shop import audit, i18n, inputs
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound
from shop.models import User

LONGEST = 1000
PHOTOS = "photos"


class NoSuchTask(NotFound):
    """There is no such task, or not for this listing or person."""


class AnswerRefused(Invalid):
    """An answer must say something."""

    message = "Please say in a sentence or two what you have done."


class StillOpen(Conflict):
    """Every coaching task needs an answer before the listing is sent again."""

    message = "Please answer every task before you send the piece again."


class AlreadyDone(Conflict):
    """Somebody of the council has taken the task as done."""

    message = "Your council has taken this task as done in the meantime; nothing more is needed."


@dataclass(frozen=True, slots=True)
class TaskText:
    """What a curator asks for: a criterion or gate, in words, with a date where one helps."""

    criterion: str
    text: str
    due_on: date | None = None


# --- reading -----------------------------------------------------------------------------------------------


def of_listing(session: Session, listing_id: int) -> list[CoachingTask]:
    """Give every task ever set for a listing, the latest decision's first, each with its coach."""
    query = (
        sa.select(CoachingTask)
        .where(CoachingTask.listing_id == listing_id)
        .order_by(CoachingTask.submission_id.desc(), CoachingTask.id)
        .options(joinedload(CoachingTask.coach))
    )
    return list(session.scalars(query))


def unsettled(session: Session, listing_id: int) -> list[CoachingTask]:
    """Give the tasks that no curator has settled yet; follow-ups wait for nobody and are not among them."""
    return [
        task
        for task in of_listing(session, listing_id)
        if task.state is not TaskState.DONE and task.kind is not TaskKind.FOLLOW_UP
    ]


def answered_by(session: Session, submission: Submission) -> list[CoachingTask]:
    """Give the tasks that a submission answers: what was asked before it, and not settled before it was sent."""
    return [
        task
        for task in reversed(of_listing(session, submission.listing_id))
        if task.submission_id < submission.id
        and task.kind is not TaskKind.FOLLOW_UP
        and (task.done_at is None or task.done_at >= submission.created_at or task.answered_at)
    ]


def of_member(session: Session, user_id: int, task_id: int) -> CoachingTask:
    """Give a task to a member of the workshop that it is for. :raise NoSuchTask: to others."""
    task = session.scalar(
        sa.select(CoachingTask)
        .join(Listing, Listing.id == CoachingTask.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(WorkshopMember, WorkshopMember.workshop_id == Product.workshop_id)
        .where(CoachingTask.id == task_id, WorkshopMember.user_id == user_id)
        .options(joinedload(CoachingTask.coach))
    )
    if task is None:
        raise NoSuchTask
    return task


# --- setting -------------------------------------------------------------------------------------------------


def today() -> date:
    """Give the day on which people in western Indonesia are."""
    return now().astimezone(i18n.WIB).date()


def set_tasks(
    session: Session,
    actor: Actor,
    submission: Submission,
    kind: TaskKind,
    tasks: Sequence[TaskText],
    *,
    curator: User | None = None,
) -> list[CoachingTask]:
    """Write tasks down, each with the help, the owner and the day that are proposed for its criterion.

    :param curator: who sets them, and sees to those that usually need a coach.
    """
    moment = now()
    rows = []
    for task in tasks:
        help_kind = kinds.proposed_for(task.criterion)
        rows.append(
            CoachingTask(
                submission_id=submission.id,
                listing_id=submission.listing_id,
                kind=kind,
                criterion=task.criterion,
                text=task.text[:LONGEST],
                due_on=task.due_on or _proposed_day(session, submission, kind, help_kind),
                help_kind=help_kind.id,
                coach_id=curator.id if curator and help_kind.by_coach else None,
                set_by_id=curator.id if curator else None,
                created_at=moment,
            )
        )
    session.add_all(rows)
    session.flush()
    code = session.get_one(Council, submission.council_id).code
    for row in rows:
        audit.record(
            session, actor, "task.set", row,
            after={"words": row.text, "help": row.help_kind, "due_on": str(row.due_on), "coach": row.coach_id},
            scope=code,
        )  # fmt: skip
    return rows


def _proposed_day(
    session: Session, submission: Submission, kind: TaskKind, help_kind: kinds.HelpKind
) -> date:
    """Give the day that is usual for this help, within the time that the council's rubric gives."""
    procedure = rubrics.of(session, submission).procedure
    most = {
        TaskKind.COACHING: procedure.resubmit_days,
        TaskKind.CONDITION: procedure.condition_days,
        TaskKind.FOLLOW_UP: 2 * help_kind.days,
    }[kind]
    usual = 2 * help_kind.days if kind is TaskKind.FOLLOW_UP else help_kind.days
    return today() + timedelta(days=min(usual, most))


# --- answering -----------------------------------------------------------------------------------------------


def answer(session: Session, actor: Actor, listing_id: int, answers: Mapping[int, str]) -> None:
    """Note what the artisan has done, by task id. :raise NoSuchTask: AnswerRefused: AlreadyDone:"""
    tasks = {task.id: task for task in of_listing(session, listing_id)}
    for task_id, typed in answers.items():
        task = tasks.get(task_id)
        if task is None:
            raise NoSuchTask
        answer_one(session, actor, task, typed)


def answer_one(
    session: Session, actor: Actor, task: CoachingTask, typed: str, changed: Sequence[str] | None = None
) -> None:
    """Note what the artisan has done about one task, and which changes of the listing show it (None: as they were).

    :raise AnswerRefused: without words. :raise AlreadyDone: when the council is content already.
    """
    try:
        text = inputs.text(typed, most=LONGEST, least=3, lines=True)
    except inputs.Unreadable as error:
        raise AnswerRefused(error.message, **error.params) from error
    if not text:
        raise AnswerRefused
    fields = task.changed_fields if changed is None else [field for field in changed if field in LABELS]
    session.flush()
    written = session.execute(
        sa.update(CoachingTask)
        .where(CoachingTask.id == task.id, CoachingTask.state != TaskState.DONE)
        .values(answer=text, answered_at=now(), state=TaskState.ANSWERED, changed_fields=list(fields))
        .returning(CoachingTask.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    before = {"state": task.state, "answer": task.answer}
    session.expire(task, ["answer", "answered_at", "state", "changed_fields"])
    if written is None:
        raise AlreadyDone
    audit.record(
        session, actor, "task.answered", task, before=before,
        after={"state": TaskState.ANSWERED, "answer": text}, scope=scope_of(session, task),
    )  # fmt: skip


def scope_of(session: Session, task: CoachingTask) -> str:
    """Give the code of the council that set a task, in whose history it belongs."""
    code = session.scalar(
        sa.select(Council.code)
        .join(Submission, Submission.council_id == Council.id)
        .where(Submission.id == task.submission_id)
    )
    return code or ""


def check_answered(session: Session, listing_id: int) -> None:
    """Make sure that nothing asked for is left without an answer. :raise StillOpen:"""
    if unanswered(session, listing_id):
        raise StillOpen


def unanswered(session: Session, listing_id: int) -> list[CoachingTask]:
    """Give the tasks that the workshop answers before it sends the piece again."""
    return [task for task in unsettled(session, listing_id) if task.state is TaskState.OPEN]


def settle(session: Session, actor: Actor, listing_id: int, by_id: int | None) -> None:
    """Take every task of a listing as done: a curator has agreed, or has set new ones. Follow-ups go on.

    :param by_id: the curator who decided.
    """
    for task in unsettled(session, listing_id):
        before = task.state
        task.state, task.done_at, task.checked_by_id = TaskState.DONE, now(), by_id
        audit.record(
            session, actor, "task.settled", task,
            before={"state": before}, after={"state": TaskState.DONE}, scope=scope_of(session, task),
        )  # fmt: skip
    session.flush()
