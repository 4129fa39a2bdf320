"""Deciding a periodic review: each row once, with what follows from it; the workshop's objection, and its answer.

Keep: nothing. Show anew: the workshop is asked to, by a day. Coach: a follow-up task. Take off: after a notice, in
which the workshop may object once; then the council answers, and the worker withdraws what is due.
"""

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from admin.periodic import letters, rules
from catalog import artisans, councils, publication
from catalog.curation import bars, followups, memberships
from catalog.models import (
    Council,
    PeriodicReview,
    PeriodicState,
    Product,
    ProductState,
    Proposal,
    ReviewRow,
    RowState,
    Submission,
    SubmissionState,
    WorkshopMember,
)
from shop import audit, jobs
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.models import AuditEntry, User

WORKER = Actor.system("periodic")
LONGEST = 1000


class NoSuchRow(NotFound):
    """There is no such piece in a review, or not for this person."""


class DecidedAlready(Conflict):
    """Somebody has decided, or the next review has been prepared."""

    message = "This has been decided in the meantime, or the next review has begun. Please look at it again."


class OwnPiece(Forbidden):
    """Nobody decides about a piece of their own workshop."""

    message = "This piece is from your own workshop. Somebody else decides about it."


class WordsMissing(Invalid):
    """What is not simply kept as proposed needs words for the workshop."""

    message = "Please say why in a few words; the workshop reads them."


class TooLate(Conflict):
    """The notice is over, or the workshop has objected before."""

    message = "An objection is possible once, while the notice runs."


def of_staff(session: Session, person: User, review_id: int) -> PeriodicReview:
    """Give a review of a staff member's councils. :raise NoSuchRow: to others."""
    review = session.scalar(
        sa.select(PeriodicReview)
        .where(
            PeriodicReview.id == review_id, PeriodicReview.council_id.in_(councils.ids_of(session, person))
        )
        .options(joinedload(PeriodicReview.council))
    )
    if review is None:
        raise NoSuchRow
    return review


def row_of_staff(session: Session, person: User, row_id: int) -> ReviewRow:
    """Give one piece of a review with its review and council. :raise NoSuchRow: outside the person's councils."""
    row = session.scalar(
        sa.select(ReviewRow)
        .join(PeriodicReview, PeriodicReview.id == ReviewRow.review_id)
        .where(ReviewRow.id == row_id, PeriodicReview.council_id.in_(councils.ids_of(session, person)))
        .options(
            joinedload(ReviewRow.review).joinedload(PeriodicReview.council),
            joinedload(ReviewRow.product),
            joinedload(ReviewRow.decided_by),
        ),
        execution_options={"populate_existing": True},
    )
    if row is None:
        raise NoSuchRow
    return row


def row_of_member(session: Session, workshop_id: int, row_id: int) -> ReviewRow:
    """Give a decided row to somebody of its workshop. :raise NoSuchRow:"""
    row = session.scalar(
        sa.select(ReviewRow)
        .where(ReviewRow.id == row_id, ReviewRow.workshop_id == workshop_id, ReviewRow.decision.is_not(None))
        .options(joinedload(ReviewRow.review).joinedload(PeriodicReview.council))
    )
    if row is None:
        raise NoSuchRow
    return row


def _judged(session: Session, person: User, row_id: int) -> ReviewRow:
    row = row_of_staff(session, person, row_id)
    if artisans.is_member(session, row.workshop_id, person.id):
        raise OwnPiece
    return row


def _settle(session: Session, row: ReviewRow, was: RowState, to: RowState, **values: object) -> None:
    """Move a row by one conditional UPDATE. :raise DecidedAlready:"""
    moved = session.execute(
        sa.update(ReviewRow)
        .where(ReviewRow.id == row.id, ReviewRow.state == was)
        .values(state=to, **values)
        .returning(ReviewRow.id)
    )
    if moved.scalar() is None:
        raise DecidedAlready
    session.refresh(row)


def decide(
    session: Session, actor: Actor, person: User, row_id: int, decision: Proposal, words: str
) -> ReviewRow:
    """Decide about one piece.

    :raise DecidedAlready: :raise OwnPiece: :raise NoSuchRow:
    :raise WordsMissing: to coach, to take off, and for anything else than what is proposed.
    """
    row = _judged(session, person, row_id)
    if row.review.state is not PeriodicState.OPEN:
        raise DecidedAlready
    if not words and (decision in (Proposal.COACH, Proposal.RETIRE) or decision is not row.proposal):
        raise WordsMissing
    held = bars.read(row.review.rules)
    day = memberships.today()
    until = {
        Proposal.RETIRE: day + timedelta(days=held.notice_days),
        Proposal.ROTATE: day + timedelta(days=held.rotate_days),
    }.get(decision)
    to = RowState.NOTICE if decision is Proposal.RETIRE else RowState.SETTLED
    _settle(
        session, row, RowState.OPEN, to,
        decision=decision, reason=words, decided_by_id=person.id, decided_at=now(), until=until,
    )  # fmt: skip
    after = {"state": to, "decision": decision, "proposal": row.proposal, "reason": words}
    audit.record(
        session, actor, "periodic.decided", row,
        after=after | ({"until": str(until)} if until else {}), scope=row.review.council.code,
    )  # fmt: skip
    if decision is Proposal.COACH:
        _coach(session, actor, person, row)
    if decision is not Proposal.KEEP:
        letters.tell(session, row, str(decision))
    return row


