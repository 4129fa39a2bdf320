"""Clinics of the region: planning one, who is invited with which tasks, who came."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms.widgets import DateInput

from admin import paging
from admin.desk import scope
from admin.desk.coaching import person
from catalog import councils
from catalog.curation import clinics, coaching, kinds, mentoring
from catalog.curation.clinics import Terms
from catalog.models import Clinic, Council
from shop import authz, forms, inputs, web
from shop.db import db, transaction
from shop.errors import ShopError
from shop.i18n import localised

blueprint = Blueprint("desk_clinics", __name__, url_prefix="/desk/clinics")
authz.guard(blueprint, roles=scope.JUDGES)
PAGE = 30


def read_day(typed: str) -> date:
    """Give a day from what a date field sends. :raise shop.inputs.Unreadable:"""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise inputs.Unreadable("Please give days as year-month-day, for example 2026-11-21.") from error


class ClinicForm(forms.Form):
    """What is said about a clinic."""

    name = forms.TextField(lazy_gettext("Name of the clinic"), most=120)
    council = forms.ChoiceField(lazy_gettext("Council"))
    help_kind = forms.ChoiceField(lazy_gettext("Kind of help"))
    held_on = forms.StrictField(lazy_gettext("Day"), widget=DateInput(), parse=read_day)
    starts_at = forms.TextField(
        lazy_gettext("Hour"), most=20, required=False, hint=lazy_gettext("For example 09.00 WIB.")
    )
    place = forms.TextField(lazy_gettext("Place"), most=200)
    coach = forms.ChoiceField(lazy_gettext("Coach"), required=False)
    note = forms.TextField(lazy_gettext("What to bring"), most=coaching.LONGEST, lines=True, required=False)

    def offer(self, mine: list[Council], council: Council) -> None:
        """Set the choices that are only known when the page is made."""
        self.council.offer([(str(one.id), one.name) for one in mine])
        self.help_kind.offer([(kind.id, localised(kind)) for kind in kinds.every()])
        people = mentoring.coaches(db.session(), council)
        self.coach.offer([("", gettext("Nobody yet")), *((str(one.id), one.name) for one in people)])

    def terms(self) -> Terms:
        """Give what was typed as a value."""
        return Terms(
            name=self.name.data,
            help_kind=self.help_kind.data,
            held_on=self.held_on.data,
            place=self.place.data,
            starts_at=self.starts_at.data,
            note=self.note.data,
            coach_id=int(self.coach.data) if self.coach.data else None,
        )


def _mine() -> list[Council]:
    return councils.of_person(db.session(), person())


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the clinics, the latest day first."""
    session = db.session()
    number = min(paging.number(), 10_000)
    rows, total = clinics.page(session, councils.ids_of(session, person()), number, PAGE)
    return render_template(
        "desk/clinics.html",
        rows=rows,
        kind_of=kinds.of,
        number=number,
        pages=max(1, -(-total // PAGE)),
        today=coaching.today(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Plan a clinic."""
    mine = _mine()
    if not mine:
        raise clinics.NoSuchClinic
    form = ClinicForm()
    form.offer(mine, _council(mine))
    if not form.is_sent():
        return _form(form, None, 422 if form.errors else 200)
    try:
        with transaction() as session:
            council = session.get_one(Council, int(form.council.data))
            clinic = clinics.plan(session, web.actor(), person(), council, form.terms())
            clinic_id = clinic.id
    except ShopError as error:
        return _refused(form, None, error)
    flash(gettext("The clinic is planned. Take tasks to it from their pages."), "success")
    return redirect(url_for("desk_clinics.show", clinic_id=clinic_id), 303)


def _council(mine: list[Council]) -> Council:
    """Give the council that the form names, for its coaches; at first that of the person."""
    return next((one for one in mine if str(one.id) == request.form.get("council")), mine[0])


@blueprint.get("/<int:clinic_id>")
def show(clinic_id: int) -> ResponseReturnValue:
    """Show a clinic with the workshops that are invited and the tasks they bring."""
    session = db.session()
    clinic = clinics.for_staff(session, person(), clinic_id)
    return render_template(
        "desk/clinic.html",
        clinic=clinic,
        kind=kinds.of(clinic.help_kind),
        guests=clinics.guests(session, clinic.id),
        today=coaching.today(),
    )


@blueprint.route("/<int:clinic_id>/change", methods=["GET", "POST"])
def change(clinic_id: int) -> ResponseReturnValue:
    """Change what is said about a clinic."""
    clinic = clinics.for_staff(db.session(), person(), clinic_id)
    form = ClinicForm(data=_written(clinic))
    form.offer([clinic.council], clinic.council)
    if not form.is_sent():
        return _form(form, clinic, 422 if form.errors else 200)
    try:
        with transaction() as session:
            clinics.change(session, web.actor(), person(), clinic_id, form.terms())
    except ShopError as error:
        return _refused(form, clinics.for_staff(db.session(), person(), clinic_id), error)
    flash(gettext("The clinic is changed."), "success")
    return redirect(url_for("desk_clinics.show", clinic_id=clinic_id), 303)


def _written(clinic: Clinic) -> dict[str, Any]:
    names = ("name", "help_kind", "held_on", "starts_at", "place", "note")
    said = {name: getattr(clinic, name) for name in names}
    return said | {"coach": str(clinic.coach_id or ""), "council": str(clinic.council_id)}


def _form(form: ClinicForm, clinic: Clinic | None, status: int) -> ResponseReturnValue:
    return render_template("desk/clinic_form.html", form=form, clinic=clinic), status


def _refused(form: ClinicForm, clinic: Clinic | None, error: ShopError) -> ResponseReturnValue:
    form.form_errors.append(gettext(error.message, **error.params))
    return _form(form, clinic, error.status)


@blueprint.post("/<int:clinic_id>/guests")
def note_guests(clinic_id: int) -> ResponseReturnValue:
    """Note who came."""
    answers = {"yes": True, "no": False, "": None}
    came = {
        int(name.removeprefix("came-")): answers[value]
        for name, value in request.form.items()
        if name.startswith("came-") and name[5:].isascii() and name[5:].isdigit() and value in answers
    }
    with transaction() as session:
        clinics.note_guests(session, web.actor(), person(), clinic_id, came)
    flash(gettext("It is noted who came."), "success")
    return redirect(url_for("desk_clinics.show", clinic_id=clinic_id), 303)


@blueprint.post("/<int:clinic_id>/call-off")
def call_off(clinic_id: int) -> ResponseReturnValue:
    """Call a clinic off; its tasks go on without it."""
    with transaction() as session:
        clinics.call_off(session, web.actor(), person(), clinic_id)
    flash(gettext("The clinic is called off; its tasks go on without it."), "success")
    return redirect(url_for("desk_clinics.index"), 303)
