"""Coaching at the desk: who waits, on whom, who is late; answers checked; plans changed with a reason; what helped."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import pictures
from catalog.curation import coaching, evidence, helped, mentoring
from catalog.models import CoachingTask, ConditionTerm, Council, Listing, Picture, TaskState
from shop.db import db
from shop.models import AuditEntry, Role, User
from tests import make, make_catalog, make_coaching
from tests.pages import Page


@pytest.fixture
def coached(app: Flask) -> Listing:
    """Give a piece of Bengkulu that came back with tasks about workmanship and packaging."""
    return make_coaching.coached(make_catalog.draft(), workmanship=2, packaging=1)


@pytest.fixture
def task(coached: Listing) -> CoachingTask:
    """Give the task about the packaging."""
    return next(t for t in coaching.of_listing(db.session(), coached.id) if t.criterion == "packaging")


def path(task: CoachingTask, part: str = "") -> str:
    return f"/desk/coaching/tasks/{task.id}{part}"


def test_a_task_gets_a_kind_an_owner_and_a_day(task: CoachingTask) -> None:
    assert task.help_kind == "packaging"
    assert task.coach is not None
    assert task.coach.name == "Kurator Bengkulu"
    assert task.due_on == coaching.today() + timedelta(days=45)


def test_answers_are_checked_by_a_coach_once(
    curator: Page, task: CoachingTask, signed_in: Callable[[User], Page], session: Session
) -> None:
    assert curator.get("/desk/coaching").all("tbody tr") == []
    assert len(curator.get("/desk/coaching?tab=open").all("tbody tr")) == 2
    make_coaching.answer(task, "Kotak baru dari karton.")
    assert "Klinik kemasan" in curator.get("/desk/coaching?help=packaging").text

    curator.get(path(task)).press("Minta lagi")
    assert curator.status == 422
    second = signed_in(make_catalog.curator("17", name="Kurator Kedua")).get(path(task))
    curator.get(path(task)).press("Minta lagi", words="Tolong tambahkan label bahan.")
    assert "Diminta lagi" in curator.text
    second.press("Selesai, sudah baik")
    assert second.status == 409

    make_coaching.answer(task, "Labelnya sudah ada.")
    curator.get(path(task)).press("Selesai, sudah baik")
    session.rollback()
    done = session.get_one(CoachingTask, task.id)
    assert done.state is TaskState.DONE
    assert done.checked_by_id is not None
    told = session.query(AuditEntry).filter_by(object_type="coaching_tasks", object_id=str(task.id)).all()
    assert [entry.action for entry in sorted(told, key=lambda one: one.id)] == [
        "task.set", "task.answered", "task.asked_again", "task.answered", "task.accepted",
    ]  # fmt: skip


def test_a_plan_changes_with_a_reason_that_the_workshop_reads(
    curator: Page, task: CoachingTask, session: Session
) -> None:
    day = coaching.today() + timedelta(days=10)
    curator.get(path(task)).press("Simpan rencana", help_kind="labelling", coach="", due_on=day)
    assert curator.status == 422
    assert curator.one("#due_on")["value"] == str(day)
    curator.press("Simpan rencana", reason="Kemasannya cukup, labelnya yang kurang.")
    assert "oleh bengkel sendiri" in curator.text
    assert "Kemasannya cukup" in curator.text
    far = coaching.today() + timedelta(days=900)
    curator.get(path(task)).press("Simpan rencana", due_on=far, reason="Nanti.")
    assert curator.status == 422


def test_a_condition_is_met_where_its_verdict_stands_and_its_term_follows_the_plan(
    curator: Page, app: Flask, session: Session
) -> None:
    task = make_coaching.conditional(make_catalog.draft())
    make_coaching.answer(task)
    seen = {"seen": mentoring.mark(session.get_one(CoachingTask, task.id)), "do": "accept"}
    assert curator.get(path(task)).post(path(task, "/check"), seen).status == 409
    day = coaching.today() + timedelta(days=40)
    curator.get(path(task)).press("Simpan rencana", due_on=day, reason="Kantor izin tutup.")
    session.rollback()
    assert session.query(ConditionTerm).filter_by(task_id=task.id).one().due_on == day


def test_a_clinic_takes_tasks_notes_who_came_and_lets_go_when_called_off(
    curator: Page, task: CoachingTask, session: Session
) -> None:
    day = coaching.today() + timedelta(days=7)
    fields = {"name": "Klinik kemasan Panorama", "held_on": day, "place": "Gedung Dekranasda"}
    curator.get("/desk/clinics/new").press("Simpan klinik", help_kind="packaging", **fields)
    clinic = curator.path
    curator.get(path(task)).press("Simpan rencana", clinic=clinic.rpartition("/")[2])
    assert "Klinik kemasan Panorama" in curator.text
    name = curator.get(clinic).one("select[name^=came-]")["name"]
    curator.press("Catat kehadiran", **{str(name): "yes"})
    assert curator.one(f"select[name={name}] option[selected]")["value"] == "yes"
    curator.press("Ya, batalkan")
    session.rollback()
    assert session.get_one(CoachingTask, task.id).clinic_id is None


def test_what_helped_compares_the_marks_before_and_after(curator: Page, coached: Listing) -> None:
    for one in coaching.unsettled(db.session(), coached.id):
        make_coaching.answer(one)
    make_catalog.approved(make_catalog.submitted(coached))
    bengkulu = db.session.query(Council).filter_by(code="17").one()
    by_kind = {row.kind.id: row for row in helped.figures(db.session(), [bengkulu.id])}
    assert by_kind["packaging"].passed == 1
    assert by_kind["packaging"].better == 1
    assert (by_kind["packaging"].before, by_kind["packaging"].after) == (Fraction(1), Fraction(4))
    assert "1 → 4" in curator.get("/desk/coaching/helped").text
    assert "Klinik kemasan,1,1" in curator.get("/desk/coaching/helped.csv").html


def test_another_council_and_the_own_workshop_change_nothing(
    curator: Page, task: CoachingTask, signed_in: Callable[[User], Page]
) -> None:
    make_coaching.answer(task)
    stranger = signed_in(make_catalog.curator("16", name="Kurator Sumsel"))
    owner = db.session.get_one(User, make_coaching.owner_of(task).id)
    make_coaching.grant(owner, Role.CURATOR, "17")
    own = signed_in(owner)
    for part, form in (("/check", {"do": "accept"}), ("/plan", {"due_on": "2027-01-01"}), ("/drop", {})):
        seen = {"seen": mentoring.mark(db.session.get_one(CoachingTask, task.id)), "help_kind": "other"}
        assert stranger.post(path(task, part), form | seen).status == 404
        assert own.post(path(task, part), form | seen).status == 403
    assert stranger.get(path(task)).status == 404
    assert own.get(path(task)).status == 200
    assert "bengkel Anda sendiri" in own.text


def test_evidence_is_for_the_workshop_and_its_council_at_every_size_and_address(
    app: Flask, curator: Page, page: Page, task: CoachingTask, signed_in: Callable[[User], Page]
) -> None:
    artisan = signed_in(make_coaching.owner_of(task))
    photo = BytesIO(make_catalog.photograph(401)), "nib.jpg"
    artisan.get(f"/studio/tasks/{task.id}").post(f"/studio/tasks/{task.id}/photos", {"photos": photo})
    db.session.rollback()
    (row,) = evidence.of_tasks(db.session(), [task.id])[task.id]
    make_coaching.sizes(row.picture_id)
    picture = db.session.get_one(Picture, row.picture_id)
    names = pictures.file_names(picture)
    shown = [f"/desk/coaching/tasks/{task.id}/pictures/{picture.id}/{name}" for name in names]
    mine = [f"/studio/photos/{picture.id}/{name}" for name in names]
    guessed = [
        f"/media/{prefix}/{name}"
        for prefix in (picture.private_key, pictures.public_prefix(picture.digest or ""))
        for name in (*names, "master.jpg", "master.png")
    ]
    assert [curator.get(one, fragment=True).status for one in shown] == [200] * len(shown)
    assert [artisan.get(one, fragment=True).status for one in mine] == [200] * len(mine)

    strangers = [
        page,
        signed_in(make.user("Pembeli")),
        signed_in(make_catalog.member(make_catalog.workshop(name="Sanggar Sebelah"))),
        signed_in(make_catalog.curator("16", name="Kurator Sumsel")),
    ]
    for visitor in strangers:
        for address in (*shown, *mine, *guessed):
            assert visitor.get(address, follow=False).status in {302, 403, 404}, address
    for visitor in (curator, artisan):
        assert {visitor.get(one, follow=False).status for one in guessed} == {404}
