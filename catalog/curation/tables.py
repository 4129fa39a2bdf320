"""The table of a round: which pieces lie on it and in what order, who has come, how the day begins and ends.

Called by the desk. Marks and verdicts are those of `panels` and `decisions`; here is only where a piece lies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.curation import minutes, panels, rounds, seats
from catalog.curation import round_places as places
from catalog.models import (
    Craft,
    Decision,
    EntryState,
    Listing,
    Outcome,
    Panel,
    PanelStage,
    Product,
    Regency,
    Round,
    RoundEntry,
    RoundPiece,
    RoundState,
    Submission,
    SubmissionState,
    Workshop,
)
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict
from shop.models import User

DAY = (RoundState.CLOSED, RoundState.IN_SESSION)


class StillToCheck(Conflict):
    """A round begins when every application is answered."""

    message = "Some applications are not answered yet. Admit or refuse them first."


class EmptyTable(Conflict):
    """A round needs pieces."""

    message = "No piece is on the table. Admit a workshop first."


class NobodyThere(Conflict):
    """A round begins with two judges at least."""

    message = "Mark the judges who are there first: a panel needs two at least."


class Undecided(Conflict):
    """A round ends when every piece is decided or carried over."""

    message = "%(count)s pieces have no verdict yet. Decide them, or carry them over to continuous curation."


@dataclass(frozen=True, slots=True)
class TablePiece:
    """One piece on the table."""

    id: int
    number: int
    submission_id: int
    entry_id: int
    title: str
    workshop_id: int
    workshop_name: str
    maker_name: str
    regency_code: str
    regency_name: str
    craft_id: int
    name_id: str
    """The craft's name in Indonesian, as `|name` of a template reads it."""
    name_en: str
    state: SubmissionState
    present: bool
    """Whether its workshop has come."""
    carried_over: bool
    sheets: tuple[int, int]
    """How many are in, and how many the verdict needs."""
    stage: PanelStage
    outcome: Outcome | None


def pieces(session: Session, round_id: int, *, carried_over: bool = True) -> list[TablePiece]:
    """Give the pieces of the workshops that were admitted, by their number on the table."""
    condition = [
        RoundPiece.round_id == round_id,
        RoundEntry.state == EntryState.ADMITTED,
        Submission.state != SubmissionState.WITHDRAWN,
    ]
    if not carried_over:
        condition.append(RoundPiece.carried_over_at.is_(None))
    query = (
        sa.select(
            RoundPiece,
            RoundEntry,
            Submission,
            Listing.title,
            Workshop,
            Regency,
            Craft,
            Panel,
            Decision.outcome,
        )
        .join(RoundEntry, RoundEntry.id == RoundPiece.entry_id)
        .join(Submission, Submission.id == RoundPiece.submission_id)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .join(Regency, Regency.code == Workshop.regency_code)
        .join(Craft, Craft.id == Listing.craft_id)
        .outerjoin(Panel, Panel.submission_id == Submission.id)
        .outerjoin(Decision, Decision.submission_id == Submission.id)
        .where(*condition)
        .order_by(sa.func.coalesce(RoundPiece.number, 1_000_000), RoundPiece.id)
        .execution_options(populate_existing=True)
    )
    return [
        TablePiece(
            id=piece.id,
            number=piece.number or number,
            submission_id=submission.id,
            entry_id=entry.id,
            title=submission.snapshot.get("title") or title,
            workshop_id=workshop.id,
            workshop_name=workshop.name,
            maker_name=workshop.maker_name,
            regency_code=regency.code,
            regency_name=regency.name,
            craft_id=craft.id,
            name_id=craft.name_id,
            name_en=craft.name_en,
            state=submission.state,
            present=entry.present_at is not None,
            carried_over=piece.carried_over_at is not None,
            sheets=_sheets(panel),
            stage=_stage(submission, panel),
            outcome=outcome,
        )
        for number, (piece, entry, submission, title, workshop, regency, craft, panel, outcome) in enumerate(
            session.execute(query), start=1
        )
    ]


