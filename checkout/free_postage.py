"""Free postage: rules of workshops, councils and the marketplace, who bear what they take off.

Called by quotes, by the studio (a workshop's own rules) and by the desk. The arithmetic is `pricing.with_free_postage`.
"""

from collections.abc import Collection, Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council, Workshop
from checkout.models import FreePostageRule
from checkout.pricing import FreePostage
from shop import audit, settled
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound
from shop.i18n import WIB
from shop.money import MAX_AMOUNT

ZONES = range(7)
MOST_RULES = 20
"""Rules in force that one owner may have at a time."""


class NoSuchRule(NotFound):
    """There is no such rule, or it is not theirs."""

    message = "There is no such rule."


class BadRule(Invalid):
    """A rule that cannot be meant."""

    message = "Please choose at least one zone, and days that follow each other."


class TooManyRules(Conflict):
    """More than anybody can keep in mind."""

    message = "There are twenty rules in force already. Please end one first."


_HOLDING = (
    sa.select(
        FreePostageRule.id, FreePostageRule.workshop_id, FreePostageRule.council_id,
        FreePostageRule.from_amount, FreePostageRule.zones, FreePostageRule.most,
    )
    .where(
        FreePostageRule.ended_at.is_(None),
        FreePostageRule.first_on <= sa.bindparam("day"),
        sa.or_(FreePostageRule.last_on.is_(None), FreePostageRule.last_on >= sa.bindparam("day")),
        sa.or_(
            FreePostageRule.workshop_id.in_(sa.bindparam("workshop_ids", expanding=True)),
            FreePostageRule.council_id.in_(sa.bindparam("council_ids", expanding=True)),
            sa.and_(FreePostageRule.workshop_id.is_(None), FreePostageRule.council_id.is_(None)),
        ),
    )
    .order_by(FreePostageRule.id)
)  # fmt: skip


def holding(
    session: Session, council_ids: Collection[int], workshop_ids: Collection[int], on: date | None = None
) -> list[FreePostage]:
    """Give the rules that hold today for parcels of these councils and workshops."""
    day = on or now().astimezone(WIB).date()
    values = {"day": day, "council_ids": list(council_ids), "workshop_ids": list(workshop_ids)}
    return [
        FreePostage(row.id, row.workshop_id, row.council_id, row.from_amount, frozenset(row.zones), row.most)
        for row in settled.read(session, _HOLDING, values)
    ]


def of_owner(
    session: Session, *, workshop_id: int | None = None, council_id: int | None = None
) -> list[FreePostageRule]:
    """Give the rules of a workshop or a council, or the marketplace's; those in force first, then the latest."""
    rows = session.scalars(
        sa.select(FreePostageRule)
        .where(_same(FreePostageRule.workshop_id, workshop_id), _same(FreePostageRule.council_id, council_id))
        .order_by(FreePostageRule.ended_at.is_not(None), FreePostageRule.id.desc())
        .limit(100)
    )
    return list(rows)


def _same(column: sa.orm.InstrumentedAttribute[int | None], value: int | None) -> sa.ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def add(
    session: Session,
    actor: Actor,
    *,
    workshop: Workshop | None = None,
    council: Council | None = None,
    from_amount: int,
    zones: Iterable[int],
    most: int = 0,
    first_on: date,
    last_on: date | None = None,
) -> FreePostageRule:
    """Let postage be free from an amount; whose rule it is bears it. :raise BadRule: :raise TooManyRules:"""
    chosen = sorted(set(zones))
    amounts = 0 <= from_amount <= MAX_AMOUNT and 0 <= most <= MAX_AMOUNT
    if not chosen or not set(chosen) <= set(ZONES) or not amounts or (last_on and last_on < first_on):
        raise BadRule
    mine = of_owner(
        session, workshop_id=workshop.id if workshop else None, council_id=council.id if council else None
    )
    if sum(1 for one in mine if one.ended_at is None) >= MOST_RULES:
        raise TooManyRules
    rule = FreePostageRule(
        workshop_id=workshop.id if workshop else None,
        council_id=council.id if council else None,
        from_amount=from_amount,
        zones=chosen,
        most=most,
        first_on=first_on,
        last_on=last_on,
        created_by_id=actor.user_id,
        created_at=now(),
    )
    session.add(rule)
    session.flush()
    after = {"from_amount": from_amount, "zones": chosen, "most": most, "first_on": first_on.isoformat()}
    audit.record(session, actor, "free_postage.added", rule, after=after, scope=_scope(session, rule))
    return rule


def end(session: Session, actor: Actor, rule: FreePostageRule) -> None:
    """Let a rule hold no more; orders placed keep what they were promised. :raise NoSuchRule: when it has ended."""
    ended = session.execute(
        sa.update(FreePostageRule)
        .where(FreePostageRule.id == rule.id, FreePostageRule.ended_at.is_(None))
        .values(ended_at=now())
        .returning(FreePostageRule.id)
    )
    if ended.scalar() is None:
        raise NoSuchRule
    session.refresh(rule)
    audit.record(session, actor, "free_postage.ended", rule, scope=_scope(session, rule))


def _scope(session: Session, rule: FreePostageRule) -> str:
    council_id = rule.council_id
    if rule.workshop_id is not None:
        council_id = session.get_one(Workshop, rule.workshop_id).council_id
    return session.get_one(Council, council_id).code if council_id is not None else ""
