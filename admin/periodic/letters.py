"""Letters to a workshop about the periodic review of its pieces, promised in the transaction that causes them."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.periodic import figures, words
from catalog import artisans
from catalog.curation import bars
from catalog.models import Council, PeriodicReview, ReviewRow
from shop import i18n, mail


def tell(session: Session, row: ReviewRow, kind: str, said: str = "") -> None:
    """Tell everybody of the workshop: `rotate`, `coach`, `retire`, `refused`, `spared` or `retired`."""
    council, kept = session.execute(
        sa.select(Council.name, PeriodicReview.rules)
        .join(PeriodicReview, PeriodicReview.council_id == Council.id)
        .where(PeriodicReview.id == row.review_id)
    ).one()
    for person in artisans.members(session, row.workshop_id):
        with i18n.in_locale(person.locale):
            why = words.rule(row.rule, figures.read(row.figures), bars.read(kept))
            until = i18n.write_date(row.until) if row.until else ""
        mail.queue(
            session,
            to=person.email,
            template="periodic",
            locale=person.locale,
            key=f"periodic:{row.id}:{kind}:{person.id}",
            context={
                "name": person.name,
                "kind": kind,
                "title": row.title,
                "council": council,
                "until": until,
                "why": why if row.decision is row.proposal else "",
                "reason": said or row.reason,
            },
        )
