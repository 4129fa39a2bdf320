"""Answers kept in memory for a while, so that a cart looked at three times asks once. One per process and adapter."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most `size` values, each for `seconds`; the longest unused goes first."""

    def __init__(self, *, seconds: float, size: int, clock: Callable[[], float]) -> None:
        self._seconds, self._size, self._clock = seconds, size, clock
        self._values: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """Give the value, unless it is too old or was never kept."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            until, value = found
            if until <= self._clock():
                del self._values[key]
                return None
            self._values.move_to_end(key)
            return value

    def keep(self, key: K, value: V) -> V:
        """Keep a value, and give it."""
        with self._lock:
            self._values[key] = (self._clock() + self._seconds, value)
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value
