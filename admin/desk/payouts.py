"""Payouts at the desk: proposed, approved by somebody else, put into bank files, and what the bank did with them."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin import paging
from admin.desk import scope
from checkout import bank_details, bank_files, payees, payout_lists, payout_runs, payouts
from checkout.models import Payout, PayoutBatch, PayoutState
from checkout.payees import NoSuchPayee
from shop import authz, inputs, jobs, web
from shop.audit import Actor
from shop.db import db, transaction
from shop.errors import ShopError

blueprint = Blueprint("desk_payouts", __name__, url_prefix="/desk/payouts")
authz.guard(blueprint, roles=scope.KEEPERS)
PAGE = 40
PARTS = 100
MOST = 200
"""Payouts that one press may approve or export."""
LISTS: dict[str, tuple[PayoutState, ...]] = {
    "open": payout_lists.OPEN,
    **{state.value: (state,) for state in PayoutState},
    "all": (),
}


def said(error: ShopError) -> str:
    """Give a refusal in the language of the page; what holds a payout is a text of its own."""
    return str(gettext(error.message, **{name: gettext(str(value)) for name, value in error.params.items()}))


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List payouts by state, with what one person may do with many of them."""
    session, asked = db.session(), request.args.get("state", "open")
    asked = asked if asked in LISTS else "open"
    number, condition = paging.number(), scope.condition(*scope.KEEPERS)
    rows, count = payout_lists.page_of(session, condition, LISTS[asked], page=number, size=PAGE)
    if not rows and count:  # the list has grown shorter
        number = paging.within(count, PAGE)
        rows, count = payout_lists.page_of(session, condition, LISTS[asked], page=number, size=PAGE)
    return render_template(
        "desk/payouts.html",
        rows=rows, asked=asked, lists=list(LISTS), counts=payout_lists.counts(session, condition),
        number=number, pages=paging.pages(count, PAGE), payout_number=payouts.number,
        bank_name=bank_details.bank_name, masked=bank_details.masked, may_pay=_may_pay(),
        files=_files(session), me=current_user.id,
    )  # fmt: skip


def _files(session: Session) -> list[PayoutBatch]:
    """Give the latest bank files: every one for who keeps all councils' money, else one's own."""
    everything = authz.ALL_COUNCILS in scope.codes(*scope.PAYERS)
    return [
        file for file in bank_files.latest(session) if everything or file.created_by_id == current_user.id
    ]


def _may_pay() -> bool:
    return bool(current_user.holds(*scope.PAYERS))


@blueprint.get("/<int:payout_id>")
def show(payout_id: int) -> ResponseReturnValue:
    """Show one payout with every movement that it pays."""
    return _page(payout_id)


