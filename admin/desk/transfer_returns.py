"""Money that goes back by transfer at the desk: what waits, files prepared and approved by two persons, what the bank did."""

from typing import Any

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin import paging, sheets
from admin.desk import transfer_rooms
from checkout import bank_details
from checkout.models import Order, ReturnBatch, ReturnState, TransferReturn
from checkout.transfers import accounts, bank_files, returns
from shop import inputs, web
from shop.db import db, transaction
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.texts import mark

blueprint = transfer_rooms.room("desk_transfer_returns", "transfer-returns")
PAGE = 40
STATES = {
    ReturnState.NEEDS_ACCOUNT: mark("Waits for the buyer's account"),
    ReturnState.READY: mark("Ready to be sent"),
    ReturnState.IN_FILE: mark("In a file"),
    ReturnState.SENT: mark("Sent"),
}


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what goes back by where it stands, and the latest files."""
    return _page()


def _page(problem: str = "", status: int = 200) -> ResponseReturnValue:
    session, asked = db.session(), request.args.get("state", "")
    state = ReturnState(asked) if asked in set(ReturnState) else ReturnState.READY
    counts = dict(
        session.execute(sa.select(TransferReturn.state, sa.func.count()).group_by(TransferReturn.state)).all()
    )
    number = paging.within(counts.get(state, 0), PAGE)
    ordered = (
        sa.select(TransferReturn).where(TransferReturn.state == state).order_by(TransferReturn.id.desc())
    )
    rows = list(session.scalars(ordered.offset((number - 1) * PAGE).limit(PAGE)))
    files = session.scalars(sa.select(ReturnBatch).order_by(ReturnBatch.id.desc()).limit(10)).all()
    html = render_template(
        "desk/transfer_returns.html",
        rows=rows,
        state=state,
        states=STATES,
        counts=counts,
        orders=_numbers(session, rows),
        files=[(one, *_sum(session, one)) for one in files],
        accounts={one.id: accounts.label(one) for one in accounts.active(session)},
        masked=returns.masked,
        bank_name=bank_details.bank_name,
        banks=sorted(bank_details.banks().items(), key=lambda bank: bank[1]),
        name_of=transfer_rooms.name_of,
        number=number,
        pages=paging.pages(counts.get(state, 0), PAGE),
        problem=problem,
        rooms=transfer_rooms.rooms(blueprint.name),
    )
    return html, status


def _numbers(session: Session, rows: list[TransferReturn]) -> dict[int, str]:
    wanted = {row.order_id for row in rows if row.order_id}
    return dict(session.execute(sa.select(Order.id, Order.number).where(Order.id.in_(wanted))).all())


def _sum(session: Session, batch: ReturnBatch) -> tuple[int, int]:
    found = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(TransferReturn.amount), 0)).where(
            TransferReturn.batch_id == batch.id
        )
    ).one()
    return int(found[0]), int(found[1])


@blueprint.post("")
def prepare() -> ResponseReturnValue:
    """Put the chosen sums into one file."""
    chosen = [
        int(one)
        for one in request.form.getlist("return")
        if one.isascii() and one.isdigit() and len(one) < 16
    ]
    try:
        account_id = inputs.whole(request.form.get("account", ""), most=2**53)
        with transaction() as session:
            account = accounts.one(session, account_id)
            batch_id = returns.prepare(session, web.actor(), account, chosen).id
    except inputs.Unreadable:
        return _page(gettext("Please choose the account it is sent from."), 422)
    except (Conflict, Invalid) as error:
        return _page(transfer_rooms.said(error), error.status)
    flash(gettext("The file is prepared. Another person of finance has to approve it."), "success")
    return redirect(url_for("desk_transfer_returns.show", batch_id=batch_id), 303)


@blueprint.post("/<int:return_id>/account")
def name_account(return_id: int) -> ResponseReturnValue:
    """Keep the account for money of which no order is known."""
    form = request.form
    try:
        details = bank_details.checked(
            form.get("bank_code", ""), form.get("account_number", "")[:40], form.get("holder", "")[:120]
        )
        with transaction() as session:
            returns.name_account(session, web.actor(), returns.one(session, return_id), details)
    except (Conflict, Invalid) as error:
        return _page(transfer_rooms.said(error), error.status)
    flash(gettext("The account is kept."), "success")
    return redirect(url_for("desk_transfer_returns.index"), 303)


def _batch(session: Session, batch_id: int) -> ReturnBatch:
    found = session.get(ReturnBatch, batch_id)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/files/<int:batch_id>")
def show(batch_id: int) -> ResponseReturnValue:
    """Show a file: its sums, who prepared and approved it, the bank's files, what the bank did."""
    return _batch_page(batch_id)


