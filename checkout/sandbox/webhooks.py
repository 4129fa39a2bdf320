"""Sends queued webhooks, signed, with repeats. Run by backroom.py on threads of its own."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from typing import Any

from checkout.sandbox import events
from checkout.sandbox.store import Store

CLAIM = """
UPDATE deliveries SET state = 'sending' WHERE id IN (
    SELECT d.id FROM deliveries d LEFT JOIN deliveries p ON p.id = d.after_id
    WHERE d.state = 'queued' AND d.due_at <= ? AND (p.id IS NULL OR p.attempts > 0)
    ORDER BY d.due_at, d.id LIMIT 50
) RETURNING id
"""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Stripe follows no redirect: it counts as a failed delivery."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Refuse."""
        return


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())


def signature(payload: str, secret: str, at: int) -> str:
    """Sign a payload: https://docs.stripe.com/webhooks#verify-manually."""
    mac = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def claim(store: Store) -> list[int]:
    """Take the deliveries that are due."""
    with store.transaction():
        events.release_overdue(store)
        return sorted(row["id"] for row in store.rows(CLAIM, [time.time()]))


def next_due(store: Store) -> float | None:
    """Tell when the next delivery wants attention, in real time."""
    rows = store.rows("SELECT min(due_at) AS at FROM deliveries WHERE state IN ('queued', 'held')")
    return None if rows[0]["at"] is None else float(rows[0]["at"])


def resume(store: Store) -> None:
    """Queue again what a stopped program was sending."""
    with store.transaction():
        store.db.execute("UPDATE deliveries SET state = 'queued' WHERE state = 'sending'")


def send(store: Store, delivery_id: int, secret: str) -> None:
    """Try one delivery and write down how it went."""
    delivery = store.rows("SELECT * FROM deliveries WHERE id = ?", [delivery_id])[0]
    with store.lock:
        event = events.pending(store, store.get("event", delivery["event_id"]))
    payload = json.dumps(event, indent=2, ensure_ascii=False)
    at = store.now() + int(store.settings["signature_skew"])
    key = secret + "-forged" if delivery["forged"] else secret
    status, error = post(
        delivery["url"], payload, signature(payload, key, at), store.settings["webhook_timeout"]
    )
    with store.transaction():
        note(store, delivery, status, error)


def post(url: str, payload: str, signed: str, timeout: float) -> tuple[int | None, str | None]:
    """Post one payload; tell the status, or what went wrong."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signed,
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    request = urllib.request.Request(url, payload.encode(), headers)  # noqa: S310 the operator named this address
    try:
        with OPENER.open(request, timeout=timeout) as answer:
            return int(answer.status), None
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code, f"HTTP {refused.code}"
    except (OSError, ValueError) as broken:
        return None, f"{type(broken).__name__}: {broken}"[:200]


def note(store: Store, delivery: dict[str, Any], status: int | None, error: str | None) -> None:
    """Write down an attempt; plan the next one, later each time, unless it was the last."""
    attempts = delivery["attempts"] + 1
    state, due_at = "delivered", delivery["due_at"]
    if status is None or not 200 <= status < 300:
        wait = min(store.settings["retry_base"] * 2 ** (attempts - 1), store.settings["retry_longest"])
        state = "queued" if attempts < store.settings["retry_times"] else "failed"
        due_at = time.time() + wait
    store.db.execute(
        "UPDATE deliveries SET state = ?, due_at = ?, attempts = ?, last_status = ?, last_error = ?, sent_at = ?"
        " WHERE id = ?",
        (state, due_at, attempts, status, error, time.time(), delivery["id"]),
    )
