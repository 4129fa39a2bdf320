"""A council's rules: the grace after a term, and the bars of the periodic review, each with what it means."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from admin.desk import scope
from catalog import councils
from catalog.curation import bars
from catalog.models import Council
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.models import Role

blueprint = Blueprint("desk_rules", __name__, url_prefix="/desk/rules")
EDITORS = (Role.COUNCIL_ADMIN, Role.ADMIN)
authz.guard(blueprint, roles=EDITORS)

WORDS: dict[str, Any] = {
    "grace_days": lazy_gettext("Days of grace after the end of a term, in which a membership goes on"),
    "young_days": lazy_gettext("Pieces on sale for fewer days are kept without a look at their figures"),
    "slow_percent": lazy_gettext("Show anew: a sell-through under this percentage"),
    "slow_days": lazy_gettext("Show anew: and for so many days no piece has come or gone"),
    "unlike_percent": lazy_gettext("Coach: from this percentage of pieces not as shown"),
    "returned_percent": lazy_gettext("Coach: from this percentage of pieces that came back"),
    "late_percent": lazy_gettext("Coach: from this percentage of parcels that left late"),
    "unlike_retire_percent": lazy_gettext("Take off: from this percentage of pieces not as shown"),
    "stale_days": lazy_gettext("Take off: nothing sold, and for so many days no piece has come or gone"),
    "fewest": lazy_gettext("Fewer cases than this are chance"),
    "notice_days": lazy_gettext("Days of notice before a piece leaves the shop"),
    "rotate_days": lazy_gettext("Days to show a piece anew"),
}
"""What each figure means, in the order of the form."""


def _council() -> tuple[Council, list[Council]]:
    """Give the council that was asked for, of those that the person administers. :raise NotFound:"""
    return scope.chosen(request.values.get("council", ""), *EDITORS)


@blueprint.get("")
def edit() -> ResponseReturnValue:
    """Show the rules that hold for a council."""
    council, mine = _council()
    return _page(council, mine)


def _page(
    council: Council,
    mine: list[Council],
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    held = asdict(bars.of_council(db.session(), council.id))
    html = render_template(
        "desk/rules.html",
        council=council,
        councils=mine,
        words=WORDS,
        values={name: str(value) for name, value in held.items()} | (typed or {}),
        shipped=asdict(bars.Bars()),
        ranges=bars.RANGES,
        seen=bars.edits(db.session(), council.id),
        problems=problems or {},
        problem=problem,
    )
    return html, status


@blueprint.post("")
def save() -> ResponseReturnValue:
    """Keep the rules; everything typed comes back when one cannot be used."""
    council, mine = _council()
    typed = {name: request.form.get(name, "").strip()[:10] for name in WORDS}
    wanted, problems = {}, {}
    for name, (least, most) in bars.RANGES.items():
        try:
            wanted[name] = inputs.whole(typed[name], least=least, most=most)
        except inputs.Unreadable as error:
            problems[name] = gettext(error.message, **error.params)
    if problems:
        return _page(council, mine, typed, problems, status=422)
    seen = request.form.get("seen", "")
    try:
        with transaction() as session:
            kept = councils.by_code(session, council.code)
            version = inputs.digits(seen, -1)
            bars.settle(session, web.actor(), current_user, kept, bars.Bars(**wanted), seen=version)
    except (bars.EditedElsewhere, bars.OutOfRange) as error:
        council, mine = _council()
        return _page(council, mine, typed, problem=gettext(error.message), status=error.status)
    flash(gettext("Kept. The next review is prepared by these rules."), "success")
    return redirect(url_for("desk_rules.edit", council=council.code), 303)
