"""Checks of buyers' claims: money once, parcels held, other officers on appeal, history, private photographs, time."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from catalog.models import Picture, WorkshopMember
from checkout.claims.states import MOVES
from checkout.models import (
    Claim,
    ClaimPhoto,
    ClaimState,
    Credit,
    Order,
    OrderState,
    Remedy,
    Shipment,
    Side,
)
from checkout.models.claim import CLOSED
from shop.db import now
from shop.models import AuditEntry

GRACE = timedelta(hours=1)
MONEY = (Remedy.PART, Remedy.REFUND)


def money_once(session: Session) -> Iterator[str]:
    """Find claims that ended with money that did not go back, and money of claims that no claim tells of."""
    without = (
        sa.select(Claim.id, Claim.remedy)
        .join(Order, Order.id == Claim.order_id)
        .where(
            Claim.state == ClaimState.DONE,
            Claim.remedy.in_(MONEY),
            Claim.credit_id.is_(None),
            Order.state != OrderState.REFUNDED,
        )
    )
    for claim_id, remedy in session.execute(without):
        yield f"claim {claim_id} ended with {remedy} and gave nothing back"
    other = (
        sa.select(Claim.id, Credit.key)
        .join(Credit, Credit.id == Claim.credit_id)
        .where(
            sa.or_(Credit.key != "claim:" + sa.cast(Claim.id, sa.String), Credit.order_id != Claim.order_id)
        )
    )
    for claim_id, key in session.execute(other):
        yield f"claim {claim_id} names the credit {key}"
    named = sa.select(Claim.credit_id).where(Claim.credit_id.is_not(None))
    loose = sa.select(Credit.key).where(Credit.key.startswith("claim:"), Credit.id.not_in(named))
    for key in session.scalars(loose):
        yield f"credit {key} belongs to no claim"


def parcels_held(session: Session) -> Iterator[str]:
    """Find parcels that were accepted while a claim about them was open."""
    during = sa.and_(
        Shipment.received_at > Claim.opened_at,
        sa.or_(Claim.closed_at.is_(None), Shipment.received_at < Claim.closed_at),
    )
    rows = session.execute(
        sa.select(Claim.id, Shipment.id).join(Shipment, Shipment.id == Claim.shipment_id).where(during)
    )
    for claim_id, shipment_id in rows:
        yield f"parcel {shipment_id} was accepted while claim {claim_id} was open"


def free_officers(session: Session) -> Iterator[str]:
    """Find claims that a member of the workshop decided, or one officer twice."""
    member = sa.exists().where(
        WorkshopMember.workshop_id == Claim.workshop_id,
        sa.or_(WorkshopMember.user_id == Claim.decided_by_id, WorkshopMember.user_id == Claim.final_by_id),
    )
    for claim_id in session.scalars(sa.select(Claim.id).where(member)):
        yield f"claim {claim_id} was decided by a member of its workshop"
    twice = sa.select(Claim.id).where(Claim.final_by_id == Claim.decided_by_id)
    for claim_id in session.scalars(twice):
        yield f"claim {claim_id}: one officer judged the first time and the appeal"


def history_leads_there(session: Session) -> Iterator[str]:
    """Find claims whose state is not the last that their history tells of."""
    actions = [f"claim.{state}" for state in MOVES]
    latest = (
        sa.select(AuditEntry.object_id, sa.func.max(AuditEntry.id).label("id"))
        .where(AuditEntry.object_type == "claims", AuditEntry.action.in_(actions))
        .group_by(AuditEntry.object_id)
        .subquery()
    )
    entry = aliased(AuditEntry)
    rows = session.execute(
        sa.select(Claim.id, Claim.state, entry.action)
        .outerjoin(latest, latest.c.object_id == sa.cast(Claim.id, sa.String))
        .outerjoin(entry, entry.id == latest.c.id)
    )
    for claim_id, state, action in rows:
        if action != f"claim.{state}":
            yield f"claim {claim_id} is {state}, its history ends with {action}"


def acceptances_hold(session: Session) -> Iterator[str]:
    """Find sides that accepted a decision and appealed, and decisions that both accepted and that still wait."""
    for side, accepted in (
        (Side.BUYER, Claim.buyer_accepted_at),
        (Side.WORKSHOP, Claim.workshop_accepted_at),
    ):
        both = sa.select(Claim.id).where(accepted.is_not(None), Claim.appealed_by == side)
        for claim_id in session.scalars(both.where(Claim.appealed_at >= accepted)):
            yield f"claim {claim_id}: the {side} accepted the decision, and asked another officer"
    waiting = sa.select(Claim.id).where(
        Claim.state == ClaimState.DECIDED,
        Claim.buyer_accepted_at.is_not(None),
        Claim.workshop_accepted_at.is_not(None),
    )
    for claim_id in session.scalars(waiting):
        yield f"claim {claim_id} was accepted by both, and still waits"


def private_photographs(session: Session) -> Iterator[str]:
    """Find photographs of claims that a listing could show, or that are another workshop's."""
    query = (
        sa.select(Picture.id)
        .join(ClaimPhoto, ClaimPhoto.picture_id == Picture.id)
        .join(Claim, Claim.id == ClaimPhoto.claim_id)
        .where(sa.or_(~Picture.of_council, Picture.public, Picture.workshop_id != Claim.workshop_id))
    )
    for picture_id in session.scalars(query):
        yield f"picture {picture_id} of a claim is not kept apart"


def in_time(session: Session) -> Iterator[str]:
    """Find open claims whose time was over an hour ago and that nothing has moved."""
    query = sa.select(Claim.id, Claim.state).where(
        Claim.state.not_in(CLOSED), sa.or_(Claim.due_at.is_(None), Claim.due_at < now() - GRACE)
    )
    for claim_id, state in session.execute(query):
        yield f"claim {claim_id} is {state} and its time is over"
