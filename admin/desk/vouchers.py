"""Vouchers that councils and the marketplace give: the list, a new one, changing, stopping and going on.

A council sees those that it bears, and those of its workshops, which bear them themselves.
"""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import paging, voucher_form
from admin.desk import scope
from admin.voucher_form import PlanForm
from catalog.models import Council, Workshop
from checkout import voucher_book
from checkout.models import Voucher
from checkout.voucher_book import Giver, OtherVersion, PlanRefused, Stand
from shop import authz, web
from shop.db import db, transaction
from shop.errors import NotFound
from shop.models import Role

blueprint = Blueprint("desk_vouchers", __name__, url_prefix="/desk/vouchers")
authz.guard(blueprint, roles=scope.KEEPERS)
GIVERS = (Role.COUNCIL_ADMIN, Role.ADMIN)
"""Who makes vouchers that a council bears; those of the marketplace are its administrators' and finance's."""
MARKET = "marketplace"
WORKSHOPS = "workshops"


def _gives_for_market() -> bool:
    return authz.ALL_COUNCILS in scope.codes(Role.ADMIN, Role.FINANCE)


def _mine(whose: str = "") -> sa.ColumnElement[bool]:
    """Give the condition for what the person sees; `whose` narrows it to one giver."""
    councils = scope.councils(*scope.KEEPERS)
    ids = [council.id for council in councils]
    theirs = Voucher.workshop_id.in_(sa.select(Workshop.id).where(Workshop.council_id.in_(ids)))
    market = sa.and_(Voucher.council_id.is_(None), Voucher.workshop_id.is_(None))
    if whose == WORKSHOPS:
        return theirs
    if whose == MARKET:
        return market if _gives_for_market() else sa.false()
    if whose:
        chosen = [council.id for council in councils if council.code == whose]
        return Voucher.council_id.in_(chosen)
    seen = sa.or_(Voucher.council_id.in_(ids), theirs)
    return sa.or_(seen, market) if _gives_for_market() else seen


def _givers() -> list[tuple[str, str]]:
    """Give for whom the person can make vouchers: code and name."""
    found = [(MARKET, gettext("The marketplace"))] if _gives_for_market() else []
    return found + [(council.code, council.name) for council in scope.councils(*GIVERS)]


def _may_change(voucher: Voucher) -> bool:
    if voucher.workshop_id is not None:
        return False
    if voucher.council is None:
        return _gives_for_market()
    return scope.covers(voucher.council, *GIVERS)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the vouchers, by words, state and giver."""
    words = " ".join(web.printable(request.args.get("q", "")[:80]).split())
    state, whose = request.args.get("state", ""), request.args.get("giver", "")[:20]
    seen = [
        (MARKET, gettext("The marketplace")) if _gives_for_market() else None,
        *[(council.code, council.name) for council in scope.councils(*scope.KEEPERS)],
        (WORKSHOPS, gettext("Workshops")),
    ]
    found = voucher_book.listed(
        db.session(), _mine(whose), words=words, state=state, number=paging.number()
    )  # fmt: skip
    return render_template(
        "desk/vouchers.html",
        found=found,
        words=words,
        state=state if state in set(Stand) else "",
        whose=whose,
        seen=[giver for giver in seen if giver],
        givers=_givers(),
        may_change=_may_change,
        undo=_undo(),
    )


def _undo() -> Voucher | None:
    """Give the voucher that has just been stopped, so that the page can offer to let it go on."""
    typed = request.args.get("stopped", "")
    if not (typed.isascii() and typed.isdigit() and 0 < len(typed) < 18):
        return None
    query = sa.select(Voucher).where(Voucher.id == int(typed), Voucher.paused_at.is_not(None), _mine())
    return db.session.scalar(query)


def _giver(code: str) -> tuple[Giver, str, str]:
    """Give who gives, with name and province. :raise NotFound: when the person does not act for them."""
    if code == MARKET:
        if not _gives_for_market():
            raise NotFound
        return Giver(), gettext("The marketplace"), ""
    council, _all = scope.chosen(code, *GIVERS)
    return Giver(council_id=council.id), council.name, council.province_code or ""


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Make a voucher; everything typed comes back when it cannot be made."""
    givers = _givers()
    if not givers:
        raise NotFound
    code = request.values.get("giver", "") or givers[0][0]
    giver, name, province = _giver(code)
    form = voucher_form.filled(db.session(), None, province)
    context = {"giver": code, "giver_name": name, "givers": givers, "voucher": None, "may_change": True}
    if not form.is_sent():
        return _page(form, context)
    with transaction() as session:
        plan = form.plan(session, giver)
        try:
            made = voucher_book.make(session, web.actor(), giver, plan) if plan else None
        except PlanRefused as error:
            form.refuse_plan(error)
            made = None
    if made is None:
        return _page(form, context)
    flash(gettext("The voucher %(code)s is made.", code=made.code), "success")
    return redirect(url_for("desk_vouchers.edit", voucher_id=made.id), 303)


