"""Fixtures of all tests: the shop on a fresh database, pages, letters, jobs.

Every test has its own copy of a migrated database with the reference data, so everything may commit. SQLite by
default; PostgreSQL for tests marked `postgres`, and for all of them with KRIYA_TEST_POSTGRES=1. The real servers
(`postgres`, `s3`, `smtp`, `browser`) are in tests/servers.
"""

import contextvars
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from psycopg import sql
from sqlalchemy.orm import Session

from shop import jobs
from shop.db import db
from shop.models import User
from tests import shops
from tests.pages import Mailbox, Page
from tests.servers import run
from tests.servers.postgres import Postgres


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a run with KRIYA_TEST_POSTGRES=1 does on PostgreSQL."""
    if os.environ.get("KRIYA_TEST_POSTGRES") == "1":
        for item in items:
            if "app" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("sqlite"):
                item.add_marker("postgres")


@pytest.fixture(scope="session")
def _sqlite_template() -> Path:
    """Give a database file with all tables and the reference data, made once for the run."""

    def make() -> dict[str, str]:
        path = run.folder() / "template.sqlite"
        shops.fill(f"sqlite:///{path}", run.folder() / "template")
        return {"path": str(path)}

    return Path(run.once("template-sqlite", make)["path"])


@pytest.fixture(scope="session")
def _worker_folder(worker_id: str) -> Path:
    folder = run.folder() / worker_id
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def _sqlite_app(_worker_folder: Path) -> Flask:
    folder = _worker_folder / "sqlite"
    folder.mkdir()
    return shops.build(shops.settings(f"sqlite:///{folder / 'kriya.sqlite'}", folder))


@pytest.fixture(scope="session")
def _postgres_app(_worker_folder: Path, postgres: Postgres) -> Flask:
    folder = _worker_folder / "postgres"
    folder.mkdir()
    return shops.build(shops.settings(postgres.create_database(), folder))


def _renew_sqlite(app: Flask, template: Path) -> None:
    target = Path(app.config["KRIYA"].database_url.removeprefix("sqlite:///"))
    for ending in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    shutil.copyfile(template, target)


def _renew_postgres(app: Flask, server: Postgres) -> None:
    def build(url: str) -> None:
        shops.fill(url, run.folder() / "template-postgres")

    template = server.template("kriya", build)
    url = sa.make_url(app.config["KRIYA"].database_url)
    name = sql.Identifier(url.database or "")
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template)))


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Give the shop on a database of this test's own, inside an application context."""
    on_postgres = request.node.get_closest_marker("postgres") is not None
    shop: Flask = request.getfixturevalue("_postgres_app" if on_postgres else "_sqlite_app")
    with shop.app_context():
        db.engine.dispose()
        if on_postgres:
            _renew_postgres(shop, request.getfixturevalue("postgres"))
        else:
            _renew_sqlite(shop, request.getfixturevalue("_sqlite_template"))
        shops.forget_files(shop)
        try:
            yield shop
        finally:
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    """Give the session that `transaction()` of this test writes with, and that reads what pages wrote."""
    return db.session()


@pytest.fixture
def page(app: Flask) -> Page:
    """Give a visitor's browser, signed in nowhere, that checks every page it is shown."""
    return Page(app)


@pytest.fixture
def signed_in(app: Flask) -> Callable[[User], Page]:
    """Give a function that opens the browser of somebody who is signed in."""

    def open_browser(user: User) -> Page:
        visitor = Page(app)
        visitor.sign_in(user)
        return visitor

    return open_browser


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Give a function that does all due work as the worker does, and says how many jobs ran."""

    def due() -> int:
        ran = jobs.run_due()
        for look in jobs.companions:
            look()
        return ran

    def work() -> int:
        return int(apart(app, due))

    return work


@pytest.fixture
def mailbox(app: Flask, run_jobs: Callable[[], int]) -> Mailbox:
    """Give the letters that the shop has sent."""
    return Mailbox(run_jobs)


def apart(app: Flask, function: Callable[..., Any], *args: Any) -> Any:
    """Call a function as another process would: in an application context and a database session of its own."""
    if db.session.registry.has():
        db.session.rollback()  # what this test has read would hold the others up, and grow old

    def call() -> Any:
        with app.app_context():
            return function(*args)

    return contextvars.Context().run(call)
