"""The worker's loop: threads that run jobs, companions beside them, and periodic functions. Called by `flask jobs work`."""

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterable

from flask import current_app

from shop import jobs
from shop.db import db

log = logging.getLogger(__name__)

LOOK_PAUSE = 0.1
"""Seconds until an idle worker looks again whether a job is due."""
COMPANION_PAUSE, COMPANION_RETRY = 0.25, 2.0
"""Seconds until a companion is called again when it found nothing to do, and when it failed."""

THREADS = 8
"""So many jobs of one worker run beside each other: most of their time goes by while a gateway or a mail server answers."""

_looking = threading.Lock()


def _take_turns() -> int:
    """Run due jobs as one thread of several: one of them looks for work, the next as soon as that one has found some."""
    with _looking:
        taken = jobs.first()
        while taken is None:
            db.session.remove()
            time.sleep(LOOK_PAUSE)
            taken = jobs.first()
    return jobs.run_on(taken)


def accompany(look: Callable[[], int]) -> None:
    """Call a companion for ever, in this thread; what it raises is logged, and tried again a little later."""
    while True:
        pause = COMPANION_PAUSE
        try:
            if look():
                pause = 0.0
        except Exception:
            log.exception("a companion failed", extra={"kind": jobs.name_of(look)})
            pause = COMPANION_RETRY
        finally:
            db.session.remove()
        time.sleep(pause)


def _start(looks: Iterable[Callable[[], int]]) -> None:
    """Give each of these a thread, which ends with the process: a long job holds none of them up."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001

    def run(look: Callable[[], int]) -> None:
        with app.app_context():
            accompany(look)

    for look in looks:
        threading.Thread(target=run, args=(look,), name=jobs.name_of(look), daemon=True).start()


def work(*, once: bool = False, pause: float = 0.5, threads: int = THREADS) -> None:
    """Run jobs and periodic functions, companions beside them, for ever; with `once`, until nothing is due.

    `threads` is how many jobs run at once.
    """
    if not once:
        gc.collect()
        gc.freeze()  # what is loaded stays: looking it through again takes a twentieth of a worker's time
        _start([*jobs.companions, *[_take_turns] * threads])
    while True:
        ran = jobs.run_due() if once else 0
        ran += jobs.run_periodic()
        if once:
            ran += sum(look() for look in jobs.companions)
            if not ran:
                return
        db.session.remove()
        if not ran:
            time.sleep(pause)
