"""The letters of a dispute, to everybody of finance: one when it is opened, one when it is decided."""

from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import Dispute, DisputeState, Order
from shop import config, i18n, mail
from shop.models import Role, RoleGrant, User

TOLD = (DisputeState.NEEDS_RESPONSE, DisputeState.WON, DisputeState.LOST)


def news(session: Session, order: Order, dispute: Dispute, *, back: int = 0) -> None:
    """Tell finance what became of a dispute, with the way to its page; `back` is owed to the buyer again."""
    if dispute.state not in TOLD:
        return
    people = (
        sa.select(User)
        .where(User.disabled_at.is_(None))
        .where(User.id.in_(sa.select(RoleGrant.user_id).where(RoleGrant.role == Role.FINANCE)))
    )
    for person in session.scalars(people.order_by(User.id)):
        until = ""
        if dispute.due_by is not None:
            with i18n.in_locale(person.locale):
                until = i18n.write_datetime(dispute.due_by)
        mail.queue(
            session,
            to=person.email,
            template="dispute_news",
            locale=person.locale,
            key=f"dispute:{dispute.id}:{dispute.state}:{person.id}",
            context={
                "name": person.name,
                "number": order.number,
                "state": dispute.state,
                "amount": dispute.amount,
                "back": back,
                "until": until,
                "link": _address(f"/desk/disputes/{dispute.id}", person.locale),
            },
        )


def _address(path: str, locale: str) -> str:
    parts = urlsplit(config.current().base_url)
    return f"{parts.scheme}://{parts.netloc}{'/en' if locale == 'en' else ''}{path}"
