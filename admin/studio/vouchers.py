"""The workshop's own vouchers: it gives them and bears them, for its own pieces."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import voucher_form
from admin.studio import entry
from admin.voucher_form import PlanForm
from checkout import voucher_book
from checkout.models import Voucher
from checkout.voucher_book import Giver, OtherVersion, PlanRefused, Stand
from shop import inputs, web
from shop.db import db, transaction

blueprint = entry.room("studio_vouchers", "/studio/vouchers")


def _mine() -> sa.ColumnElement[bool]:
    return Voucher.workshop_id == entry.workshop().id


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the workshop's vouchers."""
    state = request.args.get("state", "")
    found = voucher_book.listed(db.session(), _mine(), state=state, number=entry.page_number())
    typed = request.args.get("stopped", "")
    stopped = inputs.digits(typed, 0, most=17)
    undo = sa.select(Voucher).where(Voucher.id == stopped, Voucher.paused_at.is_not(None), _mine())
    return render_template(
        "studio/vouchers.html",
        found=found,
        state=state if state in set(Stand) else "",
        undo=db.session.scalar(undo) if stopped else None,
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Make a voucher; everything typed comes back when it cannot be made."""
    form = _form(None)
    if not form.is_sent():
        return _page(form, None)
    with transaction() as session:
        giver = Giver(workshop_id=entry.workshop(session).id)
        plan = form.plan(session, giver)
        try:
            made = voucher_book.make(session, web.actor(), giver, plan) if plan else None
        except PlanRefused as error:
            form.refuse_plan(error)
            made = None
    if made is None:
        return _page(form, None)
    flash(gettext("The voucher %(code)s is made.", code=made.code), "success")
    return redirect(url_for("studio_vouchers.edit", voucher_id=made.id), 303)


@blueprint.route("/<int:voucher_id>", methods=["GET", "POST"])
def edit(voucher_id: int) -> ResponseReturnValue:
    """Show a voucher with what it has taken off so far, and change it."""
    voucher = voucher_book.one(db.session(), voucher_id, _mine())
    form = _form(voucher)
    if not form.is_sent():
        return _page(form, voucher_id)
    problem = None
    with transaction() as session:
        plan = form.plan(session, Giver(workshop_id=entry.workshop(session).id))
        try:
            if plan:
                fresh = voucher_book.one(session, voucher_id, _mine())
                voucher_book.change(session, web.actor(), fresh, plan, voucher_form.seen(form))
        except PlanRefused as error:
            form.refuse_plan(error)
            plan = None
        except OtherVersion as error:
            problem = error
            form.form_errors.append(gettext(error.message))
    if plan is None or problem:
        return _page(form, voucher_id, problem.status if problem else 200)
    flash(gettext("Kept. It holds for orders from now on."), "success")
    return redirect(url_for("studio_vouchers.edit", voucher_id=voucher_id), 303)


def _form(voucher: Voucher | None) -> PlanForm:
    """Give the form without what a workshop has no choice of."""
    form = voucher_form.filled(db.session(), voucher)
    del form.council, form.workshop
    return form


def _page(form: PlanForm, voucher_id: int | None, status: int = 200) -> ResponseReturnValue:
    facts: dict[str, Any] = {"voucher": None, "row": None}
    if voucher_id is not None:
        voucher = voucher_book.one(db.session(), voucher_id, _mine())
        facts = {"voucher": voucher, "row": voucher_book.row_of(db.session(), voucher)}
    if status == 200 and (form.errors or any(field.errors for field in form)):
        status = 422
    return render_template("studio/voucher.html", form=form, **facts), status


@blueprint.post("/<int:voucher_id>/stop")
def stop(voucher_id: int) -> ResponseReturnValue:
    """Stop a voucher; the list offers to let it go on."""
    with transaction() as session:
        voucher_book.pause(session, web.actor(), voucher_book.one(session, voucher_id, _mine()))
    return redirect(url_for("studio_vouchers.index", stopped=voucher_id), 303)


@blueprint.post("/<int:voucher_id>/go-on")
def go_on(voucher_id: int) -> ResponseReturnValue:
    """Let a voucher be used again."""
    with transaction() as session:
        voucher = voucher_book.one(session, voucher_id, _mine())
        voucher_book.resume(session, web.actor(), voucher)
        code = voucher.code
    flash(gettext("The voucher %(code)s can be used again.", code=code), "success")
    return redirect(url_for("studio_vouchers.index"), 303)
