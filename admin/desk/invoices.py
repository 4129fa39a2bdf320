"""Invoices of the region: of its workshops' sales, and what its council writes to workshops each month."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin import invoice_lists, paging
from admin.desk import scope
from checkout.invoices import finding
from checkout.models import Invoice
from checkout.views import invoice_paper
from shop import authz
from shop.db import db

blueprint = Blueprint("desk_invoices", __name__, url_prefix="/desk/invoices")
authz.guard(blueprint, roles=scope.KEEPERS)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the papers of a month or of all time, the latest first."""
    asked = invoice_lists.asked(request.args)
    page = min(paging.number(), 100_000)
    listed = _listed(asked, page)
    if not listed.rows and listed.total:  # the list has grown shorter
        page = paging.pages(listed.total, invoice_lists.SIZE)
        listed = _listed(asked, page)
    return render_template(
        "desk/invoices.html",
        listed=listed,
        asked=asked,
        titles=invoice_paper.TITLES,
        number=page,
        pages=max(-(-listed.total // invoice_lists.SIZE), 1),
    )


def _listed(asked: invoice_lists.Asked, page: int) -> finding.Listed:
    return finding.page(
        db.session(),
        Invoice.council.has(scope.condition(*scope.KEEPERS)),
        month=asked.month,
        kind=asked.kind,
        written=asked.number,
        number=page,
        size=invoice_lists.SIZE,
    )


@blueprint.get("/<int:invoice_id>.pdf")
@authz.allow(limits="paper")
def pdf(invoice_id: int) -> ResponseReturnValue:
    """Give one paper as PDF."""
    mine = Invoice.council.has(scope.condition(*scope.KEEPERS))
    return invoice_paper.pdf(finding.whole(db.session(), Invoice.id == invoice_id, mine))
