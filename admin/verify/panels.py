"""Checks of panels: who judged, what they handed in, and that an appeal went to others."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.curation import panels, rubrics
from catalog.models import (
    Appeal,
    GateCheck,
    Interest,
    Judgement,
    Lane,
    Listing,
    Panel,
    Product,
    Score,
    Submission,
    SubmissionState,
    WorkshopMember,
)

COUNTS = (Judgement.handed_in_at.is_not(None), Judgement.set_aside_at.is_(None))


def enough_judges(session: Session) -> Iterator[str]:
    """Find verdicts of a panel that rest on too few sheets of different judges who were free to judge.

    What was decided before panels were asked for says so in its row of `panels`.
    """
    member = sa.select(WorkshopMember.id).where(
        WorkshopMember.workshop_id == Product.workshop_id,
        WorkshopMember.user_id == Judgement.judge_id,
        WorkshopMember.created_at <= Judgement.handed_in_at,
    )
    interest = sa.select(Interest.id).where(
        Interest.workshop_id == Product.workshop_id,
        Interest.person_id == Judgement.judge_id,
        Interest.declared_at <= Judgement.handed_in_at,
        sa.or_(Interest.ended_at.is_(None), Interest.ended_at > Judgement.handed_in_at),
    )
    free = sa.and_(*COUNTS, Judgement.free_of_interest, ~member.exists(), ~interest.exists())
    sheets = sa.func.count(sa.distinct(sa.case((free, Judgement.judge_id))))
    needed = sa.func.coalesce(Panel.needed, panels.FEWEST)
    query = (
        sa.select(Submission.id, sheets, needed)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .outerjoin(Panel, Panel.submission_id == Submission.id)
        .outerjoin(Judgement, Judgement.submission_id == Submission.id)
        .where(
            Submission.state == SubmissionState.DECIDED,
            Submission.lane == Lane.PANEL,
            sa.or_(Panel.id.is_(None), ~Panel.exempt),
        )
        .group_by(Submission.id, Panel.needed)
        .having(sa.or_(sheets < needed, sheets < panels.FEWEST))
        .order_by(Submission.id)
    )
    for submission_id, counted, asked in session.execute(query):
        yield f"submission {submission_id} was decided on {counted} sheets of free judges, of {asked}"


def complete_sheets(session: Session) -> Iterator[str]:
    """Find sheets that were handed in without a mark on every criterion or an answer to every gate."""
    used = sa.select(Submission.rubric_id).distinct()
    for rubric_id in session.scalars(used).all():
        rubric = rubrics.by_id(session, rubric_id)
        for table, asked in ((Score, len(rubric.criteria)), (GateCheck, len(rubric.gates))):
            given = (
                sa.select(sa.func.count(table.id))
                .where(table.submission_id == Judgement.submission_id, table.curator_id == Judgement.judge_id)
                .scalar_subquery()
            )
            query = (
                sa.select(Judgement.id)
                .join(Submission, Submission.id == Judgement.submission_id)
                .where(Submission.rubric_id.is_not_distinct_from(rubric_id), *COUNTS, given < asked)
                .order_by(Judgement.id)
            )
            for judgement_id in session.scalars(query):
                yield f"sheet {judgement_id} was handed in incomplete"


def other_panel(session: Session) -> Iterator[str]:
    """Find appeals that somebody judged who had judged the piece the first time."""
    first = sa.orm.aliased(Judgement)
    query = (
        sa.select(Appeal.id, Judgement.judge_id)
        .join(Judgement, Judgement.submission_id == Appeal.submission_id)
        .join(
            first,
            sa.and_(first.submission_id == Appeal.first_submission_id, first.judge_id == Judgement.judge_id),
        )
        .where(*COUNTS, first.handed_in_at.is_not(None))
        .order_by(Appeal.id)
    )
    for appeal_id, judge_id in session.execute(query):
        yield f"appeal {appeal_id} was judged by user {judge_id} of the first panel"
