"""How a council's workshops send: the counter with its cut-off hour and gallery, boxes, closed days, free postage.

`admin.desk.sending_calendar` and `admin.desk.sending_free` share the blueprint.
"""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admin.desk import scope
from admin.desk.rates import EDITORS, chosen_council
from catalog import taxonomy
from catalog.models import Council
from checkout import handing_over, packing, parcels, pick_up
from checkout.pick_up import Counter
from checkout.pricing import Packing
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.forms import Form, TextField, WholeNumberField

blueprint = Blueprint("desk_sending", __name__, url_prefix="/desk/sending")
authz.guard(blueprint, roles=scope.DESK_ROLES)


class CounterForm(Form):
    """What a council settles about sending and its gallery."""

    cutoff_hour = WholeNumberField(
        lazy_gettext("Cut-off hour (WIB)"), least=0, most=24,
        hint=lazy_gettext("What is paid from this hour on counts for the next day. 24: the whole day counts."),
    )  # fmt: skip
    gallery = TextField(lazy_gettext("Name of the gallery"), most=120, required=False)
    address = TextField(lazy_gettext("Address of the gallery"), most=300, required=False)
    hours_id = TextField(lazy_gettext("Hours, in Indonesian"), most=200, required=False)
    hours_en = TextField(lazy_gettext("Hours, in English"), most=200, required=False)
    keeps_days = WholeNumberField(lazy_gettext("Days that a parcel is kept there"), least=1, most=90)


@blueprint.get("")
def counter() -> ResponseReturnValue:
    """Show what a council has settled, and the parcels at its gallery."""
    council, mine = chosen_council()
    return _page(council, mine, _form(council))


def _form(council: Council) -> CounterForm:
    held = pick_up.of_council(db.session(), council.id)
    return CounterForm(formdata=None, obj=held)


def _page(
    council: Council,
    mine: list[Council],
    form: CounterForm,
    *,
    problem: str = "",
    typed: dict[str, str] | None = None,
    boxes_wrong: frozenset[str] = frozenset(),
    status: int = 200,
) -> ResponseReturnValue:
    session = db.session()
    held = pick_up.of_council(session, council.id)
    html = render_template(
        "desk/counter.html",
        council=council,
        councils=mine,
        form=form,
        offered=request.form.get("pick_up") == "y" if form.is_submitted() and not typed else held.pick_up,
        seen=held.edits,
        families=taxonomy.FAMILIES.values(),
        boxes=_written(packing.own(session, council.id)) | (typed or {}),
        boxes_wrong=boxes_wrong,
        waiting=handing_over.at_gallery(session, council),
        may_edit=scope.covers(council, *EDITORS),
        problem=problem,
    )
    return html, status


def _written(rules: dict[str, Packing]) -> dict[str, str]:
    return {
        f"{what}-{family}": str(value)
        for family, rule in rules.items()
        for what, value in (("grams", rule.grams), ("percent", rule.percent))
    }


@blueprint.post("")
@authz.allow(*EDITORS)
def keep_counter() -> ResponseReturnValue:
    """Keep the settings of the counter; everything typed comes back when something is missing."""
    council, mine = chosen_council(*EDITORS)
    form = CounterForm()
    if not form.is_sent():
        return _page(council, mine, form, status=422)
    names = ("cutoff_hour", "gallery", "address", "hours_id", "hours_en", "keeps_days")
    values: dict[str, Any] = {name: form[name].data for name in names}
    seen = request.form.get("seen", "")
    edits = inputs.digits(seen, -1)
    wanted = Counter(pick_up=request.form.get("pick_up") == "y", edits=edits, **values)
    try:
        with transaction() as session:
            changed = pick_up.settle(session, web.actor(), council, wanted)
    except (pick_up.NoGallery, pick_up.EditedElsewhere) as error:
        council, mine = chosen_council(*EDITORS)
        return _page(council, mine, form, problem=gettext(error.message), status=error.status)
    flash(gettext("Kept.") if changed else gettext("Nothing has changed."), "success" if changed else "info")
    return redirect(url_for("desk_sending.counter", council=council.code), 303)


@blueprint.post("/boxes")
@authz.allow(*EDITORS)
def keep_boxes() -> ResponseReturnValue:
    """Keep what boxes add; a family without figures has no rule of its own."""
    council, mine = chosen_council(*EDITORS)
    rules, wrong = {}, set()
    typed = {
        name: text.strip()[:10]
        for name, text in request.form.items()
        if name.startswith(("grams-", "percent-"))
    }
    for family in ("", *taxonomy.FAMILIES):
        figures = []
        for what, most in (("grams", packing.MAX_GRAMS), ("percent", packing.MAX_PERCENT)):
            try:
                figures.append(inputs.whole(typed.get(f"{what}-{family}", "") or "0", most=most))
            except inputs.Unreadable:
                wrong.add(f"{what}-{family}")
        if len(figures) == 2 and (any(figures) or typed.get(f"grams-{family}")):
            rules[family] = Packing(*figures)
    if wrong:
        problem = gettext(packing.BadBox.message)
        return _page(
            council,
            mine,
            _form(council),
            problem=problem,
            typed=typed,
            boxes_wrong=frozenset(wrong),
            status=422,
        )
    with transaction() as session:
        changed = packing.settle(session, web.actor(), council, rules)
    flash(gettext("Kept.") if changed else gettext("Nothing has changed."), "success" if changed else "info")
    return redirect(url_for("desk_sending.counter", council=council.code), 303)


@blueprint.post("/parcels/<int:shipment_id>/<step>")
@authz.allow(*EDITORS)
def step(shipment_id: int, step: str) -> ResponseReturnValue:
    """Note that a parcel lies at the gallery, or that its buyer has it."""
    steps = {"ready": handing_over.bring, "handed-over": handing_over.hand_over}
    if step not in steps:
        raise handing_over.NotPickedUp
    council, _mine = chosen_council(*EDITORS)
    try:
        with transaction() as session:
            parcel = handing_over.of_council(session, council, shipment_id)
            steps[step](session, web.actor(), parcel)
        flash(gettext("Noted. The buyer has been told."), "success")
    except parcels.ParcelMoved as error:
        flash(gettext(error.message), "error")
    return redirect(url_for("desk_sending.counter", council=council.code), 303)