def _coach(session: Session, actor: Actor, person: User, row: ReviewRow) -> None:
    """Set a follow-up for the piece, on the submission that put it on sale."""
    submission_id = session.scalar(
        sa.select(Submission.id)
        .where(Submission.listing_id == row.listing_id, Submission.state == SubmissionState.DECIDED)
        .order_by(Submission.number.desc())
        .limit(1)
    )
    product = session.get_one(Product, row.product_id)
    if submission_id is None or product.live_listing_id != row.listing_id:
        return  # another version has passed since: what was wrong may be mended, and the letter says the rest
    criterion = rules.CRITERIA.get(row.rule, "marketing")
    followups.add(session, actor, person, submission_id, criterion, row.reason)


def keep_proposed(
    session: Session, actor: Actor, person: User, review: PeriodicReview, ids: Collection[int] | None = None
) -> int:
    """Keep pieces whose keeping is proposed, these or all of a review; give how many. Own pieces stay open."""
    if review.state is not PeriodicState.OPEN:
        raise DecidedAlready
    own = sa.select(WorkshopMember.workshop_id).where(WorkshopMember.user_id == person.id)
    kept = sa.update(ReviewRow).where(
        ReviewRow.review_id == review.id,
        ReviewRow.state == RowState.OPEN,
        ReviewRow.proposal == Proposal.KEEP,
        ReviewRow.workshop_id.not_in(own),
    )
    if ids is not None:
        kept = kept.where(ReviewRow.id.in_(ids))
    moment = now()
    values = {"decision": Proposal.KEEP, "decided_by_id": person.id, "decided_at": moment}
    found = session.scalars(
        kept.values(state=RowState.SETTLED, **values)
        .returning(ReviewRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    entry = {
        "at": moment, "actor_id": actor.user_id, "actor_label": actor.label[:120], "ip": actor.ip,
        "request_id": actor.request_id, "action": "periodic.decided", "object_type": ReviewRow.__tablename__,
        "scope": review.council.code, "before": {},
        "after": {"state": RowState.SETTLED, "decision": Proposal.KEEP, "proposal": Proposal.KEEP},
    }  # fmt: skip
    if found:
        session.execute(sa.insert(AuditEntry), [entry | {"object_id": str(row_id)} for row_id in found])
    return len(found)


# --- objections, and what leaves the shop ---------------------------------------------------------------------------


def may_object(row: ReviewRow) -> bool:
    """Say whether the workshop can object now."""
    until = row.until
    return (
        row.state is RowState.NOTICE
        and row.objected_at is None
        and until is not None
        and until >= memberships.today()
    )


def object_to(session: Session, actor: Actor, row: ReviewRow, words: str) -> None:
    """Object to a piece being taken off; it stays until the council has answered.

    :raise TooLate: :raise WordsMissing:
    """
    if not may_object(row):
        raise TooLate
    if not words:
        raise WordsMissing
    _settle(session, row, RowState.NOTICE, RowState.OBJECTED, objection=words, objected_at=now())
    audit.record(
        session, actor, "periodic.objected", row, before={"state": RowState.NOTICE},
        after={"state": RowState.OBJECTED, "reason": words}, scope=row.review.council.code,
    )  # fmt: skip


def answer(
    session: Session, actor: Actor, person: User, row_id: int, *, stays: bool, words: str
) -> ReviewRow:
    """Answer an objection: the piece stays, or leaves when the notice is over.

    :raise DecidedAlready: :raise OwnPiece: :raise WordsMissing:
    """
    row = _judged(session, person, row_id)
    if not words:
        raise WordsMissing
    to = RowState.SPARED if stays else RowState.NOTICE
    settled = {"settled_at": now(), "settled_by_id": person.id} if stays else {}
    _settle(session, row, RowState.OBJECTED, to, answer=words, **settled)
    audit.record(
        session, actor, "periodic.answered", row, before={"state": RowState.OBJECTED},
        after={"state": to, "reason": words}, scope=row.review.council.code,
    )  # fmt: skip
    letters.tell(session, row, "spared" if stays else "refused", words)
    return row


@jobs.periodic(every=3600)
def retire_due() -> int:
    """Take pieces off the shop whose notice is over; give how many."""
    query = sa.select(ReviewRow.id).where(
        ReviewRow.state == RowState.NOTICE, ReviewRow.until < memberships.today()
    )
    count = 0
    for row_id in list(db.session.scalars(query.order_by(ReviewRow.id))):
        try:
            with transaction() as session:
                _retire(session, session.get_one(ReviewRow, row_id, options=[joinedload(ReviewRow.review)]))
        except (DecidedAlready, publication.NotPossibleNow):  # somebody was quicker
            continue
        count += 1
    return count


def _retire(session: Session, row: ReviewRow) -> None:
    _settle(session, row, RowState.NOTICE, RowState.RETIRED, settled_at=now())
    product = session.get_one(Product, row.product_id)
    if product.state is not ProductState.WITHDRAWN:
        publication.withdraw(session, WORKER, product)
    code = session.scalar(sa.select(Council.code).where(Council.id == row.review.council_id)) or ""
    audit.record(
        session, WORKER, "periodic.retired", row, before={"state": RowState.NOTICE},
        after={"state": RowState.RETIRED, "product": row.product_id}, scope=code,
    )  # fmt: skip
    letters.tell(session, row, "retired")
