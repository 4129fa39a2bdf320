"""A real browser for tests: the fixture `browser`. `python -m tests.servers.browser` sees to it that one is there.

In this order: BROWSER_BIN, a Chromium on PATH, the one Playwright installed, Debian's package (as root),
Playwright's own download.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = "No browser: install chromium (Debian: apt install chromium), or set BROWSER_BIN to one"
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # containers give 64 MB there
]


def find(playwright: Playwright) -> str | None:
    """Give the path of a Chromium, or None."""
    given = os.environ.get("BROWSER_BIN")
    if given:
        return shutil.which(given)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install() -> None:
    """Fetch a Chromium the way this machine allows."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        update = ["apt-get", "update", "-qq"]
        ways.insert(
            0, ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"]
        )
        subprocess.run(update, check=False, stdout=subprocess.DEVNULL)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for way in ways:
        if subprocess.run(way, check=False, stdout=subprocess.DEVNULL, env=environment).returncode == 0:
            return


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a real, headless Chromium; tests open a context each: `browser.new_context(base_url=…)`."""
    with sync_playwright() as playwright:
        path = find(playwright)
        if path is None:
            pytest.fail(HOW)
        flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()


def main() -> None:
    """Fetch a browser when there is none."""
    with sync_playwright() as playwright:
        if find(playwright):
            return
        sys.stderr.write("· a browser for the tests\n")
        install()
        if not find(playwright):
            sys.stderr.write(f"{HOW}. Tests in a browser will fail.\n")


if __name__ == "__main__":
    main()
