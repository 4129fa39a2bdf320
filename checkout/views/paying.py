"""The buttons by which a buyer pays an order another way: by card instead of by transfer, or the other way round."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from checkout import changing_payment, gateway
from checkout.changing_payment import Ways
from checkout.models import Order
from checkout.transfers import accounts
from checkout.views.checkout import to_payment
from checkout.views.entry import back, mine, pressed
from checkout.views.forms import key_from_request
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import Conflict, NotFound

blueprint = Blueprint("paying", __name__)
authz.guard(blueprint, public=True, limits="form")


@blueprint.post("/orders/<number>/by-card")
def by_card(number: str) -> ResponseReturnValue:
    """Give the transfer up and lead to the payment page."""
    pressed()
    order = mine(number)
    try:
        with transaction() as session:
            changing_payment.to_page(session, web.actor(), order.id)
    except Conflict as refusal:
        flash(gettext(refusal.message, **refusal.params), "error")
        return back(number)
    return to_payment(mine(number))


@blueprint.post("/orders/<number>/by-transfer")
def by_transfer(number: str) -> ResponseReturnValue:
    """Close the payment page and say how to send the money."""
    pressed()
    order = mine(number)
    try:
        account_id = inputs.whole(request.form.get("account", ""), least=1, most=2**53)
    except inputs.Unreadable as error:
        raise NotFound from error
    try:
        changing_payment.to_transfer(web.actor(), order.id, account_id)
    except (gateway.Unreachable, gateway.Refused):
        flash(
            gettext(
                "The payment service does not answer, so its page is still open. Please try again shortly."
            ),
            "error",
        )
        return back(number)
    except Conflict as refusal:
        flash(gettext(refusal.message, **refusal.params), "error")
        return back(number)
    return redirect(url_for("transfers.show", number=number, key=key_from_request() or None), 303)


@blueprint.app_template_global("other_ways")
def other_ways(order: Order) -> Ways:
    """Give a page how else an order can be paid."""
    return changing_payment.ways(db.session(), order)


blueprint.add_app_template_global(accounts.label, "account_label")
