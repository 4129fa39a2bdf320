"""The payment services' accounts for finance: last comparison, every difference by its name, refunds that failed."""

import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from admin import paging, sheets
from admin.desk import transfer_rooms
from checkout import gateway, gateway_accounts, gateway_differences, ledger, refunds
from checkout.gateway_books import MovementKind
from checkout.gateway_differences import Difference, Kind
from checkout.models import GatewayEntry, Order, Payment, Refund, RefundState
from shop import inputs, web
from shop.db import db, transaction
from shop.errors import ShopError
from shop.i18n import WIB
from shop.texts import mark

blueprint: Blueprint = transfer_rooms.room("desk_gateways", "payment-services")
PAGE = 50
KINDS: dict[str, str] = {
    Kind.UNKNOWN: mark("Nothing of ours belongs to it"),
    Kind.AMOUNT: mark("Another amount than ours"),
    Kind.CURRENCY: mark("Not in rupiah"),
    Kind.TWICE: mark("A second line for the same"),
    Kind.NOT_BOOKED: mark("Not in our books yet"),
    Kind.PAYMENT_MISSING: mark("Paid for us, no line there"),
    Kind.REFUND_MISSING: mark("Sent back for us, no line there"),
    Kind.SUM: mark("All lines together differ from the books"),
    Kind.HELD: mark("The service holds another sum than its lines"),
}


WORDS: dict[str, str] = {
    MovementKind.CHARGE: mark("Payment"),
    MovementKind.REFUND: mark("Refund"),
    MovementKind.REFUND_BACK: mark("Refund came back"),
    MovementKind.DISPUTE: mark("Dispute"),
    MovementKind.DISPUTE_BACK: mark("Dispute won"),
    MovementKind.FEE: mark("Fee"),
    MovementKind.PAYOUT: mark("To our bank account"),
    MovementKind.PAYOUT_BACK: mark("Back from our bank account"),
    MovementKind.OTHER: mark("Something else"),
}
LATEST = 20


def _asked() -> str:
    names = gateway.names()
    asked = request.args.get("service", "")
    return asked if asked in names else names[0]


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show one service's account beside the books."""
    name = _asked()
    return _page(name)


def _page(name: str, problem: str = "", status: int = 200, entry_id: int = 0) -> ResponseReturnValue:
    """Show the page; what was typed about a line comes back with the reason why it cannot be used."""
    session = db.session()
    found = gateway_differences.of(session, name)
    open_ones = [one for one in found if not one.note]
    number = paging.within(len(open_ones), PAGE)
    html = render_template(
        "desk/gateways.html",
        names=gateway.names(),
        name=name,
        check=gateway_differences.last_check(session, name),
        booked=-ledger.balance(session, ledger.at_gateway(name)),
        fees=_fees(session, name),
        open_ones=open_ones[(number - 1) * PAGE : number * PAGE],
        count=len(open_ones),
        explained=[one for one in found if one.note][:PAGE],
        taken=_taken(session, name),
        typed=web.printable(request.form.get("note", ""), 300) if entry_id else "",
        typed_at=entry_id,
        failed=_failed(session, name),
        kinds=KINDS,
        latest=_latest(session, name),
        words=WORDS,
        number=number,
        pages=paging.pages(len(open_ones), PAGE),
        problem=problem,
    )
    return html, status


def _taken(session: Session, name: str) -> list[GatewayEntry]:
    """Give lines that finance took into the books, the latest first."""
    query = sa.select(GatewayEntry).where(
        GatewayEntry.gateway == name, GatewayEntry.match_key.like("noted:%")
    )
    return list(
        session.scalars(query.order_by(GatewayEntry.noted_at.desc(), GatewayEntry.id.desc()).limit(PAGE))
    )


def _latest(session: Session, name: str) -> list[GatewayEntry]:
    query = sa.select(GatewayEntry).where(GatewayEntry.gateway == name)
    return list(session.scalars(query.order_by(GatewayEntry.at.desc(), GatewayEntry.id.desc()).limit(LATEST)))


def _fees(session: Session, name: str) -> int:
    query = sa.select(sa.func.sum(GatewayEntry.fee_booked)).where(GatewayEntry.gateway == name)
    return int(session.scalar(query) or 0)


