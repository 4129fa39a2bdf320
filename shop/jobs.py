"""Jobs: work promised as a row in the caller's transaction, and the worker that keeps the promise.

`enqueue` is called by rules, `work` by `flask jobs work`. A worker takes a job by a lease; when it dies the
lease runs out and another takes over, so every job may run twice and must give one result. Of what is due, money
goes before letters.
"""

import functools
import logging
import secrets
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shop.db import constant, db, glance, insert, now, read, transaction
from shop.models import Job, JobState, PeriodicRun
from shop.urgency import Load, Priority
from shop.writes import add_last, add_many_once

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
MAX_ATTEMPTS = 12
"""With the backoff below, about two days of trying before a job is parked."""
KEEP_DONE = timedelta(days=14)
EVER = datetime.min.replace(tzinfo=UTC)

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Kind:
    """A registered job function and how it wants to be run."""

    name: str
    function: Callable[..., Any]
    own_transactions: bool
    priority: Priority


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that this worker holds the lease of."""

    id: int
    kind: str
    args: dict[str, Any]
    token: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Periodic:
    """A function that the worker calls every so many seconds."""

    name: str
    function: Callable[[], Any]
    every: timedelta


kinds: dict[str, Kind] = {}
periodics: dict[str, Periodic] = {}
companions: list[Callable[[], int]] = []


def name_of(function: Callable[..., Any]) -> str:
    """Give the name by which a function is known in rows and logs."""
    return f"{function.__module__}.{function.__qualname__}"


def job(*, own_transactions: bool = False, priority: Priority = Priority.USUAL) -> Callable[[F], F]:
    """Register a job function.

    By default it is called as `function(session, **args)` in one transaction together with its "done".
    With `own_transactions` it is called as `function(**args)`, opens its own, and must be idempotent; what it gives
    back, if anything, is called with the session of the transaction that marks it as done.
    """

    def register(function: F) -> F:
        kinds[name_of(function)] = Kind(name_of(function), function, own_transactions, priority)
        return function

    return register


def periodic(*, every: int) -> Callable[[F], F]:
    """Register a function without arguments that the worker calls every `every` seconds."""

    def register(function: F) -> F:
        periodics[name_of(function)] = Periodic(name_of(function), function, timedelta(seconds=every))
        return function

    return register


def companion(look: Callable[[], int]) -> Callable[[], int]:
    """Register what every worker does beside its jobs: `look` is called over and over, and says how much it did.

    For what each machine has to do for itself. It opens its own sessions and bears being called by several at once.
    """
    companions.append(look)
    return look


def enqueue(
    session: Session,
    function: Callable[..., Any],
    *,
    _key: str | None = None,
    _delay: timedelta = timedelta(0),
    **args: Any,
) -> None:
    """Promise to call a registered function with these JSON arguments once this transaction has committed.

    `_key` makes it once: while a job with that key is still due, a second promise is the same promise.
    """
    kind, moment = kinds[name_of(function)], now()
    row = {
        "kind": kind.name, "args": args, "priority": kind.priority, "unique_key": _key, "state": JobState.DUE,
        "run_at": moment + _delay, "attempts": 0, "created_at": moment,
    }  # fmt: skip
    add_last(session, _write, row)


def _write(session: Session, rows: list[Mapping[str, Any]]) -> None:
    add_many_once(session, Job, rows)


def backoff(attempts: int) -> timedelta:
    """Give the pause after the n-th failure: 5 s, doubling, at most 6 h."""
    return timedelta(seconds=min(5 * 2 ** (attempts - 1), 6 * 3600))


_URGENT = Job.priority <= sa.bindparam("least")
_IS_DUE = sa.and_(Job.state == constant(JobState.DUE), Job.run_at <= sa.bindparam("moment"), _URGENT)
_LEASE_IS_OVER = sa.and_(
    Job.state == constant(JobState.LEASED), Job.lease_until < sa.bindparam("moment"), _URGENT
)
_WAITING = sa.select(Job.id).where(sa.or_(_IS_DUE, _LEASE_IS_OVER)).limit(constant(1))


@functools.cache
def _taking(condition: Any, dialect: str) -> Any:
    """Write the statement that takes the first of the jobs for which something holds."""
    first = sa.select(Job.id).where(condition).order_by(Job.priority, Job.run_at, Job.id).limit(constant(1))
    if dialect == "postgresql":
        first = first.with_for_update(skip_locked=True)
    table: Any = Job.__table__
    return (
        sa.update(table)
        .where(table.c.id == first.scalar_subquery(), condition)
        .values(
            state=JobState.LEASED,
            lease_token=sa.bindparam("token"),
            lease_until=sa.bindparam("until"),
            attempts=table.c.attempts + 1,
        )
        .returning(table.c.id, table.c.kind, table.c.args, table.c.attempts)
    )


_load = Load()


def claim(session: Session, least: Priority = Priority.USUAL) -> Taken | None:
    """Take a job that is due, the most urgent and then the oldest; without one, a job whose worker's lease ran out."""
    moment, token = now(), secrets.token_hex(16)
    values = {"moment": moment, "token": token, "until": moment + LEASE, "least": least}
    dialect, connection = session.get_bind().dialect.name, session.connection()
    for condition in (_IS_DUE, _LEASE_IS_OVER):
        row = connection.execute(_taking(condition, dialect), values).one_or_none()
        if row is not None:
            return Taken(row.id, row.kind, dict(row.args), token, row.attempts)
    return None


