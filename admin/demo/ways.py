"""The demonstration's parcels under way: what couriers say of them, one of each trouble, and some that are late.

Called by `market.load` after claims, in the way the worker and people go, so that letters and history are as in a
real shop.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council, Workshop, WorkshopMember
from checkout import lateness, shipping, tracking
from checkout.claims.holding import held_parcels
from checkout.couriers.port import Checkpoint, Tracking, TrackingState
from checkout.models import Order, OrderState, Shipment, ShipmentState
from shop.audit import Actor
from shop.db import now

HOME = "17"
ENDS = (
    TrackingState.IN_TRANSIT,
    TrackingState.RETURNED,
    TrackingState.OUT_FOR_DELIVERY,
    TrackingState.LOST,
    TrackingState.DELIVERED,
    TrackingState.HELD,
    TrackingState.IN_TRANSIT,
    TrackingState.DELIVERED,
)
"""Where parcels on their way have got to."""
WORDS = {
    TrackingState.ACCEPTED: ("Paket diterima di konter", "Bengkulu"),
    TrackingState.IN_TRANSIT: ("Tiba di pusat sortir", "Lubuklinggau"),
    TrackingState.OUT_FOR_DELIVERY: ("Dibawa kurir", ""),
    TrackingState.DELIVERED: ("Diterima", ""),
    TrackingState.HELD: ("Rumah kosong", ""),
    TrackingState.RETURNED: ("Kembali ke pengirim, alamat tidak ditemukan", "Bengkulu"),
    TrackingState.LOST: ("Dinyatakan hilang", ""),
}
AT_HOME = (TrackingState.RETURNED, TrackingState.LOST, TrackingState.IN_TRANSIT)
"""And where those of Bengkulu have got to that its workshops send now."""
STAY = 4
"""Parcels of Bengkulu that stay to be packed."""
LATE = (1, 8)
"""Days by which two parcels are late."""


def load(session: Session, users: dict[str, int]) -> None:
    """Let couriers speak of what is under way; let some parcels be late, and one workshop ask for days."""
    actor = Actor("Perajin", users["perajin"])
    for parcel, end in zip(_parcels(session, users["perajin"], ShipmentState.SHIPPED), ENDS, strict=False):
        tracking.heard(session, parcel, _story(parcel, end))
    waiting = _parcels(session, users["perajin"], ShipmentState.TO_PACK, home=True)
    for parcel, end in zip(waiting[STAY:], AT_HOME, strict=False):
        shipping.ship(session, actor, parcel, "jne", "REG", f"PERAGA{parcel.id:09}")
        paid_at = session.get_one(Order, parcel.order_id).paid_at or now()
        parcel.shipped_at = max(now() - timedelta(days=2), paid_at + timedelta(hours=1))
        session.flush()
        tracking.heard(session, parcel, _story(parcel, end))
    for parcel, days in zip(waiting[1:STAY], LATE, strict=False):
        parcel.ship_by = now() - timedelta(days=days)
    for parcel in waiting[STAY - 1 : STAY]:
        lateness.ask(session, actor, parcel, 4, "Pewarna alam belum kering karena hujan terus.")


def _parcels(
    session: Session, artisan_id: int, state: ShipmentState, *, home: bool = False
) -> list[Shipment]:
    """Give parcels without a claim, of anywhere or of Bengkulu, those of the demonstration's artisan first."""
    mine = sa.exists().where(
        WorkshopMember.workshop_id == Shipment.workshop_id, WorkshopMember.user_id == artisan_id
    )
    query = (
        sa.select(Shipment)
        .join(Order, Order.id == Shipment.order_id)
        .join(Workshop, Workshop.id == Shipment.workshop_id)
        .join(Council, Council.id == Workshop.council_id)
        .where(
            sa.or_(sa.literal(not home), Council.code == HOME),
            Shipment.state == state,
            Shipment.pick_up.is_(False),
            Order.state == OrderState.PAID,
            ~held_parcels(),
        )
        .order_by(mine.desc(), (Council.code == HOME).desc(), Shipment.id.desc())
    )
    return list(session.scalars(query.limit(len(ENDS))))


def _story(parcel: Shipment, end: TrackingState) -> Tracking:
    first = parcel.shipped_at or now()
    way = [TrackingState.ACCEPTED, TrackingState.IN_TRANSIT]
    if end in (TrackingState.DELIVERED, TrackingState.HELD):
        way.append(TrackingState.OUT_FOR_DELIVERY)
    if end is not TrackingState.IN_TRANSIT:
        way.append(end)
    step = (now() - first) / (len(way) + 1)
    points = (Checkpoint(first + step * (place + 1), state, *WORDS[state]) for place, state in enumerate(way))
    return Tracking(end, tuple(points))
