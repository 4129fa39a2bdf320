"""The one way to write: `transaction()`."""

import contextlib
import contextvars
import threading
import time

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shop import audit
from shop.db import NestedTransaction, WriteOutsideTransaction, db, now, transaction
from shop.models import AuditEntry, User
from tests import make
from tests.pages import Page


def names(session: Session) -> list[str]:
    return list(session.scalars(sa.select(User.name).order_by(User.id)))


def test_what_is_done_inside_is_kept(session: Session) -> None:
    with transaction():
        make.user("Sari")

    session.rollback()
    assert names(session) == ["Sari"]


def test_an_error_undoes_all_of_it(session: Session) -> None:
    def both() -> None:
        with transaction():
            make.user("Sari")
            make.user("Ratna")
            raise RuntimeError("the lights went out")

    with pytest.raises(RuntimeError):
        both()

    assert names(session) == []


def test_an_interrupt_undoes_it_too(session: Session) -> None:
    def stopped() -> None:
        with transaction():
            make.user("Sari")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()

    assert names(session) == []
    assert "writing" not in session.info


def actions(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.action)))


def test_history_is_written_at_the_end_and_what_a_savepoint_took_back_is_not(session: Session) -> None:
    person = make.user("Sari")
    with transaction() as here:
        audit.record(here, make.ACTOR, "a.kept", person)
        with contextlib.suppress(RuntimeError), here.begin_nested():
            audit.record(here, make.ACTOR, "b.taken_back", person)
            raise RuntimeError
        with here.begin_nested():
            audit.record(here, make.ACTOR, "c.kept_too", person)

    assert actions(session) == ["a.kept", "c.kept_too"]


def test_history_of_what_was_taken_back_is_never_written(session: Session) -> None:
    person = make.user("Sari")
    with transaction() as here:
        audit.record(here, make.ACTOR, "a.taken_back", person)
        here.rollback()

    assert actions(session) == []


def test_one_does_not_open_a_second_inside(session: Session) -> None:
    def nested() -> None:
        with transaction():
            make.user("Sari")
            with transaction():
                pass

    with pytest.raises(NestedTransaction):
        nested()

    assert names(session) == [], "the outer one is undone"
    with transaction():
        make.user("Ratna")
    assert names(session) == ["Ratna"], "and the next one works"


def test_nothing_is_written_outside(session: Session) -> None:
    person = make.user("Sari")
    person.name = "Ratna"

    with pytest.raises(WriteOutsideTransaction):
        session.flush()

    session.rollback()
    assert names(session) == ["Sari"]


def test_a_look_at_a_page_cannot_write(app: Flask, page: Page) -> None:
    make.user("Sari")

    def careless() -> str:
        person = db.session.scalars(sa.select(User)).one()
        person.name = "Ratna"
        db.session.flush()
        return ""

    view = app.view_functions["health.alive"]
    app.view_functions["health.alive"] = careless
    try:
        with pytest.raises(WriteOutsideTransaction):
            page.get("/healthz")
    finally:
        app.view_functions["health.alive"] = view

    db.session.rollback()
    assert names(db.session()) == ["Sari"]


def test_what_was_read_before_is_read_again_inside(app: Flask, session: Session) -> None:
    person = make.user("Sari")
    assert person.name == "Sari"

    def elsewhere() -> None:
        with app.app_context(), transaction() as other:
            other.execute(sa.update(User).values(name="Ratna"))

    contextvars.Context().run(elsewhere)

    with transaction():
        assert person.name == "Ratna"


@pytest.mark.sqlite
def test_two_writers_on_sqlite_wait_for_each_other(app: Flask, session: Session) -> None:
    """A transaction that reads first and writes later fails at once with "locked" unless it began IMMEDIATE."""
    make.user("0")
    failures: list[sa.exc.OperationalError] = []

    def count_up() -> None:
        try:
            with app.app_context():
                for _ in range(10):
                    with transaction() as mine:
                        person = mine.scalars(sa.select(User)).one()
                        seen = int(person.name)
                        time.sleep(0.001)
                        person.name = str(seen + 1)
        except sa.exc.OperationalError as error:
            failures.append(error)

    writers = [threading.Thread(target=count_up) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert failures == []
    assert names(session) == ["40"]


def test_a_moment_needs_its_time_zone(session: Session) -> None:
    def naive() -> None:
        with transaction():
            session.execute(sa.update(User).values(created_at=now().replace(tzinfo=None)))

    with pytest.raises(sa.exc.StatementError, match="time zone"):
        naive()


@pytest.mark.postgres
def test_a_moment_comes_back_in_utc_from_postgres(session: Session) -> None:
    person = make.user()

    assert str(person.created_at.tzinfo) == "UTC"


@pytest.mark.sqlite
def test_a_moment_comes_back_in_utc_from_sqlite(session: Session) -> None:
    person = make.user()

    assert str(person.created_at.tzinfo) == "UTC"


@pytest.mark.sqlite
def test_sqlite_keeps_what_was_acknowledged_and_its_references(app: Flask) -> None:
    with db.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("foreign_keys", "synchronous", "busy_timeout")
        }

    assert pragmas == {"foreign_keys": 1, "synchronous": 2, "busy_timeout": 5000}


@pytest.mark.postgres
def test_postgres_gives_up_waiting(app: Flask) -> None:
    with db.engine.connect() as connection:
        waits = [
            connection.execute(sa.text(f"SHOW {name}")).scalar_one()
            for name in ("statement_timeout", "lock_timeout")
        ]

    assert waits == ["5s", "3s"]


# --- connections that are cut ------------------------------------------------------------------------


def _cut() -> None:
    """End every session of the shop's pool from outside, as a restart of the server does."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(
        db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    ) as admin:
        admin.execute(others)


@pytest.mark.postgres
def test_after_a_restart_of_the_database_a_quiet_connection_is_replaced_before_it_is_used(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.execute(sa.text("SELECT 1"))
    session.close()
    _cut()
    monkeypatch.setattr("shop.db.QUIET", 0.0)

    assert session.scalar(sa.text("SELECT 1")) == 1


@pytest.mark.postgres
def test_one_that_breaks_in_use_fails_once_and_takes_the_others_of_its_time_with_it(
    app: Flask, session: Session
) -> None:
    session.execute(sa.text("SELECT 1"))
    session.close()
    _cut()

    with pytest.raises(sa.exc.OperationalError):
        session.scalar(sa.text("SELECT 1"))
    session.rollback()

    assert session.scalar(sa.text("SELECT 1")) == 1
