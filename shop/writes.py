"""Rows written by statements that are made once in a process, and rows that wait for the end of their transaction.

What a session does for an object costs two to three times as much; this is for what every order writes.
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session, SessionTransaction, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

Table: TypeAlias = Any
"""A mapped class with a column `id`."""


@functools.cache
def _adding(table: Any, dialect: str) -> Any:
    adding = pg.insert(table.__table__) if dialect == "postgresql" else sqlite.insert(table.__table__)
    return adding.on_conflict_do_nothing().returning(table.__table__.c.id)


def add_once(session: Session, table: Table, **values: Any) -> int | None:
    """Insert a row unless a unique key has it; give its id, or None.

    Its statement is written once in a process: half the cost of a row that a session makes.
    """
    session.flush()
    adding = _adding(table, session.get_bind().dialect.name)
    new_id: int | None = session.connection().execute(adding, values).scalar()
    return new_id


def add_each_once(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows, each unless a unique key has it; give the ids of those that are new."""
    session.flush()
    adding = _adding(table, session.get_bind().dialect.name)
    return list(session.connection().execute(adding, rows).scalars())


@functools.cache
def _adding_many(table: Any, dialect: str) -> Any:
    adding = pg.insert(table.__table__) if dialect == "postgresql" else sqlite.insert(table.__table__)
    return adding.on_conflict_do_nothing()


def add_many_once(session: Session, table: Table, rows: list[Mapping[str, Any]]) -> None:
    """Insert rows that nobody asks for again in this transaction, each unless a unique key has it."""
    session.flush()
    session.connection().execute(_adding_many(table, session.get_bind().dialect.name), rows)


def add_last(session: Session, write: Callable[[Session, list[Any]], None], row: Any) -> None:
    """Keep a row for `write`, which gets all of them at once right before this transaction commits.

    For what a transaction writes down and never asks for: its history, what it promises. Inside a savepoint, which may
    be taken back alone, and outside `transaction()`, it is written at once.
    """
    if session.in_nested_transaction() or not session.info.get("writing"):
        write(session, [row])
        return
    kept = session.info.setdefault("last", {})
    rows = kept.pop(write, [])  # who comes again goes to the end: a letter promises a job
    kept[write] = [*rows, row]


def write_last(session: Session) -> None:
    """Write what is kept for the end now: before others begin to wait for what comes next."""
    kept = session.info.get("last", {})
    while kept:
        write = next(iter(kept))
        write(session, kept.pop(write))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    """Keep nothing of a transaction that was taken back; a savepoint has nothing of its own here."""
    if not ended.nested:
        session.info.pop("last", None)


@functools.cache
def _adding_in_order(table: Any) -> tuple[Any, dict[str, Any]]:
    columns = [column for column in table.__table__.c if column.key != "id"]
    defaults = {column.key: column.default for column in columns}
    usual = {key: default.arg if default and default.is_scalar else None for key, default in defaults.items()}
    adding = sa.insert(table.__table__).returning(table.__table__.c.id, sort_by_parameter_order=True)
    return adding, usual


def add_objects(session: Session, objects: Sequence[Any]) -> None:
    """Insert new objects of one class by one statement, and give each its id.

    They stay outside the session, for who reads them and changes them no more: a third of what a flush costs.
    """
    session.flush()
    table: Any = type(objects[0])
    adding, usual = _adding_in_order(table)
    rows = [{key: one.__dict__.get(key, value) for key, value in usual.items()} for one in objects]
    ids = session.connection().execute(adding, rows).scalars()
    for one, row, new_id in zip(objects, rows, ids, strict=True):
        for key in row.keys() - one.__dict__.keys():
            set_committed_value(one, key, row[key])
        set_committed_value(one, "id", new_id)


def add_object_once(session: Session, table: Table, **values: Any) -> Any:
    """Insert a row unless a unique key has it; give it as an object of the session, or None.

    What is not among the values is read when somebody asks for it.
    """
    new_id = add_once(session, table, **values)
    return None if new_id is None else as_object(session, table, {**values, "id": new_id})


def as_object(session: Session, table: Table, values: Mapping[Any, Any]) -> Any:
    """Give a row that the database has just told, with its `id`, as the session's object."""
    held = session.identity_map.get(identity_key(table, values["id"]))
    found = table() if held is None else held
    for key, value in values.items():
        set_committed_value(found, key, value)
    if held is None:
        make_transient_to_detached(found)
        session.add(found)
    return found


@functools.cache
def _changing(table: Any, where: tuple[str, ...], several: frozenset[str]) -> Any:
    columns = table.__table__.c
    conditions = [
        columns[name].in_(sa.bindparam(f"if_{name}", expanding=True))
        if name in several
        else columns[name] == sa.bindparam(f"if_{name}")
        for name in where
    ]
    return sa.update(table.__table__).where(columns.id == sa.bindparam("row_id"), *conditions)


def change_if(session: Session, row: Any, expected: Mapping[str, Any], **values: Any) -> bool:
    """Change a row if it still says what is expected (one value, or a tuple of them), in one statement; say whether.

    The object in hand then says it too. Its statement is written once in a process: a third of what the same UPDATE
    of objects costs.
    """
    session.flush()
    several = frozenset(name for name, value in expected.items() if isinstance(value, tuple))
    asked = {f"if_{name}": value for name, value in expected.items()}
    table: Any = type(row)
    statement = _changing(table, tuple(expected), several)
    if session.connection().execute(statement, {"row_id": row.id, **asked, **values}).rowcount != 1:
        return False
    for name, value in values.items():
        set_committed_value(row, name, value)
    return True


@functools.cache
def _plain(table: Any) -> Any:
    return sa.insert(table.__table__)


def add_rows(session: Session, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows that nobody asks for again in this transaction, by one statement written once in a process."""
    session.flush()
    session.connection().execute(_plain(table), list(rows))
