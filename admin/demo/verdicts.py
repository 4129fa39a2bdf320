"""The demonstration's submissions, scores, decisions and coaching tasks, with their audit rows."""

from datetime import datetime, timedelta
from typing import Any

from admin.demo import words
from admin.demo.makers import Maker
from admin.demo.rows import Rows
from catalog.curation import decisions, kinds, rubric
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
COACHED_FIRST = {ListingState.LIVE: 11, ListingState.SUBMITTED: 3}
"""Of so many pieces one came back with tasks before it was sent again."""


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
    curator_id = curators.get(maker.place.council_code, curators["*"])
    coached = state in COACHED_FIRST and listing_id % COACHED_FIRST[state] == 0
    if coached:
        _first_try(rows, curator_id, maker, listing_id, snapshot, sent, settled=outcome is not None)
    submission_id = rows.add(
        Submission,
        listing_id=listing_id,
        council_id=maker.place.council_id,
        number=2 if coached else 1,
        state=SubmissionState.DECIDED if outcome else SubmissionState.WAITING,
        snapshot=snapshot,
        listing_edits=3,
        declaration=True,
        submitted_by_id=maker.owner_id,
        created_at=sent,
    )
    if outcome is None:
        return
    at = judged or sent + timedelta(hours=20)
    _decide(rows, curator_id, maker, listing_id, submission_id, state, outcome, at)
    _tasks(rows, submission_id, listing_id, outcome, at)


def _first_try(
    rows: Rows,
    curator_id: int,
    maker: Maker,
    listing_id: int,
    snapshot: dict[str, Any],
    sent: datetime,
    *,
    settled: bool,
) -> None:
    """Collect an earlier submission that came back with tasks, which the workshop has answered since."""
    before, at = sent - timedelta(days=34), sent - timedelta(days=31)
    submission_id = rows.add(
        Submission,
        listing_id=listing_id,
        council_id=maker.place.council_id,
        number=1,
        state=SubmissionState.DECIDED,
        snapshot=snapshot | {"care": "Cuci biasa.", "story": snapshot["story"].partition(". ")[0] + "."},
        listing_edits=2,
        declaration=True,
        submitted_by_id=maker.owner_id,
        created_at=before,
    )
    state = ListingState.COACHING
    _decide(rows, curator_id, maker, listing_id, submission_id, state, Outcome.COACHING, at)
    checked = {"state": TaskState.DONE, "done_at": sent, "checked_by_id": curator_id} if settled else {}
    answered = {"state": TaskState.ANSWERED, "answered_at": sent - timedelta(days=2), "answer": words.ANSWER}
    _tasks(rows, submission_id, listing_id, Outcome.COACHING, at, **answered | checked)


def _decide(
    rows: Rows,
    curator_id: int,
    maker: Maker,
    listing_id: int,
    submission_id: int,
    state: ListingState,
    outcome: Outcome,
    at: datetime,
) -> None:
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


def _tasks(
    rows: Rows, submission_id: int, listing_id: int, outcome: Outcome, at: datetime, **answered: Any
) -> None:
    if outcome not in {Outcome.COACHING, Outcome.CONDITIONS}:
        return
    kind = TaskKind.COACHING if outcome is Outcome.COACHING else TaskKind.CONDITION
    for criterion, mark in zip(rubric.shipped().criteria, MARKS[outcome], strict=True):
        if mark >= rubric.shipped().bar:
            continue
        told = {"state": TaskState.OPEN, "answer": ""} | answered
        rows.add(
            CoachingTask,
            submission_id=submission_id,
            listing_id=listing_id,
            kind=kind,
            criterion=criterion.id,
            text=words.TASKS.get(criterion.id, f"Perbaiki: {criterion.name_id.lower()}."),
            due_on=(at + timedelta(days=30)).date(),
            help_kind=kinds.proposed_for(criterion.id).id,
            created_at=at,
            **told,
        )
