"""PPh 22 paid on to the treasury: what each month owes, recording a payment with its receipt, undoing one, CSV."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import invoice_lists, sheets
from admin.desk import tax_rates, transfer_rooms
from checkout.tax import rates, remitting
from shop import authz, inputs, web
from shop.db import db, now, transaction
from shop.errors import Conflict, Invalid
from shop.models import Role

blueprint = Blueprint("desk_tax_remitting", __name__, url_prefix="/desk/tax/remittances")
authz.guard(blueprint, roles=(Role.FINANCE, Role.ADMIN), limits="form")
SHOWN = 36
"""Months on one page; the file has them all."""


@blueprint.before_request
def _national() -> None:
    """The treasury is paid for all councils together."""
    if not tax_rates.may_keep():
        raise tax_rates.NotTheNationalDesk


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show each month with what it owes and how it was paid."""
    return _page()


def _page(problem: str = "", status: int = 200, typed: dict[str, str] | None = None) -> ResponseReturnValue:
    session = db.session()
    every = remitting.periods(session)
    page = render_template(
        "desk/tax_remittances.html",
        months=every[:SHOWN] if request.args.get("all") != "1" else every,
        more=len(every) > SHOWN and request.args.get("all") != "1",
        left=sum(one.left for one in every),
        undone=remitting.history(session),
        law=rates.on(session, rates.day_of(now())),
        today=rates.day_of(now()),
        name_of=transfer_rooms.name_of,
        problem=problem,
        typed=typed or {},
    )
    return page, status


@blueprint.post("")
def record() -> ResponseReturnValue:
    """Write down that a month is paid; what was typed comes back when it cannot be used."""
    typed = {
        name: request.form.get(name, "")[:40].replace("\x00", "") for name in ("month", "ntpn", "paid_on")
    }
    month = invoice_lists.month_of(typed["month"])
    try:
        if month is None:
            raise remitting.NothingOwed
        with transaction() as session:
            remitting.record(
                session, web.actor(), month, inputs.text(typed["ntpn"], most=40), _day(typed["paid_on"])
            )
    except inputs.Unreadable as error:
        return _page(gettext(error.message, **error.params), 422, typed)
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _page(transfer_rooms.said(error), error.status, typed)
    flash(
        gettext("Written down and booked. Its line on our bank statement can be matched with it."), "success"
    )
    return redirect(url_for("desk_tax_remitting.index"), 303)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise remitting.BadDay from error


@blueprint.post("/<int:remittance_id>/undo")
def undo(remittance_id: int) -> ResponseReturnValue:
    """Take a payment back that was written down wrongly, with the reason."""
    typed = {"undo": str(remittance_id), "reason": request.form.get("reason", "")[:300].replace("\x00", "")}
    try:
        reason = inputs.text(request.form.get("reason", ""), most=300)
        with transaction() as session:
            remitting.undo(session, web.actor(), remittance_id, reason)
    except inputs.Unreadable as error:
        return _page(gettext(error.message, **error.params), 422, typed)
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _page(transfer_rooms.said(error), error.status, typed)
    flash(gettext("Undone. The month is to be paid again."), "success")
    return redirect(url_for("desk_tax_remitting.index"), 303)


@blueprint.get("/months.csv")
def months() -> Response:
    """Give every month with what it owes and how it was paid."""
    head = [
        gettext("Month"), gettext("Collected (Rp)"), gettext("Given back (Rp)"), gettext("Carried (Rp)"),
        gettext("To be paid (Rp)"), gettext("Left to pay (Rp)"), gettext("Paid on"), gettext("NTPN"),
    ]  # fmt: skip
    rows: list[list[str | int]] = [
        [
            f"{one.month:%Y-%m}", one.collected, one.returned, one.carried, one.due, one.left,
            one.remittance.paid_on.isoformat() if one.remittance else "",
            one.remittance.ntpn if one.remittance else "",
        ]
        for one in remitting.periods(db.session())
    ]  # fmt: skip
    response = Response(sheets.csv_text(head, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="kriya-pph22-months.csv"'
    return response
