"""A council's counter: until when orders count for the day, and the gallery where parcels can be picked up.

Called by quotes, orders' pages, the studio (bringing a parcel there) and the desk (settling it, handing over).
A parcel that is picked up has the states of any other in words of its own: *shipped* is ready for pick-up,
*delivered* is handed over.
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council
from checkout.models import CouncilCounter
from shop import audit, settled
from shop.audit import Actor
from shop.errors import Conflict, Invalid

WHOLE_DAY = 24
"""The cut-off hour of a council that has settled none: an order counts for its day until midnight."""


class NoGallery(Invalid):
    """Parcels cannot be picked up where nobody knows when and where."""

    message = "To offer pick-up, please give the gallery's name, its address and its hours."


class EditedElsewhere(Conflict):
    """Somebody else has kept other settings meanwhile."""

    message = "Somebody else has changed these settings in the meantime. Please look at them again."


@dataclass(frozen=True, slots=True)
class Counter:
    """What a council has settled about sending and its gallery."""

    cutoff_hour: int = WHOLE_DAY
    pick_up: bool = False
    gallery: str = ""
    address: str = ""
    hours_id: str = ""
    hours_en: str = ""
    keeps_days: int = 14
    edits: int = 0

    def hours(self, locale: str) -> str:
        """Give the hours in a language; Indonesian where there is no English."""
        return self.hours_en or self.hours_id if locale == "en" else self.hours_id


def of_council(session: Session, council_id: int) -> Counter:
    """Give what a council has settled, or what holds until it has."""
    row = session.get(CouncilCounter, council_id)
    return _counter(row) if row else Counter()


def of_councils(session: Session, council_ids: Collection[int]) -> dict[int, Counter]:
    """Give what each of these councils has settled, or what holds until it has."""
    rows = session.scalars(sa.select(CouncilCounter).where(CouncilCounter.council_id.in_(council_ids)))
    settled = {row.council_id: _counter(row) for row in rows}
    return {council_id: settled.get(council_id, Counter()) for council_id in council_ids}


def _counter(row: CouncilCounter) -> Counter:
    return Counter(
        cutoff_hour=row.cutoff_hour,
        pick_up=row.pick_up,
        gallery=row.gallery,
        address=row.address,
        hours_id=row.hours_id,
        hours_en=row.hours_en,
        keeps_days=row.keeps_days,
        edits=row.edits,
    )


_OPEN = sa.select(CouncilCounter.council_id).where(
    CouncilCounter.council_id.in_(sa.bindparam("council_ids", expanding=True)),
    CouncilCounter.pick_up.is_(True),
)


_CUTOFFS = sa.select(CouncilCounter.council_id, CouncilCounter.cutoff_hour).where(
    CouncilCounter.council_id.in_(sa.bindparam("council_ids", expanding=True))
)


def cutoffs(session: Session, council_ids: Collection[int]) -> dict[int, int]:
    """Give the hour until which an order counts for its day, for each of these councils."""
    rows = settled.read(session, _CUTOFFS, {"council_ids": list(council_ids)})
    return dict.fromkeys(council_ids, WHOLE_DAY) | {row.council_id: row.cutoff_hour for row in rows}


def open_at(session: Session, council_ids: Collection[int]) -> set[int]:
    """Give those of these councils at whose gallery parcels can be picked up."""
    return {row.council_id for row in settled.read(session, _OPEN, {"council_ids": list(council_ids)})}


def settle(session: Session, actor: Actor, council: Council, wanted: Counter) -> bool:
    """Keep a council's settings; say whether they differ from what held. `wanted.edits` is what the form showed.

    :raise NoGallery: :raise EditedElsewhere:
    """
    if wanted.pick_up and not (wanted.gallery and wanted.address and wanted.hours_id):
        raise NoGallery
    # Two officers at once: the second one is told.
    session.execute(sa.select(Council.id).where(Council.id == council.id).with_for_update())
    row = session.get(CouncilCounter, council.id, populate_existing=True)
    before = _counter(row) if row else Counter()
    if before == wanted:
        return False
    if before.edits != wanted.edits:
        raise EditedElsewhere
    if row is None:
        row = CouncilCounter(council_id=council.id)
        session.add(row)
    for name in _NAMES:
        setattr(row, name, getattr(wanted, name))
    row.edits = before.edits + 1
    session.flush()
    audit.record(
        session, actor, "counter.settled", council,
        before=_plain(before), after=_plain(wanted), scope=council.code,
    )  # fmt: skip
    return True


_NAMES = ("cutoff_hour", "pick_up", "gallery", "address", "hours_id", "hours_en", "keeps_days")


def _plain(counter: Counter) -> dict[str, object]:
    return {name: getattr(counter, name) for name in _NAMES}
