"""Completed checkouts per second over HTTP, from *Pay* to the paid order, beside what the bare database can do.

Two web processes and a worker; the gateway answers every call after 50 ms (bench/gateway.py). Carts and forms are
ready beforehand. The floor is the same rows written by the driver alone, from as many connections, in the same run:
what a program without any program would reach. BENCH_CHECKOUTS sets how many (300).
"""

import asyncio
import os
import sqlite3
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg

from bench.buyers import Ready, call, forms
from bench.served import on_every_database, served

MANY = int(os.environ.get("BENCH_CHECKOUTS", "300"))
AT_ONCE = 16
PIECES = 24


def main() -> None:
    """Measure on both databases, and print."""
    on_every_database("bench.checkout:measure")


def measure(kind: str, address: str) -> None:
    """Set a shop up on an empty database, let buyers check out, and print what came of it."""
    with served(address, pieces=PIECES, on_hand=9999) as (shop, gateway, bank, variants):
        try:
            shop.start_web(2)
            shop.start_worker()
            ready = forms(shop.url, variants, MANY + AT_ONCE * 2)
            _quiet(address)
            _run(kind, shop.url, bank, ready[: AT_ONCE * 2])  # warms every process
            _wait_for(address, AT_ONCE * 2)
            groups = {name: one.pid for name, one in shop.processes.items()} | {"gateway": gateway.pid}
            before = spent(groups)
            rate = _run(kind, shop.url, bank, ready[AT_ONCE * 2 :])
            started = time.perf_counter() - rate.seconds
            _wait_for(address, len(ready))
            paid = (len(ready) - AT_ONCE * 2) / (time.perf_counter() - started)
            used = {name: value - before[name] for name, value in spent(groups).items()}
        except TimeoutError:
            print(shop.words("web"), shop.words("worker"))
            raise
        shop.stop()  # the floor has the machine to itself
        floor = _floor(kind, address)
        print(
            f"{kind:<11}{paid:7.1f} paid orders/s, {rate.opened:7.1f} payment pages/s"
            f" (p50 {rate.p50 * 1000:.0f} ms, p95 {rate.p95 * 1000:.0f} ms)"
            f"{floor:8.0f}/s bare database   ratio {paid / floor:.3f}"
        )
        each = {name: value / (len(ready) - AT_ONCE * 2) * 1000 for name, value in used.items()}
        print(
            f"{kind:<11}processor per order: "
            + ", ".join(f"{name} {value:.1f} ms" for name, value in each.items())
        )


def spent(groups: dict[str, int]) -> dict[str, float]:
    """Give the seconds of processor that process groups have used so far, with their database and these buyers."""
    by_group: Counter[int] = Counter()
    postgres = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _end, rest = stat.read_text().partition("(")[2].rpartition(")")
        except OSError:  # it has ended meanwhile
            continue
        fields = rest.split()
        ticks = int(fields[11]) + int(fields[12])
        by_group[int(fields[2])] += ticks
        postgres += ticks if name == "postgres" else 0
    hertz = os.sysconf("SC_CLK_TCK")
    found = {name: by_group[pid] / hertz for name, pid in groups.items()}
    return found | {"postgres": postgres / hertz, "buyers": time.process_time()}


# --- buyers --------------------------------------------------------------------------------------------


class Rate:
    """How fast buyers reached the payment page."""

    def __init__(self, seconds: float, waits: list[float]) -> None:
        waits.sort()
        self.seconds = seconds
        self.opened = len(waits) / seconds
        self.p50, self.p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]


def _run(kind: str, url: str, bank: int, ready: list[Ready]) -> Rate:
    waits: list[float] = []
    refused: list[str] = []
    started = time.perf_counter()
    asyncio.run(_crowd(url, bank, ready, waits, refused))
    if refused:
        print(f"{kind}: {len(refused)} refused, first: {refused[0][:300]}")
    return Rate(time.perf_counter() - started, waits or [0.0])


async def _crowd(url: str, bank: int, ready: list[Ready], waits: list[float], refused: list[str]) -> None:
    queue = list(reversed(ready))

    async def buyer() -> None:
        while queue:
            cookies, form = queue.pop()
            begun = time.perf_counter()
            head = await call(urlsplit(url).port or 80, "POST", "/checkout", cookies, urlencode(form), url)
            waits.append(time.perf_counter() - begun)
            if "pay.example/" not in head:
                refused.append(head)
                continue
            page = head.split("pay.example/")[1].split("\r\n")[0].strip()
            await call(bank, "POST", f"/pay/{page}", "", "", url)

    await asyncio.gather(*(buyer() for _ in range(AT_ONCE)))


