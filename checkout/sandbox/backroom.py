"""What happens without a request: sessions expire, transfers arrive, webhooks go out. Started by __main__.py."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from checkout.sandbox import refunds, sessions, webhooks
from checkout.sandbox.store import Store

LONGEST_NAP = 5.0


def run_task(store: Store, what: str, object_id: str) -> None:
    """Do one promised thing; what is already done stays as it is."""
    if what == "expire":
        session = store.get("checkout.session", object_id)
        if session["status"] == "open":
            sessions.expire(store, session)
    elif what.startswith("transfer"):
        sessions.land_transfer(store, object_id, arrives=what == "transfer arrives")
    else:
        refunds.settle(store, object_id, succeeds=True)


def run_due(store: Store) -> None:
    """Do everything whose time has come, each in a transaction of its own."""
    for row in store.rows("SELECT * FROM tasks WHERE due_at <= ? ORDER BY due_at, id", [store.now()]):
        with store.transaction():
            run_task(store, row["what"], row["object_id"])
            store.db.execute("DELETE FROM tasks WHERE id = ?", (row["id"],))


class Backroom:
    """One thread that watches the clock, and a few that send."""

    def __init__(self, store: Store, secret: str) -> None:
        self.store = store
        self.secret = secret
        self.stopping = False
        self.senders = ThreadPoolExecutor(16, thread_name_prefix="webhooks")
        self.thread = threading.Thread(target=self.run, name="backroom", daemon=True)

    def start(self) -> None:
        """Resume what was promised before the last stop, then watch."""
        webhooks.resume(self.store)
        self.thread.start()

    def stop(self) -> None:
        """End both; what was not sent stays queued."""
        self.stopping = True
        with self.store.changed:
            self.store.changed.notify_all()
        self.thread.join(timeout=5)
        self.senders.shutdown(wait=False, cancel_futures=True)

    def run(self) -> None:
        """Do what is due, then sleep until something changes or the next thing is due."""
        while not self.stopping:
            run_due(self.store)
            for delivery_id in webhooks.claim(self.store):
                self.senders.submit(webhooks.send, self.store, delivery_id, self.secret)
            with self.store.changed:
                self.store.changed.wait(self.nap())

    def nap(self) -> float:
        """Tell how long nothing will be due."""
        waits = [LONGEST_NAP]
        task = self.store.rows("SELECT min(due_at) AS at FROM tasks")[0]["at"]
        if task is not None:
            waits.append(task - self.store.now())
        delivery = webhooks.next_due(self.store)
        if delivery is not None:
            waits.append(delivery - time.time())
        return max(0.01, min(waits))
