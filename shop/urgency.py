"""How urgent jobs are, and how many of each kind one worker runs at once. Used by `shop.jobs`."""

import enum
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

BESIDE_MONEY = 1
"""So many jobs may be usual ones while others are about money: a letter that is written takes its turn from a payment."""
BREATH = 0.25
"""Seconds between two of those: however long a rush lasts, some letters go out."""


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
        self._began = float("-inf")

    @contextmanager
    def one(self, priority: Priority) -> Iterator[None]:
        """Count a job while it runs."""
        with self._guard:
            self._running[priority] += 1
            if priority is not Priority.MONEY:
                self._began = time.monotonic()
        try:
            yield
        finally:
            with self._guard:
                self._running[priority] -= 1

    def least(self, instead_of: Priority | None = None) -> Priority:
        """Give the least urgent kind of job that may begin now, or once this one has ended."""
        with self._guard:
            running = self._running - Counter([instead_of] if instead_of is not None else [])
        breathes = running[Priority.USUAL] < BESIDE_MONEY and time.monotonic() - self._began >= BREATH
        return Priority.USUAL if breathes or not running[Priority.MONEY] else Priority.MONEY
