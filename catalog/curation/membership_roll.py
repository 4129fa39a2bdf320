"""The roll: reading memberships, by number for anybody, by workshop for its people, by council for its officers.

`verified` is all that the public may know of a number. Nothing here changes anything.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import councils
from catalog.models import (
    Council,
    Craft,
    Membership,
    MembershipCraft,
    MembershipEvent,
    MembershipState,
    Regency,
    Renewal,
    Workshop,
    WorkshopState,
)
from shop.errors import NotFound
from shop.models import AuditEntry, User

_TYPED = re.compile(r"([0-9]{2})\.?([0-9]{2})?[-–—/. ]+([0-9]{4})[-–—/. ]+0*([1-9][0-9]{0,5})", re.ASCII)


class NoSuchMembership(NotFound):
    """There is no such membership, or not for this person."""

    message = "No membership has this number."


def read_number(typed: str) -> str | None:
    """Give a number as it is written, from how people type it; None for what cannot be one."""
    found = _TYPED.fullmatch(" ".join(typed.split()))
    if found is None:
        return None
    return f"{found[1]}{found[2] or ''}-{found[3]}-{int(found[4]):04d}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What anybody may know of a number. Of who is no member now, no name."""

    number: str
    state: MembershipState
    since: date
    ends_on: date
    renewal: Renewal
    council_name: str
    council_slug: str
    workshop_name: str
    workshop_slug: str
    crafts: tuple[Craft, ...]

    @property
    def holds(self) -> bool:
        """Whether it is a member now."""
        return self.state is MembershipState.ACTIVE


def verified(session: Session, number: str) -> Verified:
    """Give the present state of a number in public words. :raise NoSuchMembership:"""
    row = session.execute(
        sa.select(Membership, Council.name, Council.slug, Workshop)
        .join(Council, Council.id == Membership.council_id)
        .join(Workshop, Workshop.id == Membership.workshop_id)
        .where(Membership.number == number)
    ).first()
    if row is None:
        raise NoSuchMembership
    membership, council_name, council_slug, workshop = row
    state = membership.state
    if workshop.state is WorkshopState.SUSPENDED and state is MembershipState.ACTIVE:
        state = MembershipState.SUSPENDED  # by another council: it is off the shop all the same
    holds = state is MembershipState.ACTIVE and workshop.live_name is not None
    return Verified(
        number=membership.number,
        state=state,
        since=membership.since,
        ends_on=membership.ends_on,
        renewal=membership.renewal,
        council_name=council_name,
        council_slug=council_slug,
        workshop_name=workshop.live_name or "" if holds else "",
        workshop_slug=workshop.slug if holds else "",
        crafts=tuple(crafts(session, membership.id)) if holds else (),
    )


def crafts(session: Session, membership_id: int) -> Sequence[Craft]:
    """Give what a membership covers, the first craft first."""
    return session.scalars(
        sa.select(Craft)
        .join(MembershipCraft, MembershipCraft.craft_id == Craft.id)
        .where(MembershipCraft.membership_id == membership_id)
        .order_by(MembershipCraft.since, Craft.name_id)
    ).all()


def shown(session: Session, workshop_id: int) -> Membership | None:
    """Give the membership that a workshop's public page names: the active one that began last."""
    return session.scalar(
        sa.select(Membership)
        .where(Membership.workshop_id == workshop_id, Membership.state == MembershipState.ACTIVE)
        .order_by(Membership.since.desc(), Membership.id.desc())
        .limit(1)
    )


def of_workshop(session: Session, workshop_id: int) -> list[Membership]:
    """Give every membership of a workshop with its council, those that are not over first."""
    over = Membership.state == MembershipState.ENDED
    query = sa.select(Membership).where(Membership.workshop_id == workshop_id)
    query = query.order_by(over, Membership.id.desc()).options(joinedload(Membership.council))
    return list(session.scalars(query))


def of_member(session: Session, workshop_id: int, membership_id: int) -> Membership:
    """Give a membership to somebody of its workshop. :raise NoSuchMembership:"""
    return _one(session, Membership.id == membership_id, Membership.workshop_id == workshop_id)


def for_staff(session: Session, person: User, membership_id: int) -> Membership:
    """Give a membership to an officer of its council. :raise NoSuchMembership: to others."""
    mine = councils.ids_of(session, person)
    return _one(session, Membership.id == membership_id, Membership.council_id.in_(mine))


def _one(session: Session, *conditions: sa.ColumnElement[bool]) -> Membership:
    workshop = joinedload(Membership.workshop)
    found = session.scalar(
        sa.select(Membership)
        .where(*conditions)
        .options(
            joinedload(Membership.council),
            workshop.joinedload(Workshop.craft),
            workshop.joinedload(Workshop.regency).joinedload(Regency.province),
        )
    )
    if found is None:
        raise NoSuchMembership
    return found


def history(session: Session, membership_id: int) -> list[MembershipEvent]:
    """Give what has happened to a membership, the latest first."""
    query = sa.select(MembershipEvent).where(MembershipEvent.membership_id == membership_id)
    query = query.order_by(MembershipEvent.id.desc()).options(joinedload(MembershipEvent.craft))
    return list(session.scalars(query))


def was_resting(session: Session, workshop_id: int) -> bool:
    """Say whether a workshop rested by its own wish when it was taken off last: coming back, it goes on resting."""
    before = session.scalar(
        sa.select(AuditEntry.before)
        .where(
            AuditEntry.object_type == Workshop.__tablename__,
            AuditEntry.object_id == str(workshop_id),
            AuditEntry.action == "workshop.suspended",
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return (before or {}).get("state") == WorkshopState.PAUSED
