"""What the money was for that left our bank account, line by line."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from checkout.models.payout import Payout
from checkout.models.statement import StatementLine, TransferReturn
from shop.db import Base, BigId


class OutgoingMatch(Base):
    """A line of money that left, and the payout or the sum given back that it is: each of them once."""

    __tablename__ = "outgoing_matches"
    __table_args__ = (
        sa.CheckConstraint(
            "(payout_id IS NOT NULL AND return_id IS NULL AND reason = '')"
            " OR (payout_id IS NULL AND return_id IS NOT NULL AND reason = '')"
            " OR (payout_id IS NULL AND return_id IS NULL AND reason <> '')",
            name="one_purpose",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("statement_lines.id"), unique=True)
    payout_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payouts.id"), unique=True)
    return_id: Mapped[int | None] = mapped_column(sa.ForeignKey("transfer_returns.id"), unique=True)
    reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    """What it was, in words, when it is neither."""
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime]
    line: Mapped[StatementLine] = relationship(lazy="raise_on_sql")
    payout: Mapped[Payout | None] = relationship(lazy="raise_on_sql")
    owed: Mapped[TransferReturn | None] = relationship(lazy="raise_on_sql")
