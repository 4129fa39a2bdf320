"""The demonstration's submissions, scores, decisions and coaching tasks, with their audit rows."""

from datetime import datetime, timedelta
from typing import Any

from admin.demo import words
from admin.demo.makers import Maker
from admin.demo.rows import Rows
from catalog.curation import decisions, rubric
from catalog.models import (
    CoachingTask,
    Decision,
    GateCheck,
    Listing,
    ListingState,
    Outcome,
    Score,
    Submission,
    SubmissionState,
    TaskKind,
    TaskState,
)
from shop.models import AuditEntry

OUTCOMES = {
    ListingState.LIVE: Outcome.PASS,
    ListingState.CONDITIONAL: Outcome.CONDITIONS,
    ListingState.COACHING: Outcome.COACHING,
    ListingState.DECLINED: Outcome.DECLINED,
}
MARKS = {
    Outcome.PASS: (5, 4, 4, 4, 4, 4, 4, 4, 4),
    Outcome.CONDITIONS: (4, 4, 3, 2, 4, 3, 3, 3, 4),
    Outcome.COACHING: (3, 2, 3, 2, 3, 3, 2, 3, 3),
    Outcome.DECLINED: (1, 2, 1, 2, 2, 2, 2, 2, 2),
}
"""Marks in the order of the rubric's criteria."""


def judge(
    rows: Rows,
    curators: dict[str, int],
    maker: Maker,
    listing_id: int,
    state: ListingState,
    snapshot: dict[str, Any],
    sent: datetime,
    judged: datetime | None,
) -> None:
    """Collect what the council did with a listing that ended in this state; nothing for a draft."""
    if state is ListingState.DRAFT:
        return
    outcome = OUTCOMES.get(state)
    submission_id = rows.add(
        Submission,
        listing_id=listing_id,
        council_id=maker.place.council_id,
        number=1,
        state=SubmissionState.DECIDED if outcome else SubmissionState.WAITING,
        snapshot=snapshot,
        listing_edits=3,
        declaration=True,
        submitted_by_id=maker.owner_id,
        created_at=sent,
    )
    if outcome is None:
        return
    curator_id = curators.get(maker.place.council_code, curators["*"])
    at = judged or sent + timedelta(hours=20)
    total = _scores(rows, submission_id, curator_id, outcome, at)
    rows.add(
        Decision,
        submission_id=submission_id,
        outcome=outcome,
        total=total,
        reason=words.REASONS[outcome],
        gate="maker_made" if outcome is Outcome.DECLINED else None,
        rubric_version=rubric.shipped().version,
        decided_by_id=curator_id,
        decided_at=at,
    )
    rows.add(
        AuditEntry,
        at=at,
        actor_id=curator_id,
        actor_label="Kurator Peraga",
        ip="",
        request_id="",
        action=f"listing.{decisions.WORDS[outcome]}",
        object_type=Listing.__tablename__,
        object_id=str(listing_id),
        scope=maker.place.council_code,
        before={},
        after={"state": state, "total": total, "reason": words.REASONS[outcome]},
    )
    _tasks(rows, submission_id, listing_id, outcome, at)


def _scores(rows: Rows, submission_id: int, curator_id: int, outcome: Outcome, at: datetime) -> int:
    present = rubric.shipped()
    total = 0
    for criterion, mark in zip(present.criteria, MARKS[outcome], strict=True):
        total += criterion.weight * mark
        rows.add(
            Score,
            submission_id=submission_id,
            curator_id=curator_id,
            criterion=criterion.id,
            value=mark,
            note=words.TASKS.get(criterion.id, "") if mark < rubric.shipped().bar else "",
            rubric_version=present.version,
            updated_at=at,
        )
    for gate in present.gates:
        broken = outcome is Outcome.DECLINED and gate.id == "maker_made"
        rows.add(
            GateCheck, submission_id=submission_id, curator_id=curator_id, gate=gate.id,
            passed=not broken, note=words.REASONS["declined"] if broken else "",
        )  # fmt: skip
    return total // rubric.HIGHEST


def _tasks(rows: Rows, submission_id: int, listing_id: int, outcome: Outcome, at: datetime) -> None:
    if outcome not in {Outcome.COACHING, Outcome.CONDITIONS}:
        return
    kind = TaskKind.COACHING if outcome is Outcome.COACHING else TaskKind.CONDITION
    for criterion, mark in zip(rubric.shipped().criteria, MARKS[outcome], strict=True):
        if mark >= rubric.shipped().bar:
            continue
        rows.add(
            CoachingTask,
            submission_id=submission_id,
            listing_id=listing_id,
            kind=kind,
            criterion=criterion.id,
            text=words.TASKS.get(criterion.id, f"Perbaiki: {criterion.name_id.lower()}."),
            due_on=(at + timedelta(days=30)).date(),
            state=TaskState.OPEN,
            answer="",
            created_at=at,
        )
