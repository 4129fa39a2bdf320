"""Assignments: the coaching tasks of one workshop as its members see them, and what happened to a task.

Called by the studio, and for the history of a task by the desk as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.curation.coaching import LONGEST
from catalog.models import Clinic, CoachingTask, Listing, ListingState, Product, TaskKind, TaskState
from shop.models import AuditEntry

TO_ANSWER = (ListingState.DRAFT, ListingState.COACHING, ListingState.CONDITIONAL)
"""States of a listing in which its tasks are the artisan's to answer."""
_BLOCKS = CoachingTask.kind != TaskKind.FOLLOW_UP
TABS: dict[str, sa.ColumnElement[bool]] = {
    "open": sa.and_(CoachingTask.state == TaskState.OPEN, _BLOCKS, Listing.state.in_(TO_ANSWER)),
    "answered": CoachingTask.state == TaskState.ANSWERED,
    "next": sa.and_(
        CoachingTask.kind == TaskKind.FOLLOW_UP,
        CoachingTask.state == TaskState.OPEN,
        Listing.state == ListingState.LIVE,
    ),
    "done": CoachingTask.state == TaskState.DONE,
}
"""Which tasks each tab of a workshop's list shows."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One task with the piece that it is about."""

    task: CoachingTask
    product_id: int
    title: str
    listing_state: ListingState

    @property
    def may_answer(self) -> bool:
        """Whether it is the artisan's turn, or may still be."""
        if self.task.state is TaskState.DONE:
            return False
        if self.task.kind is TaskKind.FOLLOW_UP:
            return self.listing_state is ListingState.LIVE
        return self.listing_state in TO_ANSWER


def _rows(workshop_id: int, *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .join(Listing, Listing.id == CoachingTask.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Product.workshop_id == workshop_id)
    )


def counts(session: Session, workshop_id: int) -> dict[str, int]:
    """Give how many tasks each tab has."""
    sums = [sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in TABS.values()]
    query = _rows(workshop_id, *sums).select_from(CoachingTask)
    return dict(zip(TABS, session.execute(query).one(), strict=True))


def page(session: Session, workshop_id: int, tab: str, number: int, size: int) -> list[Assignment]:
    """Give one page of a tab: what is due first comes first, what is done last comes first."""
    order = (
        (CoachingTask.done_at.desc(), CoachingTask.id)
        if tab == "done"
        else (CoachingTask.due_on, CoachingTask.id)
    )
    query = (
        _rows(workshop_id, CoachingTask, Product.id, Listing.title, Listing.state)
        .where(TABS[tab])
        .order_by(*order)
        .options(joinedload(CoachingTask.coach))
        .offset((number - 1) * size)
        .limit(size)
    )
    return [Assignment(*row) for row in session.execute(query)]


def of_task(session: Session, task: CoachingTask) -> Assignment:
    """Give a task with the piece that it is about."""
    row = session.execute(
        sa.select(Product.id, Listing.title, Listing.state)
        .join(Listing, Listing.product_id == Product.id)
        .where(Listing.id == task.listing_id)
    ).one()
    return Assignment(task, *row)


def clinic_of(session: Session, task: CoachingTask) -> Clinic | None:
    """Give the clinic that a task is taken to, unless it was called off."""
    if task.clinic_id is None:
        return None
    clinic = session.get(Clinic, task.clinic_id)
    return clinic if clinic is not None and clinic.called_off_at is None else None


# --- what happened to a task --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a task."""

    at: datetime
    who: str
    """Empty where the shop did it by itself."""
    action: str
    words: str
    help_kind: str
    coach: str
    due_on: date | None


def history(session: Session, task_id: int) -> list[Event]:
    """Tell what happened to a task, the first thing first, from the audit trail."""
    query = (
        sa.select(AuditEntry)
        .where(AuditEntry.object_type == CoachingTask.__tablename__, AuditEntry.object_id == str(task_id))
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return [_event(entry) for entry in session.scalars(query)]


def _event(entry: AuditEntry) -> Event:
    after = entry.after or {}
    words: Sequence[Any] = [after.get(key) for key in ("answer", "words", "reason")]
    coach = after.get("coach")
    day = after.get("due_on")
    return Event(
        at=entry.at,
        who="" if entry.actor_label.startswith("system:") else entry.actor_label,
        action=entry.action,
        words=str(next((text for text in words if text), ""))[:LONGEST],
        help_kind=str(after.get("help") or ""),
        coach=coach if isinstance(coach, str) else "",
        due_on=date.fromisoformat(day) if isinstance(day, str) and day else None,
    )
