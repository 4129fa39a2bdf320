"""Work promised in a transaction is done after it, once, whatever happens to the worker."""

import contextvars
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shop import jobs, urgency
from shop.db import db, now, transaction
from shop.jobs import LEASE, MAX_ATTEMPTS, job, periodics
from shop.models import Job, JobState, PeriodicRun, User
from shop.urgency import Load, Priority
from tests import make

RunJobs = Callable[[], int]
done: list[str] = []
broken: list[str] = []


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()
    broken.clear()


@job()
def rename(session: Session, user_id: int, name: str) -> None:
    """Call a person something else, or fail on the way."""
    session.get_one(User, user_id).name = name
    session.flush()
    if broken:
        raise RuntimeError(broken[0])


@job(own_transactions=True)
def tell(word: str) -> None:
    """Tell the world outside."""
    done.append(word)
    if broken:
        raise RuntimeError(broken[0])


@job()
def lose_the_lease(session: Session, user_id: int) -> None:
    """Take so long that another worker takes over."""
    session.get_one(User, user_id).name = "Ratna"
    with db.engine.begin() as another:
        another.execute(sa.update(Job).values(lease_token="another worker"))


def take_a_turn() -> None:
    """Run, as a periodic job."""
    done.append("turn")


def out_of_order() -> None:
    """Fail, as a periodic job."""
    raise RuntimeError("out of order")


def due(session: Session, **changes: Any) -> None:
    """Make every job due now."""
    with transaction():
        session.execute(sa.update(Job).values(run_at=now() - timedelta(seconds=1), **changes))


def only(session: Session) -> Job:
    session.rollback()
    return session.scalars(sa.select(Job)).one()


def test_promised_work_is_done_after_the_commit(session: Session, run_jobs: RunJobs) -> None:
    with transaction():
        jobs.enqueue(session, tell, word="hello")
        assert done == []

    assert run_jobs() == 1
    assert done == ["hello"]
    assert only(session).state == JobState.DONE
    assert run_jobs() == 0


def test_a_rolled_back_promise_vanishes(session: Session, run_jobs: RunJobs) -> None:
    def change_of_mind() -> None:
        with transaction():
            jobs.enqueue(session, tell, word="hello")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_of_mind()

    assert run_jobs() == 0
    assert done == []


def test_a_job_and_its_done_are_one_transaction(session: Session, run_jobs: RunJobs) -> None:
    person = make.user("Sari")
    with transaction():
        jobs.enqueue(session, rename, user_id=person.id, name="Ratna")
    broken.append("the lights went out")

    run_jobs()

    assert person.name == "Sari", "what it had written is undone with it"
    assert only(session).state == JobState.DUE


def test_a_failed_job_is_tried_again_later_and_later(session: Session, run_jobs: RunJobs) -> None:
    with transaction():
        jobs.enqueue(session, tell, word="hello")
    broken.append("no answer")
    run_jobs()
    first = only(session)
    assert first.state == JobState.DUE
    assert first.attempts == 1
    assert "no answer" in (first.last_error or "")
    assert timedelta(seconds=3) < first.run_at - now() <= timedelta(seconds=5)
    assert run_jobs() == 0, "not before its time"

    broken.clear()
    due(session)
    run_jobs()

    assert only(session).state == JobState.DONE
    assert only(session).attempts == 2
    assert only(session).last_error is None


def test_the_pauses_double_up_to_six_hours() -> None:
    assert [jobs.backoff(n).total_seconds() for n in (1, 2, 3, 4)] == [5, 10, 20, 40]
    assert jobs.backoff(50) == timedelta(hours=6)


def test_what_fails_too_often_is_parked_and_can_be_tried_again(
    app: Flask, session: Session, run_jobs: RunJobs
) -> None:
    with transaction():
        jobs.enqueue(session, tell, word="hello")
    broken.append("never")
    due(session, attempts=MAX_ATTEMPTS - 1)
    run_jobs()
    assert only(session).state == JobState.PARKED
    assert run_jobs() == 0

    broken.clear()
    listed = app.test_cli_runner().invoke(args=["jobs", "parked"]).output
    assert "tell" in listed
    assert "RuntimeError: never" in listed
    app.test_cli_runner().invoke(args=["jobs", "retry", listed.split()[0]])

    assert run_jobs() == 1
    assert only(session).state == JobState.DONE


def test_another_worker_takes_over_when_a_lease_runs_out(session: Session, run_jobs: RunJobs) -> None:
    with transaction():
        jobs.enqueue(session, tell, word="hello")
    with transaction():
        assert jobs.claim(session) is not None
    until = only(session).lease_until
    assert until is not None
    assert until - now() <= LEASE
    assert run_jobs() == 0, "somebody is at it"

    due(session, lease_until=now() - timedelta(seconds=1))

    assert run_jobs() == 1
    assert done == ["hello"]
    assert only(session).attempts == 2


@pytest.mark.postgres
def test_a_worker_that_lost_its_lease_changes_nothing(session: Session, run_jobs: RunJobs) -> None:
    person = make.user("Sari")
    with transaction():
        jobs.enqueue(session, lose_the_lease, user_id=person.id)

    run_jobs()

    assert person.name == "Sari"
    assert only(session).state == JobState.LEASED


