"""A workshop's own rules of free postage: from an amount, to some zones; it bears what they take off."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.free_postage_form import FreePostageForm
from admin.studio import entry
from checkout import free_postage, rates
from checkout.models import FreePostageRule
from shop import web
from shop.db import db, now, transaction
from shop.i18n import WIB

blueprint = entry.room("studio_free_postage", "/studio/free-postage")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the workshop's rules."""
    return _page(FreePostageForm(formdata=None))


def _page(form: FreePostageForm, problem: str = "", status: int = 200) -> ResponseReturnValue:
    html = render_template(
        "studio/free_postage.html",
        form=form,
        rules=free_postage.of_owner(db.session(), workshop_id=entry.workshop().id),
        zone_names=rates.ZONE_NAMES,
        problem=problem,
    )
    return html, status


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Let postage be free from an amount."""
    form = FreePostageForm()
    if not form.is_sent():
        return _page(form, status=422)
    try:
        with transaction() as session:
            free_postage.add(
                session,
                web.actor(),
                workshop=entry.workshop(session),
                from_amount=form.from_amount.data,
                zones=form.chosen_zones,
                most=form.most.data or 0,
                first_on=form.first_on.data or now().astimezone(WIB).date(),
                last_on=form.last_on.data,
            )
    except (free_postage.BadRule, free_postage.TooManyRules) as error:
        return _page(form, entry.said(error), error.status)
    flash(gettext("The rule holds from its first day, for new orders."), "success")
    return redirect(url_for("studio_free_postage.index"), 303)


@blueprint.post("/<int:rule_id>/end")
def end(rule_id: int) -> ResponseReturnValue:
    """End a rule; orders placed keep what they were promised."""
    with transaction() as session:
        rule = session.scalar(
            sa.select(FreePostageRule).where(
                FreePostageRule.id == rule_id, FreePostageRule.workshop_id == entry.workshop(session).id
            )
        )
        if rule is None:
            raise free_postage.NoSuchRule
        free_postage.end(session, web.actor(), rule)
    flash(gettext("The rule has ended."), "success")
    return redirect(url_for("studio_free_postage.index"), 303)
