"""How gunicorn serves the shop (`gunicorn wsgi:app` reads this by itself); every value can be overridden by a flag."""

import os

preload_app = True
"""Loaded once, then forked: a quarter of the start and of the memory."""
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 60
graceful_timeout = 20
keepalive = 30
"""Seconds; the default of 2 s resets browsers that come back after reading a page."""
control_socket_disable = True
