"""Bank transfers: our receiving accounts and terms, what is awaited under which unique code, and buyers' proofs."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from checkout.models.order import Order
from checkout.models.payment import Payment
from shop.db import Base, BigId


class SettingState(enum.StrEnum):
    """Where a proposed setting stands: another person than the one who proposed it lets it hold."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    CLOSED = "closed"


_TWO = "approved_by_id IS NULL OR approved_by_id <> proposed_by_id"
_ACTIVE = sa.text("state = 'active'")


class ReceivingAccount(Base):
    """A bank account of the marketplace to which buyers send money. Never changed: a new one is a new row."""

    __tablename__ = "receiving_accounts"
    __table_args__ = (
        sa.CheckConstraint(_TWO, name="two_persons"),
        sa.CheckConstraint("state <> 'active' OR approved_by_id IS NOT NULL", name="active_is_approved"),
        sa.Index(
            "uq_receiving_accounts_active", "bank_code", "number", unique=True,
            sqlite_where=_ACTIVE, postgresql_where=_ACTIVE,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bank_code: Mapped[str] = mapped_column(sa.String(3))
    number: Mapped[str] = mapped_column(sa.String(20))
    """Digits, shown to every buyer who chooses a transfer."""
    holder: Mapped[str] = mapped_column(sa.String(70))
    state: Mapped[SettingState] = mapped_column(default=SettingState.PROPOSED)
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class TransferTerms(Base):
    """How long buyers have, how long a code rests, and how small a difference finance may accept."""

    __tablename__ = "transfer_terms"
    __table_args__ = (
        sa.CheckConstraint(_TWO, name="two_persons"),
        sa.CheckConstraint("state <> 'active' OR approved_by_id IS NOT NULL", name="active_is_approved"),
        sa.CheckConstraint("hours > 0 AND remind_hours >= 0 AND quiet_days > 0", name="times_positive"),
        sa.CheckConstraint("tolerance >= 0", name="tolerance_signed"),
        sa.Index(
            "uq_transfer_terms_active", "state", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    hours: Mapped[int]
    """From the order to its end, unless the money comes."""
    remind_hours: Mapped[int]
    """So long before the end the buyer is reminded; 0 never."""
    quiet_days: Mapped[int]
    """So long after an order has ended its code is not given again."""
    tolerance: Mapped[int] = mapped_column(sa.BigInteger)
    """Rupiah, up or down, that finance may accept beside the exact amount."""
    state: Mapped[SettingState] = mapped_column(default=SettingState.PROPOSED)
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class WaitState(enum.StrEnum):
    """Where an awaited transfer stands."""

    OPEN = "open"
    PAID = "paid"
    """Evidence is there: lines of our own statement."""
    LAPSED = "lapsed"
    """The order ended without it."""


_TAKEN = sa.text("freed_at IS NULL AND due IS NOT NULL")


class TransferWait(Base):
    """A transfer that an order waits for: to which account, and the exact amount that tells it from all others."""

    __tablename__ = "transfer_waits"
    __table_args__ = (
        # The database decides who gets a code: one awaited transfer per account and amount, until the code is freed.
        sa.Index(
            "uq_transfer_waits_due", "account_id", "due", unique=True,
            sqlite_where=_TAKEN, postgresql_where=_TAKEN,
        ),
        sa.CheckConstraint("code BETWEEN 1 AND 999", name="code_of_three_digits"),
        sa.CheckConstraint("amount = total + code AND total > 0", name="amount_adds_up"),
        sa.CheckConstraint("due IS NULL OR due > 0", name="due_positive"),
        sa.CheckConstraint("allowance >= 0 AND excess >= 0", name="differences_signed"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payments.id"), unique=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("receiving_accounts.id"))
    total: Mapped[int] = mapped_column(sa.BigInteger)
    """The order's total."""
    code: Mapped[int]
    """Rupiah on top, 1 to 999."""
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    due: Mapped[int | None] = mapped_column(sa.BigInteger)
    """What the next transfer should bring: the amount, or what is still missing; empty when only people match."""
    allowance: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah that were missing and that the marketplace bears."""
    excess: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah that came on top and go back."""
    state: Mapped[WaitState] = mapped_column(default=WaitState.OPEN, index=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    freed_at: Mapped[datetime | None]
    """When the code may be given again."""
    order: Mapped[Order] = relationship(lazy="raise_on_sql")
    payment: Mapped[Payment] = relationship(lazy="raise_on_sql")
    account: Mapped[ReceivingAccount] = relationship(lazy="raise_on_sql")


class ProofState(enum.StrEnum):
    """Where a buyer's proof stands."""

    OPEN = "open"
    ANSWERED = "answered"


_OPEN = sa.text("state = 'open'")


class TransferProof(Base):
    """A buyer says to have paid, with a picture of it. Finance compares it with the statement; it pays nothing."""

    __tablename__ = "transfer_proofs"
    __table_args__ = (
        sa.Index(
            "uq_transfer_proofs_open", "wait_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    wait_id: Mapped[int] = mapped_column(sa.ForeignKey("transfer_waits.id"), index=True)
    picture_key: Mapped[str] = mapped_column(sa.String(255))
    """Private key of the re-encoded photograph in the media store."""
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    paid_on: Mapped[date]
    sender: Mapped[str] = mapped_column(sa.String(120), default="")
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    state: Mapped[ProofState] = mapped_column(default=ProofState.OPEN, index=True)
    answer: Mapped[str] = mapped_column(sa.String(500), default="")
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    wait: Mapped[TransferWait] = relationship(lazy="raise_on_sql")
