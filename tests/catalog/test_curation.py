"""Curation: who judges, by which bars, what follows, and how coaching ends in a pass."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from catalog import artisans, listings, photos, products
from catalog.curation import answers, coaching, decisions, queue, rubric, scoring, submissions
from catalog.curation.coaching import TaskText
from catalog.models import (
    CoachingTask,
    Decision,
    Listing,
    ListingState,
    Outcome,
    Product,
    Submission,
    SubmissionState,
    TaskKind,
    TaskState,
    Workshop,
)
from shop import accounts
from shop.db import db, transaction
from shop.models import AuditEntry, Mail, Role, User
from tests import make_catalog as make
from tests.make import ACTOR
from tests.pages import Page

Case = tuple[Submission, User]


def marks(**others: int) -> dict[str, int]:
    """Give a 4 for every criterion, except as said."""
    return make.MARKS | others


# --- the rubric ---------------------------------------------------------------------------------------


def test_the_rubric_has_nine_criteria_that_weigh_a_hundred_and_five_gates() -> None:
    current = rubric.shipped()
    assert len(current.criteria) == 9
    assert sum(criterion.weight for criterion in current.criteria) == 100
    assert len(current.gates) == 5
    assert all(set(c.anchors("id")) == set(c.anchors("en")) == {1, 2, 3, 4, 5} for c in current.criteria)


@pytest.mark.parametrize(
    ("scores", "gates", "outcome"),
    [
        ({}, {}, Outcome.PASS),
        ({"packaging": 2}, {}, Outcome.PASS),
        ({"workmanship": 2, "price": 5}, {}, Outcome.COACHING),
        (dict.fromkeys(make.MARKS, 3), {}, Outcome.CONDITIONS),
        (dict.fromkeys(make.MARKS, 3) | {"packaging": 2}, {}, Outcome.COACHING),
        ({}, {"identity": False}, Outcome.CONDITIONS),
        ({}, {"identity": False, "listing_match": False}, Outcome.COACHING),
        ({}, {"no_copy": False}, Outcome.DECLINED),
        (dict.fromkeys(make.MARKS, 5), {"maker_made": False}, Outcome.DECLINED),
        (dict.fromkeys(make.MARKS, 2), {"legal_material": False}, Outcome.DECLINED),
    ],
)
def test_marks_lead_to_an_outcome(scores: dict[str, int], gates: dict[str, bool], outcome: Outcome) -> None:
    assert rubric.shipped().propose(marks(**scores), make.GATES | gates) is outcome


def test_nobody_is_declined_except_for_a_broken_gate() -> None:
    worst = dict.fromkeys(make.MARKS, 1)
    assert rubric.shipped().allowed(worst, make.GATES) == {Outcome.COACHING}
    assert Outcome.DECLINED in rubric.shipped().allowed(worst, make.GATES | {"no_copy": False})
    assert Outcome.PASS not in rubric.shipped().allowed(make.MARKS, make.GATES | {"no_copy": False})


def send(listing: Listing, owner: User, *, declared: bool = True) -> None:
    """Try to send a draft to its council."""
    with transaction() as session:
        listing = session.get_one(Listing, listing.id)
        submissions.submit(session, ACTOR, session.get_one(User, owner.id), listing, declared=declared)


# --- submitting ----------------------------------------------------------------------------------------


def test_an_incomplete_listing_is_not_sent_and_says_what_is_missing(app: Flask) -> None:
    listing = make.draft(photo_count=2, story="Kain.", care="")
    owner = make.member(make.workshop())
    with pytest.raises(submissions.Undeclared):
        send(listing, owner, declared=False)
    with pytest.raises(submissions.Incomplete) as refusal:
        send(listing, owner)
    assert db.session.get_one(Listing, listing.id).state is ListingState.DRAFT
    assert {field for field, _words in refusal.value.missing} == {"story", "care", "photos"}


def test_a_sent_listing_cannot_be_edited_until_it_is_taken_back(app: Flask) -> None:
    submission = make.submitted()
    with transaction() as session:
        listing = session.get_one(Listing, submission.listing_id)
        with pytest.raises(listings.NotEditable):
            listings.update(session, listing, {"title": "Lain"})
        submissions.withdraw(session, ACTOR, listing)
        listings.update(session, listing, {"title": "Lain"})
    assert db.session.get_one(Submission, submission.id).state is SubmissionState.WITHDRAWN


def test_of_two_windows_the_second_does_not_overwrite_the_first(app: Flask) -> None:
    listing = make.draft()
    with transaction() as session:
        listing = session.get_one(Listing, listing.id)
        seen = listing.edits
        listings.update(session, listing, {"title": "Dari telepon"}, seen=seen)
        with pytest.raises(listings.SavedElsewhere):
            listings.update(session, listing, {"title": "Dari laptop"}, seen=seen)
    assert db.session.get_one(Listing, listing.id).title == "Dari telepon"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 121),
        ("title", "a\x00b"),
        ("technique", "mesin"),
        ("craft_id", 999_999),
        ("regency_code", "99.99"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(app: Flask, field: str, value: object) -> None:
    listing = make.draft(photo_count=0)
    with transaction() as session, pytest.raises(listings.FieldRefused) as refusal:
        listings.update(session, session.get_one(Listing, listing.id), {field: value})
    assert refusal.value.field == field


# --- who judges ----------------------------------------------------------------------------------------


def test_nobody_judges_their_own_workshop(app: Flask) -> None:
    shop = make.workshop()
    owner = make.member(shop)
    with transaction() as session:
        accounts.grant(session, ACTOR, session.get_one(User, owner.id), Role.CURATOR, "17")
    submission = make.submitted(make.draft(shop))
    with pytest.raises(submissions.OwnWorkshop):
        make.mark(submission, owner)
    with transaction() as session:
        with pytest.raises(submissions.OwnWorkshop):
            decisions.approve(
                session, ACTOR, session.get_one(User, owner.id), submission.id, seen_edits=0, reason="Bagus"
            )
        assert queue.of_person(session, session.get_one(User, owner.id)) == []


@pytest.mark.parametrize(("council", "sees"), [("17", True), ("nasional", True), ("18", False), ("1", False)])
def test_a_council_sees_what_belongs_to_its_region(app: Flask, council: str, sees: bool) -> None:
    submission = make.submitted()
    judge = make.curator(council)
    assert bool(queue.of_person(db.session(), judge)) is sees
    if not sees:
        with pytest.raises(submissions.NoSuchSubmission):
            submissions.for_staff(db.session(), judge, submission.id)
        with pytest.raises(submissions.NoSuchSubmission):
            make.mark(submission, judge)


# --- deciding ------------------------------------------------------------------------------------------


def decide(verb: str, submission: Submission, judge: User, **details: Any) -> Decision:
    """Let a curator decide what was seen when the page was opened."""
    with transaction() as session:
        given = {"seen_edits": submission.listing_edits, "reason": "Sudah kami lihat bersama."} | details
        verdict: Decision = getattr(decisions, verb)(
            session, ACTOR, session.get_one(User, judge.id), submission.id, **given
        )
        return verdict


def state_of(submission: Submission) -> ListingState:
    """Give the state of a submission's listing as stored."""
    db.session.rollback()
    return db.session.scalars(sa.select(Listing.state).where(Listing.id == submission.listing_id)).one()


