"""One person's window in a real browser. It notes everything the browser complains about, on every page it shows.

`press` and `follow` do what a person does: the button, the link, by its words, and then the next page.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, Self, TypeVar

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

PATIENCE, MOMENT = 90, 30
"""Seconds for a page, and for something on it; machines of tests are busy, speed is a matter for bench/."""
PHONE, LAPTOP = 360, 1440
TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return "";
  const over = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > wide + 0.5);
  return over.slice(-3).map(e => `${e.tagName}.${e.className} ends at ${e.getBoundingClientRect().right}`).join(", ");
}"""
"""Names what makes a page scroll sideways."""

T = TypeVar("T")


class Window:
    """A browser window of a given width, with cookies of its own."""

    def __init__(
        self, browser: Browser, url: str, *, width: int = LAPTOP, scripts: bool = True, name: str = ""
    ) -> None:
        self.name = name
        self.complaints: list[str] = []
        self.context = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": 780 if width < 600 else 900},
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(MOMENT * 1000)
        self.context.set_default_navigation_timeout(PATIENCE * 1000)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.complaints.append(f"{self.page.url}: {error.error}"))
        self.page: Page = self.context.new_page()

    # --- going -----------------------------------------------------------------------------------

    def open(self, path: str) -> Self:
        """Open an address."""
        answer = self.page.goto(path)
        assert answer is not None, path
        assert answer.status < 400, f"{path} answers {answer.status}: {self.text[:500]}"
        return self._looked()

    def press(self, words: str, *, within: str = "main", **written: str) -> Self:
        """Write into the fields of these names, press the button with these words, and wait for the next page."""
        self.write(**written)
        with self.page.expect_navigation():
            self.one("button", words, within).click()
        return self._looked()

    def follow(self, words: str, *, exact: bool = True) -> Self:
        """Follow the first link with these words, or with these among others."""
        links = self.page.locator("main").get_by_role("link", name=words, exact=exact)
        with self.page.expect_navigation():
            links.filter(visible=True).first.click()
        return self._looked()

    def resize(self, width: int, *, scheme: Literal["light", "dark"] | None = None) -> Self:
        """Make the window wider or narrower, and perhaps the lamp in the room brighter."""
        self.page.set_viewport_size({"width": width, "height": 780 if width < 600 else 900})
        if scheme:
            self.page.emulate_media(color_scheme=scheme)
        return self._looked()

    def reload(self) -> Self:
        """Ask for the same page again."""
        self.page.reload()
        return self

    # --- writing ---------------------------------------------------------------------------------

    def write(self, **written: str) -> Self:
        """Fill in fields by name; a list is chosen from by value, or by the words of the choice."""
        for name, value in written.items():
            field = self.field(name)
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return self

    def field(self, name: str) -> Locator:
        """Give the field of the page with this name that a person can see."""
        return self.page.locator(f'main [name="{name}"]:not([type=hidden])')

    # --- looking ---------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """Give the words of the page's main part, spaces made single."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def title(self) -> str:
        """Give the page's only h1."""
        return " ".join(self.page.locator("h1").inner_text().split())

    def one(self, role: str, words: str, within: str = "main") -> Locator:
        """Give the one thing of a kind with these words."""
        return self.page.locator(within).get_by_role(role, name=words, exact=True)  # type: ignore[arg-type]

    def close(self) -> None:
        """Close it. Whoever wants to know reads `complaints` before or after."""
        self.context.close()

    def _looked(self) -> Self:
        wide = str(self.page.evaluate(TOO_WIDE))
        if wide:
            self.complaints.append(f"{self.page.url}: too wide: {wide}")
        return self

    def _said(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        self.complaints.append(f"{self.page.url}: {message.type}: {message.text} ({where})")


Opens = Callable[..., Window]
"""Opens a window: `opens("buyer", width=PHONE)`."""


@contextmanager
def windows(browser: Browser, url: str) -> Iterator[Opens]:
    """Give a function that opens windows on a shop; at the end none of them may have had a complaint."""
    opened: list[Window] = []

    def another(name: str, *, width: int = LAPTOP, scripts: bool = True) -> Window:
        opened.append(Window(browser, url, width=width, scripts=scripts, name=name))
        return opened[-1]

    try:
        yield another
        complaints = [f"{window.name}: {words}" for window in opened for words in window.complaints]
        assert not complaints, "\n".join(complaints)
    finally:
        for window in opened:
            window.close()


def until(look: Callable[[], T | None], what: str, seconds: float = PATIENCE, pause: float = 0.5) -> T:
    """Look again until there is something. :raise TimeoutError: with the words for what did not come."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(pause)


def rupiah(amount: int) -> str:
    """Write an amount as pages show it, with the space made single."""
    return "Rp " + re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ".", str(amount))
