"""Recusals: a judge stands aside from a workshop, and may judge it again when an officer ends the interest.

Called by the desk. `interests` keeps the declarations; here is what becomes of sheets on pieces that wait, in a round
in session too. Who has once stood aside from a piece that its panel has read never comes back to that piece.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.curation import appointments, interests, panels, scoring, submissions
from catalog.models import (
    Interest,
    InterestKind,
    Judgement,
    Listing,
    PanelStage,
    Product,
    Submission,
    SubmissionState,
)
from shop.audit import Actor
from shop.db import now
from shop.models import User


def stand_aside(
    session: Session,
    actor: Actor,
    person: User,
    submission_id: int,
    kind: InterestKind,
    note: str = "",
) -> Interest:
    """Declare an interest in the workshop of a submission: the person judges none of its pieces from now on.

    What they have marked of pieces that wait is set aside and does not count.

    :raise catalog.curation.submissions.NoSuchSubmission: outside the person's councils.
    :raise catalog.curation.interests.AlreadyDeclared: catalog.curation.interests.NoteRefused:
    """
    submission = submissions.for_staff(session, person, submission_id, guest=True)
    workshop_id = submission.listing.product.workshop_id
    scope = submission.council.code
    interest = interests.declare(session, actor, person, workshop_id, kind, note, scope=scope)
    for one in _waiting(session, workshop_id, person.id):
        session.execute(
            sa.update(Judgement)
            .where(Judgement.submission_id == one.id, Judgement.judge_id == person.id)
            .values(set_aside_at=now())
        )
        panels.restage(session, one)
    appointments.stand_aside(session, actor, person, workshop_id)
    return interest


def end(session: Session, actor: Actor, officer: User, interest_id: int, *, scope: str) -> Interest:
    """Let an interest end, which the record keeps, and give the person the pieces whose panel still marks.

    A sheet that was not handed in is theirs again; one that was handed in stays aside. Where the panel has read its
    marks the person stays apart, so that a verdict that is ready keeps its judges. Whose business it is the caller
    has checked: a council administrator's. :raise catalog.curation.interests.NoSuchInterest:
    """
    interest = interests.get(session, interest_id)
    waiting = _waiting(session, interest.workshop_id, interest.person_id)
    reads = [one for one in waiting if panels.of(session, one).stage is not PanelStage.JUDGING]
    ended = interests.end(session, actor, officer, interest_id, scope=scope)
    for one in waiting:
        if one in reads:
            scoring.opened(session, one.id, interest.person_id).set_aside_at = now()
        else:
            session.execute(
                sa.update(Judgement)
                .where(
                    Judgement.submission_id == one.id,
                    Judgement.judge_id == interest.person_id,
                    Judgement.handed_in_at.is_(None),
                )
                .values(set_aside_at=None)
            )
        session.flush()
        panels.restage(session, one)
    return ended


def _waiting(session: Session, workshop_id: int, person_id: int) -> Sequence[Submission]:
    """Lock the pieces of a workshop that wait and concern a judge: those with a sheet of theirs, and those of rounds.

    A round waits for everybody on its panel who is free of interest, also before a sheet is begun.
    """
    own_sheet = sa.and_(Judgement.submission_id == Submission.id, Judgement.judge_id == person_id)
    concerned = (
        sa.select(Submission)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .outerjoin(Judgement, own_sheet)
        .where(
            Product.workshop_id == workshop_id,
            Submission.state == SubmissionState.WAITING,
            sa.or_(Judgement.id.is_not(None), Submission.round_id.is_not(None)),
        )
        .order_by(Submission.id)
    )
    locked = []
    for one in session.scalars(concerned).all():
        try:
            scoring.lock(session, one.id)
        except submissions.NotWaiting:
            continue  # decided a moment ago, with the sheets that counted then
        locked.append(one)
    return locked
