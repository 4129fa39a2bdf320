"""What has happened to an order, in words for its buyer or for one of its workshops, from the audit trail.

Read by the order page and the studio; the desk reads the trail itself. Nothing of other workshops is told to a
workshop, and nothing of the back rooms to a buyer.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from checkout.models import Order, OrderLine, Payment, Refund, Shipment
from shop.models import AuditEntry
from shop.money import rupiah


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: datetime
    words: str
    note: str = ""


def for_buyer(session: Session, order: Order) -> list[Event]:
    """Give what happened to the whole order, oldest first."""
    return _events(session, order, None)


def for_workshop(session: Session, order: Order, workshop_id: int) -> list[Event]:
    """Give what happened to one workshop's part of an order, oldest first."""
    return _events(session, order, workshop_id)


def _events(session: Session, order: Order, workshop_id: int | None) -> list[Event]:
    names = dict(
        session.execute(
            sa.select(OrderLine.workshop_id, OrderLine.workshop_name).where(OrderLine.order_id == order.id)
        ).all()
    )
    parcels = session.execute(
        sa.select(Shipment.id, Shipment.workshop_id).where(Shipment.order_id == order.id)
    ).all()
    mine = {
        str(parcel_id): names.get(owner, "") for parcel_id, owner in parcels if workshop_id in (None, owner)
    }
    objects = [_about("orders", [str(order.id)]), _about("shipments", list(mine))]
    if workshop_id is None:
        objects += _money(session, order)
    rows = session.scalars(
        sa.select(AuditEntry).where(sa.or_(*objects)).order_by(AuditEntry.at, AuditEntry.id)
    )
    told = (_told(row, mine.get(row.object_id, ""), whole=workshop_id is None) for row in rows)
    return [event for event in told if event is not None]


def _about(table: str, ids: list[str]) -> sa.ColumnElement[bool]:
    return sa.and_(AuditEntry.object_type == table, AuditEntry.object_id.in_(ids))


def _money(session: Session, order: Order) -> list[sa.ColumnElement[bool]]:
    payments = list(session.scalars(sa.select(Payment.id).where(Payment.order_id == order.id)))
    refunds = session.scalars(sa.select(Refund.id).where(Refund.payment_id.in_(payments)))
    return [
        _about("payments", [str(one) for one in payments]),
        _about("refunds", [str(one) for one in refunds]),
    ]


def _told(row: AuditEntry, workshop: str, *, whole: bool) -> Event | None:
    after: dict[str, Any] = row.after or {}
    words = _parcel(row.action, workshop) or _order(row.action)
    if not words and whole:
        words = _payment(row.action, after)
    if not words:
        return None
    note = str(after.get("reason") or after.get("answer") or after.get("tracking_number") or "")
    return Event(row.at, words, note)


def _order(action: str) -> str:
    told: dict[str, str] = {
        "order.placed": gettext("The order was placed."),
        "order.to_transfer": gettext("You chose to pay by bank transfer."),
        "order.to_page": gettext("You chose to pay on the payment page."),
        "order.expired": gettext("The time to pay was over."),
        "order.cancelled": gettext("The order was cancelled before it was paid."),
        "order.completed": gettext("Every parcel was received: the order is complete."),
        "order.address_corrected": gettext("The address was put right."),
        "order.links_revoked": gettext("Old links to this order were closed."),
    }
    return told.get(action, "")


def _parcel(action: str, workshop: str) -> str:
    told: dict[str, str] = {
        "shipment.to_pack": gettext("%(workshop)s packs.", workshop=workshop),
        "shipment.split": gettext("%(workshop)s sends in two parcels.", workshop=workshop),
        "shipment.shipped": gettext("%(workshop)s has sent the parcel.", workshop=workshop),
        "shipment.corrected": gettext("Courier or tracking number was put right."),
        "shipment.delivered": gettext("The parcel from %(workshop)s has arrived.", workshop=workshop),
        "shipment.received": gettext("The parcel from %(workshop)s was accepted.", workshop=workshop),
        "shipment.cancelled": gettext("The parcel from %(workshop)s was called off.", workshop=workshop),
        "cancellation.asked": gettext(
            "The buyer asked to call the parcel from %(workshop)s off.", workshop=workshop
        ),
        "cancellation.granted": gettext("%(workshop)s agreed to call the parcel off.", workshop=workshop),
        "cancellation.refused": gettext("%(workshop)s cannot call the parcel off.", workshop=workshop),
        "cancellation.withdrawn": gettext("The wish to call the parcel off was taken back."),
    }
    return told.get(action, "")


def _payment(action: str, after: dict[str, Any]) -> str:
    amount = after.get("amount")
    written = rupiah(amount) if isinstance(amount, int) else ""
    told: dict[str, str] = {
        "payment.captured": gettext("Your payment of %(amount)s has arrived.", amount=written),
        "order.credited": gettext("%(amount)s is given back to you.", amount=written),
        "refund.done": gettext("The money has been sent back to you."),
        "refund.came_back": gettext("Your bank has sent the money back to us."),
        "refund.failed": gettext("The money could not be sent back at once. We are looking after it."),
    }
    return told.get(action, "")
