"""The parcels page: what to pack, with its label; handing over to a courier; what is on its way and received.

A workshop sees its own lines of an order and nothing else of it.
"""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from admin.studio import entry, parcel_changes, parcel_news, seen
from admin.studio.parcel_forms import ShipForm, written
from catalog import photos
from catalog.models import ListingPhoto, Picture
from checkout import handing_over, parcels, shipping
from checkout.claims import finding as claims
from checkout.models import Order, OrderLine, Shipment, ShipmentState
from shop import web
from shop.db import db, now, transaction
from shop.errors import ShopError

blueprint = entry.room("studio_parcels", "/studio/parcels")

SIZE = 20
"""Parcels on one page of the list."""
TABS = {
    "to_pack": (ShipmentState.TO_PACK,),
    "shipped": (ShipmentState.SHIPPED, ShipmentState.DELIVERED),
    "received": (ShipmentState.RECEIVED,),
}


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the workshop's parcels, the most urgent first."""
    tab, number = request.args.get("tab", "to_pack"), entry.page_number()
    tab = tab if tab in TABS else "to_pack"
    mine = entry.workshop()
    by_state = shipping.counts_of_workshop(db.session(), mine.id)
    counts = {name: sum(by_state.get(state, 0) for state in states) for name, states in TABS.items()}
    rows = shipping.list_of_workshop(db.session(), mine.id, TABS[tab], limit=SIZE, offset=(number - 1) * SIZE)
    return render_template(
        "studio/parcels.html",
        tab=tab,
        counts=counts,
        rows=rows,
        pictures=pictures_of([line for _parcel, _order, lines in rows for line in lines]),
        late=now(),
        claims_open=claims.waiting(db.session(), mine.id),
        number=number,
        pages=entry.pages(counts[tab], SIZE),
    )


def pictures_of(lines: list[OrderLine]) -> dict[int, Any]:
    """Give the photographs of order lines by line id, for the workshop's own eyes."""
    rows = db.session.execute(
        sa.select(OrderLine.id, Picture, ListingPhoto.alt)
        .join(Picture, Picture.id == OrderLine.picture_id)
        .outerjoin(
            ListingPhoto,
            sa.and_(ListingPhoto.picture_id == Picture.id, ListingPhoto.listing_id == OrderLine.listing_id),
        )
        .where(OrderLine.id.in_([line.id for line in lines]))
    )
    return {
        line_id: photos.private_view(picture, alt or "", entry.photo_address)
        for line_id, picture, alt in rows
    }


@blueprint.get("/<int:shipment_id>")
def show(shipment_id: int) -> ResponseReturnValue:
    """Show one parcel: where it goes, what is in it, and the form for its courier."""
    parcel = _parcel(db.session(), shipment_id)
    form = ShipForm(formdata=None, data=written(parcel) | {"seen": seen.mark(written(parcel))})
    return _page(parcel, form, 200)


def _parcel(session: Session, shipment_id: int) -> Shipment:
    return shipping.of_workshop(session, entry.workshop(session).id, shipment_id)


def _page(parcel: Shipment, form: ShipForm, status: int, refusal: str = "") -> ResponseReturnValue:
    form.offer()
    lines = shipping.lines_of(db.session(), parcel)
    order = db.session.get_one(Order, parcel.order_id)
    return render_template(
        "studio/parcel.html",
        parcel=parcel,
        order=order,
        lines=lines,
        pictures=pictures_of(lines),
        form=form,
        refusal=refusal,
        changes=parcel_changes.side(parcel, db.session.get_one(Order, parcel.order_id)),
        courier=shipping.courier_label(parcel.courier, parcel.service),
        gallery=handing_over.counter_of(db.session(), parcel) if parcel.pick_up else None,
        promised=shipping.promised_label(parcel),
        claims_about=claims.by_parcel(db.session(), order.id).get(parcel.id, []),
        **parcel_news.news(db.session(), parcel, order),
    ), status


@blueprint.get("/<int:shipment_id>/label")
def label(shipment_id: int) -> ResponseReturnValue:
    """Show the address label, to print or to copy by hand."""
    parcel = _parcel(db.session(), shipment_id)
    if parcel.state not in (ShipmentState.TO_PACK, ShipmentState.SHIPPED):
        raise shipping.NoSuchParcel
    return render_template(
        "studio/label.html",
        parcel=parcel,
        order=db.session.get_one(Order, parcel.order_id),
        lines=shipping.lines_of(db.session(), parcel),
        workshop=entry.workshop(),
        inside={one.order_line_id: one.quantity for one in parcels.contents(db.session(), parcel.id)},
    )


@blueprint.post("/<int:shipment_id>/ship")
def ship(shipment_id: int) -> ResponseReturnValue:
    """Hand the parcel over, or put its tracking number right while it is on its way."""
    form = ShipForm()
    form.offer()
    parcel = _parcel(db.session(), shipment_id)
    if not form.is_sent():
        return _page(parcel, form, 422)
    try:
        with transaction() as session:
            words = _hand_over(session, _parcel(session, shipment_id), form)
    except ShopError as error:
        parcel = _parcel(db.session(), shipment_id)
        form.seen.data = seen.mark(written(parcel))
        return _page(parcel, form, error.status, entry.said(error))
    flash(words, "success")
    return redirect(url_for("studio_parcels.show", shipment_id=shipment_id), 303)


def _hand_over(session: Session, parcel: Shipment, form: ShipForm) -> str:
    seen.check(written(parcel), form.seen.data)
    courier, service = form.chosen()
    if parcel.state is ShipmentState.SHIPPED:
        shipping.correct(session, web.actor(), parcel, courier, service, form.tracking.data)
        return str(gettext("The tracking number is put right. The buyer sees it on the order page."))
    shipping.ship(session, web.actor(), parcel, courier, service, form.tracking.data)
    return str(gettext("On its way. The buyer has been told, with the tracking number."))
