"""Money that left our bank account at the desk: what each line was, proposed and confirmed; what does not fit."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from admin import paging
from admin.desk import transfer_rooms
from checkout.transfers import lines, outgoing, settled_lines
from checkout.transfers.outgoing import Kind
from shop import inputs, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, NotFound

blueprint = transfer_rooms.room("desk_outgoing", "transfer-outgoing")
PAGE = 40
PURPOSES = (Kind.PAYOUT, Kind.RETURN, Kind.TAX)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List lines of which nobody has said what they were for, with proposals, and what is missing on statements."""
    return _page()


def _page(problem: str = "", status: int = 200, typed: dict[str, str] | None = None) -> ResponseReturnValue:
    """Show the page; what was typed about a line comes back with the reason why it cannot be used."""
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
        typed=typed or {},
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
    """Say what one line was: what was proposed, or a fee of the bank or our own money, in words."""
    action = request.form.get("action", "")
    typed = {"line": str(line_id), "reason": request.form.get("reason", "")[:300].replace("\x00", "")}
    try:
        reason = inputs.text(request.form.get("reason", ""), most=300)
        with transaction() as session:
            line = lines.one(session, line_id)
            if action in {kind.value for kind in outgoing.NAMED}:
                outgoing.explain(session, web.actor(), line, Kind(action), reason)
            else:
                outgoing.confirm(session, web.actor(), line, *_purpose())
    except inputs.Unreadable as error:
        return _page(gettext(error.message, **error.params), 422, typed)
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _page(transfer_rooms.said(error), error.status, typed)
    flash(gettext("The line is settled."), "success")
    return redirect(url_for("desk_outgoing.index"), 303)


@blueprint.get("/settled")
def settled() -> ResponseReturnValue:
    """List lines of which somebody has said what they were, by kind, with what each kind comes to."""
    return _settled_page()


def _settled_page(
    problem: str = "", status: int = 200, typed: dict[str, str] | None = None
) -> ResponseReturnValue:
    session, asked = db.session(), request.args.get("kind", "")
    kind = Kind(asked) if asked in set(Kind) else None
    _none, total = settled_lines.page(session, kind, limit=0)
    number = paging.within(total, PAGE)
    rows, total = settled_lines.page(session, kind, offset=(number - 1) * PAGE, limit=PAGE)
    page = render_template(
        "desk/outgoing_settled.html",
        rows=rows,
        sums=settled_lines.sums(session),
        kinds=list(Kind),
        kind=kind,
        total=total,
        number=number,
        pages=paging.pages(total, PAGE),
        problem=problem,
        typed=typed or {},
        name_of=transfer_rooms.name_of,
        rooms=transfer_rooms.rooms(blueprint.name),
    )
    return page, status


@blueprint.post("/settled/<int:match_id>/undo")
def undo(match_id: int) -> ResponseReturnValue:
    """Take back what was said about a line, with the reason."""
    typed = {"match": str(match_id), "reason": request.form.get("reason", "")[:300].replace("\x00", "")}
    try:
        reason = inputs.text(request.form.get("reason", ""), most=300)
        with transaction() as session:
            settled_lines.undo(session, web.actor(), match_id, reason)
    except inputs.Unreadable as error:
        return _settled_page(gettext(error.message, **error.params), 422, typed)
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _settled_page(transfer_rooms.said(error), error.status, typed)
    flash(gettext("The line waits again, and what was booked for it is turned round."), "success")
    return redirect(url_for("desk_outgoing.index"), 303)


def _purpose() -> tuple[Kind, int]:
    kind, _, number = request.form.get("purpose", "").partition("-")
    if kind not in set(PURPOSES):
        raise NotFound
    try:
        return Kind(kind), inputs.whole(number, least=1, most=2**53)
    except inputs.Unreadable as error:
        raise NotFound from error
