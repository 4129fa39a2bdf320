"""A web server of a few lines that takes webhooks as the shop would, and shows what came."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Receiver:
    """What came, and what is answered."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    """Statuses for the next deliveries; 200 when there is none left."""
    came: list[tuple[bytes, str]] = field(default_factory=list)

    def events(self) -> list[dict[str, Any]]:
        """Read the payloads."""
        return [json.loads(body) for body, _ in self.came]

    def types(self) -> list[str]:
        """Name the events that came, in their order."""
        return [event["type"] for event in self.events()]

    def wait_for(self, enough: Callable[[], bool], timeout: float = 10) -> None:
        """Wait until what came is enough."""
        end = time.monotonic() + timeout
        while not enough():
            assert time.monotonic() < end, f"only came: {self.types()}"
            time.sleep(0.01)


@contextmanager
def listening() -> Iterator[Receiver]:
    """Take webhooks on a free port for the length of a block."""
    receiver = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:  # the sender was killed meanwhile: nothing came
                return
            status = receiver.answers.pop(0) if receiver.answers else 200
            receiver.came.append((body, self.headers["Stripe-Signature"]))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 named by the standard library
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/stripe/webhook"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
