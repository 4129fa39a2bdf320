"""The list of members as the desk asks for it: by state, craft, regency, what is due, and by words. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from admin.desk import scope
from catalog.curation import memberships
from catalog.models import (
    Council,
    Craft,
    Membership,
    MembershipCraft,
    MembershipState,
    Regency,
    Renewal,
    Workshop,
)
from shop.i18n import localised

DUE = ("soon", "asked", "over")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for."""

    words: str
    state: str
    craft: str
    regency: str
    council: str
    due: str

    @property
    def anything(self) -> bool:
        """Whether anything narrows the list."""
        return any((self.words, self.state, self.craft, self.regency, self.council, self.due))


@dataclass(frozen=True, slots=True)
class Row:
    """One member in the list."""

    membership: Membership
    workshop: Workshop
    regency: str
    council: str
    crafts: tuple[str, ...]


def asked() -> Asked:
    """Read the filters of the address; what is none of them is left out."""
    given = {name: request.args.get(name, "").strip()[:80] for name in ("q", "craft", "regency", "council")}
    state, due = request.args.get("state", ""), request.args.get("due", "")
    return Asked(
        words=given["q"],
        state=state if state in set(MembershipState) else "",
        craft=given["craft"],
        regency=given["regency"],
        council=given["council"],
        due=due if due in DUE else "",
    )


def words() -> dict[str, str]:
    """Name states and renewals in the language of the page."""
    return {
        "active": gettext("Member"),
        "suspended": gettext("Suspended"),
        "lapsed": gettext("Lapsed"),
        "ended": gettext("Over"),
        "asked": gettext("Renewal asked for"),
        "curation": gettext("A piece asked for before renewal"),
    }


def _all(*columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(Membership)
        .join(Workshop, Workshop.id == Membership.workshop_id)
        .join(Regency, Regency.code == Workshop.regency_code)
        .join(Council, Council.id == Membership.council_id)
        .where(scope.condition(*scope.JUDGES))
    )


def _due(name: str) -> sa.ColumnElement[bool]:
    day, active = memberships.today(), Membership.state == MembershipState.ACTIVE
    if name == "asked":
        return Membership.renewal == Renewal.ASKED
    if name == "over":
        return sa.and_(active, Membership.ends_on < day)
    soon = day + timedelta(days=memberships.ASKABLE_DAYS)
    return sa.and_(active, Membership.ends_on >= day, Membership.ends_on <= soon)


def _narrowed(query: sa.Select[Any], wanted: Asked) -> sa.Select[Any]:
    if wanted.state:
        query = query.where(Membership.state == MembershipState(wanted.state))
    if wanted.craft:
        covered = sa.select(MembershipCraft.membership_id).join(Craft, Craft.id == MembershipCraft.craft_id)
        query = query.where(Membership.id.in_(covered.where(Craft.slug == wanted.craft)))
    if wanted.regency:
        query = query.where(Regency.code == wanted.regency)
    if wanted.council:
        query = query.where(Council.code == wanted.council)
    if wanted.due:
        query = query.where(_due(wanted.due))
    if wanted.words:
        named = (Workshop.name, Workshop.maker_name, Membership.number, Regency.name)
        query = query.where(sa.or_(*(one.icontains(wanted.words, autoescape=True) for one in named)))
    return query


def count(session: Session, wanted: Asked) -> int:
    """Give how many members fit."""
    return session.scalar(_narrowed(_all(sa.func.count()), wanted)) or 0


def rows(session: Session, wanted: Asked, *, limit: int | None = None, offset: int = 0) -> list[Row]:
    """Give members with what they cover: those whose term ends first, what is over last."""
    over = Membership.state.in_((MembershipState.ENDED, MembershipState.LAPSED))
    query = _narrowed(_all(Membership, Workshop, Regency.name, Council.name), wanted)
    found = session.execute(
        query.order_by(over, Membership.ends_on, Membership.id).limit(limit).offset(offset)
    ).all()
    covered = _crafts(session, [row[0].id for row in found] if limit else None)
    return [
        Row(one, shop, regency, council, covered.get(one.id, ())) for one, shop, regency, council in found
    ]


def _crafts(session: Session, ids: Sequence[int] | None) -> dict[int, tuple[str, ...]]:
    query = sa.select(MembershipCraft.membership_id, Craft).join(Craft, Craft.id == MembershipCraft.craft_id)
    if ids is not None:
        query = query.where(MembershipCraft.membership_id.in_(ids))
    else:
        query = query.where(MembershipCraft.membership_id.in_(_all(Membership.id)))
    covered: dict[int, tuple[str, ...]] = {}
    for membership_id, craft in session.execute(query.order_by(MembershipCraft.since, Craft.name_id)):
        covered[membership_id] = (*covered.get(membership_id, ()), localised(craft))
    return covered


def due_counts(session: Session) -> dict[str, int]:
    """Give how many members are due for renewal, by what is due, in one statement."""
    sums = [sa.func.coalesce(sa.func.sum(sa.case((_due(name), 1), else_=0)), 0).label(name) for name in DUE]
    return dict(session.execute(_all(*sums)).one()._mapping)  # noqa: SLF001 - SQLAlchemy's own name for it


def choices(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Give the crafts and regencies that members of the scope have, by name."""
    crafts = session.scalars(
        sa.select(Craft)
        .where(
            Craft.id.in_(
                sa.select(MembershipCraft.craft_id).where(
                    MembershipCraft.membership_id.in_(_all(Membership.id))
                )
            )
        )
        .order_by(Craft.name_id)
    )
    regencies = session.execute(_all(Regency.code, Regency.name).distinct().order_by(Regency.name))
    return {
        "crafts": [(craft.slug, localised(craft)) for craft in crafts],
        "regencies": [(code, name) for code, name in regencies],
    }
