"""Our bank statements line by line, and money that goes back by transfer with the files that send it."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from checkout.models.order import Order
from checkout.models.payment import Refund
from checkout.models.transfer import ReceivingAccount, TransferWait
from shop.db import Base, BigId


class ImportState(enum.StrEnum):
    """Where a statement file stands."""

    PREVIEW = "preview"
    DONE = "done"
    DROPPED = "dropped"


_DONE = sa.text("state = 'done'")


class StatementImport(Base):
    """A statement file of one receiving account, looked at before its lines are taken in."""

    __tablename__ = "statement_imports"
    __table_args__ = (
        sa.Index(
            "uq_statement_imports_done", "account_id", "digest", unique=True,
            sqlite_where=_DONE, postgresql_where=_DONE,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("receiving_accounts.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    shape: Mapped[str] = mapped_column(sa.String(20))
    content: Mapped[str | None] = mapped_column(sa.Text)
    """The file's text until it is taken in or dropped, sealed."""
    state: Mapped[ImportState] = mapped_column(default=ImportState.PREVIEW, index=True)
    rows: Mapped[int] = mapped_column(default=0)
    fresh: Mapped[int] = mapped_column(default=0)
    """Lines that no earlier file had."""
    problems: Mapped[int] = mapped_column(default=0)
    """Rows that could not be read."""
    pending: Mapped[int] = mapped_column(default=0)
    brought_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    account: Mapped[ReceivingAccount] = relationship(lazy="raise_on_sql")


class LineState(enum.StrEnum):
    """What has become of a line; every line is in exactly one."""

    WAITING = "waiting"
    """Nobody knows yet whose it is."""
    PART = "part"
    """Kept for an order of which the rest is still to come."""
    PAID = "paid"
    """It paid an order, or a payment that goes back in full."""
    RETURNING = "returning"
    """Promised back to whoever sent it."""
    RETURNED = "returned"
    OURS = "ours"
    """No buyer's: interest, our own money."""
    BOOKED = "booked"
    """The books have it already by another name: a payout of a payment service, a payout of ours that came back."""
    OUTGOING = "outgoing"
    """Money that left the account."""


class StatementLine(Base):
    """One booking on our bank account, once, whichever files it stands in."""

    __tablename__ = "statement_lines"
    __table_args__ = (
        sa.CheckConstraint("amount >= 0 AND sen BETWEEN 0 AND 99", name="amount_signed"),
        sa.CheckConstraint("state NOT IN ('paid', 'part') OR wait_id IS NOT NULL", name="paid_for_an_order"),
        sa.Index("ix_statement_lines_state", "state", "id"),
        sa.Index("ix_statement_lines_amount", "account_id", "amount"),
        sa.Index("uq_statement_lines_booked_as", "booked_as", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("statement_imports.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("receiving_accounts.id"))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """What it says and which of several equal ones it is: the same in every file that holds it."""
    row_number: Mapped[int]
    booked_on: Mapped[date]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    """Whole rupiah."""
    sen: Mapped[int] = mapped_column(default=0)
    """Hundredths of interest and the like; not in the books."""
    words: Mapped[str] = mapped_column(sa.String(500), default="")
    reference: Mapped[str] = mapped_column(sa.String(80), default="")
    state: Mapped[LineState] = mapped_column(default=LineState.WAITING)
    wait_id: Mapped[int | None] = mapped_column(sa.ForeignKey("transfer_waits.id"), index=True)
    booked_as: Mapped[str | None] = mapped_column(sa.String(40))
    """What the books have it as, once: `gateway:<line of that account>` or `payout:<payout>`."""
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    wait: Mapped[TransferWait | None] = relationship(lazy="raise_on_sql")
    account: Mapped[ReceivingAccount] = relationship(lazy="raise_on_sql")


class BatchState(enum.StrEnum):
    """Where a file of money going back stands."""

    PREPARED = "prepared"
    APPROVED = "approved"
    DROPPED = "dropped"


class ReturnBatch(Base):
    """Money going back that leaves together: one person prepares it, another lets it go."""

    __tablename__ = "return_batches"
    __table_args__ = (
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> prepared_by_id", name="two_persons"),
        sa.CheckConstraint("state <> 'approved' OR approved_by_id IS NOT NULL", name="approved_by_somebody"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("receiving_accounts.id"))
    """From which of our accounts."""
    state: Mapped[BatchState] = mapped_column(default=BatchState.PREPARED)
    prepared_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    account: Mapped[ReceivingAccount] = relationship(lazy="raise_on_sql")


class ReturnState(enum.StrEnum):
    """Where money going back by transfer stands."""

    NEEDS_ACCOUNT = "needs_account"
    """The buyer has not said where to, or the bank refused it."""
    READY = "ready"
    IN_FILE = "in_file"
    SENT = "sent"


class TransferReturn(Base):
    """Money that goes back by bank transfer: a refund of a payment, or a line that is nobody's payment."""

    __tablename__ = "transfer_returns"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("(refund_id IS NULL) <> (line_id IS NULL)", name="of_refund_or_line"),
        sa.CheckConstraint("state = 'needs_account' OR sealed_number IS NOT NULL", name="has_account"),
        sa.CheckConstraint("state NOT IN ('in_file', 'sent') OR batch_id IS NOT NULL", name="sent_in_a_file"),
        sa.Index("ix_transfer_returns_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    """Whose buyer is asked for an account; empty for money of which nobody knows whose it is."""
    refund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("refunds.id"), unique=True)
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("statement_lines.id"), unique=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    state: Mapped[ReturnState] = mapped_column(default=ReturnState.NEEDS_ACCOUNT)
    bank_code: Mapped[str] = mapped_column(sa.String(3), default="")
    sealed_number: Mapped[str | None] = mapped_column(sa.Text)
    last_digits: Mapped[str] = mapped_column(sa.String(4), default="")
    sealed_holder: Mapped[str | None] = mapped_column(sa.Text)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("return_batches.id"), index=True)
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(sa.String(300), default="")
    """Why the bank refused it the last time."""
    created_at: Mapped[datetime]
    account_given_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    order: Mapped[Order | None] = relationship(lazy="raise_on_sql")
    refund: Mapped[Refund | None] = relationship(lazy="raise_on_sql")
    line: Mapped[StatementLine | None] = relationship(lazy="raise_on_sql")
    batch: Mapped[ReturnBatch | None] = relationship(lazy="raise_on_sql")
