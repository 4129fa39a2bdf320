"""Adoption: workshops whose pieces passed before there were memberships become members, once, in the order they passed.

Called by `flask members admit-passed`, by `flask reference load` (at every release) and by the demonstration.
Again, it finds nothing to do.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import changes
from catalog.curation import memberships, rubrics
from catalog.models import (
    Council,
    Listing,
    Membership,
    MembershipCraft,
    MembershipEvent,
    MembershipEventKind,
    MembershipState,
    Product,
    Workshop,
    WorkshopState,
)
from shop.db import now
from shop.i18n import WIB
from shop.models import AuditEntry

FEWEST_DAYS = 180
"""A term that began long ago still has so many days to run: nobody lapses on the day this comes."""
ACTOR = "system:memberships"
CHUNK = 1_000


@dataclass(slots=True)
class _Passed:
    """A workshop that has passed and is nobody's member."""

    workshop_id: int
    state: WorkshopState
    council_id: int
    first: datetime
    crafts: set[int] = field(default_factory=set)


def admit_passed(session: Session) -> int:
    """Let every workshop with a piece that has passed be a member of the council that passed it; give how many."""
    waiting = _waiting(session)
    councils = {council.id: council for council in session.scalars(sa.select(Council))}
    grouped: dict[tuple[int, int], list[_Passed]] = defaultdict(list)
    for one in sorted(waiting, key=lambda one: (one.first, one.workshop_id)):
        grouped[one.council_id, one.first.astimezone(WIB).year].append(one)
    for (council_id, year), passed in sorted(grouped.items()):
        last = memberships.count_on(session, council_id, year, len(passed))
        months = rubrics.for_council(session, councils[council_id]).procedure.validity_months
        rows = [
            _row(councils[council_id], one, year, serial, months)
            for serial, one in enumerate(passed, last - len(passed) + 1)
        ]
        for start in range(0, len(rows), CHUNK):
            _write(session, councils[council_id], rows[start : start + CHUNK], passed[start : start + CHUNK])
    if waiting:
        changes.of_everything(session)
    return len(waiting)


def _waiting(session: Session) -> list[_Passed]:
    known = sa.select(Membership.workshop_id).where(Membership.workshop_id == Workshop.id).exists()
    council_id = sa.func.coalesce(Workshop.live_council_id, Workshop.council_id)
    rows = session.execute(
        sa.select(Workshop.id, Workshop.state, council_id, sa.func.min(Listing.approved_at), Listing.craft_id)
        .join(Product, Product.workshop_id == Workshop.id)
        .join(Listing, Listing.product_id == Product.id)
        .where(Listing.approved_at.is_not(None), ~known)
        .group_by(Workshop.id, Workshop.state, council_id, Listing.craft_id)
    )
    found: dict[int, _Passed] = {}
    for workshop_id, state, council, first, craft_id in rows:
        if first is None:
            continue
        one = found.setdefault(workshop_id, _Passed(workshop_id, state, council, first))
        one.first = min(one.first, first)
        if craft_id is not None:
            one.crafts.add(craft_id)
    return list(found.values())


def _row(council: Council, one: _Passed, year: int, serial: int, months: int) -> dict[str, Any]:
    since = one.first.astimezone(WIB).date()
    fewest = memberships.today() + timedelta(days=FEWEST_DAYS)
    off = one.state is WorkshopState.SUSPENDED
    return {
        "council_id": council.id,
        "workshop_id": one.workshop_id,
        "number": memberships.number_of(council, year, serial),
        "year": year,
        "serial": serial,
        "state": MembershipState.SUSPENDED if off else MembershipState.ACTIVE,
        "since": since,
        "ends_on": max(memberships.after_months(since, months), fewest),
        "created_at": now(),
    }


def _write(session: Session, council: Council, rows: list[dict[str, Any]], passed: list[_Passed]) -> None:
    """Write memberships with what they cover, their first line of history and their line of the audit trail."""
    written = session.execute(sa.insert(Membership).returning(Membership.id, Membership.workshop_id), rows)
    ids = {workshop_id: key for key, workshop_id in written}
    by_workshop = {row["workshop_id"]: row for row in rows}
    crafts, events, entries = [], [], []
    for one in passed:
        row, key = by_workshop[one.workshop_id], ids[one.workshop_id]
        crafts += [
            {"membership_id": key, "craft_id": craft, "since": row["since"]} for craft in sorted(one.crafts)
        ]
        events.append(_event(key, row))
        entries.append(_entry(key, row, council.code))
    if crafts:
        session.execute(sa.insert(MembershipCraft), crafts)
    session.execute(sa.insert(MembershipEvent), events)
    session.execute(sa.insert(AuditEntry), entries)


def _event(key: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "membership_id": key,
        "kind": MembershipEventKind.ADMITTED,
        "state": row["state"],
        "ends_on": row["ends_on"],
        "actor_label": ACTOR,
        "at": row["created_at"],
    }


def _entry(key: int, row: dict[str, Any], scope: str) -> dict[str, Any]:
    return {
        "at": row["created_at"],
        "actor_label": ACTOR,
        "action": "membership.admitted",
        "object_type": Membership.__tablename__,
        "object_id": str(key),
        "scope": scope,
        "before": {},
        "after": {"state": row["state"], "number": row["number"], "ends_on": str(row["ends_on"])},
    }
