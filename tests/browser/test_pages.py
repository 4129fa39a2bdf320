"""Every kind of public page, in a real browser, on a phone and on a laptop: quiet, narrow enough, light, accessible.

Each page is loaded once, by somebody who comes for the first time; what is looked at then costs no further load.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from bs4 import BeautifulSoup

from tests.browser.scales import MOST, SEEN, Scales, faults, shift
from tests.journeys.running import RunningShop
from tests.journeys.windows import LAPTOP, PHONE, Opens, Window

TWICE = LAPTOP // 2
"""A laptop's window at 200 percent."""
MOST_SHIFT = 0.02
"""Share of the screen that may move while a page loads; 0.1 counts as good (web.dev/cls)."""
MOST_REQUESTS = 40
"""Of a first visit, with a screen full of photographs."""
LONG = "Kesejahteraan" * 12
PLACES = (
    "/", "/search", "/search?q=songket", "/search?q=anyaman&ready=yes", "/search?q=zzzzqq", f"/search?q={LONG}",
    "/artisans", "/crafts", "/regions", "/councils", "/new", "/ready", "/gifts", "/about", "/buying", "/accessibility", "/offline", "/cart",
    "/account/sign-in", "/account/sign-up", "/account/forgot", "/regions/kota-bengkulu", "/demo/outbox",
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
    return [*found, f"{found[-1]}/label", "/en/", "/en/search?q=basket", f"/en{found[-1]}", "/en/about"]


@contextmanager
def first_visit(opens: Opens, address: str) -> Iterator[tuple[Window, Scales]]:
    """Open an address on a phone in the dark, as somebody who has never been here."""
    window = opens("visitor", width=PHONE)
    window.page.emulate_media(color_scheme="dark")
    scales = Scales(window.page)
    window.open(address)
    yield window, scales
    window.close()


def test_every_page_is_light_steady_narrow_enough_and_axe_finds_nothing(
    opens: Opens, addresses: list[str]
) -> None:
    wrong: list[str] = []
    for address in addresses:
        with first_visit(opens, address) as (window, scales):
            moved, what = shift(window.page)
            wrong += [f"{address}: moves by {moved:.3f}: {what}"] if moved > MOST_SHIFT else []
            wrong += [
                f"{address}: {n} bytes of {kind}"
                for kind, n in scales.bytes.items()
                if not 0 < n < MOST[kind]
            ]
            wrong += [f"{address}: {scales.requests} requests"] if scales.requests > MOST_REQUESTS else []
            wrong += [f"{address}, phone, dark: {fault}" for fault in faults(window.page)]
            window.resize(LAPTOP, scheme="light")
            wrong += [f"{address}, laptop, light: {fault}" for fault in faults(window.page, SEEN)]
            window.resize(TWICE)

    assert not wrong, "\n".join(wrong)
