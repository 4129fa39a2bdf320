"""The demonstration's rounds of curation in Bengkulu: one that has ended, one that is sitting, one to apply to.

Called by `admin.demo.market` when workshops, pieces and verdicts are written. What the panels did is written down as
rows; the minutes of the round that ended are those that its rows lead to.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.curation import minutes, panels, round_checks, rubrics
from catalog.models import (
    Council,
    Decision,
    EntryState,
    GateCheck,
    Judgement,
    Listing,
    Office,
    Outcome,
    Product,
    Round,
    RoundEntry,
    RoundPiece,
    RoundSeat,
    RoundState,
    Score,
    Submission,
    SubmissionState,
    Workshop,
)
from shop import i18n
from shop.models import AuditEntry, User

HOME = "17"
MOST = 8
"""Pieces on a table of the demonstration."""
WORDS_ID = (
    "Meja dibuka pukul 08.30. Bawalah karya yang didaftarkan, kemasannya, dan kartu identitas pembuat.\n"
    "Juru bicara cukup satu orang dari setiap sanggar."
)
WORDS_EN = (
    "The tables open at 08.30. Please bring the pieces that you applied with, their packaging, and the maker's card.\n"
    "One person of each workshop is enough to speak for it."
)


def build(session: Session, users: dict[str, int], moment: datetime) -> None:
    """Write the three rounds, with what is there in the council's region."""
    home = session.scalar(sa.select(Council).where(Council.code == HOME))
    if home is None:
        return
    judges = [users[name] for name in ("kurator", "kurator.kedua", "kurator.sumsel")]
    _ended(session, home, users, judges, moment)
    _sitting(session, home, users, judges, moment)
    _open(session, home, users, judges, moment)


def _round(
    session: Session,
    home: Council,
    users: dict[str, int],
    name: tuple[str, str],
    first: datetime,
    state: RoundState,
) -> Round:
    day = first.astimezone(i18n.WIB).date()
    made = Round(
        council_id=home.id,
        name_id=name[0],
        name_en=name[1],
        first_on=day,
        last_on=day + timedelta(days=1),
        place="Balai Kriya Peraga, Kota Bengkulu",
        words_id=WORDS_ID,
        words_en=WORDS_EN,
        capacity=32,
        pieces_each=3,
        apply_by=datetime.combine(day - timedelta(days=7), time(23, 59, 59), i18n.WIB),
        state=state,
        rubric_id=rubrics.for_council(session, home).id,
        created_by_id=users["pengurus"],
        created_at=first - timedelta(days=40),
        opened_at=first - timedelta(days=35),
    )
    if state is not RoundState.OPEN:
        made.closed_at = made.apply_by
        made.started_at = first
    session.add(made)
    session.flush()
    for action, at in (
        ("round.drafted", made.created_at),
        ("round.opened", made.opened_at),
        ("round.closed", made.closed_at),
        ("round.started", made.started_at),
    ):
        if at is not None:
            _note(session, made, users, action, at)
    return made


def _note(session: Session, held: Round, users: dict[str, int], action: str, at: datetime) -> None:
    """Write down who took a round a step further, as the desk does."""
    session.add(
        AuditEntry(
            at=at,
            actor_id=users["pengurus"],
            actor_label="Pengurus Peraga Bengkulu",
            ip="",
            request_id="",
            action=action,
            object_type=Round.__tablename__,
            object_id=str(held.id),
            scope=HOME,
            before={},
            after={"name": held.name_id},
        )
    )


def _seats(session: Session, held: Round, judges: Sequence[int], *, present: bool) -> None:
    offices = (Office.CHAIR, Office.JUDGE, Office.GUEST)
    for person_id, office in zip(judges, offices, strict=True):
        session.add(
            RoundSeat(
                round_id=held.id,
                person_id=person_id,
                office=office,
                seated_by_id=held.created_by_id,
                seated_at=held.created_at,
                present_at=held.started_at if present else None,
            )
        )
    session.flush()


def _lay(session: Session, held: Round, state: SubmissionState) -> list[Submission]:
    """Lay pieces of the region on the table that are in this state, each with its workshop's application."""
    found = session.execute(
        sa.select(Submission, Workshop)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .outerjoin(Decision, Decision.submission_id == Submission.id)
        .where(
            Submission.council_id == held.council_id,
            Submission.state == state,
            Submission.round_id.is_(None),
            Submission.created_at <= held.apply_by if state is SubmissionState.DECIDED else sa.true(),
            Product.live_listing_id.is_(None) if state is SubmissionState.WAITING else sa.true(),
        )
        .order_by(sa.case((Decision.outcome == Outcome.PASS, 1), else_=0), Submission.id)
        .limit(MOST)
    ).all()
    entries: dict[int, RoundEntry] = {}
    for number, (submission, workshop) in enumerate(found, start=1):
        entry = entries.get(workshop.id)
        if entry is None:
            entry = entries[workshop.id] = _entry(session, held, workshop, submission.submitted_by_id)
        submission.round_id, submission.rubric_id = held.id, held.rubric_id
        session.add(
            RoundPiece(round_id=held.id, entry_id=entry.id, submission_id=submission.id, number=number)
        )
    held.taken = len(entries)
    session.flush()
    return [submission for submission, _workshop in found]


