"""What a council keeps of a sale: rules with days, the most specific of which is frozen into each order line.

Asked by `checkout.placing`; kept at the desk (`admin.desk.commissions`). A rule names a council, a workshop, a craft,
some of them, or none. What it says never changes: it ends, and another one follows, so every past sale can be explained.
"""

import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.models import Council, Workshop
from checkout.models import CommissionRule, OrderLine
from shop import audit, config, money, settled
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound
from shop.i18n import WIB

MOST_BP = 5_000
"""Half of the price: more is a slip of the finger."""


class NoSuchRule(NotFound):
    """There is no such rule, or not for this person."""

    message = "There is no such rule."


class NotInTime(Invalid):
    """The days are not in order, or lie in the past."""

    message = "A rule begins today or later, and ends on its first day or later."


class TooMuch(Invalid):
    """The share is not believable."""

    message = "A commission is between 0 and 50 per cent."


class NotOfCouncil(Invalid):
    """The workshop belongs to another council."""

    message = "This workshop belongs to another council."


class Over(Conflict):
    """The rule has ended, or ends earlier already."""

    message = "This rule has ended already, or ends on that day or before."


@dataclass(frozen=True, slots=True)
class Sold:
    """What a rule is chosen by."""

    workshop_id: int
    council_id: int
    craft_id: int | None


def for_lines(session: Session, sold: Sequence[Sold], on: date | None = None) -> list[int]:
    """Give the commission of each line in basis points, on a day of sale (today in western Indonesia)."""
    day = on or today()
    councils = {line.council_id for line in sold}
    rules = settled.read(session, _rules(), {"day": day, "councils": councils})
    usual = config.current().commission_bp
    return [next((rule.bp for rule in rules if _is_about(rule, line)), usual) for line in sold]


@functools.cache
def _rules() -> sa.Select[*tuple[Any, ...]]:
    about = sa.or_(
        CommissionRule.council_id.is_(None),
        CommissionRule.council_id.in_(sa.bindparam("councils", expanding=True)),
    )
    return (
        sa.select(
            CommissionRule.council_id, CommissionRule.workshop_id, CommissionRule.craft_id, CommissionRule.bp
        )
        .where(holds_on(sa.bindparam("day")), about)
        .order_by(*_by_weight())
    )


def freeze(session: Session, lines: Sequence[OrderLine], crafts: Mapping[int, int | None]) -> None:
    """Write the commission of this moment into order lines whose discounts are known; `crafts` is by variant.

    It is a share of what the line brings in: the price less the workshop's own discount, with what others bear.
    """
    sold = [Sold(line.workshop_id, line.council_id, crafts.get(line.variant_id)) for line in lines]
    for line, bp in zip(lines, for_lines(session, sold), strict=True):
        line.commission_bp = bp
        line.commission = money.share(line.total - (line.discount or 0) + (line.funded or 0), bp)


def _by_weight() -> list[sa.ColumnElement[int] | sa.UnaryExpression[date] | sa.UnaryExpression[int]]:
    """Order rules as they win: workshop, then council, then craft, then all; of equals the later, then the newer.

    What a council has settled goes before a craft's rule for all councils: the commission is the council's.
    """
    weight = (
        sa.case((CommissionRule.workshop_id.is_not(None), 4), else_=0)
        + sa.case((CommissionRule.council_id.is_not(None), 2), else_=0)
        + sa.case((CommissionRule.craft_id.is_not(None), 1), else_=0)
    )
    return [weight.desc(), CommissionRule.first_on.desc(), CommissionRule.id.desc()]


def _is_about(rule: Any, line: Sold) -> bool:
    return (
        rule.council_id in {None, line.council_id}
        and rule.workshop_id in {None, line.workshop_id}
        and rule.craft_id in {None, line.craft_id}
    )


