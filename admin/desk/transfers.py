"""Transfers at the desk: lines of our statements that nobody knows yet, what they may be meant for, buyers' proofs."""

from typing import Any

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from admin import paging
from admin.desk import transfer_rooms
from checkout import orders
from checkout.models import LineState, Order, OrderState, StatementLine, TransferWait
from checkout.transfers import accounts, known_arrivals, lines, matching, proofs, terms, waits
from checkout.transfers.known_arrivals import Arrival
from checkout.transfers.matching import Hint, Proposal
from shop import inputs, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, NotFound
from shop.texts import mark

blueprint = transfer_rooms.room("desk_transfers", "transfers")
PAGE = 40
HINTS = {
    Hint.EXACT: mark("the exact amount of an order whose time is over"),
    Hint.REST: mark("exactly what is missing"),
    Hint.PAIR: mark("together with another transfer the exact amount"),
    Hint.DUPLICATE: mark("the exact amount, but the order is paid already"),
    Hint.WITHOUT_CODE: mark("the total without the code"),
    Hint.CODE_AWAY: mark("one rupiah beside the exact amount"),
    Hint.OTHER_CODE: mark("the total with another code"),
    Hint.TRANSPOSED: mark("two digits have changed places"),
    Hint.ONE_DIGIT: mark("one digit differs"),
    Hint.NUMBER: mark("the order's number stands on the statement"),
    Hint.NAME: mark("the buyer's name stands on the statement"),
}
STATES = {
    LineState.WAITING: mark("Nobody knows yet"),
    LineState.PART: mark("Kept until the rest comes"),
    LineState.PAID: mark("Paid an order"),
    LineState.RETURNING: mark("Going back"),
    LineState.RETURNED: mark("Sent back"),
    LineState.OURS: mark("No buyer's money"),
    LineState.BOOKED: mark("In the books already"),
    LineState.OUTGOING: mark("Money that left"),
}
"""What has become of a line, in words."""


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List lines by what has become of them, those to be decided first."""
    session, asked = db.session(), request.args.get("state", "")
    state = LineState(asked) if asked in set(LineState) else LineState.WAITING
    query = sa.select(StatementLine).where(StatementLine.state == state)
    counts = dict(
        session.execute(sa.select(StatementLine.state, sa.func.count()).group_by(StatementLine.state)).all()
    )
    number = paging.within(counts.get(state, 0), PAGE)
    ordered = query.order_by(StatementLine.booked_on.desc(), StatementLine.id.desc())
    rows = list(session.scalars(ordered.offset((number - 1) * PAGE).limit(PAGE)))
    found = lines.proposals(session, rows) if state is LineState.WAITING else {}
    known = known_arrivals.arrivals(session) if state is LineState.WAITING else []
    return render_template(
        "desk/transfers.html",
        rows=rows,
        proposals={line_id: _described(session, some[:1]) for line_id, some in found.items()},
        known={line.id for line in rows if known_arrivals.fitting(line, known)},
        state=state,
        states=STATES,
        hints=HINTS,
        counts=counts,
        number=number,
        pages=paging.pages(counts.get(state, 0), PAGE),
        proofs=[(proof, *_of_wait(session, proof.wait_id)) for proof in proofs.open_ones(session)],
        orders=_orders(session, rows),
        rooms=transfer_rooms.rooms(blueprint.name),
    )


def _of_wait(session: Session, wait_id: int) -> tuple[TransferWait, Order]:
    wait = session.get_one(TransferWait, wait_id)
    return wait, session.get_one(Order, wait.order_id)


def _described(session: Session, some: list[Proposal]) -> list[dict[str, Any]]:
    found = []
    for one in some:
        wait, order = _of_wait(session, one.wait_id)
        partner = session.get(StatementLine, one.partner_id) if one.partner_id else None
        found.append({"wait": wait, "order": order, "hints": one.hints, "partner": partner})
    return found


def _orders(session: Session, rows: list[StatementLine]) -> dict[int, str]:
    wanted = {row.wait_id for row in rows if row.wait_id}
    numbers = (
        sa.select(TransferWait.id, Order.number)
        .join(Order, Order.id == TransferWait.order_id)
        .where(TransferWait.id.in_(wanted))
    )
    return dict(session.execute(numbers).all())


@blueprint.get("/<int:line_id>")
def show(line_id: int) -> ResponseReturnValue:
    """Show a line with the orders it may be meant for, and what can be decided about it."""
    return _page(line_id)


def _page(line_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    line = lines.one(session, line_id)
    asked = (request.values.get("number") or "").strip().upper()[:20]
    some = lines.proposals(session, [line])[line.id] if line.state is LineState.WAITING else []
    found = _described(session, some)
    if asked and asked not in {one["order"].number for one in found}:
        found += _by_number(session, asked)
    for one in found:
        sums = [line] + ([one["partner"]] if one["partner"] else [])
        one["difference"] = lines.difference(session, one["wait"], sums)
        one["open"] = one["order"].state is OrderState.PENDING
    account = accounts.one(session, line.account_id)
    html = render_template(
        "desk/transfer_line.html",
        line=line,
        account=accounts.label(account),
        found=found,
        arrivals=_arrivals(session, line),
        may_reopen=line.state in known_arrivals.KINDS and line.amount > 0,
        asked=asked,
        hints=HINTS,
        states=STATES,
        most=terms.holding(session).tolerance,
        decided_by=transfer_rooms.name_of(line.decided_by_id) if line.decided_at else "",
        order=_of_wait(session, line.wait_id)[1] if line.wait_id else None,
        typed={name: web.printable(request.form.get(name, ""), 300) for name in ("reason",)},
        problem=problem,
        rooms=transfer_rooms.rooms(blueprint.name),
    )
    return html, status


def _arrivals(session: Session, line: StatementLine) -> list[Arrival]:
    """Give what the books may have a line as already."""
    if line.state is not LineState.WAITING:
        return []
    return known_arrivals.fitting(line, known_arrivals.arrivals(session))


def _by_number(session: Session, number: str) -> list[dict[str, Any]]:
    try:
        order = orders.by_number(session, number)
    except orders.NoSuchOrder:
        return []
    wait = waits.of_order(session, order.id)
    return [] if wait is None else [{"wait": wait, "order": order, "hints": (), "partner": None}]


@blueprint.post("/<int:line_id>")
def decide(line_id: int) -> ResponseReturnValue:
    """Do what the pressed button says: take it for an order, ask for the rest, send it back, set it aside."""
    try:
        reason = inputs.text(request.form.get("reason", ""), most=300)
        with transaction() as session:
            words = _decide(session, lines.one(session, line_id), reason)
    except inputs.Unreadable as error:
        return _page(line_id, gettext(error.message, **error.params), 422)
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _page(line_id, transfer_rooms.said(error), error.status)
    flash(words, "success")
    return redirect(url_for("desk_transfers.index"), 303)


def _decide(session: Session, line: StatementLine, reason: str) -> str:
    actor, action = web.actor(), request.form.get("action", "")
    wait_id = _number("wait")
    wait = session.get(TransferWait, wait_id) if wait_id else None
    if action == "ours":
        lines.set_aside(session, actor, line, reason)
        return str(gettext("The line is set aside: no buyer's money."))
    if action == "known":
        known_arrivals.confirm(session, actor, line, request.form.get("arrival", "")[:40])
        return str(gettext("The line is matched; nothing is booked twice."))
    if action == "reopen":
        known_arrivals.reopen(session, actor, line, reason)
        return str(gettext("The line waits again, and what was booked for it is turned round."))
    if action == "back":
        order = session.get_one(Order, wait.order_id) if wait else None
        lines.send_back(session, actor, line, order, reason)
        return str(gettext("The money is promised back."))
    if wait is None:
        raise NotFound
    if action == "rest":
        lines.ask_rest(session, actor, wait, line)
        said = str(gettext("The buyer is asked for the rest."))
    elif action == "accept":
        partner_id = _number("partner")
        partner = [lines.one(session, partner_id)] if partner_id else []
        lines.accept(session, actor, wait, [*partner, line])
        said = str(gettext("The transfer is taken for its order."))
    else:
        raise NotFound
    proofs.settle_of(session, actor, wait.id)
    return said


def _number(name: str) -> int | None:
    typed = request.form.get(name, "")
    try:
        return inputs.whole(typed, most=2**53) if typed else None
    except inputs.Unreadable as error:
        raise NotFound from error


# --- proofs -------------------------------------------------------------------------------------------


@blueprint.get("/proofs/<int:proof_id>")
def proof(proof_id: int) -> ResponseReturnValue:
    """Show a buyer's proof beside lines of about that amount."""
    return _proof_page(proof_id)