def _batch_page(batch_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    batch = _batch(session, batch_id)
    rows = list(
        session.scalars(
            sa.select(TransferReturn).where(TransferReturn.batch_id == batch.id).order_by(TransferReturn.id)
        )
    )
    html = render_template(
        "desk/transfer_batch.html",
        batch=batch,
        account=accounts.label(accounts.one(session, batch.account_id)),
        rows=rows,
        total=sum(row.amount for row in rows),
        orders=_numbers(session, rows),
        banks=bank_files.banks_of(session, batch),
        states=STATES,
        masked=returns.masked,
        bank_name=bank_details.bank_name,
        name_of=transfer_rooms.name_of,
        mine=batch.prepared_by_id == current_user.id,
        problem=problem,
        rooms=transfer_rooms.rooms(blueprint.name),
    )
    return html, status


@blueprint.post("/files/<int:batch_id>/<action>")
def decide(batch_id: int, action: str) -> ResponseReturnValue:
    """Let a file go, or give it up."""
    step = {"approve": returns.approve, "drop": returns.drop}.get(action)
    if step is None:
        raise NotFound
    try:
        with transaction() as session:
            step(session, web.actor(), _batch(session, batch_id))
    except (Conflict, Forbidden) as error:
        return _batch_page(batch_id, transfer_rooms.said(error), error.status)
    flash(gettext("Done."), "success")
    return redirect(url_for("desk_transfer_returns.show", batch_id=batch_id), 303)


@blueprint.post("/files/<int:batch_id>/csv/<bank_code>")
def csv(batch_id: int, bank_code: str) -> ResponseReturnValue:
    """Give the file for one bank; a POST, because who reads the accounts is written down."""
    try:
        with transaction() as session:
            rows: Any = bank_files.rows(session, web.actor(), _batch(session, batch_id), bank_code[:3])
    except Conflict as error:
        return _batch_page(batch_id, transfer_rooms.said(error), error.status)
    text = sheets.csv_text(bank_files.HEAD, rows)
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="kriya-{batch_id}-{bank_code[:3]}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/files/<int:batch_id>/<int:return_id>/<outcome>")
def mark_outcome(batch_id: int, return_id: int, outcome: str) -> ResponseReturnValue:
    """Take down what the bank did with one sum."""
    try:
        problem = inputs.text(request.form.get("problem", ""), most=300)
        with transaction() as session:
            owed = returns.one(session, return_id)
            if owed.batch_id != batch_id or outcome not in {"sent", "failed"}:
                raise NotFound
            if outcome == "sent":
                returns.mark_sent(session, web.actor(), owed)
            else:
                returns.mark_failed(session, web.actor(), owed, problem)
    except inputs.Unreadable as error:
        return _batch_page(batch_id, gettext(error.message, **error.params), 422)
    except (Conflict, Invalid) as error:
        return _batch_page(batch_id, transfer_rooms.said(error), error.status)
    flash(gettext("Done."), "success")
    return redirect(url_for("desk_transfer_returns.show", batch_id=batch_id), 303)
