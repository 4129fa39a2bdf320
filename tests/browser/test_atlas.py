"""The picture of the archipelago under a thumb and under a keyboard."""

import pytest
from playwright.sync_api import expect

from tests.journeys.windows import Opens

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = 360
THUMB = 24
"""CSS pixels (WCAG 2.2, 2.5.8)."""


def test_a_province_is_found_by_thumb_and_by_keyboard_and_can_be_passed_by(opens: Opens) -> None:
    window = opens("visitor", width=PHONE)
    page = window.page
    window.open("/regions")
    sizes = page.locator(".atlas-half a path").evaluate_all(
        "paths => paths.map(p => p.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
    )
    assert len(sizes) == 38
    assert min(sizes) >= THUMB

    page.locator(".breadcrumbs a").last.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Lewati peta, ke daftar provinsi")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#provinces') !== null")

    west = page.locator(".atlas-half").first
    west.locator("a").first.focus()
    page.keyboard.press("Tab")
    said = page.locator(".atlas-half a:focus .atlas-name")
    expect(said).to_be_visible()
    assert "Sumatera Utara" in (said.text_content() or "")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Kriya dari Sumatera Utara · Kriya")
