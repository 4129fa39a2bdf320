"""A circuit breaker: who has failed several times in a row is left alone for a while. One per process and adapter.

Called by `checkout.couriers.wire`. Knows nothing of HTTP; the clock is handed in.
"""

import threading
from collections.abc import Callable

FAILURES = 3
"""Failures in a row after which it opens."""
FIRST_PAUSE, LONGEST_PAUSE = 15.0, 300.0
"""Seconds it stays open the first time, and at most; each failed trial doubles them."""
LONGEST_QUOTA = 24 * 3600.0


class Breaker:
    """Closed: everybody may ask. Open: nobody. After its pause one may try, and decides for the others."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._open_until = 0.0
        self._quota_until = 0.0
        self._trying = False

    def allows(self) -> bool:
        """Say whether one may ask now; whoever gets the yes of a trial must report how it went."""
        with self._lock:
            moment = self._clock()
            if moment < self._quota_until or moment < self._open_until:
                return False
            if self._failures < FAILURES:
                return True
            if self._trying:
                return False
            self._trying = True
            return True

    @property
    def exhausted(self) -> bool:
        """Whether it is the quota that keeps it closed."""
        return self._clock() < self._quota_until

    def went_well(self) -> None:
        """Take note of an answer, whatever it said."""
        with self._lock:
            self._failures, self._trying, self._pause = 0, False, FIRST_PAUSE

    def failed(self) -> None:
        """Take note of a call without a useful answer."""
        with self._lock:
            self._failures += 1
            self._trying = False
            if self._failures >= FAILURES:
                self._open_until = self._clock() + self._pause
                self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def quota_used_up(self, seconds: float) -> None:
        """Leave it alone for as long as it asked, a day at most."""
        with self._lock:
            self._trying = False
            self._quota_until = self._clock() + min(max(seconds, 1.0), LONGEST_QUOTA)
