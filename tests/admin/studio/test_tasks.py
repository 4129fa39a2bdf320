"""Coaching tasks on the phone: their days on the first page, answers with photographs, and nobody else's eyes."""

from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy.orm import Session

from catalog.curation import assignments, coaching, evidence
from catalog.models import CoachingTask, Listing, TaskState, Workshop
from shop.models import User
from tests import make, make_catalog, make_coaching
from tests.pages import Page


@pytest.fixture
def coached(shop: Workshop) -> Listing:
    """Give a piece that came back with tasks about its workmanship and its packaging."""
    return make_coaching.coached(make_catalog.draft(shop), workmanship=2, packaging=1)


@pytest.fixture
def task(coached: Listing, session: Session) -> CoachingTask:
    """Give the task about the packaging."""
    session.rollback()
    return next(t for t in coaching.of_listing(session, coached.id) if t.criterion == "packaging")


def file(seed: int) -> tuple[BytesIO, str]:
    return BytesIO(make_catalog.photograph(seed)), "IMG_0001.jpg"


def test_tasks_stand_on_the_first_page_with_their_day_and_kind(artisan: Page, coached: Listing) -> None:
    artisan.get("/studio/")
    assert "Klinik kemasan" in artisan.text
    assert "tenggat" in artisan.text
    artisan.get("/en/studio/tasks")
    assert "Packaging clinic" in artisan.text
    assert "with Kurator Bengkulu" in artisan.text


def test_a_task_is_answered_in_words_photographs_and_changes(
    artisan: Page, task: CoachingTask, session: Session
) -> None:
    here = f"/studio/tasks/{task.id}"
    artisan.get(here).post(f"{here}/photos", {"photos": [file(301), file(302)]})
    assert len(artisan.all(".evidence-item")) == 2
    artisan.press("Simpan jawaban", answer="Kotaknya sekarang dua lapis.", fields=["care", "photos"])
    assert "Kotaknya sekarang dua lapis." in artisan.text
    assert "Dijawab bengkel" in artisan.text
    session.rollback()
    kept = session.get_one(CoachingTask, task.id)
    assert kept.state is TaskState.ANSWERED
    assert kept.changed_fields == ["care", "photos"]

    artisan.get(here).submit(artisan.all(".evidence-item form")[0])
    assert len(artisan.all(".evidence-item")) == 1


def test_papers_come_as_photographs_and_an_empty_answer_is_refused(artisan: Page, task: CoachingTask) -> None:
    here = f"/studio/tasks/{task.id}"
    artisan.get(here).post(f"{here}/photos", {"photos": (BytesIO(b"%PDF-1.7 nib"), "nib.pdf")})
    assert artisan.status == 415
    artisan.get(here).press("Simpan jawaban", answer=" ")
    assert artisan.status == 422
    assert "satu atau dua kalimat" in artisan.text


def test_what_the_council_took_as_done_is_not_answered_again(
    artisan: Page, task: CoachingTask, session: Session
) -> None:
    here = f"/studio/tasks/{task.id}"
    artisan.get(here).press("Simpan jawaban", answer="Sudah diganti.")
    make_coaching.accept(task)
    assert artisan.post(here, {"answer": "Masih ada lagi."}).status == 409
    assert artisan.post(f"{here}/photos", {"photos": file(303)}).status == 409
    assert "Dinyatakan selesai" in artisan.get(here).text


def test_another_workshop_finds_neither_task_nor_photograph(
    artisan: Page, neighbour: Page, signed_in: Callable[[User], Page], task: CoachingTask, session: Session
) -> None:
    here = f"/studio/tasks/{task.id}"
    artisan.get(here).post(f"{here}/photos", {"photos": file(304)})
    session.rollback()
    (row,) = evidence.of_tasks(session, [task.id])[task.id]
    assert neighbour.get(here).status == 404
    assert neighbour.post(here, {"answer": "Dari sebelah"}).status == 404
    assert neighbour.post(f"{here}/photos/{row.picture_id}/remove").status == 404
    assert signed_in(make.user("Pembeli")).get(here).status == 403
    assert neighbour.get(f"/studio/photos/{row.picture_id}/320.jpg").status == 404
    assert len(evidence.of_tasks(session, [task.id])[task.id]) == 1


def test_follow_ups_hold_nothing_up(artisan: Page, shop: Workshop, session: Session) -> None:
    piece = make_coaching.passed(make_catalog.draft(shop), packaging=3)
    counts = assignments.counts(session, shop.id)
    assert counts["next"] == 1
    assert counts["open"] == 0
    artisan.get("/studio/tasks?tab=next").get("/studio/")
    assert "gagasan lanjutan" in artisan.text
    assert session.get_one(type(piece), piece.id).live_listing_id
