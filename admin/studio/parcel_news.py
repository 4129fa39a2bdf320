"""What the studio's page of a parcel shows of its way and of its lateness."""

from typing import Any

from sqlalchemy.orm import Session

from checkout import lateness, parcel_stories, stranded, tracking
from checkout.couriers.port import TrackingState
from checkout.models import Order, Shipment


def news(session: Session, parcel: Shipment, order: Order) -> dict[str, Any]:
    """Give what the page of a parcel shows of its way."""
    asked = lateness.questions(session, parcel.id)
    return {
        "story": parcel_stories.of(session, order, [parcel])[parcel.id],
        "questions": asked,
        "can_ask": lateness.can_ask(parcel, asked),
        "places": [(state.value, parcel_stories.WORDS[state]) for state in tracking.BY_WORKSHOP],
        "most_days": lateness.MOST_DAYS,
        "came_back": stranded.state_of(session, parcel) is TrackingState.RETURNED,
    }
