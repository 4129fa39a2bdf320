"""Letters to a council that is silent about renewals: who has asked in time stays a member until it answers.

Its administrators (its province's, or the national ones where it has none) hear two weeks after a workshop has asked,
and each week from then on, in one letter each. The worker calls `remind`.
"""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.councils import NATIONAL
from catalog.models import Council, Membership, MembershipState, Renewal, Workshop
from shop import i18n, jobs, mail, web
from shop.db import db, now, transaction
from shop.i18n import WIB
from shop.models import Mail, Role, RoleGrant, User

PATIENCE = timedelta(days=14)
"""So long a workshop waits before its council is reminded (our own proposal)."""
FEW = 10
"""Members that a letter names; the rest is one link away."""
Waiting = tuple[str, str, int]
"""Name and number of a member that asked, and for how many days it has waited."""


@jobs.periodic(every=3600)
def remind() -> int:
    """Write the week's letters that are not written yet; give how many."""
    written = 0
    for code, rows in waiting(db.session()).items():
        for person_id in _officers(db.session(), code):
            with transaction() as session:
                written += _write(session, session.get_one(User, person_id), code, rows)
    return written


def waiting(session: Session) -> dict[str, list[Waiting]]:
    """Give the members whose question nobody has answered for two weeks, by the code of their council."""
    found: dict[str, list[Waiting]] = {}
    query = (
        sa.select(Council.code, Workshop.name, Membership.number, Membership.renewal_at)
        .join(Council, Council.id == Membership.council_id)
        .join(Workshop, Workshop.id == Membership.workshop_id)
        .where(
            Membership.renewal == Renewal.ASKED,
            Membership.state.in_((MembershipState.ACTIVE, MembershipState.LAPSED)),
            Membership.renewal_at <= now() - PATIENCE,
        )
        .order_by(Membership.renewal_at, Membership.id)
    )
    for code, name, number, asked_at in session.execute(query):
        if asked_at is not None:
            found.setdefault(code, []).append((name, number, (now() - asked_at).days))
    return found


def _officers(session: Session, code: str) -> Sequence[int]:
    """Give who administers a council, or its province's, or the national one: the nearest that has anybody."""
    for scope in dict.fromkeys((code, code[:2], NATIONAL)):
        query = (
            sa.select(User.id)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .where(RoleGrant.role == Role.COUNCIL_ADMIN, RoleGrant.scope == scope, User.disabled_at.is_(None))
            .order_by(User.id)
        )
        if people := session.scalars(query).all():
            return people
    return ()


def _write(session: Session, person: User, code: str, rows: list[Waiting]) -> bool:
    """Promise a person's letter of this week about a council, once; say whether it is new."""
    year, week, _day = now().astimezone(WIB).isocalendar()
    key = f"renewals:{code}:{year}-{week}:{person.id}"
    if session.scalar(sa.select(Mail.id).where(Mail.key == key)) is not None:
        return False
    council = session.scalar(sa.select(Council.name).where(Council.code == code)) or ""
    with i18n.in_locale(person.locale):
        link = web.absolute_url("desk_members.index", due="asked")
    mail.queue(
        session,
        to=person.email,
        template="renewals",
        locale=person.locale,
        key=key,
        context={
            "name": person.name,
            "council": council,
            "count": len(rows),
            "rows": [{"name": name, "number": number, "days": days} for name, number, days in rows[:FEW]],
            "link": link,
        },
    )
    return True