@pytest.fixture
def case(app: Flask) -> Case:
    """Give a submission and a curator who has marked it well."""
    submission, judge = make.submitted(), make.curator()
    make.mark(submission, judge)
    photos.make_public(submission.listing_id)
    return db.session.merge(submission), judge


def test_a_decision_needs_marks_and_a_reason(app: Flask) -> None:
    submission, judge = make.submitted(), make.curator()
    with pytest.raises(decisions.NotScored):
        decide("send_to_coaching", submission, judge)
    make.mark(submission, judge)
    with pytest.raises(decisions.ReasonMissing):
        decide("send_to_coaching", submission, judge, reason="   ")


def test_marks_off_the_scale_are_refused(app: Flask) -> None:
    submission, judge = make.submitted(), make.curator()
    for wrong in ({"design": 6}, {"design": 0}, {"beauty": 3}):
        with transaction() as session:
            person = session.get_one(User, judge.id)
            with pytest.raises(scoring.MarkRefused):
                scoring.save(session, ACTOR, person, submission.id, scores=wrong, gates={})


def test_a_listing_that_changed_since_it_was_opened_is_not_approved(case: Case) -> None:
    submission, judge = case
    with pytest.raises(decisions.StaleSubmission):
        decide("approve", submission, judge, seen_edits=submission.listing_edits - 1)
    # taken back and sent again with other words, while the curator's page is open
    with transaction() as session:
        listing = session.get_one(Listing, submission.listing_id)
        submissions.withdraw(session, ACTOR, listing)
        listings.update(session, listing, {"title": "Barang pabrik"})
        owner = artisans.members(session, session.get_one(Product, listing.product_id).workshop_id)[0]
        submissions.submit(session, ACTOR, owner, listing, declared=True)
    with pytest.raises(decisions.StaleSubmission):
        decide("approve", submission, judge)
    assert state_of(submission) is ListingState.SUBMITTED
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 0


