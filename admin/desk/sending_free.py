"""Free postage on the desk: rules of a council, or of the marketplace, who bear what they take off."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.desk import scope
from admin.desk.rates import EDITORS, chosen_council
from admin.desk.sending import blueprint
from admin.free_postage_form import FreePostageForm
from catalog.models import Council
from checkout import free_postage, rates
from checkout.models import FreePostageRule
from shop import authz, web
from shop.db import db, now, transaction
from shop.i18n import WIB


def _is_all(council: Council) -> bool:
    """Say whether a page is about the marketplace's own rules: that of the national council."""
    return council.code == rates.NATIONAL


@blueprint.get("/free-postage")
def free() -> ResponseReturnValue:
    """Show a council's rules, or the marketplace's."""
    council, mine = chosen_council()
    return _page(council, mine, FreePostageForm(formdata=None))


def _page(
    council: Council, mine: list[Council], form: FreePostageForm, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    html = render_template(
        "desk/free_postage.html",
        council=council,
        councils=mine,
        form=form,
        rules=free_postage.of_owner(db.session(), council_id=None if _is_all(council) else council.id),
        everybody=_is_all(council),
        zone_names=rates.ZONE_NAMES,
        may_edit=scope.covers(council, *EDITORS),
        problem=problem,
    )
    return html, status


@blueprint.post("/free-postage")
@authz.allow(*EDITORS)
def add_free() -> ResponseReturnValue:
    """Let postage be free from an amount."""
    council, mine = chosen_council(*EDITORS)
    form = FreePostageForm()
    if not form.is_sent():
        return _page(council, mine, form, status=422)
    try:
        with transaction() as session:
            free_postage.add(
                session,
                web.actor(),
                council=None if _is_all(council) else session.get_one(Council, council.id),
                from_amount=form.from_amount.data,
                zones=form.chosen_zones,
                most=form.most.data or 0,
                first_on=form.first_on.data or now().astimezone(WIB).date(),
                last_on=form.last_on.data,
            )
    except (free_postage.BadRule, free_postage.TooManyRules) as error:
        return _page(*chosen_council(*EDITORS), form, gettext(error.message), error.status)
    flash(gettext("The rule holds from its first day, for new orders."), "success")
    return redirect(url_for("desk_sending.free", council=council.code), 303)


@blueprint.post("/free-postage/<int:rule_id>/end")
@authz.allow(*EDITORS)
def end_free(rule_id: int) -> ResponseReturnValue:
    """End a rule; orders placed keep what they were promised."""
    council, _mine = chosen_council(*EDITORS)
    owner = None if _is_all(council) else council.id
    with transaction() as session:
        rule = session.scalar(
            sa.select(FreePostageRule).where(
                FreePostageRule.id == rule_id,
                FreePostageRule.workshop_id.is_(None),
                FreePostageRule.council_id.is_(None)
                if owner is None
                else FreePostageRule.council_id == owner,
            )
        )
        if rule is None:
            raise free_postage.NoSuchRule
        free_postage.end(session, web.actor(), rule)
    flash(gettext("The rule has ended."), "success")
    return redirect(url_for("desk_sending.free", council=council.code), 303)
