"""Scoring: one judge's marks and gate answers on one submission, saved as often as they like until they are handed in.

Nobody else reads them before `catalog.curation.panels` shows them, so the audit trail tells how many there are and
not which. Called by the desk and by panels; `catalog.curation.rubric` says what the marks lead to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.curation import rubric, rubrics, submissions
from catalog.models import GateCheck, Judgement, Score, Submission, SubmissionState
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid
from shop.models import User


class MarkRefused(Invalid):
    """A mark is off the scale, or for a criterion or gate that the rubric does not have."""

    message = "Marks go from 1 to 5, on the criteria of the rubric."


class AlreadyHandedIn(Conflict):
    """A sheet that was handed in is not changed any more."""

    message = "Your marks are handed in and cannot be changed any more."


@dataclass(frozen=True, slots=True)
class Sheet:
    """One judge's marks on one submission, as far as they have come."""

    scores: dict[str, int] = field(default_factory=dict)
    score_notes: dict[str, str] = field(default_factory=dict)
    gates: dict[str, bool] = field(default_factory=dict)
    gate_notes: dict[str, str] = field(default_factory=dict)


def sheet(session: Session, submission_id: int, curator_id: int) -> Sheet:
    """Give what a curator has marked so far."""
    scores = session.scalars(
        sa.select(Score).where(Score.submission_id == submission_id, Score.curator_id == curator_id)
    ).all()
    checks = session.scalars(
        sa.select(GateCheck).where(
            GateCheck.submission_id == submission_id, GateCheck.curator_id == curator_id
        )
    ).all()
    return Sheet(
        scores={score.criterion: score.value for score in scores},
        score_notes={score.criterion: score.note for score in scores},
        gates={check.gate: check.passed for check in checks},
        gate_notes={check.gate: check.note for check in checks},
    )


def save(
    session: Session,
    actor: Actor,
    curator: User,
    submission_id: int,
    *,
    scores: Mapping[str, int],
    gates: Mapping[str, bool],
    score_notes: Mapping[str, str] | None = None,
    gate_notes: Mapping[str, str] | None = None,
) -> Submission:
    """Keep a judge's marks; those not named stay as they were.

    :raise catalog.curation.submissions.NoSuchSubmission: outside the curator's councils.
    :raise catalog.curation.submissions.OwnWorkshop: for a member of the workshop.
    :raise catalog.curation.submissions.NotWaiting: after the verdict.
    :raise AlreadyHandedIn: MarkRefused:
    """
    submission = submissions.for_judge(session, curator, submission_id)
    lock(session, submission.id)
    if opened(session, submission.id, curator.id).handed_in_at is not None:
        raise AlreadyHandedIn
    current = rubrics.of(session, submission)
    for key, value in scores.items():
        if current.criterion(key) is None or not rubric.LOWEST <= value <= rubric.HIGHEST:
            raise MarkRefused
    if any(current.gate(key) is None for key in gates):
        raise MarkRefused
    _keep_scores(session, submission.id, curator.id, scores, score_notes or {}, current.version)
    _keep_gates(session, submission.id, curator.id, gates, gate_notes or {})
    audit.record(
        session, actor, "submission.scored", submission,
        after={"marked": len(scores), "answered": len(gates)}, scope=submission.council.code,
    )  # fmt: skip
    return submission


def lock(session: Session, submission_id: int) -> None:
    """Let one judge at a time change a submission: two windows, two judges, or a verdict that is being written.

    :raise catalog.curation.submissions.NotWaiting: after the verdict, or when it was taken back.
    """
    waits = sa.select(Submission.state).where(Submission.id == submission_id).with_for_update()
    if session.scalar(waits) is not SubmissionState.WAITING:
        raise submissions.NotWaiting


def opened(session: Session, submission_id: int, judge_id: int) -> Judgement:
    """Give a judge's sheet, as it is now; begin it where there is none."""
    query = sa.select(Judgement).where(
        Judgement.submission_id == submission_id, Judgement.judge_id == judge_id
    )
    found = session.scalar(query, execution_options={"populate_existing": True})
    if found is None:
        found = Judgement(submission_id=submission_id, judge_id=judge_id, created_at=now())
        session.add(found)
        session.flush()
    return found


def _keep_scores(
    session: Session,
    submission_id: int,
    curator_id: int,
    scores: Mapping[str, int],
    notes: Mapping[str, str],
    version: int,
) -> None:
    query = sa.select(Score).where(Score.submission_id == submission_id, Score.curator_id == curator_id)
    known = {score.criterion: score for score in session.scalars(query)}
    for key, value in scores.items():
        score = known.get(key) or Score(submission_id=submission_id, curator_id=curator_id, criterion=key)
        score.value, score.updated_at = value, now()
        score.rubric_version = version
        score.note = notes.get(key, score.note or "")[:1000]
        session.add(score)


def _keep_gates(
    session: Session, submission_id: int, curator_id: int, gates: Mapping[str, bool], notes: Mapping[str, str]
) -> None:
    query = sa.select(GateCheck).where(
        GateCheck.submission_id == submission_id, GateCheck.curator_id == curator_id
    )
    known = {check.gate: check for check in session.scalars(query)}
    for key, passed in gates.items():
        check = known.get(key) or GateCheck(submission_id=submission_id, curator_id=curator_id, gate=key)
        check.passed, check.note = passed, notes.get(key, check.note or "")[:1000]
        session.add(check)
