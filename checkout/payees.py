"""Who is paid out: a workshop or a council, with its account in the books and the people who hear of it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council, Workshop, WorkshopMember
from checkout import ledger
from shop.errors import NotFound
from shop.models import Role, RoleGrant, User


class NoSuchPayee(NotFound):
    """There is no such workshop or council."""

    message = "There is no such workshop or council."


@dataclass(frozen=True, slots=True)
class Payee:
    """A workshop, or a council: one of the two ids."""

    workshop_id: int | None = None
    council_id: int | None = None

    def __post_init__(self) -> None:
        if (self.workshop_id is None) == (self.council_id is None):
            raise ValueError("a payee is a workshop or a council")

    @property
    def account(self) -> str:
        """The account in the books that payouts are taken from."""
        return ledger.workshop(self.workshop_id) if self.workshop_id else ledger.council(self.council_id or 0)

    @property
    def columns(self) -> dict[str, int | None]:
        """The values of a row that belongs to this payee."""
        return {"workshop_id": self.workshop_id, "council_id": self.council_id}

    def owns(self, model: Any) -> sa.ColumnElement[bool]:
        """Give the condition for rows that belong to this payee."""
        if self.workshop_id is not None:
            return sa.and_(model.workshop_id == self.workshop_id)
        return sa.and_(model.council_id == self.council_id)


def of(row: Any) -> Payee:
    """Give the payee of a bank account, payout or hold."""
    return Payee(row.workshop_id, row.council_id)


def by_account(code: str) -> Payee | None:
    """Give the payee of an account of the books; None for other accounts."""
    kind, _, number = code.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    return {"workshop": Payee(int(number)), "council": Payee(None, int(number))}.get(kind)


@dataclass(frozen=True, slots=True)
class Named:
    """A payee as people call it."""

    name: str
    council: Council
    """The council itself, or the one that a workshop belongs to: whose people may look."""
    also: frozenset[str] = frozenset()
    """Names under which its account may run."""


def named(session: Session, payee: Payee) -> Named:
    """Give name and council of a payee. :raise NoSuchPayee:"""
    if payee.council_id is not None:
        council = session.get(Council, payee.council_id)
        if council is None:
            raise NoSuchPayee
        return Named(council.name, council, frozenset({council.name}))
    row = session.execute(
        sa.select(Workshop, Council)
        .join(Council, Council.id == Workshop.council_id)
        .where(Workshop.id == payee.workshop_id)
    ).one_or_none()
    if row is None:
        raise NoSuchPayee
    workshop = row[0]
    people_of = {person.name for person in people(session, payee)}
    return Named(workshop.name, row[1], frozenset({workshop.name, workshop.maker_name} | people_of))


def people(session: Session, payee: Payee) -> list[User]:
    """Give the people who are told what happens to a payee's money."""
    query = sa.select(User).where(User.disabled_at.is_(None)).order_by(User.id)
    if payee.workshop_id is not None:
        mine = sa.select(WorkshopMember.user_id).where(WorkshopMember.workshop_id == payee.workshop_id)
    else:
        code = sa.select(Council.code).where(Council.id == payee.council_id).scalar_subquery()
        mine = sa.select(RoleGrant.user_id).where(
            RoleGrant.scope == code, RoleGrant.role.in_((Role.COUNCIL_ADMIN, Role.FINANCE))
        )
    return list(session.scalars(query.where(User.id.in_(mine))))
