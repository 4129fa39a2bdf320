"""Panels: how many judges, what their marks come to together, who stands aside, who is invited."""

from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from catalog import listings
from catalog.curation import (
    decisions,
    discussions,
    guests,
    interests,
    panels,
    queue,
    recusals,
    rubric,
    rubrics,
    scoring,
    submissions,
)
from catalog.curation.findings import Findings, HandedIn
from catalog.curation.queue import WaitsFor
from catalog.models import (
    Council,
    Decision,
    InterestKind,
    Judgement,
    Listing,
    Outcome,
    PanelStage,
    Submission,
)
from shop.db import db, now, transaction
from shop.models import AuditEntry, Role, User
from tests import make as people
from tests import make_catalog as make
from tests.make import ACTOR


def found(*sheets: tuple[dict[str, int], dict[str, bool]]) -> Findings:
    """Give what judges found who marked 4 everywhere and passed every gate, except as said."""
    return Findings(
        rubric.shipped(),
        2,
        tuple(
            HandedIn(
                number, f"Juri {number}", now(), scoring.Sheet(make.MARKS | scores, gates=make.GATES | gates)
            )
            for number, (scores, gates) in enumerate(sheets)
        ),
    )


# --- together ---------------------------------------------------------------------------------------------


def test_marks_together_are_the_exact_mean_and_the_total_is_rounded_down() -> None:
    three = found(({"design": 5}, {}), ({}, {}), ({}, {}))
    assert three.sheet.scores["design"] == Fraction(13, 3)
    assert three.total == 81
    assert found(({"price": 5}, {}), ({}, {})).total == 80
    assert found(({"design": 3, "price": 5}, {}), ({"design": 2}, {})).proposes() is Outcome.COACHING


def test_a_gate_is_broken_when_half_of_the_judges_say_no() -> None:
    no: tuple[dict[str, int], dict[str, bool]] = ({}, {"no_copy": False})
    assert found(no, ({}, {})).proposes() is Outcome.DECLINED
    assert found(no, ({}, {}), ({}, {})).sheet.gates["no_copy"] is True


@pytest.mark.parametrize(
    ("sheets", "stage"),
    [
        ([({}, {})], PanelStage.JUDGING),
        ([({}, {}), ({"design": 5}, {})], PanelStage.VERDICT),
        ([({}, {}), ({"design": 2}, {})], PanelStage.DISCUSSION),
        ([({}, {}), ({}, {"identity": False})], PanelStage.DISCUSSION),
        ([({}, {}), ({"design": 2}, {}), ({"design": 3}, {})], PanelStage.VERDICT),
    ],
)
def test_judges_who_are_apart_talk_it_over_or_ask_one_more(sheets: Any, stage: PanelStage) -> None:
    assert found(*sheets).stage is stage


# --- handing in ---------------------------------------------------------------------------------------------


def hand_in(submission: Submission, judge: User, **wishes: Any) -> Judgement:
    with transaction() as session:
        given: dict[str, Any] = {"scores": make.MARKS, "gates": make.GATES, "free_of_interest": True} | wishes
        return panels.hand_in(
            session, ACTOR, session.get_one(User, judge.id), submission.id, **given | wishes
        )


def decide(submission: Submission, judge: User, verb: str = "send_to_coaching", **wishes: Any) -> Decision:
    with transaction() as session:
        given = {"seen_edits": submission.listing_edits, "reason": "Sudah kami lihat."} | wishes
        verdict: Decision = getattr(decisions, verb)(
            session, ACTOR, session.get_one(User, judge.id), submission.id, **given
        )
        return verdict


def stage_of(submission: Submission) -> tuple[PanelStage, int]:
    db.session.rollback()
    panel = panels.waiting_on(db.session(), [submission.id])[submission.id]
    return panel.stage, panel.handed_in


def waits_for(submission: Submission, person: User) -> tuple[WaitsFor, bool] | None:
    db.session.rollback()
    rows = queue.of_person(db.session(), db.session.get_one(User, person.id))
    return next(((row.waits_for, row.mine) for row in rows if row.id == submission.id), None)


@pytest.fixture
def judges(app: Flask) -> list[User]:
    """Give three curators of Bengkulu."""
    return [make.curator(name=f"Juri {number}") for number in range(3)]


