"""Letters about parcels on their way or late: to the buyer, to everybody of the workshop, to the council's officers.

Called by `checkout.tracking`, `lateness` and `stranded`, in the transaction of what they tell. What each says stands
in templates/mail/_parcel.txt, by kind.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans
from catalog.models import Council, Workshop
from checkout import links
from checkout.models import Order, Shipment
from shop import i18n, mail, web
from shop.models import Role, RoleGrant, User

EMPTY = {"day": "", "until": "", "cancel_day": "", "reason": "", "tracking_number": ""}
"""What a letter may name besides; each kind uses some."""


def to_buyer(
    session: Session,
    order: Order,
    parcel: Shipment,
    kind: str,
    *,
    key: str = "",
    days: dict[str, datetime] | None = None,
    **context: Any,
) -> None:
    """Write to the buyer, once per parcel, kind and `key`."""
    with i18n.in_locale(order.locale):
        written = {name: i18n.write_date(moment) for name, moment in (days or {}).items()}
    mail.queue(
        session,
        to=order.email,
        template="parcel_buyer",
        locale=order.locale,
        key=f"parcel-buyer:{parcel.id}:{kind}:{key}",
        context={
            **EMPTY,
            "kind": kind,
            "name": order.name,
            "number": order.number,
            "workshop": _workshop_name(session, parcel),
            "link": links.link(order),
        }
        | written
        | context,
    )


def to_workshop(
    session: Session,
    order: Order,
    parcel: Shipment,
    kind: str,
    *,
    key: str = "",
    days: dict[str, datetime] | None = None,
    **context: Any,
) -> None:
    """Write to everybody of the workshop, once per parcel, kind and `key`."""
    for person in artisans.members(session, parcel.workshop_id):
        _to_person(
            session, person, "parcel_workshop", order, parcel, kind, key, days, context,
            endpoint="studio_parcels.show", shipment_id=parcel.id,
        )  # fmt: skip


def to_council(
    session: Session,
    order: Order,
    parcel: Shipment,
    kind: str,
    *,
    key: str = "",
    days: dict[str, datetime] | None = None,
    **context: Any,
) -> None:
    """Write to the officers of the workshop's council, once per parcel, kind and `key`."""
    for person in officers(session, parcel.workshop_id):
        _to_person(
            session, person, "parcel_council", order, parcel, kind, key, days, context,
            endpoint="desk_parcels.show", shipment_id=parcel.id,
        )  # fmt: skip


def officers(session: Session, workshop_id: int) -> list[User]:
    """Give the administrators of a workshop's council; the shop's own where it has none."""
    code = session.scalar(
        sa.select(Council.code)
        .join(Workshop, Workshop.council_id == Council.id)
        .where(Workshop.id == workshop_id)
    )
    found = _holders(session, Role.COUNCIL_ADMIN, code or "")
    return found or _holders(session, Role.ADMIN, None)


def _holders(session: Session, role: Role, scope: str | None) -> list[User]:
    query = (
        sa.select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role == role, User.disabled_at.is_(None))
    )
    if scope is not None:
        query = query.where(RoleGrant.scope == scope)
    return list(session.scalars(query.distinct().order_by(User.id)))


def _to_person(
    session: Session,
    person: User,
    template: str,
    order: Order,
    parcel: Shipment,
    kind: str,
    key: str,
    days: dict[str, datetime] | None,
    context: dict[str, Any],
    *,
    endpoint: str,
    **address: Any,
) -> None:
    with i18n.in_locale(person.locale):
        written = {name: i18n.write_date(moment) for name, moment in (days or {}).items()}
        link = web.absolute_url(endpoint, **address)
    mail.queue(
        session,
        to=person.email,
        template=template,
        locale=person.locale,
        key=f"{template.replace('_', '-')}:{parcel.id}:{kind}:{key}:{person.id}",
        context={
            **EMPTY,
            "kind": kind,
            "name": person.name,
            "number": order.number,
            "workshop": _workshop_name(session, parcel),
            "link": link,
        }
        | written
        | context,
    )


def _workshop_name(session: Session, parcel: Shipment) -> str:
    """Give the name that is public, or the one it has for itself."""
    row = session.execute(
        sa.select(Workshop.live_name, Workshop.name).where(Workshop.id == parcel.workshop_id)
    ).one()
    return row[0] or row[1] or ""
