"""Days on which parcels do not leave: national holidays, days of a region, days on which couriers rest.

Kept on the desk: the national council's hold for all, a council's own for its workshops. `flask rates load` writes the
national ones from `catalog/data/closed_days.csv`, each with its source; what nobody has seen in a decree is marked.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.indonesia import DATA
from catalog.models import Council
from checkout.models import ClosedDay, ClosedKind
from checkout.rates import NATIONAL, national_id
from checkout.workdays import Closed
from shop import audit, settled
from shop.audit import Actor
from shop.errors import Invalid, NotFound
from shop.i18n import WIB

AHEAD = timedelta(days=400)
"""How far closed days are looked for: longer than anything that is made to order."""
LONGEST = 31
"""Days in a row that one entry may close."""


class NoSuchDay(NotFound):
    """There is no such entry, or it is another council's."""

    message = "There is no such entry in this calendar."


class BadDays(Invalid):
    """Days that cannot be meant."""

    message = "The last day comes after the first, at most a month later."


class KnownDay(Invalid):
    """The same days are there already."""

    message = "These days are in the calendar already."


_CLOSED = (
    sa.select(ClosedDay.council_id, Council.code, ClosedDay.kind, ClosedDay.first_on, ClosedDay.last_on)
    .join(Council, Council.id == ClosedDay.council_id)
    .where(
        sa.or_(
            ClosedDay.council_id.in_(sa.bindparam("council_ids", expanding=True)), Council.code == NATIONAL
        ),
        ClosedDay.last_on >= sa.bindparam("first"),
        ClosedDay.first_on <= sa.bindparam("last"),
    )
)


def of_councils(session: Session, council_ids: Collection[int], since: date) -> dict[int, Closed]:
    """Give the closed days that hold for each council's workshops from a day on."""
    return settled.derive(session, _of_councils, council_ids, since)


def _of_councils(session: Session, council_ids: Collection[int], since: date) -> dict[int, Closed]:
    values = {"council_ids": list(council_ids), "first": since, "last": since + AHEAD}
    rows = settled.read(session, _CLOSED, values)
    return {
        council_id: _days([row for row in rows if row.council_id == council_id or row.code == NATIONAL])
        for council_id in council_ids
    }


def _days(rows: Sequence[Any]) -> Closed:
    resting = {day for row in rows if row.kind is ClosedKind.COURIERS for day in days_of(row)}
    return Closed(frozenset(day for row in rows for day in days_of(row)), frozenset(resting))


def of_council(session: Session, council_id: int, since: date) -> Closed:
    """Give the closed days that hold for one council's workshops from a day on."""
    return of_councils(session, [council_id], since)[council_id]


def resting_soon(
    session: Session, council_ids: Collection[int], since: datetime, days: int = 21
) -> list[ClosedDay]:
    """Give the entries by which couriers rest within some days: buyers are told."""
    first = since.astimezone(WIB).date()
    rows = _holding(session, council_ids, first, first + timedelta(days=days))
    return [row for row, _code in rows if row.kind is ClosedKind.COURIERS]


def _holding(
    session: Session, council_ids: Collection[int], first: date, last: date
) -> list[tuple[ClosedDay, str]]:
    query = (
        sa.select(ClosedDay, Council.code)
        .join(Council, Council.id == ClosedDay.council_id)
        .where(sa.or_(ClosedDay.council_id.in_(council_ids), Council.code == NATIONAL))
        .where(ClosedDay.last_on >= first, ClosedDay.first_on <= last)
        .order_by(ClosedDay.first_on, ClosedDay.id)
    )
    return [(row, code) for row, code in session.execute(query)]


def days_of(row: Any) -> Iterator[date]:
    """Give every day of an entry."""
    for number in range((row.last_on - row.first_on).days + 1):
        yield row.first_on + timedelta(days=number)


# --- the calendar on the desk ------------------------------------------------------------------------


def calendar(session: Session, council: Council, since: date) -> list[tuple[ClosedDay, bool]]:
    """Give what holds for a council from a day on, in order, each with whether it is the council's own."""
    rows = _holding(session, [council.id], since, since + 3 * AHEAD)
    return [(row, row.council_id == council.id) for row, _code in rows]


def of_id(session: Session, council: Council, day_id: int) -> ClosedDay:
    """Give an entry of a council's own. :raise NoSuchDay:"""
    row = session.get(ClosedDay, day_id)
    if row is None or row.council_id != council.id:
        raise NoSuchDay
    return row


def add(
    session: Session,
    actor: Actor,
    council: Council,
    *,
    first_on: date,
    last_on: date,
    kind: ClosedKind,
    name_id: str,
    name_en: str = "",
    source: str = "",
    verified: bool = False,
) -> ClosedDay:
    """Close days for a council's workshops; the national council's for all. :raise BadDays: :raise KnownDay:"""
    if not 0 <= (last_on - first_on).days < LONGEST:
        raise BadDays
    same = sa.select(ClosedDay.id).where(
        ClosedDay.council_id == council.id,
        ClosedDay.first_on == first_on,
        ClosedDay.last_on == last_on,
        ClosedDay.kind == kind,
    )
    if session.scalar(same.limit(1)) is not None:
        raise KnownDay
    row = ClosedDay(
        council_id=council.id,
        first_on=first_on,
        last_on=last_on,
        kind=kind,
        name_id=name_id,
        name_en=name_en,
        source=source,
        verified=verified,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "closed_day.added", row, after=_plain(row), scope=council.code)
    return row


def remove(session: Session, actor: Actor, council: Council, row: ClosedDay) -> None:
    """Take an entry out; the days of parcels that are being packed stay as they were promised."""
    audit.record(session, actor, "closed_day.removed", row, before=_plain(row), scope=council.code)
    session.delete(row)
    session.flush()


def confirm(session: Session, actor: Actor, council: Council, row: ClosedDay, source: str) -> None:
    """Note that somebody has seen an entry in its decree, and where."""
    before = {"verified": row.verified, "source": row.source}
    row.verified, row.source = True, source or row.source
    session.flush()
    after = {"verified": True, "source": row.source}
    audit.record(session, actor, "closed_day.confirmed", row, before=before, after=after, scope=council.code)


def _plain(row: ClosedDay) -> dict[str, object]:
    return {
        "first_on": row.first_on.isoformat(),
        "last_on": row.last_on.isoformat(),
        "kind": row.kind,
        "name": row.name_id,
    }


def load(session: Session) -> int:
    """Write the national days that are not there yet; give how many. Needs the councils."""
    council_id = national_id(session)
    if council_id is None:
        return 0
    held = session.execute(
        sa.select(ClosedDay.first_on, ClosedDay.last_on, ClosedDay.kind).where(
            ClosedDay.council_id == council_id
        )
    )
    known = {(first_on, last_on, kind) for first_on, last_on, kind in held}
    rows = [row for row in listed() if (row.first_on, row.last_on, row.kind) not in known]
    for row in rows:
        row.council_id = council_id
    session.add_all(rows)
    session.flush()
    return len(rows)


def listed() -> list[ClosedDay]:
    """Give the days of `catalog/data/closed_days.csv`."""
    with (DATA / "closed_days.csv").open(encoding="utf-8", newline="") as file:
        return [
            ClosedDay(
                first_on=date.fromisoformat(row["first_on"]),
                last_on=date.fromisoformat(row["last_on"]),
                kind=ClosedKind(row["kind"]),
                name_id=row["name_id"],
                name_en=row["name_en"],
                verified=row["verified"] == "yes",
                source=row["source"],
            )
            for row in csv.DictReader(file)
        ]
