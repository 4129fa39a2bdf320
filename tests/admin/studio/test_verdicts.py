"""Verdicts in words: coaching answered task by task and sent again, conditions met, history kept."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.curation import coaching, decisions
from catalog.curation.coaching import TaskText
from catalog.models import Decision, Listing, Submission, TaskState, Workshop
from shop.db import now, transaction
from shop.models import AuditEntry, User
from tests import make_catalog
from tests.make import ACTOR
from tests.pages import Page


@pytest.fixture
def draft(shop: Workshop) -> Listing:
    """Give a complete draft of the workshop."""
    return make_catalog.draft(shop)


@pytest.fixture
def coached(draft: Listing) -> Listing:
    """Give a piece that came back with two tasks."""
    submission = make_catalog.submitted(draft)
    judge = make_catalog.curator()
    make_catalog.mark(submission, judge, workmanship=2, packaging=1)
    submission_id, seen = submission.id, submission.listing_edits
    with transaction() as session:
        decisions.send_to_coaching(
            session, ACTOR, session.get_one(User, judge.id), submission_id, seen_edits=seen,
            reason="Dasarnya kuat.\nTepinya belum.",
            tasks=[TaskText("workmanship", "Rapikan tepi kain.", date(2027, 1, 31))],
        )  # fmt: skip
    return draft


def verdict(listing: Listing) -> str:
    return f"/studio/listings/{listing.product_id}/verdict"


def answers(page: Page) -> list[str]:
    return [str(field["name"]) for field in page.all("textarea[name^=answer-]")]


def test_the_verdict_says_each_mark_in_the_words_of_its_anchor(artisan: Page, coached: Listing) -> None:
    artisan.get(verdict(coached))

    for words in (
        "Belum: ada tugas yang perlu dikerjakan.",
        "Tepinya belum.",
        "Cacat terlihat tanpa dicari",
        "Rapikan tepi kain.",
        "sampai 31 Januari 2027",
    ):
        assert words in artisan.text
    assert len(artisan.all(".criteria-list li h3")) == 9
    assert len(answers(artisan)) == 2
    assert "2 tugas menunggu" in artisan.get("/studio/").text
    assert "Workmanship" not in artisan.get("/en" + verdict(coached)).text
    assert "Defects seen without looking" in artisan.text


def test_a_declined_piece_is_told_on_the_first_page_for_a_month(artisan: Page, draft: Listing) -> None:
    submission, judge = make_catalog.submitted(draft), make_catalog.curator()
    make_catalog.mark(submission, judge, gates={"no_copy": False})
    submission_id, seen = submission.id, submission.listing_edits
    with transaction() as session:
        decisions.decline(
            session, ACTOR, session.get_one(User, judge.id), submission_id, seen_edits=seen,
            reason="Motif ini milik sanggar lain.",
        )  # fmt: skip
    artisan.get("/studio/")
    assert "Ditolak" in artisan.text

    artisan.follow(draft.title)
    assert "Motif ini milik sanggar lain." in artisan.text

    with transaction() as session:
        session.execute(sa.update(Decision).values(decided_at=now() - timedelta(days=31)))
    assert "Ditolak" not in artisan.get("/studio/").text


def test_tasks_are_answered_one_by_one_and_the_piece_is_sent_again(
    artisan: Page, coached: Listing, session: Session
) -> None:
    first, second = answers(artisan.get(verdict(coached)))
    check = f"/studio/listings/{coached.product_id}/check"

    artisan.press("Simpan jawaban dan sunting halaman", **{first: "Tepinya sudah saya lipat dan jahit."})
    assert artisan.title == "Tulisan"
    artisan.press("Simpan", motif="Rafflesia")
    artisan.get(check).press("Kirim ke dewan", declared="y")
    assert artisan.status == 409
    assert "1 tugas menunggu" in artisan.text

    artisan.get(verdict(coached))
    assert artisan.one(f"textarea[name={first}]").get_text().strip() == "Tepinya sudah saya lipat dan jahit."
    artisan.press("Simpan jawaban dan periksa semuanya", **{second: "Kotaknya sekarang kertas daur ulang."})
    artisan.press("Kirim ke dewan", declared="y")

    assert "Di dewan" in artisan.text
    session.rollback()
    assert {task.state for task in coaching.of_listing(session, coached.id)} == {TaskState.ANSWERED}
    assert session.query(AuditEntry).filter_by(action="task.answered").count() == 2
    assert session.query(Submission).filter_by(listing_id=coached.id).count() == 2
    assert "Dasarnya kuat." in artisan.get(verdict(coached)).text
    assert not answers(artisan)


def test_an_answer_that_cannot_be_kept_stays_in_its_field(artisan: Page, coached: Listing) -> None:
    first, second = answers(artisan.get(verdict(coached)))

    artisan.press("Simpan jawaban dan sunting halaman", **{first: "ya", second: "Sudah diganti."})

    assert artisan.status == 422
    assert artisan.one(f"textarea[name={second}]").get_text().strip() == "Sudah diganti."


def test_tasks_of_others_cannot_be_answered(artisan: Page, neighbour: Page, coached: Listing) -> None:
    field = answers(artisan.get(verdict(coached)))[0]

    assert neighbour.get(verdict(coached)).status == 404
    assert neighbour.post(f"{verdict(coached)}/answers", {field: "Dari sebelah"}).status == 404
    assert artisan.post(f"{verdict(coached)}/answers", {"answer-999999": "Tidak ada"}).status == 404


def test_conditions_are_answered_and_the_page_can_be_reopened_for_them(
    artisan: Page, draft: Listing, session: Session
) -> None:
    submission = make_catalog.submitted(draft)
    judge = make_catalog.curator()
    make_catalog.mark(submission, judge, gates={"identity": False})
    submission_id, seen = submission.id, submission.listing_edits
    with transaction() as writing:
        decisions.pass_with_conditions(
            writing, ACTOR, writing.get_one(User, judge.id), submission_id, seen_edits=seen,
            reason="Bagus.", conditions=[TaskText("identity", "Urus NIB.", date(2027, 3, 1))],
        )  # fmt: skip

    field = answers(artisan.get(verdict(draft)))[0]
    artisan.press("Simpan jawaban", **{field: "NIB sudah terbit minggu lalu."})
    assert "Lolos bersyarat" in artisan.text
    session.rollback()
    assert coaching.of_listing(session, draft.id)[0].answer == "NIB sudah terbit minggu lalu."

    artisan.get(f"/studio/listings/{draft.product_id}").press("Sunting untuk memenuhi syarat")
    assert artisan.title == "Tulisan"


def test_a_submission_can_be_taken_back_before_the_answer_only(
    artisan: Page, draft: Listing, signed_in: Callable[[User], Page], shop: Workshop
) -> None:
    make_catalog.submitted(draft)
    here = f"/studio/listings/{draft.product_id}"
    second = signed_in(make_catalog.member(shop)).get(here)

    artisan.get(here).press("Ambil kembali")
    assert artisan.title == "Tulisan"
    second.press("Ambil kembali")
    assert second.status == 409


def test_earlier_answers_stay_readable(artisan: Page, coached: Listing) -> None:
    for field in answers(artisan.get(verdict(coached))):
        artisan.press("Simpan jawaban dan sunting halaman", **{field: "Sudah diperbaiki."})
        artisan.get(verdict(coached))
    make_catalog.approved(make_catalog.submitted(coached))

    artisan.get(verdict(coached))

    assert "Lolos kurasi." in artisan.text
    assert "Tepinya belum." in artisan.one(".timeline").get_text()


def test_before_the_first_answer_the_page_says_what_will_stand_there(artisan: Page, draft: Listing) -> None:
    assert "Belum ada jawaban" in artisan.get(verdict(draft)).text
    make_catalog.submitted(draft)
    assert "belum dijawab" in artisan.get(verdict(draft)).text
