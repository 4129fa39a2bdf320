"""The workshop's papers: its invoices and credit notes to buyers, and what councils write to it each month."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admin import invoice_lists
from admin.studio import entry
from checkout.invoices import finding
from checkout.models import Invoice
from checkout.views import invoice_paper
from shop import authz
from shop.db import db

blueprint = entry.room("studio_invoices", "/studio/invoices")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the papers of a month or of all time, the latest first."""
    asked = invoice_lists.asked(request.args)
    listed = finding.page(
        db.session(),
        Invoice.workshop_id == entry.workshop().id,
        month=asked.month,
        kind=asked.kind,
        written=asked.number,
        number=entry.page_number(),
        size=invoice_lists.SIZE,
    )
    return render_template(
        "studio/invoices.html",
        listed=listed,
        asked=asked,
        titles=invoice_paper.TITLES,
        number=entry.page_number(),
        pages=entry.pages(listed.total, invoice_lists.SIZE),
    )


@blueprint.get("/<int:invoice_id>.pdf")
@authz.allow(limits="paper")
def pdf(invoice_id: int) -> ResponseReturnValue:
    """Give one paper as PDF."""
    return invoice_paper.pdf(finding.to_workshop(db.session(), entry.workshop().id, invoice_id))
