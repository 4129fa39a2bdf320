"""Parcels that somebody has to look after: late, without news, not handed over, back at the workshop, lost.

The council writes down where a parcel is, and decides about one that came back or is lost.
"""

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin import paging
from admin.desk import scope
from catalog import artisans
from catalog.models import Council, Workshop
from checkout import lateness, parcel_stories, shipping, stranded, tracking
from checkout.couriers.port import TrackingState
from checkout.models import (
    CheckpointSource,
    Order,
    OrderState,
    ParcelTrack,
    Shipment,
    ShipmentState,
)
from checkout.shipping import NoSuchParcel
from shop import authz, inputs, web
from shop.db import db, now, transaction
from shop.errors import Conflict, Forbidden, Invalid, ShopError
from shop.models import Role

blueprint = Blueprint("desk_parcels", __name__, url_prefix="/desk/parcels")
authz.guard(blueprint, roles=scope.DESK_ROLES)
PAGE = 40
DECIDERS = (Role.COUNCIL_ADMIN, Role.FINANCE, Role.ADMIN)
WATCHED = (TrackingState.HELD, TrackingState.RETURNING)
KINDS = {
    "decide": "To be decided",
    "late": "Late",
    "watch": "Not handed over",
}
"""English msgids of the lists."""


class OwnParcel(Forbidden):
    """Nobody decides about the money of their own workshop."""

    message = "This is a parcel of your own workshop. Another officer decides about it."


