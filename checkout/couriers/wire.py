"""Asking an aggregator over HTTP: every call is over by its deadline, whatever the other side does.

Used by the adapters. A call runs in a thread of its own, because a name that does not resolve and headers that
drip keep a socket's own timeout waiting; at most `THREADS` of them can hang at once. Redirects are not followed
(the key goes to one address only), answers are read up to a limit, and nothing of the key is ever logged.
"""

import email.utils
import http.client
import json
import logging
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

from checkout.couriers.breaker import Breaker
from checkout.couriers.port import Exhausted, Refused, Unreachable
from shop.db import now

log = logging.getLogger(__name__)

MAX_ANSWER, CHUNK = 512 * 1024, 16 * 1024
THREADS = 4
UNSAID_PAUSE = 900.0
"""Seconds without asking when the quota is used up and no time is named."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an HTTP status, and a JSON object; other JSON counts as an empty one."""

    status: int
    data: dict[str, Any]
    retry_after: str = ""


class Wire:
    """One aggregator at one address."""

    def __init__(self, base: str, headers: Mapping[str, str], timeout: float) -> None:
        parts = urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("the address of an aggregator begins with https://")
        self._parts = parts
        self._headers = {"Accept": "application/json", "User-Agent": "Kriya", **headers}
        self.timeout = timeout
        self.breaker = Breaker(time.monotonic)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(THREADS, thread_name_prefix="couriers")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def deadline(self) -> float:
        """Give the moment at which a question asked now has to be over."""
        return time.monotonic() + self.timeout

    def ask(
        self,
        method: str,
        path: str,
        *,
        deadline: float,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Ask, and give an answer below 500 as it came.

        :raise Exhausted: the quota is used up. :raise Unreachable: no useful answer in time, or left alone.
        """
        if not self.breaker.allows():
            raise Exhausted if self.breaker.exhausted else Unreachable
        content, kind = _content(form, body)
        headers = self._headers | ({"Content-Type": kind} if kind else {})
        target = self._parts.path.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        try:
            left = max(deadline - time.monotonic(), 0.01)
            answer = self._in_time(method, target, content, headers, left)
        except (Late, OSError, http.client.HTTPException, ValueError, RecursionError) as problem:
            self._failed(path, type(problem).__name__)
            raise Unreachable from problem
        if answer.status == 429:
            self.breaker.quota_used_up(_seconds(answer.retry_after))
            raise Exhausted
        if answer.status >= 500 or answer.status < 200 or 300 <= answer.status < 400:
            self._failed(path, str(answer.status))
            raise Unreachable
        self.breaker.went_well()
        if answer.status in {401, 403}:
            log.error("the aggregator of couriers refuses our key", extra={"status": answer.status})
            raise Refused
        return answer

    def _in_time(
        self, method: str, target: str, content: bytes | None, headers: dict[str, str], left: float
    ) -> Answer:
        line = self._line(left)
        call = self._threads.submit(_talk, line, method, target, content, headers, time.monotonic() + left)
        try:
            return call.result(left)
        except Late:
            call.cancel()  # when all threads hang: nobody waits for it any more
            sock = line.sock
            if sock is not None:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)  # wakes the thread, which would listen for ever
            raise

    def _line(self, left: float) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=left, context=self._tls)
        return http.client.HTTPConnection(host, port, timeout=left)

    def nonsense(self, path: str) -> Unreachable:
        """Count an answer that makes no sense as a failure; give the error to raise."""
        self._failed(path, "an answer that makes no sense")
        return Unreachable()

    def _failed(self, path: str, why: str) -> None:
        self.breaker.failed()
        log.warning("couriers could not be asked", extra={"path": path, "why": why})


def _talk(
    line: http.client.HTTPConnection,
    method: str,
    target: str,
    content: bytes | None,
    headers: dict[str, str],
    deadline: float,
) -> Answer:
    """Ask and listen, in a thread of its own. :raise ValueError: for what cannot be an answer."""
    try:
        line.request(method, target, content, headers)
        response = line.getresponse()
        raw = b""
        while piece := response.read1(CHUNK):
            raw += piece
            if len(raw) > MAX_ANSWER or time.monotonic() > deadline:
                raise ValueError("too long")
        retry_after = response.getheader("Retry-After") or ""
        if response.status == 429 or response.status >= 500:
            return Answer(response.status, {}, retry_after)
        data = json.loads(raw)
        return Answer(response.status, data if isinstance(data, dict) else {}, retry_after)
    finally:
        line.close()


def _content(form: Mapping[str, str] | None, body: Mapping[str, Any] | None) -> tuple[bytes | None, str]:
    if form is not None:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    if body is not None:
        return json.dumps(body).encode(), "application/json"
    return None, ""


def _seconds(retry_after: str) -> float:
    """Read a Retry-After: seconds, or a date."""
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 8:
        return float(retry_after)
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return UNSAID_PAUSE
    return (moment - now()).total_seconds() if moment.tzinfo else UNSAID_PAUSE
