"""How long a public page takes in one process, and how heavy it is: the promises of look.md in figures."""

import gzip
import re
import statistics
import time

from flask.testing import FlaskClient

ROUNDS = 30
HTML_LIMIT = 30_000
"""Bytes of compressed HTML a first visit may cost."""


def main() -> None:
    """Print median and slowest answer in milliseconds and the compressed size, page by page."""
    from wsgi import app  # noqa: PLC0415  # the application is built when a measurement is asked for

    client = app.test_client()
    print(f"{'page':44} {'median':>8} {'slowest':>8} {'gzip':>8}")
    for address in _addresses(client):
        times, size = _measure(client, address)
        heavy = "  over 30 KB" if size > HTML_LIMIT else ""
        print(f"{address[:44]:44} {statistics.median(times):8.1f} {max(times):8.1f} {size:8}{heavy}")


def _addresses(client: FlaskClient) -> list[str]:
    """Give the fixed pages, and one of each kind that the home page leads to."""
    home = client.get("/").text
    found = [match[1] for kind in KINDS if (match := re.search(rf'href="(/{kind}/[^"#?]+)"', home))]
    return ["/", "/search", "/search?q=batik", "/search?q=keranjang&sort=price", *found, "/cart"]


KINDS = ("products", "artisans", "crafts", "regions", "councils")


def _measure(client: FlaskClient, address: str) -> tuple[list[float], int]:
    times, body = [], b""
    for _ in range(ROUNDS):
        before = time.perf_counter()
        body = client.get(address).data
        times.append((time.perf_counter() - before) * 1000)
    return times, len(gzip.compress(body))