def test_a_verdict_needs_two_judges_and_is_written_by_one_of_them(judges: list[User]) -> None:
    submission = make.submitted()
    first, second, third = judges
    assert waits_for(submission, first) == (WaitsFor.YOU, True)
    hand_in(submission, first)
    assert waits_for(submission, first) == (WaitsFor.JUDGE, False)
    with pytest.raises(decisions.NotScored):
        decide(submission, first)
    hand_in(submission, second)

    assert stage_of(submission) == (PanelStage.VERDICT, 2)
    assert waits_for(submission, second) == (WaitsFor.VERDICT, True)
    assert waits_for(submission, third) == (WaitsFor.VERDICT, False)
    with pytest.raises(panels.Complete):
        hand_in(submission, third)
    with pytest.raises(panels.NotOnPanel):
        decide(submission, third)
    assert decide(submission, second).total == 80
    assert stage_of(submission)[0] is PanelStage.DECIDED


def test_a_sheet_is_handed_in_once_complete_and_with_the_declaration(judges: list[User]) -> None:
    submission = make.submitted()
    with pytest.raises(panels.NotFree):
        hand_in(submission, judges[0], free_of_interest=False)
    with pytest.raises(panels.Unfinished):
        hand_in(submission, judges[0], scores={"design": 4})
    sheet = hand_in(submission, judges[0], key="tablet-7")
    assert hand_in(submission, judges[0], scores=make.MARKS | {"design": 1}, key="tablet-7").id == sheet.id
    for again in ({}, {"key": "tablet-8"}):
        with pytest.raises(scoring.AlreadyHandedIn):
            hand_in(submission, judges[0], **again)
    kept = scoring.sheet(db.session(), submission.id, judges[0].id)
    assert kept.scores == make.MARKS
    assert stage_of(submission) == (PanelStage.JUDGING, 1)
    trail = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action.in_(("submission.scored", "submission.handed_in")))
    ).all()
    assert len(trail) == 2
    assert not [row for row in trail if "scores" in row.after or "total" in row.after]


def test_what_was_taken_back_while_it_was_marked_begins_anew(judges: list[User]) -> None:
    submission = make.submitted()
    hand_in(submission, judges[0])
    with transaction() as session:
        submissions.withdraw(session, ACTOR, session.get_one(Listing, submission.listing_id))
    with pytest.raises(submissions.NotWaiting):
        hand_in(submission, judges[1])
    again = make.submitted(db.session.get_one(Listing, submission.listing_id))
    assert not panels.of(db.session(), again).handed_in


def test_a_rubric_published_meanwhile_judges_only_what_is_sent_after_it(judges: list[User]) -> None:
    submission = make.submitted()
    hand_in(submission, judges[0])
    with transaction() as session:
        council = session.scalars(sa.select(Council).where(Council.code == "17")).one()
        author = session.get_one(User, judges[0].id)
        draft = rubrics.begin(session, ACTOR, author, council)
        content = draft.content | {"pass_total": 95}
        rubrics.save(session, ACTOR, council, content, "Lebih ketat.", seen=draft.edits)
        rubrics.publish(session, ACTOR, author, council, seen=rubrics.draft_of(session, council).edits)  # type: ignore[union-attr]
    hand_in(submission, judges[1])
    assert panels.of(db.session(), submission).proposes() is Outcome.PASS
    later = make.submitted()
    assert rubrics.of(db.session(), later).pass_total == 95


# --- talking it over --------------------------------------------------------------------------------------------


def discuss(submission: Submission, judge: User, text: str = "Tepinya kami lihat lagi bersama.") -> None:
    with transaction() as session:
        panels.discuss(session, ACTOR, session.get_one(User, judge.id), submission.id, text)


def sign(submission: Submission, judge: User, note_id: int) -> None:
    with transaction() as session:
        panels.sign(session, ACTOR, session.get_one(User, judge.id), submission.id, note_id)


def test_a_note_on_a_difference_holds_when_every_judge_has_signed_it(judges: list[User]) -> None:
    submission = make.submitted()
    first, second, third = judges
    hand_in(submission, first)
    hand_in(submission, second, scores=make.MARKS | {"design": 2})
    assert waits_for(submission, first) == (WaitsFor.DISCUSSION, True)
    with pytest.raises(decisions.NotDiscussed):
        decide(submission, first)
    with pytest.raises(panels.NotOnPanel):
        discuss(submission, third)

    discuss(submission, first)
    with pytest.raises(decisions.NotDiscussed):
        decide(submission, first)
    old = discussions.last(db.session(), submission.id)
    assert old is not None
    old_id = old.id
    discuss(submission, first, "Kami sepakat: desainnya belum selesai.")
    with pytest.raises(discussions.OtherNote):
        sign(submission, second, old_id)
    sign(submission, second, old_id + 1)
    assert decide(submission, first).total == 77


