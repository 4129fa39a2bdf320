"""What a buyer says about a parcel that has not left: yes or no to more days, and calling it off when it is late."""

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from checkout import lateness, shipping
from checkout.models import Order
from checkout.views.entry import back, mine, pressed
from shop import authz, web
from shop.db import transaction

blueprint = Blueprint("order_parcels", __name__)
authz.guard(blueprint, limits="form")


def _mine(session: Session, number: str) -> Order:
    """Give the order if this visitor may see it. :raise orders.NoSuchOrder: otherwise."""
    pressed()
    return mine(number, session)


@blueprint.post("/orders/<number>/questions/<int:question_id>/yes")
@authz.allow(public=True, limits="form")
def wait(number: str, question_id: int) -> ResponseReturnValue:
    """Give a workshop the days that it asks for."""
    with transaction() as session:
        order = _mine(session, number)
        lateness.answer(session, web.actor(), order, question_id, accept=True)
    flash(gettext("Thank you. The workshop has been told that you wait."), "success")
    return back(number)


@blueprint.post("/orders/<number>/questions/<int:question_id>/no")
@authz.allow(public=True, limits="form")
def insist(number: str, question_id: int) -> ResponseReturnValue:
    """Leave the day as it is."""
    with transaction() as session:
        order = _mine(session, number)
        lateness.answer(session, web.actor(), order, question_id, accept=False)
    flash(gettext("The workshop has been told. The day stays as it is."), "success")
    return back(number)


@blueprint.post("/orders/<number>/shipments/<int:shipment_id>/late")
@authz.allow(public=True, limits="form")
def call_off(number: str, shipment_id: int) -> ResponseReturnValue:
    """Call a late parcel off; its money goes back."""
    with transaction() as session:
        order = _mine(session, number)
        parcel = shipping.of_order(session, order, shipment_id)
        reason = gettext("The parcel did not leave in time, and the buyer called it off.")
        lateness.cancel(session, web.actor(), order, parcel, reason)
    flash(gettext("The parcel is called off; its money is on its way back to you."), "success")
    return back(number)
