"""What a workshop may change of a parcel before it leaves: answer a wish, call pieces off, part it; and notes."""

import secrets
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from admin.studio import entry
from checkout import calling_off, notes, orders, parcels, shipping, splitting, timeline
from checkout.models import Order, Party, Shipment, ShipmentState
from shop import inputs, web
from shop.db import db, transaction
from shop.errors import NotFound, ShopError

blueprint = entry.room("studio_parcel_changes", "/studio/parcels")


def shown(session: Session, parcel: Shipment, order: Order) -> dict[str, Any]:
    """Give what the parcel's page shows about changes."""
    unsent = parcel.state is ShipmentState.TO_PACK
    return {
        "wish": calling_off.open_request(session, parcel.id),
        "inside": {one.order_line_id: one.quantity for one in parcels.contents(session, parcel.id)},
        "notes": notes.for_workshop(session, order, parcel.workshop_id),
        "events": timeline.for_workshop(session, order, parcel.workshop_id),
        "form_key": secrets.token_hex(16) if unsent else "",
        "can_be_parted": unsent and sum(one.quantity for one in parcels.contents(session, parcel.id)) > 1,
    }


def _parcel(session: Session, shipment_id: int) -> Shipment:
    return shipping.of_workshop(session, entry.workshop(session).id, shipment_id)


def _back(shipment_id: int, words: str, kind: str = "success") -> ResponseReturnValue:
    flash(words, kind)
    return redirect(url_for("studio_parcels.show", shipment_id=shipment_id), 303)


def _refused(shipment_id: int, error: ShopError | inputs.Unreadable) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        raise error
    return _back(shipment_id, gettext(error.message, **error.params), "error")


def _text(name: str, most: int) -> str:
    return inputs.text(request.form.get(name, ""), most=most, lines=True)


def _pieces() -> dict[int, int]:
    """Read how many pieces of which order line were typed. :raise inputs.Unreadable:"""
    found: dict[int, int] = {}
    for name, typed in request.form.items():
        head, _dash, line_id = name.partition("-")
        if head == "pieces" and line_id.isascii() and line_id.isdigit() and len(line_id) < 19:
            found[int(line_id)] = inputs.whole(typed or "0", most=9999)
    return found


@blueprint.post("/<int:shipment_id>/answer")
def answer(shipment_id: int) -> ResponseReturnValue:
    """Answer the buyer's wish to call the parcel off."""
    agreed = request.form.get("answer") == "yes"
    try:
        words = _text("words", 300)
        with transaction() as session:
            parcel = _parcel(session, shipment_id)
            wish = calling_off.open_request(session, parcel.id)
            if wish is None:
                raise calling_off.AnsweredAlready
            if agreed:
                calling_off.grant(session, web.actor(), wish, words)
            else:
                calling_off.refuse(session, web.actor(), wish, words)
    except (ShopError, inputs.Unreadable) as error:
        return _refused(shipment_id, error)
    if agreed:
        return _back(shipment_id, gettext("The parcel is called off. The buyer's money goes back."))
    return _back(shipment_id, gettext("The buyer has been told that the parcel comes."))


@blueprint.post("/<int:shipment_id>/call-off")
def call_off(shipment_id: int) -> ResponseReturnValue:
    """Call pieces off that cannot be sent."""
    try:
        pieces, reason = _pieces(), _text("reason", 300)
        key = inputs.form_key(request.form.get("form_key", ""))
        with transaction() as session:
            parcel = _parcel(session, shipment_id)
            calling_off.call_off_pieces(
                session, web.actor(), parcel, pieces, reason,
                key=f"studio:{parcel.id}:{key}", on_sale=bool(request.form.get("on_sale")),
            )  # fmt: skip
    except (ShopError, inputs.Unreadable) as error:
        return _refused(shipment_id, error)
    return _back(
        shipment_id, gettext("Called off. The buyer has been told and gets the money for these pieces back.")
    )


@blueprint.post("/<int:shipment_id>/split")
def split(shipment_id: int) -> ResponseReturnValue:
    """Send what is ready now and the rest in a parcel of its own."""
    try:
        pieces = _pieces()
        with transaction() as session:
            parcel = _parcel(session, shipment_id)
            rest = splitting.split(session, web.actor(), parcel, pieces)
            part = rest.part
    except (ShopError, inputs.Unreadable) as error:
        return _refused(shipment_id, error)
    said = gettext("The rest is parcel %(part)s of this order now, among the parcels to pack.", part=part)
    return _back(shipment_id, said)


@blueprint.post("/<int:shipment_id>/notes")
def note(shipment_id: int) -> ResponseReturnValue:
    """Write to the buyer."""
    try:
        text = _text("text", 1000)
        with transaction() as session:
            parcel = _parcel(session, shipment_id)
            order = orders.lock(session, parcel.order_id)
            scope = parcels.scope_of(session, parcel)
            notes.write(
                session, web.actor(), order, Party.WORKSHOP, text, workshop_id=parcel.workshop_id, scope=scope
            )
    except (ShopError, inputs.Unreadable) as error:
        return _refused(shipment_id, error)
    return _back(shipment_id, gettext("Your note is with the buyer; the council can read it too."))


def side(parcel: Shipment, order: Order) -> dict[str, Any]:
    """Give `shown` for the page of a parcel."""
    return shown(db.session(), parcel, order)
