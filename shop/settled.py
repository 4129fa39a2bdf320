"""What councils and finance have settled: rates, rules, calendars, places. Read by every order, changed now and then.

Tables of this kind say `SETTLED`. Any change of one of them, by whomever, gives `settled_mark` another
random token (triggers of migration 0035), in the transaction of the change. A process keeps what it has read under the
token under which it was read: an order asks for the token once, and only after a change for the rows again.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from shop import db
from shop.models import SettledMark

T = TypeVar("T")

MOST = 5_000
"""Answers that a process keeps; then it begins anew."""

_TOKEN = sa.select(SettledMark.token)
_kept: tuple[int, dict[Any, Any]] = (0, {})
_guard = threading.Lock()


def read(
    session: Session, statement: sa.Select[*tuple[Any, ...]], values: Mapping[str, Any] | None = None
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Give the rows of a SELECT of columns of settled tables, as of this transaction or a moment before it.

    `statement` is written once, when its module is loaded; values are plain, or collections whose order means nothing.
    A transaction that has changed a settled table reads for itself, and keeps nothing.
    """
    plain = {name: _plain(value) for name, value in (values or {}).items()}
    return _keep(session, (statement, *plain.values()), lambda: db.read(session, statement, plain).all())


def derive(session: Session, make: Callable[..., T], *values: Any) -> T:
    """Give `make(session, *values)`, a function of a module that reads settled tables only; what it gives is kept.

    Values are as those of `read`. Nobody changes what it gives.
    """
    plain = [_plain(value) for value in values]
    return _keep(session, (make, *plain), lambda: make(session, *plain))


def _keep(session: Session, key: Any, make: Callable[[], T]) -> T:
    token = _token_of(session)
    if token is None:
        return make()
    answers = _answers(token)
    if key not in answers:
        answers[key] = make()
    found: T = answers[key]
    return found


def _plain(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, list | tuple | set | frozenset) else value


def _answers(token: int) -> dict[Any, Any]:
    """Give what is kept under a token; what was kept under another one is forgotten."""
    global _kept  # noqa: PLW0603 - the one place where a process keeps it
    held, answers = _kept
    if held != token or len(answers) > MOST:
        with _guard:
            answers = {}
            _kept = (token, answers)
    return answers


def _token_of(session: Session) -> int | None:
    """Give the token of this transaction; None in one that has changed something that is settled."""
    session.flush()
    of: Any
    token: int | None
    of, token = session.info.get("settled", (None, None))
    present = session.get_transaction()
    if present is None or of is not present:
        token = db.read(session, _TOKEN).scalar()
        session.info["settled"] = (session.get_transaction(), token)
    return token


def _changed(session: Session) -> None:
    session.info["settled"] = (session.get_transaction(), None)


def _is_settled(table: Any) -> bool:
    return bool(getattr(table, "info", {}).get("settled"))


@event.listens_for(Session, "after_flush")
def _see_objects(session: Session, _context: Any) -> None:
    for changed in (session.new, session.dirty, session.deleted):
        if any(_is_settled(one.__table__) for one in changed):
            _changed(session)


@event.listens_for(Session, "do_orm_execute")
def _see_statements(state: ORMExecuteState) -> None:
    if not state.is_select and _is_settled(getattr(state.statement, "table", None)):
        _changed(state.session)