def _page(form: PlanForm, context: dict[str, Any], status: int = 200) -> ResponseReturnValue:
    if status == 200 and (form.errors or any(field.errors for field in form)):
        status = 422
    return render_template("desk/voucher.html", form=form, **context), status


@blueprint.route("/<int:voucher_id>", methods=["GET", "POST"])
def edit(voucher_id: int) -> ResponseReturnValue:
    """Show a voucher with what it has taken off so far, and change it."""
    voucher = voucher_book.one(db.session(), voucher_id, _mine())
    may = _may_change(voucher)
    if request.method == "POST" and not may:
        raise NotFound
    giver = Giver(voucher.council_id, voucher.workshop_id)
    form = voucher_form.filled(db.session(), voucher, _province(voucher))
    context: dict[str, Any] = {"giver": "", "givers": [], "may_change": may}
    if not form.is_sent():
        return _page(form, context | _facts(voucher_id))
    problem = None
    with transaction() as session:
        plan = form.plan(session, giver)
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
        return _page(form, context | _facts(voucher_id), problem.status if problem else 200)
    flash(gettext("Kept. It holds for orders from now on."), "success")
    return redirect(url_for("desk_vouchers.edit", voucher_id=voucher_id), 303)


def _facts(voucher_id: int) -> dict[str, Any]:
    voucher = voucher_book.one(db.session(), voucher_id, _mine())
    name = voucher.council.name if voucher.council else gettext("The marketplace")
    return {
        "voucher": voucher,
        "row": voucher_book.row_of(db.session(), voucher),
        "giver_name": voucher.workshop.name if voucher.workshop else name,
    }


def _province(voucher: Voucher) -> str:
    council: Council | None = voucher.council
    return (council.province_code or "") if council else ""


@blueprint.post("/<int:voucher_id>/stop")
def stop(voucher_id: int) -> ResponseReturnValue:
    """Stop a voucher; the list offers to let it go on."""
    with transaction() as session:
        voucher_book.pause(session, web.actor(), _own(voucher_id))
    return redirect(url_for("desk_vouchers.index", stopped=voucher_id), 303)


@blueprint.post("/<int:voucher_id>/go-on")
def go_on(voucher_id: int) -> ResponseReturnValue:
    """Let a voucher be used again."""
    with transaction() as session:
        voucher = _own(voucher_id)
        voucher_book.resume(session, web.actor(), voucher)
        code = voucher.code
    flash(gettext("The voucher %(code)s can be used again.", code=code), "success")
    return redirect(url_for("desk_vouchers.index"), 303)


def _own(voucher_id: int) -> Voucher:
    voucher = voucher_book.one(db.session(), voucher_id, _mine())
    if not _may_change(voucher):
        raise NotFound
    return voucher
