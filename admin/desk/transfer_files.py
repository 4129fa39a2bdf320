"""Statement files at the desk: brought, looked at row by row, then taken in or dropped."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from admin import paging
from admin.desk import transfer_rooms
from checkout.models import ImportState, StatementImport
from checkout.transfers import accounts, imports, shapes, statements
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid

blueprint = transfer_rooms.room("desk_transfer_files", "transfer-statements")
PAGE = 20
SHOWN = 200
"""Rows that the preview shows; all are counted."""


@blueprint.url_value_preprocessor
def _allow_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raise the body limit before anything reads the form: only for this view, only for people who are in."""
    if endpoint == "desk_transfer_files.bring" and current_user.is_authenticated:
        request.max_content_length = statements.MAX_BYTES + 64 * 1024


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the files that were brought, with the form that brings another."""
    return _page()


def _page(problem: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    total = session.scalar(sa.select(sa.func.count()).select_from(StatementImport)) or 0
    number = paging.within(total, PAGE)
    rows = session.scalars(
        sa.select(StatementImport).order_by(StatementImport.id.desc()).offset((number - 1) * PAGE).limit(PAGE)
    ).all()
    every = accounts.every(session)
    html = render_template(
        "desk/transfer_files.html",
        rows=rows,
        accounts={one.id: accounts.label(one) for one in every if one.approved_at},
        shapes=shapes.SHAPES,
        number=number,
        pages=paging.pages(total, PAGE),
        name_of=transfer_rooms.name_of,
        problem=problem,
        rooms=transfer_rooms.rooms(blueprint.name),
    )
    return html, status


@blueprint.post("")
@authz.allow(*transfer_rooms.ROLES, limits="upload")
def bring() -> ResponseReturnValue:
    """Keep a file to be looked at."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(gettext("Please choose a file first."), 422)
    data = file.stream.read(statements.MAX_BYTES + 1)
    try:
        account_id = inputs.whole(request.form.get("account", ""), most=2**53)
        name = inputs.text(file.filename, most=1_000)
        with transaction() as session:
            account = accounts.one(session, account_id)
            kept = imports.look(session, web.actor(), account, data, name)
            kept_id = kept.id
    except inputs.Unreadable:
        return _page(gettext("Please choose the account of this statement."), 422)
    except (Conflict, Invalid) as error:
        return _page(transfer_rooms.said(error), error.status)
    return redirect(url_for("desk_transfer_files.show", import_id=kept_id), 303)


@blueprint.get("/<int:import_id>")
def show(import_id: int) -> ResponseReturnValue:
    """Show a file as it would be taken in: new rows, known rows, rows that cannot be read."""
    session = db.session()
    kept = imports.one(session, import_id)
    looked = imports.preview(session, kept) if kept.state is ImportState.PREVIEW else None
    return render_template(
        "desk/transfer_file.html",
        kept=kept,
        account=accounts.label(accounts.one(session, kept.account_id)),
        looked=looked,
        shape=next((one for one in shapes.SHAPES if one.code == kept.shape), None),
        shown=SHOWN,
        rooms=transfer_rooms.rooms(blueprint.name),
    )


@blueprint.post("/<int:import_id>/take-in")
def take_in(import_id: int) -> ResponseReturnValue:
    """Take the file's new lines in, and match them at once."""
    try:
        with transaction() as session:
            count = imports.take_in(session, web.actor(), imports.one(session, import_id))
    except (Conflict, Invalid) as error:
        flash(transfer_rooms.said(error), "error")
        return redirect(url_for("desk_transfer_files.index"), 303)
    paid = imports.match_all(import_id)
    flash(
        ngettext("%(num)s new line was taken in.", "%(num)s new lines were taken in.", count)
        + " "
        + ngettext("%(num)s of them paid its order.", "%(num)s of them paid their orders.", paid),
        "success",
    )
    return redirect(url_for("desk_transfers.index"), 303)


@blueprint.post("/<int:import_id>/drop")
def drop(import_id: int) -> ResponseReturnValue:
    """Forget a file that was only looked at."""
    try:
        with transaction() as session:
            imports.drop(session, web.actor(), imports.one(session, import_id))
    except Conflict as error:
        flash(transfer_rooms.said(error), "error")
    return redirect(url_for("desk_transfer_files.index"), 303)
