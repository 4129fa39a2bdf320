"""Follow-ups: what a piece that passed can still become better in. They hold up no sale and no later version.

Called by `decisions` when a piece passes, and by the desk for what a curator adds in their own words.
"""

from datetime import date
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.curation import coaching, mentoring, rubrics
from catalog.curation.coaching import TaskText
from catalog.curation.rubric import Rubric, Scores
from catalog.models import CoachingTask, ListingState, Score, Submission, TaskKind, TaskState
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict
from shop.models import User

GOOD = 4
"""A criterion that passed under this mark becomes a follow-up (our own proposal)."""


class NotPassed(Conflict):
    """A follow-up is for a piece that passed."""

    message = "A plan of what comes next is for a piece that has passed."


def proposed(rubric: Rubric, scores: Scores, locale: str) -> list[TaskText]:
    """Word what a piece that passed can still become better in: the anchor of a 4, for each criterion under it."""
    return [
        TaskText(criterion.id, criterion.anchors(locale)[GOOD])
        for criterion in rubric.criteria
        if scores.get(criterion.id, GOOD) < GOOD
    ]


def marks_of(session: Session, submission_id: int) -> dict[str, Fraction]:
    """Give the mean mark of each criterion over everybody who marked a submission."""
    query = (
        sa.select(Score.criterion, sa.func.sum(Score.value), sa.func.count())
        .where(Score.submission_id == submission_id)
        .group_by(Score.criterion)
    )
    return {criterion: Fraction(total, count) for criterion, total, count in session.execute(query)}


def begin(session: Session, actor: Actor, curator: User, submission: Submission) -> list[CoachingTask]:
    """Set the follow-ups of a piece that passes now, in the language of the member who sent it; again, nothing."""
    already = session.scalars(
        sa.select(CoachingTask.criterion).where(
            CoachingTask.submission_id == submission.id, CoachingTask.kind == TaskKind.FOLLOW_UP
        )
    ).all()
    submitter = session.get_one(User, submission.submitted_by_id)
    found = proposed(rubrics.of(session, submission), marks_of(session, submission.id), submitter.locale)
    wanted = [task for task in found if task.criterion not in already]
    return coaching.set_tasks(session, actor, submission, TaskKind.FOLLOW_UP, wanted, curator=curator)


def add(
    session: Session,
    actor: Actor,
    curator: User,
    submission_id: int,
    criterion: str,
    words: str,
    due_on: date | None = None,
) -> CoachingTask:
    """Add a follow-up in a curator's own words.

    :raise NotPassed: unless the piece is on sale. :raise catalog.curation.mentoring.WordsMissing:
    :raise catalog.curation.submissions.NoSuchSubmission: OwnWorkshop:
    """
    submission = mentoring.submission_of(session, curator, submission_id)
    if submission.listing.state is not ListingState.LIVE:
        raise NotPassed
    text = mentoring.readable(words)
    if not text:
        raise mentoring.WordsMissing
    task = TaskText(criterion, text, due_on)
    (row,) = coaching.set_tasks(session, actor, submission, TaskKind.FOLLOW_UP, [task], curator=curator)
    return row


def drop(session: Session, actor: Actor, curator: User, task_id: int, reason: str) -> None:
    """Take a follow-up back that is not needed any more, with the reason.

    :raise catalog.curation.mentoring.ChangedSince: when it is done already, or no follow-up. :raise WordsMissing:
    """
    case = mentoring.for_coach(session, curator, task_id)
    text = mentoring.readable(reason)
    if not text:
        raise mentoring.WordsMissing
    dropped = session.execute(
        sa.update(CoachingTask)
        .where(
            CoachingTask.id == task_id,
            CoachingTask.kind == TaskKind.FOLLOW_UP,
            CoachingTask.state != TaskState.DONE,
        )
        .values(state=TaskState.DONE, done_at=now(), checked_by_id=curator.id, coach_words=text)
        .returning(CoachingTask.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if dropped is None:
        raise mentoring.ChangedSince
    before = case.task.state
    session.expire(case.task)
    audit.record(
        session, actor, "task.dropped", case.task, before={"state": before},
        after={"state": TaskState.DONE, "reason": text}, scope=case.council.code,
    )  # fmt: skip
