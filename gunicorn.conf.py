"""How gunicorn serves the shop (`gunicorn wsgi:app` reads this by itself); every value can be overridden by a flag."""

import ctypes
import gc
import os
import time
from typing import Any

preload_app = True
"""Loaded once, then forked: a quarter of the start and of the memory."""
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
"""Somebody who pays holds one while the payment service answers, which takes half a second."""
timeout = 60
graceful_timeout = 20
keepalive = 30
"""Seconds; the default of 2 s resets browsers that come back after reading a page."""
control_socket_disable = True

_M_ARENA_MAX = -8
_c = ctypes.CDLL(None)
if hasattr(_c, "mallopt"):
    # One heap instead of one for each thread: Python lets one thread run at a time, and a heap that only one thread uses
    # keeps what it once needed.
    _c.mallopt(_M_ARENA_MAX, 1)


def pre_fork(server: Any, _worker: Any) -> None:
    """Load what every worker needs, and leave it out of later collections: looking it through would make each copy it."""
    from shop.preparing import prepare  # noqa: PLC0415  # the shop is not to be found yet when this file is read

    prepare(server.app.wsgi())
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Connect to the database before the first visitors come, all at once."""
    from shop.preparing import connect  # noqa: PLC0415

    connect(worker.app.wsgi(), threads)


GIVEN_BACK_EVERY = 10.0
"""Seconds between two times that a worker gives free memory back to the system, which takes some milliseconds."""
_given_back = [time.monotonic()]


def post_request(worker: Any, _request: Any, _environ: Any, _answer: Any) -> None:
    """Give back what answers have left free between what is kept: by itself a heap only shrinks from its end."""
    if time.monotonic() - _given_back[0] < GIVEN_BACK_EVERY:
        return
    from shop.preparing import let_go  # noqa: PLC0415

    _given_back[0] = time.monotonic()
    let_go(worker.app.wsgi())
    if hasattr(_c, "malloc_trim"):
        _c.malloc_trim(0)
