"""Workshops: the selling units, and the people who belong to them."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.council import Council
from catalog.models.taxonomy import Craft, District, Regency
from shop.db import Base, BigId
from shop.models import User


class WorkshopState(enum.StrEnum):
    """Whether a workshop sells."""

    ACTIVE = "active"
    PAUSED = "paused"
    """The workshop rests by its own wish: pages stay, nothing can be bought."""
    SUSPENDED = "suspended"
    """The council has taken it off: nothing of it is public."""


class Workshop(Base):
    """A workshop: who makes, where, and where its parcels start.

    What the artisan writes is private. The `live_…` copies are what the public sees; they are set together with a
    listing's approval, so a visitor reads only what a curator read, and sees the council that read it.
    """

    __tablename__ = "workshops"
    __table_args__ = (sa.Index("ix_workshops_live_place", "live_regency_code", "live_village"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(100), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    maker_name: Mapped[str] = mapped_column(sa.String(120))
    village: Mapped[str] = mapped_column(sa.String(120), default="")
    about: Mapped[str] = mapped_column(sa.Text, default="")
    live_name: Mapped[str | None] = mapped_column(sa.String(120))
    live_maker_name: Mapped[str | None] = mapped_column(sa.String(120))
    live_village: Mapped[str | None] = mapped_column(sa.String(120))
    live_about: Mapped[str | None] = mapped_column(sa.Text)
    live_since_year: Mapped[int | None]
    live_craft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("crafts.id"))
    live_regency_code: Mapped[str | None] = mapped_column(sa.ForeignKey("regencies.code"))
    live_council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"), index=True)
    """The council that approved last, which vouches for what is on the wall."""
    craft_id: Mapped[int] = mapped_column(sa.ForeignKey("crafts.id"))
    regency_code: Mapped[str] = mapped_column(sa.ForeignKey("regencies.code"), index=True)
    district_code: Mapped[str | None] = mapped_column(sa.ForeignKey("districts.code"))
    address: Mapped[str] = mapped_column(sa.String(300), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(5), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    since_year: Mapped[int | None]
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"), index=True)
    """The council that judges it: of its regency if there is one, else of its province."""
    state: Mapped[WorkshopState] = mapped_column(default=WorkshopState.ACTIVE)
    created_at: Mapped[datetime]
    craft: Mapped[Craft] = relationship(lazy="raise_on_sql", foreign_keys=[craft_id])
    regency: Mapped[Regency] = relationship(lazy="raise_on_sql", foreign_keys=[regency_code])
    district: Mapped[District | None] = relationship(lazy="raise_on_sql")
    council: Mapped[Council] = relationship(lazy="raise_on_sql", foreign_keys=[council_id])
    live_craft: Mapped[Craft | None] = relationship(lazy="raise_on_sql", foreign_keys=[live_craft_id])
    live_regency: Mapped[Regency | None] = relationship(lazy="raise_on_sql", foreign_keys=[live_regency_code])
    live_council: Mapped[Council | None] = relationship(lazy="raise_on_sql", foreign_keys=[live_council_id])


class WorkshopMember(Base):
    """A person of a workshop; every member may act for it."""

    __tablename__ = "workshop_members"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "user_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")
    user: Mapped[User] = relationship(lazy="raise_on_sql")
