"""Checks of coaching and of reference samples."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.councils import STAFF
from catalog.curation import kinds
from catalog.models import (
    CoachingTask,
    Listing,
    ListingPhoto,
    Picture,
    Portrait,
    Product,
    Sample,
    SampleMeasure,
    SamplePhoto,
    SampleState,
    TaskEvidence,
    TaskState,
    WorkshopMember,
)
from shop.models import AuditEntry, Role, RoleGrant

ENDS = ("task.accepted", "task.settled", "task.dropped")


def _member_of(listing_id: Any, user_id: Any) -> sa.ColumnElement[bool]:
    """Ask whether somebody belongs to the workshop of a listing."""
    return (
        sa.exists()
        .where(Listing.id == listing_id, WorkshopMember.user_id == user_id)
        .where(Product.id == Listing.product_id, WorkshopMember.workshop_id == Product.workshop_id)
    )


def owned_tasks(session: Session) -> Iterator[str]:
    """Find tasks without a kind of help or a day, and those whose coach is of the workshop or of no council."""
    open_ones = CoachingTask.state != TaskState.DONE
    known = [kind.id for kind in kinds.every()]
    lost = sa.or_(CoachingTask.due_on.is_(None), CoachingTask.help_kind.not_in(known))
    for task_id in session.scalars(sa.select(CoachingTask.id).where(open_ones, lost)):
        yield f"task {task_id} has no kind of help or no day"
    office = sa.exists().where(
        RoleGrant.user_id == CoachingTask.coach_id, RoleGrant.role.in_((*STAFF, Role.ADMIN))
    )
    stray = sa.or_(~office, _member_of(CoachingTask.listing_id, CoachingTask.coach_id))
    query = sa.select(CoachingTask.id).where(open_ones, CoachingTask.coach_id.is_not(None), stray)
    for task_id in session.scalars(query):
        yield f"task {task_id} has a coach who is of no council, or of the workshop itself"


def checked_tasks(session: Session) -> Iterator[str]:
    """Find tasks that are done and that nobody from outside the workshop has checked."""
    checked_by = sa.func.coalesce(CoachingTask.checked_by_id, 0)
    own = _member_of(CoachingTask.listing_id, CoachingTask.checked_by_id)
    query = sa.select(CoachingTask.id).where(
        CoachingTask.state == TaskState.DONE, sa.or_(checked_by == 0, own)
    )
    for task_id in session.scalars(query):
        yield f"task {task_id} is done, and nobody from outside the workshop has checked it"


def audited_tasks(session: Session) -> Iterator[str]:
    """Find tasks whose beginning or end the audit trail does not know; those from before it are left alone."""
    key = sa.cast(CoachingTask.id, sa.String)
    entry = sa.select(AuditEntry.id).where(
        AuditEntry.object_type == CoachingTask.__tablename__, AuditEntry.object_id == key
    )
    begun = entry.where(AuditEntry.action == "task.set").exists()
    ended = entry.where(AuditEntry.action.in_(ENDS)).exists()
    missing = sa.or_(~begun, sa.and_(CoachingTask.state == TaskState.DONE, ~ended))
    query = sa.select(CoachingTask.id).where(CoachingTask.set_by_id.is_not(None), missing)
    for task_id in session.scalars(query):
        yield f"task {task_id} has no entry of its beginning or of its end in the audit trail"


def whole_samples(session: Session) -> Iterator[str]:
    """Find listings with several samples that hold, samples without a measure, and those taken in by the workshop."""
    twice = (
        sa.select(Sample.listing_id)
        .where(Sample.state == SampleState.CURRENT)
        .group_by(Sample.listing_id)
        .having(sa.func.count() > 1)
    )
    for listing_id in session.scalars(twice):
        yield f"listing {listing_id} has several samples that hold"
    measured = sa.exists().where(SampleMeasure.sample_id == Sample.id)
    for sample_id in session.scalars(sa.select(Sample.id).where(~measured)):
        yield f"sample {sample_id} has no measure"
    own = _member_of(Sample.listing_id, Sample.taken_in_by_id)
    for sample_id in session.scalars(sa.select(Sample.id).where(own)):
        yield f"sample {sample_id} was taken in by a member of its workshop"


def private_pictures(session: Session) -> Iterator[str]:
    """Find photographs of samples that could be seen outside the council, and evidence of another workshop."""
    in_listing = sa.exists().where(ListingPhoto.picture_id == Picture.id)
    as_portrait = sa.exists().where(
        sa.or_(Portrait.picture_id == Picture.id, Portrait.live_picture_id == Picture.id)
    )
    seen = sa.or_(Picture.public, in_listing, as_portrait)
    for picture_id in session.scalars(sa.select(Picture.id).where(Picture.of_council, seen)):
        yield f"picture {picture_id} is the council's, and public or in a listing"
    loose = (
        sa.select(SamplePhoto.picture_id)
        .join(Picture, Picture.id == SamplePhoto.picture_id)
        .where(~Picture.of_council)
    )
    for picture_id in session.scalars(loose):
        yield f"picture {picture_id} of a sample is not kept as the council's"
    foreign = (
        sa.select(TaskEvidence.picture_id)
        .join(Picture, Picture.id == TaskEvidence.picture_id)
        .join(CoachingTask, CoachingTask.id == TaskEvidence.task_id)
        .join(Listing, Listing.id == CoachingTask.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Product.workshop_id != Picture.workshop_id)
    )
    for picture_id in session.scalars(foreign):
        yield f"picture {picture_id} is evidence for another workshop's task"
