"""The demonstration's coaching and reference samples: tasks in every state, clinics, plans after a pass, samples.

Called by `market.load` when everything else is written. Only the councils whose curators have accounts get them.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.demo import words
from catalog.curation import coaching, kinds, measures
from catalog.models import (
    Clinic,
    ClinicGuest,
    CoachingTask,
    Council,
    Listing,
    ListingState,
    Product,
    Sample,
    SampleMeasure,
    Submission,
    SubmissionState,
    TaskKind,
    TaskState,
    Variant,
)
from shop.audit import Actor
from shop.db import now
from shop.models import AuditEntry, User

FEW = 8
"""Plans after a pass, and samples, for each council."""


def load(session: Session, curators: dict[str, int]) -> None:
    """Spread the tasks over all states, and add clinics, plans and samples; `curators` by council code."""
    for code, curator_id in curators.items():
        council = session.scalar(sa.select(Council).where(Council.code == code))
        curator = session.get(User, curator_id)
        if council is not None and curator is not None:
            _tasks(session, council, curator)
            _next_steps(session, council, curator)
            _clinics(session, council, curator)
            _samples(session, council, curator)
    session.flush()


def _record(
    session: Session, who: User | None, action: str, row: Any, scope: str, at: datetime, **after: Any
) -> None:
    """Write one row of the history, on the day on which it happened."""
    actor = Actor.of(who) if who else Actor.system("demo")
    session.flush()
    session.add(
        AuditEntry(
            at=at,
            actor_id=actor.user_id,
            actor_label=actor.label,
            ip="",
            request_id="",
            action=action,
            object_type=row.__tablename__,
            object_id=str(row.id),
            scope=scope,
            before={},
            after=after,
        )
    )


def _tasks(session: Session, council: Council, curator: User) -> None:
    query = (
        sa.select(CoachingTask, Submission.submitted_by_id)
        .join(Submission, Submission.id == CoachingTask.submission_id)
        .where(Submission.council_id == council.id)
        .order_by(CoachingTask.id)
    )
    for place, (task, owner_id) in enumerate(session.execute(query).all()):
        task.coach_id = curator.id if kinds.of(task.help_kind).by_coach else None
        task.set_by_id = curator.id
        set_out = {"words": task.text, "help": task.help_kind, "due_on": str(task.due_on)}
        _record(session, curator, "task.set", task, council.code, task.created_at, **set_out)
        owner = session.get(User, owner_id)
        if task.state is TaskState.OPEN:
            _state(session, task, place, council, curator, owner)
        else:
            at = task.answered_at or task.created_at
            _record(session, owner, "task.answered", task, council.code, at, answer=task.answer)
        if task.state is TaskState.DONE and task.done_at:
            _record(session, curator, "task.settled", task, council.code, task.done_at)


def _state(
    session: Session, task: CoachingTask, place: int, council: Council, curator: User, owner: User | None
) -> None:
    """Give open tasks their days, and let some be answered, given back, or done."""
    step = place % 6
    task.due_on = coaching.today() + timedelta(days=(20, 2, -6, 12, 9, 5)[step])
    if step < 3:
        return
    said = words.COACHING["answers"]
    text, at = str(said[place % len(said)]), task.created_at + (now() - task.created_at) / 3
    task.answer, task.answered_at, task.state = text, at, TaskState.ANSWERED
    _record(session, owner, "task.answered", task, council.code, at, answer=text)
    later = task.created_at + (now() - task.created_at) / 2
    if step == 4:
        task.state, task.asked_again, task.coach_words = TaskState.OPEN, 1, str(words.COACHING["again"])
        _record(session, curator, "task.asked_again", task, council.code, later, words=task.coach_words)
    elif step == 5:
        task.state, task.done_at, task.checked_by_id = TaskState.DONE, later, curator.id
        task.coach_words = str(words.COACHING["accepted"])
        _record(session, curator, "task.accepted", task, council.code, later, words=task.coach_words)


def _judged(session: Session, council: Council, *states: ListingState) -> list[tuple[Listing, Submission]]:
    """Give some listings in these states with the submission that counts, the newest first."""
    last = sa.select(sa.func.max(Submission.id)).group_by(Submission.listing_id)
    query = (
        sa.select(Listing, Submission)
        .join(Submission, Submission.listing_id == Listing.id)
        .where(Submission.council_id == council.id, Listing.state.in_(states), Submission.id.in_(last))
        .order_by(Listing.id.desc())
        .limit(FEW)
    )
    return [(listing, submission) for listing, submission in session.execute(query)]


def _next_steps(session: Session, council: Council, curator: User) -> None:
    steps = words.COACHING["next"]
    for place, (listing, submission) in enumerate(_judged(session, council, ListingState.LIVE)):
        criterion, text = steps[place % len(steps)]
        kind = kinds.proposed_for(criterion)
        task = CoachingTask(
            submission_id=submission.id,
            listing_id=listing.id,
            kind=TaskKind.FOLLOW_UP,
            criterion=criterion,
            text=text,
            due_on=coaching.today() + timedelta(days=30 + 10 * place),
            help_kind=kind.id,
            coach_id=curator.id if kind.by_coach else None,
            set_by_id=curator.id,
            created_at=submission.created_at + timedelta(days=1),
        )
        session.add(task)
        _record(session, curator, "task.set", task, council.code, task.created_at, words=text, help=kind.id)


def _clinics(session: Session, council: Council, curator: User) -> None:
    today = coaching.today()
    for place, (name, help_kind, where, hour) in enumerate(words.COACHING["clinics"]):
        clinic = Clinic(
            council_id=council.id,
            name=name,
            help_kind=help_kind,
            held_on=today + timedelta(days=9 if place == 0 else -12),
            starts_at=hour,
            place=where,
            note=str(words.COACHING["note"]),
            coach_id=curator.id,
            created_by_id=curator.id,
            created_at=now() - timedelta(days=20),
        )
        session.add(clinic)
        _record(session, curator, "clinic.planned", clinic, council.code, clinic.created_at, name=name)
        _invite(session, council, curator, clinic)


def _invite(session: Session, council: Council, curator: User, clinic: Clinic) -> None:
    """Take the tasks of the clinic's kind to it; to one that is over, those that are done."""
    over = clinic.held_on < coaching.today()
    query = (
        sa.select(CoachingTask, Product.workshop_id)
        .join(Submission, Submission.id == CoachingTask.submission_id)
        .join(Listing, Listing.id == CoachingTask.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(
            Submission.council_id == council.id,
            CoachingTask.help_kind == clinic.help_kind,
            CoachingTask.kind != TaskKind.FOLLOW_UP,
            (CoachingTask.state == TaskState.DONE) if over else (CoachingTask.state == TaskState.OPEN),
        )
        .order_by(CoachingTask.id)
        .limit(FEW)
    )
    invited: set[int] = set()
    for task, workshop_id in session.execute(query).all():
        task.clinic_id = clinic.id
        at = max(clinic.created_at, task.created_at)
        _record(session, curator, "task.invited", task, council.code, at, words=clinic.name)
        if workshop_id not in invited:
            came = (len(invited) % 3 != 2) if over else None
            guest = ClinicGuest(clinic_id=clinic.id, workshop_id=workshop_id, came=came, created_at=at)
            session.add(guest)
            invited.add(workshop_id)


def _samples(session: Session, council: Council, curator: User) -> None:
    found = [
        *_judged(session, council, ListingState.SUBMITTED)[:3],
        *_judged(session, council, ListingState.LIVE)[:5],
    ]
    for place, (listing, submission) in enumerate(found):
        sizes = measures.read(listing.measures).sizes
        if not sizes or (place == 0 and submission.state is not SubmissionState.WAITING):
            continue
        taken = submission.created_at + timedelta(hours=30)
        due = (taken + timedelta(days=45)).date() if place % 3 else None
        sample = Sample(
            listing_id=listing.id,
            council_id=council.id,
            condition=str(words.COACHING["condition"]),
            differs=str(words.COACHING["differs"]) if place == 1 else "",
            kept_where=str(words.COACHING["kept"][place % 3]),
            taken_in_by_id=curator.id,
            taken_in_at=taken,
            due_back_on=due,
        )
        if place == 4:
            back = taken + timedelta(days=20)
            sample.returned_at, sample.returned_by_id = back, curator.id
            sample.returned_to = str(words.COACHING["back"])
        session.add(sample)
        _record(
            session, curator, "sample.taken_in", sample, council.code, taken, kept_where=sample.kept_where
        )
        lightest = session.scalar(
            sa.select(sa.func.min(Variant.weight_g)).where(Variant.product_id == listing.product_id)
        )
        off = 0.88 if place == 0 else 1.01
        sides = [max(1, round(side.low * off)) for side in sizes[0][:3]] + [None, None, None]
        session.add(
            SampleMeasure(
                sample_id=sample.id,
                length_mm=sides[0],
                width_mm=sides[1],
                height_mm=sides[2],
                weight_g=round((lightest or 200) * 0.8),
            )
        )
