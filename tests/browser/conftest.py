"""The demonstration marketplace, small, as running processes: loaded once for all tests of this folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.running import RunningShop, running_shop
from tests.journeys.windows import Opens, windows
from tests.servers import run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test of this folder the time in which the first of them loads the marketplace."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def _loaded(_sqlite_template: Path) -> Path:
    """Give the folder of a demonstration of sixty pieces, some of them with photographs, made once for the run."""

    def make() -> dict[str, str]:
        folder = run.folder() / "marketplace"
        folder.mkdir()
        shutil.copyfile(_sqlite_template, folder / "kriya.sqlite")
        with running_shop(folder, f"sqlite:///{folder / 'kriya.sqlite'}", web_workers=1) as shop:
            for command in (("demo", "--size", "60"), ("demo", "pictures", "--limit", "6")):
                done = shop.flask(*command)
                assert done.returncode == 0, done.stderr[-2000:]
        return {"path": str(folder)}

    return Path(run.once("marketplace", make)["path"])


@pytest.fixture(scope="session")
def marketplace(_loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """Give that demonstration, running, in a folder of this worker's own."""
    folder = tmp_path_factory.mktemp("browser") / "marketplace"
    shutil.copytree(_loaded, folder)
    with running_shop(folder, f"sqlite:///{folder / 'kriya.sqlite'}", web_workers=1) as shop:
        yield shop


@pytest.fixture
def opens(browser: Browser, marketplace: RunningShop) -> Iterator[Opens]:
    """Give a function that opens windows on the marketplace; none may end with a complaint."""
    with windows(browser, marketplace.url) as another:
        yield another
