"""The letters of a claim: to the buyer, to everybody of the workshop, to the officers of the council.

Each is promised in the transaction that causes it, once, in its reader's language. One template, templates/mail/claim.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans
from catalog.models import Council
from checkout import links
from checkout.claims import finding
from checkout.models import Claim, Order, Side
from shop import config, i18n, mail, web
from shop.models import Role, RoleGrant, User

NATIONAL = "nasional"


def tell(session: Session, claim: Claim, order: Order, what: str, *sides: Side) -> None:
    """Write to these sides what happened; `what` is one of those that the template knows."""
    session.flush()
    title = finding.titles(session, [claim.id]).get(claim.id, "")
    known: dict[str, Any] = {
        "what": what,
        "number": order.number,
        "title": title,
        "kind": claim.kind,
        "wish": claim.wish,
        "remedy": claim.remedy or "",
        "amount": claim.amount,
        "payer": claim.payer,
    }
    key = f"claim-{what}:{claim.id}:{claim.turn}"
    if Side.BUYER in sides:
        _to_buyer(session, claim, order, key, known)
    if Side.WORKSHOP in sides:
        people = artisans.members(session, claim.workshop_id)
        _to_people(session, claim, people, key, known | {"side": "workshop"}, f"/studio/claims/{claim.id}")
    if Side.COUNCIL in sides:
        people = officers(session, claim)
        _to_people(session, claim, people, key, known | {"side": "council"}, f"/desk/claims/{claim.id}")


def _to_buyer(session: Session, claim: Claim, order: Order, key: str, known: dict[str, Any]) -> None:
    with i18n.in_locale(order.locale):
        address = web.absolute_url(
            "claims.show", number=order.number, claim_id=claim.id, key=links.key_of(order)
        )
        until = i18n.write_date(claim.due_at) if claim.due_at else ""
    context = known | {"side": "buyer", "name": order.name, "link": address, "until": until}
    mail.queue(
        session, to=order.email, template="claim", locale=order.locale, context=context, key=f"{key}:buyer"
    )


def _to_people(
    session: Session, claim: Claim, people: Iterable[User], key: str, known: dict[str, Any], path: str
) -> None:
    parts = urlsplit(config.current().base_url)
    for person in people:
        with i18n.in_locale(person.locale):
            until = i18n.write_date(claim.due_at) if claim.due_at else ""
        english = "/en" if person.locale == "en" else ""
        link = f"{parts.scheme}://{parts.netloc}{english}{path}"
        context = known | {"name": person.name, "link": link, "until": until}
        mail.queue(
            session, to=person.email, template="claim", locale=person.locale, context=context,
            key=f"{key}:{person.id}",
        )  # fmt: skip


def officers(session: Session, claim: Claim) -> list[User]:
    """Give who is written to at the council: its administrators, else its curators, else those of the one above.

    Members of the workshop are not among them, nor whoever decided before an appeal.
    """
    code = session.scalar(sa.select(Council.code).where(Council.id == claim.council_id)) or ""
    mine = {person.id for person in artisans.members(session, claim.workshop_id)}
    asked = [(scope, role) for scope in dict.fromkeys((code, code[:2], NATIONAL)) for role in _ROLES]
    for scope, role in asked:
        query = (
            sa.select(User)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .where(RoleGrant.scope == scope, RoleGrant.role == role, User.disabled_at.is_(None))
            .order_by(User.id)
        )
        free = [one for one in session.scalars(query) if one.id not in mine | {claim.decided_by_id}]
        if free:
            return free
    return []


_ROLES = (Role.COUNCIL_ADMIN, Role.CURATOR)
