"""What registers say of a whole family of crafts ("Batik Indonesia"): kept by the national council for all regions.

Pages of every craft of the family show it. Called by the desk; entries of a single form are in `heritage_statuses`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import changes, heritage_register, heritage_statuses
from catalog.councils import NATIONAL
from catalog.models import Council, HeritageStatus
from catalog.taxonomy import FAMILIES, Family
from shop import audit, authz
from shop.audit import Actor
from shop.db import now
from shop.errors import Forbidden, NotFound
from shop.models import User


class NoSuchFamily(NotFound):
    """There is no such family of crafts."""


class NotNational(Forbidden):
    """A family has no home region: the national council keeps what registers say of it."""

    message = (
        "A whole family of crafts is at home everywhere. The national council keeps what registers say of it."
    )


def of_code(code: str) -> Family:
    """Give a family. :raise NoSuchFamily:"""
    found = FAMILIES.get(code)
    if found is None:
        raise NoSuchFamily
    return found


def keeps(person: User) -> bool:
    """Say whether somebody keeps the entries of families: the national council's officers and administrators."""
    return authz.ALL_COUNCILS in authz.scopes(person, *heritage_register.KEEPERS)


def counted(session: Session) -> list[tuple[Family, int]]:
    """Give every family with how many entries it has."""
    counts = Counter(
        session.scalars(sa.select(HeritageStatus.family).where(HeritageStatus.family.is_not(None)))
    )
    return [(family, counts[family.code]) for family in FAMILIES.values()]


def of_family(session: Session, family: Family) -> Sequence[HeritageStatus]:
    """Give the entries of a family with the council that checked each."""
    query = (
        sa.select(HeritageStatus)
        .where(HeritageStatus.family == family.code)
        .options(joinedload(HeritageStatus.checked_council))
        .order_by(HeritageStatus.roll, HeritageStatus.id)
    )
    return session.scalars(query).all()


def one(session: Session, family: Family, status_id: int) -> HeritageStatus:
    """Give an entry of a family. :raise catalog.heritage_statuses.NoSuchStatus:"""
    found = session.scalar(
        sa.select(HeritageStatus).where(HeritageStatus.id == status_id, HeritageStatus.family == family.code)
    )
    if found is None:
        raise heritage_statuses.NoSuchStatus
    return found


def keep(
    session: Session,
    actor: Actor,
    person: User,
    family: Family,
    status: HeritageStatus | None,
    content: heritage_statuses.Content,
    *,
    checked: bool,
) -> HeritageStatus:
    """Enter or correct an entry; `checked` says that the officer has compared it with the document.

    :raise NotNational: catalog.heritage_statuses.EvidenceMissing:
    """
    _allowed(person)
    if checked and not content.has_evidence:
        raise heritage_statuses.EvidenceMissing
    before = _said(status, family) if status else {}
    status = status or HeritageStatus(family=family.code)
    for name, value in asdict(content).items():
        setattr(status, name, value)
    national = sa.select(Council.id).where(Council.code == NATIONAL)
    status.checked_by_id = person.id if checked else None
    status.checked_by = person.name[:120] if checked else ""
    status.checked_council_id = session.scalar(national) if checked else None
    status.checked_at = now() if checked else None
    session.add(status)
    session.flush()
    audit.record(
        session, actor, "heritage.status_checked" if checked else "heritage.status_changed", status,
        before=before, after=_said(status, family), scope=NATIONAL,
    )  # fmt: skip
    changes.of_everything(session)
    return status


def remove(session: Session, actor: Actor, person: User, family: Family, status: HeritageStatus) -> None:
    """Take an entry out; the history keeps what it said. :raise NotNational:"""
    _allowed(person)
    audit.record(
        session, actor, "heritage.status_removed", status,
        before=_said(status, family), after={}, scope=NATIONAL,
    )  # fmt: skip
    session.delete(status)
    session.flush()
    changes.of_everything(session)


def _said(status: HeritageStatus, family: Family) -> dict[str, Any]:
    """Give an entry as one line for the history, with the family that it is about."""
    said = heritage_statuses.said(status)
    return said | {"entry": f"{family.name_id}: {said['entry']}"}


def _allowed(person: User) -> None:
    if not keeps(person):
        raise NotNational
