"""The buyer's pages of a bank transfer: how to send it, a proof that it was sent, and where money goes back to.

For the person who placed the order, or whoever holds its signed link; everybody else is told that there is none.
"""

import re
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from catalog import pictures
from checkout import bank_details, orders
from checkout.models import (
    Order,
    OrderState,
    ReceivingAccount,
    Refund,
    ReturnState,
    TransferReturn,
    TransferWait,
    WaitState,
)
from checkout.transfers import proofs, returns, waits
from checkout.transfers.proofs import Told
from checkout.views.entry import mine
from checkout.views.forms import key_from_request
from shop import authz, i18n, inputs, web
from shop.db import db, now, transaction
from shop.errors import Invalid, ShopError
from shop.forms import ChoiceField, Form, RupiahField, StrictField, TextField

blueprint = Blueprint("transfers", __name__, url_prefix="/orders")
authz.guard(blueprint, public=True, limits="form")
BODY = 11 * 1024 * 1024
"""Bytes of one picture with its form."""


def _day(typed: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed.strip()):
        raise inputs.Unreadable("Please give the day on which you have sent the money.")
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise inputs.Unreadable("Please give the day on which you have sent the money.") from error


class ProofForm(Form):
    """What a buyer says of a transfer, beside its picture."""

    amount = RupiahField(lazy_gettext("Amount you have sent"), least=1)
    paid_on = StrictField(lazy_gettext("Day of the transfer"), parse=_day)
    sender = TextField(lazy_gettext("Name of the account you sent it from"), most=120)
    note = TextField(lazy_gettext("Anything else we should know"), most=500, lines=True, required=False)


class AccountForm(Form):
    """Where a buyer wants money back."""

    bank_code = ChoiceField(lazy_gettext("Bank"))
    number = TextField(lazy_gettext("Account number"), most=40)
    holder = TextField(lazy_gettext("Name of the account holder"), most=120)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        by_name = sorted(bank_details.banks().items(), key=lambda bank: bank[1])
        self.bank_code.offer([("", lazy_gettext("Please choose")), *by_name])


def _wait(order: Order) -> TransferWait:
    found = waits.of_order(db.session(), order.id)
    if found is None:
        raise orders.NoSuchOrder
    return found


def _back(endpoint: str, order_number: str) -> ResponseReturnValue:
    return redirect(url_for(endpoint, number=order_number, key=key_from_request() or None), 303)


@blueprint.url_value_preprocessor
def _allow_picture(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Raise the body limit before anything reads the form: only for this view, only for who may see the order."""
    if endpoint != "transfers.proof":
        return
    try:
        mine(str((values or {}).get("number", "")), key=request.args.get("key", "")[:500])
    except orders.NoSuchOrder:
        return
    request.max_content_length = BODY


@blueprint.get("/<number>/transfer")
@authz.allow(public=True, limits="page")
def show(number: str) -> ResponseReturnValue:
    """Say where to send how much, until when; or what has become of it."""
    return _page(mine(number), ProofForm())


def _page(order: Order, form: ProofForm, problem: str = "", status: int = 200) -> ResponseReturnValue:
    session, wait = db.session(), _wait(order)
    account = session.get_one(ReceivingAccount, wait.account_id)
    page = render_template(
        "orders/transfer.html",
        order=order,
        wait=wait,
        account=account,
        bank=bank_details.bank_name(account.bank_code),
        due=wait.due or wait.amount,
        part=wait.due is not None and wait.due != wait.amount,
        can_be_paid=order.state is OrderState.PENDING and order.expires_at > now(),
        given_up=wait.state is WaitState.LAPSED and order.state not in orders.DEAD,
        looking=wait.state is not WaitState.PAID,
        proofs=proofs.of_wait(session, wait.id),
        form=form,
        today=now().astimezone(i18n.WIB).date().isoformat(),
        key=key_from_request(),
        problem=problem,
    )
    return page, status


@blueprint.post("/<number>/transfer/proof")
@authz.allow(public=True, limits="upload")
def proof(number: str) -> ResponseReturnValue:
    """Take a picture of a transfer that has not been found."""
    order = mine(number)
    form, file = ProofForm(), request.files.get("picture")
    if file is None or not file.filename:
        return _page(order, form, gettext("Please choose a picture of your transfer first."), 422)
    if not form.is_sent():
        return _page(order, form, status=422)
    told = Told(form.amount.data, form.paid_on.data, form.sender.data, form.note.data)
    try:
        key = proofs.keep_picture(file.stream.read(pictures.MAX_BYTES + 1))
        with transaction() as session:
            proofs.lodge(session, web.actor(), mine(number), key, told)
    except ShopError as refusal:
        return _page(mine(number), form, gettext(refusal.message, **refusal.params), refusal.status)
    flash(gettext("Thank you. We compare it with our bank statement and write to you."), "success")
    return _back("transfers.show", number)


@blueprint.get("/<number>/refund-account")
@authz.allow(public=True, limits="page")
def account(number: str) -> ResponseReturnValue:
    """Ask where money that goes back by transfer should go."""
    return _account_page(mine(number), AccountForm())


@blueprint.post("/<number>/refund-account")
def give_account(number: str) -> ResponseReturnValue:
    """Keep the account a buyer names, sealed."""
    order, form = mine(number), AccountForm()
    if not form.is_sent():
        return _account_page(order, form, status=422)
    try:
        details = bank_details.checked(form.bank_code.data, form.number.data, form.holder.data)
        with transaction() as session:
            returns.give_account(session, web.actor(), mine(number), details)
    except Invalid as refusal:
        field = form.holder if isinstance(refusal, bank_details.BadHolder) else form.number
        form.refuse(field, gettext(refusal.message, **refusal.params))
        return _account_page(order, form, status=422)
    flash(gettext("Thank you. The money goes to this account within a few working days."), "success")
    return _back("transfers.account", number)


def _account_page(order: Order, form: AccountForm, status: int = 200) -> ResponseReturnValue:
    owed = returns.of_order(db.session(), order.id)
    failed = returns.undelivered(db.session(), order.id)
    if not owed and not failed:
        raise returns.NothingOwed
    page = render_template(
        "orders/refund_account.html",
        order=order,
        owed=owed,
        undelivered=failed,
        masked=returns.masked,
        bank_name=bank_details.bank_name,
        asks=bool(failed) or any(one.state in returns.OPEN_TO_BUYER for one in owed),
        needs=bool(failed) or any(one.state is ReturnState.NEEDS_ACCOUNT for one in owed),
        form=form,
        key=key_from_request(),
    )
    return page, status


@blueprint.app_template_global("transfer_returns")
def transfer_returns(order: Order) -> list[TransferReturn]:
    """Give the order's page what goes back by transfer."""
    return returns.of_order(db.session(), order.id)


@blueprint.app_template_global("undelivered_refunds")
def undelivered_refunds(order: Order) -> list[Refund]:
    """Give the order's page what could not be delivered and the buyer may name an account for."""
    return returns.undelivered(db.session(), order.id)
