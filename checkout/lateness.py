"""Parcels that do not leave in time: who is reminded when, more days that a workshop asks for, the buyer's way out.

The worker calls `remind`; the studio asks for days, the buyer's order page answers or calls a late parcel off.
docs/shipping.md tells the steps.
"""

import enum
from collections.abc import Collection
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Workshop
from checkout import closed_days, credits, orders, parcel_letters, parcels
from checkout.credits import CreditItem
from checkout.models import (
    Credit,
    CreditKind,
    DelayState,
    Order,
    OrderState,
    ParcelDelay,
    Shipment,
    ShipmentState,
)
from checkout.workdays import LEAVES_BY, SATURDAY, Closed
from shop import audit, config, jobs
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import Conflict, Invalid, NotFound
from shop.i18n import WIB

MORNING = time(7, 0)
MOST_DAYS = 30
"""Working days that a workshop may ask for at once."""
MOST_QUESTIONS = 2
"""Times that it may ask about one parcel."""


class Stage(enum.StrEnum):
    """How late a parcel is; each is told once for each day that it should leave by."""

    SOON = "soon"
    """It should leave within one working day."""
    TODAY = "today"
    LATE = "late"
    VERY_LATE = "very_late"
    """One more working day has passed: the council is told."""
    MAY_CANCEL = "may_cancel"
    """The buyer may call it off."""


class NotLateEnough(Conflict):
    """The workshop still has time, or the parcel has left."""

    message = "This parcel cannot be called off: it has left, or its workshop still has time."


class NotAskable(Conflict):
    """More days can be asked for twice, one question at a time, while a parcel is to be packed."""

    message = (
        "You cannot ask for more days for this parcel: it has left, or a question is open, or was put twice."
    )


class BadDays(Invalid):
    """Not so many days."""

    message = "Please ask for 1 to %(most)s working days."


class NoSuchQuestion(NotFound):
    """No question for more days waits for this answer."""

    message = "This question was answered already, or the parcel has left."


def calendar_of(session: Session, parcel: Shipment) -> Closed:
    """Give the days that do not count for the workshop of a parcel, from before it should leave."""
    council_id = session.scalar(sa.select(Workshop.council_id).where(Workshop.id == parcel.workshop_id))
    since = min(parcel.ship_by or now(), now()).astimezone(WIB).date() - timedelta(days=31)
    return closed_days.of_council(session, council_id, since) if council_id else Closed()


def after_working_days(moment: datetime, days: int, closed: Closed | None = None) -> datetime:
    """Give the end of the working day so many working days after a moment; 0: of that day itself."""
    day, without = moment.astimezone(WIB).date(), (closed or Closed()).days
    step = timedelta(days=1 if days >= 0 else -1)
    left = abs(days)
    while left:
        day += step
        if day.weekday() < SATURDAY and day not in without:
            left -= 1
    return datetime.combine(day, LEAVES_BY, WIB)


def may_cancel_from(parcel: Shipment, closed: Closed | None = None) -> datetime | None:
    """Give the moment from which the buyer may call a parcel off that has not left."""
    if parcel.ship_by is None or parcel.state is not ShipmentState.TO_PACK:
        return None
    return after_working_days(parcel.ship_by, config.current().late_cancel_days, closed)


def may_cancel(order: Order, parcel: Shipment, closed: Closed | None = None) -> bool:
    """Say whether the buyer may call a parcel off now."""
    since = may_cancel_from(parcel, closed)
    return order.state is OrderState.PAID and since is not None and since <= now()


def stage(parcel: Shipment, moment: datetime, closed: Closed | None = None) -> Stage | None:
    """Say how late a parcel is; None while there is time."""
    due, cancellable = parcel.ship_by, may_cancel_from(parcel, closed)
    if due is None or cancellable is None:
        return None
    steps = (
        (cancellable, Stage.MAY_CANCEL),
        (min(after_working_days(due, 1, closed), cancellable), Stage.VERY_LATE),
        (due, Stage.LATE),
        (datetime.combine(due.astimezone(WIB).date(), MORNING, WIB), Stage.TODAY),
        (after_working_days(due, -1, closed), Stage.SOON),
    )
    return next((reached for since, reached in steps if since <= moment), None)


