"""Days on which parcels leave and travel, as pure arithmetic. Called by `checkout.parcels`, `shipping` and pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shop.i18n import WIB

LEAVES_BY = time(17, 0)
"""Western Indonesian time by which a parcel should have left on its day."""
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Closed:
    """Days that do not count, weekends apart."""

    days: frozenset[date] = frozenset()
    """Nothing leaves."""
    couriers: frozenset[date] = frozenset()
    """Of these, the days on which nothing travels either."""


def ship_by(paid_at: datetime, days: int, closed: Closed | None = None, cutoff_hour: int = 24) -> datetime:
    """Give the end of the working day by which a parcel should leave, so many working days after it was paid.

    Saturdays, Sundays and closed days do not count. What is paid from the cut-off hour on counts for the next day.
    """
    here = paid_at.astimezone(WIB)
    day = here.date() + timedelta(days=1 if here.hour >= cutoff_hour else 0)
    left, without = days, (closed or Closed()).days
    while left:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and day not in without:
            left -= 1
    return datetime.combine(day, LEAVES_BY, WIB)


def on_the_way(sent_on: date, days: int, resting: Collection[date]) -> int:
    """Give the days after which a parcel should have arrived, with those on which couriers rest on its way."""
    day, left = sent_on, days
    while left:
        day += timedelta(days=1)
        if day not in resting:
            left -= 1
    return (day - sent_on).days
