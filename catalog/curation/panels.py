"""Panels: independent judges of one submission, hidden from each other until all needed sheets are in.

A judge hands a sheet in once, with the declaration to have no interest; from then on it never changes. Where judges
differ, they write what they found together and all sign it, or one judge more is asked. Only judges who have handed
in see the sheets before the verdict, and only they write it (`catalog.curation.decisions`). Called by the desk and
by rounds; the row in `panels` is what the queue reads.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import artisans
from catalog.curation import discussions, findings, interests, rubrics, scoring, seats, submissions
from catalog.curation.findings import Findings, HandedIn
from catalog.curation.scoring import Sheet
from catalog.models import (
    Appeal,
    GateCheck,
    Judgement,
    Lane,
    Listing,
    Panel,
    PanelStage,
    Product,
    Score,
    Submission,
    SubmissionState,
)
from shop import audit
from shop.audit import Actor
from shop.db import insert, now
from shop.errors import Conflict, Forbidden, Invalid
from shop.models import User

FEWEST = 2
"""No panel has fewer judges, whatever a rubric says."""


class Unfinished(Invalid):
    """A sheet is handed in with a mark on every criterion and an answer to every gate."""

    message = "Please mark every criterion and answer every gate first."


class NotFree(Invalid):
    """A judge declares, with every sheet, to have no interest in the workshop."""

    message = "Please declare that you have no interest in this workshop."


class Complete(Conflict):
    """All sheets that the verdict needs are in, and they agree."""

    message = "All marks that this piece needs have been handed in meanwhile."


class NotOnPanel(Forbidden):
    """Only who has judged a submission reads its sheets and writes its verdict."""

    message = "Only judges who have handed in their marks see those of the others and write the verdict."


# --- what is needed -----------------------------------------------------------------------------------------------


def needed(session: Session, submission: Submission) -> int:
    """Say how many independent sheets the verdict on a submission needs."""
    if submission.lane is Lane.FAST:
        return 1
    if submission.round_id is not None:
        return max(FEWEST, len(_of_round(session, submission.id, submission.round_id)))
    return max(FEWEST, rubrics.of(session, submission).procedure.judges)


def _of_round(session: Session, submission_id: int, round_id: int) -> frozenset[int]:
    """Give who of a round's panel judges a piece: everybody who is there and free of interest, or has handed in."""
    workshop_id = session.scalar(
        sa.select(Product.workshop_id)
        .join(Listing, Listing.product_id == Product.id)
        .join(Submission, Submission.listing_id == Listing.id)
        .where(Submission.id == submission_id)
    )
    handed_in = sa.select(Judgement.judge_id).where(
        Judgement.submission_id == submission_id,
        Judgement.handed_in_at.is_not(None),
        Judgement.set_aside_at.is_(None),
    )
    free = seats.judging(session, round_id) - interests.excluded(session, submission_id, workshop_id or 0)
    return free | frozenset(session.scalars(handed_in))


def may_judge(session: Session, person: User, submission: Submission) -> bool:
    """Say whether a person may judge a submission: in scope or invited, no member, no interest, not of the first panel."""
    try:
        submissions.for_judge(session, person, submission.id)
    except (submissions.NoSuchSubmission, Forbidden):
        return False
    return True


# --- what was handed in -------------------------------------------------------------------------------------------


def of(session: Session, submission: Submission) -> Findings:
    """Give all sheets that count, and what they lead to. Who may see it: `may_see`."""
    handed_in = session.scalars(
        sa.select(Judgement)
        .where(
            Judgement.submission_id == submission.id,
            Judgement.handed_in_at.is_not(None),
            Judgement.set_aside_at.is_(None),
        )
        .order_by(Judgement.handed_in_at, Judgement.id)
        .options(joinedload(Judgement.judge)),
        execution_options={"populate_existing": True},
    ).all()
    sheets = _sheets(session, submission.id) if handed_in else {}
    note = discussions.last(session, submission.id)
    return Findings(
        rubric=rubrics.of(session, submission),
        needed=needed(session, submission),
        handed_in=tuple(
            HandedIn(one.judge_id, one.judge.name, one.handed_in_at, sheets.get(one.judge_id, Sheet()))
            for one in handed_in
            if one.handed_in_at
        ),
        note=note,
        signed=discussions.signed_by(session, note) if note else frozenset(),
    )


