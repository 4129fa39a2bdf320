"""Tolerances: by how many per cent a listing may differ from its sample, settled by a council, for a craft or for all.

A council without a line of its own goes by its province's, then by the national one, then by what is shipped: 5 %
in size and 10 % in weight, which is the project's own proposal for work by hand.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import councils
from catalog.models import Council, Craft, SampleTolerance
from shop import audit
from shop.audit import Actor
from shop.errors import Invalid, NotFound
from shop.models import Role, User

KEEPERS = (Role.COUNCIL_ADMIN,)
LEAST, MOST = 1, 50


class NotAllowed(NotFound):
    """The council is not one whose tolerances this person settles."""


class ToleranceRefused(Invalid):
    """A tolerance is a whole number of per cent."""

    message = "Please give whole numbers from 1 to 50 per cent, and a craft from the list."


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How much may differ, in per cent."""

    size: int = 5
    weight: int = 10


def holds(session: Session, council: Council, craft_id: int | None) -> Tolerance:
    """Give what holds for a craft in a council: the closest council first, there the craft before all crafts."""
    codes = (council.code, council.code[:2], councils.NATIONAL)
    row = session.execute(
        sa.select(SampleTolerance.size_percent, SampleTolerance.weight_percent)
        .join(Council, Council.id == SampleTolerance.council_id)
        .where(
            Council.code.in_(codes),
            sa.or_(SampleTolerance.craft_id.is_(None), SampleTolerance.craft_id == craft_id),
        )
        .order_by(
            sa.case({code: rank for rank, code in enumerate(codes)}, value=Council.code),
            SampleTolerance.craft_id.is_(None),
        )
        .limit(1)
    ).first()
    return Tolerance(*row) if row else Tolerance()


def of_council(session: Session, council_id: int) -> list[tuple[SampleTolerance, Craft | None]]:
    """Give a council's own lines, that for all crafts first."""
    query = (
        sa.select(SampleTolerance, Craft)
        .outerjoin(Craft, Craft.id == SampleTolerance.craft_id)
        .where(SampleTolerance.council_id == council_id)
        .order_by(SampleTolerance.craft_id.is_not(None), Craft.name_id)
    )
    return [(line, craft) for line, craft in session.execute(query)]


def settle(
    session: Session,
    actor: Actor,
    person: User,
    council: Council,
    craft_id: int | None,
    tolerance: Tolerance,
) -> SampleTolerance:
    """Settle what may differ, for one craft or for all. :raise NotAllowed: ToleranceRefused:"""
    _check(session, person, council)
    fine = all(LEAST <= value <= MOST for value in (tolerance.size, tolerance.weight))
    if not fine or (craft_id is not None and session.get(Craft, craft_id) is None):
        raise ToleranceRefused
    line = _line(session, council.id, craft_id)
    before = {"size": line.size_percent, "weight": line.weight_percent} if line else {}
    if line is None:
        line = SampleTolerance(council_id=council.id, craft_id=craft_id)
        session.add(line)
    line.size_percent, line.weight_percent = tolerance.size, tolerance.weight
    session.flush()
    after = {"size": tolerance.size, "weight": tolerance.weight}
    if before != after:
        audit.record(
            session, actor, "tolerance.settled", line, before=before,
            after=after | {"craft": craft_id}, scope=council.code,
        )  # fmt: skip
    return line


def remove(session: Session, actor: Actor, person: User, council: Council, craft_id: int | None) -> None:
    """Take a line back, so that what is more general holds again. :raise NotAllowed:"""
    _check(session, person, council)
    line = _line(session, council.id, craft_id)
    if line is None:
        return
    audit.record(
        session, actor, "tolerance.removed", line,
        before={"size": line.size_percent, "weight": line.weight_percent, "craft": craft_id},
        scope=council.code,
    )  # fmt: skip
    session.delete(line)
    session.flush()


def _check(session: Session, person: User, council: Council) -> None:
    if council.id not in councils.ids_of(session, person, KEEPERS):
        raise NotAllowed


def _line(session: Session, council_id: int, craft_id: int | None) -> SampleTolerance | None:
    return session.scalar(
        sa.select(SampleTolerance).where(
            SampleTolerance.council_id == council_id, SampleTolerance.craft_id.is_not_distinct_from(craft_id)
        )
    )
