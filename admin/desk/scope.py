"""What a council officer may see: the councils of their roles, as codes for rules and as conditions for queries."""

import sqlalchemy as sa
from flask_login import current_user

from admin import reports
from catalog.models import Council
from shop import authz
from shop.db import db
from shop.errors import NotFound
from shop.models import Role

DESK_ROLES = (Role.CURATOR, Role.COUNCIL_ADMIN, Role.FINANCE, Role.ADMIN)
JUDGES = (Role.CURATOR, Role.COUNCIL_ADMIN, Role.ADMIN)
"""Who looks at pieces and workshops; finance sees orders, sales and rates."""


KEEPERS = (Role.COUNCIL_ADMIN, Role.FINANCE, Role.ADMIN)
"""Who sees statements, commission and bank details."""
PAYERS = (Role.FINANCE, Role.ADMIN)
"""Who proposes and approves payouts, and reads account numbers."""


def keepers() -> bool:
    """Say whether the signed-in person keeps a council's money."""
    return bool(current_user.holds(*KEEPERS))


def payers() -> bool:
    """Say whether the signed-in person proposes and approves payouts."""
    return bool(current_user.holds(*PAYERS))


def bookkeepers() -> bool:
    """Say whether the signed-in person keeps the books of all councils."""
    return payers() and authz.ALL_COUNCILS in codes(*PAYERS)


def judges() -> bool:
    """Say whether the signed-in person may look at pieces and workshops at all."""
    return bool(current_user.holds(*JUDGES))


def codes(*roles: Role) -> frozenset[str]:
    """Give the council codes of the signed-in person, for these roles or for any role of the desk."""
    return authz.scopes(current_user, *(roles or DESK_ROLES))


def covers(council: Council, *roles: Role) -> bool:
    """Say whether the signed-in person holds one of these roles for a council."""
    return authz.covers(codes(*roles), council.code)


def condition(*roles: Role) -> sa.ColumnElement[bool]:
    """Give the same scope as a condition on Council."""
    return reports.in_scope(codes(*roles))


def councils(*roles: Role) -> list[Council]:
    """Give the councils in scope, by name."""
    return list(db.session.scalars(sa.select(Council).where(condition(*roles)).order_by(Council.name)))


def chosen(asked: str, *roles: Role) -> tuple[Council, list[Council]]:
    """Give the council with this code of those in scope, or the first where none is asked for; and all of them.

    :raise NotFound: when there is none.
    """
    mine = councils(*roles)
    fitting = [council for council in mine if council.code == asked or not asked]
    if not fitting:
        raise NotFound
    return fitting[0], mine