def _wait_for(address: str, count: int, seconds: float = 60) -> None:
    """Wait until so many orders are paid."""
    end, found = time.monotonic() + seconds, 0
    while found < count:
        found = ask(address, "SELECT count(*) FROM orders WHERE state = 'paid'")
        if time.monotonic() > end:
            raise TimeoutError(f"{found} of {count} orders are paid")
        time.sleep(0.05)


def _quiet(address: str, seconds: float = 40) -> None:
    """Let the worker make the photographs of the set-up first; what is promised for later does not count for ever."""
    end = time.monotonic() + seconds
    waiting = "SELECT count(*) FROM jobs WHERE state = 'due' AND attempts = 0 AND kind LIKE '%make%'"
    while ask(address, waiting) and time.monotonic() < end:
        time.sleep(0.2)


def ask(address: str, statement: str) -> int:
    """Give the one number that a statement asks for."""
    if address.startswith("sqlite"):
        with sqlite3.connect(address.removeprefix("sqlite:///"), timeout=30) as lite:
            return int(lite.execute(statement).fetchone()[0])
    with psycopg.connect(address) as connection:
        row = connection.execute(statement).fetchone()
        return int(row[0]) if row else 0


def change(address: str, statement: str) -> None:
    """Run a statement that changes something."""
    if address.startswith("sqlite"):
        with sqlite3.connect(address.removeprefix("sqlite:///"), timeout=30) as lite:
            lite.execute(statement)
        return
    with psycopg.connect(address) as connection:
        connection.execute(statement)


# --- the floor -----------------------------------------------------------------------------------------

SCHEMA = (
    "CREATE TABLE f_stock (id INTEGER PRIMARY KEY, on_hand INTEGER, reserved INTEGER, CHECK (reserved <= on_hand))",
    "CREATE TABLE f_orders (id INTEGER PRIMARY KEY, number TEXT UNIQUE, state TEXT, body TEXT)",
    "CREATE TABLE f_rows (id INTEGER, number TEXT, body TEXT, PRIMARY KEY (number, id))",
)
ROWS = (9, 2, 14)
"""Rows that each of the three transactions of a checkout writes: placed, page opened, paid with its postings."""


def _floor(kind: str, address: str) -> float:
    """Write what a checkout writes with the driver alone; give checkouts per second."""
    sqlite = kind == "SQLite"
    path = address.removeprefix("sqlite:///")

    def connect() -> sqlite3.Connection | psycopg.Connection:
        if sqlite:
            found = sqlite3.connect(path, timeout=60, isolation_level=None)
            found.execute("PRAGMA synchronous=FULL")
            return found
        return psycopg.connect(address, autocommit=True)

    one = connect()
    for statement in (*SCHEMA, "INSERT INTO f_stock VALUES (1, 1000000, 0)"):
        one.execute(statement)
    one.close()
    count = MANY * 4
    numbers = iter(range(count))
    guard = threading.Lock()

    def work() -> None:
        mine = connect()
        while True:
            with guard:
                number = next(numbers, None)
            if number is None:
                break
            _bare(mine, number, "?" if sqlite else "%s")
        mine.close()

    started = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count / (time.perf_counter() - started)


def _bare(connection: sqlite3.Connection | psycopg.Connection, number: int, mark: str) -> None:
    """Write the rows of one checkout in its three transactions."""
    name, body, place = f"F-{number}", "x" * 200, 0
    execute = connection.execute
    begin = "BEGIN IMMEDIATE" if mark == "?" else "BEGIN"
    for step, rows in enumerate(ROWS):
        execute(begin)
        if step == 0:
            execute(f"INSERT INTO f_orders VALUES ({mark}, {mark}, 'pending', {mark})", (number, name, body))
        else:
            execute(f"UPDATE f_orders SET state = {mark} WHERE number = {mark}", (str(step), name))
        for _row in range(rows):
            place += 1
            execute(f"INSERT INTO f_rows VALUES ({mark}, {mark}, {mark})", (place, name, body))
        if step == 0:
            execute("UPDATE f_stock SET reserved = reserved + 1 WHERE id = 1 AND on_hand - reserved >= 1")
        execute("COMMIT")
