"""The books: accounts and transfers between them, double entry, append-only."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from checkout.models.order import Order
from shop.db import Base, BigId


class Account(Base):
    """Where money stands: `gateway:stripe`, `workshop:12`, `council:3`, `courier`, `buyer`…"""

    __tablename__ = "ledger_accounts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    currency: Mapped[str] = mapped_column(sa.String(3), default="IDR")
    created_at: Mapped[datetime]


class Transfer(Base):
    """One movement of a positive amount from one account to another. Never changed, never removed."""

    __tablename__ = "ledger_transfers"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("from_account_id <> to_account_id", name="moves_between_two"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    """Makes a posting once: `sale:<order line id>`."""
    from_account_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_accounts.id"), index=True)
    to_account_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_accounts.id"), index=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3), default="IDR")
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_transfers.id"))
    """The transfer that this one corrects."""
    memo: Mapped[str] = mapped_column(sa.String(200), default="")
    at: Mapped[datetime]
    from_account: Mapped[Account] = relationship(lazy="raise_on_sql", foreign_keys=[from_account_id])
    to_account: Mapped[Account] = relationship(lazy="raise_on_sql", foreign_keys=[to_account_id])
    order: Mapped[Order | None] = relationship(lazy="raise_on_sql")
