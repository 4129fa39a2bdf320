"""Time in claims: who has to act until when, one reminder a day before, and what holds when the time is over.

The worker looks every ten minutes; `flask claims look` does it by hand. docs/claims.md has the table.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.claims import answers, arbitration, carrying, finding, letters, returning, states
from checkout.claims.carrying import within
from checkout.models import (
    Claim,
    ClaimParcelState,
    ClaimState,
    ClaimStepKind,
    Order,
    OrderState,
    Remedy,
    Side,
)
from checkout.models.claim import CLOSED, Way
from shop import config, jobs
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import ShopError

log = logging.getLogger(__name__)

SOON = timedelta(days=1)
"""So long before its time is over, a side is reminded."""
MOST = 200
S = ClaimState
WORKER = Actor.system("worker")


def whose_turn(session: Session, claim: Claim) -> Side | None:
    """Say who has to act now; None when only time does."""
    if claim.state in _TURNS:
        return _TURNS[claim.state]
    if claim.state not in (S.AGREED, S.FINAL):
        return None
    parcels = finding.parcels_of(session, claim.id)
    out, back = parcels.get(Way.OUT), parcels.get(Way.BACK)
    if out is not None and out.state is not ClaimParcelState.DROPPED:
        return Side.WORKSHOP if out.state is ClaimParcelState.DUE else Side.BUYER
    waits = back is not None and back.state is ClaimParcelState.DUE
    return returning.sends_back(claim) if waits else Side.WORKSHOP


_TURNS = {
    S.OPENED: Side.WORKSHOP,
    S.ANSWERED: Side.BUYER,
    S.COUNCIL: Side.COUNCIL,
    S.APPEALED: Side.COUNCIL,
}


@jobs.periodic(every=600)
def look() -> int:
    """Remind of claims whose time is nearly over, and do what holds where it is; give how many moved."""
    _end_of_called_off()
    _each(_soon(), _remind)
    return _each(_over(), _time_over)


def _soon() -> sa.Select[Any]:
    moment = now()
    return (
        sa.select(Claim.id)
        .where(
            Claim.state.not_in((*CLOSED, S.DECIDED)),
            Claim.due_at > moment,
            Claim.due_at <= moment + SOON,
            Claim.reminded_for.is_distinct_from(Claim.due_at),
        )
        .order_by(Claim.due_at, Claim.id)
        .limit(MOST)
    )


def _over() -> sa.Select[Any]:
    open_and_over = sa.and_(Claim.state.not_in(CLOSED), Claim.due_at <= now())
    return sa.select(Claim.id).where(open_and_over).order_by(Claim.due_at, Claim.id).limit(MOST)


def _each(query: sa.Select[Any], do: Callable[[Session, Claim], None]) -> int:
    count = 0
    for claim_id in db.session.scalars(query).all():
        try:
            with transaction() as session:
                do(session, session.get_one(Claim, claim_id))
            count += 1
        except (
            ShopError
        ) as refusal:  # somebody acted at this moment, or it cannot be done now: the next look sees
            log.warning("claim not moved", extra={"claim": claim_id, "reason": str(refusal)})
    return count


def _remind(session: Session, claim: Claim) -> None:
    order = states.hold_still(session, claim)
    due = claim.due_at
    if due is None or claim.reminded_for == due or not claim.is_open or due <= now():
        return
    claim.reminded_for = due
    side = whose_turn(session, claim)
    if side is not None:
        letters.tell(session, claim, order, "soon", side)


def _time_over(session: Session, claim: Claim) -> None:
    order = states.hold_still(session, claim)
    if not claim.is_open or claim.due_at is None or claim.due_at > now():
        return
    if claim.state is S.OPENED:
        answers.to_council(session, WORKER, claim, order, Side.SHOP, ClaimStepKind.UNANSWERED)
    elif claim.state is S.ANSWERED and claim.remedy is Remedy.NOTHING:
        carrying.end(session, WORKER, claim, S.LAPSED, Side.SHOP)
        letters.tell(session, claim, order, "lapsed", Side.BUYER, Side.WORKSHOP)
    elif claim.state is S.ANSWERED:
        answers.accept_offer(session, WORKER, claim, turn=claim.turn, side=Side.SHOP)
    elif claim.state is S.DECIDED:
        arbitration.make_final(session, WORKER, claim)
    elif claim.state in (S.COUNCIL, S.APPEALED):
        _officer_late(session, claim, order)
    else:
        returning.time_over(session, WORKER, claim, order)


def _officer_late(session: Session, claim: Claim, order: Order) -> None:
    """Write to the officers again, and give them as many days once more: silence decides nothing."""
    letters.tell(session, claim, order, "late", Side.COUNCIL, Side.BUYER)
    states.postpone(session, claim, within(config.current().claim_council_days))


def _end_of_called_off() -> None:
    """End claims about orders all of whose money went back another way."""
    query = (
        sa.select(Claim.id)
        .join(Order, Order.id == Claim.order_id)
        .where(Claim.state.not_in(CLOSED), Order.state == OrderState.REFUNDED)
        .limit(MOST)
    )
    _each(query, _end)


def _end(session: Session, claim: Claim) -> None:
    order = states.hold_still(session, claim)
    if claim.is_open and order.state is OrderState.REFUNDED:
        carrying.end(session, WORKER, claim, S.LAPSED, Side.SHOP)
        letters.tell(session, claim, order, "lapsed", Side.BUYER, Side.WORKSHOP)
