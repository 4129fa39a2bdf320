"""Making, changing, stopping and listing vouchers. Called by the desk (councils, marketplace) and the studio (workshops).

Who gives a voucher bears it. Orders keep what they were placed with, so a change holds for the next order only.
"""

import enum
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from catalog.models import Council
from checkout import vouchers
from checkout.models import Voucher, VoucherKind, VoucherRedemption
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound

SIZE = 30
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""For codes that the shop makes up: nothing that can be taken for something else."""


class NoVoucher(NotFound):
    """There is no such voucher, or not for this person."""

    message = "There is no such voucher."


class PlanRefused(Invalid):
    """Something about a voucher cannot be as it was typed; `field` names what."""

    field = "code"


class BadCode(PlanRefused):
    """Not a code."""

    message = "A code has 3 to 24 letters from A to Z, digits or hyphens."


class CodeTaken(PlanRefused):
    """Somebody has it already."""

    message = "This code is taken. Please choose another one."


class CodeKept(PlanRefused):
    """It has been given out."""

    message = "The voucher has been used already, so its code stays as it is."


class BelowUse(PlanRefused):
    """It has been used more often than that."""

    field = "limit_total"
    message = "It has been used %(used)s times already. Please choose at least that many."


class DaysTurned(PlanRefused):
    """It would end before it begins."""

    field = "ends_on"
    message = "The last day comes before the first."


class OtherVersion(Conflict):
    """Somebody else has changed it since the page was shown."""

    message = "Somebody has changed this voucher in the meantime. Please look at it again; nothing was kept."


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives a voucher and bears it; neither of the two: the marketplace."""

    council_id: int | None = None
    workshop_id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a voucher promises; rupiah, per cent, moments."""

    name: str
    kind: VoucherKind
    starts_at: datetime
    code: str = ""
    amount: int = 0
    percent: int = 0
    cap: int | None = None
    min_goods: int = 0
    ends_at: datetime | None = None
    limit_total: int | None = None
    limit_each: int | None = None
    only_council_id: int | None = None
    only_workshop_id: int | None = None
    only_craft_id: int | None = None
    only_product_id: int | None = None
    only_email: str = ""


class Stand(enum.StrEnum):
    """How a voucher stands today."""

    RUNNING = "running"
    PLANNED = "planned"
    PAUSED = "paused"
    USED_UP = "used_up"
    OVER = "over"


def stand(voucher: Voucher, moment: datetime) -> Stand:
    """Say how a voucher stands."""
    if voucher.ends_at is not None and voucher.ends_at <= moment:
        return Stand.OVER
    if voucher.paused_at is not None:
        return Stand.PAUSED
    if voucher.limit_total is not None and voucher.used >= voucher.limit_total:
        return Stand.USED_UP
    return Stand.PLANNED if voucher.starts_at > moment else Stand.RUNNING


def make(session: Session, actor: Actor, giver: Giver, plan: Plan) -> Voucher:
    """Make a voucher; without a code it gets one. :raise PlanRefused:"""
    values = _values(plan)
    voucher = Voucher(
        **values,
        council_id=giver.council_id,
        workshop_id=giver.workshop_id,
        used=0,
        edits=0,
        created_by_id=actor.user_id,
        created_at=now(),
    )
    try:
        with session.begin_nested():
            session.add(voucher)
    except IntegrityError as error:  # the unique key decides
        raise CodeTaken from error
    audit.record(
        session, actor, "voucher.made", voucher, after=_told(values), scope=scope_of(session, voucher)
    )
    return voucher


def change(session: Session, actor: Actor, voucher: Voucher, plan: Plan, seen: int) -> None:
    """Change what a voucher promises from the next order on. :raise PlanRefused: :raise OtherVersion:"""
    values = _values(plan)
    before = {name: getattr(voucher, name) for name in values}
    if values["code"] != before["code"] and _ever_used(session, voucher.id):
        raise CodeKept
    limit = values["limit_total"]
    enough = sa.true() if limit is None else Voucher.used <= limit
    try:
        with session.begin_nested():
            changed = session.execute(
                sa.update(Voucher)
                .where(Voucher.id == voucher.id, Voucher.edits == seen, enough)
                .values(**values, edits=Voucher.edits + 1)
                .returning(Voucher.id)
                .execution_options(synchronize_session=False)
            ).scalar()
    except IntegrityError as error:
        raise CodeTaken from error
    session.refresh(voucher)
    if changed is None:
        if voucher.edits != seen:
            raise OtherVersion
        raise BelowUse(used=voucher.used)
    told = {name: value for name, value in _told(values).items() if value != _told(before)[name]}
    was = {name: value for name, value in _told(before).items() if name in told}
    scope = scope_of(session, voucher)
    audit.record(session, actor, "voucher.changed", voucher, before=was, after=told, scope=scope)


def pause(session: Session, actor: Actor, voucher: Voucher) -> bool:
    """Stop a voucher until it is resumed; False when it is stopped already."""
    return _turn(session, actor, voucher, Voucher.paused_at.is_(None), now(), "voucher.paused")


def resume(session: Session, actor: Actor, voucher: Voucher) -> bool:
    """Let a voucher be used again; False when it is not stopped."""
    return _turn(session, actor, voucher, Voucher.paused_at.is_not(None), None, "voucher.resumed")


def _turn(
    session: Session,
    actor: Actor,
    voucher: Voucher,
    if_: sa.ColumnElement[bool],
    moment: datetime | None,
    action: str,
) -> bool:
    turned = session.execute(
        sa.update(Voucher)
        .where(Voucher.id == voucher.id, if_)
        .values(paused_at=moment)
        .returning(Voucher.id)
        .execution_options(synchronize_session=False)
    )
    if turned.scalar() is None:
        return False
    session.refresh(voucher)
    scope = scope_of(session, voucher)
    audit.record(session, actor, action, voucher, after={"code": voucher.code}, scope=scope)
    return True


def new_code() -> str:
    """Make up a code of eight letters and digits: some 850 thousand million of them."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))


