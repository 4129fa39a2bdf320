"""The demonstration's panels: two judges for everything that was decided, a piece that waits for its second judge and
an appeal in Bengkulu, and elsewhere, for the national curator, a discussion and a verdict.

Called by `market.load` when submissions, verdicts and rounds are written.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.curation import appeals, conditions, panels, recusals, rubric
from catalog.models import (
    Appeal,
    CoachingTask,
    ConditionTerm,
    Council,
    Decision,
    GateCheck,
    IfMissed,
    InterestKind,
    Judgement,
    Lane,
    Listing,
    ListingState,
    Outcome,
    Panel,
    PanelStage,
    Score,
    Submission,
    SubmissionState,
    TaskKind,
    TaskState,
)
from shop.audit import Actor
from shop.models import User

HOME = "17"
WORDS = "Motifnya warisan nenek kami dan ceritanya ada di foto kedua. Mohon dilihat lagi oleh juri lain."
NOTE = "Kami melihat contoh bersama-sama. Tepinya memang belum rapat, tetapi motifnya kuat."


def build(session: Session, users: dict[str, int], traded: int) -> None:
    """Give every verdict its judges; `traded`: older pieces beyond so many were judged by one, before panels."""
    home = session.scalars(sa.select(Council).where(Council.code == HOME)).one()
    _second_sheets(session, home.id, users, traded)
    _terms(session, users["kurator"])
    people = {
        name: session.get_one(User, users[name]) for name in ("kurator.kedua", "kurator.nasional", "admin")
    }
    second, nation, admin = people.values()
    marks = {one.id: 4 for one in rubric.shipped().criteria}
    here = _waiting(session, Submission.council_id == home.id)
    for submission in here[:1]:
        _hand_in(session, second, submission, marks)
    elsewhere = _waiting(session, Submission.council_id != home.id)
    for number, submission in enumerate(elsewhere[:2]):
        _hand_in(session, admin, submission, marks | {"design": 5 - number})
        _hand_in(session, nation, submission, marks | {"design": 2 + 2 * number})
    if elsewhere:
        panels.discuss(session, Actor.of(admin), admin, elsewhere[0].id, NOTE)
    if len(here) > 1:
        words = "Saya mendampingi bengkel ini sejak tahun lalu."
        recusals.stand_aside(session, Actor.of(second), second, here[-1].id, InterestKind.MENTOR, words)
    _appeal(session, home.id, users)
    session.flush()


def _waiting(session: Session, where: sa.ColumnElement[bool]) -> list[Submission]:
    """Give what waits for a panel without a round."""
    query = sa.select(Submission).where(
        where,
        Submission.state == SubmissionState.WAITING,
        Submission.lane == Lane.PANEL,
        Submission.round_id.is_(None),
    )
    return list(session.scalars(query.order_by(Submission.id)))


def _hand_in(session: Session, judge: User, submission: Submission, marks: dict[str, int]) -> None:
    gates = {one.id: True for one in rubric.shipped().gates}
    panels.hand_in(
        session, Actor.of(judge), judge, submission.id, scores=marks, gates=gates, free_of_interest=True
    )


def _second_sheets(session: Session, home_id: int, users: dict[str, int], traded: int) -> None:
    """Let a second judge have found the same, in every council; one statement for each table."""
    second = sa.case(
        (Submission.council_id == home_id, users["kurator.kedua"]), else_=users["kurator.nasional"]
    )
    decided = (
        sa.select(Decision.submission_id, Decision.decided_by_id, Decision.decided_at, second.label("second"))
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Listing, Listing.id == Submission.listing_id)
        .add_columns((Listing.product_id > traded).label("exempt"))
        .where(Submission.lane == Lane.PANEL)
        .subquery()
    )
    for judge in (decided.c.decided_by_id, decided.c.second):
        known = sa.select(Judgement.id).where(
            Judgement.submission_id == decided.c.submission_id, Judgement.judge_id == judge
        )
        rows = sa.select(
            decided.c.submission_id, judge, decided.c.decided_at, decided.c.decided_at, sa.true()
        ).where(~known.exists(), sa.or_(judge == decided.c.decided_by_id, ~decided.c.exempt))
        into = ["submission_id", "judge_id", "created_at", "handed_in_at", "free_of_interest"]
        session.execute(sa.insert(Judgement).from_select(into, rows))
    _copy(session, Score, decided, ["criterion", "value", "note", "rubric_version", "updated_at"])
    _copy(session, GateCheck, decided, ["gate", "passed", "note"])
    sheets = (
        sa.select(sa.func.count(Judgement.id))
        .where(Judgement.submission_id == decided.c.submission_id)
        .scalar_subquery()
    )
    known_panels = sa.select(Panel.id).where(Panel.submission_id == decided.c.submission_id)
    session.execute(
        sa.insert(Panel).from_select(
            ["submission_id", "needed", "handed_in", "stage", "exempt"],
            sa.select(
                decided.c.submission_id,
                sheets,
                sheets,
                sa.literal(PanelStage.DECIDED.value),
                decided.c.exempt,
            ).where(~known_panels.exists()),
        )
    )


def _copy(session: Session, table: type[Score] | type[GateCheck], decided: Any, columns: list[str]) -> None:
    """Let the second judge's sheet say what the first one's says, where there is none yet."""
    theirs = sa.orm.aliased(table)
    known = sa.select(theirs.id).where(
        theirs.submission_id == decided.c.submission_id, theirs.curator_id == decided.c.second
    )
    rows = (
        sa.select(table.submission_id, decided.c.second, *(getattr(table, name) for name in columns))
        .join(
            decided,
            sa.and_(
                decided.c.submission_id == table.submission_id, decided.c.decided_by_id == table.curator_id
            ),
        )
        .where(~known.exists(), ~decided.c.exempt)
    )
    session.execute(sa.insert(table).from_select(["submission_id", "curator_id", *columns], rows))


def _terms(session: Session, checker_id: int) -> None:
    """Say of every condition who checks it and what happens when it is missed."""
    query = sa.select(CoachingTask).where(
        CoachingTask.kind == TaskKind.CONDITION, CoachingTask.state != TaskState.DONE
    )
    for number, task in enumerate(session.scalars(query).all()):
        session.add(
            ConditionTerm(
                task_id=task.id,
                submission_id=task.submission_id,
                due_on=task.due_on or conditions.today(),
                checker_id=checker_id if number % 2 else None,
                if_missed=IfMissed.EXTENDED if number % 2 else IfMissed.COACHING,
            )
        )
    session.flush()


def _appeal(session: Session, home_id: int, users: dict[str, int]) -> None:
    """Let a workshop of Bengkulu ask another panel: the first one were two others than the accounts at hand."""
    query = (
        sa.select(Decision)
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Listing, Listing.id == Submission.listing_id)
        .where(
            Submission.council_id == home_id,
            Submission.round_id.is_(None),
            Decision.outcome == Outcome.COACHING,
            Listing.state == ListingState.COACHING,
            Listing.edits == Submission.listing_edits,
            ~sa.select(Appeal.id).where(Appeal.decision_id == Decision.id).exists(),
        )
        .options(joinedload(Decision.submission).joinedload(Submission.listing))
        .order_by(Decision.id.desc())
    )
    for decision in session.scalars(query).all():
        submission = decision.submission
        if not appeals.is_possible(session, decision, submission.listing):
            continue
        first, other = decision.decided_by_id, users["kurator.nasional"]
        for table, column in ((Judgement, "judge_id"), (Score, "curator_id"), (GateCheck, "curator_id")):
            session.execute(
                sa.update(table)
                .where(getattr(table, "submission_id") == submission.id, getattr(table, column) == first)  # noqa: B009
                .values({column: other})
            )
        decision.decided_by_id = users["kurator.kedua"]
        session.flush()
        owner = session.get_one(User, submission.submitted_by_id)
        appeals.lodge(session, Actor.of(owner), owner, submission.listing, decision.id, WORDS)
        return
