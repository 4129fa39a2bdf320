"""Sales of the region: by maker, craft, region and month, as table, picture, CSV and XLSX."""

import io
from datetime import date, timedelta
from typing import NamedTuple

import xlsxwriter
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import reports, sheets
from admin.desk import scope
from admin.reports import Period, Sales
from shop import authz, i18n
from shop.db import db, now

blueprint = Blueprint("desk_sales", __name__, url_prefix="/desk")
authz.guard(blueprint, roles=scope.DESK_ROLES)

LONGEST = timedelta(days=366 * 5)


class Asked(NamedTuple):
    """What the page was asked for, and what was wrong with it."""

    by: str
    period: Period
    problem: str


def _asked() -> Asked:
    today = now().astimezone(i18n.WIB).date()
    usual = Period((today - timedelta(days=180)).replace(day=1), today)
    by = request.args.get("by", "workshop")
    by = by if by in reports.REPORTS else "workshop"
    first, last = (request.args.get(name, "").strip() for name in ("from", "to"))
    try:
        period = Period(
            date.fromisoformat(first) if first else usual.first,
            date.fromisoformat(last) if last else usual.last,
        )
    except ValueError:
        return Asked(by, usual, gettext("Please give days as year-month-day, for example 2026-11-21."))
    if period.last < period.first:
        return Asked(by, usual, gettext("The first day must come before the last."))
    if period.last - period.first > LONGEST or period.first.year < 2000:
        return Asked(by, usual, gettext("Please ask for five years at most."))
    return Asked(by, period, "")


def _label(by: str, row: Sales) -> str:
    if by == "month":
        year, month = row.key.split("-")
        return i18n.write_month(date(int(year), int(month), 1))
    return row.name_en if i18n.current_locale() == "en" else row.name


def _labels() -> dict[str, str]:
    return {
        "workshop": gettext("Workshop"),
        "craft": gettext("Craft"),
        "province": gettext("Province"),
        "regency": gettext("Regency or city"),
        "month": gettext("Month"),
    }


@blueprint.get("/sales")
def index() -> ResponseReturnValue:
    """Show one report with its picture, and the way to the files."""
    asked = _asked()
    rows = reports.REPORTS[asked.by](db.session(), asked.period, scope.codes())
    return render_template(
        "desk/sales.html",
        asked=asked,
        labels=_labels(),
        rows=[(_label(asked.by, row), row) for row in rows],
        totals=reports.total(rows),
        councils=scope.councils(),
    )


def _table(asked: Asked) -> tuple[list[str], list[list[str | int]]]:
    head = [
        _labels()[asked.by],
        gettext("Orders"),
        gettext("Pieces"),
        gettext("Sales (Rp)"),
        gettext("Commission (Rp)"),
    ]
    rows = reports.REPORTS[asked.by](db.session(), asked.period, scope.codes())
    return head, [[_label(asked.by, r), r.orders, r.pieces, r.amount, r.commission] for r in rows]


def _file_name(asked: Asked, ending: str) -> str:
    return f"kriya-{asked.by}-{asked.period.first}-{asked.period.last}.{ending}"


@blueprint.get("/sales.csv")
def csv() -> ResponseReturnValue:
    """Give the report as CSV; no cell can become a formula."""
    asked = _asked()
    response = Response(sheets.csv_text(*_table(asked)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(asked, "csv")}"'
    return response


@blueprint.get("/sales.xlsx")
def xlsx() -> ResponseReturnValue:
    """Give the report as a spreadsheet."""
    asked = _asked()
    head, rows = _table(asked)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, head, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 4, 16, book.add_format({"num_format": "#,##0"}))
        sheet.freeze_panes(1, 0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = Response(buffer.getvalue(), mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(asked, "xlsx")}"'
    return response
