"""What a buyer may change of an order after it was paid: call a parcel off, the address, notes, links."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from checkout import addresses, calling_off, change_letters, live_rates, notes, orders, parcels, shipping
from checkout.addresses import Address
from checkout.live_rates import Answers
from checkout.models import Order, Party
from checkout.views.entry import back, mine, pressed
from checkout.views.forms import CheckoutForm, key_from_request
from shop import authz, web
from shop.db import db, transaction
from shop.errors import NotFound, ShopError
from shop.forms import ChoiceField, Form, TextField

blueprint = Blueprint("order_changes", __name__)
authz.guard(blueprint, limits="form")
PARTS = {"name", "phone", "street", "village", "postal_code", "place_q", "district_code", "csrf_token"}


class ReasonForm(Form):
    """Why a parcel is not wanted any more."""

    reason = TextField(lazy_gettext("The reason"), most=300, least=3)


class NoteForm(Form):
    """A word to a workshop."""

    workshop_id = ChoiceField(lazy_gettext("To"), coerce=str)
    text = TextField(lazy_gettext("Your note"), most=1000, lines=True)


class AddressForm(CheckoutForm):
    """Another address within the same regency: the checkout's form without the rest."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in list(self._fields):
            if name not in PARTS:
                del self[name]


@blueprint.post("/orders/<number>/shipments/<int:shipment_id>/call-off")
@authz.allow(public=True, limits="form")
def call_off(number: str, shipment_id: int) -> ResponseReturnValue:
    """Ask the workshop to call a parcel off."""
    order = mine(number)
    form = ReasonForm()
    if not form.is_sent():
        flash(gettext("Please write the reason in a few words."), "error")
        return back(number)
    try:
        with transaction() as session:
            parcel = shipping.of_order(session, order, shipment_id)
            calling_off.ask(session, web.actor(), order, parcel, form.reason.data)
    except NotFound:
        raise
    except ShopError as refusal:
        flash(gettext(refusal.message, **refusal.params), "error")
        return back(number)
    flash(
        gettext("The workshop has been asked. It answers within a day; no answer counts as yes."), "success"
    )
    return back(number)


@blueprint.post("/orders/<number>/shipments/<int:shipment_id>/keep")
@authz.allow(public=True, limits="form")
def keep(number: str, shipment_id: int) -> ResponseReturnValue:
    """Take the wish to call a parcel off back."""
    pressed()
    order = mine(number)
    try:
        with transaction() as session:
            parcel = shipping.of_order(session, order, shipment_id)
            request_ = calling_off.open_request(session, parcel.id)
            if request_ is None:
                raise calling_off.AnsweredAlready
            calling_off.withdraw(session, web.actor(), request_)
    except NotFound:
        raise
    except ShopError as refusal:
        flash(gettext(refusal.message, **refusal.params), "error")
    else:
        flash(gettext("Good: the parcel is sent as agreed."), "success")
    return back(number)


@blueprint.route("/orders/<number>/address", methods=["GET", "POST"])
@authz.allow(public=True, limits="form")
def address(number: str) -> ResponseReturnValue:
    """Put the address right while nothing has left."""
    order = mine(number)
    if not addresses.can_be_corrected(db.session(), order):
        flash(gettext(addresses.TooLate.message), "warning")
        return back(number)
    if request.method == "GET":
        return _address_page(order, AddressForm(formdata=None, data=_written(order)))
    form = AddressForm()
    if not form.is_sent():
        return _address_page(order, form, status=422)
    try:
        wanted = _typed(form)
        live = _asked(order, wanted)
        with transaction() as session:
            changed = addresses.correct(session, web.actor(), order, wanted, live)
    except ShopError as refusal:
        words = gettext(refusal.message, **refusal.params)
        return _address_page(orders.by_number(db.session(), number), form, words, refusal.status)
    said = gettext("The address is put right.") if changed else gettext("The address stays as it was.")
    flash(said, "success")
    return back(number)


def _asked(order: Order, wanted: Address) -> Answers:
    """Ask an aggregator what the new way costs, while no transaction is open; what it does not answer the tables say."""
    requests = addresses.requests(db.session(), order, wanted)
    db.session.rollback()
    return live_rates.ask(requests)


def _written(order: Order) -> dict[str, str]:
    return {name: getattr(order, name) for name in PARTS if hasattr(order, name)}


def _typed(form: AddressForm) -> Address:
    return Address(
        name=form.name.data,
        phone=form.phone.data,
        street=form.street.data,
        village=form.village.data or "",
        district_code=form.chosen_district,
        postal_code=form.postal_code.data,
    )


def _address_page(
    order: Order, form: AddressForm, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "orders/address.html", order=order, form=form, key=key_from_request(), problem=problem
    )
    return page, status


@blueprint.post("/orders/<number>/notes")
@authz.allow(public=True, limits="form")
def note(number: str) -> ResponseReturnValue:
    """Write to a workshop about the order."""
    order = mine(number)
    form = NoteForm()
    workshops = {str(one.workshop_id) for one in parcels.of_order(db.session(), order.id)}
    form.workshop_id.choices = [(one, one) for one in sorted(workshops)]
    if not form.is_sent():
        flash(gettext("Please write a few words, and choose the workshop they are for."), "error")
        return back(number)
    try:
        with transaction() as session:
            found = orders.lock(session, order.id)
            workshop_id = int(form.workshop_id.data)
            notes.write(session, web.actor(), found, Party.BUYER, form.text.data, workshop_id=workshop_id)
    except ShopError as refusal:
        flash(gettext(refusal.message, **refusal.params), "error")
    else:
        flash(gettext("Your note is with the workshop."), "success")
    return back(number)


@blueprint.post("/orders/<number>/links")
@authz.allow(public=True, limits="form")
def close_links(number: str) -> ResponseReturnValue:
    """Close every link to the order that was sent so far, and send a new one to its buyer."""
    pressed()
    order = mine(number)
    order_id, seen = order.id, order.access_key
    with transaction() as session:
        found = orders.lock(session, order_id)
        if orders.revoke_links(session, web.actor(), found, seen):
            change_letters.new_link(session, found)
    flash(
        gettext("The old links are closed. A new one is on its way to %(email)s.", email=order.email),
        "success",
    )
    if order.user_id is not None:
        return redirect(url_for("orders.show", number=number), 303)
    return redirect(url_for("home.show"), 303)
