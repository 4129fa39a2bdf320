"""What visitors cost over HTTP: the memory of a web process after a round through the shop, and how long a search takes.

Asks the configured shop (`./dev demo --size 20000` in an empty database), which it serves by gunicorn as operators do.
The catalogue is only read; some carts are filled. Processor time is what the system counts for all threads of the web
processes, so that what else the machine does counts less; milliseconds on the clock are what a visitor waits.
"""

import itertools
import os
import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import requests

from bench.engines import COLOURS, COMMON, WRONG
from catalog.search.engine import IndexUnavailable
from catalog.search.engines import ENGINES
from shop.config import Settings

if TYPE_CHECKING:
    from tests.journeys.running import RunningShop

WORKERS = 2
AT_ONCE = 8
"""Visitors who ask at the same time on the round."""
PIECES, CARTS = 700, 24
"""Different pieces looked at on the round, and carts filled."""
PROVINCES = ("33", "34", "51", "32", "17", "73", "12", "19", "64", "53")
LINK = re.compile(r'href="(/(?:en/)?(?:products|artisans|crafts|regions|councils)/[^"?#]+)"')
VARIANT = re.compile(r'name="variant_id"[^>]*value="([0-9]+)"')
GIVEN_BACK = 11.0
"""Seconds after which a web process gives back what it does not use."""
TICKS = 1e6
"""Nanoseconds in a millisecond."""


def main() -> None:
    """Print what the round leaves in memory, then what each kind of search takes, one after the other."""
    from tests.journeys.running import RunningShop, free_port  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="kriya-bench-") as folder:
        port = free_port()
        environment = dict(os.environ) | {"KRIYA_BASE_URL": f"http://127.0.0.1:{port}"}
        shop = RunningShop(Path(folder), environment, None, port)  # type: ignore[arg-type]
        try:
            _have_index(shop)
            shop.start_web(WORKERS)
            processes = _children(shop.processes["web"].pid)
            _print_memory("after the start", processes)
            _round(shop.url)
            _print_memory("at the end of the round", processes)
            _let_rest(shop.url)
            _print_memory("a moment later", processes)
            every: list[tuple[float, float]] = []
            for kind, addresses in searches().items():
                times = [_asked(shop.url + address, processes) for address in addresses]
                _print_times(kind, times)
                every += times
            _print_times("all of them", every)
            _print_memory("after the searches", processes)
        finally:
            shop.stop()


def _have_index(shop: "RunningShop") -> None:
    """Build the index of the configured engine where there is none: without it each search asks the database."""
    settings = Settings.from_env()
    try:
        ENGINES[settings.search](Path(settings.search_dir)).refresh()
    except IndexUnavailable:
        built = shop.flask("search", "rebuild")
        print(built.stdout.strip() or built.stderr.strip())


# --- the round --------------------------------------------------------------------------------------------


def _round(url: str) -> None:
    """Let visitors look at lists, pieces, makers and regions in both languages, search, and fill carts."""
    answers: dict[int, int] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:

        def look(addresses: Iterator[str]) -> list[str]:
            pages = []
            for status, text in pool.map(lambda address: _get(url + address), addresses):
                answers[status] = answers.get(status, 0) + 1
                pages.append(text)
            return pages

        lists = look(
            iter([f"/search?page={page}" for page in range(1, 37)] + ["/", "/en/", "/crafts", "/regions"])
        )
        links = list(dict.fromkeys(link for text in lists for link in LINK.findall(text)))
        pieces = look(
            iter([f"/en{one}" if number % 3 == 0 else one for number, one in enumerate(links[:PIECES])])
        )
        look(f"/search?{urlencode({'q': word, 'page': page})}" for word in COMMON for page in range(1, 4))
        look(address for addresses in searches().values() for address in addresses[::4])
        variants = [found[1] for text in pieces if (found := VARIANT.search(text))]
        list(pool.map(lambda variant: _fill_cart(url, variant), variants[:CARTS]))
    told = ", ".join(f"{count} of {status}" for status, count in sorted(answers.items()))
    print(f"round: {told}; {len(variants[:CARTS])} carts")


def _let_rest(url: str) -> None:
    """Wait until web processes give memory back that they do not use, which they do with an answer (gunicorn.conf.py)."""
    time.sleep(GIVEN_BACK)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda _: _get(f"{url}/healthz"), range(AT_ONCE * WORKERS)))


