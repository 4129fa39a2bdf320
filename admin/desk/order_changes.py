"""What a council or finance changes of an order: a parcel called off, part of the price given back, notes, links."""

import secrets
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from admin.desk import scope
from admin.desk.order_scope import REFUNDERS, mine
from catalog.models import Council
from checkout import calling_off, change_letters, credits, notes, orders, parcels
from checkout.credits import CreditItem
from checkout.models import (
    CreditKind,
    Order,
    OrderLine,
    OrderState,
    Party,
    Shipment,
    ShipmentState,
)
from checkout.shipping import NoSuchParcel
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import Invalid, ShopError

blueprint = Blueprint("desk_order_changes", __name__, url_prefix="/desk/orders")
authz.guard(blueprint, roles=scope.DESK_ROLES)


class NoSuchLine(Invalid):
    """The form names a line that this person may not change."""

    message = "Please choose the piece from the list."


def shown(order: Order, councils: set[int]) -> dict[str, Any]:
    """Give what the order's page shows about changes, for the councils of the person."""
    session = db.session()
    lines = [line for line in orders.lines_of(session, order.id) if line.council_id in councils]
    workshops = {line.workshop_id: line.workshop_name for line in lines}
    sent = [one for one in parcels.of_order(session, order.id) if one.workshop_id in workshops]
    may = {
        council.id: scope.covers(council, *REFUNDERS)
        for council in session.scalars(sa.select(Council).where(Council.id.in_(councils)))
    }
    served = order.state in (OrderState.PAID, OrderState.COMPLETED)
    return {
        "names": workshops,
        "notes": notes.for_council(session, order, workshops),
        "wishes": calling_off.latest(session, [one.id for one in sent]),
        "unsent": [
            one for one in sent if served and one.state is ShipmentState.TO_PACK and _may(lines, one, may)
        ],
        "lines_left": [
            line for line in lines if served and may.get(line.council_id) and line.paid > line.credited
        ],
        "credits": credits.of_order(session, order.id),
        "form_key": secrets.token_hex(16),
    }


def _may(lines: list[OrderLine], parcel: Shipment, may: dict[int, bool]) -> bool:
    return all(may.get(line.council_id) for line in lines if line.workshop_id == parcel.workshop_id)


def _back(number: str, words: str, kind: str = "success") -> ResponseReturnValue:
    flash(words, kind)
    return redirect(url_for("desk_orders.show", number=number), 303)


def _refused(number: str, error: ShopError | inputs.Unreadable) -> ResponseReturnValue:
    return _back(number, gettext(error.message, **error.params), "error")


def _line(session: Session, order: Order, line_id: int, council_ids: set[int]) -> OrderLine:
    """Give a line of one's own councils. :raise NoSuchLine:"""
    line = session.get(OrderLine, line_id)
    if line is None or line.order_id != order.id or line.council_id not in council_ids:
        raise NoSuchLine
    return line


@blueprint.post("/<number>/parcels/<int:shipment_id>/call-off")
@authz.allow(*REFUNDERS)
def call_off(number: str, shipment_id: int) -> ResponseReturnValue:
    """Call a parcel of one's region off; its money goes back."""
    found = mine(number, *REFUNDERS)
    allowed = {council.id for council in found.councils}
    try:
        reason = inputs.text(request.form.get("reason", ""), most=300)
        with transaction() as session:
            parcel = session.get(Shipment, shipment_id)
            if parcel is None or parcel.order_id != found.order.id:
                raise NoSuchParcel
            for inside in parcels.contents(session, parcel.id):
                _line(session, found.order, inside.order_line_id, allowed)
            calling_off.call_off(session, web.actor(), parcel, reason, key=f"desk:parcel:{parcel.id}")
    except (ShopError, inputs.Unreadable) as error:
        return _refused(number, error)
    return _back(number, gettext("The parcel is called off; its money is on its way back to the buyer."))


@blueprint.post("/<number>/allowance")
@authz.allow(*REFUNDERS)
def allowance(number: str) -> ResponseReturnValue:
    """Give part of the price of a piece back; the buyer keeps the piece."""
    found = mine(number, *REFUNDERS)
    allowed = {council.id for council in found.councils}
    try:
        reason = inputs.text(request.form.get("reason", ""), most=300)
        amount = inputs.rupiah(request.form.get("amount", ""), least=1)
        line_id = inputs.whole(request.form.get("line", ""), most=10**14)
        key = inputs.form_key(request.form.get("form_key", ""))
        with transaction() as session:
            line = _line(session, found.order, line_id, allowed)
            credits.give(
                session, web.actor(), session.get_one(Order, found.order.id),
                [CreditItem(order_line_id=line.id, amount=amount)],
                kind=CreditKind.ALLOWANCE, reason=reason, key=f"desk:{found.order.id}:{key}",
            )  # fmt: skip
    except credits.CallOff:  # its page says so, with a way there
        return redirect(url_for("desk_orders.show", number=number, instead="call-off"), 303)
    except (ShopError, inputs.Unreadable) as error:
        return _refused(number, error)
    return _back(number, gettext("The money is on its way back to the buyer."))


@blueprint.post("/<number>/notes")
def note(number: str) -> ResponseReturnValue:
    """Write a note: to buyer and workshop, or for councils only."""
    found = mine(number)
    try:
        text = inputs.text(request.form.get("text", ""), most=1000, lines=True)
        workshop_id = inputs.whole(request.form.get("workshop_id", "0"), most=10**14)
        with transaction() as session:
            order = orders.lock(session, found.order.id)
            known = {
                line.workshop_id
                for line in orders.lines_of(session, order.id)
                if line.council_id in {council.id for council in found.councils}
            }
            if workshop_id not in known:
                raise NoSuchLine
            notes.write(
                session, web.actor(), order, Party.COUNCIL, text, workshop_id=workshop_id,
                internal=bool(request.form.get("internal")), scope=found.councils[0].code,
            )  # fmt: skip
    except (ShopError, inputs.Unreadable) as error:
        return _refused(number, error)
    return _back(number, gettext("The note is kept."))


@blueprint.post("/<number>/links")
@authz.allow(*REFUNDERS)
def close_links(number: str) -> ResponseReturnValue:
    """Close the links of an order that reached somebody else, and send its buyer a new one."""
    found = mine(number, *REFUNDERS)
    order_id, seen = found.order.id, found.order.access_key
    with transaction() as session:
        order = orders.lock(session, order_id)
        if orders.revoke_links(session, web.actor(), order, seen):
            change_letters.new_link(session, order)
    return _back(number, gettext("The old links are closed; the buyer gets a new one by letter."))
