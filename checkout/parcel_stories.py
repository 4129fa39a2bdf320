"""What each party is shown of a parcel: its checkpoints, whether it is late, what can be done. Never changes anything.

Read by the buyer's order page, the studio and the desk.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from checkout import lateness, tracking
from checkout.couriers.port import TrackingState
from checkout.models import (
    Order,
    OrderState,
    ParcelCheckpoint,
    ParcelDelay,
    ParcelTrack,
    Shipment,
    ShipmentState,
)
from shop.db import now

WORDS = {
    TrackingState.ACCEPTED: "Taken by the courier",
    TrackingState.IN_TRANSIT: "On its way",
    TrackingState.OUT_FOR_DELIVERY: "Out for delivery",
    TrackingState.DELIVERED: "Delivered",
    TrackingState.HELD: "Could not be handed over",
    TrackingState.RETURNING: "On its way back",
    TrackingState.RETURNED: "Back at the workshop",
    TrackingState.LOST: "Lost on the way",
}
"""English msgids."""


@dataclass(frozen=True, slots=True)
class Story:
    """One parcel."""

    checkpoints: tuple[ParcelCheckpoint, ...]
    """The latest first."""
    track: ParcelTrack | None
    is_late: bool
    cancel_from: datetime | None
    """From when the buyer may call it off; None: it is not to be packed."""
    may_cancel: bool
    question: ParcelDelay | None
    """More days that the workshop asks for."""
    accept_until: datetime | None
    """When it counts as received, once it has been delivered."""

    @property
    def state(self) -> TrackingState | None:
        """Where it is."""
        return self.track.state if self.track else None

    @property
    def steps(self) -> list[tuple[str, ParcelCheckpoint]]:
        """The checkpoints, each with an English msgid of what it says."""
        return [(WORDS[point.state], point) for point in self.checkpoints]

    @property
    def state_words(self) -> str:
        """Where it is, as an English msgid."""
        return WORDS[self.state] if self.state else ""


def of(session: Session, order: Order, sent: Collection[Shipment]) -> dict[int, Story]:
    """Give the stories of an order's parcels, by parcel."""
    tracks, points = tracking.tracks(session, sent), tracking.checkpoints(session, sent)
    asked = lateness.open_questions(session, sent)
    served = order.state is OrderState.PAID
    stories = {}
    for parcel in sent:
        waits = served and parcel.state is ShipmentState.TO_PACK
        closed = lateness.calendar_of(session, parcel) if waits else None
        arrived = parcel.delivered_at if parcel.state is ShipmentState.DELIVERED else None
        stories[parcel.id] = Story(
            checkpoints=tuple(points.get(parcel.id, ())),
            track=tracks.get(parcel.id),
            is_late=waits and parcel.ship_by is not None and parcel.ship_by < now(),
            cancel_from=lateness.may_cancel_from(parcel, closed) if waits else None,
            may_cancel=waits and lateness.may_cancel(order, parcel, closed),
            question=asked.get(parcel.id) if waits else None,
            accept_until=tracking.accept_until(arrived) if arrived else None,
        )
    return stories
