"""The tables of a council as CSV: taken out, changed in a spreadsheet, put back; a fault names its row and loses nothing."""

from flask import Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from admin import sheets
from admin.desk.rates import EDITORS, asked_service, back, blueprint, chosen_council
from catalog.models import Council
from checkout import rate_sheets, rates
from checkout.pricing import REGULAR
from checkout.rate_sheets import Fault
from shop import authz, web
from shop.db import db, transaction

MOST_BYTES = 200_000


@blueprint.get("/sheet.csv")
def sheet() -> ResponseReturnValue:
    """Give the tables of all services of a council."""
    council, _mine = chosen_council()
    services = [one.service for one in rates.held(db.session(), [council.id])[council.id]]
    text = sheets.csv_text(rate_sheets.COLUMNS, rate_sheets.rows_of(services))
    name = f"kriya-tarif-{council.slug}.csv"
    return Response(
        text,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@blueprint.get("/sheet")
@authz.allow(*EDITORS)
def bring_sheet() -> ResponseReturnValue:
    """Show the form that takes a sheet."""
    council, mine = chosen_council(*EDITORS)
    asked_service(council)
    return _page(council, mine)


def _page(
    council: Council, mine: list[Council], text: str = "", faults: list[str] | None = None
) -> ResponseReturnValue:
    html = render_template(
        "desk/rate_sheet.html",
        council=council,
        councils=mine,
        columns=rate_sheets.COLUMNS,
        text=text,
        faults=faults or [],
    )
    return html, 422 if faults else 200


@blueprint.post("/sheet")
@authz.allow(*EDITORS)
def take_sheet() -> ResponseReturnValue:
    """Put the tables of a sheet in place, all of them or none; what was sent comes back with its faults."""
    council, mine = chosen_council(*EDITORS)
    text = _sent()
    known = {one.service.key for one in rates.held(db.session(), [council.id])[council.id]}
    found = rate_sheets.read(text, known)
    if found.faults:
        return _page(council, mine, text, [_words(fault) for fault in found.faults])
    with transaction() as session:
        changed = rate_sheets.keep(session, web.actor(), council, found)
    if changed:
        words = ngettext(
            "The tables of %(num)d service are kept. They hold for new orders from now on.",
            "The tables of %(num)d services are kept. They hold for new orders from now on.",
            len(changed),
        )
        flash(words, "success")
    else:
        flash(gettext("Nothing has changed: these are the rates that hold already."), "info")
    return back(council, changed[0] if changed else REGULAR)


def _sent() -> str:
    """Give the text of the file, or else what stands in the field."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return _usable(file.read(MOST_BYTES).decode("utf-8", "replace"))
    return _usable(request.form.get("text", "")[:MOST_BYTES])


def _usable(text: str) -> str:
    """Give what a page can hold of a file, its line ends among it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in lines if character.isprintable() or character in "\n\t")


def _words(fault: Fault) -> str:
    params = dict(fault.params)
    if fault.reason is not None:
        params["reason"] = gettext(fault.reason.message, **fault.reason.params)
    return str(gettext("Row %(row)s: %(words)s", row=fault.row, words=gettext(fault.message, **params)))
