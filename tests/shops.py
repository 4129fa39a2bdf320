"""The shop as tests build it: its settings, its areas, its filled database."""

import logging
import shutil
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask

import admin.app
import catalog.app
import checkout.app
from catalog import atlas, tallies
from catalog.curation import rubrics
from shop import rendering
from shop.app import create_app
from shop.config import Settings
from shop.db import db

BASE_URL = "http://localhost"
AREAS = (catalog.app.attach, checkout.app.attach, admin.app.attach)
"""As in wsgi.py, which reads the environment and cannot be imported here."""


def settings(database_url: str, folder: Path, **changes: Any) -> Settings:
    """Give settings like those of a demonstration, with everything kept in one folder."""
    values: dict[str, Any] = {
        "database_url": database_url,
        "secret_key": "a secret for tests, long enough for the shop",
        "base_url": BASE_URL,
        "stripe_api_key": "sk_test_for_tests",
        "stripe_webhook_secret": "whsec_for_tests_only",
        "stripe_api_base": "http://127.0.0.1:9",
        "media_url": f"file:{folder / 'media'}",
        "smtp_url": "outbox:",
        "search_dir": str(folder / "search"),
        "page_cache_mb": 0,  # tests write rows beside the rules, and count statements; its own tests switch it on
        "demo": True,
    }
    return Settings(**(values | changes))


def build(chosen: Settings) -> Flask:
    """Build the whole shop; what goes wrong in a page goes wrong in the test."""
    app = create_app(chosen, AREAS, log_level=logging.ERROR)
    app.testing = True
    return app


def fill(database_url: str, folder: Path) -> None:
    """Make all tables through the migrations and load the reference data, as `./dev run` does."""
    app = build(settings(database_url, folder))
    with app.app_context():
        flask_migrate.upgrade()
        loaded = app.test_cli_runner().invoke(args=["reference", "load"])
        if loaded.exit_code:
            raise RuntimeError(loaded.output) from loaded.exception
        db.session.remove()
        db.engine.dispose()


def forget_what_is_kept(app: Flask) -> None:
    """Let go of what pages are made of: counts, names, and drawn parts."""
    tallies.forget()
    atlas.forget()
    rubrics.forget()
    rendering.forget(app)


def forget_files(app: Flask) -> None:
    """Empty what earlier tests kept outside the database: media, search index, counts."""
    forget_what_is_kept(app)
    chosen: Settings = app.config["KRIYA"]
    media = Path(chosen.media_url.removeprefix("file:"))
    for folder in (media, Path(chosen.search_dir)):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
