"""After the verdict: one appeal, to another panel; conditions with a day, a checker, and what follows when missed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from catalog import listings, photos
from catalog.curation import answers, appeals, coaching, conditions, decisions, interests, submissions
from catalog.curation.conditions import Condition
from catalog.models import (
    Appeal,
    ConditionTerm,
    Decision,
    IfMissed,
    Listing,
    ListingState,
    Outcome,
    Submission,
)
from shop.db import db, transaction
from shop.models import AuditEntry, Mail, Role, User
from tests import make as people
from tests import make_catalog as make
from tests.make import ACTOR


def decide(verb: str, submission: Submission, judge: User, **details: Any) -> Decision:
    with transaction() as session:
        given = {"seen_edits": submission.listing_edits, "reason": "Belum."} | details
        verdict: Decision = getattr(decisions, verb)(
            session, ACTOR, session.get_one(User, judge.id), submission.id, **given
        )
        return verdict


def state_of(submission: Submission) -> ListingState:
    db.session.rollback()
    return db.session.scalars(sa.select(Listing.state).where(Listing.id == submission.listing_id)).one()


@pytest.fixture
def judge(app: Flask) -> User:
    """Give a curator of Bengkulu."""
    return make.curator()


def coached(judge: User) -> tuple[Submission, Decision]:
    """Give a piece that two judges sent to coaching."""
    submission = make.submitted()
    make.mark(submission, judge, design=2)
    return submission, decide("send_to_coaching", submission, judge)


def lodge(submission: Submission, decision: Decision, words: str = "Motifnya dari nenek kami.") -> Submission:
    with transaction() as session:
        listing = session.get_one(Listing, submission.listing_id)
        person = session.get_one(User, submission.submitted_by_id)
        appeal = appeals.lodge(session, ACTOR, person, listing, decision.id, words)
        return session.get_one(Submission, appeal.submission_id)


# --- appeals -----------------------------------------------------------------------------------------------


def test_an_appeal_is_judged_by_another_panel_and_its_answer_is_the_last(judge: User) -> None:
    first, verdict = coached(judge)
    again = lodge(first, verdict)

    assert state_of(first) is ListingState.SUBMITTED
    assert again.snapshot == first.snapshot
    assert again.rubric_id == first.rubric_id
    for judged in (judge, db.session.scalars(sa.select(User).where(User.name == "Juri kedua")).one()):
        with pytest.raises(interests.FirstPanel):
            make.hand_in(again, judged)
    product = make.approved(again)
    outcomes = [one.outcome for one in answers.history(db.session(), product.id)]
    assert outcomes == [Outcome.PASS, Outcome.COACHING]
    with pytest.raises((appeals.NotPossible, appeals.AlreadyAppealed)):
        lodge(first, verdict)


def test_the_answer_to_an_appeal_cannot_be_appealed(judge: User) -> None:
    first, verdict = coached(judge)
    again = lodge(first, verdict)
    other = make.curator(name="Kurator lain")
    make.mark(again, other, design=2)
    second = decide("send_to_coaching", again, other)
    with pytest.raises(appeals.NotPossible):
        lodge(again, second)


def test_an_appeal_comes_in_time_with_words_and_before_the_piece_is_changed(judge: User) -> None:
    first, verdict = coached(judge)
    with pytest.raises(appeals.WordsMissing):
        lodge(first, verdict, "  ")
    with transaction() as session:
        session.get_one(Decision, verdict.id).decided_at -= timedelta(days=15)
    with pytest.raises(appeals.TooLate):
        lodge(first, verdict)
    with transaction() as session:
        session.get_one(Decision, verdict.id).decided_at += timedelta(days=15)
        listings.update(session, session.get_one(Listing, first.listing_id), {"title": "Judul lain"})
    with pytest.raises(appeals.NotPossible):
        lodge(first, verdict)
    assert db.session.scalar(sa.select(sa.func.count(Appeal.id))) == 0


def test_an_appeal_taken_back_leaves_the_first_verdict_as_it_was(judge: User) -> None:
    first = make.submitted()
    make.mark(first, judge, gates={"no_copy": False})
    verdict = decide("decline", first, judge)
    lodge(first, verdict)
    with transaction() as session:
        submissions.withdraw(session, ACTOR, session.get_one(Listing, first.listing_id))
    assert state_of(first) is ListingState.DECLINED
    with pytest.raises(appeals.AlreadyAppealed):
        lodge(first, verdict)


# --- conditions --------------------------------------------------------------------------------------------------


def conditional(judge: User, *wanted: Condition) -> Submission:
    """Give a piece that passed with these conditions."""
    submission = make.submitted()
    make.mark(submission, judge, gates={"identity": False})
    photos.make_public(submission.listing_id)
    decide("pass_with_conditions", submission, judge, conditions=list(wanted))
    return submission


def days_later(days: int) -> None:
    """Let the days of all conditions be so many days nearer."""
    with transaction() as session:
        for term in session.scalars(sa.select(ConditionTerm)):
            term.due_on -= timedelta(days=days)


def soon() -> date:
    return conditions.today() + timedelta(days=10)


@pytest.mark.parametrize(
    ("if_missed", "state", "subject"),
    [
        (IfMissed.COACHING, ListingState.COACHING, "sudah lewat"),
        (IfMissed.DECLINED, ListingState.DECLINED, "tidak dipenuhi"),
        (IfMissed.EXTENDED, ListingState.CONDITIONAL, "Waktu tambahan"),
    ],
)
def test_what_was_announced_happens_to_a_condition_that_is_missed(
    judge: User, run_jobs: Callable[[], int], if_missed: IfMissed, state: ListingState, subject: str
) -> None:
    submission = conditional(judge, Condition("identity", "Urus NIB.", soon(), if_missed=if_missed))
    conditions.act_on_missed()
    assert state_of(submission) is ListingState.CONDITIONAL
    days_later(11)

    conditions.act_on_missed()
    conditions.act_on_missed()

    assert state_of(submission) is state
    run_jobs()
    letters = db.session.scalars(sa.select(Mail).where(Mail.template == "condition_missed")).all()
    assert len(letters) == 1
    assert "Selendang besurek" in (letters[0].subject or "")
    assert "Urus NIB." in (letters[0].text or "")
    if if_missed is IfMissed.EXTENDED:
        assert db.session.scalars(sa.select(ConditionTerm.due_on)).one() > conditions.today()
        days_later(40)
        conditions.act_on_missed()
        assert state_of(submission) is ListingState.COACHING
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert actions.count("listing.condition_missed") == 1


def test_a_workshop_that_has_answered_does_not_suffer_from_a_late_check(judge: User) -> None:
    submission = conditional(judge, Condition("identity", "Urus NIB.", soon()))
    with transaction() as session:
        (task,) = coaching.unsettled(session, submission.listing_id)
        coaching.answer(session, ACTOR, submission.listing_id, {task.id: "NIB sudah terbit."})
    days_later(30)

    conditions.act_on_missed()

    assert state_of(submission) is ListingState.CONDITIONAL


def test_each_condition_is_found_met_by_its_checker_and_the_last_puts_the_piece_on_sale(judge: User) -> None:
    checker, officer = make.curator(name="Pemeriksa"), people.staff(Role.COUNCIL_ADMIN, "17", name="Pengurus")
    submission = conditional(
        judge,
        Condition("identity", "Urus NIB.", soon(), checker_id=checker.id),
        Condition("packaging", "Cetak label.", soon()),
    )
    first, second = sorted(conditions.of_submission(db.session(), submission.id))

    def meet(person: User, *task_ids: int) -> bool:
        with transaction() as session:
            return decisions.confirm_conditions(
                session, ACTOR, session.get_one(User, person.id), submission.id,
                seen_edits=submission.listing_edits, met=task_ids,
            )  # fmt: skip

    with pytest.raises(conditions.NotTheChecker):
        meet(judge, first, second)
    assert meet(judge, second) is False
    assert state_of(submission) is ListingState.CONDITIONAL
    assert meet(officer, first) is True
    assert state_of(submission) is ListingState.LIVE


def test_a_condition_declines_only_for_a_gate_and_is_checked_by_the_council(judge: User) -> None:
    submission = make.submitted()
    make.mark(submission, judge)
    elsewhere = make.curator("18")
    for wrong, refusal in (
        (Condition("packaging", "Label.", if_missed=IfMissed.DECLINED), conditions.OnlyForGates),
        (Condition("packaging", "Label.", checker_id=elsewhere.id), conditions.CheckerRefused),
    ):
        with pytest.raises(refusal):
            decide("pass_with_conditions", submission, judge, conditions=[wrong])
