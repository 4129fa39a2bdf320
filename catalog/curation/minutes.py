"""The minutes of a round, as data: who sat, what lay on the table, every mark and verdict; and the numbers of the day.

`compose` is called once, when a round ends (`catalog.curation.tables.end`); what it gives is kept with the round and
never changes. The desk sets it as a paper. `figures` counts the same for a round that is still running.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.curation import panels, rubrics
from catalog.curation.rubric import Rubric
from catalog.models import (
    CoachingTask,
    Council,
    Craft,
    Decision,
    EntryState,
    Interest,
    Listing,
    Regency,
    Round,
    RoundEntry,
    RoundPiece,
    RoundSeat,
    Submission,
    SubmissionState,
    TaskKind,
    Workshop,
    WorkshopMember,
)
from catalog.models import Product as Piece
from shop.models import User

COUNTED = (
    "applied",
    "admitted",
    "present",
    "pieces",
    "pass",
    "conditions",
    "coaching",
    "declined",
    "carried_over",
)
"""What is counted, in this order: workshops, then pieces by their verdict."""


def compose(session: Session, held: Round, written_by: str, at: datetime) -> dict[str, Any]:
    """Give everything that the minutes of a round say, as JSON."""
    rubric = rubrics.by_id(session, held.rubric_id)
    entries = _entries(session, held.id)
    pieces = _pieces(session, held.id, with_sheets=True)
    return {
        "round": {
            "id": held.id,
            "name_id": held.name_id,
            "name_en": held.name_en or held.name_id,
            "council": held.council.name,
            "place": held.place,
            "online": held.online,
            "capacity": held.capacity,
            "first_on": held.first_on.isoformat(),
            "last_on": held.last_on.isoformat(),
            "apply_by": held.apply_by.isoformat(),
            **{
                name: _moment(getattr(held, name))
                for name in ("opened_at", "closed_at", "started_at")
            },
        },
        "rubric": _rubric(session, rubric),
        "panel": _panel(session, held.id),
        "interests": _interests(session, held.id),
        "entries": entries,
        "pieces": pieces,
        "written_by": written_by,
        "ended_at": at.isoformat(),
    }  # fmt: skip


def _moment(value: datetime | None) -> str:
    return value.isoformat() if value else ""


def _rubric(session: Session, rubric: Rubric) -> dict[str, Any]:
    council = session.scalar(sa.select(Council.name).where(Council.code == rubric.council))
    return {
        "version": rubric.version,
        "council": council or "",
        "pass_total": rubric.pass_total,
        "conditions_total": rubric.conditions_total,
        "criteria": [
            {"id": one.id, "name_id": one.name_id, "name_en": one.name_en, "weight": one.weight}
            for one in rubric.criteria
        ],
        "gates": [{"id": gate.id, "text_id": gate.text_id, "text_en": gate.text_en} for gate in rubric.gates],
    }


def _panel(session: Session, round_id: int) -> list[dict[str, Any]]:
    query = (
        sa.select(RoundSeat, User.name)
        .join(User, User.id == RoundSeat.person_id)
        .where(RoundSeat.round_id == round_id)
        .order_by(RoundSeat.id)
    )
    ranks = ["chair", "judge", "guest"]
    rows = [
        {
            "name": name,
            "office": seat.office.value,
            "present_at": _moment(seat.present_at),
            "left_at": _moment(seat.left_at),
        }
        for seat, name in session.execute(query)
    ]
    return sorted(rows, key=lambda row: ranks.index(row["office"]))


def _interests(session: Session, round_id: int) -> list[dict[str, Any]]:
    """Give what the panel has declared about workshops of the round, and who belongs to one of them."""
    seated = sa.select(RoundSeat.person_id).where(RoundSeat.round_id == round_id)
    entered = sa.select(RoundEntry.workshop_id).where(RoundEntry.round_id == round_id)
    declared = session.execute(
        sa.select(Interest, User.name, Workshop.name)
        .join(User, User.id == Interest.person_id)
        .join(Workshop, Workshop.id == Interest.workshop_id)
        .where(Interest.person_id.in_(seated), Interest.workshop_id.in_(entered), Interest.ended_at.is_(None))
        .order_by(Interest.id)
    )
    rows = [
        {"judge": judge, "workshop": workshop, "kind": one.kind.value, "at": _moment(one.declared_at)}
        for one, judge, workshop in declared
    ]
    members = session.execute(
        sa.select(User.name, Workshop.name)
        .select_from(WorkshopMember)
        .join(User, User.id == WorkshopMember.user_id)
        .join(Workshop, Workshop.id == WorkshopMember.workshop_id)
        .where(WorkshopMember.user_id.in_(seated), WorkshopMember.workshop_id.in_(entered))
        .order_by(WorkshopMember.id)
    )
    return rows + [{"judge": judge, "workshop": one, "kind": "member", "at": ""} for judge, one in members]


def _entries(session: Session, round_id: int) -> list[dict[str, Any]]:
    query = (
        sa.select(RoundEntry, Workshop, Regency, Craft)
        .join(Workshop, Workshop.id == RoundEntry.workshop_id)
        .join(Regency, Regency.code == Workshop.regency_code)
        .join(Craft, Craft.id == Workshop.craft_id)
        .where(RoundEntry.round_id == round_id)
        .order_by(RoundEntry.applied_at, RoundEntry.id)
        .execution_options(populate_existing=True)
    )
    return [
        {
            "workshop_id": workshop.id,
            "workshop": workshop.name,
            "maker": workshop.maker_name,
            "regency_code": regency.code,
            "regency": regency.name,
            "craft_id": craft.name_id,
            "craft_en": craft.name_en,
            "state": entry.state.value,
            "present_at": _moment(entry.present_at),
            "reason": entry.note if entry.state is EntryState.REFUSED else "",
        }
        for entry, workshop, regency, craft in session.execute(query)
    ]


def _pieces(session: Session, round_id: int, *, with_sheets: bool) -> list[dict[str, Any]]:
    query = (
        sa.select(RoundPiece, Submission, Workshop, Regency, Craft, Decision, User.name)
        .join(RoundEntry, RoundEntry.id == RoundPiece.entry_id)
        .join(Submission, Submission.id == RoundPiece.submission_id)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Piece, Piece.id == Listing.product_id)
        .join(Workshop, Workshop.id == Piece.workshop_id)
        .join(Regency, Regency.code == Workshop.regency_code)
        .join(Craft, Craft.id == Listing.craft_id)
        .outerjoin(Decision, Decision.submission_id == Submission.id)
        .outerjoin(User, User.id == Decision.decided_by_id)
        .where(
            RoundPiece.round_id == round_id,
            RoundEntry.state == EntryState.ADMITTED,
            Submission.state != SubmissionState.WITHDRAWN,
        )
        .order_by(RoundPiece.number, RoundPiece.id)
        .options(joinedload(RoundPiece.submission))
        .execution_options(populate_existing=True)
    )
    rows = []
    for piece, submission, workshop, regency, craft, decision, decided_by in session.execute(query).all():
        row: dict[str, Any] = {
            "number": piece.number,
            "title": submission.snapshot.get("title") or "",
            "workshop": workshop.name,
            "regency_code": regency.code,
            "regency": regency.name,
            "craft_id": craft.name_id,
            "craft_en": craft.name_en,
            "carried_over": piece.carried_over_at is not None,
        }
        if piece.carried_over_at is None:
            row |= _verdict(session, submission, decision, decided_by)
        if with_sheets and piece.carried_over_at is None:
            row |= _sheets(session, submission)
        rows.append(row)
    return rows


def _verdict(
    session: Session, submission: Submission, decision: Decision | None, decided_by: str | None
) -> dict[str, Any]:
    """Give the verdict on a piece; what happens after it has left the round belongs to continuous curation."""
    if decision is None:
        return {}
    return {
        "outcome": decision.outcome.value,
        "total": decision.total,
        "reason": decision.reason,
        "gate": decision.gate or "",
        "decided_by": decided_by or "",
        "decided_at": _moment(decision.decided_at),
        "conditions": _conditions(session, submission.id),
    }


def _conditions(session: Session, submission_id: int) -> list[dict[str, str]]:
    query = (
        sa.select(CoachingTask)
        .where(CoachingTask.submission_id == submission_id, CoachingTask.kind == TaskKind.CONDITION)
        .order_by(CoachingTask.id)
    )
    return [
        {"text": task.text, "due_on": task.due_on.isoformat() if task.due_on else ""}
        for task in session.scalars(query)
    ]


def _sheets(session: Session, submission: Submission) -> dict[str, Any]:
    """Give every judge's marks on a piece, and what they found together where they differed."""
    found = panels.of(session, submission)
    names = {one.judge_id: one.judge for one in found.handed_in}
    note = found.note
    return {
        "sheets": [
            {
                "judge": one.judge,
                "at": one.at.isoformat(),
                "scores": dict(one.sheet.scores),
                "gates": dict(one.sheet.gates),
            }
            for one in found.handed_in
        ],
        "discussion": note.text if note else "",
        "signed": [names[key] for key in sorted(found.signed) if key in names],
    }


