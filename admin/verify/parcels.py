"""Checks of parcels under way and of the letters that everybody was promised."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.couriers.port import TrackingState
from checkout.models import Order, ParcelTrack, Shipment, ShipmentState
from shop.db import now
from shop.mail import deliver
from shop.models import Job, JobState, Mail

GRACE = timedelta(minutes=15)
DELIVER = f"{deliver.__module__}.{deliver.__qualname__}"


def on_their_way(session: Session) -> Iterator[str]:
    """Find parcels whose state and days do not agree with what is known of their way."""
    arrived = sa.exists().where(
        ParcelTrack.shipment_id == Shipment.id,
        ParcelTrack.tracking_number == Shipment.tracking_number,
        ParcelTrack.state == TrackingState.DELIVERED,
    )
    rows = session.execute(
        sa.select(
            Order.number, Shipment.id, Shipment.state, Shipment.shipped_at, Shipment.delivered_at, arrived
        )
        .join(Order, Order.id == Shipment.order_id)
        .where(Shipment.state.in_((ShipmentState.SHIPPED, ShipmentState.DELIVERED)))
        .order_by(Shipment.id)
    )
    for number, shipment_id, state, shipped_at, delivered_at, is_there in rows:
        parcel = f"parcel {shipment_id} of {number}"
        if shipped_at is None:
            yield f"{parcel} left on no day"
        if state is ShipmentState.DELIVERED and delivered_at is None:
            yield f"{parcel} arrived on no day"
        if state is ShipmentState.SHIPPED and is_there:
            yield f"{parcel} has arrived, and its buyer's time has not begun"


def letters_sent_or_promised(session: Session) -> Iterator[str]:
    """Find letters that were not sent and that no job is going to send."""
    promised = sa.exists().where(
        Job.kind == DELIVER,
        Job.state != JobState.DONE,
        Job.args["mail_id"].as_integer() == Mail.id,
    )
    lost = sa.select(Mail.id, Mail.template).where(
        Mail.sent_at.is_(None), Mail.created_at < now() - GRACE, ~promised
    )
    for mail_id, template in session.execute(lost.order_by(Mail.id)):
        yield f"mail {mail_id} ({template}) is not sent, and nobody is going to send it"
