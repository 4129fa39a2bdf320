"""Where parcels are: what couriers, workshops and councils say of them, and what follows.

The worker asks the aggregator (`ask_couriers`) where a key is set; otherwise the studio and the desk write down what
the courier's own page says (`by_hand`). A parcel said to be delivered begins the buyer's time to compare; one that
comes back or is lost goes to the council (`checkout.stranded`). docs/shipping.md tells the states.
"""

import hashlib
import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import orders, parcel_letters, parcels
from checkout.couriers import port
from checkout.couriers.port import Checkpoint, Tracking, TrackingState
from checkout.models import (
    CheckpointSource,
    Order,
    OrderState,
    ParcelCheckpoint,
    ParcelTrack,
    Shipment,
    ShipmentState,
)
from shop import audit, config, jobs
from shop.audit import Actor
from shop.db import db, insert, now, transaction
from shop.errors import Conflict, Invalid

log = logging.getLogger(__name__)

TROUBLE = (TrackingState.RETURNING, TrackingState.RETURNED, TrackingState.LOST)
"""States in which time alone never takes a parcel as received."""
ENDED = (TrackingState.DELIVERED, TrackingState.RETURNED, TrackingState.LOST)
"""States after which a courier is not asked any more."""
BY_WORKSHOP = (
    TrackingState.IN_TRANSIT,
    TrackingState.OUT_FOR_DELIVERY,
    TrackingState.DELIVERED,
    TrackingState.RETURNING,
    TrackingState.RETURNED,
)
BY_COUNCIL = (*BY_WORKSHOP, TrackingState.HELD, TrackingState.LOST)
AT_ONCE = 40
"""Parcels asked about in one go of the worker: the quotas are small."""
FIRST_AFTER = timedelta(hours=2)
AGAIN_AFTER = {TrackingState.OUT_FOR_DELIVERY: timedelta(hours=2)}
USUALLY_AFTER = timedelta(hours=6)
UNKNOWN_TOLD_AFTER = timedelta(hours=24)
UNKNOWN_GIVEN_UP_AFTER = timedelta(days=30)
STUCK_AFTER = timedelta(days=7)
"""After the day it should have arrived: a parcel said to be still under way is asked about."""
REUSED = timedelta(days=2)
"""What happened so long before a parcel was sent belongs to another one that had its number."""
TOLD_LATE = timedelta(hours=12)
"""The buyer's time never began longer ago than this when the shop hears of a delivery."""


class NotUnderWay(Conflict):
    """Only a parcel that was sent and has not arrived is followed."""

    message = "This parcel is not on its way. Please look at it again."


class NotYoursToSay(Invalid):
    """A state that this side cannot write down."""

    message = "Please choose where the parcel is."


def accept_until(delivered_at: datetime) -> datetime:
    """Give the moment after which a delivered parcel counts as accepted."""
    return delivered_at + timedelta(days=config.current().claim_days)


# --- looking -----------------------------------------------------------------------------------------


def tracks(session: Session, sent: Collection[Shipment]) -> dict[int, ParcelTrack]:
    """Give what is known of parcels under the tracking numbers they have now, by parcel."""
    numbers = {parcel.id: parcel.tracking_number for parcel in sent}
    rows = session.scalars(sa.select(ParcelTrack).where(ParcelTrack.shipment_id.in_(numbers)))
    return {row.shipment_id: row for row in rows if row.tracking_number == numbers[row.shipment_id]}


def checkpoints(session: Session, sent: Collection[Shipment]) -> dict[int, list[ParcelCheckpoint]]:
    """Give the checkpoints of parcels under the numbers they have now, the latest first."""
    numbers = {parcel.id: parcel.tracking_number for parcel in sent}
    rows = session.scalars(
        sa.select(ParcelCheckpoint)
        .where(ParcelCheckpoint.shipment_id.in_(numbers))
        .order_by(ParcelCheckpoint.at.desc(), ParcelCheckpoint.id.desc())
    )
    found: dict[int, list[ParcelCheckpoint]] = {}
    for row in rows:
        if row.tracking_number == numbers[row.shipment_id]:
            found.setdefault(row.shipment_id, []).append(row)
    return found


def under_way_still() -> sa.ColumnElement[bool]:
    """Give the condition on Shipment of those said to be somewhere else than with the buyer: no time runs for them."""
    return sa.exists().where(
        ParcelTrack.shipment_id == Shipment.id,
        ParcelTrack.tracking_number == Shipment.tracking_number,
        ParcelTrack.state.is_not(None),
        ParcelTrack.state != TrackingState.DELIVERED,
        Shipment.state == ShipmentState.SHIPPED,
    )


