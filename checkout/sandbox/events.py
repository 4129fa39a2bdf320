"""Events, and the promise to deliver them: one row per webhook address, written with what happened.

Called by the rules that change an object; webhooks.py sends what is queued here.
"""

import time
from contextvars import ContextVar
from copy import deepcopy

from checkout.sandbox import faults, views
from checkout.sandbox.store import Doc, Store, new_id

API_VERSION = "2026-10-28.endive"
NOBODY: Doc = {"id": None, "idempotency_key": None}
CAUSE: ContextVar[Doc] = ContextVar("cause", default=NOBODY)
"""The API request that the events of this thread come from; the page and the clock have none."""


def record(store: Store, kind: str, of: Doc, *, before: Doc | None = None) -> Doc:
    """Store an event with the object as it is now, and queue its deliveries.

    `before` are the fields that changed, with their old values, as *.updated events carry them.
    """
    data: Doc = {"object": deepcopy(views.shown(of))}
    if before is not None:
        data["previous_attributes"] = before
    urls = store.settings["webhook_urls"]
    event: Doc = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": store.now(),
        "data": data,
        "livemode": False,
        "pending_webhooks": len(urls),
        "request": dict(CAUSE.get()),
        "type": kind,
    }
    store.put(event)
    for url in urls:
        queue(store, event, url)
    return event


def queue(store: Store, event: Doc, url: str) -> None:
    """Promise one delivery, as the faults of the moment want it."""
    state, due_at, copies, held_by, forged = "queued", time.time(), 1, None, 0
    release = None
    for fault in faults.of_event(store, event["type"]):
        if fault.kind == "drop":
            state = "dropped"
        elif fault.kind == "delay":
            due_at += fault.seconds
        elif fault.kind == "duplicate":
            copies += fault.times
        elif fault.kind == "forge":
            forged = 1
        elif state != "dropped":
            state, due_at, held_by = "held", time.time() + fault.seconds, fault.id
            release = fault.id if fault.last else release
    for _ in range(copies):
        store.db.execute(
            "INSERT INTO deliveries (event_id, type, url, state, due_at, fault_id, forged) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (event["id"], event["type"], url, state, due_at, held_by, forged),
        )
    if release is not None:
        release_held(store, release)


def release_held(store: Store, fault_id: int) -> None:
    """Let the held deliveries of a reordering go, the last one first, each after the one before it."""
    held = store.rows(
        "SELECT id FROM deliveries WHERE state = 'held' AND fault_id = ? ORDER BY id DESC", [fault_id]
    )
    previous: int | None = None
    for row in held:
        store.db.execute(
            "UPDATE deliveries SET state = 'queued', due_at = ?, after_id = ? WHERE id = ?",
            (time.time(), previous, row["id"]),
        )
        previous = row["id"]


def release_overdue(store: Store) -> None:
    """Let reorderings go whose events did not all come in time."""
    for row in store.rows(
        "SELECT DISTINCT fault_id FROM deliveries WHERE state = 'held' AND due_at <= ?", [time.time()]
    ):
        release_held(store, row["fault_id"])


def pending(store: Store, event: Doc) -> Doc:
    """Count the webhooks of an event that are still to come."""
    row = store.rows(
        "SELECT count(DISTINCT url) AS n FROM deliveries WHERE event_id = ? AND state IN ('queued', 'held', 'sending')",
        [event["id"]],
    )[0]
    return {**event, "pending_webhooks": row["n"]}
