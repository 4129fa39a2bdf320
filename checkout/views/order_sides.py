"""What stands beside the parcels on a buyer's order page: wishes, notes, money given back, what happened."""

from typing import Any

from checkout import addresses, calling_off, credits, notes, orders, timeline
from checkout.models import Order
from checkout.overview import OrderView
from shop.db import db


def of(order: Order, view: OrderView) -> dict[str, Any]:
    """Give it for one order."""
    session = db.session()
    lines = orders.lines_of(session, order.id)
    return {
        "names": {line.workshop_id: line.workshop_name for line in lines},
        "wishes": calling_off.latest(session, [parcel.shipment.id for parcel in view.parcels]),
        "notes": notes.for_buyer(session, order),
        "credits": credits.of_order(session, order.id),
        "events": timeline.for_buyer(session, order),
        "can_be_corrected": addresses.can_be_corrected(session, order),
    }
