"""Whole public pages, kept by each web process for as long as what they show stays as it is.

A view says `keep()` of an answer that is the same for everyone. The WSGI layer then gives it to the next visitor
without asking Flask, after reading one number: the version of what public pages show, which grows with every
committed change and is read from the database each time, so that every process of every node lets go of a page at
the same moment. When that number cannot be read, a page goes on for STALE seconds at most.
"""

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_etags, unquote_etag

from shop import authz, db, preparing
from shop.config import Settings
from shop.web import REQUEST_ID

log = logging.getLogger(__name__)

STALE = 30
"""Seconds that a page outlives a database which does not answer; half of what a withdrawal may take (P3)."""
LONGEST = 600
"""Seconds after which a page is made anew whatever the version says."""
FOR_CDNS = f"public, max-age={STALE}"
"""RFC 9213: what a cache in front that knows the header may keep; browsers ask again each time."""
_OVERHEAD = 1_000
"""Bytes reckoned for headers and key of an entry."""

Version = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer as it was given, in moments of the monotonic clock."""

    version: int | None
    """Of what the page shows; None for a page that shows nothing of the catalogue."""
    made: float
    until: float
    status: str
    headers: tuple[tuple[str, str], ...]
    """All but the ETag; the same object for all pages that have the same."""
    etag: str
    body: bytes

    @property
    def size(self) -> int:
        """Bytes it takes, about."""
        return len(self.body) + _OVERHEAD


def keep(seconds: int = LONGEST, *, unchanging: bool = False) -> None:
    """Say that the answer of this request is the same for everyone, for so long, or until anything changes.

    `unchanging` pages show nothing of the catalogue.
    """
    request.environ["kriya.keep"] = seconds
    request.environ["kriya.unchanging"] = unchanging


class KeptPages:
    """The WSGI layer outside Flask; one per process, shared by its threads."""

    def __init__(self, inner: WSGIApplication, limit: int) -> None:
        self._inner = inner
        self._limit = limit
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._last: tuple[int | None, float] = (None, 0.0)
        """The version that was read last, and when."""
        self._again = 0.0
        self.version: Version | None = None
        """Reads the present version; hung here by the area that owns it. Nothing is kept before that."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, else ask Flask and keep what may be kept."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._inner(environ, start_response)
        key = _key(environ)
        found = self._find(key)
        if found is not None:
            path = environ.get("PATH_INFO", "")
            request_id = _request_id(environ)
            log.info("request", extra={"method": environ["REQUEST_METHOD"], "path": path, "kept": True,
                                       "request_id": request_id})  # fmt: skip
            return _answer(found, environ, start_response, request_id)
        return self._ask(key, environ, start_response)

    def _find(self, key: str) -> Kept | None:
        page = self._pages.get(key)
        if page is None or page.until < time.monotonic():
            return None
        if page.version is not None and not self._is_present(page):
            return None
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
        return page

    def _is_present(self, page: Kept) -> bool:
        present = self.read_version()
        if present is not None:
            return page.version == present
        version, moment = self._last
        return page.version == version and moment + STALE > time.monotonic()

    def read_version(self) -> int | None:
        """Give the present version, or None when it cannot be read; a database in trouble is asked once a second."""
        if self.version is None or self._again > time.monotonic():
            return None
        try:
            present = self.version()
        except SQLAlchemyError as problem:
            log.warning("the version of the catalogue cannot be read", extra={"problem": repr(problem)})
            self._again = time.monotonic() + 1
            return None
        self._last = (present, time.monotonic())
        return present

    def _ask(self, key: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        said: dict[str, Any] = {}

        def listen(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., Any]:
            said.update(status=status, headers=headers)
            if exc_info is not None or not _may_keep(status, headers, environ):
                said["passed"] = True
                return start_response(status, headers, exc_info)
            return lambda _data: None

        chunks = self._inner(environ, listen)
        if said.get("passed"):
            return chunks
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        self._put(key, _kept(said["status"], said["headers"], body, environ))
        start_response(said["status"], said["headers"])
        return [body]

    def _put(self, key: str, page: Kept) -> None:
        if page.until <= page.made or page.size > self._limit // 8:
            return
        with self._lock:
            old = self._pages.pop(key, None)
            self._size += page.size - (old.size if old else 0)
            self._pages[key] = page
            while self._size > self._limit:
                self._size -= self._pages.popitem(last=False)[1].size

    def forget_old(self) -> None:
        """Let go of what nobody will be given again: the time of lists of the search is up after two seconds."""
        moment, (version, _) = time.monotonic(), self._last
        with self._lock:
            for key, page in list(self._pages.items()):
                if page.until < moment or page.version not in {None, version}:
                    self._size -= self._pages.pop(key).size

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._pages.clear()
            self._size = 0


def _key(environ: WSGIEnvironment) -> str:
    """Name the address as the visitor asked for it, and whether the body may be packed.

    A wrong host was refused by Flask and is never kept.
    """
    names = ("HTTP_HOST", "HTTP_X_FORWARDED_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
    packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    return "\n".join([*(environ.get(name, "") for name in names), "gzip" if packed else ""])


def _may_keep(status: str, headers: list[tuple[str, str]], environ: WSGIEnvironment) -> bool:
    """Say whether an answer is a page to keep: whole, the same for everyone, with its ETag."""
    said = {name.lower(): value for name, value in headers}
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "kriya.keep" in environ
        and status.startswith("200")
        and "set-cookie" not in said
        and "etag" in said
        and "public" in said.get("cache-control", "")
        and said.get("vary", "").lower() in {"", "accept-encoding"}  # all that _key tells apart
    )


def _kept(status: str, headers: list[tuple[str, str]], body: bytes, environ: WSGIEnvironment) -> Kept:
    moment = time.monotonic()
    follows = not environ["kriya.unchanging"]
    version = environ.get("kriya.version") if follows else None
    lasts = 0 if follows and version is None else environ["kriya.keep"]
    said = dict(headers)
    of_one = {"X-Request-ID", "Content-Length", "Date", "ETag"}
    usual = _same(tuple(pair for pair in headers if pair[0] not in of_one))
    return Kept(version, moment, moment + lasts, status, usual, said["ETag"], body)


@lru_cache(maxsize=64)
def _same(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return headers


def _request_id(environ: WSGIEnvironment) -> str:
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _answer(
    page: Kept, environ: WSGIEnvironment, start_response: StartResponse, request_id: str
) -> Iterable[bytes]:
    """Give a kept answer, or say that it has not changed since the visitor's last look."""
    headers = [*page.headers, ("ETag", page.etag), ("X-Request-ID", request_id)]
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and parse_etags(asked).contains_weak(unquote_etag(page.etag)[0] or ""):
        start_response("304 NOT MODIFIED", [pair for pair in headers if not pair[0].startswith("Content-T")])
        return [b""]
    start_response(page.status, [*headers, ("Content-Length", str(len(page.body)))])
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else page.body]


def init_app(app: Flask, settings: Settings) -> None:
    """Put the layer around the application, outside every other; with a limit of 0 MB nothing is kept."""
    kept = KeptPages(app.wsgi_app, settings.page_cache_mb * 1_000_000)
    app.extensions["kriya.kept_pages"] = kept
    if not settings.page_cache_mb:
        return
    app.wsgi_app = kept  # type: ignore[method-assign]
    preparing.now_and_then(app, kept.forget_old)

    @app.before_request
    def _read_version_first() -> None:
        # Before anything the page shows is read: a change in between leaves an entry that nobody is given.
        if request.method == "GET" and authz.rule_of(request.endpoint or "").cacheable:
            request.environ["kriya.version"] = kept.read_version()
            db.read_alone()
