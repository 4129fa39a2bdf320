"""Rows collected in memory and written in bulk, with keys known beforehand: how thousands of products load fast."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shop.db import Base

CHUNK = 2_000


class Rows:
    """Collects rows per table; `write` inserts them in the order of their foreign keys."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._rows: dict[type[Base], list[dict[str, Any]]] = {}
        self._next: dict[type[Base], int] = {}

    def add(self, model: type[Base], **values: Any) -> int:
        """Collect one row and give the key that it will have. Every column of the table takes its default."""
        key = self.next_key(model)
        self._next[model] = key + 1
        self._rows.setdefault(model, []).append({"id": key, **values})
        return key

    def next_key(self, model: type[Base]) -> int:
        """Give the key that the next row of a table will have."""
        if model not in self._next:
            highest = self.session.scalar(sa.select(sa.func.max(model.__table__.c.id)))
            self._next[model] = (highest or 0) + 1
        return self._next[model]

    def get(self, model: type[Base], key: int) -> dict[str, Any]:
        """Give a collected row, to be changed before it is written."""
        rows = self._rows[model]
        return rows[key - int(rows[0]["id"])]

    def count(self) -> int:
        """Give how many rows wait to be written."""
        return sum(len(rows) for rows in self._rows.values())

    def write(self, tell: Callable[[int], Any] = lambda _n: None) -> None:
        """Insert everything collected so far and forget it; `tell` hears how many rows each step wrote."""
        order = {table: place for place, table in enumerate(Base.metadata.sorted_tables)}
        for model in sorted(self._rows, key=lambda m: order[m.__table__]):  # type: ignore[index]
            rows = self._rows[model]
            by_shape: dict[frozenset[str], list[dict[str, Any]]] = {}
            for row in rows:
                by_shape.setdefault(frozenset(row), []).append(row)
            for alike in by_shape.values():
                for start in range(0, len(alike), CHUNK):
                    chunk = alike[start : start + CHUNK]
                    self.session.execute(sa.insert(model), chunk)
                    tell(len(chunk))
            self._continue_sequence(model)
        self._rows.clear()

    def _continue_sequence(self, model: type[Base]) -> None:
        if self.session.get_bind().dialect.name == "postgresql":
            name = model.__tablename__
            self.session.execute(
                sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), :last)"),
                {"last": self._next[model] - 1},
            )
