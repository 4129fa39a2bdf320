"""Money of a paid order that was given back: what for, of which lines and parcels, and who bears it."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from checkout.models.order import Order, OrderLine
from checkout.models.shipment import Shipment
from shop.db import Base, BigId


class CreditKind(enum.StrEnum):
    """Why money is given back."""

    ORDER = "order"
    """All that was left of the order."""
    CANCELLED = "cancelled"
    """Pieces that will not be sent."""
    RETURNED = "returned"
    """Pieces that came back."""
    ALLOWANCE = "allowance"
    """The buyer keeps the pieces and pays less."""
    LOST = "lost"
    """The parcel never arrived."""
    POSTAGE = "postage"


class Credit(Base):
    """One time that money of an order was given back. Never changed: a wrong one is not undone by another."""

    __tablename__ = "credits"
    __table_args__ = (
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("surplus >= 0 AND surplus <= amount", name="surplus_within_amount"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    """One decision, one credit: the form's key, or `claim:<id>`."""
    kind: Mapped[CreditKind]
    reason: Mapped[str] = mapped_column(sa.String(500))
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    """Rupiah for the buyer: of all lines and parcels, and the surplus."""
    surplus: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """The unique code of a bank transfer, given back with the rest of the order."""
    requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(index=True)
    order: Mapped[Order] = relationship(lazy="raise_on_sql")
    lines: Mapped[list["CreditLine"]] = relationship(
        lazy="raise_on_sql", order_by="CreditLine.id", viewonly=True
    )


class CreditLine(Base):
    """What one order line or parcel gives back, and who bears it: amount + funded is the sum of the shares."""

    __tablename__ = "credit_lines"
    __table_args__ = (
        sa.CheckConstraint("(order_line_id IS NULL) <> (shipment_id IS NULL)", name="of_line_or_parcel"),
        sa.CheckConstraint("amount >= 0 AND quantity >= 0 AND amount + quantity > 0", name="gives_something"),
        sa.CheckConstraint(
            "amount + funded = commission + withheld + from_held + from_workshop", name="shares_add_up"
        ),
        sa.CheckConstraint(
            "funded >= 0 AND commission >= 0 AND withheld >= 0 AND from_held >= 0 AND from_workshop >= 0",
            name="shares_signed",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    credit_id: Mapped[int] = mapped_column(sa.ForeignKey("credits.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_lines.id"), index=True)
    shipment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("shipments.id"), index=True)
    quantity: Mapped[int] = mapped_column(default=0)
    """Pieces that no longer count."""
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    """Rupiah for the buyer."""
    funded: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah back to whoever bore the discount."""
    commission: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah the council gives back."""
    withheld: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah of tax that was not due after all."""
    from_held: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    from_workshop: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    order_line: Mapped[OrderLine | None] = relationship(lazy="raise_on_sql")
    shipment: Mapped[Shipment | None] = relationship(lazy="raise_on_sql")
