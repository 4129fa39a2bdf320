"""How urgent jobs are, and how many of each kind one worker runs at once. Used by `shop.jobs`."""

import enum
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

BESIDE_MONEY = 1
"""So many of them may be usual ones while others are about money: a letter that is written takes its turn from a payment."""


class Priority(enum.IntEnum):
    """What goes first when much is due; each is a column of the row."""

    MONEY = 0
    """Somebody has paid, and waits for the shop to say so."""
    USUAL = 10


class Load:
    """What runs in this process, by priority."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._running = Counter[Priority]()

    @contextmanager
    def one(self, priority: Priority) -> Iterator[None]:
        """Count a job while it runs."""
        with self._guard:
            self._running[priority] += 1
        try:
            yield
        finally:
            with self._guard:
                self._running[priority] -= 1

    def least(self, instead_of: Priority | None = None) -> Priority:
        """Give the least urgent kind of job that may begin now, or once this one has ended."""
        with self._guard:
            running = self._running - Counter([instead_of] if instead_of is not None else [])
        full = running[Priority.MONEY] and running[Priority.USUAL] >= BESIDE_MONEY
        return Priority.MONEY if full else Priority.USUAL
