"""Scoring: one curator's marks and gate answers on one submission, saved as often as they like until the verdict.

Called by the desk; `catalog.curation.rubric` says what the marks lead to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.curation import rubric, rubrics, submissions
from catalog.models import GateCheck, Score, Submission, SubmissionState
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Invalid
from shop.models import User


class MarkRefused(Invalid):
    """A mark is off the scale, or for a criterion or gate that the rubric does not have."""

    message = "Marks go from 1 to 5, on the criteria of the rubric."


@dataclass(frozen=True, slots=True)
class Sheet:
    """One curator's marks on one submission, as far as they have come."""

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
    """Keep a curator's marks; those not named stay as they were.

    :raise catalog.curation.submissions.NoSuchSubmission: outside the curator's councils.
    :raise catalog.curation.submissions.OwnWorkshop: for a member of the workshop.
    :raise catalog.curation.submissions.NotWaiting: after the verdict.
    :raise MarkRefused:
    """
    submission = submissions.for_judge(session, curator, submission_id)
    # One after the other: the same curator in two windows, or a verdict that is being written.
    lock = sa.select(Submission.state).where(Submission.id == submission.id).with_for_update()
    if session.scalar(lock) is not SubmissionState.WAITING:
        raise submissions.NotWaiting
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
        after={"scores": dict(scores), "gates": dict(gates)}, scope=submission.council.code,
    )  # fmt: skip
    return submission


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