def holds_on(day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Give the condition for rules that hold on a day."""
    return sa.and_(
        CommissionRule.first_on <= day,
        sa.or_(CommissionRule.last_on.is_(None), CommissionRule.last_on >= day),
    )


def today() -> date:
    """Give today in western Indonesian time, by which rules count their days."""
    return now().astimezone(WIB).date()


# --- the desk ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule to be made."""

    council: Council | None
    workshop: Workshop | None
    craft_id: int | None
    bp: int
    first_on: date
    last_on: date | None
    reason: str


def add(session: Session, actor: Actor, wanted: Wanted) -> CommissionRule:
    """Make a rule. :raise NotInTime: :raise TooMuch: :raise NotOfCouncil:"""
    if wanted.first_on < today() or (wanted.last_on is not None and wanted.last_on < wanted.first_on):
        raise NotInTime
    if not 0 <= wanted.bp <= MOST_BP:
        raise TooMuch
    council, workshop = wanted.council, wanted.workshop
    if workshop is not None and (council is None or workshop.council_id != council.id):
        raise NotOfCouncil
    rule = CommissionRule(
        council_id=council.id if council else None,
        workshop_id=workshop.id if workshop else None,
        craft_id=wanted.craft_id,
        bp=wanted.bp,
        first_on=wanted.first_on,
        last_on=wanted.last_on,
        reason=wanted.reason,
        created_by_id=actor.user_id,
        created_at=now(),
    )
    session.add(rule)
    audit.record(
        session, actor, "commission.settled", rule,
        after={"percent": percent(rule.bp), "first_on": str(rule.first_on), "reason": rule.reason}
        | ({"last_on": str(rule.last_on)} if rule.last_on else {})
        | ({"workshop": workshop.name} if workshop else {}),
        scope=council.code if council else "",
    )  # fmt: skip
    return rule


def end(session: Session, actor: Actor, rule: CommissionRule, last_on: date) -> None:
    """Let a rule end after a day, today or later; one that has not begun is taken back by a day before its first.

    :raise NotInTime: :raise Over: when it ended, or ends earlier already.
    """
    day = today()
    if last_on < min(day, rule.first_on - timedelta(days=1)):
        raise NotInTime
    if rule.first_on <= day and last_on < day:
        raise NotInTime
    before = rule.last_on
    ended = session.execute(
        sa.update(CommissionRule)
        .where(
            CommissionRule.id == rule.id,
            sa.or_(
                CommissionRule.last_on.is_(None),
                sa.and_(CommissionRule.last_on > last_on, CommissionRule.last_on >= day),
            ),
        )
        .values(last_on=last_on, ended_by_id=actor.user_id, ended_at=now())
        .returning(CommissionRule.id)
    )
    if ended.scalar() is None:
        raise Over
    session.refresh(rule)
    code = session.scalar(sa.select(Council.code).where(Council.id == rule.council_id)) or ""
    audit.record(
        session, actor, "commission.ended", rule,
        before={"last_on": str(before) if before else ""}, after={"last_on": str(last_on)}, scope=code,
    )  # fmt: skip


def take_back(session: Session, actor: Actor, rule: CommissionRule) -> None:
    """Take a rule back that has not begun. :raise NotInTime: when it has. :raise Over:"""
    if rule.first_on <= today():
        raise NotInTime
    end(session, actor, rule, rule.first_on - timedelta(days=1))


def get(session: Session, rule_id: int) -> CommissionRule:
    """Give a rule with whom it is about. :raise NoSuchRule:"""
    rule = session.scalar(_whole().where(CommissionRule.id == rule_id))
    if rule is None:
        raise NoSuchRule
    return rule


def _whole() -> sa.Select[CommissionRule]:
    return sa.select(CommissionRule).options(
        joinedload(CommissionRule.council),
        joinedload(CommissionRule.workshop),
        joinedload(CommissionRule.craft),
        joinedload(CommissionRule.created_by),
        joinedload(CommissionRule.ended_by),
    )


def standing(session: Session, council_ids: Collection[int] | None) -> list[CommissionRule]:
    """Give the rules that hold or are planned for these councils (None: all) and for every council, as they win."""
    over = CommissionRule.last_on < sa.case(
        (CommissionRule.first_on > today(), CommissionRule.first_on), else_=today()
    )
    query = _whole().where(_of(council_ids), sa.or_(CommissionRule.last_on.is_(None), ~over))
    return list(session.scalars(query.order_by(*_by_weight())))


def past(
    session: Session, council_ids: Collection[int] | None, *, page: int = 1, size: int = 40
) -> tuple[list[CommissionRule], int]:
    """Give a page of the rules that are over, the latest first, and how many there are."""
    over = sa.and_(
        CommissionRule.last_on.is_not(None),
        sa.or_(CommissionRule.last_on < today(), CommissionRule.last_on < CommissionRule.first_on),
    )
    query = _whole().where(_of(council_ids), over)
    count = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(CommissionRule.last_on.desc(), CommissionRule.id.desc())
    return list(session.scalars(ordered.offset((page - 1) * size).limit(size))), int(count)


def _of(council_ids: Collection[int] | None) -> sa.ColumnElement[bool]:
    if council_ids is None:
        return sa.true()
    return sa.or_(CommissionRule.council_id.is_(None), CommissionRule.council_id.in_(council_ids))


def percent(bp: int) -> str:
    """Write basis points as people do: `8`, `7,5`."""
    whole, rest = divmod(bp, 100)
    return f"{whole},{rest:02}".rstrip("0").rstrip(",") if rest else str(whole)


def read_percent(typed: str) -> int:
    """Read a percentage with at most two decimals as basis points. :raise TooMuch:"""
    text = typed.strip().replace(".", ",")
    whole, comma, rest = text.partition(",")
    fine = len(whole) <= 2 and whole.isascii() and whole.isdigit()
    if not fine or (comma and not (len(rest) in {1, 2} and rest.isascii() and rest.isdigit())):
        raise TooMuch
    bp = int(whole) * 100 + int(rest.ljust(2, "0") or 0)
    if bp > MOST_BP:
        raise TooMuch
    return bp
