"""Payouts: where money of a workshop or council goes, what is paid out, of which earnings, and what holds it."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Council, Workshop
from checkout.models.ledger import Transfer
from shop.db import Base, BigId
from shop.models import User

_ONE_PAYEE = "(workshop_id IS NULL) <> (council_id IS NULL)"
_CURRENT = sa.text("replaced_at IS NULL")
_STANDING = sa.text("lifted_at IS NULL")
_ACTIVE = sa.text("freed_at IS NULL")


class BankAccount(Base):
    """Where a workshop or a council is paid. Never changed: new details are a new row, the old one is replaced."""

    __tablename__ = "bank_accounts"
    __table_args__ = (
        sa.CheckConstraint(_ONE_PAYEE, name="one_payee"),
        sa.Index(
            "uq_bank_accounts_workshop_current", "workshop_id", unique=True,
            sqlite_where=_CURRENT, postgresql_where=_CURRENT,
        ),
        sa.Index(
            "uq_bank_accounts_council_current", "council_id", unique=True,
            sqlite_where=_CURRENT, postgresql_where=_CURRENT,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workshop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workshops.id"))
    council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"))
    bank_code: Mapped[str] = mapped_column(sa.String(3))
    """Of catalog/data/banks.csv."""
    sealed_number: Mapped[str] = mapped_column(sa.String(200))
    """The account number, sealed (`shop.sealing`)."""
    last_digits: Mapped[str] = mapped_column(sa.String(4))
    holder: Mapped[str] = mapped_column(sa.String(70))
    """The name of the account, as the bank writes it."""
    fingerprint: Mapped[str] = mapped_column(sa.String(64), index=True)
    """The same for the same account of the same bank."""
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    holds_until: Mapped[datetime]
    """Until then nothing is paid out to it."""
    replaced_at: Mapped[datetime | None]
    created_by: Mapped[User | None] = relationship(lazy="raise_on_sql")


class PayoutState(enum.StrEnum):
    """Where a payout stands; `checkout.payouts.MOVES` lists the allowed moves."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    """By another person: the money stands on `payouts:due`."""
    EXPORTED = "exported"
    """In a bank file."""
    SENT = "sent"
    FAILED = "failed"
    """The bank did not send it."""
    RETURNED = "returned"
    """The bank sent it, and it came back."""
    CANCELLED = "cancelled"


class PayoutBatch(Base):
    """One bank file: approved payouts to accounts of one bank."""

    __tablename__ = "payout_batches"
    __table_args__ = (sa.CheckConstraint("payouts > 0 AND amount > 0", name="has_payouts"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bank_code: Mapped[str] = mapped_column(sa.String(3))
    payouts: Mapped[int]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(index=True)
    created_by: Mapped[User | None] = relationship(lazy="raise_on_sql")


class Payout(Base):
    """Money on its way to a workshop or a council."""

    __tablename__ = "payouts"
    __table_args__ = (
        sa.CheckConstraint(_ONE_PAYEE, name="one_payee"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("approved_by_id <> proposed_by_id", name="approved_by_another"),
        sa.CheckConstraint(
            "state IN ('proposed', 'cancelled') OR approved_by_id IS NOT NULL", name="approved_by_somebody"
        ),
        sa.Index("ix_payouts_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workshop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"), index=True)
    state: Mapped[PayoutState] = mapped_column(default=PayoutState.PROPOSED)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    """Rupiah: the sum of its earnings, frozen when it was proposed."""
    bank_account_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_accounts.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """Empty: the weekly job."""
    proposed_at: Mapped[datetime] = mapped_column(index=True)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payout_batches.id"), index=True)
    sent_at: Mapped[datetime | None]
    bank_reference: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    closed_at: Mapped[datetime | None]
    """When it failed, came back or was cancelled."""
    reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    """Why it was closed."""
    workshop: Mapped[Workshop | None] = relationship(lazy="raise_on_sql")
    council: Mapped[Council | None] = relationship(lazy="raise_on_sql")
    bank_account: Mapped[BankAccount] = relationship(lazy="raise_on_sql")
    proposed_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[proposed_by_id])
    approved_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[approved_by_id])
    batch: Mapped[PayoutBatch | None] = relationship(lazy="raise_on_sql")


class PayoutItem(Base):
    """One movement of a payee's account that a payout pays: an earning, or what was taken back.

    The partial unique index is the promise that an earning is in at most one payout that still counts.
    """

    __tablename__ = "payout_items"
    __table_args__ = (
        sa.UniqueConstraint("payout_id", "transfer_id"),
        sa.Index(
            "uq_payout_items_transfer_active", "transfer_id", unique=True,
            sqlite_where=_ACTIVE, postgresql_where=_ACTIVE,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    payout_id: Mapped[int] = mapped_column(sa.ForeignKey("payouts.id"))
    transfer_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_transfers.id"))
    freed_at: Mapped[datetime | None]
    """When its payout failed, came back or was cancelled: it may be paid by another."""
    payout: Mapped[Payout] = relationship(lazy="raise_on_sql")
    transfer: Mapped[Transfer] = relationship(lazy="raise_on_sql")


class PayoutHold(Base):
    """Finance's own hold on the payouts of a workshop or council."""

    __tablename__ = "payout_holds"
    __table_args__ = (
        sa.CheckConstraint(_ONE_PAYEE, name="one_payee"),
        sa.Index(
            "uq_payout_holds_workshop_standing", "workshop_id", unique=True,
            sqlite_where=_STANDING, postgresql_where=_STANDING,
        ),
        sa.Index(
            "uq_payout_holds_council_standing", "council_id", unique=True,
            sqlite_where=_STANDING, postgresql_where=_STANDING,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workshop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workshops.id"))
    council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"))
    reason: Mapped[str] = mapped_column(sa.String(300))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]
    workshop: Mapped[Workshop | None] = relationship(lazy="raise_on_sql")
    council: Mapped[Council | None] = relationship(lazy="raise_on_sql")
    created_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[created_by_id])
    lifted_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[lifted_by_id])
