"""The queue: what waits, for whom, oldest first: marks, a discussion, a verdict, conditions to be checked."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.desk import scope
from catalog.curation import queue as waiting
from catalog.curation.queue import Waiting
from catalog.models import ListingState
from shop import authz
from shop.db import db

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
authz.guard(blueprint, roles=scope.DESK_ROLES)

KINDS = ("all", "mine", "new", "again", "edit", "appeal", "conditions")
PAGE = 30
LATE_DAYS = 14
"""A piece that has waited longer than this is marked in the queue (our own proposal)."""


def kind_of(row: Waiting) -> str:
    """Name what a line of the queue is."""
    if row.state is ListingState.CONDITIONAL:
        return "conditions"
    if row.is_appeal:
        return "appeal"
    if row.number > 1:
        return "again"
    return "edit" if row.is_edit else "new"


def _is_of(row: Waiting, kind: str) -> bool:
    return kind == "all" or (row.mine if kind == "mine" else kind_of(row) == kind)


@blueprint.get("/")
def queue() -> ResponseReturnValue:
    """Show what waits, with its age; the kind is kept in the address. Finance begins with the orders."""
    if not scope.judges():
        return redirect(url_for("desk_orders.index"))
    rows = waiting.of_person(db.session(), current_user)
    kind = request.args.get("kind", "all")
    kind = kind if kind in KINDS else "all"
    counts = {name: sum(1 for row in rows if _is_of(row, name)) for name in KINDS}
    chosen = [(row, kind_of(row)) for row in rows if _is_of(row, kind)]
    pages = max(1, -(-len(chosen) // PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "desk/queue.html",
        rows=chosen[(number - 1) * PAGE : number * PAGE],
        kind=kind,
        counts=counts,
        late_days=LATE_DAYS,
        number=number,
        pages=pages,
        councils=scope.councils(*scope.JUDGES),
    )
