"""Web processes and a worker that are killed with SIGKILL while buyers order and pay, started again, and killed again.

Over HTTP, on SQLite and PostgreSQL, with the stand-in for the gateway (bench/gateway.py), which rings its bell once and
never again. In the end the shop runs undisturbed: every page that was paid must be one paid order or one full refund,
nothing may wait, and `flask verify` must be clean. BENCH_KILLS sets how often (50), BENCH_SEED the lots.
"""

import asyncio
import json
import os
import random
import secrets
import time
import urllib.request
from collections import Counter
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.buyers import Ready, call, forms
from bench.checkout import ask, change
from bench.served import on_every_database, served

KILLS = int(os.environ.get("BENCH_KILLS", "50"))
SEED = int(os.environ.get("BENCH_SEED", "20261122"))
BUYERS = 8
LEASES_OVER = (
    "UPDATE jobs SET state = 'due', run_at = created_at, lease_token = NULL, lease_until = NULL, unique_key = NULL"
    " WHERE state = 'leased' OR (state = 'due' AND kind LIKE 'checkout.%')"
)
STUCK = "SELECT count(*) FROM jobs WHERE kind LIKE 'checkout.%' AND state IN ('due', 'leased')"
UNSETTLED = "SELECT count(*) FROM refunds WHERE state = 'due'"


def main() -> None:
    """Pull the plug on both databases, and print what is left."""
    on_every_database("bench.outages:play")


def play(kind: str, address: str) -> None:
    """Play on one database."""
    with served(address, pieces=BUYERS, on_hand=9999) as (shop, _gateway, bank, variants):
        _plug(kind, shop, bank, variants)
        found = _afterwards(shop, address, bank)
        print(f"{kind:<11}{found or 'nothing lost, doubled or stuck'}")
        if found:
            raise SystemExit(1)


def _plug(kind: str, shop: Any, bank: int, variants: list[int]) -> None:
    """Let buyers come, and kill what serves them: sometimes the web, sometimes the worker, sometimes both."""
    chance, said = random.Random(SEED), Counter[str]()
    started = time.perf_counter()
    shop.start_web(2)
    shop.start_worker()
    ready = forms(shop.url, variants, BUYERS)
    for number in range(KILLS):
        victims = chance.choice((["web"], ["worker"], ["web", "worker"]))
        said += asyncio.run(_while_it_lasts(shop, bank, ready, variants, chance.uniform(0.05, 1.5), victims))
        if "web" in victims:
            shop.start_web(2)
        if "worker" in victims:
            shop.start_worker()
        if number % 10 == 9:
            print(f"{kind}: {number + 1} kills, {time.perf_counter() - started:.0f} s", flush=True)
    print(f"{kind:<11}{KILLS} kills, seed {SEED}: {dict(said)}")


async def _while_it_lasts(
    shop: Any, bank: int, ready: list[Ready], variants: list[int], seconds: float, victims: list[str]
) -> Counter[str]:
    said = Counter[str]()
    over, served = asyncio.Event(), asyncio.Event()

    async def buyer(number: int) -> None:
        while not over.is_set():
            try:
                said[await _order(shop.url, bank, ready[number], variants[number])] += 1
                served.set()
            except (OSError, asyncio.IncompleteReadError, IndexError):
                said["cut off"] += 1
                await asyncio.sleep(0.05)

    buyers = [asyncio.create_task(buyer(number)) for number in range(BUYERS)]
    with suppress(TimeoutError):
        await asyncio.wait_for(served.wait(), 20)  # processes that have just started are slow at first
    await asyncio.sleep(seconds)
    for name in victims:
        shop.kill(name)
    over.set()
    await asyncio.wait(buyers, timeout=10)
    for one in buyers:
        one.cancel()
    return said


async def _order(url: str, bank: int, ready: Ready, variant_id: int) -> str:
    """Fill the cart, press *Pay*, and pay, as one who tries again after an error does."""
    port, (cookies, form) = urlsplit(url).port or 80, ready
    body = urlencode({"variant_id": variant_id, "quantity": 1})
    await call(port, "POST", "/cart/lines", cookies, body, url)
    sent = urlencode(form | {"form_key": secrets.token_hex(16)})
    head = await call(port, "POST", "/checkout", cookies, sent, url)
    if "pay.example/" not in head:
        return "answered " + head.split(" ", 2)[1]
    await call(bank, "POST", f"/pay/{head.split('pay.example/')[1].split(chr(13))[0].strip()}", "", "", url)
    return "paid"


def _afterwards(shop: Any, address: str, bank: int) -> list[str]:
    """Let the shop run undisturbed, then compare what the gateway took with the orders, and ask verify."""
    for _turn in range(3):
        change(address, LEASES_OVER)
        shop.flask("reconcile")
        end = time.monotonic() + 60
        while ask(address, STUCK) and time.monotonic() < end:
            time.sleep(0.5)
        time.sleep(2)
    with urllib.request.urlopen(f"http://127.0.0.1:{bank}/taken", timeout=30) as answer:
        taken: dict[str, int] = json.loads(answer.read())
    found = []
    for number, amount in taken.items():
        where = f"FROM orders o JOIN payments p ON p.order_id = o.id WHERE o.number = '{number}'"
        served = ask(
            address,
            f"SELECT count(*) {where} AND o.state IN ('paid', 'completed', 'refunded')"
            f" AND p.state IN ('captured', 'refund_due', 'refunded') AND p.amount * 100 = {amount}",
        )
        if served != 1:
            found.append(f"{number}: {served} payments of {amount}")
    paid = ask(address, "SELECT count(*) FROM orders WHERE state IN ('paid', 'completed')")
    if paid > len(taken):
        found.append(f"{paid} orders are paid, and {len(taken)} pages")
    for what, left in (("refunds", ask(address, UNSETTLED)), ("jobs", ask(address, STUCK))):
        if left:
            found.append(f"{left} {what} wait")
    done = shop.flask("verify", "--json")
    if done.returncode:
        found.append(done.stdout[-1500:])
    print(f"{len(taken)} pages were paid, {paid} orders are")
    return found[:10]
