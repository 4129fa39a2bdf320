"""The caseload: coaching tasks of a council's region, by state, coach, craft, regency and kind of help. Read-only.

Called by the desk; whose councils are asked for is `catalog.councils.ids_of`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.curation import coaching
from catalog.curation.assignments import TO_ANSWER
from catalog.models import (
    CoachingTask,
    Council,
    Craft,
    Listing,
    ListingState,
    Product,
    Regency,
    Submission,
    TaskKind,
    TaskState,
    Workshop,
)
from shop.models import User

BY_WORKSHOP = "workshop"
"""As a coach: nobody, the workshop does it by itself."""
_BLOCKS = CoachingTask.kind != TaskKind.FOLLOW_UP
_OPEN = sa.and_(CoachingTask.state == TaskState.OPEN, _BLOCKS, Listing.state.in_(TO_ANSWER))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is asked for; empty means all."""

    tab: str = "check"
    coach: str = ""
    """Id of a coach, or `workshop`."""
    help_kind: str = ""
    craft: str = ""
    """Slug of a craft."""
    regency: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One task with what the list says about it."""

    task: CoachingTask
    submission_id: int
    title: str
    workshop: Workshop
    craft: Craft | None
    regency: Regency
    council: Council


def tabs() -> dict[str, sa.ColumnElement[bool]]:
    """Give which tasks each tab shows."""
    return {
        "check": CoachingTask.state == TaskState.ANSWERED,
        "open": _OPEN,
        "late": sa.and_(_OPEN, CoachingTask.due_on < coaching.today()),
        "next": sa.and_(
            CoachingTask.kind == TaskKind.FOLLOW_UP,
            CoachingTask.state == TaskState.OPEN,
            Listing.state == ListingState.LIVE,
        ),
        "done": CoachingTask.state == TaskState.DONE,
    }


def _select(council_ids: Collection[int], *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(CoachingTask)
        .join(Submission, Submission.id == CoachingTask.submission_id)
        .join(Listing, Listing.id == CoachingTask.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .join(Regency, Regency.code == Workshop.regency_code)
        .join(Council, Council.id == Submission.council_id)
        .outerjoin(Craft, Craft.id == Listing.craft_id)
        .where(Submission.council_id.in_(council_ids))
    )


def _chosen(query: sa.Select[Any], asked: Asked) -> sa.Select[Any]:
    if asked.coach == BY_WORKSHOP:
        query = query.where(CoachingTask.coach_id.is_(None))
    elif asked.coach:
        query = query.where(CoachingTask.coach_id == int(asked.coach))
    if asked.help_kind:
        query = query.where(CoachingTask.help_kind == asked.help_kind)
    if asked.craft:
        query = query.where(Craft.slug == asked.craft)
    if asked.regency:
        query = query.where(Workshop.regency_code == asked.regency)
    return query


def counts(session: Session, council_ids: Collection[int], asked: Asked) -> dict[str, int]:
    """Give how many tasks each tab has under the same choices."""
    conditions = tabs()
    sums = [sa.func.coalesce(sa.func.sum(sa.case((one, 1), else_=0)), 0) for one in conditions.values()]
    found = session.execute(_chosen(_select(council_ids, *sums), asked)).one()
    return dict(zip(conditions, found, strict=True))


def page(session: Session, council_ids: Collection[int], asked: Asked, number: int, size: int) -> list[Row]:
    """Give one page: what has waited longest, or is due first, comes first; what is done last comes first."""
    order: dict[str, tuple[Any, ...]] = {
        "check": (CoachingTask.answered_at, CoachingTask.id),
        "done": (CoachingTask.done_at.desc(), CoachingTask.id),
    }
    title = Submission.snapshot["title"].as_string()  # as it was sent, not as it is being written since
    columns = (CoachingTask, Submission.id, title, Workshop, Craft, Regency, Council)
    query = (
        _chosen(_select(council_ids, *columns), asked)
        .where(tabs()[asked.tab])
        .order_by(*order.get(asked.tab, (CoachingTask.due_on, CoachingTask.id)))
        .options(joinedload(CoachingTask.coach))
        .offset((number - 1) * size)
        .limit(size)
    )
    return [Row(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen in the list's filters: only what tasks have."""

    coaches: list[User]
    crafts: list[Craft]
    regencies: list[Regency]


def choices(session: Session, council_ids: Collection[int]) -> Choices:
    """Give what the filters offer."""
    coaches = sa.select(User).where(User.id.in_(_select(council_ids, CoachingTask.coach_id)))
    crafts = sa.select(Craft).where(Craft.id.in_(_select(council_ids, Listing.craft_id)))
    regencies = sa.select(Regency).where(Regency.code.in_(_select(council_ids, Workshop.regency_code)))
    return Choices(
        list(session.scalars(coaches.order_by(User.name))),
        list(session.scalars(crafts.order_by(Craft.name_id))),
        list(session.scalars(regencies.order_by(Regency.name))),
    )
