"""What goes wrong on purpose. Set through the control API; asked by api.py (calls) and events.py (webhooks).

A fault names the calls (`POST /v1/refunds`, with * and ?) or the event types it falls on, and how many of them;
without a count it stays until it is cleared.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from checkout.sandbox.errors import Unusable
from checkout.sandbox.store import Doc, Store

CALLS = ("refuse", "hang", "error")
"""Cut the connection; keep silent for `seconds`; answer `status`. Each `before` or `after` the effect."""
WEBHOOKS = ("duplicate", "delay", "reorder", "drop", "forge")
"""Send `times` more; `seconds` later; `count` events in reverse; never; with a wrong signature."""


@dataclass(frozen=True)
class Fault:
    """One switch, as it met a call or an event."""

    id: int
    kind: str
    moment: str
    status: int
    seconds: float
    times: int
    last: bool


def add(store: Store, wanted: Doc) -> int:
    """Set a fault and tell its number; raise `Unusable` on one that makes no sense."""
    kind, moment = wanted.get("kind"), wanted.get("when", "before")
    if kind not in {*CALLS, *WEBHOOKS}:
        raise Unusable(f"kind is one of {', '.join([*CALLS, *WEBHOOKS])}", param="kind")
    if moment not in {"before", "after"}:
        raise Unusable("when is before or after", param="when")
    count = wanted.get("count", 1)
    if not (count is None or (isinstance(count, int) and count > 0)):
        raise Unusable("count is a whole number above 0, or null for: until cleared", param="count")
    if kind == "reorder" and (count is None or count < 2):
        raise Unusable("reorder needs a count of at least 2", param="count")
    cursor = store.db.execute(
        "INSERT INTO faults (kind, endpoint, event, moment, status, seconds, times, remaining)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            kind,
            str(wanted.get("endpoint", "*")),
            str(wanted.get("event", "*")),
            moment,
            int(wanted.get("status", 500)),
            float(wanted.get("seconds", 5)),
            int(wanted.get("times", 1)),
            count,
        ),
    )
    return int(cursor.lastrowid or 0)


def _take(store: Store, kinds: tuple[str, ...], column: str, name: str) -> list[Fault]:
    taken = []
    marks = ", ".join("?" for _ in kinds)
    sql = f"SELECT * FROM faults WHERE kind IN ({marks}) AND (remaining IS NULL OR remaining > 0) ORDER BY id"  # noqa: S608
    for row in store.rows(sql, kinds):
        if not fnmatchcase(name, row[column]):
            continue
        store.db.execute(
            "UPDATE faults SET remaining = remaining - 1, hits = hits + 1 WHERE id = ?", (row["id"],)
        )
        last = row["remaining"] == 1
        taken.append(
            Fault(row["id"], row["kind"], row["moment"], row["status"], row["seconds"], row["times"], last)
        )
    return taken


def of_call(store: Store, call: str) -> list[Fault]:
    """Use up the faults that fall on a call such as `POST /v1/refunds`."""
    with store.transaction():
        return _take(store, CALLS, "endpoint", call)


def of_event(store: Store, event_type: str) -> list[Fault]:
    """Use up the faults that fall on an event, inside the transaction that makes it."""
    return _take(store, WEBHOOKS, "event", event_type)
