"""Reading what aggregators answer without trusting it: texts, rupiah, days and moments, or nothing.

Used by the adapters. Nothing here raises: what does not fit is None, empty or 0, and the adapter leaves it out.
"""

import math
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from checkout.couriers.port import Checkpoint, Tracking, TrackingState
from shop.db import now
from shop.i18n import WIB

MAX_RUPIAH = 100_000_000
MAX_DAYS = 90
CLOCK_SKEW = timedelta(hours=26)
"""So far ahead a checkpoint may be: couriers write local times of three zones, and clocks go wrong."""
_DATES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d %b %Y")
_TIMES = ("%H:%M:%S", "%H:%M")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Give the objects of a list, whatever else is in it."""
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def part(value: Any) -> dict[str, Any]:
    """Give an object, or an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: Any, limit: int = 200) -> str:
    """Give one line of text."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return " ".join(_UNPRINTABLE.sub(" ", str(value)).split())[:limit]


def rupiah(value: Any) -> int | None:
    """Give whole rupiah that a parcel may cost."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and 0 <= value <= MAX_RUPIAH else None


def days(words: Any, unit: Any = "") -> tuple[int, int]:
    """Read `2-3 day`, `1 - 2 days`, `6 - 8 hours`; (0, 0) when it does not say."""
    said = f"{text(words)} {text(unit)}".lower()
    numbers = [int(found) for found in re.findall(r"\d{1,3}", said, re.ASCII)][:2]
    if not numbers:
        return 0, 0
    if "hour" in said or "jam" in said:
        numbers = [math.ceil(hours / 24) for hours in numbers]
    first, last = min(numbers), max(numbers)
    return (first, last) if last <= MAX_DAYS else (0, 0)


def moment(value: Any) -> datetime | None:
    """Read an ISO moment; without a zone it is Western Indonesian Time."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return _kept(found if found.tzinfo else found.replace(tzinfo=WIB))


def day_and_time(day: Any, clock: Any) -> datetime | None:
    """Read a date and a time in two fields, each in one of the ways couriers write them."""
    date = _first(text(day).split(" ")[0] if "-" in text(day) else text(day), _DATES)
    if date is None:
        return moment(day)
    time = _first(text(clock), _TIMES)
    return _kept(datetime.combine(date.date(), time.time(), WIB) if time else date)


def _first(value: str, shapes: tuple[str, ...]) -> datetime | None:
    for shape in shapes:
        try:
            return datetime.strptime(value, shape).replace(tzinfo=WIB)
        except ValueError:
            continue
    return None


def _kept(at: datetime) -> datetime | None:
    return at if at.year > 2000 and at <= now() + CLOCK_SKEW else None


def tracking(
    state: TrackingState, checkpoints: list[Checkpoint], *, receiver: str = "", at: datetime | None = None
) -> Tracking:
    """Put checkpoints in order and let the last of them say what the state says."""
    found = sorted(set(checkpoints), key=lambda point: point.at)
    if not found or found[-1].state is not state:
        last = at or (found[-1].at if found else now())
        if found and last < found[-1].at:
            last = found[-1].at
        found.append(Checkpoint(last, state, ""))
    return Tracking(state, tuple(found[-100:]), receiver)