_JOBS: Any = Job.__table__
_DONE = (
    sa.update(_JOBS)
    .where(
        _JOBS.c.id == sa.bindparam("job"),
        _JOBS.c.lease_token == sa.bindparam("held"),
        _JOBS.c.state == constant(JobState.LEASED),
    )
    .values(
        state=JobState.DONE, done_at=sa.bindparam("moment"), lease_token=None, lease_until=None, last_error=None
    )
)  # fmt: skip


def _finish(session: Session, taken: Taken) -> bool:
    session.flush()
    values = {"job": taken.id, "held": taken.token, "moment": now()}
    return session.connection().execute(_DONE, values).rowcount == 1


class LeaseLost(RuntimeError):
    """Another worker has taken the job over; what was done here is rolled back."""


def run_due(limit: int = 10_000) -> int:
    """Run due jobs until none is left; give how many. Failures are kept with the job, never raised."""
    return run_on(first(), limit) if limit else 0


def run_on(taken: Taken | None, limit: int = 10_000) -> int:
    """Run a job that was taken, and then what is due, as `run_due` does."""
    count = 0
    while taken is not None:
        count += 1
        more = count < limit
        taken = _attempt(taken, more=more) or (first() if more else None)
    return count


def first() -> Taken | None:
    """Take a job; a worker that finds no work on SQLite has locked nothing."""
    if db.engine.dialect.name == "sqlite":
        waits = read(db.session(), _WAITING, {"moment": now(), "least": _load.least()}).scalar() is not None
        db.session.rollback()
        if not waits:
            return None
    with transaction() as session:
        return claim(session, _load.least())


def _attempt(taken: Taken, *, more: bool) -> Taken | None:
    """Run a job; with `more`, the transaction that marks it as done takes the next one."""
    started, kind = time.monotonic(), kinds.get(taken.kind)
    priority = kind.priority if kind else Priority.USUAL
    try:
        with _load.one(priority):
            following = _run(taken, more=more)
    except Exception as error:  # noqa: BLE001 - kept with the job
        _failed(taken.id, taken.token, taken.attempts, error)
        return None
    finally:
        db.session.remove()
    log.info("job done", extra={"job": taken.id, "kind": taken.kind, "seconds": time.monotonic() - started})
    return following


def _run(taken: Taken, *, more: bool) -> Taken | None:
    kind = kinds[taken.kind]
    last = kind.function(**taken.args) if kind.own_transactions else None
    with transaction() as session:
        if not kind.own_transactions:
            kind.function(session, **taken.args)
        elif callable(last):
            last(session)
        if not _finish(session, taken) and not kind.own_transactions:
            raise LeaseLost(taken.id)
        return claim(session, _load.least(instead_of=kind.priority)) if more else None


def _failed(job_id: int, token: str | None, attempts: int, error: Exception) -> None:
    db.session.rollback()
    log.warning("job failed", extra={"job": job_id, "attempts": attempts, "error": repr(error)})
    parked = attempts >= MAX_ATTEMPTS
    trace = "".join(traceback.format_exception(error))[-4000:]
    with transaction() as session:
        session.execute(
            sa.update(Job)
            .where(Job.id == job_id, Job.lease_token == token)
            .values(
                state=JobState.PARKED if parked else JobState.DUE,
                # A second job with the same key may be waiting already: this one gives its key up.
                unique_key=None,
                run_at=now() + backoff(attempts),
                lease_token=None,
                lease_until=None,
                last_error=trace,
            )
        )


def run_periodic() -> int:
    """Run every periodic function whose time has come; one worker of many gets each turn."""
    ran, due = 0, _next_runs()
    for item in list(periodics.values()):
        if due.get(item.name, EVER) > now() or not _claim_turn(item):
            continue
        error = None
        try:
            item.function()
        except Exception as raised:
            db.session.rollback()
            error = "".join(traceback.format_exception(raised))[-4000:]
            log.exception("periodic job failed", extra={"kind": item.name})
        with transaction() as session:
            session.execute(
                sa.update(PeriodicRun)
                .where(PeriodicRun.name == item.name)
                .values(last_run_at=now(), last_error=error)
            )
        db.session.remove()
        ran += 1
    return ran


def _next_runs() -> dict[str, datetime]:
    return {row.name: row.next_run_at for row in glance(_NEXT_RUNS)}


_NEXT_RUNS = sa.select(PeriodicRun.name, PeriodicRun.next_run_at)


def _claim_turn(item: Periodic) -> bool:
    moment = now()
    with transaction() as session:
        row = {"name": item.name, "next_run_at": moment + item.every}
        fresh = session.execute(
            insert(session, PeriodicRun).values(**row).on_conflict_do_nothing().returning(PeriodicRun.name)
        )
        if fresh.scalar() is not None:
            return True
        mine = session.execute(
            sa.update(PeriodicRun)
            .where(PeriodicRun.name == item.name, PeriodicRun.next_run_at <= moment)
            .values(next_run_at=moment + item.every)
            .returning(PeriodicRun.name)
        )
        return mine.scalar() is not None


def retry(session: Session, job_id: int) -> None:
    """Make a parked job due again, with its attempts counted anew. Does nothing for other jobs."""
    session.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.state == JobState.PARKED)
        .values(state=JobState.DUE, attempts=0, run_at=now())
    )


@periodic(every=3600)
def forget_done() -> None:
    """Drop jobs that were done more than a fortnight ago."""
    with transaction() as session:
        session.execute(sa.delete(Job).where(Job.state == JobState.DONE, Job.done_at < now() - KEEP_DONE))
