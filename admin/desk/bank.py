"""Bank details at the desk: those of councils are kept here; those of workshops are read here, by finance alone."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admin import paging
from admin.bank_forms import BankForm
from admin.desk import scope
from catalog.models import Council
from checkout import bank_changes, bank_details, earnings, payees, payout_lists, payouts
from checkout.models import BankAccount
from checkout.payees import Payee
from shop import authz, web
from shop.db import db, transaction
from shop.errors import Conflict, NotFound
from shop.forms import Form, PasswordField
from shop.views import proving

blueprint = Blueprint("desk_bank", __name__, url_prefix="/desk/bank-details")
authz.guard(blueprint, roles=scope.KEEPERS)
PAGE = 20


class NoSuchAccount(NotFound):
    """There is no such bank account, or not for this person."""

    message = "There is no such bank account."


class ReadForm(Form):
    """The password, before a number is shown."""

    current = PasswordField(lazy_gettext("Your password"))


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show where a council is paid, and its payouts."""
    council, mine = scope.chosen(request.args.get("council", ""), *scope.KEEPERS)
    return _page(council, mine, BankForm())


def _page(council: Council, mine: list[Council], form: BankForm, problem: str = "") -> ResponseReturnValue:
    session, payee, number = db.session(), Payee(council_id=council.id), paging.number()
    rows, count = payout_lists.of_payee(session, payee, page=number, size=PAGE)
    html = render_template(
        "desk/bank.html",
        council=council, councils=mine, form=form, problem=problem,
        account=bank_details.current(session, payee), masked=bank_details.masked,
        bank_name=bank_details.bank_name, earned=earnings.of(session, payee), rows=rows,
        number=number, pages=paging.pages(count, PAGE), payout_number=payouts.number,
    )  # fmt: skip
    return html, 422 if form.errors or problem else 200


@blueprint.post("")
@authz.allow(*scope.KEEPERS, limits="sign-in")
def change() -> ResponseReturnValue:
    """Keep new bank details of a council, after the password."""
    council, mine = scope.chosen(request.form.get("council", ""), *scope.KEEPERS)
    form = BankForm()
    if not form.is_sent() or (details := form.details()) is None or not proving.is_right(form, form.current):
        return _page(council, mine, form)
    try:
        with transaction() as session:
            bank_changes.change(session, web.actor(), Payee(council_id=council.id), details)
    except Conflict as error:
        return _page(council, mine, form, gettext(error.message))
    flash(gettext("The bank details are kept. For 72 hours nothing is paid out to them."), "success")
    return redirect(url_for("desk_bank.index", council=council.code), 303)


@blueprint.route("/<int:account_id>/number", methods=["GET", "POST"])
@authz.allow(*scope.PAYERS, limits="sign-in")
def read(account_id: int) -> ResponseReturnValue:
    """Show an account number in clear, once, after the password; who has read it is written down."""
    account = db.session.get(BankAccount, account_id)
    if account is None:
        raise NoSuchAccount
    whose = payees.named(db.session(), payees.of(account))
    if not scope.covers(whose.council, *scope.PAYERS):
        raise NoSuchAccount
    form, clear = ReadForm(), ""
    if form.is_sent() and proving.is_right(form, form.current):
        with transaction() as session:
            clear = bank_details.reveal(session, web.actor(), session.get_one(BankAccount, account_id))
        account = db.session.get_one(BankAccount, account_id)
    html = render_template(
        "desk/bank_number.html",
        form=form, account=account, whose=whose, clear=clear,
        masked=bank_details.masked, bank_name=bank_details.bank_name,
    )  # fmt: skip
    return html, 422 if form.errors else 200
