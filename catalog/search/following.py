"""Owns how the index of this node follows the numbered log of changes (catalog.changes).

One `Follower` per process looks at the log several times a second: in a thread of the worker, or in
`flask search follow` on a node without a worker. It reads the changes after the number that is stored with the
index, writes what the database now says of the pieces they touch, and stores the new number with the same commit, so
that doing it twice changes nothing. Where the log cannot lead there, the index is started from a copy that another node has
left, or built anew.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import cards, changes, products
from catalog.changes import Change
from catalog.models import Product, Subject
from catalog.search import copies, engines, indexing
from catalog.search.engine import IndexBusy, IndexUnavailable, SearchEngine
from shop import config, jobs, worker
from shop.db import db, transaction, without_transactions

log = logging.getLogger(__name__)

COMMIT_EVERY = 200
"""Changes that become findable together: a commit costs as much as some dozens of them."""
TEND_EVERY, COMPARE_EVERY = 60.0, 900.0
"""Seconds between two looks at the state of the index, and between two comparisons with what is live."""
WORTH_COPYING = 5_000
"""Pieces; of fewer than these an index is made in seconds."""
BATCH = 5_000
"""Numbers of products read by one SELECT of a comparison."""


class LogLost(Exception):
    """The log does not lead from this index to the present: it was pruned, restored, or loaded in bulk."""


class Follower:
    """Keeps one index up to date; any number may run, in any processes: the engine gives one of them the pen."""

    def __init__(self, engine: SearchEngine) -> None:
        """Take the index, which need not exist yet."""
        self._engine = engine
        self._tended = self._compared = float("-inf")
        self._taken: set[str] = set()
        """Copies that this index was started from: what did not go well once is not tried again."""

    def look(self) -> int:
        """Bring the index up to date with the log, and now and then with the database; say how many changes."""
        try:
            moment = time.monotonic()
            if moment - self._tended >= TEND_EVERY:
                self._tended = moment
                self.tend(compare=moment - self._compared >= COMPARE_EVERY)
            return self.catch_up()
        except IndexBusy:
            log.info("another process is writing the index")
            return 0

    def catch_up(self) -> int:
        """Apply every change that is committed; say how many. :raise IndexBusy:"""
        applied = 0
        with Session(without_transactions()) as session:
            while True:
                session.rollback()  # each look sees the present
                last = changes.version(session)
                try:
                    if self._engine.refresh() == last:
                        return applied
                    applied += self._apply(session)
                except IndexBusy:
                    raise
                except (IndexUnavailable, LogLost) as reason:
                    session.rollback()
                    self._rebuild(session, reason)
                    applied += 1

    def _apply(self, session: Session) -> int:
        """Write the next changes under the pen, with the number of the last of them."""
        with self._engine.writer() as writer:
            seen = self._engine.refresh()
            found = changes.since(session, seen, COMMIT_EVERY)
            if not found and changes.version(session) == seen:
                return 0  # another process was quicker
            if not found or found[0].seq != seen + 1:
                raise LogLost(f"the log does not go on from {seen}")
            if any(change.subject is Subject.EVERYTHING for change in found):
                raise LogLost("everything has changed")
            # Read after the log and under the pen: the later commit carries the later state.
            indexing.refresh(session, writer, _touched(session, found))
            writer.commit(found[-1].seq)
        return len(found)

    def tend(self, *, compare: bool = True) -> None:
        """Build the index if it is missing or broken; with `compare`, put right which products are in it."""
        health = self._engine.check()
        with Session(db.engine) as session:
            if not health.ok:
                self._rebuild(session, health.problem)
            if compare:
                self._compared = time.monotonic()
                self._put_right(session)

    def _put_right(self, session: Session) -> None:
        surplus, missing = self._engine.ids(), []
        for product_id in _live_ids(session):
            if product_id in surplus:
                surplus.remove(product_id)
            else:
                missing.append(product_id)
        if not surplus and not missing:
            return
        log.warning("the search index differs", extra={"missing": len(missing), "surplus": len(surplus)})
        session.rollback()
        with self._engine.writer() as writer:
            indexing.refresh(session, writer, [*missing, *surplus])
            writer.commit()

    def _rebuild(self, session: Session, reason: object) -> None:
        log.warning("the search index is made anew", extra={"reason": str(reason)})
        started = time.monotonic()
        copy = copies.take(session, self._engine, self._taken)
        if copy:
            self._taken.add(copy.name)
        count = copy.pieces if copy else indexing.rebuild(session, engine=self._engine)
        extra = {"pieces": count, "from": copy.name if copy else "", "seconds": time.monotonic() - started}
        log.info("the search index is new", extra=extra)


def _touched(session: Session, found: Sequence[Change]) -> set[int]:
    """Give the ids of all products that these changes are about."""
    of = {subject: {c.subject_id for c in found if c.subject is subject} for subject in Subject}
    ids = set(of[Subject.PRODUCT])
    if of[Subject.WORKSHOP]:
        ids.update(
            session.scalars(sa.select(Product.id).where(Product.workshop_id.in_(of[Subject.WORKSHOP])))
        )
    if of[Subject.CRAFT]:
        craft = cards.CRAFT_ID
        ids.update(
            session.scalars(products.live().where(craft.in_(of[Subject.CRAFT])).with_only_columns(Product.id))
        )
    return ids


def _live_ids(session: Session) -> Iterator[int]:
    """Give the ids of all live products, a batch at a time."""
    query = products.live().with_only_columns(Product.id).order_by(Product.id).limit(BATCH)
    last = 0
    while batch := session.scalars(query.where(Product.id > last)).all():
        yield from batch
        last = batch[-1]


@cache
def _follower(_folder: str) -> Follower:
    return Follower(engines.current())


def _own() -> Follower:
    return _follower(config.current().search_dir)


@jobs.companion
def look() -> int:
    """Follow the log with the index of this node; run beside the jobs by every worker."""
    return _own().look()


def tend() -> None:
    """Look after the index of this node at once."""
    _own().tend()


def follow() -> None:
    """Follow the log for ever: what a node does that has no worker."""
    worker.accompany(look)


@jobs.periodic(every=3600)
def forget_changes() -> None:
    """Drop old lines of the log; an index that is further behind is built anew."""
    with transaction() as session:
        changes.prune(session)


@jobs.periodic(every=21_600)
def leave_copy() -> None:
    """Leave a copy of the index for nodes that join, where making one from the database takes long."""
    engine = engines.current()
    last = copies.newest(engine.version)
    health = engine.check()
    if not health.ok or health.pieces < WORTH_COPYING or (last and copies.seq_of(last) == health.seq):
        return
    try:
        with Session(db.engine) as session:
            copies.leave(session, engine)
    except IndexUnavailable as problem:
        log.warning("no copy of the index was left", extra={"problem": str(problem)})
