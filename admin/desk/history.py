"""The history of the region: who did what, when, before and after, from the audit trail."""

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin import paging
from admin.desk import scope, trail
from shop import authz, inputs
from shop.db import db
from shop.errors import NotFound
from shop.models import AuditEntry

blueprint = Blueprint("desk_history", __name__, url_prefix="/desk/history")
authz.guard(blueprint, roles=scope.DESK_ROLES)
PAGE = 50
LAST_PAGE = 100_000
ASKED = ("action", "who", "object", "piece", "workshop")


class NothingToRead(NotFound):
    """There is no such piece or workshop, or none that a council of this person has to do with."""


def _readable(asked: dict[str, str]) -> sa.ColumnElement[bool]:
    """Give what the person may read: the region's history, or all about one piece or workshop.

    :raise NothingToRead:
    """
    for name, of in (("piece", trail.of_piece), ("workshop", trail.of_workshop)):
        if typed := asked[name]:
            number = inputs.digits(typed, 0, most=17)
            condition = of(db.session(), current_user, number)
            if condition is None:
                raise NothingToRead
            return condition
    return trail.in_scope()


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what happened, latest first; a kind, a person, a thing, piece or workshop are asked for in the address."""
    session = db.session()
    asked = {name: request.args.get(name, "").strip()[:60] for name in ASKED}
    readable = _readable(asked)
    query = sa.select(AuditEntry).where(readable)
    if asked["action"]:
        query = query.where(AuditEntry.action == asked["action"])
    if asked["who"]:
        query = query.where(AuditEntry.actor_label.icontains(asked["who"], autoescape=True))
    kind, _dot, key = asked["object"].partition(":")
    if key:
        query = query.where(AuditEntry.object_type == kind, AuditEntry.object_id == key)
    number = min(paging.number(), LAST_PAGE)
    latest = query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    found = session.scalars(latest.offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    codes = session.scalars(sa.select(AuditEntry.action).where(readable).distinct())
    return render_template(
        "desk/history.html",
        lines=trail.lines(session, found[:PAGE]),
        more=len(found) > PAGE,
        number=number,
        asked=asked,
        actions=sorted(((trail.action(code), code) for code in codes), key=lambda pair: pair[0].casefold()),
    )
