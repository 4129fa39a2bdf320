"""The calendar of days on which parcels do not leave: national ones for all, a council's own for its workshops."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms.widgets import DateInput

from admin.desk import scope
from admin.desk.rates import EDITORS, chosen_council
from admin.desk.sending import blueprint
from admin.voucher_form import read_day
from catalog.models import Council
from checkout import closed_days, rates
from checkout.models import ClosedKind
from shop import authz, inputs, web
from shop.db import db, now, transaction
from shop.forms import Form, RadioField, StrictField, TextField
from shop.i18n import WIB


class DayForm(Form):
    """Days that are closed."""

    first_on = StrictField(lazy_gettext("First day"), parse=read_day, widget=DateInput())
    last_on = StrictField(
        lazy_gettext("Last day"), parse=read_day, widget=DateInput(), required=False,
        hint=lazy_gettext("Empty: one day."),
    )  # fmt: skip
    kind = RadioField(
        lazy_gettext("What is closed"),
        choices=[
            (ClosedKind.HOLIDAY.value, lazy_gettext("Workshops and couriers: a holiday")),
            (
                ClosedKind.COURIERS.value,
                lazy_gettext("Couriers rest, as around Lebaran; the way takes longer"),
            ),
        ],
        default=ClosedKind.HOLIDAY.value,
    )
    name_id = TextField(lazy_gettext("Name in Indonesian"), most=120, least=2)
    name_en = TextField(lazy_gettext("Name in English"), most=120, required=False)
    source = TextField(
        lazy_gettext("Where it was announced"), most=300, required=False,
        hint=lazy_gettext("Decree, circular or letter of the courier. Without it the entry stays unverified."),
    )  # fmt: skip


@blueprint.get("/calendar")
def calendar() -> ResponseReturnValue:
    """Show the closed days that hold for a council."""
    council, mine = chosen_council()
    return _page(council, mine, DayForm(formdata=None))


def _page(
    council: Council, mine: list[Council], form: DayForm, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    today = now().astimezone(WIB).date()
    html = render_template(
        "desk/calendar.html",
        council=council,
        councils=mine,
        form=form,
        days=closed_days.calendar(db.session(), council, today),
        national=council.code == rates.NATIONAL,
        may_edit=scope.covers(council, *EDITORS),
        problem=problem,
    )
    return html, status


@blueprint.post("/calendar")
@authz.allow(*EDITORS)
def close_days() -> ResponseReturnValue:
    """Put days into the calendar."""
    council, mine = chosen_council(*EDITORS)
    form = DayForm()
    if not form.is_sent():
        return _page(council, mine, form, status=422)
    first = form.first_on.data
    try:
        with transaction() as session:
            closed_days.add(
                session,
                web.actor(),
                council,
                first_on=first,
                last_on=form.last_on.data or first,
                kind=ClosedKind(form.kind.data),
                name_id=form.name_id.data,
                name_en=form.name_en.data,
                source=form.source.data,
                verified=bool(form.source.data),
            )
    except (closed_days.BadDays, closed_days.KnownDay) as error:
        council, mine = chosen_council(*EDITORS)
        return _page(council, mine, form, gettext(error.message), error.status)
    flash(gettext("In the calendar. Days of parcels that are being packed stay as promised."), "success")
    return redirect(url_for("desk_sending.calendar", council=council.code), 303)


@blueprint.post("/calendar/<int:day_id>/remove")
@authz.allow(*EDITORS)
def open_days(day_id: int) -> ResponseReturnValue:
    """Take an entry of the council's own out of the calendar."""
    council, _mine = chosen_council(*EDITORS)
    with transaction() as session:
        closed_days.remove(session, web.actor(), council, closed_days.of_id(session, council, day_id))
    flash(gettext("Taken out of the calendar."), "success")
    return redirect(url_for("desk_sending.calendar", council=council.code), 303)


@blueprint.post("/calendar/<int:day_id>/confirm")
@authz.allow(*EDITORS)
def confirm_days(day_id: int) -> ResponseReturnValue:
    """Note that an entry was seen in its decree."""
    council, _mine = chosen_council(*EDITORS)
    try:
        source = inputs.text(request.form.get("source", ""), most=300, least=3)
    except inputs.Unreadable as error:
        flash(gettext(error.message, **error.params), "error")
        return redirect(url_for("desk_sending.calendar", council=council.code), 303)
    if not source:
        flash(gettext("Please say where it was announced."), "error")
        return redirect(url_for("desk_sending.calendar", council=council.code), 303)
    with transaction() as session:
        row = closed_days.of_id(session, council, day_id)
        closed_days.confirm(session, web.actor(), council, row, source)
    flash(gettext("Noted as verified."), "success")
    return redirect(url_for("desk_sending.calendar", council=council.code), 303)
