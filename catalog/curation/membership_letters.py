"""Letters to a workshop about its membership, promised in the transaction that causes them.

Called by `catalog.curation.memberships` and by the reminders of the worker; the words stand in templates/mail/.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans
from catalog.models import Council, Membership, MembershipEvent, MembershipEventKind, MembershipState
from shop import i18n, mail

TOLD = frozenset(MembershipEventKind) - {MembershipEventKind.WIDENED, MembershipEventKind.RENEWAL_ASKED}
"""What the workshop did itself, and further crafts, need no letter."""


def tell(session: Session, membership: Membership, event: MembershipEvent) -> None:
    """Tell everybody of the workshop what has happened."""
    if event.kind not in TOLD:
        return
    if event.kind is MembershipEventKind.ADMITTED and membership.state is not MembershipState.ACTIVE:
        return
    _send(session, membership, event.kind, event.reason, f"membership-event:{event.id}")


def remind(session: Session, membership: Membership, days: int) -> None:
    """Remind the workshop that its term ends in so many days at most; once for each term and step."""
    _send(session, membership, "ending", "", f"membership-ends:{membership.id}:{membership.ends_on}:{days}")


def _send(session: Session, membership: Membership, kind: str, reason: str, key: str) -> None:
    council = session.scalar(sa.select(Council.name).where(Council.id == membership.council_id)) or ""
    for person in artisans.members(session, membership.workshop_id):
        mail.queue(
            session,
            to=person.email,
            template="membership",
            locale=person.locale,
            key=f"{key}:{person.id}",
            context={
                "name": person.name,
                "kind": str(kind),
                "number": membership.number,
                "council": council,
                "ends_on": _written(membership.ends_on, person.locale),
                "reason": reason,
            },
        )


def _written(day: date, locale: str) -> str:
    with i18n.in_locale(locale):
        return i18n.write_date(day)
