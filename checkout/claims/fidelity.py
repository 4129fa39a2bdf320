"""How faithful a workshop is: parcels that came as shown, of those that buyers accepted, over the last twelve months.

Tallied by the worker, once a day for all and after every claim for one, so that a page reads one row. A parcel that
never arrived was not received, and says nothing about what was shown.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Variant
from checkout.models import (
    Claim,
    ClaimKind,
    ClaimPoint,
    ClaimState,
    Fidelity,
    OrderLine,
    Shipment,
    ShipmentState,
)
from shop import jobs
from shop.db import insert, now, transaction

PERIOD = timedelta(days=365)


def of_workshop(session: Session, workshop_id: int) -> Fidelity | None:
    """Give the tally of a workshop; None before anything was received."""
    return session.get(Fidelity, workshop_id)


def of_workshops(session: Session, workshop_ids: Collection[int]) -> dict[int, Fidelity]:
    """Give the tallies of several workshops."""
    query = sa.select(Fidelity).where(Fidelity.workshop_id.in_(workshop_ids))
    return {row.workshop_id: row for row in session.scalars(query)}


def counts(session: Session, workshop_id: int | None = None) -> dict[int, tuple[int, int]]:
    """Count from the rows, by workshop: parcels received, and of them those with an upheld claim."""
    since = now() - PERIOD
    about = sa.and_(Claim.shipment_id == Shipment.id, Claim.state == ClaimState.DONE, Claim.upheld)
    lost = sa.exists().where(about, Claim.kind == ClaimKind.NEVER_ARRIVED)
    unlike = sa.exists().where(about, Claim.kind != ClaimKind.NEVER_ARRIVED)
    query = (
        sa.select(Shipment.workshop_id, sa.func.count(), sa.func.sum(sa.case((unlike, 1), else_=0)))
        .where(Shipment.state == ShipmentState.RECEIVED, Shipment.received_at >= since, ~lost)
        .group_by(Shipment.workshop_id)
    )
    if workshop_id is not None:
        query = query.where(Shipment.workshop_id == workshop_id)
    return {one: (int(received), int(unlike)) for one, received, unlike in session.execute(query)}


def count_again(session: Session, workshop_id: int) -> None:
    """Promise a new count of a workshop."""
    jobs.enqueue(session, count_one, _key=f"fidelity:{workshop_id}", workshop_id=workshop_id)


@jobs.job()
def count_one(session: Session, workshop_id: int) -> None:
    """Count the parcels of one workshop anew."""
    _keep(session, workshop_id, *counts(session, workshop_id).get(workshop_id, (0, 0)))


@jobs.periodic(every=24 * 3600)
def count_all() -> int:
    """Count the parcels of all workshops anew; give how many have some."""
    with transaction() as session:
        return keep_all(session)


def keep_all(session: Session) -> int:
    """Keep the counts of all workshops; give how many have some."""
    found = counts(session)
    known = set(session.scalars(sa.select(Fidelity.workshop_id)))
    for workshop_id in sorted(known | found.keys()):
        _keep(session, workshop_id, *found.get(workshop_id, (0, 0)))
    return len(found)


def _keep(session: Session, workshop_id: int, received: int, unlike: int) -> None:
    values = {"received": received, "unlike": unlike, "counted_at": now()}
    session.execute(
        insert(session, Fidelity)
        .values(workshop_id=workshop_id, **values)
        .on_conflict_do_update(index_elements=["workshop_id"], set_=values)
        .execution_options(synchronize_session=False)
    )


# --- for the periodic reviews ------------------------------------------------------------------------


def pieces_unlike(
    session: Session, start: datetime, end: datetime, product_ids: sa.Select[Any]
) -> Mapping[int, int]:
    """Give, of claims upheld in a period, how many pieces of each product were not as shown."""
    per_line = (
        sa.select(ClaimPoint.order_line_id, Claim.id, sa.func.max(ClaimPoint.pieces).label("pieces"))
        .join(Claim, Claim.id == ClaimPoint.claim_id)
        .where(
            Claim.state == ClaimState.DONE,
            Claim.upheld,
            Claim.kind == ClaimKind.DIFFERENT,
            Claim.closed_at >= start,
            Claim.closed_at < end,
            ClaimPoint.order_line_id.is_not(None),
        )
        .group_by(ClaimPoint.order_line_id, Claim.id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Variant.product_id, sa.func.sum(per_line.c.pieces))
        .join(OrderLine, OrderLine.variant_id == Variant.id)
        .join(per_line, per_line.c.order_line_id == OrderLine.id)
        .where(Variant.product_id.in_(product_ids))
        .group_by(Variant.product_id)
    )
    return {product_id: int(pieces) for product_id, pieces in rows}
