"""The shelf of samples: what a council keeps, where, and what has to go back. Read-only; called by the desk."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.curation import coaching
from catalog.models import Council, Listing, Product, Sample, Submission, Workshop


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list of samples is asked for."""

    tab: str = "kept"
    where: str = ""
    """A part of the place."""


def tabs() -> dict[str, sa.ColumnElement[bool]]:
    """Give which samples each tab of the list shows."""
    kept = Sample.returned_at.is_(None)
    today = coaching.today()
    return {
        "kept": kept,
        "due": sa.and_(kept, Sample.due_back_on >= today),
        "late": sa.and_(kept, Sample.due_back_on < today),
        "returned": Sample.returned_at.is_not(None),
    }


def _select(council_ids: Collection[int], asked: Asked, *columns: Any) -> sa.Select[Any]:
    query = (
        sa.select(*columns)
        .select_from(Sample)
        .join(Listing, Listing.id == Sample.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .join(Council, Council.id == Sample.council_id)
        .where(Sample.council_id.in_(council_ids))
    )
    return query.where(Sample.kept_where.icontains(asked.where, autoescape=True)) if asked.where else query


def counts(session: Session, council_ids: Collection[int], asked: Asked) -> dict[str, int]:
    """Give how many samples each tab has."""
    conditions = tabs()
    sums = [sa.func.coalesce(sa.func.sum(sa.case((one, 1), else_=0)), 0) for one in conditions.values()]
    return dict(zip(conditions, session.execute(_select(council_ids, asked, *sums)).one(), strict=True))


def page(
    session: Session, council_ids: Collection[int], asked: Asked, number: int, size: int
) -> list[tuple[Sample, str, Workshop, Council]]:
    """Give one page of samples with title, workshop and council: what goes back first comes first."""
    title = (  # as it was sent last, not as it is being written since
        sa.select(Submission.snapshot["title"].as_string())
        .where(Submission.listing_id == Sample.listing_id)
        .order_by(Submission.number.desc())
        .limit(1)
        .correlate(Sample)
        .scalar_subquery()
    )
    late_first = (Sample.due_back_on.is_(None), Sample.due_back_on, Sample.id)
    order = (Sample.returned_at.desc(), Sample.id) if asked.tab == "returned" else late_first
    query = (
        _select(council_ids, asked, Sample, title, Workshop, Council)
        .where(tabs()[asked.tab])
        .order_by(*order)
        .offset((number - 1) * size)
        .limit(size)
    )
    return [tuple(row) for row in session.execute(query)]
