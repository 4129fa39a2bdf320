"""The figures behind a periodic review: for each piece of a council that is on sale, over a period. Read-only.

Five statements, however many pieces there are. "Not as shown" comes from `unlike_sources`: each gives pieces by
product: claims of buyers about which something was done, and refunds outside claims whose reason says so.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.reports import SOLD, WIB, Period
from catalog import cards, products
from catalog.models import Listing, MovementKind, Product, StockMovement, Variant, Workshop
from checkout.claims import fidelity
from checkout.models import Credit, Order, OrderLine, OrderState, Payment, Refund, Shipment, ShipmentState

UNLIKE_WORDS = (
    "tidak sesuai",
    "tak sesuai",
    "berbeda",
    "beda ",
    "not as shown",
    "not as described",
    "different",
)
"""What refunds outside claims say when a piece was not as shown."""
UnlikeSource = Callable[[Session, Period, int], Mapping[int, int]]
"""Gives, for a period and a council, how many pieces of each product were not as shown."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one piece over a period."""

    days_on_sale: int
    """Since it passed for the first time."""
    on_hand: int
    made_to_order: bool
    """Whether every variant is made after the order."""
    sold: int
    """Pieces in orders paid in the period whose money stands."""
    returned: int
    """Pieces in orders paid in the period and refunded."""
    unlike: int
    """Of them and of claims: pieces that were not as shown."""
    parcels: int
    """Parcels with it that were to leave in the period."""
    late: int
    """Of them: left later than promised, or not yet."""
    stock_days: int
    """Since pieces were last counted in or last sold; without either, since it passed."""

    @property
    def sell_through(self) -> int | None:
        """Pieces sold of those there were, in whole percent; None where nothing is kept in stock."""
        if self.made_to_order or self.sold + self.on_hand == 0:
            return None
        return self.sold * 100 // (self.sold + self.on_hand)

    @property
    def returned_percent(self) -> int:
        """Pieces that came back, in whole percent of those that were paid."""
        return _percent(self.returned, self.sold + self.returned)

    @property
    def unlike_percent(self) -> int:
        """Pieces that were not as shown, in whole percent of those that were paid."""
        return _percent(self.unlike, self.sold + self.returned)

    @property
    def late_percent(self) -> int:
        """Late parcels in whole percent."""
        return _percent(self.late, self.parcels)

    def as_json(self) -> dict[str, Any]:
        """Give what a row of a review keeps."""
        return asdict(self)


def read(kept: Mapping[str, Any]) -> Figures:
    """Give the figures that a row has kept."""
    return Figures(**kept)


