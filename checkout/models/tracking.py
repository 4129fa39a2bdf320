"""Where parcels are: checkpoints on their way, how they are followed, and more days that a workshop asks for."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from checkout.couriers.port import TrackingState
from checkout.models.shipment import Shipment
from shop.db import Base, BigId


class CheckpointSource(enum.StrEnum):
    """Who says it."""

    COURIER = "courier"
    WORKSHOP = "workshop"
    COUNCIL = "council"


class ParcelCheckpoint(Base):
    """One thing that happened to a parcel on its way, under the tracking number it had then."""

    __tablename__ = "parcel_checkpoints"
    __table_args__ = (sa.UniqueConstraint("shipment_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(sa.ForeignKey("shipments.id"))
    key: Mapped[str] = mapped_column(sa.String(40))
    """What it says, hashed: a courier who repeats it adds nothing."""
    tracking_number: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[datetime]
    state: Mapped[TrackingState]
    words: Mapped[str] = mapped_column(sa.String(200), default="")
    place: Mapped[str] = mapped_column(sa.String(80), default="")
    source: Mapped[CheckpointSource]
    created_at: Mapped[datetime]


class ParcelTrack(Base):
    """How a parcel on its way is followed: what its courier said last, and when he is asked again."""

    __tablename__ = "parcel_tracks"
    __table_args__ = (sa.Index("ix_parcel_tracks_ask_next_at", "ask_next_at"),)

    shipment_id: Mapped[int] = mapped_column(sa.ForeignKey("shipments.id"), primary_key=True)
    tracking_number: Mapped[str] = mapped_column(sa.String(60))
    """The number that this is about; another one begins anew."""
    state: Mapped[TrackingState | None]
    """None: nobody has said anything yet."""
    changed_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    ask_next_at: Mapped[datetime | None]
    """None: not asked any more."""
    unknown_since: Mapped[datetime | None]
    """Since when the courier says that he has no such number."""
    receiver: Mapped[str] = mapped_column(sa.String(80), default="")
    shipment: Mapped[Shipment] = relationship(lazy="raise_on_sql")


class DelayState(enum.StrEnum):
    """What became of a workshop's question for more days."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    """The parcel left, or was called off, before the buyer answered."""


class ParcelDelay(Base):
    """A workshop asks the buyer for more days to send a parcel."""

    __tablename__ = "parcel_delays"
    __table_args__ = (
        sa.Index(
            "uq_parcel_delays_shipment_asked", "shipment_id", unique=True,
            sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"),
        ),
        sa.Index("ix_parcel_delays_shipment_id", "shipment_id"),
        sa.CheckConstraint("until > ship_by", name="later"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(sa.ForeignKey("shipments.id"))
    state: Mapped[DelayState] = mapped_column(default=DelayState.ASKED)
    ship_by: Mapped[datetime]
    """The day that held when it was asked."""
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.String(300))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