def _page(payout_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    row = payout_lists.one(session, scope.condition(*scope.KEEPERS), payout_id)
    payout, account = row.payout, row.payout.bank_account
    number = paging.number()
    parts, count = payout_lists.parts(session, row, page=number, size=PARTS)
    names = payees.named(session, payees.of(payout)).also
    html = render_template(
        "desk/payout.html",
        row=row, payout=payout, account=account, parts=parts, number=number,
        pages=paging.pages(count, PARTS), payout_number=payouts.number, problem=problem,
        bank_name=bank_details.bank_name, masked=bank_details.masked,
        moves=payouts.MOVES[payout.state], may_pay=scope.covers(row.council, *scope.PAYERS),
        name_fits=bank_details.fits(account, names), shared=bank_details.shared_with(session, account),
        me=current_user.id,
    )  # fmt: skip
    return html, status


# --- proposing and approving -------------------------------------------------------------------------


@blueprint.post("/prepare")
@authz.allow(*scope.PAYERS)
def prepare() -> ResponseReturnValue:
    """Let the worker propose a payout for everybody in scope who may have one."""
    everybody = authz.ALL_COUNCILS in scope.codes(*scope.PAYERS)
    ids = None if everybody else [council.id for council in scope.councils(*scope.PAYERS)]
    with transaction() as session:
        key = f"prepare-payouts:{current_user.id}"
        jobs.enqueue(
            session, payout_runs.prepare_for, _key=key, user_id=int(current_user.id), council_ids=ids
        )
    flash(
        gettext(
            "Payouts are being prepared. They appear here within a minute, to be approved by somebody else."
        )
    )
    return redirect(url_for("desk_payouts.index"), 303)


@blueprint.post("/propose")
@authz.allow(*scope.PAYERS)
def propose() -> ResponseReturnValue:
    """Propose a payout for one workshop or council."""
    payee = payees.by_account(request.form.get("account", "")[:40])
    if payee is None or not scope.covers(payees.named(db.session(), payee).council, *scope.PAYERS):
        raise NoSuchPayee
    try:
        with transaction() as session:
            payout_id = payouts.propose(session, web.actor(), payee).id
    except (payouts.NothingToPay, payouts.Moved) as error:
        flash(said(error), "error")
        return redirect(url_for("desk_statements.show", account=payee.account), 303)
    flash(gettext("The payout is proposed. Somebody else has to approve it."), "success")
    return redirect(url_for("desk_payouts.show", payout_id=payout_id), 303)


def _chosen() -> list[int]:
    found = []
    for typed in request.form.getlist("payout")[:MOST]:
        try:
            found.append(inputs.whole(typed, least=1, most=10**12))
        except inputs.Unreadable:
            continue
    return found


@blueprint.post("/approve")
@authz.allow(*scope.PAYERS)
def approve() -> ResponseReturnValue:
    """Approve the chosen payouts, each by itself; say which could not be, and why."""
    approved, refused = 0, []
    for payout_id in _chosen():
        try:
            with transaction() as session:
                row = payout_lists.one(session, scope.condition(*scope.PAYERS), payout_id)
                payouts.approve(session, web.actor(), row.payout)
                approved += 1
        except ShopError as error:
            refused.append(f"PO{payout_id:07}: {said(error)}")
    if approved:
        flash(ngettext("%(num)s payout is approved.", "%(num)s payouts are approved.", approved), "success")
    for words in refused[:10]:
        flash(words, "error")
    if not approved and not refused:
        flash(gettext("Please choose payouts first."), "error")
    return redirect(url_for("desk_payouts.index", state=request.form.get("state", "open")[:20]), 303)


# --- bank files --------------------------------------------------------------------------------------


@blueprint.post("/export")
@authz.allow(*scope.PAYERS)
def export() -> ResponseReturnValue:
    """Put the chosen approved payouts into bank files, one per bank."""
    with transaction() as session:
        chosen = payout_lists.several(session, scope.condition(*scope.PAYERS), _chosen())
        batches, held = payouts.export(session, web.actor(), chosen)
        written = sum(batch.payouts for batch in batches)
    if written:
        words = ngettext("%(num)s payout is in a bank file.", "%(num)s payouts are in bank files.", written)
        flash(words, "success")
    for payout in held[:10]:
        flash(gettext("%(number)s is not approved, or is held now.", number=payouts.number(payout)), "error")
    if not written and not held:
        flash(gettext("Please choose payouts first."), "error")
    return redirect(url_for("desk_payouts.index", state="exported" if written else "open"), 303)


@blueprint.post("/files/<int:batch_id>")
@authz.allow(*scope.PAYERS)
def file(batch_id: int) -> ResponseReturnValue:
    """Give a bank file with the numbers in clear, and write down who took it."""
    with transaction() as session:
        batch = bank_files.get(session, batch_id)
        ids = [payout.id for payout in bank_files.payouts_of(session, batch)]
        if len(payout_lists.several(session, scope.condition(*scope.PAYERS), ids)) != len(ids):
            raise bank_files.NoSuchFile
        text, name = bank_files.write(session, web.actor(), batch), bank_files.name(batch)
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- what the bank did -------------------------------------------------------------------------------

Mark = Callable[[Session, Actor, Payout, str], None]
MARKS: dict[str, Mark] = {
    "sent": payouts.mark_sent,
    "failed": payouts.mark_failed,
    "returned": payouts.mark_returned,
    "cancelled": payouts.cancel,
}


@blueprint.post("/sent")
@authz.allow(*scope.PAYERS)
def all_sent() -> ResponseReturnValue:
    """Write down that the bank has sent the chosen payouts."""
    done = 0
    for payout_id in _chosen():
        try:
            with transaction() as session:
                row = payout_lists.one(session, scope.condition(*scope.PAYERS), payout_id)
                payouts.mark_sent(session, web.actor(), row.payout)
                done += 1
        except ShopError as error:
            flash(f"PO{payout_id:07}: {said(error)}", "error")
    flash(
        ngettext("%(num)s payout is marked as sent.", "%(num)s payouts are marked as sent.", done), "success"
    )
    return redirect(url_for("desk_payouts.index", state="exported"), 303)


@blueprint.post("/<int:payout_id>/<state>")
@authz.allow(*scope.PAYERS)
def mark(payout_id: int, state: str) -> ResponseReturnValue:
    """Write down what became of one payout; undoing one needs a reason."""
    if state not in MARKS:
        raise payouts.NoSuchPayout
    words: Any = request.form.get("words", "")
    try:
        words = inputs.text(words, most=60 if state == "sent" else 300)
        with transaction() as session:
            row = payout_lists.one(session, scope.condition(*scope.PAYERS), payout_id)
            MARKS[state](session, web.actor(), row.payout, words)
    except inputs.Unreadable as error:
        return _page(payout_id, gettext(error.message, **error.params), 422)
    except (payouts.Moved, payouts.ReasonMissing) as error:
        return _page(payout_id, said(error), error.status)
    flash(gettext("Kept."), "success")
    return redirect(url_for("desk_payouts.show", payout_id=payout_id), 303)
