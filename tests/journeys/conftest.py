"""Fixtures of the journeys: the whole shop as processes on the test's own database, with windows on it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests import make, make_catalog
from tests.journeys.running import RunningShop, running_shop
from tests.journeys.windows import Opens, windows

OpenedShop = Callable[[], AbstractContextManager[tuple[RunningShop, Opens]]]


@pytest.fixture
def opened_shop(app: Flask, browser: Browser) -> OpenedShop:
    """Give a function that starts web, worker and sandbox on what the test has set up, and opens windows there."""
    settings = app.config["KRIYA"]
    folder = Path(settings.search_dir).parent  # photographs made in the test are the running shop's too

    @contextmanager
    def opened() -> Iterator[tuple[RunningShop, Opens]]:
        with (
            running_shop(folder, settings.database_url, web_workers=1) as shop,
            windows(browser, shop.url) as opens,
        ):
            shop.start_worker()
            yield shop, opens

    return opened


@pytest.fixture
def photographs(tmp_path: Path) -> Callable[[int], list[Path]]:
    """Give a function that draws so many photographs, as files of a phone."""

    def draw(count: int) -> list[Path]:
        files = [tmp_path / f"IMG_{make.number()}.jpg" for _ in range(count)]
        for file in files:
            file.write_bytes(make_catalog.photograph(make.number(), (960, 1200)))
        return files

    return draw