# --- numbers -----------------------------------------------------------------------------------------------------


Line = dict[str, int]


def figures(session: Session, held: Round) -> dict[str, Any]:
    """Count workshops and pieces of a round: all, by craft, by regency. From the minutes, once they are written."""
    if held.minutes is not None:
        return counted(held.minutes)
    return _count(_entries(session, held.id), _pieces(session, held.id, with_sheets=False))


def counted(written: dict[str, Any]) -> dict[str, Any]:
    """Count what minutes say."""
    return _count(written["entries"], written["pieces"])


def _count(entries: Sequence[dict[str, Any]], pieces: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "all": _line(entries, pieces),
        "craft": _by(entries, pieces, "craft_id"),
        "craft_en": {row["craft_id"]: row["craft_en"] for row in (*entries, *pieces)},
        "regency": _by(entries, pieces, "regency"),
    }


def _by(entries: Iterable[dict[str, Any]], pieces: Iterable[dict[str, Any]], field: str) -> dict[str, Line]:
    rows = (list(entries), list(pieces))
    names = sorted({row[field] for part in rows for row in part})
    return {name: _line(*([row for row in part if row[field] == name] for part in rows)) for name in names}


def _line(entries: Sequence[dict[str, Any]], pieces: Sequence[dict[str, Any]]) -> Line:
    outcomes = Counter(piece.get("outcome", "") for piece in pieces)
    return {
        "applied": sum(entry["state"] != EntryState.WITHDRAWN for entry in entries),
        "admitted": sum(entry["state"] == EntryState.ADMITTED for entry in entries),
        "present": sum(bool(entry["present_at"]) for entry in entries),
        "pieces": len(pieces),
        **{name: outcomes[name] for name in ("pass", "conditions", "coaching", "declined")},
        "carried_over": sum(piece["carried_over"] for piece in pieces),
    }
