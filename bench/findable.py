"""How long after the commit a change is findable on every node: two nodes with indexes of their own on one database.

Touches pieces of the configured shop without changing them; the two indexes are thrown away afterwards.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from catalog import changes, products
from catalog.models import Product
from catalog.search.engine import IndexUnavailable, SearchEngine
from catalog.search.engines import ENGINES
from shop import config
from shop.db import db, transaction

CHANGES = 60
PATIENCE = 900.0
"""Seconds that a node may take to build its first index."""


def main() -> None:
    """Start two followers, note changes one after the other, and print how long each node took to have them."""
    from wsgi import app  # noqa: PLC0415  # the application is built when a measurement is asked for

    with app.app_context(), tempfile.TemporaryDirectory() as root:
        folders = [Path(root) / name for name in ("one", "two")]
        nodes = [ENGINES[config.current().search](folder) for folder in folders]
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "search", "follow"]
        followers = [
            subprocess.Popen(command, env=os.environ | {"KRIYA_SEARCH_DIR": str(folder)})
            for folder in folders
        ]
        try:
            _print(_waits(nodes))
        finally:
            for follower in followers:
                follower.terminate()
                follower.wait()


def _waits(nodes: list[SearchEngine]) -> list[list[float]]:
    """Give for each node the seconds from each commit to the moment when a reader sees it."""
    started = time.monotonic()
    while not all(map(_seq, nodes)):
        if time.monotonic() - started > PATIENCE:
            raise TimeoutError("the nodes have built no index")
        time.sleep(0.5)
    print(f"both nodes have built their index after {time.monotonic() - started:.0f} s")
    ids = db.session.scalars(
        products.live().with_only_columns(Product.id).order_by(sa.func.random()).limit(CHANGES)
    )
    waits: list[list[float]] = [[] for _ in nodes]
    for product_id in list(ids):
        with transaction() as session:
            changes.of_product(session, product_id)
        committed, waiting = time.monotonic(), dict(enumerate(nodes))
        wanted = changes.version(db.session())
        while waiting:
            for number, node in list(waiting.items()):
                if _seq(node) >= wanted:
                    waits[number].append(time.monotonic() - committed)
                    del waiting[number]
            time.sleep(0.005)
    return waits


def _seq(node: SearchEngine) -> int:
    try:
        return node.refresh()
    except IndexUnavailable:
        return 0


def _print(waits: list[list[float]]) -> None:
    for number, found in enumerate(waits, 1):
        found.sort()
        p50, p95 = found[len(found) // 2], found[len(found) * 95 // 100]
        print(
            f"node {number}: p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, longest {found[-1] * 1000:.0f} ms"
        )
