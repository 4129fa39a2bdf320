"""Money that left our bank account at the desk: what each line was, proposed and confirmed; what does not fit."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from admin import paging
from admin.desk import transfer_rooms
from checkout.transfers import lines, outgoing
from checkout.transfers.outgoing import Kind
from shop import inputs, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, NotFound

blueprint = transfer_rooms.room("desk_outgoing", "transfer-outgoing")
PAGE = 40


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List lines of which nobody has said what they were for, with proposals, and what is missing on statements."""
    return _page()


def _page(problem: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    _none, total = outgoing.waiting(session, limit=0)
    number = paging.within(total, PAGE)
    rows, total = outgoing.waiting(session, offset=(number - 1) * PAGE, limit=PAGE)
    known = outgoing.purposes(session)
    found = outgoing.proposals(rows, known)
    page = render_template(
        "desk/outgoing.html",
        rows=rows,
        proposals=found,
        certain=sum(any(one.certain for one in some) for some in found.values()),
        unseen=outgoing.unseen(session),
        number=number,
        pages=paging.pages(total, PAGE),
        problem=problem,
        rooms=transfer_rooms.rooms(blueprint.name),
    )
    return page, status


@blueprint.post("/certain")
def confirm_certain() -> ResponseReturnValue:
    """Confirm every line whose number and amount fit."""
    count = outgoing.confirm_certain(web.actor())
    flash(ngettext("%(num)s line is settled.", "%(num)s lines are settled.", count), "success")
    return redirect(url_for("desk_outgoing.index"), 303)


@blueprint.post("/<int:line_id>")
def decide(line_id: int) -> ResponseReturnValue:
    """Say what one line was: what was proposed, or something else in words."""
    try:
        reason = inputs.text(request.form.get("reason", ""), most=300)
        with transaction() as session:
            line = lines.one(session, line_id)
            if request.form.get("action") == "explain":
                outgoing.explain(session, web.actor(), line, reason)
            else:
                outgoing.confirm(session, web.actor(), line, *_purpose())
    except inputs.Unreadable as error:
        return _page(gettext(error.message, **error.params), 422)
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _page(transfer_rooms.said(error), error.status)
    flash(gettext("The line is settled."), "success")
    return redirect(url_for("desk_outgoing.index"), 303)


def _purpose() -> tuple[Kind, int]:
    kind, _, number = request.form.get("purpose", "").partition("-")
    if kind not in set(Kind):
        raise NotFound
    try:
        return Kind(kind), inputs.whole(number, least=1, most=2**53)
    except inputs.Unreadable as error:
        raise NotFound from error
