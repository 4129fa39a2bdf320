"""The earnings page: what is earned, what is still held, and the statement that leads there, also as CSV."""

from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import sheets
from admin.studio import entry, statement
from checkout import ledger
from shop.db import db, now
from shop.i18n import WIB, write_month

blueprint = entry.room("studio_earnings", "/studio/earnings")


def _month(known: list[date]) -> date | None:
    """Give the month that the address asks for; `all` is every month, anything else the latest."""
    asked = request.args.get("month", "")
    if asked == "all":
        return None
    return next((month for month in known if f"{month:%Y-%m}" == asked), known[0])


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the balance and the statement of one month."""
    mine = entry.workshop()
    known = statement.months(db.session(), mine.id, now().astimezone(WIB).date())
    month = _month(known)
    return render_template(
        "studio/earnings.html",
        balance=ledger.of_workshop(db.session(), mine.id),
        statement=statement.of_workshop(db.session(), mine.id, month),
        month=month,
        months=[(f"{one:%Y-%m}", write_month(one)) for one in known],
        kinds=kinds(),
    )


def kinds() -> dict[str, str]:
    """Name the kinds of lines."""
    return {"sale": gettext("Sale"), "refund": gettext("Refund"), "payout": gettext("Payout")}


@blueprint.get("/statement.csv")
def csv() -> ResponseReturnValue:
    """Give the same statement as CSV."""
    mine = entry.workshop()
    known = statement.months(db.session(), mine.id, now().astimezone(WIB).date())
    month = _month(known)
    found = statement.of_workshop(db.session(), mine.id, month)
    head = [
        gettext("Day"), gettext("Kind"), gettext("Order"), gettext("Goods"), gettext("Commission"),
        gettext("Postage"), gettext("Refund"), gettext("Payout"), gettext("Net"), gettext("Balance"),
    ]  # fmt: skip
    rows: list[list[str | int]] = [["", gettext("Opening balance"), *[""] * 7, found.opening]]
    rows += [
        [f"{line.at.astimezone(WIB):%Y-%m-%d}", kinds()[line.kind], line.number, line.goods, line.commission,
         line.postage, line.refund, line.payout, line.net, line.balance]
        for line in found.lines
    ]  # fmt: skip
    response = Response(sheets.csv_text(head, rows), mimetype="text/csv")
    name = f"kriya-{mine.slug}-{f'{month:%Y-%m}' if month else 'all'}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