def _sheets(panel: Panel | None) -> tuple[int, int]:
    return (0, 0) if panel is None else (panel.handed_in, panel.needed)


def _stage(submission: Submission, panel: Panel | None) -> PanelStage:
    if submission.state is SubmissionState.DECIDED:
        return PanelStage.DECIDED
    return panel.stage if panel is not None else PanelStage.JUDGING


# --- order and attendance ----------------------------------------------------------------------------------------


def order(session: Session, actor: Actor, held: Round, wanted: Mapping[int, int]) -> None:
    """Put the table in order: by the numbers wanted for pieces by id, the others after them, counted from 1.

    :raise catalog.curation.rounds.NotNow: before applications are closed and after the round.
    """
    fresh = rounds.locked(session, held.id)
    if fresh.state not in {RoundState.OPEN, *DAY}:
        raise rounds.NotNow
    lying = pieces(session, held.id)
    last = len(lying) + 1
    sorted_ids = [
        one.id for one in sorted(lying, key=lambda one: (wanted.get(one.id, last), one.number, one.id))
    ]
    if sorted_ids == [one.id for one in lying] and all(_numbered(session, held.id)):
        return
    _number(session, held.id, sorted_ids)
    audit.record(
        session, actor, "round.table_ordered", held, after={"number": len(sorted_ids)}, scope=fresh.council.code
    )  # fmt: skip


def _numbered(session: Session, round_id: int) -> list[bool]:
    query = (
        sa.select(RoundPiece.number)
        .join(RoundEntry, RoundEntry.id == RoundPiece.entry_id)
        .where(RoundPiece.round_id == round_id, RoundEntry.state == EntryState.ADMITTED)
    )
    return [number is not None for number in session.scalars(query)]


def _number(session: Session, round_id: int, ids: Sequence[int]) -> None:
    rows = session.scalars(sa.select(RoundPiece).where(RoundPiece.round_id == round_id).with_for_update())
    known = {row.id: row for row in rows}
    for row in known.values():
        row.number = None
    for number, key in enumerate(ids, start=1):
        known[key].number = number
    session.flush()


def mark_present(session: Session, actor: Actor, held: Round, entry_id: int, *, present: bool) -> None:
    """Say that a workshop has come, or has not. :raise catalog.curation.rounds.NotNow:"""
    fresh = rounds.locked(session, held.id)
    if fresh.state not in DAY:
        raise rounds.NotNow
    moved: RoundEntry | None = session.scalar(
        sa.update(RoundEntry)
        .where(
            RoundEntry.id == entry_id,
            RoundEntry.round_id == held.id,
            RoundEntry.state == EntryState.ADMITTED,
            RoundEntry.present_at.is_(None) if present else RoundEntry.present_at.is_not(None),
        )
        .values(present_at=now() if present else None)
        .returning(RoundEntry),
        execution_options={"populate_existing": True},
    )
    if moved is None:
        return  # it says so already
    word = "entry.present" if present else "entry.absent"
    audit.record(session, actor, word, moved, scope=fresh.council.code)


# --- the day begins and ends ---------------------------------------------------------------------------------------


def start(session: Session, actor: Actor, held: Round) -> None:
    """Begin the session: the panel judges. Who still waits for a place gets the pieces back.

    :raise StillToCheck: EmptyTable: NobodyThere: catalog.curation.rounds.NotNow:
    """
    fresh = rounds.locked(session, held.id)
    if fresh.state is not RoundState.CLOSED:
        raise rounds.NotNow
    if len(seats.judging(session, held.id)) < panels.FEWEST:
        raise NobodyThere
    entries = session.scalars(
        sa.select(RoundEntry)
        .where(RoundEntry.round_id == held.id)
        .order_by(RoundEntry.id)
        .options(joinedload(RoundEntry.workshop))
    ).all()
    if any(entry.state in {EntryState.APPLIED, EntryState.ASKED} for entry in entries):
        raise StillToCheck
    lying = pieces(session, held.id)
    if not lying:
        raise EmptyTable
    for entry in entries:
        if entry.state is EntryState.WAITING:
            entry.state = EntryState.LEFT_OUT
            places.give_back(session, actor, entry)
            audit.record(
                session, actor, "entry.left_out", entry,
                scope=fresh.council.code,
            )  # fmt: skip
            places.tell(session, fresh, entry)
    _number(session, held.id, [one.id for one in lying])
    rounds.move(session, actor, held, [RoundState.CLOSED], RoundState.IN_SESSION, started_at=now())
    restage(session, held.id)


