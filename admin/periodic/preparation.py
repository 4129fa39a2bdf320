"""Preparing a periodic review: the figures of a council's pieces, frozen at that moment, with what the rules propose.

The worker prepares what is due; an administrator of the council may ask for one earlier.
"""

from dataclasses import asdict
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.periodic import figures, rules
from admin.reports import WIB, Period
from catalog import cards, products
from catalog.curation import bars, memberships, rubrics
from catalog.models import Council, PeriodicReview, PeriodicState, Product, ReviewRow, RowState
from shop import audit, jobs
from shop.audit import Actor
from shop.db import db, insert, now, transaction
from shop.errors import Conflict

WORKER = Actor.system("periodic")
CHUNK = 1_000
FEWEST_DAYS = 28
"""A review that an officer asks for is about so many days at least."""


class TooSoon(Conflict):
    """The last review ended a few days ago."""

    message = "The last review is only a few weeks old. Please let the figures grow first."


class NothingOnSale(Conflict):
    """The council has no piece on sale."""

    message = "Nothing of this council is on sale; there is nothing to look at."


def last_of(session: Session, council_id: int) -> PeriodicReview | None:
    """Give the review that a council prepared last."""
    return session.scalar(
        sa.select(PeriodicReview)
        .where(PeriodicReview.council_id == council_id)
        .order_by(PeriodicReview.last_on.desc())
        .limit(1)
    )


def prepare(session: Session, actor: Actor, council: Council) -> PeriodicReview:
    """Prepare a review up to yesterday; the one before it is closed, with what nobody decided.

    :raise TooSoon: :raise NothingOnSale:
    """
    # One after the other: two windows and the worker prepare one review.
    session.execute(sa.select(Council.id).where(Council.id == council.id).with_for_update())
    moment = now()
    last_on = moment.astimezone(WIB).date() - timedelta(days=1)
    before = last_of(session, council.id)
    months = rubrics.for_council(session, council).procedure.review_months
    first_on = before.last_on + timedelta(days=1) if before else memberships.after_months(last_on, -months)
    if before and (last_on - first_on).days < FEWEST_DAYS - 1:
        raise TooSoon
    held = bars.of_council(session, council.id)
    found = figures.of_council(session, council.id, Period(first_on, last_on), moment)
    if not found:
        raise NothingOnSale
    _close(session, actor, council)
    review = PeriodicReview(
        council_id=council.id, first_on=first_on, last_on=last_on, rules=asdict(held), prepared_at=moment
    )
    session.add(review)
    session.flush()
    _write(session, review, found, held)
    audit.record(
        session, actor, "periodic.prepared", review,
        after={"first_on": str(first_on), "last_on": str(last_on), "pieces": len(found)}, scope=council.code,
    )  # fmt: skip
    return review


def _close(session: Session, actor: Actor, council: Council) -> None:
    closed = session.scalar(
        sa.update(PeriodicReview)
        .where(PeriodicReview.council_id == council.id, PeriodicReview.state == PeriodicState.OPEN)
        .values(state=PeriodicState.CLOSED, closed_at=now())
        .returning(PeriodicReview)
    )
    if closed is None:
        return
    left = session.execute(
        sa.update(ReviewRow)
        .where(ReviewRow.review_id == closed.id, ReviewRow.state == RowState.OPEN)
        .values(state=RowState.LEFT)
        .returning(ReviewRow.id)
    ).all()
    audit.record(
        session, actor, "periodic.closed", closed,
        after={"state": PeriodicState.CLOSED, "undecided": len(left)}, scope=council.code,
    )  # fmt: skip


def _write(session: Session, review: PeriodicReview, found: list[figures.Piece], held: bars.Bars) -> None:
    rows = []
    for piece in found:
        proposed = rules.propose(piece.figures, held)
        rows.append(
            {
                "review_id": review.id,
                "product_id": piece.product_id,
                "workshop_id": piece.workshop_id,
                "listing_id": piece.listing_id,
                "title": piece.title,
                "workshop_name": piece.workshop_name,
                "figures": piece.figures.as_json(),
                "proposal": proposed.proposal,
                "rule": proposed.rule,
                "state": RowState.OPEN,
            }
        )
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(session, ReviewRow), rows[start : start + CHUNK])


def due(session: Session) -> list[int]:
    """Name the councils whose next review is due: so many months after the last, or after their first piece."""
    day = memberships.today()
    ended = (
        sa.select(PeriodicReview.council_id, sa.func.max(PeriodicReview.last_on).label("last_on"))
        .group_by(PeriodicReview.council_id)
        .subquery()
    )
    rows = session.execute(
        products.live()
        .join(Council, Council.id == cards.COUNCIL_ID)
        .outerjoin(ended, ended.c.council_id == Council.id)
        .with_only_columns(Council, ended.c.last_on, sa.func.min(Product.published_at))
        .group_by(Council.id, ended.c.last_on)
        .order_by(Council.id)
    ).all()
    found = []
    for council, last_on, first in rows:
        months = rubrics.for_council(session, council).procedure.review_months
        since: date | None = last_on or (first.astimezone(WIB).date() if first else None)
        if since is not None and memberships.after_months(since, months) <= day:
            found.append(council.id)
    return found


@jobs.periodic(every=6 * 3600)
def prepare_due() -> int:
    """Prepare every review that is due, each council by itself; give how many."""
    count = 0
    for council_id in due(db.session()):
        with transaction() as session:
            try:
                prepare(session, WORKER, session.get_one(Council, council_id))
                count += 1
            except (TooSoon, NothingOnSale):  # an officer was quicker, or the last piece has gone
                continue
    return count
