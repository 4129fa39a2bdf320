"""The parcels page for what buyers pick up: bringing it to the council's gallery, and what the parcel was promised."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.studio import entry
from admin.studio.parcels import blueprint
from checkout import handing_over, shipping
from shop import web
from shop.db import transaction


@blueprint.post("/<int:shipment_id>/at-the-gallery")
def bring(shipment_id: int) -> ResponseReturnValue:
    """Note that a parcel lies at the gallery."""
    try:
        with transaction() as session:
            parcel = shipping.of_workshop(session, entry.workshop(session).id, shipment_id)
            handing_over.bring(session, web.actor(), parcel)
        flash(gettext("At the gallery. The buyer has been told."), "success")
    except shipping.ParcelMoved as error:
        flash(entry.said(error), "error")
    return redirect(url_for("studio_parcels.show", shipment_id=shipment_id), 303)
