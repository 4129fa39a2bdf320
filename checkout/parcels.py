"""Parcels as rows: one shipment per workshop and order, its moves, and by when it should leave.

The ground under `checkout.orders` (which opens and cancels parcels) and `checkout.shipping` (which sends them).
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council, Workshop
from checkout import closed_days, pick_up, workdays
from checkout.models import (
    CancellationRequest,
    OrderLine,
    RequestState,
    Shipment,
    ShipmentLine,
    ShipmentState,
)
from checkout.workdays import Closed
from shop import audit, settled
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict
from shop.i18n import WIB
from shop.writes import change_if

MOVES: dict[ShipmentState, frozenset[ShipmentState]] = {
    ShipmentState.WAITING: frozenset({ShipmentState.TO_PACK, ShipmentState.CANCELLED}),
    ShipmentState.TO_PACK: frozenset({ShipmentState.SHIPPED, ShipmentState.CANCELLED}),
    # Back to packing, or called off: only what came back or was lost (checkout.stranded).
    ShipmentState.SHIPPED: frozenset(
        {
            ShipmentState.DELIVERED,
            ShipmentState.RECEIVED,
            ShipmentState.TO_PACK,
            ShipmentState.CANCELLED,
        }
    ),
    ShipmentState.DELIVERED: frozenset({ShipmentState.RECEIVED}),
    ShipmentState.RECEIVED: frozenset(),
    ShipmentState.CANCELLED: frozenset(
        {ShipmentState.TO_PACK}
    ),  # the order was paid late and is served after all
}
"""The allowed moves; docs/orders.md says who makes them."""
PACKING_DAYS = 2
"""Working days a workshop has to send what is ready (domain.md 4.7)."""


class ParcelMoved(Conflict):
    """The parcel is not in a state that allows this."""

    message = "This parcel has changed in the meantime. Please look at it again."


def move(
    session: Session, actor: Actor, parcel: Shipment, to: ShipmentState, *, scope: str = "", **values: object
) -> None:
    """Move a parcel to another state, with its audit row in its council's history. :raise ParcelMoved:

    `scope` is that council's code, where the caller knows it.
    """
    before = parcel.state
    if to not in MOVES[before]:
        raise ParcelMoved
    if not change_if(session, parcel, {"state": before}, state=to, **values):
        raise ParcelMoved
    scope = scope or scope_of(session, parcel)
    audit.record(
        session,
        actor,
        f"shipment.{to}",
        parcel,
        before={"state": before},
        after={"state": to, **{name: str(value) for name, value in values.items()}},
        scope=scope,
    )
    if before is ShipmentState.TO_PACK:
        _overtake(session, actor, parcel, scope)


def scope_of(session: Session, parcel: Shipment) -> str:
    """Give the code of the council in whose history a parcel's steps stand."""
    found = session.scalar(
        sa.select(Council.code)
        .join(Workshop, Workshop.council_id == Council.id)
        .where(Workshop.id == parcel.workshop_id)
    )
    return found or ""


def _overtake(session: Session, actor: Actor, parcel: Shipment, scope: str) -> None:
    """Close a buyer's wish to call the parcel off that its own way has answered."""
    ended = session.scalars(
        sa.update(CancellationRequest)
        .where(CancellationRequest.shipment_id == parcel.id, CancellationRequest.state == RequestState.ASKED)
        .values(state=RequestState.OVERTAKEN, answered_at=now())
        .returning(CancellationRequest.id)
    )
    for request_id in ended.all():
        audit.record(
            session, actor, "cancellation.overtaken", parcel, after={"request": request_id}, scope=scope
        )


def open_parcels(
    session: Session, actor: Actor, lines: Iterable[OrderLine], parcels: Iterable[Shipment], paid_at: datetime
) -> None:
    """Let the workshops of a paid order pack, each with the day by which its parcel should leave."""
    lead: dict[int, int] = {}
    council_of: dict[int, int] = {}
    for line in lines:
        lead[line.workshop_id] = max(lead.get(line.workshop_id, 0), line.lead_days)
        council_of[line.workshop_id] = line.council_id
    ids = set(council_of.values())
    codes = {row.id: row.code for row in settled.read(session, _CODES, {"ids": ids})}
    closed = closed_days.of_councils(session, ids, paid_at.astimezone(WIB).date())
    cutoffs = pick_up.cutoffs(session, ids)
    for parcel in parcels:
        council = council_of[parcel.workshop_id]
        due = ship_by(paid_at, lead[parcel.workshop_id], closed[council], cutoffs[council])
        move(session, actor, parcel, ShipmentState.TO_PACK, scope=codes[council], ship_by=due)


_CODES = sa.select(Council.id, Council.code).where(Council.id.in_(sa.bindparam("ids", expanding=True)))


def ship_by(
    paid_at: datetime, lead_days: int = 0, closed: Closed | None = None, cutoff_hour: int = 24
) -> datetime:
    """Give the end of the working day by which a parcel should leave: making it, then two days to pack."""
    return workdays.ship_by(paid_at, lead_days + PACKING_DAYS, closed, cutoff_hour)


def of_order(session: Session, order_id: int) -> list[Shipment]:
    """Give the parcels of an order."""
    return list(session.scalars(_OF_ORDER, {"order_id": order_id}))


_OF_ORDER = sa.select(Shipment).where(Shipment.order_id == sa.bindparam("order_id")).order_by(Shipment.id)


def contents(session: Session, shipment_id: int) -> list[ShipmentLine]:
    """Give what travels in a parcel: so many pieces of each order line."""
    inside = sa.select(ShipmentLine).where(ShipmentLine.shipment_id == shipment_id)
    return list(session.scalars(inside.order_by(ShipmentLine.order_line_id)))


def pieces_of(session: Session, parcel: Shipment) -> list[tuple[OrderLine, ShipmentLine, int]]:
    """Give each order line in a parcel, how much of it is inside, and how many pieces are in parcels still to come.

    Still to come are those that were neither accepted nor cancelled, this one apart.
    """
    done = (ShipmentState.RECEIVED, ShipmentState.CANCELLED)
    found = []
    for inside in contents(session, parcel.id):
        elsewhere = (
            sa.select(sa.func.coalesce(sa.func.sum(ShipmentLine.quantity), 0))
            .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
            .where(
                ShipmentLine.order_line_id == inside.order_line_id,
                Shipment.id != parcel.id,
                Shipment.state.not_in(done),
            )
        )
        line = session.get_one(OrderLine, inside.order_line_id)
        found.append((line, inside, int(session.scalar(elsewhere) or 0)))
    return found
