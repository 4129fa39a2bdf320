"""The council's own page: what it says about itself and who curates for it, in both languages."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admin.desk import scope
from catalog import councils, landscapes
from catalog.models import Council
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import ShopError
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


def chosen() -> tuple[Council, list[Council]]:
    """Give the council that was asked for, of those that the person administers. :raise NotFound:"""
    return scope.chosen(request.values.get("council", ""), *EDITORS)


@blueprint.route("", methods=["GET", "POST"])
def edit() -> ResponseReturnValue:
    """Show and keep the words of a council."""
    council, mine = chosen()
    form = CouncilForm(data={"about_id": council.about_id, "about_en": council.about_en})
    if not form.is_sent():
        return _page(council, mine, form), 422 if form.errors else 200
    code = council.code
    with transaction() as session:
        kept = councils.by_code(session, code)
        councils.describe(session, web.actor(), kept, form.about_id.data, form.about_en.data)
    flash(gettext("Kept. The page of the council shows it now."), "success")
    return redirect(url_for("desk_council.edit", council=code), 303)


@blueprint.post("/curators")
def curators() -> ResponseReturnValue:
    """Keep who curates: a row for each, in the order of the page; one without a name goes."""
    council, mine = chosen()
    typed = [_row(number) for number in range(councils.MOST_CURATORS) if f"name-{number}" in request.form]
    wrong = [row.name for row in typed if not row.name and (row.about_id or row.about_en)]
    if wrong:
        form = CouncilForm(data={"about_id": council.about_id, "about_en": council.about_en})
        flash(gettext("Please give a name to everybody whom you describe."), "error")
        return _page(council, mine, form, typed), 422
    code = council.code
    with transaction() as session:
        people = [row for row in typed if row.name]
        councils.name_curators(session, web.actor(), councils.by_code(session, code), people)
    flash(gettext("Kept. The page of the council shows it now."), "success")
    return redirect(url_for("desk_council.edit", council=code, _anchor="curators"), 303)


def _row(number: int) -> councils.Named:
    def words(name: str, most: int) -> str:
        try:
            return inputs.text(request.form.get(f"{name}-{number}", ""), most=most)
        except inputs.Unreadable:
            typed = request.form.get(f"{name}-{number}", "")[:most]
            return "".join(letter for letter in typed if letter.isprintable())

    return councils.Named(words("name", 120), words("about-id", 200), words("about-en", 200))


def _page(
    council: Council,
    mine: list[Council],
    form: CouncilForm,
    typed: Sequence[councils.Named] | None = None,
    problem: str = "",
) -> str:
    rows: Sequence[Any] = typed if typed is not None else councils.curators(db.session(), council.id)
    empty = [councils.Named("", "", "")] * max(1, 3 - len(rows))
    rows = [*rows, *empty][: councils.MOST_CURATORS]
    return render_template(
        "desk/council.html", form=form, council=council, councils=mine, curators=rows,
        landscape_problem=problem, **_landscape(council),
    )  # fmt: skip


def _landscape(council: Council) -> dict[str, Any]:
    """Describe the landscape as visitors see it, and the words of its form, typed or kept."""
    if not landscapes.keeps(council):
        return {"landscapes": False}
    kept = landscapes.of(db.session(), council)
    words = [request.form.get(name, getattr(kept, name, ""))[:200] for name in ("alt_id", "alt_en")]
    return {
        "landscapes": True,
        "landscape": landscapes.view(kept),
        "landscape_words": words,
        "landscape_undo": landscapes.before(db.session(), council) is not None,
    }


def refused_landscape(error: ShopError) -> ResponseReturnValue:
    """Show the page with the reason why a landscape was not taken."""
    council, mine = chosen()
    form = CouncilForm(formdata=None, data={"about_id": council.about_id, "about_en": council.about_en})
    return _page(council, mine, form, problem=gettext(error.message, **error.params)), error.status


def speakers() -> bool:
    """Say whether the signed-in person administers a council."""
    return bool(scope.codes(*EDITORS))
