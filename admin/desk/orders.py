"""Orders of the region: what was bought from its workshops, where the parcels are, and a full refund."""

from dataclasses import replace

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.desk import scope
from catalog.models import Council
from checkout import orders, overview, refunds
from checkout.models import Order, OrderLine, OrderState
from checkout.orders import NoSuchOrder
from checkout.overview import OrderView
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import Forbidden
from shop.models import Role

blueprint = Blueprint("desk_orders", __name__, url_prefix="/desk/orders")
authz.guard(blueprint, roles=scope.DESK_ROLES)
PAGE = 40
REFUNDERS = (Role.COUNCIL_ADMIN, Role.FINANCE, Role.ADMIN)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the orders with goods of the region, newest first; state and number are kept in the address."""
    session = db.session()
    state = request.args.get("state", "")
    number = request.args.get("number", "").strip().upper()[:20]
    mine = (
        sa.select(OrderLine.order_id, sa.func.sum(OrderLine.total).label("share"))
        .join(Council, Council.id == OrderLine.council_id)
        .where(scope.condition())
        .group_by(OrderLine.order_id)
        .subquery()
    )
    query = sa.select(Order, mine.c.share).join(mine, mine.c.order_id == Order.id)
    if state in set(OrderState):
        query = query.where(Order.state == state)
    if number:
        query = query.where(Order.number == number)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    ordered = query.order_by(Order.created_at.desc(), Order.id.desc())
    rows = session.execute(ordered.offset((page - 1) * PAGE).limit(PAGE)).tuples().all()
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


def _councils_of(order: Order) -> set[int]:
    return set(db.session.scalars(sa.select(OrderLine.council_id).where(OrderLine.order_id == order.id)))


def _mine(number: str, *roles: Role) -> tuple[Order, bool]:
    """Give an order with goods of the region, and whether all of its goods are. :raise NoSuchOrder:"""
    order = orders.by_number(db.session(), number[:20])
    allowed = {council.id for council in scope.councils(*roles)}
    touched = _councils_of(order)
    if not touched & allowed:
        raise NoSuchOrder
    return order, touched <= allowed


def _parcels_in_scope(order: Order) -> OrderView:
    view = overview.of(db.session(), order)
    allowed = {council.id for council in scope.councils()}
    mine = tuple(
        parcel for parcel in view.parcels if any(line.line.council_id in allowed for line in parcel.lines)
    )
    return replace(view, parcels=mine)


@blueprint.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show the region's parcels of an order."""
    order, whole = _mine(number)
    return _page(order, whole)


def _page(order: Order, whole: bool, *, reason: str = "", problem: str = "") -> ResponseReturnValue:
    may_refund = (
        whole and bool(scope.councils(*REFUNDERS)) and order.state in {OrderState.PAID, OrderState.COMPLETED}
    )
    html = render_template(
        "desk/order.html",
        order=order,
        view=_parcels_in_scope(order),
        whole=whole,
        may_refund=may_refund,
        reason=reason,
        problem=problem,
    )
    return html, 422 if problem else 200


@blueprint.post("/<number>/refund")
@authz.allow(*REFUNDERS)
def refund(number: str) -> ResponseReturnValue:
    """Call an order off and return all of its money; only whole orders of one's own region."""
    order, whole = _mine(number, *REFUNDERS)
    if not whole:
        raise Forbidden("This order has goods of other councils. The national finance desk can refund it.")
    typed = request.form.get("reason", "")
    try:
        reason = inputs.text(typed, most=300)
        with transaction() as session:
            refunds.refund_order(session, web.actor(), order, reason)
    except inputs.Unreadable as error:
        return _page(order, whole, reason=typed[:300], problem=gettext(error.message, **error.params))
    except refunds.ReasonMissing as error:
        return _page(order, whole, reason=typed[:300], problem=gettext(error.message))
    flash(gettext("The order is called off; the money is on its way back to the buyer."), "success")
    return redirect(url_for("desk_orders.show", number=order.number))
