"""Rates and thresholds of the law by day: everybody of the desk reads them, the national finance desk keeps them."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admin.desk import scope
from checkout.models import TaxKind, TaxRate
from checkout.tax import rates
from checkout.tax.rates import Figures
from shop import authz, inputs, web
from shop.authz import ALL_COUNCILS
from shop.db import db, now, transaction
from shop.errors import NotFound, ShopError
from shop.forms import ChoiceField, Form, StrictField, TextField
from shop.models import Role

blueprint = Blueprint("desk_tax_rates", __name__, url_prefix="/desk/tax/rates")
authz.guard(blueprint, roles=(Role.COUNCIL_ADMIN, Role.FINANCE, Role.ADMIN), limits="form")
KEEPERS = (Role.FINANCE, Role.ADMIN)


class NotTheNationalDesk(NotFound):
    """Rates hold for all councils."""

    message = "Rates hold for every council: the national finance desk keeps them."


def may_keep() -> bool:
    """Say whether the signed-in person keeps the rates: finance of the national council, and administrators."""
    return ALL_COUNCILS in scope.codes(*KEEPERS)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise inputs.Unreadable("Please write the day like 2027-12-31.") from error


def _percent(typed: str) -> int:
    """Read `12`, `0,5` or `0.5` as basis points. :raise shop.inputs.Unreadable:"""
    whole, _, part = typed.strip().removesuffix("%").strip().replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 3 and len(part) <= 2):
        raise inputs.Unreadable("Please write a rate in per cent, for example 12 or 0,5.")
    if part and not (part.isascii() and part.isdigit()):
        raise inputs.Unreadable("Please write a rate in per cent, for example 12 or 0,5.")
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")


def _fraction(typed: str) -> tuple[int, int]:
    """Read `11/12`. :raise shop.inputs.Unreadable:"""
    over, _, under = typed.strip().partition("/")
    parts = [one.strip() for one in (over, under or "1")]
    if not all(one.isascii() and one.isdigit() and len(one) <= 4 for one in parts):
        raise inputs.Unreadable("Please write a fraction like 11/12, or 1.")
    return int(parts[0]), int(parts[1])


class RateForm(Form):
    """A row; which fields count depends on its kind."""

    kind = ChoiceField(
        lazy_gettext("Kind"),
        choices=[(kind.value, lazy_gettext(words)) for kind, words in rates.KINDS.items()],
    )
    valid_from = StrictField(lazy_gettext("Holds from"), parse=_day, render_kw={"type": "date"})
    rate = StrictField(
        lazy_gettext("Rate in per cent"), parse=_percent, required=False, hint=lazy_gettext("Of PPN and PPh 22."),
    )  # fmt: skip
    fraction = StrictField(
        lazy_gettext("Fraction of the price"), parse=_fraction, required=False,
        hint=lazy_gettext("Of PPN: 11/12 for goods that are no luxury."),
    )  # fmt: skip
    amount = StrictField(
        lazy_gettext("Amount"), parse=lambda typed: inputs.rupiah(typed, most=10**12), required=False,
        hint=lazy_gettext("Of a threshold: rupiah. Of the designation: 1 from the day on which Kriya collects, 0 otherwise."),
    )  # fmt: skip
    source = TextField(
        lazy_gettext("Source"), most=300, hint=lazy_gettext("The rule or decree that says so.")
    )

    def figures(self) -> Figures:
        """Give what was typed."""
        over, under = self.fraction.data or (1, 1)
        return Figures(
            self.valid_from.data, self.source.data, self.rate.data or 0, over, under, self.amount.data or 0
        )


def _known(row: TaxRate) -> dict[str, object]:
    """Give a row as the form writes it."""
    return {"kind": row.kind.value, "valid_from": row.valid_from, "source": row.source}


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show every row by kind, what holds today, and the form for one more."""
    return _page(RateForm(formdata=None))


def _page(form: RateForm, editing: TaxRate | None = None, status: int = 200) -> ResponseReturnValue:
    today = rates.day_of(now())
    by_kind: dict[TaxKind, list[TaxRate]] = {kind: [] for kind in rates.KINDS}
    for row in rates.rows(db.session()):
        by_kind[row.kind].append(row)
    holding = {next((row.id for row in found if row.valid_from <= today), 0) for found in by_kind.values()}
    html = render_template(
        "desk/tax_rates.html",
        form=form,
        editing=editing,
        by_kind=by_kind,
        kinds=rates.KINDS,
        holding=holding,
        today=today,
        may_keep=may_keep(),
    )
    return html, status


def _check_keeper() -> None:
    if not may_keep():
        raise NotTheNationalDesk


@blueprint.post("")
@authz.allow(*KEEPERS)
def add() -> ResponseReturnValue:
    """Let something hold from a day on."""
    _check_keeper()
    form = RateForm()
    if not form.is_sent():
        return _page(form, status=422)
    try:
        with transaction() as session:
            rates.add(session, web.actor(), TaxKind(form.kind.data), form.figures())
    except ShopError as error:
        form.form_errors.append(gettext(error.message, **error.params))
        return _page(form, status=error.status)
    flash(gettext("Kept. It holds from its day on; what was sold before stays as it was."), "success")
    return redirect(url_for("desk_tax_rates.index"), 303)


@blueprint.get("/<int:rate_id>")
@authz.allow(*KEEPERS)
def edit(rate_id: int) -> ResponseReturnValue:
    """Show one row to put right."""
    _check_keeper()
    row = rates.find(db.session(), rate_id)
    form = RateForm(formdata=None, data=_known(row))
    form.rate.raw_data = [f"{row.rate_bp / 100:g}"] if row.rate_bp else None
    form.fraction.raw_data = [f"{row.base_numerator}/{row.base_denominator}"]
    form.amount.raw_data = [str(row.amount)]
    return _page(form, row)


@blueprint.post("/<int:rate_id>")
@authz.allow(*KEEPERS)
def change(rate_id: int) -> ResponseReturnValue:
    """Put one row right."""
    _check_keeper()
    form = RateForm()
    row = rates.find(db.session(), rate_id)
    if not form.is_sent():
        return _page(form, row, 422)
    try:
        with transaction() as session:
            rates.change(session, web.actor(), rate_id, form.figures())
    except ShopError as error:
        form.form_errors.append(gettext(error.message, **error.params))
        return _page(form, rates.find(db.session(), rate_id), error.status)
    flash(gettext("Kept. It holds from its day on; what was sold before stays as it was."), "success")
    return redirect(url_for("desk_tax_rates.index"), 303)


@blueprint.post("/<int:rate_id>/take-out")
@authz.allow(*KEEPERS)
def take_out(rate_id: int) -> ResponseReturnValue:
    """Take a row out that does not hold yet."""
    _check_keeper()
    with transaction() as session:
        rates.remove(session, web.actor(), rate_id)
    flash(gettext("Taken out; the history keeps it."), "success")
    return redirect(url_for("desk_tax_rates.index"), 303)
