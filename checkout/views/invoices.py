"""The papers of an order for its buyer: invoices and credit notes, for whoever may see the order."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from checkout.invoices import finding
from checkout.views import invoice_paper
from checkout.views.entry import mine
from shop import authz
from shop.db import db

blueprint = Blueprint("invoices", __name__)
authz.guard(blueprint, public=True, limits="paper")


@blueprint.get("/orders/<number>/papers/<int:invoice_id>.pdf")
def pdf(number: str, invoice_id: int) -> ResponseReturnValue:
    """Give one paper as PDF."""
    return invoice_paper.pdf(finding.to_buyer(db.session(), mine(number), invoice_id))
