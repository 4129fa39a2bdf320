"""Orders of the region: what was bought from its workshops, where the parcels are, and a full refund."""

from dataclasses import replace

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import paging
from admin.desk import order_changes, scope, trail, transfer_rooms
from admin.desk.order_scope import REFUNDERS, Mine, mine
from admin.desk.trail import Line
from catalog.models import Council
from checkout import credits, disputes, overview
from checkout.claims import finding as claims
from checkout.invoices import finding
from checkout.models import Invoice, Order, OrderLine, OrderState
from checkout.overview import OrderView
from checkout.views import invoice_paper
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import Conflict, Forbidden, Invalid
from shop.models import AuditEntry

blueprint = Blueprint("desk_orders", __name__, url_prefix="/desk/orders")
authz.guard(blueprint, roles=scope.DESK_ROLES)
PAGE = 40


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the orders with goods of the region, newest first; state and number are kept in the address."""
    session = db.session()
    state = request.args.get("state", "")
    number = request.args.get("number", "").strip().upper()[:20]
    shares = (
        sa.select(OrderLine.order_id, sa.func.sum(OrderLine.total).label("share"))
        .join(Council, Council.id == OrderLine.council_id)
        .where(scope.condition())
        .group_by(OrderLine.order_id)
        .subquery()
    )
    query = sa.select(Order, shares.c.share).join(shares, shares.c.order_id == Order.id)
    if state in set(OrderState):
        query = query.where(Order.state == state)
    if number:
        query = query.where(Order.number == number)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(paging.number(), pages)
    ordered = query.order_by(Order.created_at.desc(), Order.id.desc())
    rows = session.execute(ordered.offset((page - 1) * PAGE).limit(PAGE)).all()
    return render_template(
        "desk/orders.html",
        rows=rows,
        state=state,
        states=[one.value for one in OrderState],
        asked_number=number,
        number=page,
        pages=pages,
        total=total,
    )


def _parcels_in_scope(order: Order, councils: set[int]) -> OrderView:
    view = overview.of(db.session(), order)
    here = tuple(
        parcel for parcel in view.parcels if any(line.line.council_id in councils for line in parcel.lines)
    )
    return replace(view, parcels=here)


def _history(order: Order, whole: bool) -> list[Line]:
    """Give what happened to an order, the latest first; of a shared order only what concerns the region."""
    about = trail.of_order(db.session(), order)
    query = sa.select(AuditEntry).where(about if whole else sa.and_(about, trail.in_scope()))
    entries = db.session.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(PAGE))
    return trail.lines(db.session(), entries.all())


def _papers(order: Order, councils: set[int]) -> list[Invoice]:
    return [one for one in finding.of_order(db.session(), order.id) if one.council_id in councils]


@blueprint.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show the region's parcels of an order."""
    return _page(mine(number))


def _page(found: Mine, *, reason: str = "", problem: str = "", status: int = 200) -> ResponseReturnValue:
    order, whole = found.order, found.whole
    own = {council.id for council in found.councils}
    refundable = order.state in {OrderState.PAID, OrderState.COMPLETED}
    html = render_template(
        "desk/order.html",
        order=order,
        view=_parcels_in_scope(order, own),
        changes=order_changes.shown(order, own),
        whole=whole,
        may_refund=whole and refundable and all(scope.covers(one, *REFUNDERS) for one in found.councils),
        lines=_history(order, whole),
        claims=claims.by_parcel(db.session(), order.id) if scope.judges() else {},
        papers=_papers(order, own) if scope.keepers() else [],
        titles=invoice_paper.TITLES,
        disputes=disputes.of_order(db.session(), order.id) if transfer_rooms.keepers() else [],
        call_off=gettext(credits.CallOff.message) if request.args.get("instead") == "call-off" else "",
        reason=reason,
        problem=problem,
    )
    return html, status


@blueprint.post("/<number>/refund")
@authz.allow(*REFUNDERS)
def refund(number: str) -> ResponseReturnValue:
    """Call an order off and return all of its money; only whole orders of one's own region."""
    found = mine(number, *REFUNDERS)
    if not found.whole:
        raise Forbidden("This order has goods of other councils. The national finance desk can refund it.")
    typed = request.form.get("reason", "")
    try:
        reason = inputs.text(typed, most=300)
        with transaction() as session:
            credits.give_all(session, web.actor(), found.order, reason)
    except inputs.Unreadable as error:
        return _page(found, reason=typed, problem=gettext(error.message, **error.params), status=422)
    except (Conflict, Invalid) as error:
        words = gettext(error.message, **error.params)
        return _page(mine(number), reason=typed, problem=words, status=error.status)
    flash(gettext("The order is called off; the money is on its way back to the buyer."), "success")
    return redirect(url_for("desk_orders.show", number=number))
