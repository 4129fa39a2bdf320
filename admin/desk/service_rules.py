"""How a courier service reckons: divisor, rounding, weights, insurance; and which services a council offers."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admin.desk import scope
from admin.desk.rates import EDITORS, asked_service, back, blueprint, chosen_council
from catalog.models import Council
from checkout import courier_list, courier_rules, rates
from checkout.courier_rules import Rules
from checkout.rates import Held
from shop import authz, inputs, web
from shop.db import db, transaction

WORDS: dict[str, Any] = {
    "divisor": lazy_gettext(
        "Cubic centimetres that count as one kilogram: 6000 by air and express, 4000 as cargo"
    ),
    "tolerance_g": lazy_gettext(
        "Grams over a full kilogram that are not charged: 300 at JNE, 0 rounds everything up"
    ),
    "min_weight_g": lazy_gettext("Grams that are charged at least"),
    "max_weight_g": lazy_gettext("Grams that it carries at most; 0: as far as the table goes"),
    "remote_bp": lazy_gettext("On top to remote regencies, in hundredths of a percent: 3000 is 30 %"),
    "insurance_bp": lazy_gettext("Insurance in hundredths of a percent of the value: 20 is 0.2 %; 0: none"),
    "insurance_fixed": lazy_gettext("Rupiah on top for insurance"),
    "insurance_from": lazy_gettext(
        "Rupiah of goods from which every parcel is insured; empty: the buyer chooses"
    ),
    "insurance_most": lazy_gettext("Rupiah of goods that are insured at most; 0: all of them"),
}
"""What each figure means, in the order of the form."""


@blueprint.get("/rules")
def rules() -> ResponseReturnValue:
    """Show the rules of a service."""
    council, mine = chosen_council()
    return _page(council, mine, asked_service(council))


def _page(
    council: Council,
    mine: list[Council],
    held: Held,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    now = courier_rules.of(held)
    values = {name: "" if getattr(now, name) is None else str(getattr(now, name)) for name in WORDS}
    html = render_template(
        "desk/service_rules.html",
        council=council,
        councils=mine,
        held=held,
        words=WORDS,
        active=request.form.get("active") == "y" if typed is not None else held.active,
        values=values | (typed or {}),
        ranges=courier_rules.RANGES,
        problems=problems or {},
        problem=problem,
        may_edit=scope.covers(council, *EDITORS),
    )
    return html, status


@blueprint.post("/rules")
@authz.allow(*EDITORS)
def keep_rules() -> ResponseReturnValue:
    """Keep the rules of a service; everything typed comes back when a figure cannot be used."""
    council, mine = chosen_council(*EDITORS)
    held = asked_service(council)
    typed = {name: request.form.get(name, "").strip()[:20] for name in WORDS}
    wanted: dict[str, int | None] = {}
    problems = {}
    for name, (least, most) in courier_rules.RANGES.items():
        if name == "insurance_from" and not typed[name]:
            wanted[name] = None
            continue
        try:
            wanted[name] = inputs.whole(typed[name].replace(".", ""), least=least, most=most)
        except inputs.Unreadable as error:
            problems[name] = gettext(error.message, **error.params)
    if problems:
        return _page(council, mine, held, typed, problems, status=422)
    seen = request.form.get("seen", "")
    version = inputs.digits(seen, -1)
    asked = Rules(active=request.form.get("active") == "y", **wanted)  # type: ignore[arg-type]
    try:
        with transaction() as session:
            courier_rules.settle(session, web.actor(), council, held.service.key, asked, seen=version)
    except (courier_rules.EditedElsewhere, courier_rules.NothingLeft) as error:
        council, mine = chosen_council(*EDITORS)
        problem = gettext(error.message)
        return _page(council, mine, asked_service(council), typed, problem=problem, status=error.status)
    flash(gettext("The rules are kept. They hold for new orders from now on."), "success")
    return redirect(url_for("desk_rates.rules", council=council.code, service=held.service.key), 303)


@blueprint.get("/new-service")
@authz.allow(*EDITORS)
def new_service() -> ResponseReturnValue:
    """Show the couriers' services that the council does not offer yet."""
    council, mine = chosen_council(*EDITORS)
    return _choose(council, mine)


def _choose(
    council: Council, mine: list[Council], problem: str = "", status: int = 200
) -> ResponseReturnValue:
    known = {one.service.key for one in rates.held(db.session(), [council.id])[council.id]}
    html = render_template(
        "desk/service_new.html",
        council=council,
        councils=mine,
        couriers=courier_list.couriers(),
        known=known,
        key=courier_list.key,
        problem=problem,
    )
    return html, status


@blueprint.post("/new-service")
@authz.allow(*EDITORS)
def add_service() -> ResponseReturnValue:
    """Let the council offer one more service, out of use until its table is right."""
    council, mine = chosen_council(*EDITORS)
    courier, code = courier_list.parts(request.form.get("new", "")[:81])
    try:
        with transaction() as session:
            key = courier_rules.add(session, web.actor(), council, courier, code)
    except courier_rules.EditedElsewhere as error:
        return _choose(*chosen_council(*EDITORS), problem=gettext(error.message), status=error.status)
    except courier_rules.NoSuchService:
        return _choose(council, mine, gettext("Please choose a courier and one of its services."), 422)
    flash(
        gettext("Added, and not offered yet. Put its prices right, then take it into use under its rules."),
        "success",
    )
    return back(council, key)
