"""The council's own page: what it says about itself, in both languages."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admin.desk import scope
from catalog import councils
from catalog.models import Council
from shop import authz, web
from shop.db import transaction
from shop.errors import NotFound
from shop.forms import Form, TextField
from shop.models import Role

EDITORS = (Role.COUNCIL_ADMIN, Role.ADMIN)
blueprint = Blueprint("desk_council", __name__, url_prefix="/desk/council")
authz.guard(blueprint, roles=EDITORS)
LONGEST = 4000


class CouncilForm(Form):
    """What a council says about itself."""

    about_id = TextField(
        lazy_gettext("In Indonesian"), most=LONGEST, lines=True, required=False,
        hint=lazy_gettext("Who you are, how you look at pieces, what your region is proud of."),
    )  # fmt: skip
    about_en = TextField(
        lazy_gettext("In English"), most=LONGEST, lines=True, required=False,
        hint=lazy_gettext("Without it, English pages show the Indonesian words."),
    )  # fmt: skip


def _council() -> tuple[Council, list[Council]]:
    """Give the council that was asked for, of those that the person administers. :raise NotFound:"""
    mine = scope.councils(*EDITORS)
    asked = request.values.get("council", "")
    fitting = [council for council in mine if council.code == asked or not asked]
    if not fitting:
        raise NotFound
    return fitting[0], mine


@blueprint.route("", methods=["GET", "POST"])
def edit() -> ResponseReturnValue:
    """Show and keep the words of a council."""
    council, mine = _council()
    form = CouncilForm(data={"about_id": council.about_id, "about_en": council.about_en})
    if not form.is_sent():
        html = render_template("desk/council.html", form=form, council=council, councils=mine)
        return html, 422 if form.errors else 200
    code = council.code
    with transaction() as session:
        kept = councils.by_code(session, code)
        councils.describe(session, web.actor(), kept, form.about_id.data, form.about_en.data)
    flash(gettext("Kept. The page of the council shows it now."), "success")
    return redirect(url_for("desk_council.edit", council=code), 303)


def speakers() -> bool:
    """Say whether the signed-in person administers a council."""
    return bool(scope.codes(*EDITORS))