def restage(session: Session, round_id: int) -> None:
    """Let every piece of a round that waits know how many sheets it needs."""
    session.flush()
    waiting = (
        sa.select(Submission)
        .where(Submission.round_id == round_id, Submission.state == SubmissionState.WAITING)
        .order_by(Submission.id)
        .with_for_update()
    )
    for submission in session.scalars(waiting).all():
        panels.restage(session, submission)


def carry_over(session: Session, actor: Actor, held: Round, piece_ids: Sequence[int]) -> int:
    """Let pieces without a verdict leave the round for continuous curation; say how many did."""
    fresh = rounds.locked(session, held.id)
    if fresh.state is not RoundState.IN_SESSION:
        raise rounds.NotNow
    query = (
        sa.select(RoundPiece)
        .where(
            RoundPiece.round_id == held.id, RoundPiece.id.in_(piece_ids), RoundPiece.carried_over_at.is_(None)
        )
        .order_by(RoundPiece.id)
    )
    count = 0
    for piece in session.scalars(query).all():
        left = session.execute(
            sa.update(Submission)
            .where(
                Submission.id == piece.submission_id,
                Submission.round_id == held.id,
                Submission.state == SubmissionState.WAITING,
            )
            .values(round_id=None)
            .returning(Submission)
            .execution_options(populate_existing=True)
        ).scalar()
        if left is None:
            continue  # decided a moment ago
        piece.carried_over_at = now()
        count += 1
        audit.record(
            session, actor, "submission.carried_over", left, before={"name": held.name_id}, scope=fresh.council.code
        )  # fmt: skip
        panels.restage(session, left)
    return count


def end(session: Session, actor: Actor, officer: User, held: Round) -> None:
    """End the round, and write its minutes down for good. :raise Undecided: catalog.curation.rounds.NotNow:"""
    fresh = rounds.locked(session, held.id)
    if fresh.state is not RoundState.IN_SESSION:
        raise rounds.NotNow
    waiting = (
        sa.select(Submission.id)
        .where(Submission.round_id == held.id, Submission.state == SubmissionState.WAITING)
        .with_for_update()
    )
    count = len(session.scalars(waiting).all())
    if count:
        raise Undecided(count=count)
    moment: datetime = now()
    written: dict[str, Any] = minutes.compose(session, fresh, officer.name, moment)
    rounds.move(
        session, actor, held, [RoundState.IN_SESSION], RoundState.ENDED, ended_at=moment, minutes=written
    )


def cancel(session: Session, actor: Actor, held: Round, reason: str) -> None:
    """Call a round off before it begins: every piece goes back to its workshop, with a letter.

    :raise catalog.curation.rounds.ReasonMissing: catalog.curation.rounds.NotNow:
    """
    said = " ".join(reason.split())[:1000]
    if not said:
        raise rounds.ReasonMissing
    fresh = rounds.locked(session, held.id)
    origins = [RoundState.OPEN, RoundState.CLOSED]
    rounds.move(
        session, actor, fresh, origins, RoundState.CANCELLED, cancelled_at=now(), cancel_reason=said, taken=0
    )
    entries = session.scalars(
        sa.select(RoundEntry)
        .where(RoundEntry.round_id == held.id, RoundEntry.state.in_(places.ACTIVE))
        .order_by(RoundEntry.id)
    )
    for entry in entries.all():
        places.give_back(session, actor, entry)
        places.tell(session, fresh, entry)