def test_one_judge_more_settles_a_difference(judges: list[User]) -> None:
    submission = make.submitted()
    hand_in(submission, judges[0])
    hand_in(submission, judges[1], gates=make.GATES | {"identity": False})
    hand_in(submission, judges[2])
    assert stage_of(submission) == (PanelStage.VERDICT, 3)
    with pytest.raises(discussions.NothingToDiscuss):
        discuss(make_agreed(judges), judges[0])


def make_agreed(judges: list[User]) -> Submission:
    """Make a submission whose two judges agree."""
    submission = make.submitted()
    for judge in judges[:2]:
        hand_in(submission, judge)
    return submission


# --- standing aside, and guests -----------------------------------------------------------------------------------


def test_who_declares_an_interest_judges_no_piece_of_that_workshop(judges: list[User]) -> None:
    shop = make.workshop()
    submission, other = make.submitted(make.draft(shop)), make.submitted(make.draft(shop))
    hand_in(submission, judges[0])
    with transaction() as session:
        person = session.get_one(User, judges[0].id)
        recusals.stand_aside(session, ACTOR, person, submission.id, InterestKind.FAMILY, "Adik ipar.")
    assert stage_of(submission) == (PanelStage.JUDGING, 0)
    for piece in (submission, other):
        with pytest.raises(interests.HasInterest):
            hand_in(piece, judges[0])
        assert waits_for(piece, judges[0]) == (WaitsFor.JUDGE, False)
    assert waits_for(make.submitted(), judges[0]) == (WaitsFor.YOU, True)
    with transaction() as session:
        (held,) = interests.of_workshop(session, shop.id)
        recusals.end(session, ACTOR, session.get_one(User, judges[1].id), held.id, scope="17")
    hand_in(other, judges[0])
    with pytest.raises(interests.StoodAside):
        hand_in(submission, judges[0])
    assert waits_for(submission, judges[0]) == (WaitsFor.JUDGE, False)
    assert stage_of(submission) == (PanelStage.JUDGING, 0)


def test_only_an_administrator_of_the_council_invites_a_guest_and_only_for_one_piece(
    judges: list[User],
) -> None:
    submission, other = make.submitted(), make.submitted()
    guest = make.curator("18", "Juri dari Lampung")
    officer = people.staff(Role.COUNCIL_ADMIN, "17", name="Pengurus")
    stranger = people.user("Bukan kurator")

    def invite(by: User, address: str) -> None:
        with transaction() as session:
            piece = submissions.for_staff(session, session.get_one(User, officer.id), submission.id)
            guests.invite(session, ACTOR, session.get_one(User, by.id), piece, address)

    with pytest.raises(submissions.NoSuchSubmission):
        hand_in(submission, guest)
    with pytest.raises(guests.NotYourCouncil):
        invite(judges[0], guest.email)
    with pytest.raises(guests.NoSuchCurator):
        invite(officer, stranger.email)
    with pytest.raises(guests.NeedsNoInvitation):
        invite(officer, judges[0].email)
    invite(officer, guest.email)

    assert waits_for(submission, guest) == (WaitsFor.YOU, True)
    assert waits_for(other, guest) is None
    hand_in(submission, guest)
    with pytest.raises(submissions.NoSuchSubmission):
        hand_in(other, guest)
    with transaction() as session:
        piece = submissions.for_staff(session, session.get_one(User, officer.id), submission.id)
        (seat,) = guests.of_submission(session, submission.id)
        guests.revoke(session, ACTOR, session.get_one(User, officer.id), piece, seat.id)
    assert waits_for(submission, guest) is None
    assert stage_of(submission) == (PanelStage.JUDGING, 1)


def test_a_small_edit_needs_one_judge(judges: list[User]) -> None:
    product = make.piece()
    with transaction() as session:
        copy = listings.open_draft(session, ACTOR, session.merge(product))
        listings.update(session, copy, {"title": "Selendang rafflesia"})
        copy_id = copy.id
    edit = make.submitted(db.session.get_one(Listing, copy_id))
    hand_in(edit, judges[0])
    assert decide(edit, judges[0]).total == 80