def test_one_submission_is_decided_once(case: Case) -> None:
    submission, judge = case
    decide("approve", submission, judge)
    with pytest.raises(decisions.StaleSubmission):
        decide("send_to_coaching", submission, judge)
    assert state_of(submission) is ListingState.LIVE


def test_a_verdict_is_told_and_written_down(case: Case, run_jobs: Callable[[], int]) -> None:
    submission, judge = case
    decide("approve", submission, judge)
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert {
        "listing.submitted",
        "submission.scored",
        "submission.handed_in",
        "listing.approved",
        "listing.published",
    } <= set(actions)
    letter = db.session.scalars(sa.select(Mail).where(Mail.template == "verdict")).one()
    run_jobs()
    db.session.refresh(letter)
    assert letter.subject == "“Selendang besurek rafflesia” lolos kurasi dan sudah dijual"
    assert "Sudah kami lihat bersama." in (letter.text or "")
    history = answers.history(db.session(), db.session.get_one(Listing, submission.listing_id).product_id)
    assert [decision.outcome for decision in history] == [Outcome.PASS]


def test_declining_needs_a_broken_gate_and_closes_the_listing(case: Case) -> None:
    submission, judge = case
    with pytest.raises(decisions.OutcomeRefused):
        decide("decline", submission, judge)
    submission, judge = make.submitted(), make.curator()
    make.mark(submission, judge, gates={"no_copy": False})
    assert decide("decline", submission, judge).gate == "no_copy"
    assert state_of(submission) is ListingState.DECLINED


def test_coaching_sets_a_task_for_each_criterion_under_the_bar_and_ends_in_a_pass(app: Flask) -> None:
    # given marks with two criteria under the bar
    submission, judge = make.submitted(), make.curator()
    make.mark(submission, judge, packaging=2, workmanship=2)
    with pytest.raises(decisions.OutcomeRefused):
        decide("approve", submission, judge)
    own = TaskText("packaging", "Pakai kotak, bukan kantong.", date(2027, 1, 15))
    decide("send_to_coaching", submission, judge, tasks=[own])
    tasks = coaching.unsettled(db.session(), submission.listing_id)
    assert {task.criterion: task.text for task in tasks} == {
        "packaging": "Pakai kotak, bukan kantong.",
        "workmanship": "Layak jual; cacat kecil; penyelesaian belum merata.",
    }
    # when the artisan improves the listing, it cannot be sent before every task has an answer
    with transaction() as session:
        listing = session.get_one(Listing, submission.listing_id)
        listings.update(session, listing, {"variation": "Warna dapat berbeda sedikit."})
    with pytest.raises(coaching.StillOpen):
        send(listing, db.session.get_one(User, submission.submitted_by_id))
    done = {task.id: "Sudah diganti dan dijahit ulang." for task in tasks}
    again = make.submitted(db.session.get_one(Listing, submission.listing_id), answers=done)
    # then the curator sees what changed, and which task it answers
    assert again.number == 2
    again = submissions.for_staff(db.session(), judge, again.id)
    found = submissions.difference(submissions.before(db.session(), again), again, "id")
    assert found is not None
    assert [change.field for change in found.fields] == ["variation"]
    assert found.photos == []
    asked = coaching.of_listing(db.session(), submission.listing_id)
    assert {task.state for task in asked} == {TaskState.ANSWERED}
    # and when it passes, the tasks are done and the piece is on sale
    product = make.approved(again, judge)
    assert products.cards(db.session(), [product.id], "id")
    assert set(db.session.scalars(sa.select(CoachingTask.state))) == {TaskState.DONE}
    outcomes = [decision.outcome for decision in answers.history(db.session(), product.id)]
    assert outcomes == [Outcome.PASS, Outcome.COACHING]


