"""Disputes of payments, what a gateway tells of our account, and the daily comparison with the books."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from checkout.gateway_books import MovementKind
from checkout.models.payment import Payment
from shop.db import Base, BigId


class DisputeState(enum.StrEnum):
    """Where a dispute stands; the gateway decides about it."""

    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"
    """An inquiry that took no money."""


class Dispute(Base):
    """A buyer's bank asks for the money of a payment back."""

    __tablename__ = "disputes"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.Index("ix_disputes_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payments.id"), index=True)
    gateway: Mapped[str] = mapped_column(sa.String(20))
    ref: Mapped[str] = mapped_column(sa.String(255), unique=True)
    state: Mapped[DisputeState] = mapped_column(default=DisputeState.NEEDS_RESPONSE)
    inquiry: Mapped[bool] = mapped_column(default=False)
    """Only a question so far: nothing has been taken."""
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    """Rupiah that the bank asks for."""
    taken: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah that the bank has now."""
    reason: Mapped[str] = mapped_column(sa.String(60), default="")
    """The bank's word for it."""
    opened_at: Mapped[datetime] = mapped_column(index=True)
    due_by: Mapped[datetime | None]
    """Until when an answer counts."""
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What we answer: texts by their name, and the keys of private files by theirs."""
    answer_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    answer_due: Mapped[bool] = mapped_column(default=False)
    """The answer is given, and the gateway has not confirmed it."""
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    payment: Mapped[Payment] = relationship(lazy="raise_on_sql")

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.state in {DisputeState.NEEDS_RESPONSE, DisputeState.UNDER_REVIEW}


class EntryProblem(enum.StrEnum):
    """What is wrong with a line of our account at a gateway."""

    UNKNOWN = "unknown"
    """Nothing of ours belongs to it."""
    AMOUNT = "amount"
    """What belongs to it has another amount."""
    CURRENCY = "currency"
    TWICE = "twice"
    """What belongs to it has a line already."""
    NOT_BOOKED = "not_booked"
    """What belongs to it is not in our books yet."""


class GatewayEntry(Base):
    """One line of our account at a gateway, read once, and what of ours it is."""

    __tablename__ = "gateway_entries"
    __table_args__ = (
        sa.UniqueConstraint("gateway", "ref"),
        sa.Index("ix_gateway_entries_gateway_at", "gateway", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    gateway: Mapped[str] = mapped_column(sa.String(20))
    ref: Mapped[str] = mapped_column(sa.String(255))
    kind: Mapped[MovementKind]
    type: Mapped[str] = mapped_column(sa.String(60))
    """The gateway's own word."""
    amount_sen: Mapped[int] = mapped_column(sa.BigInteger)
    """Hundredths of rupiah; below zero when it left the account."""
    fee_sen: Mapped[int] = mapped_column(sa.BigInteger)
    fee_booked: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah of the fee in the books: fees are rounded in sum, so that sen never add up to a difference."""
    currency: Mapped[str] = mapped_column(sa.String(3))
    at: Mapped[datetime]
    available_on: Mapped[datetime]
    source_ref: Mapped[str] = mapped_column(sa.String(255), default="")
    intent_ref: Mapped[str] = mapped_column(sa.String(255), default="")
    order_number: Mapped[str] = mapped_column(sa.String(20), default="")
    """As the gateway says it."""
    text: Mapped[str] = mapped_column(sa.String(200), default="")
    match_key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    """What of ours it is, once: `payment:12`, `refund:7`, `refund-back:7`, `dispute:<movement>`, `payout:<ref>`."""
    problem: Mapped[EntryProblem | None]
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    """How finance explained a difference that stays."""
    noted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    noted_at: Mapped[datetime | None]
    read_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def net_sen(self) -> int:
        """Hundredths of rupiah by which the account changed."""
        return self.amount_sen - self.fee_sen


class GatewayCheck(Base):
    """One comparison of a gateway's account with the books."""

    __tablename__ = "gateway_checks"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    gateway: Mapped[str] = mapped_column(sa.String(20), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    entries: Mapped[int]
    """Lines read for the first time."""
    listed_sen: Mapped[int] = mapped_column(sa.BigInteger)
    """The sum of all lines ever read."""
    held_sen: Mapped[int] = mapped_column(sa.BigInteger)
    """What the gateway said that it holds."""
    booked: Mapped[int] = mapped_column(sa.BigInteger)
    """Rupiah that our books say it holds."""
    differences: Mapped[int]
