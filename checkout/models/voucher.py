"""Vouchers: what they take off, who bears it, and who has used them."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Council, Craft, Product, Workshop
from checkout.models.order import Order
from shop.db import Base, BigId


class VoucherKind(enum.StrEnum):
    """What a voucher takes off."""

    AMOUNT = "amount"
    PERCENT = "percent"
    POSTAGE = "postage"
    """Postage of the parcels it holds for, insurance apart."""


class Voucher(Base):
    """A code that takes something off an order; one of council, workshop or marketplace gives it and bears it."""

    __tablename__ = "vouchers"
    __table_args__ = (
        sa.CheckConstraint("council_id IS NULL OR workshop_id IS NULL", name="one_gives_it"),
        sa.CheckConstraint("kind <> 'amount' OR amount > 0", name="amount_said"),
        sa.CheckConstraint("kind <> 'percent' OR percent BETWEEN 1 AND 100", name="percent_said"),
        sa.CheckConstraint("cap IS NULL OR cap > 0", name="cap_positive"),
        sa.CheckConstraint("min_goods >= 0", name="least_not_negative"),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="days_in_order"),
        sa.CheckConstraint("limit_total IS NULL OR limit_total > 0", name="limit_positive"),
        sa.CheckConstraint("limit_each IS NULL OR limit_each > 0", name="limit_each_positive"),
        sa.CheckConstraint("used >= 0 AND (limit_total IS NULL OR used <= limit_total)", name="within_limit"),
        sa.Index("ix_vouchers_council_id", "council_id", "id"),
        sa.Index("ix_vouchers_workshop_id", "workshop_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(24), unique=True)
    """What the buyer types: capital letters, digits and hyphens."""
    name: Mapped[str] = mapped_column(sa.String(120))
    """What it is for, in the words of who gives it."""
    kind: Mapped[VoucherKind]
    amount: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah off."""
    percent: Mapped[int] = mapped_column(default=0)
    """Per cent of the goods off."""
    cap: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Rupiah at most off an order."""
    min_goods: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah of goods that it asks for, of those it holds for."""
    council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"))
    """The council that gives and bears it, for goods of its own workshops."""
    workshop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workshops.id"))
    """The workshop that gives and bears it, for its own goods. Neither council nor workshop: the marketplace."""
    only_council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"))
    only_workshop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workshops.id"))
    only_craft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("crafts.id"))
    only_product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("products.id"))
    only_email: Mapped[str] = mapped_column(sa.String(254), default="")
    """Holds for the account with this address and nobody else."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    limit_total: Mapped[int | None]
    limit_each: Mapped[int | None]
    """How often in all, and how often for one person; none: as often as one likes."""
    used: Mapped[int] = mapped_column(default=0)
    """How often it counts as used now; one conditional UPDATE decides."""
    paused_at: Mapped[datetime | None]
    edits: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    council: Mapped[Council | None] = relationship(lazy="raise_on_sql", foreign_keys=[council_id])
    workshop: Mapped[Workshop | None] = relationship(lazy="raise_on_sql", foreign_keys=[workshop_id])
    only_council: Mapped[Council | None] = relationship(lazy="raise_on_sql", foreign_keys=[only_council_id])
    only_workshop: Mapped[Workshop | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[only_workshop_id]
    )
    only_craft: Mapped[Craft | None] = relationship(lazy="raise_on_sql")
    only_product: Mapped[Product | None] = relationship(lazy="raise_on_sql")


class VoucherUse(Base):
    """How often one person has used a voucher."""

    __tablename__ = "voucher_uses"
    __table_args__ = (
        sa.UniqueConstraint("voucher_id", "person"),
        sa.CheckConstraint("used >= 0", name="used_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    voucher_id: Mapped[int] = mapped_column(sa.ForeignKey("vouchers.id"))
    person: Mapped[str] = mapped_column(sa.String(72))
    """`user:12`, or for a guest `mail:` and the SHA-256 of the address."""
    used: Mapped[int]


class VoucherRedemption(Base):
    """A voucher used for one order; given back at most once, when the order dies."""

    __tablename__ = "voucher_redemptions"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.Index("ix_voucher_redemptions_voucher_id", "voucher_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    voucher_id: Mapped[int] = mapped_column(sa.ForeignKey("vouchers.id"))
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), unique=True)
    person: Mapped[str] = mapped_column(sa.String(72))
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    """Rupiah it took off, on lines and parcels together."""
    redeemed_at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]
    voucher: Mapped[Voucher] = relationship(lazy="raise_on_sql")
    order: Mapped[Order] = relationship(lazy="raise_on_sql")
