"""Payments and refunds, and the inbox of the gateway's events."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from checkout.models.order import Order
from shop.db import Base, BigId


class PaymentState(enum.StrEnum):
    """Where one attempt to pay stands."""

    PENDING = "pending"
    """The row exists; the gateway may or may not know it yet."""
    OPEN = "open"
    """The payment page stands and can be paid."""
    CAPTURED = "captured"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUND_DUE = "refund_due"
    """Captured for an order that cannot be served any more, or cancelled: the money goes back."""
    REFUNDED = "refunded"


_PAYABLE = sa.text("state IN ('pending', 'open')")


class Payment(Base):
    """One attempt to pay one order through the gateway; its id is the idempotency key."""

    __tablename__ = "payments"
    __table_args__ = (
        sa.Index(
            "uq_payments_one_payable", "order_id", unique=True,
            sqlite_where=_PAYABLE, postgresql_where=_PAYABLE,
        ),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("refunded >= 0 AND refunded <= amount", name="refunded_within_amount"),
        sa.CheckConstraint("surplus >= 0 AND surplus < amount", name="surplus_within_amount"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    gateway: Mapped[str] = mapped_column(sa.String(20), default="stripe")
    state: Mapped[PaymentState] = mapped_column(default=PaymentState.PENDING)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    """Whole rupiah: the order's total and the surplus."""
    surplus: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """Rupiah above the order's total: the unique code of a bank transfer."""
    currency: Mapped[str] = mapped_column(sa.String(3), default="IDR")
    session_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    intent_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    page_url: Mapped[str | None] = mapped_column(sa.Text)
    refunded: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah promised back so far (refund rows that did not fail)."""
    disputed: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """Rupiah that the buyer's bank has taken, or has asked for, and that no refund stands for."""
    created_at: Mapped[datetime]
    captured_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship(lazy="raise_on_sql")


class RefundState(enum.StrEnum):
    """Where money on its way back stands."""

    DUE = "due"
    DONE = "done"
    FAILED = "failed"
    COVERED = "covered"
    """The buyer has this money already: their bank took it by a dispute that we lost."""


class Refund(Base):
    """Money sent back; its id is the idempotency key."""

    __tablename__ = "refunds"
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount_positive"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payments.id"), index=True)
    credit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("credits.id"), index=True)
    """What was given back; empty for a payment that no order took."""
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    """One credit, one refund: `credit:<id>`, or `full:<payment id>` for a payment that no order took."""
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.String(300))
    state: Mapped[RefundState] = mapped_column(default=RefundState.DUE)
    gateway_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """People send it from our bank account, because the gateway could not deliver it."""
    requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    payment: Mapped[Payment] = relationship(lazy="raise_on_sql")


class WebhookEvent(Base):
    """One event of the gateway, stored once under its id, handled by a job."""

    __tablename__ = "webhook_inbox"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[str] = mapped_column(sa.String(255), unique=True)
    type: Mapped[str] = mapped_column(sa.String(80))
    object_ref: Mapped[str] = mapped_column(sa.String(255), default="")
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
