"""Councils: which one answers for a place, and which of them a person may act for.

Called by studio and desk, and by the public council pages.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import changes
from catalog.models import Council, CouncilCurator
from shop import audit, authz
from shop.audit import Actor
from shop.errors import NotFound
from shop.models import Role, User

NATIONAL = "nasional"
STAFF = (Role.CURATOR, Role.COUNCIL_ADMIN)


class NoSuchCouncil(NotFound):
    """There is no such council."""


def by_code(session: Session, code: str) -> Council:
    """Give a council by the code of its region. :raise NoSuchCouncil:"""
    return _one(session, Council.code == code)


def _one(session: Session, condition: sa.ColumnElement[bool]) -> Council:
    council = session.scalar(sa.select(Council).where(condition))
    if council is None:
        raise NoSuchCouncil
    return council


def for_regency(session: Session, regency_code: str) -> Council:
    """Give the council that judges makers of a regency: its own if that is active, else the province's."""
    codes = (regency_code, regency_code[:2], NATIONAL)
    found = session.scalars(
        sa.select(Council)
        .where(Council.code.in_(codes), Council.active)
        .order_by(sa.case({code: rank for rank, code in enumerate(codes)}, value=Council.code))
        .limit(1)
    ).first()
    if found is None:
        raise NoSuchCouncil
    return found


def open_regional(session: Session, actor: Actor, regency_code: str, slug: str, name: str) -> Council:
    """Set up the council of a regency or city; workshops that join from now on are judged by it."""
    council = Council(
        code=regency_code,
        slug=slug,
        name=name,
        province_code=regency_code[:2],
        regency_code=regency_code,
    )
    session.add(council)
    session.flush()
    audit.record(session, actor, "council.opened", council, after={"code": regency_code}, scope=regency_code)
    changes.of_council(session, council.id)
    return council


def describe(session: Session, actor: Actor, council: Council, about_id: str, about_en: str) -> None:
    """Let a council say in its own words, in both languages, who it is; its page shows them at once."""
    before = {"about_id": council.about_id, "about_en": council.about_en}
    after = {"about_id": about_id, "about_en": about_en}
    if before == after:
        return
    council.about_id, council.about_en = about_id, about_en
    session.flush()
    audit.record(session, actor, "council.described", council, before=before, after=after, scope=council.code)
    changes.of_council(session, council.id)


class Named(NamedTuple):
    """Somebody who curates, in the council's words."""

    name: str
    about_id: str
    about_en: str


MOST_CURATORS = 20


def curators(session: Session, council_id: int) -> list[CouncilCurator]:
    """Give who curates for a council, as its page names them, in its order."""
    query = sa.select(CouncilCurator).where(CouncilCurator.council_id == council_id)
    return list(session.scalars(query.order_by(CouncilCurator.position)))


def name_curators(session: Session, actor: Actor, council: Council, people: Sequence[Named]) -> None:
    """Say who curates for a council; its page names them at once."""
    before = [Named(row.name, row.about_id, row.about_en) for row in curators(session, council.id)]
    after = list(people)[:MOST_CURATORS]
    if before == after:
        return
    session.execute(sa.delete(CouncilCurator).where(CouncilCurator.council_id == council.id))
    session.add_all(
        CouncilCurator(council_id=council.id, position=place, **person._asdict())
        for place, person in enumerate(after)
    )
    session.flush()
    audit.record(
        session, actor, "council.curators_named", council,
        before={"names": ", ".join(person.name for person in before)},
        after={"names": ", ".join(person.name for person in after)}, scope=council.code,
    )  # fmt: skip
    changes.of_council(session, council.id)


def ids_of(session: Session, person: User, roles: Iterable[Role] = STAFF) -> frozenset[int]:
    """Give the ids of all councils in which a person holds one of these roles, those below theirs included."""
    codes = authz.scopes(person, *roles)
    if not codes:
        return frozenset()
    rows = session.execute(sa.select(Council.id, Council.code))
    return frozenset(council_id for council_id, code in rows if authz.covers(codes, code))


def ids_under(session: Session, council_id: int) -> frozenset[int]:
    """Give the ids of a council and of those below it; of all where it is the national one."""
    own = session.get_one(Council, council_id).code
    codes = frozenset({authz.ALL_COUNCILS if own == NATIONAL else own})
    rows = session.execute(sa.select(Council.id, Council.code))
    return frozenset(found for found, code in rows if authz.covers(codes, code))


def of_person(session: Session, person: User, roles: Iterable[Role] = STAFF) -> list[Council]:
    """Give the councils in which a person holds one of these roles, by code."""
    ids = ids_of(session, person, roles)
    return list(session.scalars(sa.select(Council).where(Council.id.in_(ids)).order_by(Council.code)))