# --- reminding ---------------------------------------------------------------------------------------


@jobs.periodic(every=1800)
def remind() -> int:
    """Tell everybody whom it concerns of parcels that should leave or should have left; give how many there are."""
    # A week's holidays may lie between the reminder and the day.
    before = now() + timedelta(days=8)
    due = db.session.scalars(
        sa.select(Shipment.id)
        .join(Order, Order.id == Shipment.order_id)
        .where(
            Shipment.state == ShipmentState.TO_PACK,
            Shipment.ship_by <= before,
            Order.state == OrderState.PAID,
        )
        .order_by(Shipment.id)
    ).all()
    for shipment_id in due:
        with transaction() as session:
            parcel = session.get_one(Shipment, shipment_id)
            order = session.get_one(Order, parcel.order_id)
            closed = calendar_of(session, parcel)
            reached = stage(parcel, now(), closed)
            if reached is not None and order.state is OrderState.PAID:
                _tell(session, order, parcel, reached, closed)
    _lapse_questions()
    return len(due)


def _tell(session: Session, order: Order, parcel: Shipment, reached: Stage, closed: Closed) -> None:
    """Tell the furthest stage alone: after a standstill nobody gets four letters at once."""
    if parcel.ship_by is None:
        return
    since = may_cancel_from(parcel, closed) or parcel.ship_by
    days = {"day": parcel.ship_by, "cancel_day": since}
    key = f"{parcel.ship_by:%Y%m%d}"
    parcel_letters.to_workshop(session, order, parcel, reached.value, key=key, days=days)
    if reached in (Stage.LATE, Stage.MAY_CANCEL):
        parcel_letters.to_buyer(session, order, parcel, reached.value, key=key, days=days)
    if reached in (Stage.VERY_LATE, Stage.MAY_CANCEL):
        parcel_letters.to_council(session, order, parcel, "late", key=key, days=days)


def _lapse_questions() -> None:
    gone = sa.select(Shipment.id).where(Shipment.state != ShipmentState.TO_PACK)
    waiting = sa.and_(ParcelDelay.state == DelayState.ASKED, ParcelDelay.shipment_id.in_(gone))
    if db.session.scalar(sa.select(sa.exists().where(waiting))):
        with transaction() as session:
            session.execute(
                sa.update(ParcelDelay)
                .where(waiting)
                .values(state=DelayState.LAPSED, answered_at=now())
                .execution_options(synchronize_session=False)
            )


# --- more days ---------------------------------------------------------------------------------------


def open_questions(session: Session, sent: Collection[Shipment]) -> dict[int, ParcelDelay]:
    """Give the questions for more days that wait for the buyer, by parcel."""
    waiting = [parcel.id for parcel in sent if parcel.state is ShipmentState.TO_PACK]
    rows = session.scalars(
        sa.select(ParcelDelay).where(
            ParcelDelay.shipment_id.in_(waiting), ParcelDelay.state == DelayState.ASKED
        )
    )
    return {row.shipment_id: row for row in rows}


def questions(session: Session, shipment_id: int) -> list[ParcelDelay]:
    """Give what a workshop has asked about a parcel, oldest first."""
    mine = sa.select(ParcelDelay).where(ParcelDelay.shipment_id == shipment_id).order_by(ParcelDelay.id)
    return list(session.scalars(mine))


def can_ask(parcel: Shipment, asked: Collection[ParcelDelay]) -> bool:
    """Say whether a workshop may ask for more days for a parcel, given what it has asked."""
    return (
        parcel.state is ShipmentState.TO_PACK
        and parcel.ship_by is not None
        and len(asked) < MOST_QUESTIONS
        and not any(one.state is DelayState.ASKED for one in asked)
    )


