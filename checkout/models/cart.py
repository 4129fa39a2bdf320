"""Carts: wishes that reserve nothing."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Variant
from shop.db import Base, BigId


class Cart(Base):
    """What one visitor or one signed-in person wishes to buy."""

    __tablename__ = "carts"
    __table_args__ = (sa.CheckConstraint("user_id IS NOT NULL OR token_hash IS NOT NULL", name="has_owner"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), unique=True)
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    """SHA-256 of the visitor's cart cookie; empty once the cart belongs to a person."""
    voucher_code: Mapped[str] = mapped_column(sa.String(24), default="", server_default="")
    """The voucher that its next order shall be placed with."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    lines: Mapped[list["CartLine"]] = relationship(lazy="raise_on_sql", order_by="CartLine.id", viewonly=True)


class CartLine(Base):
    """So many of one variant in a cart."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        sa.UniqueConstraint("cart_id", "variant_id"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    cart_id: Mapped[int] = mapped_column(sa.ForeignKey("carts.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"))
    quantity: Mapped[int]
    price_seen: Mapped[int] = mapped_column(sa.BigInteger)
    """Rupiah when it was put in, so that the cart can say what changed."""
    days_seen: Mapped[int] = mapped_column(default=0, server_default="0")
    """Working days to make it when it was put in; 0 for what is ready."""
    added_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    """Since when it is saved for later; empty while it is to be ordered."""
    variant: Mapped[Variant] = relationship(lazy="raise_on_sql")


class CartGift(Base):
    """What the buyer wishes to be written into one workshop's parcel."""

    __tablename__ = "cart_gifts"
    __table_args__ = (sa.UniqueConstraint("cart_id", "workshop_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    cart_id: Mapped[int] = mapped_column(sa.ForeignKey("carts.id", ondelete="CASCADE"))
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    message: Mapped[str] = mapped_column(sa.String(300))
