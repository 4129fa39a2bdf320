"""The search box and the filters under the hands of a visitor: the list of suggestions by keyboard, and a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.scales import WCAG, faults
from tests.journeys.windows import Opens

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = 360


def _active(page: Page) -> int:
    """Give the place of the suggestion that the box points at, 0 for none."""
    found = page.evaluate(
        """() => {
          const id = document.activeElement.getAttribute("aria-activedescendant");
          const options = [...document.querySelectorAll("[role=option]")];
          return options.findIndex(option => option.id === id) + 1;
        }"""
    )
    return int(found)


def test_suggestions_are_walked_through_by_keyboard_and_told_to_screen_readers(opens: Opens) -> None:
    window = opens("visitor", width=PHONE)
    page = window.page
    window.open("/")
    box = page.locator("#site-q")
    box.focus()
    page.keyboard.type("ba", delay=20)
    page.locator("[role=option]").first.wait_for()
    last = page.locator("[role=option]").count()

    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("form.site-search [role=status]")).to_have_text(f"{last} saran")
    assert page.locator("[role=listbox] [role=group][aria-labelledby]").count() > 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert not faults(page, WCAG)
    moved = []
    for key in ("ArrowDown", "End", "Home", "ArrowUp", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
        moved.append(_active(page))
    assert moved == [1, last, 1, 0, last, 0]
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "site-q"
    assert box.input_value() == "ba"
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=listbox]")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("[role=listbox]")).to_be_hidden()


def test_on_a_phone_several_filters_are_chosen_in_a_row_and_then_shown(opens: Opens) -> None:
    window = opens("visitor", width=PHONE)
    page = window.page
    window.open("/search")
    page.locator(".filters-open").click()
    for _ in range(2):
        page.locator("#filters .facet-option[href]:not([aria-current])").first.click()
        expect(page.locator("#filters")).to_be_visible()
    assert page.locator("#filters [aria-current]").count() == 2
    page.locator(".filters-top .button").click()
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator(".chip")).to_have_count(2)
