"""Seating: who sits on a round's panel and who of them is there today. Called by the desk; reading is in `seats`."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.councils import NATIONAL
from catalog.curation import rounds, tables
from catalog.models import Council, Office, Round, RoundSeat, RoundState
from shop import audit, authz
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound
from shop.models import Role, RoleGrant, User

JUDGES = (Role.CURATOR, Role.COUNCIL_ADMIN)
MOST = 15
"""Seats of one panel."""


class NoSuchSeat(NotFound):
    """There is no such seat in this round."""


class NotACurator(Invalid):
    """Only curators judge, whose address somebody in the council knows."""

    message = "Nobody with this address is a curator of a council."


class WrongOffice(Invalid):
    """A guest comes from another council; chair and judges belong to the round's."""

    message = "Chair and judges are curators of this council; a curator of another council is a guest."


class AlreadySeated(Conflict):
    """The person has a seat, or another has the chair."""

    message = "This person has a seat already, or the chair is taken."


class PanelFull(Conflict):
    """A panel has no more seats."""

    message = "A panel has fifteen seats at most."


def candidates(session: Session, held: Round) -> list[User]:
    """Give the curators of a round's council who have no seat yet, by name."""
    code = session.get_one(Council, held.council_id).code
    reach = (code, code.partition(".")[0], NATIONAL)
    here = User.grants.any(sa.and_(RoleGrant.role.in_(JUDGES), RoleGrant.scope.in_(reach)))
    seated = sa.select(RoundSeat.person_id).where(RoundSeat.round_id == held.id, RoundSeat.left_at.is_(None))
    query = sa.select(User).where(here, User.id.not_in(seated)).order_by(User.name, User.id)
    return list(session.scalars(query))


def _at_home(person: User, held: Round) -> bool:
    return authz.covers(authz.scopes(person, *JUDGES), held.council.code)


def seat(session: Session, actor: Actor, officer: User, held: Round, email: str, office: Office) -> RoundSeat:
    """Give somebody a seat, until the round has ended.

    :raise NotACurator: WrongOffice: AlreadySeated: PanelFull: catalog.curation.rounds.NotNow:
    """
    fresh = rounds.locked(session, held.id)
    if fresh.state not in rounds.COMING:
        raise rounds.NotNow
    person = session.scalar(sa.select(User).where(User.email == email.strip().lower()))
    if person is None or not (person.holds(*JUDGES) or person.holds(Role.ADMIN)):
        raise NotACurator
    if _at_home(person, fresh) is (office is Office.GUEST):
        raise WrongOffice
    sitting = session.scalars(
        sa.select(RoundSeat).where(RoundSeat.round_id == held.id, RoundSeat.left_at.is_(None))
    ).all()
    if len(sitting) >= MOST:
        raise PanelFull
    if any(one.person_id == person.id for one in sitting) or (
        office is Office.CHAIR and any(one.office is Office.CHAIR for one in sitting)
    ):
        raise AlreadySeated
    given = RoundSeat(
        round_id=held.id, person_id=person.id, office=office, seated_by_id=officer.id, seated_at=now()
    )
    session.add(given)
    audit.record(
        session, actor, "round.seat_given", held,
        after={"person": person.name}, scope=fresh.council.code,
    )  # fmt: skip
    return given


def unseat(session: Session, actor: Actor, held: Round, seat_id: int) -> None:
    """Take a seat away; sheets that were handed in from it stay and count. :raise NoSuchSeat:"""
    fresh = rounds.locked(session, held.id)
    found = _seat(session, held, seat_id)
    if fresh.state not in rounds.COMING:
        raise rounds.NotNow
    found.left_at = now()
    person = session.get_one(User, found.person_id)
    audit.record(
        session, actor, "round.seat_taken", held,
        before={"person": person.name}, scope=fresh.council.code,
    )  # fmt: skip
    tables.restage(session, held.id)


def _seat(session: Session, held: Round, seat_id: int) -> RoundSeat:
    found = session.scalar(
        sa.select(RoundSeat)
        .where(RoundSeat.id == seat_id, RoundSeat.round_id == held.id, RoundSeat.left_at.is_(None))
        .with_for_update()
    )
    if found is None:
        raise NoSuchSeat
    return found


def mark_present(session: Session, actor: Actor, held: Round, seat_id: int, *, present: bool) -> None:
    """Say that a judge is there, or is not: only who is there judges and is waited for. :raise NoSuchSeat:"""
    fresh = rounds.locked(session, held.id)
    if fresh.state not in {RoundState.CLOSED, RoundState.IN_SESSION}:
        raise rounds.NotNow
    found = _seat(session, held, seat_id)
    if (found.present_at is not None) is present:
        return
    found.present_at = now() if present else None
    person = session.get_one(User, found.person_id)
    audit.record(
        session, actor, "round.judge_present" if present else "round.judge_absent", held,
        after={"person": person.name}, scope=fresh.council.code,
    )  # fmt: skip
    tables.restage(session, held.id)
