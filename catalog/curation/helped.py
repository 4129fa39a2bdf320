"""What helped: for each kind of help, how many tasks were followed by a pass, and by better marks. Read-only.

Only marks of submissions that were decided are counted, so that nothing of a running panel is seen. Called by the
desk.
"""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from catalog.curation import kinds
from catalog.curation.kinds import HelpKind
from catalog.models import (
    ClinicGuest,
    CoachingTask,
    Decision,
    Outcome,
    Score,
    Submission,
    SubmissionState,
    TaskKind,
    TaskState,
)


@dataclass(frozen=True, slots=True)
class Helped:
    """One kind of help in figures."""

    kind: HelpKind
    tasks: int
    answered: int
    """With an answer, checked or not."""
    judged: int
    """Followed by another verdict on the same piece."""
    better: int
    """…with a higher mark in the same criterion."""
    passed: int
    """…that was a pass, also one with conditions that were met."""
    before: Fraction | None
    after: Fraction | None
    """Mean mark of the criterion in the verdict that set the task and in the next one, over those judged again."""
    in_clinic: int
    """Taken to a clinic that the workshop came to."""


def figures(session: Session, council_ids: Collection[int]) -> list[Helped]:
    """Give every kind of help that was given, in the order of the kinds."""
    rows = session.execute(_tasks(council_ids)).all()
    found = []
    for kind in kinds.every():
        mine = [row for row in rows if row.help_kind == kind.id]
        if not mine:
            continue
        again = [row for row in mine if row.next_id is not None]
        marked = [row for row in again if row.old is not None and row.new is not None]
        found.append(
            Helped(
                kind=kind,
                tasks=len(mine),
                answered=sum(row.state is not TaskState.OPEN and bool(row.answer) for row in mine),
                judged=len(again),
                better=sum(row.new > row.old for row in marked),
                passed=sum(bool(row.passed) for row in again),
                before=_mean([row.old for row in marked]),
                after=_mean([row.new for row in marked]),
                in_clinic=sum(bool(row.came) for row in mine),
            )
        )
    return found


def _mean(marks: list[float]) -> Fraction | None:
    return (
        sum((Fraction(mark).limit_denominator(100) for mark in marks), Fraction(0)) / len(marks)
        if marks
        else None
    )


def _tasks(
    council_ids: Collection[int],
) -> sa.Select[tuple[str, TaskState, str, int | None, float | None, float | None, bool, bool]]:
    """Select tasks with the next decided submission of their piece, and the marks before and after."""
    later = aliased(Submission)
    following = (
        sa.select(sa.func.min(later.id))
        .where(
            later.listing_id == CoachingTask.listing_id,
            later.id > CoachingTask.submission_id,
            later.state == SubmissionState.DECIDED,
        )
        .correlate(CoachingTask)
        .scalar_subquery()
    )
    base = (
        sa.select(
            CoachingTask.id,
            CoachingTask.help_kind,
            CoachingTask.state,
            CoachingTask.answer,
            CoachingTask.criterion,
            CoachingTask.submission_id,
            CoachingTask.clinic_id,
            following.label("next_id"),
        )
        .join(Submission, Submission.id == CoachingTask.submission_id)
        .where(CoachingTask.kind != TaskKind.FOLLOW_UP, Submission.council_id.in_(council_ids))
        .subquery()
    )

    def mark(submission_id: sa.ColumnElement[int]) -> sa.ScalarSelect[float]:
        return (
            sa.select(sa.cast(sa.func.avg(Score.value * 1.0), sa.Float))
            .where(Score.submission_id == submission_id, Score.criterion == base.c.criterion)
            .correlate(base)
            .scalar_subquery()
        )

    favourable = sa.or_(
        Decision.outcome == Outcome.PASS,
        sa.and_(Decision.outcome == Outcome.CONDITIONS, Decision.conditions_met_at.is_not(None)),
    )
    passed = sa.exists().where(Decision.submission_id == base.c.next_id, favourable).correlate(base)
    came = (
        sa.exists()
        .where(ClinicGuest.clinic_id == base.c.clinic_id, ClinicGuest.came.is_(True))
        .correlate(base)
    )
    return sa.select(
        base.c.help_kind,
        base.c.state,
        base.c.answer,
        base.c.next_id,
        mark(base.c.submission_id).label("old"),
        mark(base.c.next_id).label("new"),
        passed.label("passed"),
        came.label("came"),
    )
