"""Parcels that came back or were lost: the money goes back, or the workshop sends again.

Called by the desk's page of a parcel (both) and by the studio (sending again what came back).
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import stock
from checkout import credits, lateness, orders, parcel_letters, parcels, tracking
from checkout.couriers.port import TrackingState
from checkout.credits import CreditItem
from checkout.models import Credit, CreditKind, OrderLine, Shipment, ShipmentState
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict

STATES = (TrackingState.RETURNED, TrackingState.LOST)
"""States in which somebody has to decide."""


class NotStranded(Conflict):
    """The parcel did not come back and is not lost."""

    message = "This parcel did not come back and is not lost. Please look at it again."


def state_of(session: Session, parcel: Shipment) -> TrackingState | None:
    """Give RETURNED or LOST for a parcel that somebody has to decide about; None for others."""
    track = tracking.tracks(session, [parcel]).get(parcel.id)
    if parcel.state is not ShipmentState.SHIPPED or track is None:
        return None
    return track.state if track.state in STATES else None


def give_back(
    session: Session, actor: Actor, parcel: Shipment, reason: str, *, postage: bool, for_sale: bool
) -> Credit:
    """Give the buyer the money of a parcel back, which then counts as called off.

    `for_sale` puts the pieces on sale again, which only pieces that came back can be.
    :raise NotStranded: :raise checkout.credits.ReasonMissing: :raise checkout.credits.NothingToCredit:
    """
    order = orders.lock(session, parcel.order_id)
    session.refresh(parcel)
    state = state_of(session, parcel)
    if state is None:
        raise NotStranded
    inside = parcels.contents(session, parcel.id)
    items = [CreditItem(order_line_id=one.order_line_id, quantity=one.quantity) for one in inside]
    if postage:
        items.append(CreditItem(shipment_id=parcel.id))
    pieces = _pieces(session, {one.order_line_id: one.quantity for one in inside})
    parcels.move(session, actor, parcel, ShipmentState.CANCELLED)
    parcel_letters.to_workshop(session, order, parcel, "given_back", reason=reason)
    returned = state is TrackingState.RETURNED
    credit = credits.give(
        session, actor, order, items,
        kind=CreditKind.RETURNED if returned else CreditKind.LOST, reason=reason, key=f"stranded:{parcel.id}",
    )  # fmt: skip
    if for_sale and returned:
        stock.return_(session, pieces, order.number)
    return credit


def send_again(session: Session, actor: Actor, parcel: Shipment) -> None:
    """Let the workshop pack a parcel anew that came back. :raise NotStranded:"""
    order = orders.lock(session, parcel.order_id)
    session.refresh(parcel)
    if state_of(session, parcel) is not TrackingState.RETURNED:
        raise NotStranded
    number = parcel.tracking_number
    due = lateness.after_working_days(now(), parcels.PACKING_DAYS, lateness.calendar_of(session, parcel))
    parcels.move(
        session, actor, parcel, ShipmentState.TO_PACK,
        ship_by=due, courier="", service="", tracking_number="", shipped_at=None,
    )  # fmt: skip
    days = {"day": due}
    parcel_letters.to_buyer(session, order, parcel, "again", key=number, days=days)
    parcel_letters.to_workshop(session, order, parcel, "again", key=number, days=days)


def _pieces(session: Session, quantities: dict[int, int]) -> dict[int, int]:
    rows = session.execute(sa.select(OrderLine.id, OrderLine.variant_id).where(OrderLine.id.in_(quantities)))
    pieces: dict[int, int] = {}
    for line_id, variant_id in rows:
        pieces[variant_id] = pieces.get(variant_id, 0) + quantities[line_id]
    return pieces
