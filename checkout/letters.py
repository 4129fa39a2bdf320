"""The letters of an order: who gets which, with what in it. Each is promised in the transaction that causes it.

Called by `checkout.orders`, `shipping`, `refunds` and `placing`, and by `admin.members`; the words stand in templates/mail/.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Workshop, WorkshopMember
from checkout import courier_list, links
from checkout.models import Order, OrderLine, OrderState, Refund, Shipment, ShipmentState, TransferWait
from shop import config, i18n, mail
from shop.db import read
from shop.models import User


def waiting(session: Session, order: Order) -> None:
    """Remind a buyer whose order waits for its money, with the way to pay it."""
    with i18n.in_locale(order.locale):
        until = i18n.write_datetime(order.expires_at)
    _to_buyer(session, order, "order_waiting", f"order-waiting:{order.id}", until=until)


def payment_failed(session: Session, order: Order, payment_id: int) -> None:
    """Tell a buyer whose payment came to nothing after all that the pieces still wait."""
    with i18n.in_locale(order.locale):
        until = i18n.write_datetime(order.expires_at)
    _to_buyer(session, order, "order_failed", f"order-failed:{payment_id}", until=until)


def paid(session: Session, order: Order, lines: list[OrderLine], parcels: Iterable[Shipment]) -> None:
    """Confirm a paid order to its buyer, and give each workshop its parcel to pack."""
    _to_buyer(session, order, "order_paid", f"order-paid:{order.id}", lines=_lines(lines), **_totals(order))
    for parcel in parcels:
        mine = [line for line in lines if line.workshop_id == parcel.workshop_id]
        to_pack(session, order, parcel, mine)


def to_pack(session: Session, order: Order, parcel: Shipment, lines: list[OrderLine]) -> None:
    """Tell everybody of a workshop that there is a parcel to pack."""
    for person in _members(session, parcel.workshop_id):
        mail.queue(
            session,
            to=person.email,
            template="order_to_pack",
            locale=person.locale,
            key=f"order-to-pack:{parcel.id}:{person.id}",
            context={
                "name": person.name,
                "number": order.number,
                "workshop": lines[0].workshop_name if lines else "",
                "lines": _lines(lines),
                "ship_by": _date(parcel.ship_by, person.locale),
                "pick_up": parcel.pick_up,
                "service": _promised(parcel),
                "link": _address("/studio/parcels", person.locale),
            },
        )


def _promised(parcel: Shipment) -> str:
    """Write the courier's service that the buyer has paid for; nothing where the workshop chooses."""
    courier = parcel.promised_courier
    return courier_list.label(courier, parcel.promised_service) if courier else ""


def shipped(session: Session, order: Order, parcel: Shipment, courier: str, lines: list[OrderLine]) -> None:
    """Tell the buyer that a parcel has left, with courier and tracking number."""
    _to_buyer(
        session,
        order,
        "shipment_shipped",
        f"shipment-shipped:{parcel.id}:{parcel.tracking_number}",
        workshop=lines[0].workshop_name if lines else "",
        courier=courier,
        tracking_number=parcel.tracking_number,
        days=[parcel.etd_min_days, parcel.etd_max_days],
        lines=_lines(lines),
    )


def arrived(
    session: Session, order: Order, parcel: Shipment, lines: list[OrderLine], until: datetime
) -> None:
    """Ask the buyer whether a parcel has arrived; afterwards it counts as received."""
    _to_buyer(
        session,
        order,
        "shipment_arrived",
        f"shipment-arrived:{parcel.id}:{parcel.tracking_number}",
        workshop=lines[0].workshop_name if lines else "",
        until=_date(until, order.locale),
        lines=_lines(lines),
    )


def expired(session: Session, order: Order) -> None:
    """Tell the buyer that the time to pay is over; of a transfer nobody knows whether it is on its way."""
    waited = sa.select(TransferWait.id).where(TransferWait.order_id == order.id)
    template = "order_expired" if session.scalar(waited) is None else "transfer_expired"
    _to_buyer(session, order, template, f"order-expired:{order.id}", total=order.total)


def cancelled(session: Session, order: Order) -> None:
    """Tell the buyer that the order was cancelled before it was paid."""
    _to_buyer(session, order, "order_cancelled", f"order-cancelled:{order.id}", total=order.total)


def refunded(session: Session, order: Order, refund: Refund) -> None:
    """Tell the buyer that the money is on its way back."""
    _to_buyer(
        session,
        order,
        "order_refunded",
        f"order-refunded:{refund.id}",
        amount=refund.amount,
        reason=refund.reason,
        again=refund.key.startswith("again:"),
    )


def workshop_away(session: Session, workshop_id: int) -> None:
    """Tell buyers that their parcel still comes although its workshop sells nothing at present; once for a parcel."""
    rows = session.execute(
        sa.select(Order, Shipment)
        .join(Shipment, Shipment.order_id == Order.id)
        .where(
            Shipment.workshop_id == workshop_id,
            Shipment.state == ShipmentState.TO_PACK,
            Order.state == OrderState.PAID,
        )
        .order_by(Order.id)
    ).all()
    name = session.scalar(sa.select(Workshop.live_name).where(Workshop.id == workshop_id)) or ""
    for order, parcel in rows:
        by = _date(parcel.ship_by, order.locale)
        _to_buyer(session, order, "workshop_away", f"workshop-away:{parcel.id}", workshop=name, ship_by=by)


def _to_buyer(session: Session, order: Order, template: str, key: str, **context: Any) -> None:
    known = {"name": order.name, "number": order.number, "link": links.link(order)}
    mail.queue(
        session, to=order.email, template=template, locale=order.locale, key=key, context=known | context
    )


def _lines(lines: Iterable[OrderLine]) -> list[dict[str, Any]]:
    return [
        {
            "title": line.title,
            "technique": line.technique,
            "variant": line.variant_name,
            "workshop": line.workshop_name,
            "quantity": line.quantity,
            "total": line.total,
        }
        for line in lines
    ]


def _totals(order: Order) -> dict[str, Any]:
    return {
        "goods_total": order.goods_total,
        "shipping_total": order.shipping_total,
        "discount_total": order.discount_total,
        "total": order.total,
        "address": [order.name, order.street, order.village, order.place, order.postal_code],
    }


def _date(moment: datetime | None, locale: str) -> str:
    if moment is None:
        return ""
    return i18n.write_date(moment, locale)


def _address(path: str, locale: str) -> str:
    parts = urlsplit(config.current().base_url)
    return f"{parts.scheme}://{parts.netloc}{'/en' if locale == 'en' else ''}{path}"


_MEMBERS = (
    sa.select(User.id, User.email, User.name, User.locale)
    .join(WorkshopMember, WorkshopMember.user_id == User.id)
    .where(WorkshopMember.workshop_id == sa.bindparam("workshop_id"), User.disabled_at.is_(None))
    .order_by(User.id)
)


def _members(session: Session, workshop_id: int) -> Sequence[Any]:
    return read(session, _MEMBERS, {"workshop_id": workshop_id}).all()
