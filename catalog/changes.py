"""Changes: every change of what the public sees, numbered in the order of the commits, without a gap.

`of_product` and its sisters are called by the rules that change something; `version` by whoever keeps what was
made of the catalogue (whole pages), `since` by every search index (catalog.search.indexing). Numbers are given by the
last statements of a transaction, so that the one row they come from is locked for no longer than a commit
takes, and by nobody who still waits for another row (docs/decisions/0009).
"""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from catalog.models import CatalogChange, CatalogVersion, Subject
from shop.db import constant, insert, now, read

KEEP = timedelta(days=7)
"""A search index that was away for longer is built anew."""
_ROW = 1
_NOTED = "catalog_changes"
_VERSION = sa.select(CatalogVersion.seq).where(CatalogVersion.id == constant(_ROW))


class Change(NamedTuple):
    """One line of the log."""

    seq: int
    subject: Subject
    subject_id: int


def of_product(session: Session, product_id: int) -> None:
    """Note that a product was published, paused, withdrawn, or sells at other terms."""
    _note(session, Subject.PRODUCT, product_id)


def of_workshop(session: Session, workshop_id: int) -> None:
    """Note that a workshop's state or public words changed, and with them all its pieces."""
    _note(session, Subject.WORKSHOP, workshop_id)


def of_craft(session: Session, craft_id: int) -> None:
    """Note that the words or the family of a craft changed, and with them all its pieces."""
    _note(session, Subject.CRAFT, craft_id)


def of_council(session: Session, council_id: int) -> None:
    """Note that the public words of a council changed."""
    _note(session, Subject.COUNCIL, council_id)


def of_words(session: Session) -> None:
    """Note that words changed which no piece carries: synonyms, texts of pages, what postage costs."""
    _note(session, Subject.WORDS, 0)


def of_everything(session: Session) -> None:
    """Note that so much changed that every page and every index has to be made anew."""
    _note(session, Subject.EVERYTHING, 0)


def version(session: Session) -> int:
    """Give the number of the last committed change; one row by its key. It grows with every change."""
    return read(session, _VERSION).scalar() or 0


def version_reader(engine: sa.Engine) -> Callable[[], int]:
    """Give a function that reads the version for `shop.kept_pages`: for every page, so it costs as little as it can.

    Its connections stand outside the pool and have no transactions; there are as many as threads have asked at the same
    moment, which is seldom more than one. What fails is raised as an SQLAlchemy error, and the next call connects anew.
    """
    idle: deque[Any] = deque()
    query = f"SELECT seq FROM {CatalogVersion.__tablename__} WHERE id = {_ROW}"  # noqa: S608 - two constants

    def connect() -> Any:
        pooled = engine.raw_connection()
        pooled.detach()
        if engine.dialect.name == "postgresql":
            cast(Any, pooled.dbapi_connection).autocommit = True
        return pooled

    def read() -> int:
        try:
            connection = idle.pop()
        except IndexError:
            connection = connect()
        try:
            cursor = connection.cursor()
            cursor.execute(query)
            row = cursor.fetchone()
            cursor.close()
        except engine.dialect.loaded_dbapi.Error as problem:
            _close(connection)
            while idle:  # what one has lost, all have; who takes one meanwhile finds out by itself
                with suppress(IndexError):
                    _close(idle.pop())
            raise sa.exc.DBAPIError.instance(
                query, None, problem, Exception, dialect=engine.dialect
            ) from problem
        idle.append(connection)
        return row[0] if row else 0

    return read


def _close(connection: Any) -> None:
    with suppress(Exception):  # a server that went away cannot be told
        connection.close()


def since(session: Session, seq: int, limit: int) -> Sequence[Change]:
    """Give the changes after a number, in order; a first one that is not the next means that some were pruned."""
    rows = session.execute(
        sa.select(CatalogChange.seq, CatalogChange.subject, CatalogChange.subject_id)
        .where(CatalogChange.seq > seq)
        .order_by(CatalogChange.seq)
        .limit(limit)
    )
    return [Change(*row) for row in rows]


def line(session: Session, seq: int) -> str | None:
    """Give what makes a line of the log this one and no other; None when there is none under that number."""
    columns = (CatalogChange.subject, CatalogChange.subject_id, CatalogChange.at)
    row = session.execute(sa.select(*columns).where(CatalogChange.seq == seq)).one_or_none()
    return f"{row.subject} {row.subject_id} {row.at.isoformat()}" if row else None


def everything_since(session: Session, seq: int) -> bool:
    """Say whether everything has changed after a number."""
    rows = sa.select(CatalogChange.seq).where(CatalogChange.seq > seq)
    return session.scalar(rows.where(CatalogChange.subject == Subject.EVERYTHING).limit(1)) is not None


def prune(session: Session) -> None:
    """Forget changes older than KEEP; the count goes on."""
    session.execute(sa.delete(CatalogChange).where(CatalogChange.at < now() - KEEP))


# --- numbering ---------------------------------------------------------------------------------------


def _note(session: Session, subject: Subject, subject_id: int) -> None:
    """Remember a change until the commit, once however often it is noted."""
    session.info.setdefault(_NOTED, {})[subject, subject_id] = None


@event.listens_for(Session, "before_commit")
def _write_down(session: Session) -> None:
    """Number what was noted and write it, after everything else of this transaction."""
    if session.in_nested_transaction():
        return
    noted = session.info.pop(_NOTED, None)
    if not noted:
        return
    session.flush()
    counted = insert(session, CatalogVersion).values(id=_ROW, seq=len(noted))
    last: int = session.execute(
        counted.on_conflict_do_update(
            index_elements=[CatalogVersion.id], set_={"seq": CatalogVersion.seq + len(noted)}
        ).returning(CatalogVersion.seq)
    ).scalar_one()
    moment, first = now(), last - len(noted) + 1
    session.execute(
        sa.insert(CatalogChange),
        [
            {"seq": seq, "subject": subject, "subject_id": subject_id, "at": moment}
            for seq, (subject, subject_id) in enumerate(noted, first)
        ],
    )


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, ended: SessionTransaction) -> None:
    """Drop what was noted in a transaction that was rolled back."""
    if ended.parent is None:
        session.info.pop(_NOTED, None)
