"""Checks of rounds of curation: places, ends with their minutes, and the trail of their steps."""

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.curation.round_places import PLACED
from catalog.curation.rounds import STEPS
from catalog.models import Round, RoundEntry, RoundPiece, RoundState, Submission, SubmissionState
from shop.models import AuditEntry

REACHED = {
    RoundState.OPEN: Round.opened_at,
    RoundState.IN_SESSION: Round.started_at,
    RoundState.ENDED: Round.ended_at,
    RoundState.CANCELLED: Round.cancelled_at,
}
"""Steps that a round takes once, and when it took them."""


def places_taken(session: Session) -> Iterator[str]:
    """Find rounds whose count of places is not that of the workshops that hold one."""
    holding = (
        sa.select(sa.func.count())
        .select_from(RoundEntry)
        .where(RoundEntry.round_id == Round.id, RoundEntry.state.in_(PLACED))
        .scalar_subquery()
    )
    query = (
        sa.select(Round.id, Round.taken, holding)
        .where(Round.state != RoundState.CANCELLED, Round.taken != holding)
        .order_by(Round.id)
    )
    for round_id, taken, held in session.execute(query):
        yield f"round {round_id}: {taken} places taken, {held} workshops hold one"


def ended_whole(session: Session) -> Iterator[str]:
    """Find rounds that ended without minutes or with a piece that still waits, and sheets missing from minutes."""
    waiting = (
        sa.select(Submission.id)
        .where(Submission.round_id == Round.id, Submission.state == SubmissionState.WAITING)
        .exists()
    )
    for held, waits in session.execute(sa.select(Round, waiting).where(Round.state == RoundState.ENDED)):
        if held.minutes is None or waits:
            yield f"round {held.id} has ended without minutes, or with a piece that waits"
            continue
        decided = (
            sa.select(sa.func.count())
            .select_from(RoundPiece)
            .join(Submission, Submission.id == RoundPiece.submission_id)
            .where(RoundPiece.round_id == held.id, RoundPiece.carried_over_at.is_(None))
            .where(Submission.state == SubmissionState.DECIDED)
        )
        there, written = session.scalar(decided), sum("outcome" in one for one in held.minutes["pieces"])
        if there != written:
            yield f"round {held.id}: {there} verdicts, {written} in its minutes"


def audited_steps(session: Session) -> Iterator[str]:
    """Find steps of a round that are not in the audit trail once."""
    query = sa.select(AuditEntry.object_id, AuditEntry.action, sa.func.count()).where(
        AuditEntry.object_type == Round.__tablename__
    )
    trail: Counter[tuple[str, str]] = Counter()
    for key, action, count in session.execute(query.group_by(AuditEntry.object_id, AuditEntry.action)):
        trail[key, action] = count
    for state, moment in REACHED.items():
        for round_id in session.scalars(sa.select(Round.id).where(moment.is_not(None)).order_by(Round.id)):
            if trail[str(round_id), STEPS[state]] != 1:
                yield f"round {round_id}: {STEPS[state]} stands {trail[str(round_id), STEPS[state]]} times in the trail"
