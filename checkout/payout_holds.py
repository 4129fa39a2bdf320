"""What holds payouts: finance's own holds, and the orders of open claims and disputes.

`admin.desk.payout_holds` places and lifts the former; the others are asked by `checkout.earnings`.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from checkout import claims, disputes, earnings, payees
from checkout.earnings import Hold
from checkout.models import Order, PayoutHold
from checkout.payees import Payee
from shop import audit
from shop.audit import Actor
from shop.db import insert, now
from shop.errors import Conflict, Invalid, NotFound
from shop.texts import mark

OPEN_CLAIM = mark("A claim about one of its orders is open.")
OPEN_DISPUTE = mark("A buyer's bank asks for the money of one of its orders back.")


class NoSuchHold(NotFound):
    """There is no such hold, or not for this person."""

    message = "There is no such hold."


class HeldAlready(Conflict):
    """One hold of finance stands at a time."""

    message = "Finance holds these payouts already."


class NotHeld(Conflict):
    """The hold was lifted."""

    message = "This hold has been lifted already."


class ReasonMissing(Invalid):
    """A hold has a reason that a workshop can be told."""

    message = "Please say why the payouts are held, in a few words."


@earnings.source
def of_claims(session: Session, payee: Payee) -> Iterator[Hold]:
    """Hold what orders with an open claim have earned."""
    if payee.workshop_id is None:
        return
    numbers = {hold.order_number for hold in claims.holds(session, payee.workshop_id)}
    for order_id in session.scalars(sa.select(Order.id).where(Order.number.in_(numbers)).order_by(Order.id)):
        yield Hold(OPEN_CLAIM, order_id)


@earnings.source
def of_disputes(session: Session, payee: Payee) -> Iterator[Hold]:
    """Hold what orders earned whose payment a buyer's bank is asking back."""
    if payee.workshop_id is None:
        return
    for order_id in disputes.holding(session, payee.workshop_id):
        yield Hold(OPEN_DISPUTE, order_id)


def place(session: Session, actor: Actor, payee: Payee, reason: str) -> PayoutHold:
    """Hold every payout of a payee until somebody lifts it. :raise HeldAlready: :raise ReasonMissing:"""
    words = " ".join(reason.split())[:300]
    if not words:
        raise ReasonMissing
    whose = payees.named(session, payee)
    row = insert(session, PayoutHold).values(
        **payee.columns, reason=words, created_by_id=actor.user_id, created_at=now()
    )
    hold_id = session.scalar(row.on_conflict_do_nothing().returning(PayoutHold.id))
    if hold_id is None:  # the partial unique index
        raise HeldAlready
    hold = session.get_one(PayoutHold, hold_id)
    after = {"name": whose.name, "reason": words}
    audit.record(session, actor, "payout_hold.placed", hold, after=after, scope=whose.council.code)
    return hold


def lift(session: Session, actor: Actor, hold: PayoutHold) -> None:
    """Let payouts go on. :raise NotHeld:"""
    lifted = session.execute(
        sa.update(PayoutHold)
        .where(PayoutHold.id == hold.id, PayoutHold.lifted_at.is_(None))
        .values(lifted_at=now(), lifted_by_id=actor.user_id)
        .returning(PayoutHold.id)
    )
    if lifted.scalar() is None:
        raise NotHeld
    session.refresh(hold)
    whose = payees.named(session, payees.of(hold))
    before = {"name": whose.name, "reason": hold.reason}
    audit.record(session, actor, "payout_hold.lifted", hold, before=before, scope=whose.council.code)


def get(session: Session, hold_id: int) -> PayoutHold:
    """Give a hold. :raise NoSuchHold:"""
    hold = session.get(PayoutHold, hold_id)
    if hold is None:
        raise NoSuchHold
    return hold


def listed(*, lifted: bool = False) -> sa.Select[PayoutHold]:
    """Select holds with whom they are about, the latest first."""
    return (
        sa.select(PayoutHold)
        .options(
            joinedload(PayoutHold.workshop),
            joinedload(PayoutHold.council),
            joinedload(PayoutHold.created_by),
            joinedload(PayoutHold.lifted_by),
        )
        .where(PayoutHold.lifted_at.is_not(None) if lifted else PayoutHold.lifted_at.is_(None))
        .order_by(PayoutHold.id.desc())
    )
