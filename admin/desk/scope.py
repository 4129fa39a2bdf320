"""What a council officer may see: the councils of their roles, as codes for rules and as conditions for queries."""

import sqlalchemy as sa
from flask_login import current_user

from catalog.models import Council
from shop import authz
from shop.db import db
from shop.models import Role

DESK_ROLES = (Role.CURATOR, Role.COUNCIL_ADMIN, Role.FINANCE, Role.ADMIN)


def codes(*roles: Role) -> frozenset[str]:
    """Give the council codes of the signed-in person, for these roles or for any role of the desk."""
    return authz.scopes(current_user, *(roles or DESK_ROLES))


def condition(*roles: Role) -> sa.ColumnElement[bool]:
    """Give the same scope as a condition on Council."""
    allowed = codes(*roles)
    if authz.ALL_COUNCILS in allowed:
        return sa.true()
    below = [Council.code.startswith(f"{code}.", autoescape=True) for code in allowed if code]
    return sa.or_(Council.code.in_(allowed), *below)


def councils(*roles: Role) -> list[Council]:
    """Give the councils in scope, by name."""
    return list(db.session.scalars(sa.select(Council).where(condition(*roles)).order_by(Council.name)))
