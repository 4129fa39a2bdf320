"""What the sandbox remembers: Stripe's objects, events to deliver, tasks, faults, keys, in one SQLite file.

Called by every rule of the sandbox. All work goes through `Store.transaction()`, one at a time: the sandbox
serves people who try the shop, and a single writer makes its answers easy to trust.
"""

import json
import secrets
import sqlite3
import string
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from checkout.sandbox.errors import Missing

Doc = dict[str, Any]
"""A Stripe object as JSON. Keys that begin with `_` are the sandbox's own and never leave it."""

SCHEMA = Path(__file__).with_name("schema.sql")
ALPHABET = string.ascii_letters + string.digits

DEFAULTS: dict[str, Any] = {
    "shop_name": "Kriya",
    "public_url": "",
    "webhook_urls": [],
    "transfer_seconds": 10,  # a bank transfer arrives this long after it was promised
    "refund_seconds": 0,  # a refund is pending this long; 0: it succeeds at once, as for cards
    "clock_offset": 0,  # seconds by which the whole sandbox lives ahead of the real clock
    "signature_skew": 0,  # seconds by which only the time inside a webhook's signature is wrong
    "retry_base": 1.0,  # the first repeat of a webhook comes after this long, then doubled
    "retry_longest": 60.0,
    "retry_times": 40,
    "webhook_timeout": 10.0,
    "fee_percent": 2.9,
    "fee_fixed": 200_000,  # Rp 2.000, in hundredths like every amount here
    "dispute_fee": 15_000_000,
    "smallest_amount": 1_000_000,  # Rp 10.000: Stripe's least is about 50 US cents
}


def new_id(prefix: str, length: int = 24) -> str:
    """Invent an id in Stripe's shape."""
    return prefix + "_" + "".join(secrets.choice(ALPHABET) for _ in range(length))


class Store:
    """One SQLite database behind one lock."""

    def __init__(self, path: str) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.path = path
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.executescript(SCHEMA.read_text(encoding="utf-8"))
        self.settings = DEFAULTS | {
            row["name"]: json.loads(row["value"])
            for row in self.db.execute("SELECT name, value FROM settings")
        }

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the store; keep everything done inside, or nothing of it."""
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")
            self.changed.notify_all()

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Inside a transaction: take back what the block did when it raises."""
        self.db.execute("SAVEPOINT effect")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK TO effect")
            raise
        finally:
            self.db.execute("RELEASE effect")

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self.db.close()

    def now(self) -> int:
        """Tell the sandbox's time in Unix seconds."""
        return int(time.time() + self.settings["clock_offset"])

    def set(self, values: dict[str, Any]) -> None:
        """Keep settings across restarts."""
        for name, value in values.items():
            self.db.execute(
                "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, json.dumps(value)),
            )
            self.settings[name] = value

    def put(self, doc: Doc) -> Doc:
        """Store an object, new or changed."""
        self.db.execute(
            "INSERT INTO objects (id, object, created, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (doc["id"], doc["object"], doc["created"], json.dumps(doc)),
        )
        return doc

    def find(self, object_id: str | None) -> Doc | None:
        """Read an object of any kind."""
        row = self.db.execute("SELECT body FROM objects WHERE id = ?", (object_id,)).fetchone()
        return json.loads(row["body"]) if row else None

    def get(self, kind: str, object_id: str, *, param: str = "id", status: int = 404) -> Doc:
        """Read an object that has to be there; raise `Missing`."""
        doc = self.find(object_id)
        if doc is None or doc["object"] != kind:
            raise Missing(kind, object_id, param, status=status)
        return doc

    def select(self, kind: str, **equal: str | int | None) -> list[Doc]:
        """Read the objects of a kind, newest first, whose fields are as given."""
        where = "".join(f" AND json_extract(body, '$.{field}') = ?" for field in equal)
        rows = self.db.execute(
            f"SELECT body FROM objects WHERE object = ?{where} ORDER BY seq DESC",  # noqa: S608 field names are ours
            (kind, *equal.values()),
        )
        return [json.loads(row["body"]) for row in rows]

    def latest(self, kind: str, most: int) -> list[Doc]:
        """Read the newest objects of a kind."""
        rows = self.db.execute(
            "SELECT body FROM objects WHERE object = ? ORDER BY seq DESC LIMIT ?", (kind, most)
        )
        return [json.loads(row["body"]) for row in rows]

    def promise(self, what: str, object_id: str, due_at: int) -> None:
        """Remember to do something at a time of the sandbox's clock, also across a restart."""
        self.db.execute(
            "INSERT INTO tasks (what, object_id, due_at) VALUES (?, ?, ?)", (what, object_id, due_at)
        )

    def rows(self, sql: str, values: Iterable[Any] = ()) -> list[dict[str, Any]]:
        """Read rows of the sandbox's own tables."""
        with self.lock:
            return [dict(row) for row in self.db.execute(sql, tuple(values))]
