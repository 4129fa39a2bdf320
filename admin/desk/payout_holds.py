"""Finance's own holds on payouts: a list, placing one with its reason, lifting it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import paging
from admin.desk import scope
from checkout import payees, payout_holds
from checkout.models import PayoutHold
from checkout.payees import NoSuchPayee
from checkout.payout_holds import HeldAlready, NoSuchHold, NotHeld, ReasonMissing
from shop import authz, inputs, web
from shop.db import db, transaction

blueprint = Blueprint("desk_payout_holds", __name__, url_prefix="/desk/payout-holds")
authz.guard(blueprint, roles=scope.PAYERS)
PAGE = 40
LATEST = 200
"""Lifted holds that the latest are looked for among."""


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the holds that stand by pages, and the latest that were lifted."""
    session = db.session()
    standing = [hold for hold in session.scalars(payout_holds.listed()) if _mine(hold)]
    number = paging.within(len(standing), PAGE)
    lifted = session.scalars(payout_holds.listed(lifted=True).limit(LATEST))
    return render_template(
        "desk/payout_holds.html",
        standing=standing[(number - 1) * PAGE : number * PAGE],
        lifted=[hold for hold in lifted if _mine(hold)][:PAGE],
        number=number,
        pages=paging.pages(len(standing), PAGE),
    )


def _mine(hold: PayoutHold) -> bool:
    return scope.covers(payees.named(db.session(), payees.of(hold)).council, *scope.PAYERS)


@blueprint.post("")
def place() -> ResponseReturnValue:
    """Hold the payouts of a workshop or council."""
    payee = payees.by_account(request.form.get("account", "")[:40])
    if payee is None or not scope.covers(payees.named(db.session(), payee).council, *scope.PAYERS):
        raise NoSuchPayee
    try:
        reason = inputs.text(request.form.get("reason", ""), most=300)
        with transaction() as session:
            payout_holds.place(session, web.actor(), payee, reason)
    except (inputs.Unreadable, HeldAlready, ReasonMissing) as error:
        flash(gettext(error.message, **error.params), "error")
    else:
        flash(gettext("The payouts are held until somebody lifts it."), "success")
    return redirect(url_for("desk_statements.show", account=payee.account), 303)


@blueprint.post("/<int:hold_id>/lift")
def lift(hold_id: int) -> ResponseReturnValue:
    """Let payouts go on."""
    hold = payout_holds.get(db.session(), hold_id)
    if not _mine(hold):
        raise NoSuchHold
    try:
        with transaction() as session:
            payout_holds.lift(session, web.actor(), session.get_one(PayoutHold, hold_id))
    except NotHeld as error:
        flash(gettext(error.message), "error")
    else:
        flash(gettext("The hold is lifted."), "success")
    return redirect(url_for("desk_payout_holds.index"), 303)
