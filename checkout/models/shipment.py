"""Parcels: what a workshop sends for an order, and what was promised for it."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Workshop
from checkout.models.order import Order
from shop.db import Base, BigId


class ShipmentState(enum.StrEnum):
    """Where a parcel stands; `checkout.shipping.MOVES` lists the allowed moves."""

    WAITING = "waiting"
    """The order is not paid yet."""
    TO_PACK = "to_pack"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    """It has arrived; the buyer compares it with what was shown."""
    RECEIVED = "received"
    """Accepted by the buyer, or by time: the workshop has earned it."""
    CANCELLED = "cancelled"


class Shipment(Base):
    """One workshop's parcel of one order."""

    __tablename__ = "shipments"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "workshop_id", "part"),
        sa.CheckConstraint("fee >= 0 AND insurance >= 0", name="fee_not_negative"),
        sa.CheckConstraint("discount >= 0 AND discount <= fee + insurance", name="discount_within_fee"),
        sa.CheckConstraint("funded >= 0 AND funded <= discount", name="funded_within_discount"),
        sa.CheckConstraint(
            "credited >= 0 AND credited <= fee + insurance - discount", name="credited_within_paid"
        ),
        sa.CheckConstraint("held_left >= 0 AND part > 0", name="held_not_negative"),
        sa.Index("ix_shipments_workshop_state", "workshop_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    state: Mapped[ShipmentState] = mapped_column(default=ShipmentState.WAITING)
    zone: Mapped[int]
    weight_g: Mapped[int]
    """Chargeable grams: the larger of actual and volumetric."""
    fee: Mapped[int] = mapped_column(sa.BigInteger)
    """Rupiah for carrying this parcel, before discounts."""
    insurance: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    discount: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """Rupiah that the buyer pays less for postage and insurance."""
    funded: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """The part of the discount that somebody else than the workshop bears."""
    funded_by: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    held_left: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """Rupiah of this postage that are held until the buyer has accepted the parcel."""
    credited: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """Rupiah of postage given back to the buyer so far; only `checkout.credits` changes it."""
    part: Mapped[int] = mapped_column(default=1, server_default="1")
    """Which parcel of this workshop for this order it is, from 1; the postage stands at the first."""
    gift_message: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    promised_courier: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    """The courier that the buyer paid for; empty where the workshop chooses."""
    promised_service: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    """That courier's own code of the service, or `regular`."""
    pick_up: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Not sent: the buyer comes to the gallery of the workshop's council. *Shipped* then says that it lies there,
    *delivered* that it was handed over."""
    live_rate: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether the fee was asked of an aggregator, not taken from the council's table."""
    etd_min_days: Mapped[int]
    etd_max_days: Mapped[int]
    ship_by: Mapped[datetime | None]
    courier: Mapped[str] = mapped_column(sa.String(40), default="")
    service: Mapped[str] = mapped_column(sa.String(40), default="")
    tracking_number: Mapped[str] = mapped_column(sa.String(60), default="")
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    received_by: Mapped[str] = mapped_column(sa.String(20), default="")
    """`buyer`, or `time` when nobody said anything."""
    created_at: Mapped[datetime]
    order: Mapped[Order] = relationship(lazy="raise_on_sql")
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")

    @property
    def paid(self) -> int:
        """Rupiah the buyer paid for postage and insurance."""
        return self.fee + self.insurance - self.discount

    @property
    def net(self) -> int:
        """Rupiah of postage that reach the workshop, which pays the courier."""
        return self.paid + self.funded


class ShipmentLine(Base):
    """So many pieces of an order line that travel in one parcel."""

    __tablename__ = "shipment_lines"
    __table_args__ = (
        sa.UniqueConstraint("shipment_id", "order_line_id"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(sa.ForeignKey("shipments.id"))
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_lines.id"), index=True)
    quantity: Mapped[int]
