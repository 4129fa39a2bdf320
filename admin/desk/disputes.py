"""Disputes for finance: which banks ask for money back, until when, our answer with the order's facts, and giving up."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin import paging
from admin.desk import transfer_rooms
from catalog import pictures
from checkout import disputes, evidence, evidence_files, orders, refunds
from checkout.invoices import finding
from checkout.models import Dispute, DisputeState, Order
from checkout.views import invoice_paper
from shop import inputs, media, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, ShopError

blueprint: Blueprint = transfer_rooms.room("desk_disputes", "disputes")
PAGE = 40
BODY = 51 * 1024 * 1024
"""Bytes of the pictures of a form, a few of them large."""
MOST_BYTES = 4_500_000
"""So much may all files of an answer be together: https://docs.stripe.com/disputes/responding"""
PICTURES = ("delivery", "photograph")
VIEWS = {"open": disputes.OPEN, "closed": (DisputeState.WON, DisputeState.LOST, DisputeState.CLOSED)}


class TooManyFiles(Invalid):
    """One file goes to the bank, and somebody reads it."""

    message = (
        "At most %(most)s pictures of one kind are bound into one file. Please choose those that prove most."
    )


class FilesTooLarge(Invalid):
    """Banks take little."""

    message = "The files of an answer may have 4.5 MB together. Please choose smaller pictures."


@blueprint.url_value_preprocessor
def _allow_pictures(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raise the body limit before anything reads the form: only for this view, only for who may use it."""
    if endpoint == "desk_disputes.answer" and current_user.is_authenticated and transfer_rooms.keepers():
        request.max_content_length = BODY


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List disputes: those to be answered soonest first, or those that are over."""
    session, view = db.session(), request.args.get("view", "open")
    view = view if view in VIEWS else "open"
    query = disputes.listed(VIEWS[view])
    count = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    number = paging.within(count, PAGE)
    rows = session.execute(query.offset((number - 1) * PAGE).limit(PAGE)).all()
    return render_template(
        "desk/disputes.html", rows=rows, view=view, number=number, pages=paging.pages(count, PAGE)
    )


@blueprint.get("/<int:dispute_id>")
def show(dispute_id: int) -> ResponseReturnValue:
    """Show one dispute with its order and our answer."""
    dispute = disputes.get(db.session(), dispute_id)
    return _page(dispute)


def _page(
    dispute: Dispute, texts: dict[str, str] | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    session = db.session()
    order = disputes.order_of(session, dispute)
    told = dispute.answer.get("texts", {})
    html = render_template(
        "desk/dispute.html",
        dispute=dispute,
        order=order,
        lines=orders.lines_of(session, order.id),
        texts=texts or told or evidence.facts(session, dispute),
        labels=evidence.TEXTS,
        files=[evidence.FILES[name] for name in dispute.answer.get("files", {}) if name in evidence.FILES],
        invoices=len(finding.of_order(session, order.id)),
        refunds=refunds.of_payment(session, dispute.payment_id),
        most_pictures=evidence_files.MOST,
        may_answer=_may_answer(dispute),
        answered_by=transfer_rooms.name_of(dispute.answer_by_id),
        longest=evidence.LONGEST,
        problem=problem,
    )
    return html, status


def _may_answer(dispute: Dispute) -> bool:
    open_still = dispute.state is DisputeState.NEEDS_RESPONSE
    return open_still and not dispute.answer_due and dispute.answered_at is None


@blueprint.post("/<int:dispute_id>/answer")
def answer(dispute_id: int) -> ResponseReturnValue:
    """Send our answer; banks take one. What was typed comes back when something is missing."""
    dispute = disputes.get(db.session(), dispute_id)
    typed = {name: request.form.get(name, "") for name in evidence.TEXTS}
    try:
        texts = {
            name: inputs.text(value, most=evidence.LONGEST, lines=True) if value.strip() else ""
            for name, value in typed.items()
        }
        if not texts["story"]:
            raise evidence.StoryMissing
        files = _files(db.session(), disputes.order_of(db.session(), dispute))
        db.session.rollback()
        with transaction() as session:
            evidence.answer(session, web.actor(), disputes.get(session, dispute_id), texts, files)
    except inputs.Unreadable as error:
        return _page(_fresh(dispute_id), typed, gettext(error.message, **error.params), 422)
    except (Conflict, Invalid, pictures.WrongKind) as error:
        return _page(_fresh(dispute_id), typed, transfer_rooms.said(error), error.status)
    flash(gettext("The answer is on its way to the bank."), "success")
    return redirect(url_for("desk_disputes.show", dispute_id=dispute_id), 303)


def _fresh(dispute_id: int) -> Dispute:
    db.session.rollback()
    return disputes.get(db.session(), dispute_id)


def _files(session: Session, order: Order) -> dict[str, str]:
    """Keep the pictures of the form and the order's papers under private keys; not inside a transaction."""
    contents: dict[str, tuple[str, bytes]] = {}
    for name in PICTURES:
        sent = [one for one in request.files.getlist(name) if one.filename]
        if len(sent) > evidence_files.MOST:
            raise TooManyFiles(most=evidence_files.MOST)
        if sent:
            masters = [pictures.read(one.stream.read(pictures.MAX_BYTES + 1)).data for one in sent]
            contents[name] = (_key(name, masters), evidence_files.bound(masters))
    papers = finding.of_order(session, order.id)
    if papers and request.form.get("receipt") == "yes":
        whole = [finding.to_buyer(session, order, one.id) for one in papers]
        contents["receipt"] = (f"{pictures.new_private_key()}/receipt.pdf", invoice_paper.bundle(whole))
    if sum(len(data) for _key, data in contents.values()) > MOST_BYTES:
        raise FilesTooLarge
    for key, data in contents.values():
        media.current().put(key, data)
    return {name: key for name, (key, _data) in contents.items()}


def _key(name: str, masters: list[bytes]) -> str:
    private = pictures.new_private_key()
    return pictures.master_key(private) if len(masters) == 1 else f"{private}/{name}.pdf"


@blueprint.post("/<int:dispute_id>/give-up")
def give_up(dispute_id: int) -> ResponseReturnValue:
    """Let the bank have the money, after a second question."""
    if request.form.get("sure") != "yes":
        flash(gettext("Please say that you are sure. A dispute that is given up is lost for good."), "error")
        return redirect(url_for("desk_disputes.show", dispute_id=dispute_id), 303)
    try:
        with transaction() as session:
            evidence.give_up(session, web.actor(), disputes.get(session, dispute_id))
    except ShopError as error:
        return _page(_fresh(dispute_id), None, transfer_rooms.said(error), error.status)
    flash(gettext("The dispute is given up; the bank is told."), "success")
    return redirect(url_for("desk_disputes.show", dispute_id=dispute_id), 303)
