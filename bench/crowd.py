"""10,000 attempts by 500 buyers at once on 100 pieces, and 1,000 pieces of which there is one with 20 buyers each.

Over HTTP against two web processes, on SQLite and PostgreSQL. While it goes on, a reader checks in every snapshot that
what was put on the shelf is on hand, set aside or sold. BENCH_ATTEMPTS, BENCH_CROWD and BENCH_UNIQUE change the
numbers.
"""

import asyncio
import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

from bench.buyers import Ready, call, forms
from bench.checkout import ask
from bench.served import on_every_database, served

ATTEMPTS = int(os.environ.get("BENCH_ATTEMPTS", "10000"))
CROWD = int(os.environ.get("BENCH_CROWD", "500"))
UNIQUE = int(os.environ.get("BENCH_UNIQUE", "1000"))
UNITS = 100
BUYERS_OF_ONE = 20
BATCH = 25
"""Pieces of which there is one that are fought for at the same time."""
UNBALANCED = (
    "SELECT count(*) FROM variants v WHERE (v.on_hand, v.reserved, v.sold) <> ("
    " SELECT COALESCE(SUM(m.on_hand), 0), COALESCE(SUM(m.reserved), 0), COALESCE(SUM(m.sold), 0)"
    " FROM stock_movements m WHERE m.variant_id = v.id) OR v.reserved > v.on_hand"
)


def main() -> None:
    """Let the crowd in, on both databases."""
    on_every_database("bench.crowd:measure")


def measure(kind: str, address: str) -> None:
    """Play both scenes on one database, and print what came of them."""
    with served(address, pieces=1 + BATCH, on_hand=1) as (shop, _gateway, _bank, variants):
        many, ones = variants[0], variants[1:]
        _put(many, UNITS)
        shop.start_web(2)
        with _watching(address) as broken:
            _hundred(kind, shop.url, many)
            _one_of_a_kind(kind, shop.url, address, ones)
        print(f"{kind:<11}{broken['looked']} snapshots, {broken['wrong']} out of balance")
        done = shop.flask("verify", "--json")
        print(f"{kind:<11}verify {'clean' if done.returncode == 0 else done.stdout[-1500:]}")


def _put(variant_id: int, count: int) -> None:
    from catalog import stock  # noqa: PLC0415
    from shop.audit import Actor  # noqa: PLC0415
    from shop.db import db, transaction  # noqa: PLC0415
    from wsgi import app  # noqa: PLC0415

    with app.app_context():
        with transaction() as session:
            stock.set_on_hand(session, Actor.system("bench"), variant_id, count)
        db.session.remove()
        db.engine.dispose()


def _hundred(kind: str, url: str, variant_id: int) -> None:
    ready = forms(url, [variant_id], CROWD)
    waits: list[tuple[str, float]] = []
    started = time.perf_counter()
    asyncio.run(_crowd(url, ready, max(1, ATTEMPTS // CROWD), waits))
    _tell(f"{kind:<11}{len(waits)} attempts by {CROWD} at once on {UNITS} pieces", waits, started)


def _one_of_a_kind(kind: str, url: str, address: str, variants: list[int]) -> None:
    """Fight for a batch of pieces again and again; each has one piece more when its batch begins.

    Who has lost has the piece in the cart still; who has won puts it in again.
    """
    waits: list[tuple[str, float]] = []
    spent, before = 0.0, ask(address, "SELECT COALESCE(SUM(reserved), 0) FROM variants")
    ready, winners = forms(url, variants, BATCH * BUYERS_OF_ONE), list[int]()
    for round_ in range(max(1, UNIQUE // BATCH)):
        for variant_id in variants if round_ else ():
            _put(variant_id, round_ + 1)
        asyncio.run(_again(url, [(ready[one][0], variants[one % BATCH]) for one in winners]))
        started = time.perf_counter()
        winners = asyncio.run(_crowd(url, ready, 1, waits))
        spent += time.perf_counter() - started
    sold = ask(address, "SELECT COALESCE(SUM(reserved), 0) FROM variants") - before
    rounds = max(1, UNIQUE // BATCH) * BATCH
    _tell(
        f"{kind:<11}{rounds} single pieces, {BUYERS_OF_ONE} buyers each, {BATCH} pieces at once: {sold} taken",
        waits,
        time.perf_counter() - spent,
    )


async def _again(url: str, carts: list[tuple[str, int]]) -> None:
    for cookies, variant_id in carts:
        body = urlencode({"variant_id": variant_id, "quantity": 1})
        await call(urlsplit(url).port or 80, "POST", "/cart/lines", cookies, body, url)


def _tell(what: str, waits: list[tuple[str, float]], started: float) -> None:
    outcomes = Counter(outcome for outcome, _wait in waits)
    refused = sorted(wait for outcome, wait in waits if outcome != "order") or [0.0]
    print(
        f"{what}: {dict(outcomes)}, {len(waits) / (time.perf_counter() - started):.0f}/s,"
        f" refused p50 {refused[len(refused) // 2]:.2f} s, p99 {refused[int(len(refused) * 0.99)]:.2f} s",
        flush=True,
    )


async def _crowd(url: str, ready: list[Ready], times: int, waits: list[tuple[str, float]]) -> list[int]:
    """Let everybody press *Pay* so many times; give who has got an order."""
    winners: list[int] = []

    async def buyer(number: int, cookies: str, form: dict[str, str]) -> None:
        for _attempt in range(times):
            form["form_key"] = secrets.token_hex(16)
            begun = time.perf_counter()
            head = await call(urlsplit(url).port or 80, "POST", "/checkout", cookies, urlencode(form), url)
            status = head.split(" ", 2)[1]
            outcome = "order" if "pay.example/" in head else f"answered {status}"
            waits.append((outcome, time.perf_counter() - begun))
            if outcome == "order":
                winners.append(number)

    await asyncio.gather(*(buyer(number, one[0], dict(one[1])) for number, one in enumerate(ready)))
    return winners


@contextmanager
def _watching(address: str) -> Iterator[Counter[str]]:
    """Look for stock out of balance as long as the block lasts."""
    found: Counter[str] = Counter(looked=0, wrong=0)
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.3):
            found["looked"] += 1
            found["wrong"] += ask(address, UNBALANCED) > 0

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield found
    finally:
        stop.set()
        watcher.join()
