"""Sales of the region: by maker, craft, region and month, as table, picture, CSV and XLSX."""

import io
from datetime import date, timedelta
from typing import NamedTuple

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import reports, sheets
from admin.desk import periods, scope
from admin.reports import Period, Sales
from shop import authz, i18n
from shop.db import db, now

blueprint = Blueprint("desk_sales", __name__, url_prefix="/desk")
authz.guard(blueprint, roles=scope.DESK_ROLES)


class Asked(NamedTuple):
    """What the page was asked for, and what was wrong with it."""

    by: str
    period: Period
    first: str
    """The days as they were typed."""
    last: str
    problem: str


def _asked() -> Asked:
    today = now().astimezone(i18n.WIB).date()
    usual = Period((today - timedelta(days=180)).replace(day=1), today)
    by = request.args.get("by", "workshop")
    by = by if by in reports.REPORTS else "workshop"
    first, last = (request.args.get(name, "").strip()[:20] for name in ("from", "to"))
    period, problem = periods.read(first, last, usual)
    return Asked(by, period, first or str(period.first), last or str(period.last), problem)


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
    html = render_template(
        "desk/sales.html",
        asked=asked,
        labels=_labels(),
        rows=[(_label(asked.by, row), row) for row in rows],
        totals=reports.total(rows),
        councils=scope.councils(),
        judges=scope.judges(),
    )
    return html, 422 if asked.problem else 200


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


def _file(asked: Asked, ending: str, data: str | bytes, kind: str) -> Response:
    response = Response(data, mimetype=kind)
    name = f"kriya-{asked.by}-{asked.period.first}-{asked.period.last}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _back(asked: Asked) -> ResponseReturnValue:
    """Lead to the page, which says what is wrong with the days: no file goes out for others than asked for."""
    days = {"from": request.args.get("from", ""), "to": request.args.get("to", "")}
    return redirect(url_for("desk_sales.index", by=asked.by, **days))  # type: ignore[arg-type]


@blueprint.get("/sales.csv")
def csv() -> ResponseReturnValue:
    """Give the report as CSV; no cell can become a formula."""
    asked = _asked()
    if asked.problem:
        return _back(asked)
    return _file(asked, "csv", sheets.csv_text(*_table(asked)), "text/csv")


@blueprint.get("/sales.xlsx")
def xlsx() -> ResponseReturnValue:
    """Give the report as a spreadsheet."""
    asked = _asked()
    if asked.problem:
        return _back(asked)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(asked, "xlsx", _workbook(*_table(asked)), kind)


def _workbook(head: list[str], rows: list[list[str | int]]) -> bytes:
    import xlsxwriter  # noqa: PLC0415  # loaded where it is used: it takes megabytes of every web process

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, head, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 4, 16, book.add_format({"num_format": "#,##0"}))
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
