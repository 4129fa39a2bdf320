"""Letters about coaching tasks: before the day and after it, once each, and when a coach asks again.

Another day is reminded of anew. What is with the council, or closed, is not reminded of. The worker calls `remind`,
`catalog.curation.mentoring` the rest.
"""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import artisans
from catalog.curation import kinds
from catalog.curation.assignments import TO_ANSWER
from catalog.curation.coaching import today
from catalog.models import CoachingTask, Council, Listing, Product, Submission, TaskKind, TaskState
from shop import i18n, jobs, mail
from shop.db import db, transaction
from shop.models import User

SOON = timedelta(days=3)
"""So long before its day a task is reminded of (our own proposal)."""
MOST = 200
"""Tasks that one round of reminders takes; the next round takes more."""


@jobs.periodic(every=3600)
def remind() -> None:
    """Remind of tasks whose day comes within three days, and of those whose day is over."""
    day = today()
    comes = sa.and_(CoachingTask.due_on >= day, CoachingTask.due_on <= day + SOON)
    for what, condition, column in (
        ("soon", comes, CoachingTask.reminded_before),
        ("late", CoachingTask.due_on < day, CoachingTask.reminded_after),
    ):
        waiting = (
            sa.select(CoachingTask.id)
            .join(Listing, Listing.id == CoachingTask.listing_id)
            .where(
                CoachingTask.state == TaskState.OPEN,
                CoachingTask.kind != TaskKind.FOLLOW_UP,
                Listing.state.in_(TO_ANSWER),
                condition,
                column.is_distinct_from(CoachingTask.due_on),
            )
            .order_by(CoachingTask.due_on, CoachingTask.id)
            .limit(MOST)
        )
        for task_id in db.session.scalars(waiting).all():
            with transaction() as session:
                _remind(session, task_id, what, column)


def _remind(session: Session, task_id: int, what: str, column: Any) -> None:
    """Send the letters of one reminder, unless somebody else just has."""
    mine = session.execute(
        sa.update(CoachingTask)
        .where(
            CoachingTask.id == task_id,
            CoachingTask.state == TaskState.OPEN,
            column.is_distinct_from(CoachingTask.due_on),
        )
        .values({column: CoachingTask.due_on})
        .returning(CoachingTask.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if mine is not None:
        tell(session, task_id, what)


def tell(session: Session, task_id: int, what: str) -> None:
    """Write to everybody of the workshop: `soon`, `late` or `again`; of what is late, to the coach as well."""
    task = session.scalars(
        sa.select(CoachingTask)
        .where(CoachingTask.id == task_id)
        .options(joinedload(CoachingTask.coach))
        .execution_options(populate_existing=True)
    ).one()
    product_id, workshop_id, title, council = session.execute(
        sa.select(Product.id, Product.workshop_id, Submission.snapshot["title"].as_string(), Council.name)
        .join(Listing, Listing.product_id == Product.id)
        .join(Submission, Submission.listing_id == Listing.id)
        .join(Council, Council.id == Submission.council_id)
        .where(Submission.id == task.submission_id)
    ).one()
    context = {"task_id": task.id, "product_id": product_id, "title": title, "council": council}
    for member in artisans.members(session, workshop_id):
        _send(session, task, member, what, context)
    if what == "late" and task.coach is not None:
        _send(session, task, task.coach, "coach", context)


def _send(session: Session, task: CoachingTask, reader: User, what: str, context: dict[str, Any]) -> None:
    kind = kinds.of(task.help_kind)
    mail.queue(
        session,
        to=reader.email,
        template="task",
        locale=reader.locale,
        context=context
        | {
            "what": what,
            "name": reader.name,
            "words": task.text,
            "coach_words": task.coach_words,
            "help": kind.name_en if reader.locale == "en" else kind.name_id,
            "day": _written(task.due_on, reader.locale),
        },
        key=f"task-{what}:{task.id}:{task.due_on}:{task.asked_again}:{reader.id}",
    )


def _written(day: date | None, locale: str) -> str:
    with i18n.in_locale(locale):
        return i18n.write_date(day) if day else ""
