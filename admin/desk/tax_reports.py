"""Tax by month: PPh 22 collected (for the monthly return) and the PPN in the prices of PKP workshops, also as CSV.

NPWP and NIK stand in full only in the file for the return, which the national finance desk alone takes; that is
written down.
"""

from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import invoice_lists, sheets
from admin.desk import scope, tax_rates
from checkout.invoices import commission
from checkout.models import TaxFacts
from checkout.tax import facts, rates, reports
from checkout.tax.reports import Paper
from shop import audit, authz, web
from shop.db import db, now, transaction
from shop.models import Role

blueprint = Blueprint("desk_tax_reports", __name__, url_prefix="/desk/tax/reports")
authz.guard(blueprint, roles=scope.KEEPERS, limits="form")
MONTHS = 24


def _month(typed: str) -> date:
    """Give the month that was asked for, or the one before this."""
    return invoice_lists.month_of(typed) or commission.month_before(now())


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show both taxes of one month by workshop, PPh 22 beside what the books say."""
    month = _month(request.args.get("month", ""))
    session, mine = db.session(), scope.condition(*scope.KEEPERS)
    income = reports.pph22(session, month, mine)
    return render_template(
        "desk/tax_reports.html",
        month=month,
        month_code=f"{month:%Y-%m}",
        income=reports.by_workshop(income),
        collected=sum(one.withheld for one in income),
        booked=reports.booked(session, month) if tax_rates.may_keep() else None,
        added=reports.by_workshop(reports.ppn(session, month, mine)),
        law=rates.on(session, rates.day_of(now())),
        may_take=tax_rates.may_keep(),
    )


@blueprint.post("/pph22.csv")
@authz.allow(Role.FINANCE, Role.ADMIN)
def pph22() -> ResponseReturnValue:
    """Give every document of a month by which PPh 22 was collected, with the numbers in full; written down."""
    if not tax_rates.may_keep():
        raise tax_rates.NotTheNationalDesk
    month = _month(request.form.get("month", ""))
    with transaction() as session:
        found = reports.pph22(session, month)
        numbers = {
            one.workshop_id: one
            for one in (facts.holding(session, workshop_id) for workshop_id in {p.workshop_id for p in found})
            if one is not None
        }
        for one in numbers.values():
            audit.record(
                session, web.actor(), "tax_facts.number_read", one, after={"month": f"{month:%Y-%m}"}
            )
        rows = [_income_row(paper, numbers.get(paper.workshop_id), month) for paper in found]
    head = [
        gettext("Month"), gettext("NPWP or NIK"), gettext("Name"), gettext("Address"), gettext("Workshop"),
        gettext("Document"), gettext("Refers to"), gettext("Date"), gettext("Gross turnover (Rp)"), gettext("PPh 22 (Rp)"),
    ]  # fmt: skip
    return _file(f"kriya-pph22-{month:%Y-%m}.csv", head, rows)


def _income_row(paper: Paper, known: TaxFacts | None, month: date) -> list[str | int]:
    return [
        f"{month:%Y-%m}", f"{facts.number(known)}" if known else "", known.name if known else "",
        known.address if known else "", paper.account, paper.number, paper.refers_to,
        rates.day_of(paper.at).isoformat(), paper.gross, paper.withheld,
    ]  # fmt: skip


@blueprint.get("/ppn.csv")
def ppn() -> ResponseReturnValue:
    """Give every document of a month with PPN in its price."""
    month = _month(request.args.get("month", ""))
    found = reports.ppn(db.session(), month, scope.condition(*scope.KEEPERS))
    head = [
        gettext("Month"), gettext("Workshop"), gettext("Name"), gettext("Document"), gettext("Refers to"),
        gettext("Date"), gettext("Price without PPN (Rp)"), gettext("Taxable base (Rp)"), gettext("PPN (Rp)"),
    ]  # fmt: skip
    rows: list[list[str | int]] = [
        [f"{month:%Y-%m}", one.account, one.name, one.number, one.refers_to, rates.day_of(one.at).isoformat(),
         one.gross, one.ppn_base, one.ppn]
        for one in found
    ]  # fmt: skip
    return _file(f"kriya-ppn-{month:%Y-%m}.csv", head, rows)


def _file(name: str, head: list[str], rows: list[list[str | int]]) -> Response:
    response = Response(sheets.csv_text(head, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
