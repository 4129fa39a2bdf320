"""The database: naming, types, the profiles of SQLite and PostgreSQL, and the one way to write: `transaction()`."""

import enum
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from shop.config import Settings
from shop.writes import write_last

try:
    import pysqlite3 as sqlite_module
except ImportError:  # no wheel for this platform: the system's SQLite serves
    sqlite_module = sqlite3

MIGRATIONS = Path(__file__).parent / "migrations"
WAL_SAFE = (3, 51, 3)
"""Below this SQLite release WAL with several writers can corrupt; the rollback journal is used instead."""


_EVERY_ROW = 2_000_000_000
"""Rows that ANALYZE reads of an index. Any limit keeps SQLite from collecting samples of values; with samples it plans a
statement anew for each value that it is given, which takes several times as long as the answer."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; refuses naive datetimes on the way in, gives aware ones on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into what the database keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone; use shop.db.now()")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored moment with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _enum_type() -> sa.Enum:
    return sa.Enum(
        enum.StrEnum, native_enum=False, create_constraint=False, length=32,
        values_callable=lambda members: [member.value for member in members],
    )  # fmt: skip


BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""Row numbers: BIGINT on PostgreSQL, the rowid on SQLite."""


METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_TYPES: dict[Any, Any] = {
    datetime: UtcDateTime,
    enum.StrEnum: _enum_type(),
    dict[str, Any]: sa.JSON,
    list[Any]: sa.JSON,
    list[str]: sa.JSON,
}


class Base(DeclarativeBase):
    """The base of every table: constraint names, and how Python types are stored."""

    registry = registry(metadata=METADATA, type_annotation_map=_TYPES)


SETTLED: dict[str, Any] = {"info": {"settled": True}}
"""For `__table_args__` of what people settle and orders only read: processes may keep it (`shop.settled`)."""


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def now() -> datetime:
    """Give the present moment in UTC."""
    return datetime.now(UTC)


def read(
    session: Session, statement: sa.Select[*tuple[Any, ...]], values: Mapping[str, Any] | None = None
) -> sa.Result[Any]:
    """Run a SELECT of columns, in the session's transaction, in half the time that a session takes to make objects.

    For pages of the public; `statement` is written once, when its module is loaded.
    """
    if session.info.get("writing"):
        session.flush()
    if session.info.get("alone") and not session.in_transaction():
        return session.connection(execution_options=_ALONE).execute(statement, values)
    return session.connection().execute(statement, values)


_ALONE = {"isolation_level": "AUTOCOMMIT"}


def read_alone() -> None:
    """Let `read` ask each question of this request alone, for a page that only reads.

    PostgreSQL shows every statement the latest state inside a transaction too, and a transaction costs two questions
    more. SQLite goes on showing all of them the same state, which costs nothing there.
    """
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.info["alone"] = True


