"""Visits by keyboard alone, pages in unusual states, and a phone that loses its connection."""

import re
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.browser.scales import SEEN, WCAG, faults
from tests.journeys.running import RunningShop
from tests.journeys.windows import LAPTOP, PHONE, Opens, Window, until

FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const ringed = part => {
    const style = getComputedStyle(one, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  return {
    what: one.outerHTML.slice(0, 160), id: one.id, href: one.getAttribute("href") ?? "", kind: one.type ?? "",
    action: one.form?.getAttribute("action") ?? "", nothing: one === document.body,
    ringed: [null, "::before", "::after"].some(ringed),
    inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
"""Says where the focus is, whether it can be seen, and whether it is on the screen (WCAG 2.4.7, 2.4.11)."""
MOST_STEPS = 120

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def pictured(marketplace: RunningShop) -> str:
    """Give the address of a piece that has a photograph and can be put into the cart."""
    home = requests.get(marketplace.url, timeout=60).text
    address: str
    for address in dict.fromkeys(re.findall(r'href="(/products/[^"]+)"', home)):
        page = requests.get(marketplace.url + address, timeout=60).text
        if "data-view" in page and 'action="/cart/lines"' in page:
            return address
    raise AssertionError("no piece with a photograph can be bought")


def step(window: Window, key: str = "Tab") -> dict[str, Any]:
    """Go one stop further by keyboard; wherever that is can be seen."""
    window.page.keyboard.press(key)
    stop: dict[str, Any] = window.page.evaluate(FOCUS)
    if not stop["nothing"]:
        assert stop["ringed"], f"{window.page.url}: no ring around {stop['what']}"
        assert stop["inView"], f"{window.page.url}: out of sight: {stop['what']}"
    return stop


def walk(window: Window, **wanted: str) -> None:
    """Go on by Tab until the focus is on what is wanted."""
    for _ in range(MOST_STEPS):
        stop = step(window)
        if all(stop[name].startswith(value) for name, value in wanted.items()):
            return
    raise AssertionError(f"{window.page.url}: Tab never comes to {wanted}")


def test_somebody_with_a_keyboard_alone_finds_looks_closely_and_puts_into_the_cart(
    opens: Opens, pictured: str
) -> None:
    window = opens("keyboard")
    page = window.page
    window.open("/")
    assert step(window)["href"] == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    window.open("/")
    walk(window, id="site-q")
    page.keyboard.type("batik", delay=20)
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert page.evaluate(
        "document.activeElement.getAttribute('aria-activedescendant')"
    ) == chosen.get_attribute("id")
    assert not faults(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert not page.url.endswith("/")

    window.open(pictured)
    walk(window, what='<a class="gallery-view')
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    assert not faults(page)
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('dialog, body:not(:focus)')")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('a[data-view]')")
    walk(window, kind="submit", action="/cart/lines")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/cart")
    assert not faults(page)


def test_no_page_holds_the_keyboard_fast(opens: Opens, pictured: str) -> None:
    window = opens("keyboard")
    for address in (pictured, "/search?q=batik", "/account/sign-up"):
        window.open(address)
        stops = [step(window)["what"] for _ in range(4)]
        for _ in range(4 * MOST_STEPS):
            stops.append(step(window)["what"])
            if stops[-1] == stops[0] and stops[-2] != stops[0]:
                break
        assert stops[-1] == stops[0], f"{address}: Tab never comes round: {stops[-3:]}"


def test_unusual_states_are_accessible_too(opens: Opens, pictured: str) -> None:
    window = opens("visitor", width=PHONE)
    page = window.page
    window.open("/search?q=batik")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert not faults(page), "everything unfolded"

    window.open("/account/sign-up")
    page.locator("main button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert not faults(page), "errors shown"
    window.complaints[:] = [said for said in window.complaints if "422" not in said]

    page.emulate_media(forced_colors="active")
    window.open(pictured)
    without = WCAG | {
        "rules": {"color-contrast": {"enabled": False}}
    }  # axe reads the colours that are not shown
    assert not faults(page, without), "high contrast"
    window.open("/crafts")
    lined = "getComputedStyle(document.querySelector('.site-nav [aria-current]')).outlineStyle"
    assert page.evaluate(lined) == "solid"
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")

    window.open("/")
    assert not page.evaluate("document.getAnimations().map(one => one.effect.target.outerHTML.slice(0, 99))")
    window.resize(LAPTOP)
    assert not faults(page, SEEN)


def test_without_a_connection_a_friendly_page_says_so_and_goes_away_by_itself(
    browser: Browser, marketplace: RunningShop
) -> None:
    with browser.new_context(base_url=marketplace.url) as context:
        page = context.new_page()
        page.goto("/")
        page.evaluate("navigator.serviceWorker.ready")
        until(
            lambda: page.evaluate("!!navigator.serviceWorker.controller"), "the worker takes over", pause=0.1
        )

        context.set_offline(True)
        page.goto("/en/crafts")
        expect(page.locator("h1")).to_have_text("There is no connection")
        page.goto("/search?q=batik")
        expect(page.locator("h1")).to_have_text("Sedang tidak ada sambungan")
        expect(page.locator("h1")).to_have_css("font-family", re.compile("^.?Fraunces"))
        kept = page.evaluate("caches.open('x').then(() => caches.keys())")
        context.set_offline(False)

        expect(page.locator(".search-head h1")).to_be_visible()
        assert len([name for name in kept if name.startswith("kriya-")]) == 1
