"""What the money was for that left our bank account, line by line."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from checkout.models.payout import Payout
from checkout.models.statement import StatementLine, TransferReturn
from shop.db import Base, BigId


class OutgoingKind(enum.StrEnum):
    """What money leaves for."""

    PAYOUT = "payout"
    RETURN = "return"
    TAX = "tax"
    """PPh 22 that was collected, paid to the treasury."""
    FEE = "fee"
    """The bank keeps it for its work; the marketplace bears it."""
    OWN = "own"
    """The marketplace's own money, for something else."""


_STANDS = sa.text("undone_at IS NULL")


def _once(name: str) -> sa.Index:
    """Let a line or a purpose stand in one match that is not undone."""
    return sa.Index(
        f"uq_outgoing_matches_{name}", name, unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS
    )


class OutgoingMatch(Base):
    """A line of money that left, and what it is: each line and each purpose once, until it is undone."""

    __tablename__ = "outgoing_matches"
    __table_args__ = (
        sa.CheckConstraint(
            "(kind = 'payout') = (payout_id IS NOT NULL) AND (kind = 'return') = (return_id IS NOT NULL)"
            " AND (kind = 'tax') = (remittance_id IS NOT NULL) AND (kind IN ('fee', 'own')) = (reason <> '')",
            name="one_purpose",
        ),
        _once("line_id"),
        _once("payout_id"),
        _once("return_id"),
        _once("remittance_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[OutgoingKind]
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("statement_lines.id"))
    payout_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payouts.id"))
    return_id: Mapped[int | None] = mapped_column(sa.ForeignKey("transfer_returns.id"))
    remittance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tax_remittances.id"))
    reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    """What it was, in words, when it is a fee or our own."""
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]
    undone_reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    line: Mapped[StatementLine] = relationship(lazy="raise_on_sql")
    payout: Mapped[Payout | None] = relationship(lazy="raise_on_sql")
    owed: Mapped[TransferReturn | None] = relationship(lazy="raise_on_sql")