def glance(
    statement: sa.Select[*tuple[Any, ...]], values: Mapping[str, Any] | None = None
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Give the rows of one SELECT of columns for which no transaction need be open, and open none.

    Inside one it is read there. On PostgreSQL a transaction for a single question would cost two more.
    """
    session = db.session()
    if session.in_transaction():
        return read(session, statement, values).all()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            alone = connection.execution_options(**_ALONE)
            return alone.execute(statement, values).all()
    rows = read(session, statement, values).all()
    session.rollback()
    return rows


def without_transactions() -> Engine:
    """Give the engine for somebody who only reads, over and over: on PostgreSQL no ROLLBACK ends what nobody began."""
    return db.engine.execution_options(**_ALONE) if db.engine.dialect.name == "postgresql" else db.engine


def constant(value: enum.StrEnum | int) -> sa.ColumnElement[Any]:
    """Write a state, or the number of a LIMIT, into a statement itself.

    SQLite plans a statement anew each time it runs where a value that it is given may decide whether a partial index
    fits, or how many rows have to be sorted.
    """
    return sa.literal_column(f"'{value.value}'" if isinstance(value, enum.StrEnum) else str(int(value)))


def insert(session: Session, table: type[Base]) -> pg.Insert | sqlite.Insert:
    """Give the INSERT of this database that knows `on_conflict_do_nothing`: how a unique key makes "once"."""
    postgres = session.get_bind().dialect.name == "postgresql"
    return pg.insert(table) if postgres else sqlite.insert(table)


class _Migrations:
    """Stands for Flask-Migrate until somebody migrates: with Alembic it takes 11 MB, which no web process needs."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        """Set Flask-Migrate in our place, and ask it."""
        from flask_migrate import Migrate  # noqa: PLC0415  # only when it is asked for

        Migrate(self._app, db, directory=str(MIGRATIONS))
        return getattr(self._app.extensions["migrate"], name)


class _MigrateCommand(click.Command):
    """Stands for the commands of Flask-Migrate, `flask db …`, until one is called."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Let Flask-Migrate's own command read what was typed; it is what then runs."""
        commands: click.Command = import_module("flask_migrate.cli").db
        return commands.make_context(info_name, args, parent, **extra)


def init_app(app: Flask, settings: Settings) -> None:
    """Attach the database to the application with the profile of its kind."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings)
    db.init_app(app)
    app.extensions["migrate"] = _Migrations(app)
    app.cli.add_command(_MigrateCommand("db", help="Perform database migrations."))
    with app.app_context():
        _install_profile(db.engine)


def engine_options(settings: Settings) -> dict[str, Any]:
    """Give the keyword arguments of `create_engine` for the kind of database."""
    if settings.database_url.startswith("sqlite"):
        return {"module": sqlite_module, "connect_args": {"timeout": settings.statement_timeout + 10}}
    from shop.postgres import RememberingCursor  # noqa: PLC0415  # a shop on SQLite never loads the driver

    waits = f"-c statement_timeout={settings.statement_timeout}s -c lock_timeout={settings.lock_timeout}s"
    options = f"{waits} -c timezone=UTC"
    return {
        "pool_size": settings.db_pool,
        "max_overflow": settings.db_pool,
        "pool_timeout": 5,
        "pool_use_lifo": True,  # few connections that know their statements, not many that learn them
        "connect_args": {
            "options": options,
            "connect_timeout": 5,
            "cursor_factory": RememberingCursor,
            "prepare_threshold": 2,
        },
    }


QUIET = 5.0
"""Seconds after which a connection is asked whether it still stands before it is used; younger ones are trusted."""


def _heal(engine: Engine) -> None:
    """Let connections that a restart of the database has cut be replaced, without a question before every transaction.

    One that breaks in use is answered with 503, and takes all the others of its time with it.
    """

    @event.listens_for(engine, "checkin")
    def _given_back(_connection: Any, record: Any) -> None:
        record.info["given_back"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _taken(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("given_back", time.monotonic()) < QUIET:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            raise sa.exc.DisconnectionError from gone  # the pool connects anew


def _install_profile(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        _heal(engine)
        return
    wal = sqlite_module.sqlite_version_info >= WAL_SAFE

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; _begin below does
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA journal_mode={'WAL' if wal else 'DELETE'}")
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA cache_size=-256")  # kB for each connection; what is hot, the machine keeps
        cursor.execute(f"PRAGMA analysis_limit={_EVERY_ROW}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that reads first and writes later fails at once with "locked".
        writing = connection.get_execution_options().get("kriya_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


_BUSY = {"55P03", "57014", "40P01", "40001"}
"""PostgreSQL: lock not available, statement cancelled by its timeout, deadlock, serialisation failure."""


def waited_too_long(error: DBAPIError) -> bool:
    """Say whether a statement failed because others held the rows, so that trying again later may succeed."""
    return getattr(error.orig, "sqlstate", None) in _BUSY or "database is locked" in str(error.orig)


class WriteOutsideTransaction(RuntimeError):
    """Something was changed outside `transaction()`, for example while answering a GET."""


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session: Session, _context: Any, _instances: Any) -> None:
    if not session.info.get("writing") and (session.new or session.deleted or session.dirty):
        raise WriteOutsideTransaction(f"{[*session.new, *session.deleted, *session.dirty]}")


class NestedTransaction(RuntimeError):
    """`transaction()` was opened inside another one; the edge of a request has exactly one at a time."""


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one write transaction of a view, job or command.

    What was read before is re-read inside, so decisions are made on the present state. Commits once at
    the end, rolls back on any exception.

    :raise NestedTransaction: when one is open already.
    """
    session = db.session()
    if session.info.get("writing"):
        raise NestedTransaction
    session.commit()  # ends the read transaction; loaded rows expire and are read again below
    session.info["writing"] = True
    with _turn(session):
        try:
            session.connection(execution_options={"kriya_writing": True})
            yield session
            write_last(session)
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writing", None)
            session.info.pop("last", None)


_WRITERS = threading.Lock()
TURN = 5.0
"""Seconds that a thread waits for the others of its process before it asks SQLite itself."""


@contextmanager
def _turn(session: Session) -> Iterator[None]:
    """Let the threads of a process write to SQLite one after the other, each as soon as the one before is done.

    SQLite has one writer, and lets the others sleep and ask again; here nobody sleeps past his turn.
    """
    mine = session.get_bind().dialect.name == "sqlite" and _WRITERS.acquire(timeout=TURN)
    try:
        yield
    finally:
        if mine:
            _WRITERS.release()
