"""Artisans and their workshops: founding one, its profile, its members, its rest and its suspension.

Called by the studio (members) and by the desk (council). What the public reads of a profile are the `live_…`
copies, which move only with an approved listing.
"""

import secrets
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import changes, councils, slugs, wall
from catalog.models import (
    Council,
    Craft,
    District,
    Regency,
    Workshop,
    WorkshopMember,
    WorkshopState,
)
from shop import accounts, audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound
from shop.models import Role, User


class NoSuchWorkshop(NotFound):
    """There is no such workshop, or not for this person."""


class ProfileRefused(Invalid):
    """A place or craft of the profile does not exist."""

    message = "Please choose craft, regency and district from the lists."


class NotPossibleNow(Conflict):
    """The workshop is not in a state that allows this."""

    message = "The workshop cannot be changed that way now. Please look again."


@dataclass(frozen=True, slots=True)
class Profile:
    """What an artisan says about the workshop."""

    name: str
    maker_name: str
    craft_id: int
    regency_code: str
    village: str = ""
    about: str = ""
    district_code: str | None = None
    address: str = ""
    postal_code: str = ""
    phone: str = ""
    since_year: int | None = None


def found(session: Session, actor: Actor, person: User, profile: Profile) -> Workshop:
    """Open a workshop with its first member, who becomes an artisan; the regency's council will judge it.

    :raise ProfileRefused: when craft or place is not in the lists.
    """
    _check(session, profile)
    council = councils.for_regency(session, profile.regency_code)
    hidden = slugs.UNPUBLISHED + secrets.token_hex(16)  # a name that no curator has read has no address
    workshop = Workshop(slug=hidden, council_id=council.id, created_at=now(), **asdict(profile))
    session.add(workshop)
    session.flush()
    add_member(session, actor, workshop, person)
    audit.record(
        session, actor, "workshop.founded", workshop,
        after={"name": profile.name, "regency": profile.regency_code}, scope=council.code,
    )  # fmt: skip
    return workshop


def _check(session: Session, profile: Profile) -> None:
    district = profile.district_code
    fine = (
        session.get(Craft, profile.craft_id) is not None
        and session.get(Regency, profile.regency_code) is not None
        and (not district or district.startswith(profile.regency_code + "."))
        and (not district or session.get(District, district) is not None)
    )
    if not fine:
        raise ProfileRefused


def update(session: Session, actor: Actor, workshop: Workshop, profile: Profile) -> None:
    """Save the profile; the public keeps reading what was approved last. Moving house may change the council.

    :raise ProfileRefused:
    """
    _check(session, profile)
    wanted = asdict(profile)
    before = {name: getattr(workshop, name) for name in wanted}
    changed = [name for name, value in wanted.items() if before[name] != value]
    for name in changed:
        setattr(workshop, name, wanted[name])
    if "regency_code" in changed:
        workshop.council_id = councils.for_regency(session, profile.regency_code).id
    if changed:
        audit.record(
            session, actor, "workshop.changed", workshop,
            before={name: before[name] for name in changed}, after={name: wanted[name] for name in changed},
        )  # fmt: skip


def add_member(session: Session, actor: Actor, workshop: Workshop, person: User) -> None:
    """Let a person act for the workshop; again, it changes nothing."""
    known = session.scalar(
        sa.select(WorkshopMember.id).where(
            WorkshopMember.workshop_id == workshop.id, WorkshopMember.user_id == person.id
        )
    )
    if known is not None:
        return
    session.add(WorkshopMember(workshop_id=workshop.id, user_id=person.id, created_at=now()))
    accounts.grant(session, actor, person, Role.ARTISAN)
    audit.record(session, actor, "workshop.member_added", workshop, after={"user": person.id})


def of_user(session: Session, user_id: int) -> Workshop | None:
    """Give the workshop of a person (the first, if there are several) with council, craft and place."""
    places = (joinedload(Workshop.regency).joinedload(Regency.province), joinedload(Workshop.district))
    return session.scalars(
        sa.select(Workshop)
        .join(WorkshopMember, WorkshopMember.workshop_id == Workshop.id)
        .where(WorkshopMember.user_id == user_id)
        .options(joinedload(Workshop.council), joinedload(Workshop.craft), *places)
        .order_by(Workshop.id)
        .limit(1)
    ).first()


def members(session: Session, workshop_id: int) -> list[User]:
    """Give everybody who belongs to a workshop."""
    query = (
        sa.select(User)
        .join(WorkshopMember, WorkshopMember.user_id == User.id)
        .where(WorkshopMember.workshop_id == workshop_id)
        .order_by(User.id)
    )
    return list(session.scalars(query))


def is_member(session: Session, workshop_id: int, user_id: int) -> bool:
    """Say whether a person belongs to a workshop."""
    query = sa.select(WorkshopMember.id).where(
        WorkshopMember.workshop_id == workshop_id, WorkshopMember.user_id == user_id
    )
    return session.scalar(query) is not None


def for_staff(session: Session, person: User, workshop_id: int) -> Workshop:
    """Give a workshop of a staff member's councils. :raise NoSuchWorkshop: for others."""
    workshop = session.scalar(
        sa.select(Workshop)
        .where(Workshop.id == workshop_id, Workshop.council_id.in_(councils.ids_of(session, person)))
        .options(
            joinedload(Workshop.council),
            joinedload(Workshop.craft),
            joinedload(Workshop.regency).joinedload(Regency.province),
        )
    )
    if workshop is None:
        raise NoSuchWorkshop
    return workshop


_MOVES: dict[WorkshopState, dict[WorkshopState, str]] = {
    WorkshopState.ACTIVE: {
        WorkshopState.PAUSED: "workshop.paused",
        WorkshopState.SUSPENDED: "workshop.suspended",
    },
    WorkshopState.PAUSED: {
        WorkshopState.ACTIVE: "workshop.resumed",
        WorkshopState.SUSPENDED: "workshop.suspended",
    },
    WorkshopState.SUSPENDED: {WorkshopState.ACTIVE: "workshop.readmitted"},
}


def move(session: Session, actor: Actor, workshop: Workshop, to: WorkshopState, reason: str = "") -> None:
    """Rest, reopen, suspend or readmit a workshop; every product of it follows at once.

    Who may do which is the caller's business: members pause and resume, the council suspends and readmits.

    :raise NotPossibleNow:
    """
    before = workshop.state
    if to not in _MOVES[before]:
        raise NotPossibleNow
    moved = session.execute(
        sa.update(Workshop).where(Workshop.id == workshop.id, Workshop.state == before).values(state=to)
        .returning(Workshop.id)
    )  # fmt: skip
    if moved.scalar() is None:
        raise NotPossibleNow
    wall.hang_workshop(session, workshop.id)
    council = session.get_one(Council, workshop.council_id)
    audit.record(
        session, actor, _MOVES[before][to], workshop,
        before={"state": before}, after={"state": to, "reason": reason}, scope=council.code,
    )  # fmt: skip
    changes.of_workshop(session, workshop.id)
