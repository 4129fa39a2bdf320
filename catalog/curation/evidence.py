"""Evidence: photographs of what was done about a task, and of papers. Private to the workshop and its council.

An upload is received like every photograph (`catalog.photos.receive`), then attached here. Such pictures are shown
by no listing, so that nothing ever makes them public; who may look is asked at every size.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import councils, photos
from catalog.curation import coaching
from catalog.curation.coaching import AlreadyDone
from catalog.models import (
    CoachingTask,
    Listing,
    Picture,
    Product,
    Submission,
    TaskEvidence,
    TaskState,
)
from catalog.photos import Upload
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, NotFound
from shop.models import User

MOST = 8
"""Photographs of one task."""


class NoSuchEvidence(NotFound):
    """There is no such photograph, or not for this person."""


class TooMany(Conflict):
    """A task has as many photographs as it can hold."""

    message = "A task holds at most %(most)s photographs. Remove one first."


def of_tasks(session: Session, task_ids: list[int]) -> dict[int, list[TaskEvidence]]:
    """Give the photographs of several tasks by task, with their pictures, in the order in which they came."""
    query = (
        sa.select(TaskEvidence)
        .where(TaskEvidence.task_id.in_(task_ids))
        .order_by(TaskEvidence.id)
        .options(joinedload(TaskEvidence.picture))
    )
    found: dict[int, list[TaskEvidence]] = {}
    for row in session.scalars(query):
        found.setdefault(row.task_id, []).append(row)
    return found


def add(
    session: Session, actor: Actor, person: User, task: CoachingTask, upload: Upload, words: str = ""
) -> TaskEvidence:
    """Attach a received photograph to a task; the same one sent again is the one that is there.

    :raise AlreadyDone: when the council has taken the task as done. :raise TooMany:
    """
    _lock(session, task)
    shown = of_tasks(session, [task.id]).get(task.id, [])
    for row in shown:
        if row.picture.digest == upload.digest:
            return row
    if len(shown) >= MOST:
        raise TooMany(most=MOST)
    workshop_id = session.scalars(
        sa.select(Product.workshop_id)
        .join(Listing, Listing.product_id == Product.id)
        .where(Listing.id == task.listing_id)
    ).one()
    picture = photos.keep(session, workshop_id, upload)
    row = TaskEvidence(
        task_id=task.id,
        picture_id=picture.id,
        words=photos.words(words),
        added_by_id=person.id,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "task.evidence_added", task, after={"words": row.words, "picture": picture.id},
        scope=coaching.scope_of(session, task),
    )  # fmt: skip
    return row


def remove(session: Session, actor: Actor, task: CoachingTask, picture_id: int) -> None:
    """Take a photograph away from a task. :raise NoSuchEvidence: AlreadyDone:"""
    _lock(session, task)
    row = session.scalar(
        sa.select(TaskEvidence).where(TaskEvidence.task_id == task.id, TaskEvidence.picture_id == picture_id)
    )
    if row is None:
        raise NoSuchEvidence
    audit.record(
        session, actor, "task.evidence_removed", task,
        before={"words": row.words, "picture": picture_id}, scope=coaching.scope_of(session, task),
    )  # fmt: skip
    session.delete(row)
    session.flush()


def _lock(session: Session, task: CoachingTask) -> None:
    """Let one at a time change what belongs to a task, and only while it is not done."""
    session.flush()
    locked = session.execute(
        sa.update(CoachingTask)
        .where(CoachingTask.id == task.id, CoachingTask.state != TaskState.DONE)
        .values(state=CoachingTask.state)
        .returning(CoachingTask.id)
        .execution_options(synchronize_session=False)
    )
    if locked.scalar() is None:
        raise AlreadyDone


def picture_for_staff(session: Session, person: User, task_id: int, picture_id: int) -> Picture:
    """Give a photograph of a task to the council that set it. :raise NoSuchEvidence: to others."""
    picture = session.scalar(
        sa.select(Picture)
        .join(TaskEvidence, TaskEvidence.picture_id == Picture.id)
        .join(CoachingTask, CoachingTask.id == TaskEvidence.task_id)
        .join(Submission, Submission.id == CoachingTask.submission_id)
        .where(
            CoachingTask.id == task_id,
            Picture.id == picture_id,
            Submission.council_id.in_(councils.ids_of(session, person)),
        )
    )
    if picture is None:
        raise NoSuchEvidence
    return picture
