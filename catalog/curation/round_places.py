"""Places of a round: an application that ends, its pieces going back, the next in line moving up, the letters.

Called by `round_entries`, `round_checks`, `rounds`' steps at the desk; who calls holds the round's row.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import artisans
from catalog.curation import submissions
from catalog.models import (
    EntryState,
    Round,
    RoundEntry,
    RoundPiece,
    RoundState,
    Submission,
    SubmissionState,
)
from shop import audit, mail
from shop.audit import Actor

PLACED = (EntryState.APPLIED, EntryState.ASKED, EntryState.ADMITTED)
"""States that hold a place."""
ACTIVE = (*PLACED, EntryState.WAITING)
WORDS = {
    EntryState.ADMITTED: "entry.admitted",
    EntryState.ASKED: "entry.asked",
    EntryState.REFUSED: "entry.refused",
    EntryState.WITHDRAWN: "entry.withdrawn",
}
"""How the audit trail calls what becomes of an application."""


def pieces(session: Session, entry_ids: Sequence[int]) -> dict[int, list[RoundPiece]]:
    """Give the pieces that stand behind applications and have not been taken back, with their submissions."""
    query = (
        sa.select(RoundPiece)
        .join(Submission, Submission.id == RoundPiece.submission_id)
        .where(RoundPiece.entry_id.in_(entry_ids), Submission.state != SubmissionState.WITHDRAWN)
        .order_by(RoundPiece.id)
        .options(joinedload(RoundPiece.submission).joinedload(Submission.listing))
    )
    found: dict[int, list[RoundPiece]] = {key: [] for key in entry_ids}
    for piece in session.scalars(query):
        found[piece.entry_id].append(piece)
    return found


def leave(session: Session, actor: Actor, held: Round, entry: RoundEntry, to: EntryState) -> None:
    """Let an application end; its pieces go back to the workshop and its place to the next in line."""
    before = entry.state
    entry.state = to
    session.flush()
    give_back(session, actor, entry)
    audit.record(
        session, actor, WORDS[to], entry,
        after={"reason": entry.note} if entry.note else {}, scope=held.council.code,
    )  # fmt: skip
    if before in PLACED:
        session.execute(sa.update(Round).where(Round.id == held.id).values(taken=Round.taken - 1))
    move_up(session, actor, held)


def give_back(session: Session, actor: Actor, entry: RoundEntry) -> None:
    """Give the pieces of an application that still wait back to their workshop, to be written on."""
    for piece in pieces(session, [entry.id])[entry.id]:
        if piece.submission.state is SubmissionState.WAITING:
            submissions.withdraw(session, actor, piece.submission.listing)


def move_up(session: Session, actor: Actor, held: Round) -> int:
    """Give places that are free to the first of the waiting list, while the round has not begun; say how many."""
    moved = 0
    session.refresh(held, ["taken", "capacity", "state"])
    if held.state not in {RoundState.OPEN, RoundState.CLOSED}:
        return 0
    line = (
        sa.select(RoundEntry)
        .where(RoundEntry.round_id == held.id, RoundEntry.state == EntryState.WAITING)
        .order_by(RoundEntry.applied_at, RoundEntry.id)
    )
    for entry in session.scalars(line).all():
        placed = session.execute(
            sa.update(Round)
            .where(Round.id == held.id, Round.taken < Round.capacity)
            .values(taken=Round.taken + 1)
            .returning(Round.id)
        ).scalar()
        if placed is None:
            break
        entry.state = EntryState.APPLIED
        moved += 1
        audit.record(
            session, actor, "entry.moved_up", entry,
            scope=held.council.code,
        )  # fmt: skip
        tell(session, held, entry)
    session.refresh(held, ["taken"])
    return moved


def tell(session: Session, held: Round, entry: RoundEntry) -> None:
    """Promise a letter about an application to every member of its workshop."""
    state = "cancelled" if held.state is RoundState.CANCELLED else entry.state.value
    for member in artisans.members(session, entry.workshop_id):
        mail.queue(
            session,
            to=member.email,
            template="round_entry",
            locale=member.locale,
            context={
                "name": member.name,
                "round": held.name_en if member.locale == "en" and held.name_en else held.name_id,
                "council": held.council.name,
                "state": state,
                "words": held.cancel_reason if state == "cancelled" else entry.note,
                "round_id": held.id,
            },
        )