# --- hearing -----------------------------------------------------------------------------------------


def by_hand(
    session: Session,
    actor: Actor,
    parcel: Shipment,
    state: TrackingState,
    source: CheckpointSource,
    *,
    words: str = "",
    place: str = "",
) -> None:
    """Write down what the courier's own page says of a parcel, as of now.

    :raise NotYoursToSay: :raise NotUnderWay:
    """
    if state not in (BY_COUNCIL if source is CheckpointSource.COUNCIL else BY_WORKSHOP):
        raise NotYoursToSay
    order = orders.lock(session, parcel.order_id)
    session.refresh(parcel)
    if parcel.state is not ShipmentState.SHIPPED:
        raise NotUnderWay
    track = _track(session, parcel)
    _keep(session, parcel, [Checkpoint(now(), state, words, place)], source)
    _follow(session, actor, order, parcel, track, state, now())


def heard(session: Session, parcel: Shipment, said: Tracking) -> bool:
    """Take down what the courier says of a parcel; say whether that changed anything."""
    order = orders.lock(session, parcel.order_id)
    session.refresh(parcel)
    if parcel.state is not ShipmentState.SHIPPED or parcel.shipped_at is None:
        return False
    track = _track(session, parcel)
    points = [point for point in said.checkpoints if point.at > parcel.shipped_at - REUSED]
    track.asked_at, track.unknown_since = now(), None
    track.ask_next_at = now() + AGAIN_AFTER.get(said.state, USUALLY_AFTER)
    if not points:  # the story of another parcel that once had this number
        return False
    track.receiver = said.receiver
    _keep(session, parcel, points, CheckpointSource.COURIER)
    if track.state is said.state:
        return False
    _follow(session, Actor.system("courier"), order, parcel, track, said.state, points[-1].at)
    return True


def _track(session: Session, parcel: Shipment) -> ParcelTrack:
    """Give the row that follows a parcel; another tracking number begins anew."""
    found = session.get(ParcelTrack, parcel.id)
    if found is None:
        found = ParcelTrack(shipment_id=parcel.id, tracking_number=parcel.tracking_number, receiver="")
        session.add(found)
    elif found.tracking_number != parcel.tracking_number:
        found.tracking_number, found.receiver = parcel.tracking_number, ""
        found.state = found.changed_at = found.asked_at = found.unknown_since = None
    return found


def _keep(session: Session, parcel: Shipment, points: Iterable[Checkpoint], source: CheckpointSource) -> None:
    for point in points:
        said = f"{parcel.tracking_number}|{point.at.isoformat()}|{point.state}|{point.words}|{point.place}"
        row = {
            "shipment_id": parcel.id,
            "key": hashlib.sha256(said.encode()).hexdigest()[:40],
            "tracking_number": parcel.tracking_number,
            "at": point.at,
            "state": point.state,
            "words": point.words[:200],
            "place": point.place[:80],
            "source": source,
            "created_at": now(),
        }
        session.execute(insert(session, ParcelCheckpoint).values(**row).on_conflict_do_nothing())


def _follow(
    session: Session,
    actor: Actor,
    order: Order,
    parcel: Shipment,
    track: ParcelTrack,
    state: TrackingState,
    at: datetime,
) -> None:
    before, track.state, track.changed_at = track.state, state, now()
    if state in ENDED:
        track.ask_next_at = None
    audit.record(
        session, actor, "shipment.tracked", parcel,
        before={"tracking": f"parcel.{before}" if before else ""},
        after={"tracking": f"parcel.{state}"}, scope=parcels.scope_of(session, parcel),
    )  # fmt: skip
    if state is TrackingState.DELIVERED:
        delivered(session, actor, order, parcel, at)
    elif state is TrackingState.HELD:
        _tell(session, order, parcel, "held", council=False)
    elif state in TROUBLE:
        _tell(session, order, parcel, state.value)


def delivered(session: Session, actor: Actor, order: Order, parcel: Shipment, at: datetime) -> None:
    """Take a parcel as arrived: the buyer is asked to compare, and has his time from now. Needs `orders.lock`.

    :raise checkout.parcels.ParcelMoved: when it is not on its way.
    """
    earliest = max(parcel.shipped_at or at, now() - TOLD_LATE)
    moment = min(max(at, earliest), now())
    parcels.move(session, actor, parcel, ShipmentState.DELIVERED, delivered_at=moment)
    if order.state is OrderState.PAID:
        days = {"day": moment, "until": accept_until(moment)}
        parcel_letters.to_buyer(session, order, parcel, "delivered", key=parcel.tracking_number, days=days)


