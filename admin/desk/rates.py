"""Postage of the region: the council's zone × weight table, edited on screen, or the national one again."""

from dataclasses import replace as with_

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.desk import scope
from catalog.models import Council
from checkout import rates
from checkout.pricing import Bracket
from shop import authz, i18n, inputs, web
from shop.db import db, transaction
from shop.errors import NotFound
from shop.models import Role

blueprint = Blueprint("desk_rates", __name__, url_prefix="/desk/shipping-rates")
authz.guard(blueprint, roles=scope.DESK_ROLES)
EDITORS = (Role.COUNCIL_ADMIN, Role.FINANCE, Role.ADMIN)


def _council(*roles: Role) -> tuple[Council, list[Council]]:
    """Give the council that was asked for, of those in scope, or the first. :raise NotFound:"""
    return scope.chosen(request.values.get("council", ""), *roles)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the table that holds for a council."""
    council, mine = _council()
    return _page(council, mine, list(rates.rates_for(db.session(), council)), {}, {})


def _page(
    council: Council,
    mine: list[Council],
    table: list[Bracket],
    typed: dict[str, str],
    problems: dict[str, str],
) -> ResponseReturnValue:
    by_zone: dict[int, list[Bracket]] = {}
    for row in table:
        by_zone.setdefault(row.zone, []).append(row)
    html = render_template(
        "desk/rates.html",
        council=council,
        councils=mine,
        by_zone=by_zone,
        zone_names=rates.ZONE_NAMES,
        wrong_zones={row.zone for row in table if _field(row) in problems},
        prices={_field(row): i18n.write_number(row.price) for row in table} | typed,
        own=bool(rates.rows_of(db.session(), council.id)),
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
    council, mine = _council(*EDITORS)
    table = list(rates.rates_for(db.session(), council))
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
        return _page(council, mine, table, typed, problems)
    if wanted == table:
        flash(gettext("Nothing has changed: these are the rates that hold already."), "info")
        return redirect(url_for("desk_rates.index", council=council.code))
    with transaction() as session:
        rates.replace(session, web.actor(), council, wanted)
    flash(gettext("The rates are kept. They hold for new orders from now on."), "success")
    return redirect(url_for("desk_rates.index", council=council.code))


def _plain(typed: str) -> str:
    """Read `10,000` as the English page writes it."""
    return typed.replace(",", ".") if i18n.current_locale() == "en" else typed


@blueprint.post("/reset")
@authz.allow(*EDITORS)
def reset() -> ResponseReturnValue:
    """Let the national table hold again for a council."""
    council, _mine = _council(*EDITORS)
    if council.code == rates.NATIONAL:
        raise NotFound
    with transaction() as session:
        rates.replace(session, web.actor(), council, [])
    flash(gettext("The national table holds again for this council."), "success")
    return redirect(url_for("desk_rates.index", council=council.code))
