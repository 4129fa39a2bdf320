"""Postage of the region: the council's courier services, each with a zone × weight table, edited on screen.

`admin.desk.service_rules` (how a service reckons) and `admin.desk.rate_sheets` (CSV) share the blueprint.
"""

from dataclasses import replace as with_

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.desk import scope
from catalog.models import Council
from checkout import courier_rules, rates
from checkout.pricing import REGULAR, Bracket
from checkout.rates import Held
from shop import authz, i18n, inputs, web
from shop.db import db, transaction
from shop.errors import NotFound
from shop.models import Role

blueprint = Blueprint("desk_rates", __name__, url_prefix="/desk/shipping-rates")
authz.guard(blueprint, roles=scope.DESK_ROLES)
EDITORS = (Role.COUNCIL_ADMIN, Role.FINANCE, Role.ADMIN)


def chosen_council(*roles: Role) -> tuple[Council, list[Council]]:
    """Give the council that was asked for, of those in scope, or the first. :raise NotFound:"""
    return scope.chosen(request.values.get("council", ""), *roles)


def asked_service(council: Council) -> Held:
    """Give the service that the address names, or the regular one. :raise courier_rules.NoSuchService:"""
    key = request.values.get("service", "") or REGULAR
    return courier_rules.find(db.session(), council, key[:81])


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the table that holds for a council, of one of its services."""
    council, mine = chosen_council()
    return _page(council, mine, asked_service(council), {}, {})


def _page(
    council: Council,
    mine: list[Council],
    held: Held,
    typed: dict[str, str],
    problems: dict[str, str],
) -> ResponseReturnValue:
    table = held.service.table
    by_zone: dict[int, list[Bracket]] = {}
    for row in table:
        by_zone.setdefault(row.zone, []).append(row)
    html = render_template(
        "desk/rates.html",
        council=council,
        councils=mine,
        services=rates.held(db.session(), [council.id])[council.id],
        held=held,
        by_zone=by_zone,
        zone_names=rates.ZONE_NAMES,
        wrong_zones={row.zone for row in table if _field(row) in problems},
        prices={_field(row): i18n.write_number(row.price) for row in table} | typed,
        own=held.own,
        may_edit=scope.covers(council, *EDITORS),
        national=council.code == rates.NATIONAL,
        problems=problems,
    )
    return html, 422 if problems else 200


def _field(row: Bracket) -> str:
    return f"price-{row.zone}-{row.max_weight_g}"


@blueprint.post("")
@authz.allow(*EDITORS)
def save() -> ResponseReturnValue:
    """Keep changed prices of a council; everything typed comes back when one cannot be used."""
    council, mine = chosen_council(*EDITORS)
    held = asked_service(council)
    table = list(held.service.table)
    typed = {name: text.strip()[:40] for name, text in request.form.items() if name.startswith("price-")}
    wanted, problems = [], {}
    for row in table:
        name = _field(row)
        try:
            price = inputs.rupiah(_plain(typed[name]), most=rates.MAX_PRICE) if name in typed else row.price
        except inputs.Unreadable as error:
            problems[name] = gettext(error.message, **error.params)
            continue
        wanted.append(with_(row, price=price))
    if problems:
        return _page(council, mine, held, typed, problems)
    if wanted == table:
        flash(gettext("Nothing has changed: these are the rates that hold already."), "info")
        return back(council, held.service.key)
    with transaction() as session:
        rates.replace(session, web.actor(), council, wanted, held.service.key)
    flash(gettext("The rates are kept. They hold for new orders from now on."), "success")
    return back(council, held.service.key)


def back(council: Council, key: str) -> ResponseReturnValue:
    """Send somebody back to the table of a service."""
    return redirect(
        url_for("desk_rates.index", council=council.code, service=None if key == REGULAR else key), 303
    )


def _plain(typed: str) -> str:
    """Read `10,000` as the English page writes it."""
    return typed.replace(",", ".") if i18n.current_locale() == "en" else typed


@blueprint.post("/reset")
@authz.allow(*EDITORS)
def reset() -> ResponseReturnValue:
    """Let the national service hold again for a council, or give up one that only the council had."""
    council, _mine = chosen_council(*EDITORS)
    held = asked_service(council)
    if council.code == rates.NATIONAL and held.service.key == REGULAR:
        raise NotFound
    try:
        with transaction() as session:
            courier_rules.forget(session, web.actor(), council, held.service.key)
    except courier_rules.NothingLeft as error:
        flash(gettext(error.message), "error")
        return back(council, held.service.key)
    except courier_rules.NoSuchService:
        pass  # the national one holds already
    flash(
        gettext("The national table holds again for this council.")
        if held.national
        else gettext("The service is given up."),
        "success",
    )
    return back(council, held.service.key if held.national else REGULAR)