def ask(session: Session, actor: Actor, parcel: Shipment, days: int, reason: str) -> ParcelDelay:
    """Ask the buyer for more working days, from the day that holds or from today, whichever is later.

    :raise NotAskable: :raise BadDays:
    """
    if not 1 <= days <= MOST_DAYS:
        raise BadDays(most=MOST_DAYS)
    order = orders.lock(session, parcel.order_id)
    session.refresh(parcel)
    if (
        order.state is not OrderState.PAID
        or parcel.ship_by is None
        or not can_ask(parcel, questions(session, parcel.id))
    ):
        raise NotAskable
    until = after_working_days(max(parcel.ship_by, now()), days, calendar_of(session, parcel))
    question = ParcelDelay(
        shipment_id=parcel.id, ship_by=parcel.ship_by, until=until, reason=reason,
        asked_by_id=actor.user_id, created_at=now(),
    )  # fmt: skip
    session.add(question)
    session.flush()
    audit.record(
        session, actor, "shipment.delay_asked", parcel,
        before={"ship_by": str(parcel.ship_by)}, after={"until": str(until), "reason": reason},
        scope=parcels.scope_of(session, parcel),
    )  # fmt: skip
    parcel_letters.to_buyer(
        session, order, parcel, "delay_asked", key=str(question.id),
        days={"day": parcel.ship_by, "until": until}, reason=reason,
    )  # fmt: skip
    return question


def answer(session: Session, actor: Actor, order: Order, question_id: int, *, accept: bool) -> ParcelDelay:
    """Take the buyer's yes or no to more days; with a yes the parcel has until then. :raise NoSuchQuestion:"""
    order = orders.lock(session, order.id)
    question = session.get(ParcelDelay, question_id, populate_existing=True)
    parcel = session.get(Shipment, question.shipment_id, populate_existing=True) if question else None
    if (
        question is None
        or parcel is None
        or parcel.order_id != order.id
        or question.state is not DelayState.ASKED
        or parcel.state is not ShipmentState.TO_PACK
    ):
        raise NoSuchQuestion
    question.state = DelayState.ACCEPTED if accept else DelayState.DECLINED
    question.answered_at = now()
    before = parcel.ship_by
    if accept:
        parcel.ship_by = question.until
    audit.record(
        session, actor, f"shipment.delay_{question.state}", parcel,
        before={"ship_by": str(before)}, after={"ship_by": str(parcel.ship_by)}, scope=parcels.scope_of(session, parcel),
    )  # fmt: skip
    parcel_letters.to_workshop(
        session, order, parcel, f"delay_{question.state}", key=str(question.id),
        days={"day": parcel.ship_by or question.until},
    )  # fmt: skip
    return question


# --- the buyer's way out -----------------------------------------------------------------------------


def cancel(session: Session, actor: Actor, order: Order, parcel: Shipment, reason: str) -> Credit:
    """Call a late parcel off: its money goes back, its pieces go on sale again.

    :raise NotLateEnough: :raise checkout.credits.NothingToCredit:
    """
    order = orders.lock(session, order.id)
    session.refresh(parcel)
    if parcel.order_id != order.id or not may_cancel(order, parcel, calendar_of(session, parcel)):
        raise NotLateEnough
    inside = parcels.contents(session, parcel.id)
    items = [CreditItem(order_line_id=one.order_line_id, quantity=one.quantity) for one in inside]
    parcel_letters.to_workshop(session, order, parcel, "called_off")
    parcel_letters.to_council(session, order, parcel, "called_off")
    return credits.give(
        session, actor, order, items,
        kind=CreditKind.CANCELLED, reason=reason, key=f"late:{parcel.id}",
        back_to_shelf=True, parcel_id=parcel.id,
    )  # fmt: skip