def _values(plan: Plan) -> dict[str, Any]:
    values = asdict(plan)
    try:
        values["code"] = vouchers.read_code(plan.code) if plan.code else new_code()
    except vouchers.NoSuchVoucher as error:
        raise BadCode from error
    if plan.ends_at is not None and plan.ends_at <= plan.starts_at:
        raise DaysTurned
    if plan.kind is not VoucherKind.AMOUNT:
        values["amount"] = 0
    if plan.kind is not VoucherKind.PERCENT:
        values["percent"] = 0
    return values


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write values for the history, an address of a person left out."""
    kept = {name: value for name, value in values.items() if name != "only_email"}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in kept.items()}


def _ever_used(session: Session, voucher_id: int) -> bool:
    redemption = sa.select(VoucherRedemption.id).where(VoucherRedemption.voucher_id == voucher_id).limit(1)
    return session.scalar(redemption) is not None


def scope_of(session: Session, voucher: Voucher) -> str:
    """Give the code of the council in whose history a voucher stands; a workshop's and the market's in none."""
    if voucher.council_id is None:
        return ""
    return session.scalar(sa.select(Council.code).where(Council.id == voucher.council_id)) or ""


# --- looking -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A voucher in a list."""

    voucher: Voucher
    stand: Stand
    orders: int
    """Orders it counts for."""
    given: int
    """Rupiah it took off them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of vouchers."""

    rows: tuple[Row, ...]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // SIZE))


def one(session: Session, voucher_id: int, mine: sa.ColumnElement[bool]) -> Voucher:
    """Give a voucher that fits a condition. :raise NoVoucher: for every other."""
    query = sa.select(Voucher).where(Voucher.id == voucher_id, mine).options(*_WITH)
    voucher = session.scalar(query)
    if voucher is None:
        raise NoVoucher
    return voucher


_WITH = (
    joinedload(Voucher.council),
    joinedload(Voucher.workshop),
    joinedload(Voucher.only_council),
    joinedload(Voucher.only_workshop),
    joinedload(Voucher.only_craft),
    joinedload(Voucher.only_product),
)


def listed(
    session: Session, mine: sa.ColumnElement[bool], *, words: str = "", state: str = "", number: int = 1
) -> Listed:
    """Give a page of the vouchers that fit a condition, the latest first."""
    moment = now()
    query = sa.select(Voucher).where(mine)
    if words:
        query = query.where(
            sa.or_(*(one.icontains(words, autoescape=True) for one in (Voucher.code, Voucher.name)))
        )
    if state in _STANDS:
        query = query.where(_STANDS[state](moment))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    page = query.options(*_WITH).order_by(Voucher.id.desc()).limit(SIZE).offset((number - 1) * SIZE)
    found = list(session.scalars(page))
    sums = _sums(session, [voucher.id for voucher in found])
    rows = tuple(Row(one, stand(one, moment), *sums.get(one.id, (0, 0))) for one in found)
    return Listed(rows, int(total), number)


def row_of(session: Session, voucher: Voucher) -> Row:
    """Give one voucher as a list would show it."""
    sums = _sums(session, [voucher.id])
    return Row(voucher, stand(voucher, now()), *sums.get(voucher.id, (0, 0)))


def _sums(session: Session, voucher_ids: list[int]) -> dict[int, tuple[int, int]]:
    rows = session.execute(
        sa.select(
            VoucherRedemption.voucher_id, sa.func.count(), sa.func.sum(VoucherRedemption.amount)
        )
        .where(VoucherRedemption.voucher_id.in_(voucher_ids), VoucherRedemption.given_back_at.is_(None))
        .group_by(VoucherRedemption.voucher_id)
    )  # fmt: skip
    return {voucher_id: (int(count), int(amount)) for voucher_id, count, amount in rows}


def _goes_on(moment: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(Voucher.ends_at.is_(None), Voucher.ends_at > moment)


_LEFT = sa.or_(Voucher.limit_total.is_(None), Voucher.used < Voucher.limit_total)
_STANDS: dict[str, Any] = {
    Stand.OVER: lambda moment: Voucher.ends_at <= moment,
    Stand.PAUSED: lambda moment: sa.and_(_goes_on(moment), Voucher.paused_at.is_not(None)),
    Stand.USED_UP: lambda moment: sa.and_(
        _goes_on(moment), Voucher.paused_at.is_(None), Voucher.used >= Voucher.limit_total
    ),
    Stand.PLANNED: lambda moment: sa.and_(
        _goes_on(moment), Voucher.paused_at.is_(None), _LEFT, Voucher.starts_at > moment
    ),
    Stand.RUNNING: lambda moment: sa.and_(
        _goes_on(moment), Voucher.paused_at.is_(None), _LEFT, Voucher.starts_at <= moment
    ),
}
