"""The states of a claim and their moves: one conditional UPDATE, one audit row and one step for all to read.

Called by the other modules of this room, with the order's row taken first (`orders.lock`). docs/claims.md tells who
makes which move.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council
from checkout import orders
from checkout.models import Claim, ClaimState, ClaimStep, ClaimStepKind, Order, Remedy, Side
from checkout.models.claim import CLOSED
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict

S = ClaimState
MOVES: dict[ClaimState, frozenset[ClaimState]] = {
    S.OPENED: frozenset({S.ANSWERED, S.AGREED, S.COUNCIL, S.WITHDRAWN, S.LAPSED}),
    S.ANSWERED: frozenset({S.AGREED, S.COUNCIL, S.WITHDRAWN, S.LAPSED}),
    S.COUNCIL: frozenset({S.AGREED, S.DECIDED, S.FINAL, S.WITHDRAWN, S.LAPSED}),
    S.DECIDED: frozenset({S.APPEALED, S.FINAL, S.LAPSED}),
    S.APPEALED: frozenset({S.FINAL, S.LAPSED}),
    S.AGREED: frozenset({S.DONE, S.COUNCIL, S.LAPSED}),
    S.FINAL: frozenset({S.DONE, S.COUNCIL, S.LAPSED}),
    S.DONE: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.LAPSED: frozenset(),
}
"""The allowed moves; docs/claims.md says who makes them."""


class ClaimMoved(Conflict):
    """The claim is not as the page showed it."""

    message = "This claim has changed in the meantime. Please look at it again."


def hold_still(session: Session, claim: Claim, turn: int | None = None) -> Order:
    """Take a claim's order for the rest of this transaction and read the claim again.

    :param turn: `Claim.turn` as the page showed it. :raise ClaimMoved: when somebody was faster.
    """
    order = orders.lock(session, claim.order_id)
    session.refresh(claim)
    if turn is not None and claim.turn != turn:
        raise ClaimMoved
    return order


def move(
    session: Session,
    actor: Actor,
    claim: Claim,
    to: ClaimState,
    *,
    due_at: datetime | None = None,
    **values: object,
) -> None:
    """Move a claim to another state, with its audit row in its council's history. :raise ClaimMoved:"""
    before, turn = claim.state, claim.turn
    if to not in MOVES[before]:
        raise ClaimMoved
    closed = now() if to in CLOSED else None
    session.flush()
    moved = session.execute(
        sa.update(Claim)
        .where(Claim.id == claim.id, Claim.state == before, Claim.turn == turn)
        .values(state=to, turn=turn + 1, due_at=due_at, closed_at=closed, **values)
        .returning(Claim.id)
        .execution_options(synchronize_session=False)
    )
    if moved.scalar() is None:
        raise ClaimMoved
    session.refresh(claim)
    told = {name: value for name, value in values.items() if name in _TOLD and value}
    record(session, actor, f"claim.{to}", claim, before={"state": before}, after={"state": to, **told})


_TOLD = {"remedy", "amount", "payer"}


def postpone(session: Session, claim: Claim, due_at: datetime | None) -> None:
    """Give a claim that stays in its state another deadline, for the next side to act. Needs `hold_still`."""
    session.flush()
    session.execute(
        sa.update(Claim)
        .where(Claim.id == claim.id)
        .values(due_at=due_at, turn=Claim.turn + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(claim)


def record(
    session: Session,
    actor: Actor,
    action: str,
    claim: Claim,
    *,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    """Write one audit row of a claim, in its council's history."""
    scope = session.scalar(sa.select(Council.code).where(Council.id == claim.council_id)) or ""
    audit.record(session, actor, action, claim, before=before, after=after, scope=scope)


def step(
    session: Session,
    claim: Claim,
    actor: Actor,
    side: Side,
    kind: ClaimStepKind,
    words: str = "",
    *,
    remedy: Remedy | None = None,
    amount: int = 0,
    payer: str = "",
) -> None:
    """Add to a claim's story what somebody did or said."""
    session.add(
        ClaimStep(
            claim_id=claim.id, at=now(), side=side, by_id=actor.user_id, kind=kind, words=words,
            remedy=remedy, amount=amount, payer=payer,
        )
    )  # fmt: skip
    session.flush()


def said_last(session: Session, claim: Claim, actor: Actor, side: Side, words: str) -> bool:
    """Say whether the last thing in a claim's story is just this, said by the same side: a button pressed twice."""
    query = sa.select(ClaimStep).where(ClaimStep.claim_id == claim.id).order_by(ClaimStep.id.desc())
    last = session.scalars(query.limit(1)).first()
    mine = (ClaimStepKind.SAID, side, actor.user_id, words)
    return last is not None and (last.kind, last.side, last.by_id, last.words) == mine
