"""A real HTTP server that stands for an aggregator of couriers: answers, fails, hangs, drips and lies as told."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Aggregator:
    """What the server says, by the beginning of the path; and what it was asked, oldest first."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """Said instead of the answers."""
    hangs: float = 0
    """Seconds until it says anything."""
    drips: float = 0
    """Seconds between one byte of the headers and the next."""
    asked: list[Asked] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)


def _handler(aggregator: Aggregator) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            aggregator.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            aggregator.stopping.wait(aggregator.hangs)
            if aggregator.drips:
                self._drip()
                return
            known = [name for name in aggregator.answers if self.path.startswith(name)]
            data = aggregator.answers[max(known, key=len)] if known else {}
            said = aggregator.raw if aggregator.raw is not None else json.dumps(data).encode()
            self.send_response(aggregator.status)
            for name, value in aggregator.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def _drip(self) -> None:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slowly: " + b"." * 1000:
                if aggregator.stopping.wait(aggregator.drips):
                    return
                self.wfile.write(bytes([byte]))

        do_GET = do_POST = _answer  # noqa: N815

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # the shop did not wait
                self.close_connection = True

        def log_message(self, *_args: Any) -> None:
            """Stay silent."""

    return Handler


@pytest.fixture
def aggregator() -> Iterator[Aggregator]:
    """Give an aggregator that says nothing yet."""
    told = Aggregator()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(told))
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(2)


def seconds(of: Any) -> float:
    """Say how long a call takes, whatever comes of it."""
    started = time.monotonic()
    try:
        of()
    except Exception:  # noqa: BLE001 - only the time counts
        return time.monotonic() - started
    return time.monotonic() - started
