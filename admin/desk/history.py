"""The history of the region: who did what, when, before and after, from the audit trail."""

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin.desk import scope
from shop import authz
from shop.db import db
from shop.models import AuditEntry

blueprint = Blueprint("desk_history", __name__, url_prefix="/desk/history")
authz.guard(blueprint, roles=scope.DESK_ROLES)
PAGE = 50


def _in_scope() -> sa.ColumnElement[bool]:
    """Give what of the audit trail a person may read: their councils'; administrators read everything."""
    codes = scope.codes()
    if authz.ALL_COUNCILS in codes:
        return sa.true()
    below = [AuditEntry.scope.startswith(f"{code}.", autoescape=True) for code in codes if code]
    return sa.or_(AuditEntry.scope.in_([code for code in codes if code]), *below)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what happened, latest first; a kind, a person and an object can be asked for in the address."""
    session = db.session()
    asked = {name: request.args.get(name, "").strip()[:60] for name in ("action", "who", "object")}
    query = sa.select(AuditEntry).where(_in_scope())
    if asked["action"]:
        query = query.where(AuditEntry.action == asked["action"])
    if asked["who"]:
        query = query.where(AuditEntry.actor_label.icontains(asked["who"], autoescape=True))
    kind, _dot, key = asked["object"].partition(":")
    if key:
        query = query.where(AuditEntry.object_type == kind, AuditEntry.object_id == key)
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    found = session.scalars(
        query.order_by(AuditEntry.id.desc()).offset((number - 1) * PAGE).limit(PAGE + 1)
    ).all()
    actions = session.scalars(
        sa.select(AuditEntry.action).where(_in_scope()).distinct().order_by(AuditEntry.action)
    ).all()
    return render_template(
        "desk/history.html",
        entries=found[:PAGE],
        more=len(found) > PAGE,
        number=number,
        asked=asked,
        actions=actions,
    )