def _get(address: str) -> tuple[int, str]:
    answer = requests.get(address, timeout=60)
    return answer.status_code, unescape(answer.text)


def _fill_cart(url: str, variant: str) -> None:
    with requests.Session() as visitor:
        visitor.headers["Origin"] = url
        form = {"variant_id": variant, "quantity": "1"}
        visitor.post(f"{url}/cart/lines", data=form, timeout=60).raise_for_status()
        visitor.get(f"{url}/checkout", timeout=60).raise_for_status()
        visitor.get(f"{url}/me", timeout=60).raise_for_status()


# --- searches ---------------------------------------------------------------------------------------------


def searches() -> dict[str, list[str]]:
    """Give addresses by kind; each is asked once, so that nothing kept answers it. Every page counts all facets."""
    provinces = itertools.cycle(PROVINCES)

    def address(page: int = 1, **asked: str | list[str]) -> str:
        return "/search?" + urlencode(asked | ({"page": page} if page > 1 else {}), doseq=True)

    return {
        "a common word": [address(q=word) for word in COMMON],
        "two words": [address(q=f"{word} {colour}") for word in COMMON for colour in COLOURS[:6]],
        "a word with a typo": [address(q=word) for word in WRONG],
        "a word, one filter": [address(q=word, province=next(provinces)) for word in COMMON for _ in range(3)],
        "a word, three filters": [
            address(q=word, province=[next(provinces), next(provinces)], availability="ready", price=price)
            for word in COMMON
            for price in ("100000-900000", "250000-1500000", "75000-333000")
        ],
        "two words, a filter": [
            address(q=f"{word} {colour}", province=next(provinces)) for word in COMMON for colour in COLOURS[6:9]
        ],
        "filters alone": [
            address(family=family, province=next(provinces)) for family in ("batik", "weaving", "wood") for _ in range(6)
        ],
        "by price": [address(q=word, sort="price-low") for word in COMMON],
        "page 5": [address(q=word, page=5) for word in COMMON[:6]],
    }  # fmt: skip


def _asked(address: str, processes: list[int]) -> tuple[float, float]:
    """Ask once; give milliseconds of processor, and on the clock."""
    before, started = _spent(processes), time.perf_counter()
    status, _ = _get(address)
    waited = time.perf_counter() - started
    if status != 200:
        raise ValueError(f"{address} answers {status}")
    return (_spent(processes) - before) / TICKS, waited * 1000


def _print_times(kind: str, times: list[tuple[float, float]]) -> None:
    processor, clock = (sorted(column) for column in zip(*times, strict=True))
    middle, high = len(times) // 2, len(times) * 95 // 100
    print(
        f"{kind:24}{len(times):4} times   processor p50 {processor[middle]:6.1f} p95 {processor[high]:6.1f} ms"
        f"   clock p50 {clock[middle]:6.1f} p95 {clock[high]:6.1f} ms"
    )


# --- processes --------------------------------------------------------------------------------------------


def _children(pid: int) -> list[int]:
    """Give the web processes that gunicorn starts; the first answers before the others are there."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    while len(found := children.read_text("ascii").split()) < WORKERS:
        time.sleep(0.1)
    return [int(one) for one in found]


def _spent(processes: list[int]) -> int:
    """Give the nanoseconds of processor that the threads of these processes have had."""
    tasks = [task for pid in processes for task in Path(f"/proc/{pid}/task").iterdir()]
    return sum(int((task / "schedstat").read_text("ascii").split()[0]) for task in tasks)


def _print_memory(when: str, processes: list[int]) -> None:
    """Print each process's resident memory in full (RSS), and its part of what processes share (PSS)."""
    sizes = [
        (_kilobytes(pid, "status", "VmRSS"), _kilobytes(pid, "smaps_rollup", "Pss")) for pid in processes
    ]
    told = "; ".join(f"{whole / 1000:.0f} MB (PSS {part / 1000:.0f})" for whole, part in sizes)
    print(f"memory of each web process {when}: {told}")


def _kilobytes(pid: int, name: str, line: str) -> int:
    """Read a line of what the system says of a process; it counts in 1,024 bytes."""
    found = re.search(
        rf"^{line}:\s+([0-9]+) kB", Path(f"/proc/{pid}/{name}").read_text("ascii"), re.MULTILINE
    )
    return int(found[1]) * 1024 // 1000 if found else 0
