"""The numbered log of the catalogue: without a gap, in the order of the commits, nothing of what was rolled back."""

import threading
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalog import changes
from catalog.models import CatalogChange, Subject
from shop.db import db, transaction
from tests import make_search


def _log(session: Session) -> list[changes.Change]:
    session.rollback()
    return list(changes.since(session, 0, 1_000))


def test_each_change_is_numbered_once_with_its_commit(app: Flask, session: Session) -> None:
    before = changes.version(session)

    with transaction() as writer:
        changes.of_product(writer, 11)
        changes.of_workshop(writer, 3)
        changes.of_product(writer, 11)

    assert _log(session)[-2:] == [(before + 1, Subject.PRODUCT, 11), (before + 2, Subject.WORKSHOP, 3)]
    assert changes.version(session) == before + 2


def test_what_is_rolled_back_was_never_noted(app: Flask, session: Session) -> None:
    before = changes.version(session)

    with suppress(RuntimeError), transaction() as writer:
        changes.of_product(writer, 11)
        raise RuntimeError
    with transaction():
        pass

    assert changes.version(session) == before


def test_a_savepoint_that_fails_takes_nothing_along(app: Flask, session: Session) -> None:
    before = changes.version(session)

    with transaction() as writer:
        changes.of_product(writer, 11)
        with suppress(RuntimeError), writer.begin_nested():
            raise RuntimeError
        with writer.begin_nested():
            changes.of_product(writer, 12)

    assert [change[2] for change in _log(session) if change[0] > before] == [11, 12]


def test_a_new_piece_grows_the_version(app: Flask, session: Session) -> None:
    before = changes.version(session)
    product = make_search.listed("Kain")

    assert changes.version(session) > before
    assert _log(session)[-1][1:] == (Subject.PRODUCT, product)


@pytest.mark.postgres
def test_whoever_reads_along_misses_nothing_of_many_writers(app: Flask, session: Session) -> None:
    seen: list[int] = []
    last = start = changes.version(session)
    session.rollback()

    def write(worker: int) -> None:
        with app.app_context():
            for number in range(15):
                with transaction() as writer:
                    changes.of_product(writer, worker * 100 + number)
                    if number % 3 == 0:
                        changes.of_workshop(writer, worker)
            db.session.remove()

    writers = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in writers:
        thread.start()
    while True:
        alive = any(thread.is_alive() for thread in writers)
        session.rollback()  # each look is a transaction of its own
        found = changes.since(session, last, 7)
        seen += [change.seq for change in found]
        last = seen[-1] if seen else last
        if not alive and not found:
            break

    assert seen == list(range(start + 1, start + 1 + 4 * 20))
    session.rollback()
    assert changes.version(session) == seen[-1]
    assert session.scalar(sa.select(sa.func.count()).select_from(CatalogChange)) == seen[-1]


def test_the_version_is_read_again_after_its_connection_was_lost(app: Flask) -> None:
    engine = sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    opened: list[Any] = []
    sa.event.listen(engine, "connect", lambda connection, _record: opened.append(connection))
    read = changes.version_reader(engine)
    before = read()
    assert read() == before
    assert len(opened) == 1

    opened[0].close()

    with pytest.raises(sa.exc.DBAPIError):
        read()
    assert read() == before
    assert len(opened) == 2
    opened[1].close()
    engine.dispose()
