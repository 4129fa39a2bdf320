"""What an open claim holds back: its parcel is not taken as received by time, and earned money of it is not paid out.

Asked by `checkout.shipping` and by payouts. Knows the tables alone, so that everybody may ask.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import Claim, Order, OrderLine, Shipment, ShipmentLine, ShipmentState
from checkout.models.claim import CLOSED


@dataclass(frozen=True, slots=True)
class Hold:
    """Money that a workshop has earned and may have to give back, in rupiah."""

    claim_id: int
    order_number: str
    amount: int
    since: datetime


def is_held(session: Session, shipment_id: int) -> bool:
    """Say whether a parcel has an open claim."""
    return bool(
        session.scalar(
            sa.select(sa.exists().where(Claim.shipment_id == shipment_id, Claim.state.not_in(CLOSED)))
        )
    )


def held_parcels() -> sa.ColumnElement[bool]:
    """Give the condition on Shipment of those with an open claim."""
    return sa.exists().where(Claim.shipment_id == Shipment.id, Claim.state.not_in(CLOSED))


def holds(session: Session, workshop_id: int) -> list[Hold]:
    """Give what open claims hold of a workshop's earned money, oldest first.

    A claim about a parcel that was not accepted yet holds nothing here: its money is not earned yet.
    """
    rows = session.execute(
        sa.select(Claim.id, Claim.opened_at, Order.number, Shipment)
        .join(Order, Order.id == Claim.order_id)
        .join(Shipment, Shipment.id == Claim.shipment_id)
        .where(
            Claim.workshop_id == workshop_id,
            Claim.state.not_in(CLOSED),
            Shipment.state == ShipmentState.RECEIVED,
        )
        .order_by(Claim.id)
    ).all()
    return [Hold(claim_id, number, _earned(session, parcel), at) for claim_id, at, number, parcel in rows]


def _earned(session: Session, parcel: Shipment) -> int:
    """Give what a workshop has earned of an accepted parcel and has not given back, rounded up."""
    earned = parcel.net * (parcel.paid - parcel.credited) // parcel.paid if parcel.paid else 0
    rows = session.execute(
        sa.select(OrderLine, ShipmentLine.quantity)
        .join(ShipmentLine, ShipmentLine.order_line_id == OrderLine.id)
        .where(ShipmentLine.shipment_id == parcel.id)
    )
    for line, pieces in rows:
        left = line.net * (line.paid - line.credited) // line.paid if line.paid else line.net
        earned += -(-left * pieces // line.quantity)
    return max(earned, 0)
