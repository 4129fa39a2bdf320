"""What parties ask and tell each other about an order after it was paid."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from checkout.models.order import Order
from checkout.models.shipment import Shipment
from shop.db import Base, BigId


class RequestState(enum.StrEnum):
    """Where a buyer's wish to call a parcel off stands."""

    ASKED = "asked"
    GRANTED = "granted"
    """By the workshop, or by time when it did not answer."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"
    """The parcel left, or was called off otherwise, before the answer."""


_ASKED = sa.text("state = 'asked'")


class CancellationRequest(Base):
    """A buyer's wish to call off a parcel that has not left; the workshop answers."""

    __tablename__ = "cancellation_requests"
    __table_args__ = (
        sa.Index(
            "uq_cancellation_requests_one_open", "shipment_id", unique=True,
            sqlite_where=_ASKED, postgresql_where=_ASKED,
        ),
        sa.Index("ix_cancellation_requests_state_due_at", "state", "due_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(sa.ForeignKey("shipments.id"), index=True)
    state: Mapped[RequestState] = mapped_column(default=RequestState.ASKED)
    reason: Mapped[str] = mapped_column(sa.String(300))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """When no answer counts as yes."""
    answer: Mapped[str] = mapped_column(sa.String(300), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    shipment: Mapped[Shipment] = relationship(lazy="raise_on_sql")


class Party(enum.StrEnum):
    """Who wrote a note."""

    BUYER = "buyer"
    WORKSHOP = "workshop"
    COUNCIL = "council"


class OrderNote(Base):
    """Words about an order: between buyer, workshop and council, or among councils only. Never changed."""

    __tablename__ = "order_notes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    workshop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workshops.id"))
    """The workshop it is about; no other one reads it. Empty: about the whole order, for no workshop."""
    party: Mapped[Party]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    internal: Mapped[bool] = mapped_column(default=False)
    """For councils alone."""
    text: Mapped[str] = mapped_column(sa.String(1000))
    at: Mapped[datetime]
    order: Mapped[Order] = relationship(lazy="raise_on_sql")
