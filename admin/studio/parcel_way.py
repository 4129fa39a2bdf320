"""What a workshop says about a parcel under way or late: where it is, more days, sending again what came back.

Shares the blueprint of `admin.studio.parcels`.
"""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from admin.studio import entry
from admin.studio.parcels import blueprint
from checkout import lateness, shipping, stranded, tracking
from checkout.couriers.port import TrackingState
from checkout.models import CheckpointSource, Shipment
from shop import inputs, web
from shop.db import transaction
from shop.errors import Invalid
from shop.forms import Form


class PressForm(Form):
    """A form of buttons: only its token counts."""


class NotRead(Invalid):
    """A field that cannot be used."""

    message = "Please look at what you have written: %(problem)s"


def _pressed() -> None:
    if not PressForm().is_sent():
        raise Invalid


def _parcel(session: Session, shipment_id: int) -> Shipment:
    return shipping.of_workshop(session, entry.workshop(session).id, shipment_id)


def _done(shipment_id: int, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for("studio_parcels.show", shipment_id=shipment_id), 303)


def _typed(name: str, most: int) -> str:
    try:
        return inputs.text(request.form.get(name, ""), most=most)
    except inputs.Unreadable as error:
        raise NotRead(problem=gettext(error.message, **error.params)) from error


@blueprint.post("/<int:shipment_id>/where")
def where(shipment_id: int) -> ResponseReturnValue:
    """Write down where a parcel is, as the courier's own page says."""
    _pressed()
    try:
        state = TrackingState(request.form.get("state", ""))
    except ValueError as error:
        raise tracking.NotYoursToSay from error
    words, place = _typed("words", 200), _typed("place", 80)
    with transaction() as session:
        parcel = _parcel(session, shipment_id)
        source = CheckpointSource.WORKSHOP
        tracking.by_hand(session, web.actor(), parcel, state, source, words=words, place=place)
    return _done(shipment_id, str(gettext("Written down. The buyer sees it on the order page.")))


@blueprint.post("/<int:shipment_id>/more-days")
def more_days(shipment_id: int) -> ResponseReturnValue:
    """Ask the buyer for more days."""
    _pressed()
    try:
        days = inputs.whole(request.form.get("days", ""), least=1, most=lateness.MOST_DAYS)
    except inputs.Unreadable as error:
        raise lateness.BadDays(most=lateness.MOST_DAYS) from error
    reason = _typed("reason", 300)
    if not reason:
        raise NotRead(problem=gettext("The reason"))
    with transaction() as session:
        lateness.ask(session, web.actor(), _parcel(session, shipment_id), days, reason)
    return _done(
        shipment_id, str(gettext("The buyer has been asked. Until there is an answer the day stays."))
    )


@blueprint.post("/<int:shipment_id>/again")
def send_again(shipment_id: int) -> ResponseReturnValue:
    """Pack a parcel anew that came back."""
    _pressed()
    with transaction() as session:
        stranded.send_again(session, web.actor(), _parcel(session, shipment_id))
    return _done(shipment_id, str(gettext("It is to be packed again. The buyer has been told.")))
