"""What a page weighs, how much of it moves, and what axe has to say about it."""

from collections import Counter
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request

KB = 1024
MOST = {"document": 30 * KB, "stylesheet": 25 * KB, "script": 30 * KB}
"""Bytes of the first load as they come over the line, of each kind together (look.md)."""
SHIFTS = """() => new Promise(done => {
  let sum = 0; const names = [];
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    sum += entry.value;
    entry.sources.forEach(one => names.push(`${one.node?.nodeName}.${one.node?.className}`));
  })).observe({type: "layout-shift", buffered: true});
  document.fonts.ready.then(() => setTimeout(() => done([sum, names.join(", ")]), 50));
})"""
WCAG = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""All rules that axe begins with, and the one of WCAG 2.2 that it leaves out."""
SEEN = WCAG | {
    "runOnly": [
        "color-contrast",
        "target-size",
        "link-in-text-block",
        "scrollable-region-focusable",
        "region",
    ]
}
"""Those whose answer depends on the width of the window and on the lamp."""


class Scales:
    """Adds up what a page brings along, until it is read."""

    def __init__(self, page: Page) -> None:
        self._requests: list[Request] = []
        page.on("requestfinished", self._came)

    def _came(self, request: Request) -> None:
        self._requests.append(request)

    @property
    def requests(self) -> int:
        """How many files came."""
        return len(self._requests)

    @property
    def bytes(self) -> Counter[str]:
        """Give the bytes of what has a budget, by kind."""
        sums: Counter[str] = Counter(dict.fromkeys(MOST, 0))
        for request in self._requests:
            if request.resource_type in MOST:
                sums[request.resource_type] += request.sizes()["responseBodySize"]
        return sums


def shift(page: Page) -> tuple[float, str]:
    """Give the share of the screen that has moved, and what did."""
    moved, names = page.evaluate(SHIFTS)
    return moved, names


def faults(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """Give what axe finds wrong with the page as it stands."""
    return [
        f"{one['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for one in Axe().run(page, options=options or WCAG).response["violations"]
        for node in one["nodes"][:1]
    ]
