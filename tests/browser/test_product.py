"""The page of a piece under the hands of a visitor: looking closely, and asking what delivery costs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage

from tests.journeys.running import RunningShop

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def piece(marketplace: RunningShop, browser: Browser) -> Iterator[BrowserPage]:
    """Open the page of a ready piece that has a photograph, in a browser that was never here."""
    context = browser.new_context(base_url=marketplace.url)
    page = context.new_page()
    page.goto("/ready")
    pictured = page.locator(".product-card:has(img) .product-card-title a").first
    page.goto(str(pictured.get_attribute("href")))
    yield page
    context.close()


def test_photographs_open_and_close_by_keyboard(piece: BrowserPage) -> None:
    view = piece.locator("a[data-view]").first
    view.focus()
    piece.keyboard.press("Enter")
    piece.wait_for_selector("dialog[open] .viewer-picture")
    piece.keyboard.press("+")
    zoomed = piece.locator(".viewer-stage")
    assert zoomed.evaluate("stage => stage.scrollWidth > stage.clientWidth")
    piece.keyboard.press("Escape")
    assert piece.locator("dialog[open]").count() == 0
    assert view.evaluate("link => link === document.activeElement")


def test_delivery_is_reckoned_in_place_and_the_regency_remembered(piece: BrowserPage) -> None:
    piece.fill("#delivery-to", "kota bandung")
    piece.keyboard.press("Enter")
    piece.wait_for_selector("[data-delivery-answer] p")
    answer = piece.locator("[data-delivery-answer]").inner_text()
    assert "Kota Bandung: Rp" in answer
    piece.reload()
    piece.wait_for_selector("[data-delivery-answer] p")
    assert piece.locator("[data-delivery-answer]").inner_text() == answer
    assert piece.input_value("#delivery-to") == "Kota Bandung, Jawa Barat"
