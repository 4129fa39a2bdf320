"""Jobs: work promised as a row in the caller's transaction, and the worker that keeps the promise.

`enqueue` is called by rules, `run_due` by `flask jobs work`. A worker takes a job by a lease; when it dies the
lease runs out and another takes over, so every job may run twice and must give one result.
"""

import logging
import secrets
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from shop.db import db, now, transaction
from shop.models import Job, JobState, PeriodicRun

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
MAX_ATTEMPTS = 12
"""With the backoff below, about two days of trying before a job is parked."""
KEEP_DONE = timedelta(days=14)
COMPANION_PAUSE, COMPANION_RETRY = 0.25, 2.0
"""Seconds until a companion is called again when it found nothing to do, and when it failed."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Kind:
    """A registered job function and how it wants to be run."""

    name: str
    function: Callable[..., Any]
    own_transactions: bool


@dataclass(frozen=True, slots=True)
class Periodic:
    """A function that the worker calls every so many seconds."""

    name: str
    function: Callable[[], Any]
    every: timedelta


kinds: dict[str, Kind] = {}
periodics: dict[str, Periodic] = {}
companions: list[Callable[[], int]] = []


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def job(*, own_transactions: bool = False) -> Callable[[F], F]:
    """Register a job function.

    By default it is called as `function(session, **args)` in one transaction together with its "done".
    With `own_transactions` it is called as `function(**args)`, opens its own, and must be idempotent.
    """

    def register(function: F) -> F:
        kinds[_name(function)] = Kind(_name(function), function, own_transactions)
        return function

    return register


def periodic(*, every: int) -> Callable[[F], F]:
    """Register a function without arguments that the worker calls every `every` seconds."""

    def register(function: F) -> F:
        periodics[_name(function)] = Periodic(_name(function), function, timedelta(seconds=every))
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
    kind = kinds[_name(function)]
    values = {
        "kind": kind.name,
        "args": args,
        "unique_key": _key,
        "state": JobState.DUE,
        "run_at": now() + _delay,
        "attempts": 0,
        "created_at": now(),
    }
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(insert(Job).values(**values).on_conflict_do_nothing())


def backoff(attempts: int) -> timedelta:
    """Give the pause after the n-th failure: 5 s, doubling, at most 6 h."""
    return timedelta(seconds=min(5 * 2 ** (attempts - 1), 6 * 3600))


def claim(session: Session) -> Job | None:
    """Take the oldest job that is due, or whose worker's lease ran out."""
    moment = now()
    waiting = sa.or_(
        sa.and_(Job.state == JobState.DUE, Job.run_at <= moment),
        sa.and_(Job.state == JobState.LEASED, Job.lease_until < moment),
    )
    oldest = sa.select(Job.id).where(waiting).order_by(Job.run_at, Job.id).limit(1)
    if session.get_bind().dialect.name == "postgresql":
        oldest = oldest.with_for_update(skip_locked=True)
    token = secrets.token_hex(16)
    return session.scalar(
        sa.update(Job)
        .where(Job.id == oldest.scalar_subquery(), waiting)
        .values(
            state=JobState.LEASED,
            lease_token=token,
            lease_until=moment + LEASE,
            attempts=Job.attempts + 1,
        )
        .returning(Job)
    )


def _finish(session: Session, job_id: int, token: str | None) -> bool:
    done = session.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.lease_token == token, Job.state == JobState.LEASED)
        .values(state=JobState.DONE, done_at=now(), lease_token=None, lease_until=None, last_error=None)
        .returning(Job.id)
    )
    return done.scalar() is not None


class LeaseLost(RuntimeError):
    """Another worker has taken the job over; what was done here is rolled back."""


def run_one() -> bool:
    """Run one due job; say whether there was one. Failures are kept with the job, never raised."""
    with transaction() as session:
        taken = claim(session)
        if taken is None:
            return False
        job_id, kind_name, args, token = taken.id, taken.kind, dict(taken.args), taken.lease_token
        attempts = taken.attempts
    started = time.monotonic()
    try:
        kind = kinds[kind_name]
        if kind.own_transactions:
            kind.function(**args)
            with transaction() as session:
                _finish(session, job_id, token)
        else:
            with transaction() as session:
                kind.function(session, **args)
                if not _finish(session, job_id, token):
                    raise LeaseLost(job_id)
    except Exception as error:  # noqa: BLE001 - kept with the job
        _failed(job_id, token, attempts, error)
        return True
    finally:
        db.session.remove()
    log.info("job done", extra={"job": job_id, "kind": kind_name, "seconds": time.monotonic() - started})
    return True


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


def run_due(limit: int = 10_000) -> int:
    """Run due jobs until none is left; give how many."""
    count = 0
    while count < limit and run_one():
        count += 1
    return count


def run_periodic() -> int:
    """Run every periodic function whose time has come; one worker of many gets each turn."""
    ran = 0
    for item in list(periodics.values()):
        if not _claim_turn(item):
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


def _claim_turn(item: Periodic) -> bool:
    moment = now()
    due = db.session.scalar(sa.select(PeriodicRun.next_run_at).where(PeriodicRun.name == item.name))
    if due is not None and due > moment:
        return False
    with transaction() as session:
        insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
        row = {"name": item.name, "next_run_at": moment + item.every}
        fresh = session.execute(
            insert(PeriodicRun).values(**row).on_conflict_do_nothing().returning(PeriodicRun.name)
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


def accompany(look: Callable[[], int]) -> None:
    """Call a companion for ever, in this thread; what it raises is logged, and tried again a little later."""
    while True:
        pause = COMPANION_PAUSE
        try:
            if look():
                pause = 0.0
        except Exception:
            log.exception("a companion failed", extra={"kind": _name(look)})
            pause = COMPANION_RETRY
        finally:
            db.session.remove()
        time.sleep(pause)


def _start_companions() -> None:
    """Give each companion a thread, which ends with the process: a long job holds none of them up."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001

    def run(look: Callable[[], int]) -> None:
        with app.app_context():
            accompany(look)

    for look in companions:
        threading.Thread(target=run, args=(look,), name=_name(look), daemon=True).start()


def work(*, once: bool = False, pause: float = 0.5) -> None:
    """Run jobs and periodic functions, companions beside them, for ever; with `once`, until nothing is due."""
    if not once:
        _start_companions()
    while True:
        ran = run_due() + run_periodic()
        if once:
            ran += sum(look() for look in companions)
        if once and not ran:
            return
        db.session.remove()
        if not ran:
            time.sleep(pause)