def _proof_page(proof_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    found = proofs.one(session, proof_id)
    wait, order = _of_wait(session, found.wait_id)
    near = [line for line in lines.waiting(session) if _is_near(line, found.amount, wait)]
    html = render_template(
        "desk/transfer_proof.html",
        proof=found,
        wait=wait,
        order=order,
        near=near[:20],
        answered_by=transfer_rooms.name_of(found.answered_by_id) if found.answered_at else "",
        typed=web.printable(request.form.get("answer", ""), 500),
        problem=problem,
        rooms=transfer_rooms.rooms(blueprint.name),
    )
    return html, status


def _is_near(line: StatementLine, amount: int, wait: TransferWait) -> bool:
    wanted = (amount, wait.amount, wait.total)
    return any(
        line.amount == one or matching.is_one_digit_away(line.amount, one) or abs(line.amount - one) < 1_000
        for one in wanted
    )


@blueprint.post("/proofs/<int:proof_id>")
def answer(proof_id: int) -> ResponseReturnValue:
    """Answer a proof in words."""
    try:
        words = inputs.text(request.form.get("answer", ""), most=500, lines=True)
        with transaction() as session:
            proofs.answer(session, web.actor(), proofs.one(session, proof_id), words)
    except inputs.Unreadable as error:
        return _proof_page(proof_id, gettext(error.message, **error.params), 422)
    except (Conflict, Invalid) as error:
        return _proof_page(proof_id, transfer_rooms.said(error), error.status)
    flash(gettext("The answer is on its way to the buyer."), "success")
    return redirect(url_for("desk_transfers.index"), 303)


@blueprint.get("/proofs/<int:proof_id>/picture")
def picture(proof_id: int) -> ResponseReturnValue:
    """Give a proof's picture to finance, and to nobody else."""
    data = proofs.picture(proofs.one(db.session(), proof_id))
    response = Response(data, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"
    return response