def _sheets(session: Session, submission_id: int) -> dict[int, Sheet]:
    sheets: dict[int, Sheet] = {}
    for score in session.scalars(sa.select(Score).where(Score.submission_id == submission_id)):
        sheet = sheets.setdefault(score.curator_id, Sheet())
        sheet.scores[score.criterion], sheet.score_notes[score.criterion] = score.value, score.note
    for check in session.scalars(sa.select(GateCheck).where(GateCheck.submission_id == submission_id)):
        sheet = sheets.setdefault(check.curator_id, Sheet())
        sheet.gates[check.gate], sheet.gate_notes[check.gate] = check.passed, check.note
    return sheets


def panel_sheet(session: Session, submission: Submission) -> findings.PanelSheet:
    """Give what the panel found together: the mean of every criterion, what most say at each gate, all notes."""
    return of(session, submission).sheet


def may_see(session: Session, person: User, submission: Submission, found: Findings) -> bool:
    """Say whether a person of the desk reads the judges' sheets on a submission.

    Before the verdict its judges alone, once all needed are in; after it the council's curators, except who has an
    interest, and except those who may come to judge an appeal that is open.
    """
    judged = person.id in found.judge_ids
    if submission.state is not SubmissionState.DECIDED:
        return judged and found.is_full
    workshop_id = submission.listing.product.workshop_id
    if artisans.is_member(session, workshop_id, person.id):
        return False
    return judged or (
        interests.holding(session, person.id, workshop_id) is None
        and session.scalar(_open_appeal(submission.id)) is None
    )


def _open_appeal(first_submission_id: int) -> sa.Select[Any]:
    return (
        sa.select(Appeal.id)
        .join(Submission, Submission.id == Appeal.submission_id)
        .where(Appeal.first_submission_id == first_submission_id, Submission.state == SubmissionState.WAITING)
    )


# --- handing in ---------------------------------------------------------------------------------------------------


def hand_in(
    session: Session,
    actor: Actor,
    judge: User,
    submission_id: int,
    *,
    scores: Mapping[str, int],
    gates: Mapping[str, bool],
    score_notes: Mapping[str, str] | None = None,
    gate_notes: Mapping[str, str] | None = None,
    free_of_interest: bool,
    key: str | None = None,
) -> Judgement:
    """Hand a judge's sheet in, for good.

    :param free_of_interest: the judge's declaration to have no interest in the workshop.
    :param key: made where the sheet was filled in; a sheet that comes again with it is the same, and nothing happens.
    :raise catalog.curation.submissions.NoSuchSubmission: catalog.curation.submissions.OwnWorkshop:
    :raise catalog.curation.interests.HasInterest: catalog.curation.interests.FirstPanel:
    :raise catalog.curation.submissions.NotWaiting: after the verdict, or when it was taken back.
    :raise NotFree: Unfinished: Complete: catalog.curation.scoring.AlreadyHandedIn:
    :raise catalog.curation.scoring.MarkRefused:
    """
    submission = submissions.for_judge(session, judge, submission_id)
    arrived = _arrived(session, judge.id, submission.id, key)
    if arrived is not None:
        return arrived
    if not free_of_interest:
        raise NotFree
    scoring.lock(session, submission.id)
    arrived = _arrived(session, judge.id, submission.id, key)
    if arrived is not None:  # the same sheet, sent twice at once: the first was faster by a moment
        return arrived
    if of(session, submission).stage is PanelStage.VERDICT:
        raise Complete
    scoring.save(
        session, actor, judge, submission.id, scores=scores, gates=gates, score_notes=score_notes,
        gate_notes=gate_notes,
    )  # fmt: skip
    kept = scoring.sheet(session, submission.id, judge.id)
    if not rubrics.of(session, submission).is_complete(kept.scores, kept.gates):
        raise Unfinished
    judgement = _close(session, submission.id, judge.id, key)
    panel = restage(session, submission)
    audit.record(
        session, actor, "submission.handed_in", submission,
        after={"handed_in": panel.handed_in, "needed": panel.needed, "stage": panel.stage},
        scope=submission.council.code,
    )  # fmt: skip
    return judgement


