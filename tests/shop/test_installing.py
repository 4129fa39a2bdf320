"""The shop as an app on a phone: its manifest, its icons, and the page for when there is no connection."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.pages import Page


@pytest.mark.parametrize(("home", "language"), [("/", "id"), ("/en/", "en")])
def test_a_phone_learns_in_its_language_what_to_keep_on_its_first_screen(
    page: Page, home: str, language: str
) -> None:
    page.get(home)
    manifest = page.client.get(str(page.one("link[rel=manifest]")["href"]))

    told = json.loads(manifest.get_data())
    assert manifest.mimetype == "application/manifest+json"
    assert (told["lang"], told["start_url"], told["scope"]) == (language, home, "/")
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        answer = page.client.get(icon["src"])
        width, height = Image.open(BytesIO(answer.get_data())).size
        assert f"{width}x{height}" == icon["sizes"]
        assert "immutable" in answer.headers["Cache-Control"]
    for shortcut in told["shortcuts"]:
        assert shortcut["url"].startswith(home)


def test_no_other_size_of_the_icon_is_drawn(page: Page) -> None:
    right = str(page.get("/about").one("link[rel=apple-touch-icon]")["href"])

    assert page.client.get(right).status_code == 200
    assert page.client.get(right.replace("180", "100000")).status_code == 404
    assert page.client.get(right.replace(".png", "0.png")).status_code == 404
    assert page.client.get("/favicon.ico").mimetype == "image/x-icon"


def test_the_worker_keeps_the_page_without_connection_and_what_it_shows_and_nothing_of_anybody(
    page: Page,
) -> None:
    worker = page.client.get("/service-worker.js")
    kept = json.loads(worker.get_data(as_text=True).split("\n")[0].removeprefix("const KEPT = ").rstrip(";"))

    assert worker.headers["Cache-Control"] == "public, no-cache"
    assert all(page.client.get(path).status_code == 200 for path in kept["files"])
    for path in ("/offline", "/en/offline"):
        assert path in kept["files"]
        page.get(path)
        shown = {
            str(link["href"]) for link in page.all("link[rel=stylesheet], link[rel=icon], link[rel=preload]")
        }
        shown |= {str(script["src"]) for script in page.all("script[src]")}
        assert shown <= set(kept["files"])
    pages = [path for path in kept["files"] if not path.startswith(("/static/", "/assets/"))]
    assert len(pages) == 2


def test_a_new_worker_comes_when_its_text_changes_and_only_then(page: Page) -> None:
    first = page.client.get("/service-worker.js").get_data()

    assert page.client.get("/en/service-worker.js").get_data() == first
    assert Path("static/js/service-worker.js").read_bytes() in first
