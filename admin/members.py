"""What a change of membership means beyond the catalogue: buyers with open orders are told, in the same transaction.

Called by the desk; the worker's periodic work on memberships (reminders, lapses) stands here too, because it has the
same consequences.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans
from catalog.curation import bars, membership_letters, memberships
from catalog.models import (
    CouncilRules,
    Membership,
    MembershipState,
    Renewal,
    Workshop,
    WorkshopState,
)
from checkout import letters
from shop import jobs
from shop.audit import Actor
from shop.db import db, transaction

WORKER = Actor.system("memberships")


def suspend(session: Session, actor: Actor, membership: Membership, reason: str) -> None:
    """Suspend a member, and tell buyers whose parcels are still to come. :raise memberships.NotPossibleNow:"""
    memberships.suspend(session, actor, membership, reason)
    _tell_buyers(session, membership.workshop_id)


def end(session: Session, actor: Actor, membership: Membership, reason: str) -> None:
    """End a membership for good, and tell buyers whose parcels are still to come."""
    memberships.end(session, actor, membership, reason)
    _tell_buyers(session, membership.workshop_id)


def lapse(session: Session, actor: Actor, membership: Membership) -> None:
    """Let a membership lapse, and tell buyers whose parcels are still to come."""
    memberships.lapse(session, actor, membership)
    _tell_buyers(session, membership.workshop_id)


def _tell_buyers(session: Session, workshop_id: int) -> None:
    """Tell them only when nothing of the workshop is on sale any more: it may be another council's member too."""
    if session.get_one(Workshop, workshop_id).state is WorkshopState.SUSPENDED:
        letters.workshop_away(session, workshop_id)


def set_workshop(session: Session, actor: Actor, workshop: Workshop, to: WorkshopState, reason: str) -> None:
    """Suspend or readmit a workshop: through its membership where it has one, else by itself.

    :raise artisans.NotPossibleNow: :raise memberships.NotPossibleNow: :raise memberships.NeedsRenewal:
    """
    found = memberships.of_workshop(session, workshop.id, workshop.council_id)
    off = to is WorkshopState.SUSPENDED
    if found is not None and off and found.state is MembershipState.ACTIVE:
        suspend(session, actor, found, reason)
    elif found is not None and not off and found.state is MembershipState.SUSPENDED:
        memberships.readmit(session, actor, found, reason)
    elif found is not None and not off and found.state is MembershipState.LAPSED:
        raise memberships.NeedsRenewal
    else:
        artisans.move(session, actor, workshop, to, reason)
        if off:
            letters.workshop_away(session, workshop.id)


# --- what the worker does ------------------------------------------------------------------------------------------


@jobs.periodic(every=3600)
def lapse_overdue() -> int:
    """Let memberships lapse whose term and grace are over and whose renewal nobody asked for; give how many."""
    count = 0
    for membership_id in overdue(db.session()):
        with transaction() as session:
            membership = session.get_one(Membership, membership_id)
            if membership.renewal is Renewal.ASKED or membership.ends_on >= memberships.today():
                continue
            try:
                lapse(session, WORKER, membership)
                count += 1
            except memberships.NotPossibleNow:  # an officer was quicker
                continue
    return count


def overdue(session: Session) -> list[int]:
    """Name the memberships that are to lapse. Who has asked in time stays until the council has answered."""
    day = memberships.today()
    rows = session.execute(
        sa.select(Membership.id, Membership.ends_on, CouncilRules.content)
        .outerjoin(CouncilRules, CouncilRules.council_id == Membership.council_id)
        .where(
            Membership.state == MembershipState.ACTIVE,
            Membership.ends_on < day,
            Membership.renewal != Renewal.ASKED,
        )
        .order_by(Membership.id)
    )
    return [
        membership_id
        for membership_id, ends_on, content in rows
        if ends_on + timedelta(days=bars.read(content or {}).grace_days) < day
    ]


@jobs.periodic(every=3600)
def remind_ending() -> int:
    """Remind workshops whose term ends in 90, 30 or 7 days and who have not asked for renewal; give how many."""
    day = memberships.today()
    due = sa.or_(
        *(
            sa.and_(
                Membership.ends_on <= day + timedelta(days=step),
                sa.or_(Membership.reminded.is_(None), Membership.reminded > step),
            )
            for step in memberships.REMINDERS
        )
    )
    query = sa.select(Membership.id).where(
        Membership.state == MembershipState.ACTIVE,
        Membership.renewal == Renewal.NONE,
        Membership.ends_on >= day,
        due,
    )
    count = 0
    for membership_id in list(db.session.scalars(query.order_by(Membership.id))):
        with transaction() as session:
            membership = session.get_one(Membership, membership_id)
            left = (membership.ends_on - day).days
            steps = [step for step in memberships.REMINDERS if left <= step]
            if not steps or (membership.reminded is not None and membership.reminded <= min(steps)):
                continue
            membership.reminded = min(steps)
            membership_letters.remind(session, membership, min(steps))
            count += 1
    return count
