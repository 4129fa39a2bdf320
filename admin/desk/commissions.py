"""Commission: which rules hold for a council, which are planned, which are over; a new rule, and the end of one."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms.widgets import DateInput

from admin import paging, selects
from admin.desk import scope
from admin.desk.round_form import read_day
from admin.selects import GroupField
from catalog.models import Council, Workshop
from checkout import commissions, rates
from checkout.commissions import NotInTime, NotOfCouncil, Over, TooMuch, Wanted
from checkout.models import CommissionRule
from shop import authz, config, inputs, web
from shop.db import db, transaction
from shop.forms import Form, StrictField, TextField

blueprint = Blueprint("desk_commissions", __name__, url_prefix="/desk/commission")
authz.guard(blueprint, roles=scope.KEEPERS)
PAGE = 40


def read_percent(typed: str) -> int:
    """Read a percentage as basis points. :raise shop.inputs.Unreadable:"""
    try:
        return commissions.read_percent(typed)
    except TooMuch as error:
        raise inputs.Unreadable("Please write a percentage from 0 to 50, for example 7,5.") from error


class RuleForm(Form):
    """One rule: how much, of whom, from when to when, why."""

    percent = StrictField(
        lazy_gettext("Commission in per cent"), parse=read_percent,
        hint=lazy_gettext("Of what the goods cost before discounts that others bear. 0 to 50, for example 7,5."),
    )  # fmt: skip
    workshop = GroupField(lazy_gettext("Workshop"), empty=lazy_gettext("All workshops"))
    craft = GroupField(lazy_gettext("Craft"), empty=lazy_gettext("All crafts"))
    first_on = StrictField(
        lazy_gettext("First day"), parse=read_day, widget=DateInput(), hint=lazy_gettext("Today or later.")
    )
    last_on = StrictField(
        lazy_gettext("Last day"), parse=read_day, widget=DateInput(), required=False,
        hint=lazy_gettext("Empty: until another rule says otherwise."),
    )  # fmt: skip
    reason = TextField(
        lazy_gettext("Reason"), most=300, least=3,
        hint=lazy_gettext("The decision that it rests on. Workshops of the council may ask for it."),
    )  # fmt: skip


def _council() -> tuple[Council, list[Council]]:
    return scope.chosen(request.values.get("council", ""), *scope.KEEPERS)


def _is_all(council: Council) -> bool:
    """Say whether a page is about every council: that of the national one."""
    return council.code == rates.NATIONAL


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show what holds for a council, and what was."""
    council, mine = _council()
    return _page(council, mine, _form(council))


def _form(council: Council) -> RuleForm:
    form = RuleForm()
    session = db.session()
    workshops = sa.select(Workshop.id, Workshop.name).where(Workshop.council_id == council.id)
    rows = session.execute(workshops.order_by(Workshop.name, Workshop.id)).all()
    form.workshop.offer([(str(row.id), row.name) for row in rows])
    form.craft.offer(selects.crafts(session, council.province_code or ""))
    return form


def _page(council: Council, mine: list[Council], form: RuleForm, problem: str = "") -> ResponseReturnValue:
    session = db.session()
    ids = set() if _is_all(council) else {council.id}
    standing = commissions.standing(session, ids)
    over, count = commissions.past(session, ids, page=(number := paging.number()), size=PAGE)
    today = commissions.today()
    html = render_template(
        "desk/commissions.html",
        council=council, councils=mine, everybody=_is_all(council), form=form, problem=problem,
        holding=[rule for rule in standing if rule.first_on <= today],
        planned=[rule for rule in standing if rule.first_on > today],
        over=over, number=number, pages=paging.pages(count, PAGE),
        percent=commissions.percent, usual=config.current().commission_bp,
        may_end=_may_end, today=today,
    )  # fmt: skip
    return html, 422 if problem or form.errors else 200


def _may_end(rule: CommissionRule) -> bool:
    """Say whether the person answers for the council of a rule; the national one's for those of all."""
    if rule.council is not None:
        return scope.covers(rule.council, *scope.KEEPERS)
    return authz.ALL_COUNCILS in scope.codes(*scope.KEEPERS)


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Make a rule; what was typed comes back when it cannot be used."""
    council, mine = _council()
    form = _form(council)
    if not form.is_sent():
        return _page(council, mine, form)
    try:
        with transaction() as session:
            commissions.add(session, web.actor(), _wanted(form, council))
    except (NotInTime, TooMuch, NotOfCouncil) as error:
        return _page(*_council(), form, gettext(error.message))
    flash(
        gettext("The rule is kept. It holds for new orders; what is sold already stays as it was."), "success"
    )
    return redirect(url_for("desk_commissions.index", council=council.code), 303)


def _wanted(form: RuleForm, council: Council) -> Wanted:
    session = db.session()
    workshop = session.get(Workshop, int(form.workshop.data)) if form.workshop.data else None
    return Wanted(
        council=None if _is_all(council) else council,
        workshop=workshop,
        craft_id=int(form.craft.data) if form.craft.data else None,
        bp=form.percent.data,
        first_on=form.first_on.data,
        last_on=form.last_on.data,
        reason=form.reason.data,
    )


@blueprint.post("/<int:rule_id>/end")
def end(rule_id: int) -> ResponseReturnValue:
    """Let a rule end with a day, or take back one that has not begun."""
    rule = commissions.get(db.session(), rule_id)
    if not _may_end(rule):
        raise commissions.NoSuchRule
    council = rule.council.code if rule.council else rates.NATIONAL
    words: Any = {}
    try:
        day = read_day(request.form.get("last_on", "")) if rule.first_on <= commissions.today() else None
        with transaction() as session:
            _end(session.get_one(CommissionRule, rule_id), day)
    except inputs.Unreadable as error:
        words = {"message": gettext(error.message), "category": "error"}
    except (NotInTime, Over) as error:
        words = {"message": gettext(error.message), "category": "error"}
    flash(**(words or {"message": gettext("The end of the rule is kept."), "category": "success"}))
    return redirect(url_for("desk_commissions.index", council=council), 303)


def _end(rule: CommissionRule, day: date | None) -> None:
    session = db.session()
    if day is None:
        commissions.take_back(session, web.actor(), rule)
    else:
        commissions.end(session, web.actor(), rule, day)
