"""Text that is the same for everyone goes out compressed; `shop.app` attaches this to the application.

Answers for one person stay as they are: the length of a compressed page that holds both a secret of the session and
words of the address tells something about the secret (BREACH).
"""

import gzip
from collections import OrderedDict
from threading import Lock

from flask import Flask, Response, request

LEAST = 600
"""Bytes below which compressing gains nothing."""
MOST_KEPT = 2 * 1024 * 1024
"""Bytes of compressed files that one process keeps; whole pages are kept by `shop.kept_pages`."""
PAGE_LEVEL, FILE_LEVEL = 5, 9
"""How hard is tried: a page is compressed while somebody waits, a file once for all."""
KINDS = {
    "text/html",
    "text/css",
    "text/plain",
    "text/xml",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/ld+json",
    "application/manifest+json",
    "application/rss+xml",
    "application/xml",
    "image/svg+xml",
}


class Compressed:
    """The compressed bodies of the files asked for last, by their ETag."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def body(self, etag: str, plain: bytes) -> bytes:
        """Give the compressed form of the file that has this ETag."""
        with self._lock:
            if etag in self._bodies:
                self._bodies.move_to_end(etag)
                return self._bodies[etag]
        packed = gzip.compress(plain, FILE_LEVEL, mtime=0)
        with self._lock:
            if etag not in self._bodies:
                self._bodies[etag] = packed
                self._size += len(packed)
            while self._size > self._most:
                self._size -= len(self._bodies.popitem(last=False)[1])
        return packed


def init_app(app: Flask) -> None:
    """Compress every public answer of text, for clients that take it. Attach it before what sets headers."""
    files = Compressed()

    @app.after_request
    def _compress(response: Response) -> Response:
        if response.mimetype not in KINDS or "public" not in response.headers.get("Cache-Control", ""):
            return response
        response.vary.add("Accept-Encoding")
        etag, _weak = response.get_etag()
        if not _wanted(response) or not etag:
            return response
        response.direct_passthrough = False
        plain = response.get_data()
        if len(plain) < LEAST:
            return response
        lasting = "immutable" in response.headers["Cache-Control"]
        response.set_data(files.body(etag, plain) if lasting else gzip.compress(plain, PAGE_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(etag, weak=True)  # the same page in other bytes
        return response


def _wanted(response: Response) -> bool:
    return (
        response.status_code == 200
        and "Content-Encoding" not in response.headers
        and not (response.is_streamed and not response.direct_passthrough)
        and request.accept_encodings["gzip"] > 0
    )