def _percent(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece on sale, with its figures."""

    product_id: int
    workshop_id: int
    listing_id: int
    title: str
    workshop_name: str
    figures: Figures


def of_council(session: Session, council_id: int, period: Period, moment: datetime) -> list[Piece]:
    """Give every piece of a council that is on sale, by id, with its figures."""
    sold, returned = _paid(session, council_id, period)
    parcels = _parcels(session, council_id, period)
    stock = _stock(session, council_id)
    unlike: Counter[int] = Counter()
    for source in unlike_sources:
        unlike.update(source(session, period, council_id))
    rows = session.execute(
        _live(council_id)
        .with_only_columns(
            Product.id, Product.published_at, Workshop.id.label("workshop_id"), Workshop.live_name,
            Listing.id.label("listing_id"), Listing.title,
        )
        .order_by(Product.id)
    )  # fmt: skip
    found = []
    for row in rows:
        on_hand, made_to_order, moved = stock.get(row.id, (0, False, None))
        published = row.published_at or moment
        several, late = parcels.get(row.id, (0, 0))
        figures = Figures(
            days_on_sale=_days(published, moment),
            on_hand=on_hand,
            made_to_order=made_to_order,
            sold=sold.get(row.id, 0),
            returned=returned.get(row.id, 0),
            unlike=unlike.get(row.id, 0),
            parcels=several,
            late=late,
            stock_days=_days(moved or published, moment),
        )
        found.append(Piece(row.id, row.workshop_id, row.listing_id, row.title, row.live_name or "", figures))
    return found


def _days(then: datetime, moment: datetime) -> int:
    return (moment.astimezone(WIB).date() - then.astimezone(WIB).date()).days


def _live(council_id: int) -> sa.Select[Any]:
    return products.live().where(cards.COUNCIL_ID.in_((council_id,)))


def _ids(council_id: int) -> sa.Select[Any]:
    return _live(council_id).with_only_columns(Product.id)


def _paid(session: Session, council_id: int, period: Period) -> tuple[dict[int, int], dict[int, int]]:
    """Give pieces sold and pieces refunded, by product, of orders paid in the period."""
    start, end = period.moments()
    rows = session.execute(
        sa.select(Variant.product_id, Order.state, sa.func.sum(OrderLine.quantity))
        .join(OrderLine, OrderLine.variant_id == Variant.id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.paid_at >= start, Order.paid_at < end, Variant.product_id.in_(_ids(council_id)))
        .where(Order.state.in_((*SOLD, OrderState.REFUNDED)))
        .group_by(Variant.product_id, Order.state)
    )
    sold: Counter[int] = Counter()
    returned: Counter[int] = Counter()
    for product_id, state, pieces in rows:
        (returned if state is OrderState.REFUNDED else sold)[product_id] += int(pieces)
    return sold, returned


def _parcels(session: Session, council_id: int, period: Period) -> dict[int, tuple[int, int]]:
    """Give parcels that were to leave in the period and how many of them were late, by product."""
    start, end = period.moments()
    late = sa.or_(Shipment.shipped_at > Shipment.ship_by, Shipment.shipped_at.is_(None))
    rows = session.execute(
        sa.select(
            Variant.product_id,
            sa.func.count(sa.distinct(Shipment.id)),
            sa.func.count(sa.distinct(sa.case((late, Shipment.id)))),
        )
        .join(OrderLine, OrderLine.variant_id == Variant.id)
        .join(
            Shipment,
            sa.and_(Shipment.order_id == OrderLine.order_id, Shipment.workshop_id == OrderLine.workshop_id),
        )
        .where(
            Shipment.state.in_((ShipmentState.TO_PACK, ShipmentState.SHIPPED, ShipmentState.RECEIVED)),
            Shipment.ship_by >= start,
            Shipment.ship_by < end,
            Variant.product_id.in_(_ids(council_id)),
        )
        .group_by(Variant.product_id)
    )
    return {product_id: (several, behind) for product_id, several, behind in rows}


def _stock(session: Session, council_id: int) -> dict[int, tuple[int, bool, datetime | None]]:
    """Give pieces on hand, whether all is made to order, and when pieces last came in or were sold, by product."""
    moved = (
        sa.select(StockMovement.variant_id, sa.func.max(StockMovement.at).label("at"))
        .where(
            sa.or_(
                StockMovement.kind == MovementKind.TAKE,
                sa.and_(StockMovement.kind == MovementKind.COUNT, StockMovement.on_hand > 0),
            )
        )
        .where(
            StockMovement.variant_id.in_(
                sa.select(Variant.id).where(Variant.product_id.in_(_ids(council_id)))
            )
        )
        .group_by(StockMovement.variant_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            Variant.product_id,
            sa.func.sum(Variant.on_hand),
            sa.func.min(sa.case((Variant.made_to_order, 1), else_=0)),
            sa.func.max(moved.c.at),
        )
        .outerjoin(moved, moved.c.variant_id == Variant.id)
        .where(Variant.active, Variant.product_id.in_(_ids(council_id)))
        .group_by(Variant.product_id)
    )
    return {product_id: (int(pieces), bool(ordered), at) for product_id, pieces, ordered, at in rows}


def from_refunds(session: Session, period: Period, council_id: int) -> Mapping[int, int]:
    """Count pieces of refunded orders whose refund, outside a claim, says that they were not as shown."""
    start, end = period.moments()
    says = sa.or_(*(Refund.reason.icontains(words, autoescape=True) for words in UNLIKE_WORDS))
    rows = session.execute(
        sa.select(Variant.product_id, sa.func.sum(OrderLine.quantity))
        .join(OrderLine, OrderLine.variant_id == Variant.id)
        .join(Payment, Payment.order_id == OrderLine.order_id)
        .join(Refund, Refund.payment_id == Payment.id)
        .outerjoin(Credit, Credit.id == Refund.credit_id)
        .where(Refund.created_at >= start, Refund.created_at < end, says)
        .where(sa.or_(Credit.id.is_(None), ~Credit.key.startswith("claim:")))
        .where(Variant.product_id.in_(_ids(council_id)))
        .group_by(Variant.product_id)
    )
    return {product_id: int(pieces) for product_id, pieces in rows}


def from_claims(session: Session, period: Period, council_id: int) -> Mapping[int, int]:
    """Count pieces of claims that were upheld in the period because they were not as shown."""
    start, end = period.moments()
    return fidelity.pieces_unlike(session, start, end, _ids(council_id))


unlike_sources: list[UnlikeSource] = [from_claims, from_refunds]
"""Where pieces that were not as shown are told of; no piece is told of by two of them."""
