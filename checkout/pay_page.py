"""What a gateway is asked for: that it is about to be asked, and the lines of an order as the buyer pays them.

Called by `checkout.payments`, and by the checkout page in the transaction that places an order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from checkout import gateway, links
from checkout.gateway import LineToPay, SessionRequest
from checkout.models import Order, OrderLine, OrderState, Payment, Shipment
from checkout.open_pages import PAYABLE
from shop import config, i18n
from shop.db import now, read
from shop.writes import add_objects

SLACK = timedelta(minutes=5)
"""The gateway's own expiry lies this much after the order's, so that a page opened with a delay is still accepted;
the order's expiry closes the page explicitly."""
MOST_LINES = 100
"""Stripe takes so many; others take fewer of them, so the rest of a long order is one line."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a gateway is about to be asked."""

    order_id: int
    payment_id: int
    gateway: str
    ref: str | None
    asked_before: bool
    """Whether the gateway may know it already."""
    request: SessionRequest


Content = tuple[Sequence[OrderLine], Sequence[Shipment]]


def intend(session: Session, order: Order, fresh: Content | None = None) -> Intent | None:
    """Write down that a gateway is about to be asked for a page; None when the order cannot be paid on one (any more).

    Its first payment is made here, so what a gateway may know already is told from what nobody was asked for. The
    caller holds the order's lock, or is placing it: `fresh` are the lines and parcels that it has just written.
    `open_page` follows after the commit.
    """
    if order.state is not OrderState.PENDING or order.expires_at <= now():
        return None
    payable = sa.select(Payment).where(Payment.order_id == order.id, Payment.state.in_(PAYABLE))
    payment = session.scalar(payable) if fresh is None else None
    asked_before = payment is not None
    if payment is None:
        payment = Payment(order_id=order.id, amount=order.total, created_at=now())
        add_objects(session, [payment])
    if gateway.by_hand(payment.gateway):
        return None
    wanted = request(session, order, payment, fresh)
    return Intent(order.id, payment.id, payment.gateway, payment.session_ref, asked_before, wanted)


def request(session: Session, order: Order, payment: Payment, fresh: Content | None = None) -> SessionRequest:
    """Describe the page of a payment; its lines add up to the payment exactly.

    :raise ValueError: when they do not, before anybody is asked to pay.
    """
    bought, postage = _content(session, order.id) if fresh is None else _content_of(*fresh)
    with i18n.in_locale(order.locale):
        lines = [_line(line) for line in bought]
        lines = _folded([line for line in lines if line.unit_amount])
        if postage:
            lines.append(LineToPay(gettext("Postage"), postage, 1))
    lasts = timedelta(minutes=config.current().payment_minutes)
    wanted = SessionRequest(
        payment_id=payment.id,
        order_number=order.number,
        email=order.email,
        locale=order.locale,
        lines=tuple(lines),
        expires_at=payment.created_at + lasts + SLACK,
        success_url=links.link(order, "orders.thanks"),
        cancel_url=links.link(order),
    )
    if wanted.amount != payment.amount:
        raise ValueError(f"order {order.number}: lines are {wanted.amount}, the payment is {payment.amount}")
    return wanted


_LINES = (
    sa.select(
        OrderLine.title, OrderLine.variant_name, OrderLine.quantity, OrderLine.unit_price, OrderLine.total,
        OrderLine.discount,
    )
    .where(OrderLine.order_id == sa.bindparam("order_id"))
    .order_by(OrderLine.id)
)  # fmt: skip
_POSTAGE = sa.select(sa.func.sum(Shipment.fee + Shipment.insurance - Shipment.discount)).where(
    Shipment.order_id == sa.bindparam("order_id")
)
"""`Shipment.paid` of all parcels."""


def _content(session: Session, order_id: int) -> tuple[Sequence[Any], int]:
    lines = read(session, _LINES, {"order_id": order_id}).all()
    return lines, int(read(session, _POSTAGE, {"order_id": order_id}).scalar() or 0)


def _content_of(lines: Sequence[OrderLine], parcels: Sequence[Shipment]) -> tuple[Sequence[Any], int]:
    return sorted(lines, key=lambda line: line.id), sum(parcel.paid for parcel in parcels)


def _line(line: Any) -> LineToPay:
    """Show pieces at what the buyer pays for them; where a discount leaves uneven prices, all of them together."""
    name = f"{line.title} · {line.variant_name}" if line.variant_name else line.title
    if not line.discount:
        return LineToPay(name, line.unit_price, line.quantity)
    name, paid = gettext("%(piece)s, less discount", piece=name), line.total - line.discount
    if paid % line.quantity == 0:
        return LineToPay(name, paid // line.quantity, line.quantity)
    return LineToPay(f"{line.quantity} × {name}", paid, 1)


def _folded(lines: list[LineToPay]) -> list[LineToPay]:
    """Put what is beyond the gateway's number of lines into one, with room for the postage."""
    most = MOST_LINES - 2
    if len(lines) <= most:
        return lines
    rest = lines[most:]
    name = ngettext("%(num)s more piece", "%(num)s more pieces", sum(line.quantity for line in rest))
    return [*lines[:most], LineToPay(name, sum(line.unit_amount * line.quantity for line in rest), 1)]
