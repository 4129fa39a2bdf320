"""Coaching: what must improve, criterion by criterion, and what the artisan answers.

Tasks are set by a decision (`catalog.curation.decisions`), answered in the studio, settled by the next decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import CoachingTask, Submission, TaskKind, TaskState
from shop import inputs
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound

LONGEST = 1000


class NoSuchTask(NotFound):
    """There is no such task, or not for this listing."""


class AnswerRefused(Invalid):
    """An answer must say something."""

    message = "Please say in a sentence or two what you have done."


class StillOpen(Conflict):
    """Every coaching task needs an answer before the listing is sent again."""

    message = "Please answer every task before you send the piece again."


@dataclass(frozen=True, slots=True)
class TaskText:
    """What a curator asks for: a criterion or gate, in words, with a date where one helps."""

    criterion: str
    text: str
    due_on: date | None = None


def of_listing(session: Session, listing_id: int) -> list[CoachingTask]:
    """Give every task ever set for a listing, the latest decision's first."""
    query = (
        sa.select(CoachingTask)
        .where(CoachingTask.listing_id == listing_id)
        .order_by(CoachingTask.submission_id.desc(), CoachingTask.id)
    )
    return list(session.scalars(query))


def unsettled(session: Session, listing_id: int) -> list[CoachingTask]:
    """Give the tasks that no curator has settled yet."""
    return [task for task in of_listing(session, listing_id) if task.state is not TaskState.DONE]


def set_tasks(
    session: Session, submission: Submission, kind: TaskKind, tasks: Sequence[TaskText]
) -> list[CoachingTask]:
    """Write tasks down for the artisan."""
    rows = [
        CoachingTask(
            submission_id=submission.id,
            listing_id=submission.listing_id,
            kind=kind,
            criterion=task.criterion,
            text=task.text[:LONGEST],
            due_on=task.due_on,
            created_at=now(),
        )
        for task in tasks
    ]
    session.add_all(rows)
    session.flush()
    return rows


def answer(session: Session, listing_id: int, answers: Mapping[int, str]) -> None:
    """Note what the artisan has done, by task id. :raise NoSuchTask: AnswerRefused:"""
    tasks = {task.id: task for task in unsettled(session, listing_id)}
    for task_id, typed in answers.items():
        task = tasks.get(task_id)
        if task is None:
            raise NoSuchTask
        try:
            text = inputs.text(typed, most=LONGEST, least=3, lines=True)
        except inputs.Unreadable as error:
            raise AnswerRefused(error.message, **error.params) from error
        if not text:
            raise AnswerRefused
        task.answer, task.answered_at, task.state = text, now(), TaskState.ANSWERED
    session.flush()


def check_answered(session: Session, listing_id: int) -> None:
    """Make sure that nothing asked for is left without an answer. :raise StillOpen:"""
    if any(task.state is TaskState.OPEN for task in unsettled(session, listing_id)):
        raise StillOpen


def settle(session: Session, listing_id: int) -> None:
    """Take every task of a listing as done: a curator has agreed, or has set new ones."""
    session.execute(
        sa.update(CoachingTask)
        .where(CoachingTask.listing_id == listing_id, CoachingTask.state != TaskState.DONE)
        .values(state=TaskState.DONE, done_at=now())
    )
