"""An order as pages show it: its parcels with what is in them, its payment, what can be done now.

Read by the buyer's order page and invoice, and by the desk. Never changes anything.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import pictures, products
from catalog.models import Picture, Product, Variant, Workshop
from catalog.pictures import PhotoView
from checkout import handing_over, orders, parcels, shipping
from checkout.claims import finding, opening
from checkout.models import (
    Claim,
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentState,
    Refund,
    Shipment,
    ShipmentState,
)
from checkout.pick_up import Counter
from shop.db import now


@dataclass(frozen=True, slots=True)
class LineView:
    """A bought line, as it was shown when it was bought."""

    line: OrderLine
    photo: PhotoView | None
    slug: str | None
    """Address of the product's page, while it is public."""
    quantity: int = 0
    """Pieces of it in this parcel."""

    @property
    def total(self) -> int:
        """Rupiah for these pieces, before discounts."""
        return self.line.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class ParcelView:
    """One workshop's parcel."""

    shipment: Shipment
    workshop_name: str
    workshop_slug: str
    promised: str
    """The courier's service that the buyer has paid for; empty where the workshop chooses."""
    gallery: Counter | None
    """Where the buyer picks it up, if it is not sent."""
    lines: tuple[LineView, ...]
    courier: str
    claims: tuple[Claim, ...] = ()
    """What the buyer claimed about it, the latest first."""
    comparable: bool = False
    """Whether the buyer may lay it beside what was shown, and claim."""

    @property
    def goods_total(self) -> int:
        """Rupiah for what is in it."""
        return sum(view.total for view in self.lines)

    @property
    def can_be_received(self) -> bool:
        """Whether the buyer can say that it has arrived."""
        on_the_way = self.shipment.state in (ShipmentState.SHIPPED, ShipmentState.DELIVERED)
        return on_the_way and not self.open_claim

    @property
    def open_claim(self) -> bool:
        """Whether a claim about it holds its money."""
        return any(claim.is_open for claim in self.claims)


@dataclass(frozen=True, slots=True)
class OrderView:
    """A whole order."""

    order: Order
    parcels: tuple[ParcelView, ...]
    payment: Payment | None
    """The one that tells how it is or was paid, of however many attempts."""
    money_goes_back: bool
    """Whether a payment is on its way back to the buyer."""
    refund: Refund | None
    moment: datetime

    @property
    def can_be_paid(self) -> bool:
        """Whether its payment page can be opened."""
        return self.order.state is OrderState.PENDING and self.order.expires_at > self.moment


def of(session: Session, order: Order) -> OrderView:
    """Give an order with everything its page needs."""
    lines = orders.lines_of(session, order.id)
    attempts = session.scalars(sa.select(Payment).where(Payment.order_id == order.id)).all()
    refund = session.scalar(
        sa.select(Refund)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_id == order.id)
        .order_by(Refund.id.desc())
        .limit(1)
    )
    views = {line.id: view for line, view in zip(lines, _lines(session, lines), strict=True)}
    sent = parcels.of_order(session, order.id)
    claims = finding.by_parcel(session, order.id)
    slugs = dict(
        session.execute(
            sa.select(Workshop.id, Workshop.slug).where(Workshop.id.in_([one.workshop_id for one in sent]))
        ).all()
    )
    return OrderView(
        order=order,
        parcels=tuple(
            ParcelView(
                shipment=parcel,
                workshop_name=next(
                    (line.workshop_name for line in lines if line.workshop_id == parcel.workshop_id), ""
                ),
                workshop_slug=slugs.get(parcel.workshop_id, ""),
                promised=shipping.promised_label(parcel),
                gallery=handing_over.counter_of(session, parcel) if parcel.pick_up else None,
                lines=tuple(
                    replace(views[one.order_line_id], quantity=one.quantity)
                    for one in parcels.contents(session, parcel.id)
                ),
                courier=shipping.courier_label(parcel.courier, parcel.service),
                claims=tuple(claims.get(parcel.id, ())),
                comparable=opening.may_open(order, parcel),
            )
            for parcel in sent
        ),
        payment=max(attempts, key=_telling, default=None),
        money_goes_back=any(one.state is PaymentState.REFUND_DUE for one in attempts),
        refund=refund,
        moment=now(),
    )


def _telling(payment: Payment) -> tuple[int, int]:
    """Order attempts to pay: the one that pays the order, one that goes or went back, one that is open, the latest."""
    ranks = {
        PaymentState.CAPTURED: 4,
        PaymentState.REFUND_DUE: 3,
        PaymentState.REFUNDED: 3,
        PaymentState.OPEN: 2,
        PaymentState.PENDING: 2,
    }
    return ranks.get(payment.state, 0), payment.id


def _lines(session: Session, lines: list[OrderLine]) -> list[LineView]:
    wanted = {line.picture_id for line in lines if line.picture_id is not None}
    found = {row.id: row for row in session.scalars(sa.select(Picture).where(Picture.id.in_(wanted)))}
    live = (
        products.live()
        .join(Variant, Variant.product_id == Product.id)
        .where(Variant.id.in_([line.variant_id for line in lines]))
        .with_only_columns(Variant.id, Product.slug)
    )
    slugs: dict[int, str] = dict(session.execute(live).all())
    return [
        LineView(
            line=line,
            photo=pictures.public_view(found.get(line.picture_id or 0), line.title),
            slug=slugs.get(line.variant_id),
        )
        for line in lines
    ]
