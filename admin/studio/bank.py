"""Where the workshop is paid: its bank details, masked, their change behind the password, and its payouts."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import paging
from admin.bank_forms import BankForm
from admin.studio import entry
from checkout import bank_changes, bank_details, earnings, payout_lists, payouts
from checkout.payees import Payee
from shop import authz, web
from shop.db import db, now, transaction
from shop.errors import Conflict
from shop.views import proving

blueprint = entry.room("studio_bank", "/studio/bank")
PAGE = 20


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show where money goes, what waits, and every payout."""
    return _page(BankForm())


def _page(form: BankForm, problem: str = "") -> ResponseReturnValue:
    payee = Payee(workshop_id=entry.workshop().id)
    session = db.session()
    number = paging.number()
    rows, count = payout_lists.of_payee(session, payee, page=number, size=PAGE)
    account = bank_details.current(session, payee)
    html = render_template(
        "studio/bank.html",
        form=form, problem=problem, account=account, masked=bank_details.masked,
        bank_name=bank_details.bank_name, earned=earnings.of(session, payee), rows=rows,
        number=number, pages=paging.pages(count, PAGE), now=now(), payout_number=payouts.number,
    )  # fmt: skip
    return html, 422 if form.errors or problem else 200


@blueprint.post("")
@authz.allow(limits="sign-in")
def change() -> ResponseReturnValue:
    """Keep new bank details, after the password; everybody of the workshop gets a letter."""
    form = BankForm()
    if not form.is_sent() or (details := form.details()) is None or not proving.is_right(form, form.current):
        return _page(form)
    try:
        with transaction() as session:
            payee = Payee(workshop_id=entry.workshop(session).id)
            bank_changes.change(session, web.actor(), payee, details)
    except Conflict as error:
        return _page(form, gettext(error.message))
    flash(gettext("The bank details are kept. For 72 hours nothing is paid out to them."), "success")
    return redirect(url_for("studio_bank.index"), 303)