def _tell(session: Session, order: Order, parcel: Shipment, kind: str, *, council: bool = True) -> None:
    # Once per number and kind: a courier who wavers does not fill letterboxes.
    key = parcel.tracking_number
    parcel_letters.to_buyer(session, order, parcel, kind, key=key)
    parcel_letters.to_workshop(session, order, parcel, kind, key=key)
    if council:
        parcel_letters.to_council(session, order, parcel, kind, key=key)


# --- asking ------------------------------------------------------------------------------------------


@jobs.periodic(every=600)
def ask_couriers() -> int:
    """Ask where the parcels under way are, the longest unasked first; give how many answers there were.

    Does nothing without a key. Stops at the first call that fails: the others would wait for nothing.
    """
    aggregator = port.current()
    if aggregator is None:
        return 0
    answers = 0
    for shipment_id, courier, number, phone in _due():
        db.session.rollback()  # no transaction is open while somebody outside is asked
        try:
            said = aggregator.track(courier, number, phone=phone)
        except port.NoSuchWaybill:
            with transaction() as session:
                _unknown(session, session.get_one(Shipment, shipment_id), number)
            continue
        except (port.Unreachable, port.Refused):
            break
        with transaction() as session:
            parcel = session.get_one(Shipment, shipment_id)
            if parcel.tracking_number == number:  # not put right meanwhile
                heard(session, parcel, said)
        answers += 1
    return answers


def _due() -> list[tuple[int, str, str, str]]:
    moment = now()
    other_number = ParcelTrack.tracking_number != Shipment.tracking_number
    rows = db.session.execute(
        sa.select(Shipment.id, Shipment.courier, Shipment.tracking_number, Order.phone)
        .join(Order, Order.id == Shipment.order_id)
        .outerjoin(ParcelTrack, ParcelTrack.shipment_id == Shipment.id)
        .where(
            Shipment.state == ShipmentState.SHIPPED,
            Shipment.shipped_at <= moment - FIRST_AFTER,
            Shipment.courier != "",
            Shipment.tracking_number != "",
            Order.state == OrderState.PAID,
            sa.or_(
                ParcelTrack.shipment_id.is_(None),
                other_number,
                ParcelTrack.ask_next_at <= moment,
                # written down by hand before a courier was ever asked
                sa.and_(ParcelTrack.asked_at.is_(None), ParcelTrack.state.not_in(ENDED)),
            ),
        )
        .order_by(ParcelTrack.ask_next_at.is_not(None), ParcelTrack.ask_next_at, Shipment.id)
        .limit(AT_ONCE)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _unknown(session: Session, parcel: Shipment, number: str) -> None:
    """Note that the courier does not know a number; after a day the workshop is asked to look at it again."""
    order = orders.lock(session, parcel.order_id)
    session.refresh(parcel)
    if parcel.state is not ShipmentState.SHIPPED or parcel.tracking_number != number:
        return
    track = _track(session, parcel)
    since = track.unknown_since or now()
    track.asked_at, track.unknown_since = now(), since
    given_up = now() - since > UNKNOWN_GIVEN_UP_AFTER
    track.ask_next_at = None if given_up else now() + USUALLY_AFTER
    if now() - since >= UNKNOWN_TOLD_AFTER:
        parcel_letters.to_workshop(session, order, parcel, "unknown", key=number, tracking_number=number)


@jobs.periodic(every=21_600)
def look_for_stuck() -> int:
    """Ask workshop and council, once, about parcels that are said to be under way long after their time; give how many."""
    rows = db.session.execute(
        sa.select(Shipment.id, Shipment.shipped_at, Shipment.etd_max_days)
        .join(Order, Order.id == Shipment.order_id)
        .where(under_way_still(), Order.state == OrderState.PAID)
    ).all()
    stuck = [
        shipment_id
        for shipment_id, sent_at, days in rows
        if sent_at is not None and sent_at + timedelta(days=days) + STUCK_AFTER < now()
    ]
    for shipment_id in stuck:
        with transaction() as session:
            parcel = session.get_one(Shipment, shipment_id)
            order = session.get_one(Order, parcel.order_id)
            key = parcel.tracking_number
            parcel_letters.to_workshop(session, order, parcel, "stuck", key=key)
            parcel_letters.to_council(session, order, parcel, "stuck", key=key)
    return len(stuck)