def _entry(session: Session, held: Round, workshop: Workshop, person_id: int) -> RoundEntry:
    entry = RoundEntry(
        round_id=held.id,
        workshop_id=workshop.id,
        state=EntryState.ADMITTED,
        applied_at=held.apply_by - timedelta(days=3),
        applied_by_id=person_id,
        checks=dict.fromkeys(round_checks.CHECKLIST, True),
        checked_by_id=held.created_by_id,
        checked_at=held.apply_by + timedelta(days=1),
        present_at=held.started_at,
    )
    session.add(entry)
    session.flush()
    return entry


def _ended(
    session: Session, home: Council, users: dict[str, int], judges: Sequence[int], moment: datetime
) -> None:
    name = ("Kurasi Bengkulu, putaran pertama", "Curation in Bengkulu, first round")
    held = _round(session, home, users, name, moment - timedelta(days=45), RoundState.IN_SESSION)
    _seats(session, held, judges, present=True)
    began = moment - timedelta(days=45)
    for number, submission in enumerate(_lay(session, held, SubmissionState.DECIDED)):
        decision = session.scalars(sa.select(Decision).where(Decision.submission_id == submission.id)).one()
        decision.decided_at = began + timedelta(minutes=40 + 18 * number)
        for judge_id in judges:
            _sheet(session, submission, decision, judge_id)
    ended = moment - timedelta(days=44)
    session.flush()
    chief = session.get_one(User, users["pengurus"])
    written = minutes.compose(session, held, chief.name, ended)
    held.minutes, held.ended_at, held.state = written, ended, RoundState.ENDED
    _note(session, held, users, "round.ended", ended)
    session.flush()


def _sheet(session: Session, submission: Submission, decision: Decision, judge_id: int) -> None:
    """Let a judge have marked like who decided, and hand the sheet in before the verdict."""
    known = sa.select(Judgement.id).where(
        Judgement.submission_id == submission.id, Judgement.judge_id == judge_id
    )
    if session.scalar(known) is not None:
        return
    at = decision.decided_at - timedelta(minutes=20)
    session.add(
        Judgement(
            submission_id=submission.id, judge_id=judge_id, created_at=at, handed_in_at=at, free_of_interest=True
        )
    )  # fmt: skip
    marked = sa.select(Score.id).where(Score.submission_id == submission.id, Score.curator_id == judge_id)
    if session.scalar(marked.limit(1)) is not None:
        return
    theirs = (Score.submission_id == submission.id, Score.curator_id == decision.decided_by_id)
    for score in session.scalars(sa.select(Score).where(*theirs)).all():
        session.add(
            Score(
                submission_id=submission.id, curator_id=judge_id, criterion=score.criterion, value=score.value,
                rubric_version=score.rubric_version, updated_at=at,
            )
        )  # fmt: skip
    gates = sa.select(GateCheck).where(
        GateCheck.submission_id == submission.id, GateCheck.curator_id == decision.decided_by_id
    )
    for check in session.scalars(gates).all():
        session.add(
            GateCheck(submission_id=submission.id, curator_id=judge_id, gate=check.gate, passed=check.passed)
        )


def _sitting(
    session: Session, home: Council, users: dict[str, int], judges: Sequence[int], moment: datetime
) -> None:
    name = ("Kurasi Bengkulu, putaran kedua", "Curation in Bengkulu, second round")
    held = _round(session, home, users, name, moment - timedelta(hours=2), RoundState.IN_SESSION)
    _seats(session, held, judges, present=True)
    for submission in _lay(session, held, SubmissionState.WAITING):
        panels.restage(session, submission)


def _open(
    session: Session, home: Council, users: dict[str, int], judges: Sequence[int], moment: datetime
) -> None:
    name = ("Kurasi Bengkulu, putaran ketiga", "Curation in Bengkulu, third round")
    held = _round(session, home, users, name, moment + timedelta(days=30), RoundState.OPEN)
    held.capacity, held.created_at, held.opened_at = (
        12,
        moment - timedelta(days=6),
        moment - timedelta(days=5),
    )
    _seats(session, held, judges, present=False)