def test_a_pass_with_conditions_goes_live_when_they_are_met(case: Case) -> None:
    submission, judge = case
    condition = TaskText("identity", "NIB diunggah", date(2027, 2, 1))
    with pytest.raises(decisions.ConditionsMissing):
        decide("pass_with_conditions", submission, judge, conditions=[])
    decide("pass_with_conditions", submission, judge, conditions=[condition])
    assert state_of(submission) is ListingState.CONDITIONAL
    product_id = db.session.get_one(Listing, submission.listing_id).product_id
    assert products.cards(db.session(), [product_id], "id") == []
    (task,) = coaching.unsettled(db.session(), submission.listing_id)
    assert (task.kind, task.due_on) == (TaskKind.CONDITION, date(2027, 2, 1))
    assert [row.kind for row in queue.of_person(db.session(), judge)] == [queue.Kind.CONDITIONS]
    with transaction() as session:
        person = session.get_one(User, judge.id)
        decisions.confirm_conditions(
            session, ACTOR, person, submission.id, seen_edits=submission.listing_edits
        )
    assert state_of(submission) is ListingState.LIVE
    assert products.cards(db.session(), [product_id], "id")
    with transaction() as session:
        person = session.get_one(User, judge.id)
        with pytest.raises(decisions.StaleSubmission):
            decisions.confirm_conditions(session, ACTOR, person, submission.id, seen_edits=0)


def test_marks_stay_with_the_council(case: Case, page: Page) -> None:
    submission, judge = case
    decide("approve", submission, judge)
    product = db.session.get_one(Product, db.session.get_one(Listing, submission.listing_id).product_id)
    page.get(f"/products/{product.slug}")
    assert "Sudah kami lihat bersama" not in page.html
    assert "Keaslian dan identitas daerah" in page.text
    assert rubric.shipped().criteria[0].anchors("id")[4] not in page.html


@pytest.mark.postgres
def test_of_two_curators_at_once_one_decides(app: Flask) -> None:
    submission = make.submitted()
    judges = [make.curator(), make.curator("nasional", "Kurator nasional")]
    for judge in judges:
        make.hand_in(submission, judge)
    photos.make_public(submission.listing_id)
    ids, seen = [judge.id for judge in judges], submission.listing_edits
    submission_id = submission.id
    db.session.rollback()

    def attempt(turn: int) -> bool:
        verb = (decisions.approve, decisions.send_to_coaching)[turn % 2]
        try:
            with app.app_context(), transaction() as session:
                person = session.get_one(User, ids[turn % 2])
                verb(session, ACTOR, person, submission_id, seen_edits=seen, reason="Sudah dilihat.")
        except decisions.StaleSubmission:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 1


def test_workshops_are_judged_by_the_council_of_their_province(app: Flask) -> None:
    shop = make.workshop(regency="16.03", craft_slug="songket-aceh")
    assert db.session.get_one(Workshop, shop.id).council_id == make.workshop(regency="16.71").council_id
    with pytest.raises(artisans.ProfileRefused):
        make.workshop(regency="99.99")
