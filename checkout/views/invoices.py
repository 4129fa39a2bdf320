"""The papers of an order for its buyer: invoices and credit notes, for whoever may see the order."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import current_user

from checkout import orders
from checkout.invoices import finding
from checkout.views import invoice_paper
from checkout.views.forms import key_from_request
from shop import authz
from shop.db import db

blueprint = Blueprint("invoices", __name__)
authz.guard(blueprint, public=True, limits="paper")


@blueprint.get("/orders/<number>/papers/<int:invoice_id>.pdf")
def pdf(number: str, invoice_id: int) -> ResponseReturnValue:
    """Give one paper as PDF."""
    user_id = current_user.id if current_user.is_authenticated else None
    order = orders.visible(db.session(), number[:20], user_id=user_id, key=key_from_request())
    return invoice_paper.pdf(finding.to_buyer(db.session(), order, invoice_id))
