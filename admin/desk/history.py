"""The history of the region: who did what, when, before and after, from the audit trail."""

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.desk import scope, trail
from shop import authz
from shop.db import db
from shop.errors import NotFound
from shop.models import AuditEntry

blueprint = Blueprint("desk_history", __name__, url_prefix="/desk/history")
authz.guard(blueprint, roles=scope.DESK_ROLES)
PAGE = 50
LAST_PAGE = 100_000


class NoSuchPiece(NotFound):
    """There is no such piece, or it was never sent to a council of this person."""


def _readable(piece: str) -> sa.ColumnElement[bool]:
    """Give what the person may read: the region's history, or everything about one piece. :raise NoSuchPiece:"""
    if not piece:
        return trail.in_scope()
    number = int(piece) if piece.isascii() and piece.isdigit() and len(piece) < 18 else 0
    condition = trail.of_piece(db.session(), current_user, number)
    if condition is None:
        raise NoSuchPiece
    return condition


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what happened, latest first; a kind, a person, an object and a piece can be asked for in the address."""
    session = db.session()
    asked = {name: request.args.get(name, "").strip()[:60] for name in ("action", "who", "object", "piece")}
    readable = _readable(asked["piece"])
    query = sa.select(AuditEntry).where(readable)
    if asked["action"]:
        query = query.where(AuditEntry.action == asked["action"])
    if asked["who"]:
        query = query.where(AuditEntry.actor_label.icontains(asked["who"], autoescape=True))
    kind, _dot, key = asked["object"].partition(":")
    if key:
        query = query.where(AuditEntry.object_type == kind, AuditEntry.object_id == key)
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
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
