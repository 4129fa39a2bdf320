"""Every kind of public page, in a real browser, on a phone and on a laptop: quiet, narrow enough, light, accessible."""

import gzip
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Response

from tests.journeys.running import RunningShop
from tests.journeys.windows import LAPTOP, PHONE, Window, windows

KB = 1024
MOST = {"document": 30 * KB, "stylesheet": 25 * KB, "script": 30 * KB}
"""Bytes of the first load, compressed (look.md)."""
MOST_SHIFT = 0.05
"""Share of the screen that may move while a page loads, when a letter face arrives; 0.1 counts as good (web.dev/cls)."""
SHIFTS = """() => new Promise(done => {
  let sum = 0; const names = [];
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    sum += entry.value;
    entry.sources.forEach(one => names.push(`${one.node?.nodeName}.${one.node?.className}`));
  })).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done([sum, names.join(", ")]), 100);
})"""
PLACES = (
    "/", "/search", "/search?q=songket", "/search?q=anyaman&ready=yes", "/search?q=zzzzqq", "/artisans", "/crafts",
    "/regions", "/councils", "/about", "/cart", "/account/sign-in", "/account/sign-up", "/account/forgot", "/regions/kota-bengkulu", "/demo/outbox",
)  # fmt: skip
LISTS = ("/search", "/artisans", "/crafts", "/regions", "/councils")
"""Pages of lists, whose first entry is looked at too."""

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def addresses(marketplace: RunningShop) -> list[str]:
    """Give one page of every kind, and some in English."""
    found = list(PLACES)
    for path in LISTS:
        page = BeautifulSoup(requests.get(marketplace.url + path, timeout=60).text, "html.parser")
        inner = [str(link["href"]) for link in page.select("main a[href]")]
        kind = "/products/" if path == "/search" else f"/{path.split('/')[1]}/"
        fitting = [href for href in inner if href.startswith(kind) and href not in found]
        assert fitting, f"{path} leads to no {kind}: {inner}"
        found.append(fitting[0])
    pictured = BeautifulSoup(requests.get(marketplace.url, timeout=60).text, "html.parser")
    found += [str(a["href"]) for a in pictured.select("main a[href^='/products/']:has(img)")][:1]
    return [*found, "/en/", "/en/search?q=basket", f"/en{found[-1]}", "/en/about"]


class Weighing:
    """Adds up what each page brings along, compressed."""

    def __init__(self, window: Window) -> None:
        self.bytes: Counter[str] = Counter()
        window.page.on("response", self._add)

    def _add(self, response: Response) -> None:
        kind = response.request.resource_type
        if kind in MOST and response.ok:
            self.bytes[kind] += len(gzip.compress(response.body(), 6))


@pytest.fixture
def opens(browser: Browser, marketplace: RunningShop) -> Iterator[Any]:
    """Give a function that opens windows on the marketplace; none may end with a complaint."""
    with windows(browser, marketplace.url) as another:
        yield another


def test_pages_are_light_and_do_not_jump(opens: Any, addresses: list[str]) -> None:
    heavy: dict[str, int] = {}
    jumping: dict[str, str] = {}
    for address in addresses:
        window = opens("visitor", width=PHONE)  # a fresh one each: the first load counts
        weighing = Weighing(window)
        window.open(address)
        shift, what = window.page.evaluate(SHIFTS)
        assert all(weighing.bytes[kind] for kind in MOST), f"{address}: {weighing.bytes}"
        heavy |= {f"{address} {kind}": n for kind, n in weighing.bytes.items() if n > MOST[kind]}
        jumping |= {address: f"{shift:.3f}: {what}"} if shift > MOST_SHIFT else {}
        window.close()

    assert not heavy
    assert not jumping


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (LAPTOP, "light")])
def test_pages_fit_the_screen_are_quiet_and_axe_finds_nothing(
    opens: Any, addresses: list[str], width: int, scheme: Any
) -> None:
    window = opens("visitor", width=width)
    window.page.emulate_media(color_scheme=scheme)
    wrong = []
    for address in addresses:
        window.open(address)
        for one in Axe().run(window.page).response["violations"]:
            node = one["nodes"][0]
            wrong.append(f"{address}: {one['id']}: {node['html'][:200]} {node.get('failureSummary', '')}")

    assert not wrong, "\n".join(wrong)
