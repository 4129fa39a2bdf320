"""How gunicorn serves the shop (`gunicorn wsgi:app` reads this by itself); every value can be overridden by a flag."""

import ctypes
import gc
import os
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
if hasattr(_c := ctypes.CDLL(None), "mallopt"):
    # One heap instead of one for each thread: Python lets one thread run at a time, and a heap that only one thread uses
    # keeps what it once needed.
    _c.mallopt(_M_ARENA_MAX, 1)


def pre_fork(_server: Any, _worker: Any) -> None:
    """Leave what is loaded out of every later collection: looking it through would make each worker copy it."""
    gc.collect()
    gc.freeze()
