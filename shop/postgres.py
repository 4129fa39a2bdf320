"""What the driver of PostgreSQL is spared: `shop.db` gives its connections this cursor."""

from typing import Any, Self

import psycopg
from psycopg import Column

MOST = 2_000
"""Statements whose columns are remembered by one process."""

_columns: dict[str, list[Column]] = {}


class RememberingCursor(psycopg.Cursor[Any]):
    """A cursor that describes the columns of a statement once.

    SQLAlchemy asks after every statement, and looks only whether there are any when it knows the statement: a tenth
    of what a page costs.
    """

    _said: Any = ""

    def execute(self, query: Any, *args: Any, **options: Any) -> Self:
        """Send a statement and wait for its answer."""
        self._said = query
        return super().execute(query, *args, **options)

    def executemany(self, query: Any, *args: Any, **options: Any) -> None:
        """Send a statement for each of many rows."""
        self._said = query
        super().executemany(query, *args, **options)

    @property
    def description(self) -> list[Column] | None:
        """Give the columns of the answer, or None where there are none."""
        known = _columns.get(self._said) if type(self._said) is str else None
        if known is not None and self.pgresult and self.pgresult.nfields == len(known):
            return known
        found = super().description
        if found and type(self._said) is str:
            if len(_columns) >= MOST:
                _columns.clear()
            _columns[self._said] = found
        return found