def _arrived(session: Session, judge_id: int, submission_id: int, key: str | None) -> Judgement | None:
    if not key:
        return None
    return session.scalar(
        sa.select(Judgement).where(
            Judgement.judge_id == judge_id,
            Judgement.submission_id == submission_id,
            Judgement.client_key == key,
            Judgement.handed_in_at.is_not(None),
        )
    )


def _close(session: Session, submission_id: int, judge_id: int, key: str | None) -> Judgement:
    closed: Judgement | None = session.scalar(
        sa.update(Judgement)
        .where(
            Judgement.submission_id == submission_id,
            Judgement.judge_id == judge_id,
            Judgement.handed_in_at.is_(None),
            Judgement.set_aside_at.is_(None),
        )
        .values(handed_in_at=now(), free_of_interest=True, client_key=key or None)
        .returning(Judgement),
        execution_options={"populate_existing": True},
    )
    if closed is None:
        raise scoring.AlreadyHandedIn
    return closed


def restage(session: Session, submission: Submission) -> Panel:
    """Write down how far the judging has come; the caller holds `scoring.lock`."""
    found = of(session, submission)
    statement = insert(session, Panel).values(
        submission_id=submission.id, needed=found.needed, handed_in=0, stage=PanelStage.JUDGING, exempt=False
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["submission_id"]))
    return session.scalars(
        sa.update(Panel)
        .where(Panel.submission_id == submission.id, Panel.stage != PanelStage.DECIDED)
        .values(needed=found.needed, handed_in=len(found.handed_in), stage=found.stage)
        .returning(Panel),
        execution_options={"populate_existing": True},
    ).one()


def decided(session: Session, submission_id: int) -> None:
    """Write down that a submission has its verdict."""
    session.execute(
        sa.update(Panel).where(Panel.submission_id == submission_id).values(stage=PanelStage.DECIDED)
    )


# --- talking it over ----------------------------------------------------------------------------------------------


def discuss(session: Session, actor: Actor, judge: User, submission_id: int, text: str) -> None:
    """Keep what judges who differ found together, under the name of who writes it; the others then sign it.

    :raise NotOnPanel: catalog.curation.discussions.NothingToDiscuss: catalog.curation.discussions.NoteMissing:
    """
    submission = _for_panel(session, judge, submission_id)
    found = of(session, submission)
    if not found.differs:
        raise discussions.NothingToDiscuss
    discussions.write(session, actor, judge, submission, text)
    restage(session, submission)


def sign(session: Session, actor: Actor, judge: User, submission_id: int, note_id: int) -> None:
    """Put a judge's name under the discussion note that the page showed.

    :raise NotOnPanel: catalog.curation.discussions.OtherNote: when another note has taken its place.
    """
    submission = _for_panel(session, judge, submission_id)
    discussions.sign(session, actor, judge, submission, note_id)
    restage(session, submission)


def _for_panel(session: Session, judge: User, submission_id: int) -> Submission:
    submission = submissions.for_judge(session, judge, submission_id)
    scoring.lock(session, submission.id)
    found = of(session, submission)
    if judge.id not in found.judge_ids or not found.is_full:
        raise NotOnPanel
    return submission


# --- what waits for whom --------------------------------------------------------------------------------------------


def waiting_on(session: Session, submission_ids: Iterable[int]) -> dict[int, Panel]:
    """Give how far the judging of each of these submissions has come; nothing where nobody has begun."""
    rows = session.scalars(sa.select(Panel).where(Panel.submission_id.in_(set(submission_ids))))
    return {row.submission_id: row for row in rows}
