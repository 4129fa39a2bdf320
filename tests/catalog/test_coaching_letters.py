"""Letters about tasks: before the day and after it, once each, in the reader's language; plans and follow-ups."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from catalog import listings
from catalog.curation import coaching, followups, resubmissions, submissions, task_letters
from catalog.models import CoachingTask, Listing, Submission, TaskKind, TaskState
from shop.db import db, transaction
from shop.models import Mail, User
from tests import make, make_catalog, make_coaching
from tests.make import ACTOR


@pytest.fixture
def task(app: Flask) -> CoachingTask:
    """Give a task of a workshop whose member reads English."""
    owner = make.user("Perajin", locale="en")
    listing = make_coaching.coached(make_catalog.draft(make_catalog.workshop(owner)), packaging=1, design=2)
    return next(t for t in coaching.of_listing(db.session(), listing.id) if t.criterion == "packaging")


def due(task: CoachingTask, day: date) -> None:
    with transaction() as session:
        session.execute(sa.update(CoachingTask).where(CoachingTask.id == task.id).values(due_on=day))


def letters() -> list[tuple[str, str]]:
    db.session.rollback()
    query = sa.select(Mail).where(Mail.template == "task").order_by(Mail.id)
    return [(str(letter.context["what"]), letter.locale) for letter in db.session.scalars(query)]


def test_a_task_is_reminded_of_once_before_and_once_after_its_day(task: CoachingTask) -> None:
    task_letters.remind()
    assert letters() == []
    due(task, coaching.today() + timedelta(days=2))
    for _ in range(2):
        task_letters.remind()
    assert letters() == [("soon", "en")]
    due(task, coaching.today() - timedelta(days=1))
    for _ in range(2):
        task_letters.remind()
    assert letters() == [("soon", "en"), ("late", "en"), ("coach", "id")]
    due(task, coaching.today() + timedelta(days=1))
    task_letters.remind()
    assert letters()[3:] == [("soon", "en")], "another day is reminded of anew"


def test_what_is_answered_or_with_the_council_is_not_reminded_of(task: CoachingTask) -> None:
    due(task, coaching.today() - timedelta(days=1))
    make_coaching.answer(task)
    task_letters.remind()
    assert letters() == []


def test_the_letter_says_it_in_the_readers_language(task: CoachingTask, run_jobs: object) -> None:
    due(task, coaching.today() - timedelta(days=1))
    task_letters.remind()
    assert callable(run_jobs)
    run_jobs()
    db.session.rollback()
    first = db.session.scalars(sa.select(Mail).where(Mail.template == "task").order_by(Mail.id)).first()
    assert first is not None
    assert "still waits for your answer" in (first.text or "")
    assert f"/en/studio/tasks/{task.id}" in (first.text or "")


def test_every_change_stands_under_the_task_that_it_answers(task: CoachingTask) -> None:
    listing_id = task.listing_id
    with transaction() as session:
        listing = session.get_one(Listing, listing_id)
        listings.update(session, listing, {"care": "Simpan kering.", "motif": "Kopi"})
    make_catalog.add_photo(listing_id, alt="Kotak dua lapis")
    for one in coaching.unsettled(db.session(), listing_id):
        make_coaching.answer(one, changed=["care", "photos"] if one.criterion == "packaging" else None)
    again = make_catalog.submitted(db.session.get_one(Listing, listing_id))
    again = db.session.get_one(Submission, again.id)
    db.session.refresh(again, ["listing"])
    before = submissions.before(db.session(), again)
    found = resubmissions.of(
        db.session(),
        again,
        submissions.difference(submissions.before(db.session(), again), again, "id"),
        before,
    )
    by_criterion = {answer.task.criterion: answer for answer in found.tasks}
    assert [change.field for change in by_criterion["packaging"].changes] == ["care"]
    assert by_criterion["packaging"].chosen
    photographs = by_criterion["packaging"].photos
    assert photographs is not None
    assert (len(photographs.old), len(photographs.new)) == (3, 4)
    assert [change.field for change in by_criterion["design"].changes] == ["motif"]
    assert not found.others


def test_follow_ups_come_from_marks_under_four_and_go_on_after_verdicts(app: Flask) -> None:
    product = make_coaching.passed(make_catalog.draft(), packaging=3)
    (row,) = db.session.scalars(sa.select(CoachingTask).where(CoachingTask.kind == TaskKind.FOLLOW_UP))
    assert row.criterion == "packaging"
    assert "Label lengkap" in row.text
    judge = make_catalog.curator()
    with transaction() as session:
        person = session.get_one(User, judge.id)
        followups.add(session, ACTOR, person, row.submission_id, "marketing", "Foto dipakai orang.")
        followups.drop(session, ACTOR, person, row.id, "Sudah beres di kunjungan.")
    db.session.rollback()
    assert db.session.get_one(CoachingTask, row.id).state is TaskState.DONE
    assert coaching.unsettled(db.session(), product.live_listing_id or 0) == []
