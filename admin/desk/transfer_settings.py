"""Receiving accounts and terms of bank transfers at the desk: one person proposes, another lets it hold."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from admin.desk import transfer_rooms
from checkout import bank_details
from checkout.transfers import accounts, terms
from checkout.transfers.terms import Terms
from shop import web
from shop.db import db, transaction
from shop.errors import NotFound, ShopError
from shop.forms import ChoiceField, Form, RupiahField, TextField, WholeNumberField

blueprint = transfer_rooms.room("desk_transfer_settings", "transfer-settings")


class AccountForm(Form):
    """A bank account of the marketplace."""

    bank_code = ChoiceField(lazy_gettext("Bank"))
    number = TextField(lazy_gettext("Account number"), most=40)
    holder = TextField(lazy_gettext("Name of the account holder"), most=120)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        by_name = sorted(bank_details.banks().items(), key=lambda bank: bank[1])
        self.bank_code.offer([("", lazy_gettext("Please choose")), *by_name])


class TermsForm(Form):
    """How transfers go."""

    hours = WholeNumberField(lazy_gettext("Hours to pay"), least=2, most=168)
    remind_hours = WholeNumberField(
        lazy_gettext("Reminder, hours before the end (0: none)"), least=0, most=160
    )
    quiet_days = WholeNumberField(
        lazy_gettext("Days a code rests after its order has ended"), least=1, most=90
    )
    tolerance = RupiahField(lazy_gettext("Largest difference that may be accepted"), least=0, most=100_000)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show what holds, what is proposed, and the forms that propose more."""
    return _page(AccountForm(), None)


def _page(
    account_form: AccountForm, terms_form: TermsForm | None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    session = db.session()
    holding = terms.holding(session)
    known = {name: getattr(holding, name) for name in ("hours", "remind_hours", "quiet_days", "tolerance")}
    html = render_template(
        "desk/transfer_settings.html",
        accounts=accounts.every(session),
        proposed=terms.proposed(session),
        holding=holding,
        bank_name=bank_details.bank_name,
        name_of=transfer_rooms.name_of,
        me=current_user.id,
        account_form=account_form,
        terms_form=terms_form or TermsForm(formdata=None, data=known),
        problem=problem,
        rooms=transfer_rooms.rooms(blueprint.name),
    )
    return html, status


@blueprint.post("/accounts")
def propose_account() -> ResponseReturnValue:
    """Propose an account."""
    form = AccountForm()
    if not form.is_sent():
        return _page(form, None, status=422)
    try:
        with transaction() as session:
            accounts.propose(session, web.actor(), form.bank_code.data, form.number.data, form.holder.data)
    except ShopError as error:
        return _page(form, None, transfer_rooms.said(error), error.status)
    flash(gettext("The account is proposed. Another person of finance has to approve it."), "success")
    return redirect(url_for("desk_transfer_settings.index"), 303)


@blueprint.post("/accounts/<int:account_id>/<action>")
def decide_account(account_id: int, action: str) -> ResponseReturnValue:
    """Let a proposed account hold, or close one."""
    step = {"approve": accounts.approve, "close": accounts.close}.get(action)
    if step is None:
        raise NotFound
    try:
        with transaction() as session:
            step(session, web.actor(), accounts.one(session, account_id))
    except NotFound:
        raise
    except ShopError as error:
        return _page(AccountForm(formdata=None), None, transfer_rooms.said(error), error.status)
    flash(gettext("Done."), "success")
    return redirect(url_for("desk_transfer_settings.index"), 303)


@blueprint.post("/terms")
def propose_terms() -> ResponseReturnValue:
    """Propose other terms."""
    form, empty = TermsForm(), AccountForm(formdata=None)
    if not form.is_sent():
        return _page(empty, form, status=422)
    wanted = Terms(form.hours.data, form.remind_hours.data, form.quiet_days.data, form.tolerance.data)
    try:
        with transaction() as session:
            terms.propose(session, web.actor(), wanted)
    except ShopError as error:
        return _page(empty, form, transfer_rooms.said(error), error.status)
    flash(gettext("The terms are proposed. Another person of finance has to approve them."), "success")
    return redirect(url_for("desk_transfer_settings.index"), 303)


@blueprint.post("/terms/<int:terms_id>/<action>")
def decide_terms(terms_id: int, action: str) -> ResponseReturnValue:
    """Let proposed terms hold, or decline them."""
    step = {"approve": terms.approve, "decline": terms.decline}.get(action)
    if step is None:
        raise NotFound
    try:
        with transaction() as session:
            step(session, web.actor(), terms.one(session, terms_id))
    except NotFound:
        raise
    except ShopError as error:
        return _page(AccountForm(formdata=None), None, transfer_rooms.said(error), error.status)
    flash(gettext("Done."), "success")
    return redirect(url_for("desk_transfer_settings.index"), 303)