def test_a_promise_with_a_key_is_one_promise_while_it_is_due(session: Session, run_jobs: RunJobs) -> None:
    with transaction():
        jobs.enqueue(session, tell, _key="hello", word="hello")
        jobs.enqueue(session, tell, _key="hello", word="hello")
    assert run_jobs() == 1

    with transaction():
        jobs.enqueue(session, tell, _key="hello", word="hello again")

    assert run_jobs() == 1
    assert done == ["hello", "hello again"]


def test_a_delayed_job_waits(session: Session, run_jobs: RunJobs) -> None:
    with transaction():
        jobs.enqueue(session, tell, _delay=timedelta(minutes=30), word="hello")

    assert run_jobs() == 0
    due(session)
    assert run_jobs() == 1


def test_a_kind_that_is_gone_fails_and_holds_up_nobody(session: Session, run_jobs: RunJobs) -> None:
    with transaction():
        jobs.enqueue(session, tell, word="old")
    with transaction():
        session.execute(sa.update(Job).values(kind="shop.gone.job"))
        jobs.enqueue(session, tell, word="new")

    run_jobs()

    assert done == ["new"]


def test_of_two_workers_one_runs_a_periodic_job(app: Flask, session: Session) -> None:
    before = dict(periodics)
    periodics.clear()
    jobs.periodic(every=60)(take_a_turn)
    try:
        for _worker in range(2):
            contextvars.Context().run(_as_worker, app, jobs.run_periodic)
        assert done == ["turn"]

        with transaction():
            session.execute(sa.update(PeriodicRun).values(next_run_at=now() - timedelta(seconds=1)))
        for _worker in range(2):
            contextvars.Context().run(_as_worker, app, jobs.run_periodic)
    finally:
        periodics.clear()
        periodics.update(before)

    assert done == ["turn", "turn"]


def test_a_periodic_job_that_fails_is_noted_and_comes_again(app: Flask, session: Session) -> None:
    before = dict(periodics)
    periodics.clear()
    jobs.periodic(every=60)(out_of_order)
    try:
        assert contextvars.Context().run(_as_worker, app, jobs.run_periodic) == 1
    finally:
        periodics.clear()
        periodics.update(before)

    row = session.scalars(sa.select(PeriodicRun)).one()
    assert "out of order" in (row.last_error or "")
    assert row.next_run_at > now()


@job(priority=Priority.MONEY)
def take_money(session: Session, word: str) -> None:
    """Do what somebody who has paid waits for."""
    done.append(word)


def test_what_a_payer_waits_for_is_done_before_older_letters(session: Session, run_jobs: RunJobs) -> None:
    with transaction():
        jobs.enqueue(session, tell, word="a letter")
    with transaction():
        jobs.enqueue(session, take_money, word="a payment")

    run_jobs()

    assert done == ["a payment", "a letter"]


@job(own_transactions=True)
def tell_at_the_end(word: str) -> Callable[[Session], None]:
    """Do it in the transaction that marks the job as done."""
    return lambda session: done.append(f"{word} {session.info['writing']}")


def test_a_job_with_transactions_of_its_own_may_leave_something_for_the_last_one(
    session: Session, run_jobs: RunJobs
) -> None:
    with transaction():
        jobs.enqueue(session, tell_at_the_end, word="in a transaction:")

    run_jobs()

    assert done == ["in a transaction: True"]
    assert only(session).state == JobState.DONE


def _as_worker(app: Flask, function: Callable[[], int]) -> int:
    with app.app_context():
        return function()


@pytest.mark.postgres
def test_two_workers_on_postgres_take_different_jobs(app: Flask, session: Session) -> None:
    with transaction():
        jobs.enqueue(session, tell, word="one")
        jobs.enqueue(session, tell, word="two")
    with transaction():
        first = jobs.claim(session)
        assert first is not None

        def other() -> str:
            with app.app_context(), transaction() as theirs:
                second = jobs.claim(theirs)
                return str(second.args["word"]) if second else "nothing"

        assert first.args["word"] == "one"
        assert contextvars.Context().run(other) == "two"


def test_the_worker_stops_when_nothing_is_due(app: Flask, session: Session) -> None:
    with transaction():
        jobs.enqueue(session, tell, word="hello")

    result = app.test_cli_runner().invoke(args=["jobs", "work", "--once"])

    assert result.exit_code == 0, result.output
    assert done == ["hello"]
    assert db.session.scalars(sa.select(Job.state).where(Job.kind.endswith("tell"))).all() == [JobState.DONE]


def test_letters_leave_the_threads_to_money_while_there_is_any(monkeypatch: pytest.MonkeyPatch) -> None:
    load = Load()
    assert load.least() == Priority.USUAL
    with load.one(Priority.USUAL):
        assert load.least() == Priority.USUAL, "nobody waits for money"
        with load.one(Priority.MONEY):
            assert load.least() == Priority.MONEY, "one letter is being written already"
            assert load.least(instead_of=Priority.USUAL) == Priority.MONEY, "not at once after it"
            assert load.least(instead_of=Priority.MONEY) == Priority.USUAL, "nobody waits any more"
    monkeypatch.setattr(urgency, "BREATH", 0)
    with load.one(Priority.MONEY):
        assert load.least() == Priority.USUAL, "no letter is being written, and the last one was a while ago"


def test_a_worker_busy_with_money_takes_only_money(session: Session) -> None:
    with transaction():
        jobs.enqueue(session, tell, word="hello")
    with transaction() as here:
        assert jobs.claim(here, Priority.MONEY) is None
        assert jobs.claim(here) is not None