def _failed(session: Session, name: str) -> list[tuple[Refund, Order]]:
    """Give refunds that the service could not carry out and that nobody has promised anew."""
    tried = sa.select(sa.func.substr(Refund.key, len("again:") + 1)).where(Refund.key.like("again:%"))
    query = (
        sa.select(Refund, Order)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.gateway == name, Refund.state == RefundState.FAILED)
        .where(sa.cast(Refund.id, sa.String).not_in(tried))
        .order_by(Refund.id)
        .limit(PAGE)
    )
    return [(refund, order) for refund, order in session.execute(query)]


@blueprint.get("/differences.csv")
def csv() -> ResponseReturnValue:
    """Give every difference as CSV, explained ones with their words."""
    name = _asked()
    head = [
        gettext("Day"),
        gettext("Difference"),
        gettext("Reference"),
        gettext("Order"),
        gettext("Amount (Rp)"),
        gettext("Explanation"),
    ]
    rows = [_row(one) for one in gateway_differences.of(db.session(), name)]
    response = Response(sheets.csv_text(head, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="kriya-{name}-differences.csv"'
    return response


def _row(one: Difference) -> list[str]:
    day = one.at.astimezone(WIB).strftime("%Y-%m-%d %H:%M")
    sign = "-" if one.amount_sen < 0 else ""
    amount = f"{sign}{abs(one.amount_sen) // 100}.{abs(one.amount_sen) % 100:02}"
    return [day, gettext(KINDS[one.kind]), one.ref, one.order_number, amount, one.note]


@blueprint.post("/compare")
def compare() -> ResponseReturnValue:
    """Compare now instead of within the hour; a service that does not answer is said."""
    name = _asked()
    db.session.rollback()  # no transaction is open while the gateway is asked
    try:
        check = gateway_accounts.compare_one(name)
    except (gateway.Unreachable, gateway.Refused):
        flash(gettext("The payment service does not answer. The worker tries again every hour."), "error")
    else:
        flash(gettext("Compared: %(num)s open differences.", num=check.differences), "success")
    return redirect(url_for("desk_gateways.index", service=name), 303)


@blueprint.post("/lines/<int:entry_id>")
def explain(entry_id: int) -> ResponseReturnValue:
    """Keep what a difference is; if wished, take its money into the books."""
    name = _asked()
    try:
        note = inputs.text(request.form.get("note", ""), most=300)
        with transaction() as session:
            gateway_accounts.explain(
                session, web.actor(), entry_id, note, book=request.form.get("book") == "yes"
            )
    except inputs.Unreadable as error:
        return _page(name, gettext(error.message, **error.params), 422, entry_id)
    except ShopError as error:
        return _page(name, transfer_rooms.said(error), error.status, entry_id)
    flash(gettext("The difference is explained."), "success")
    return redirect(url_for("desk_gateways.index", service=name), 303)


@blueprint.post("/lines/<int:entry_id>/take-back")
def take_back(entry_id: int) -> ResponseReturnValue:
    """Take an explanation back, with the reason."""
    name = _asked()
    try:
        note = inputs.text(request.form.get("note", ""), most=300)
        with transaction() as session:
            gateway_accounts.take_back(session, web.actor(), entry_id, note)
    except inputs.Unreadable as error:
        return _page(name, gettext(error.message, **error.params), 422, entry_id)
    except ShopError as error:
        return _page(name, transfer_rooms.said(error), error.status, entry_id)
    flash(gettext("The line is a difference again, and what was booked for it is turned round."), "success")
    return redirect(url_for("desk_gateways.index", service=name), 303)


@blueprint.post("/refunds/<int:refund_id>/again")
def refund_again(refund_id: int) -> ResponseReturnValue:
    """Promise a failed refund anew."""
    name = _asked()
    try:
        with transaction() as session:
            failed = session.get(Refund, refund_id)
            if failed is None:
                raise refunds.NothingToRefund
            refunds.try_again(session, web.actor(), failed)
    except ShopError as error:
        return _page(name, transfer_rooms.said(error), error.status)
    flash(gettext("The refund is on its way once more."), "success")
    return redirect(url_for("desk_gateways.index", service=name), 303)
