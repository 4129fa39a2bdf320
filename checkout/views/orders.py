"""The buyer's order pages: for the person who placed it, or for whoever holds the signed link."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from checkout import gateway, orders, overview, parcel_stories, payments, shipping
from checkout.invoices import finding
from checkout.models import Order, OrderState
from checkout.views import order_sides
from checkout.views.checkout import to_payment
from checkout.views.entry import back, mine, pressed
from checkout.views.forms import PressForm, key_from_request
from shop import authz, inputs, web
from shop.db import db, transaction

blueprint = Blueprint("orders", __name__)
authz.guard(blueprint, limits="form")

PAGE_SIZE = 20


def _render(template: str, order: Order) -> str:
    view = overview.of(db.session(), order)
    stories = parcel_stories.of(db.session(), order, [parcel.shipment for parcel in view.parcels])
    return render_template(
        template,
        view=view,
        order=order,
        key=key_from_request(),
        form=PressForm(),
        sides=order_sides.of(order, view),
        papers=finding.of_order(db.session(), order.id),
        stories=stories,
    )


@blueprint.get("/orders/<number>")
@authz.allow(public=True, limits="page")
def show(number: str) -> ResponseReturnValue:
    """Show where each parcel is and what can be done now."""
    return _render("orders/show.html", mine(number))


@blueprint.get("/orders/<number>/thanks")
@authz.allow(public=True, limits="page")
def thanks(number: str) -> ResponseReturnValue:
    """Meet the buyer who comes back from the payment page, whatever has become of the payment."""
    return _render("orders/thanks.html", mine(number))


@blueprint.get("/orders/<number>/invoice")
@authz.allow(public=True, limits="page")
def invoice(number: str) -> ResponseReturnValue:
    """Show the receipt of a paid order, for printing."""
    order = mine(number)
    if order.paid_at is None:
        return back(number)
    return _render("orders/invoice.html", order)


@blueprint.get("/account/orders")
def index() -> ResponseReturnValue:
    """List the orders of the signed-in person."""
    page = request.args.get("page", "1")
    number = inputs.digits(page, 1, most=6)
    found, total = orders.of_user(db.session(), current_user.id, page=max(number, 1), size=PAGE_SIZE)
    pages = max(1, -(-total // PAGE_SIZE))
    return render_template("orders/index.html", orders=found, total=total, page_number=number, pages=pages)


@blueprint.post("/orders/<number>/check")
@authz.allow(public=True, limits="form")
def check(number: str) -> ResponseReturnValue:
    """Ask the payment service how the payment stands, for buyers who came back before its message did."""
    pressed()
    order = mine(number)
    payment = overview.of(db.session(), order).payment
    try:
        if payment is not None:
            payments.settle(payment.id)
    except (gateway.Unreachable, gateway.Refused) as refusal:
        flash(gettext(refusal.message), "warning")
    return back(number, "orders.thanks")


@blueprint.post("/orders/<number>/pay")
@authz.allow(public=True, limits="form")
def pay_again(number: str) -> ResponseReturnValue:
    """Open the payment page of an order that waits for its money."""
    pressed()
    return to_payment(mine(number))


@blueprint.post("/orders/<number>/cancel")
@authz.allow(public=True, limits="form")
def cancel(number: str) -> ResponseReturnValue:
    """Cancel an order that is not paid; its payment page is closed first."""
    pressed()
    order = mine(number)
    try:
        ended = payments.close(web.actor(), order.id, OrderState.CANCELLED)
    except (gateway.Unreachable, gateway.Refused):
        flash(
            gettext(
                "The payment service does not answer, so the order could not be cancelled yet. Please try again."
            ),
            "error",
        )
        return back(number)
    if ended is OrderState.CANCELLED:
        flash(gettext("The order is cancelled. Nothing was charged."), "success")
    else:
        flash(
            gettext("The order could not be cancelled: a payment for it is under way or has arrived."),
            "warning",
        )
    return back(number)


@blueprint.post("/orders/<number>/shipments/<int:shipment_id>/received")
@authz.allow(public=True, limits="form")
def confirm_received(number: str, shipment_id: int) -> ResponseReturnValue:
    """Take the buyer's word that a parcel has arrived."""
    pressed()
    order = mine(number)
    with transaction() as session:
        parcel = shipping.of_order(session, order, shipment_id)
        shipping.confirm_received(session, web.actor(), parcel)
    flash(gettext("Thank you. The workshop will be glad to hear it."), "success")
    return back(number)