def _kind(name: str) -> sa.ColumnElement[bool]:
    if name == "late":
        return sa.and_(Shipment.state == ShipmentState.TO_PACK, Shipment.ship_by < now())
    wanted = stranded.STATES if name == "decide" else WATCHED
    return sa.and_(Shipment.state == ShipmentState.SHIPPED, ParcelTrack.state.in_(wanted))


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the region's parcels that need somebody, the longest waiting first."""
    chosen = request.args.get("kind", "decide")
    chosen = chosen if chosen in KINDS else "decide"
    counts = {name: _count(name) for name in KINDS}
    pages = max(1, -(-counts[chosen] // PAGE))
    page = min(paging.number(), pages)
    rows = db.session.execute(
        _query(sa.select(Shipment, Order, Workshop, ParcelTrack), chosen)
        .order_by(Shipment.ship_by, Shipment.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    return render_template(
        "desk/parcels.html",
        rows=rows,
        kinds=KINDS,
        counts=counts,
        chosen=chosen,
        number=page,
        pages=pages,
        words=parcel_stories.WORDS,
    )


def _query(query: sa.Select[*tuple[object, ...]], name: str) -> sa.Select[*tuple[object, ...]]:
    return (
        query.select_from(Shipment)
        .join(Order, Order.id == Shipment.order_id)
        .join(Workshop, Workshop.id == Shipment.workshop_id)
        .join(Council, Council.id == Workshop.council_id)
        .outerjoin(
            ParcelTrack,
            sa.and_(
                ParcelTrack.shipment_id == Shipment.id,
                ParcelTrack.tracking_number == Shipment.tracking_number,
            ),
        )
        .where(scope.condition(), Order.state == OrderState.PAID, _kind(name))
    )


def _count(name: str) -> int:
    return int(db.session.scalar(_query(sa.select(sa.func.count()), name)) or 0)


def _mine(session: Session, shipment_id: int, *roles: Role) -> Shipment:
    """Give a parcel of a paid order from the region. :raise NoSuchParcel: :raise OwnParcel: to act for one's own."""
    found = session.scalar(
        sa.select(Shipment)
        .join(Order, Order.id == Shipment.order_id)
        .join(Workshop, Workshop.id == Shipment.workshop_id)
        .join(Council, Council.id == Workshop.council_id)
        .where(Shipment.id == shipment_id, Order.paid_at.is_not(None), scope.condition(*roles))
    )
    if found is None:
        raise NoSuchParcel
    if roles and artisans.is_member(session, found.workshop_id, current_user.id):
        raise OwnParcel
    return found


@blueprint.get("/<int:shipment_id>")
def show(shipment_id: int) -> ResponseReturnValue:
    """Show where a parcel is, and what the council can do."""
    return _page(_mine(db.session(), shipment_id))


def _page(parcel: Shipment, *, problem: str = "", reason: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    order = session.get_one(Order, parcel.order_id)
    workshop = session.get_one(Workshop, parcel.workshop_id)
    council = session.get_one(Council, workshop.council_id)
    html = render_template(
        "desk/parcel.html",
        parcel=parcel,
        order=order,
        workshop=workshop,
        lines=shipping.lines_of(session, parcel),
        courier=shipping.courier_label(parcel.courier, parcel.service) if parcel.courier else "",
        story=parcel_stories.of(session, order, [parcel])[parcel.id],
        questions=lateness.questions(session, parcel.id),
        stranded=stranded.state_of(session, parcel),
        may_decide=scope.covers(council, *DECIDERS)
        and not artisans.is_member(session, workshop.id, current_user.id),
        places=[(state.value, parcel_stories.WORDS[state]) for state in tracking.BY_COUNCIL],
        problem=problem,
        reason=reason,
    )
    return html, status


def _done(shipment_id: int, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for("desk_parcels.show", shipment_id=shipment_id), 303)


def _refused(shipment_id: int, error: ShopError | inputs.Unreadable, reason: str = "") -> ResponseReturnValue:
    words = gettext(error.message, **error.params)
    status = error.status if isinstance(error, ShopError) else 422
    return _page(_mine(db.session(), shipment_id), problem=words, reason=reason, status=status)


@blueprint.post("/<int:shipment_id>/where")
@authz.allow(*DECIDERS)
def where(shipment_id: int) -> ResponseReturnValue:
    """Write down where a parcel is, as its courier says."""
    _mine(db.session(), shipment_id, *DECIDERS)
    try:
        state = TrackingState(request.form.get("state", ""))
        words = inputs.text(request.form.get("words", ""), most=200)
        place = inputs.text(request.form.get("place", ""), most=80)
        with transaction() as session:
            parcel = _mine(session, shipment_id, *DECIDERS)
            source = CheckpointSource.COUNCIL
            tracking.by_hand(session, web.actor(), parcel, state, source, words=words, place=place)
    except (Conflict, Invalid, inputs.Unreadable) as error:
        return _refused(shipment_id, error)
    except ValueError:
        return _refused(shipment_id, tracking.NotYoursToSay())
    return _done(shipment_id, gettext("Written down. Buyer and workshop see it."))


@blueprint.post("/<int:shipment_id>/give-back")
@authz.allow(*DECIDERS)
def give_back(shipment_id: int) -> ResponseReturnValue:
    """Give the buyer the money of a parcel back that came back or is lost."""
    _mine(db.session(), shipment_id, *DECIDERS)
    typed = request.form.get("reason", "")
    try:
        reason = inputs.text(typed, most=300)
        with transaction() as session:
            stranded.give_back(
                session,
                web.actor(),
                _mine(session, shipment_id, *DECIDERS),
                reason,
                postage=request.form.get("postage") == "1",
                for_sale=request.form.get("for_sale") == "1",
            )
    except (Conflict, Invalid, inputs.Unreadable) as error:
        return _refused(shipment_id, error, typed)
    return _done(shipment_id, gettext("The money of this parcel is on its way back to the buyer."))


@blueprint.post("/<int:shipment_id>/again")
@authz.allow(*DECIDERS)
def send_again(shipment_id: int) -> ResponseReturnValue:
    """Let the workshop pack a parcel anew that came back."""
    _mine(db.session(), shipment_id, *DECIDERS)
    try:
        with transaction() as session:
            stranded.send_again(session, web.actor(), _mine(session, shipment_id, *DECIDERS))
    except (Conflict, Invalid) as error:
        return _refused(shipment_id, error)
    return _done(shipment_id, gettext("The workshop packs it again. Buyer and workshop have been told."))
