"""Orders: what was bought, with copies of everything the buyer saw."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Listing, Variant, Workshop
from shop.db import Base, BigId


class OrderState(enum.StrEnum):
    """Where an order stands; `checkout.orders.MOVES` lists the allowed moves."""

    PENDING = "pending"
    """Placed, stock set aside, waiting for the money."""
    PAID = "paid"
    COMPLETED = "completed"
    """Every parcel received."""
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Order(Base):
    """One purchase from one or more workshops, paid at once."""

    __tablename__ = "orders"
    __table_args__ = (
        sa.CheckConstraint("total = goods_total + shipping_total - discount_total", name="total_adds_up"),
        sa.CheckConstraint("goods_total > 0 AND shipping_total >= 0", name="totals_signed"),
        sa.CheckConstraint("discount_total >= 0 AND total > 0", name="discount_leaves_something"),
        sa.Index("ix_orders_state_expires_at", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """One order per checkout form, however often *Pay* is pressed."""
    access_key: Mapped[str] = mapped_column(sa.String(43))
    """128+ random bits in the guest's order link; changing it revokes the link."""
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    locale: Mapped[str] = mapped_column(sa.String(5), default="id")
    state: Mapped[OrderState] = mapped_column(default=OrderState.PENDING)
    email: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(120))
    phone: Mapped[str] = mapped_column(sa.String(20))
    street: Mapped[str] = mapped_column(sa.String(300))
    village: Mapped[str] = mapped_column(sa.String(80), default="")
    district_code: Mapped[str] = mapped_column(sa.ForeignKey("districts.code"))
    postal_code: Mapped[str] = mapped_column(sa.String(5))
    place: Mapped[str] = mapped_column(sa.String(200))
    """District, regency and province in words, as they were called when it was bought."""
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    goods_total: Mapped[int] = mapped_column(sa.BigInteger)
    shipping_total: Mapped[int] = mapped_column(sa.BigInteger)
    """Postage and insurance of all parcels, before discounts."""
    discount_total: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """What vouchers and free postage take off: the discounts of all lines and parcels."""
    total: Mapped[int] = mapped_column(sa.BigInteger)
    """Whole rupiah, fixed at checkout."""
    currency: Mapped[str] = mapped_column(sa.String(3), default="IDR")
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    lines: Mapped[list["OrderLine"]] = relationship(
        lazy="raise_on_sql", order_by="OrderLine.id", viewonly=True
    )

    @property
    def is_open(self) -> bool:
        """Whether it can still be paid."""
        return self.state is OrderState.PENDING


class OrderLine(Base):
    """So many of one variant, as shown: listing, title, price and photo of the moment."""

    __tablename__ = "order_lines"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0 AND unit_price > 0", name="signed"),
        sa.CheckConstraint("total = unit_price * quantity", name="total_adds_up"),
        sa.CheckConstraint("commission >= 0 AND commission <= total", name="commission_within_total"),
        sa.CheckConstraint("discount >= 0 AND discount <= total", name="discount_within_total"),
        sa.CheckConstraint("funded >= 0 AND funded <= discount", name="funded_within_discount"),
        sa.CheckConstraint("credited >= 0 AND credited <= total - discount", name="credited_within_paid"),
        sa.CheckConstraint("withheld >= 0 AND held_left >= 0", name="shares_signed"),
        sa.CheckConstraint("returned >= 0 AND returned <= quantity", name="returned_within_quantity"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"))
    """The version that the buyer saw; claims are judged against it."""
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"), index=True)
    """The council whose commission this is."""
    title: Mapped[str] = mapped_column(sa.String(120))
    variant_name: Mapped[str] = mapped_column(sa.String(80), default="")
    workshop_name: Mapped[str] = mapped_column(sa.String(120))
    technique: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    """The truth label as the buyer saw it, one of catalog.taxonomy.TECHNIQUES."""
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pictures.id"))
    unit_price: Mapped[int] = mapped_column(sa.BigInteger)
    quantity: Mapped[int]
    total: Mapped[int] = mapped_column(sa.BigInteger)
    commission_bp: Mapped[int]
    """Basis points, frozen at sale."""
    commission: Mapped[int] = mapped_column(sa.BigInteger)
    discount: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """Rupiah that the buyer pays less for this line."""
    funded: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """The part of the discount that somebody else than the workshop bears."""
    funded_by: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    """Who bears it: an account of the books, `council:3` or `marketplace`."""
    withheld: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """Income tax (PPh 22) kept back from the workshop at the sale."""
    held_left: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """Rupiah of this line that are held until the buyer has accepted the parcel."""
    credited: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """Rupiah given back to the buyer so far; only `checkout.credits` changes it."""
    returned: Mapped[int] = mapped_column(default=0, server_default="0")
    """Pieces that no longer count: called off, or sent back."""
    made_to_order: Mapped[bool] = mapped_column(default=False)
    lead_days: Mapped[int] = mapped_column(default=0)
    variant: Mapped[Variant] = relationship(lazy="raise_on_sql")
    listing: Mapped[Listing] = relationship(lazy="raise_on_sql")
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")
    order: Mapped[Order] = relationship(lazy="raise_on_sql")

    @property
    def paid(self) -> int:
        """Rupiah the buyer paid for this line."""
        return self.total - self.discount

    @property
    def net(self) -> int:
        """Rupiah the workshop gets for this line, with what others bear and without commission and tax."""
        return self.paid + self.funded - self.commission - self.withheld

    @property
    def kept(self) -> int:
        """Pieces that still count."""
        return self.quantity - self.returned


class ReservationState(enum.StrEnum):
    """How a reservation ended."""

    HELD = "held"
    TAKEN = "taken"
    RELEASED = "released"


class Reservation(Base):
    """Stock set aside for a pending order; ends exactly once."""

    __tablename__ = "reservations"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "variant_id"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    quantity: Mapped[int]
    state: Mapped[ReservationState] = mapped_column(default=ReservationState.HELD)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
