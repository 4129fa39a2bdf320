"""Coaching beside the tasks themselves (`catalog.models.curation.CoachingTask`): evidence, and clinics of a council."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.council import Council
from catalog.models.product import Picture
from shop.db import Base, BigId
from shop.models import User


class TaskEvidence(Base):
    """A photograph that shows what was done about a task; private to the workshop and its council."""

    __tablename__ = "task_evidence"
    __table_args__ = (sa.UniqueConstraint("task_id", "picture_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("coaching_tasks.id"), index=True)
    picture_id: Mapped[int] = mapped_column(sa.ForeignKey("pictures.id"), index=True)
    words: Mapped[str] = mapped_column(sa.String(200), default="")
    """What it shows: the new label, a page of the book, the licence."""
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    picture: Mapped[Picture] = relationship(lazy="raise_on_sql")


class Clinic(Base):
    """A day on which a council helps several workshops with the same thing."""

    __tablename__ = "clinics"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    help_kind: Mapped[str] = mapped_column(sa.String(30))
    """Id of a kind of `catalog.curation.kinds`."""
    held_on: Mapped[date]
    starts_at: Mapped[str] = mapped_column(sa.String(20), default="")
    """The hour as people say it: `09.00 WIB`."""
    place: Mapped[str] = mapped_column(sa.String(200))
    note: Mapped[str] = mapped_column(sa.String(1000), default="")
    coach_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    called_off_at: Mapped[datetime | None]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    council: Mapped[Council] = relationship(lazy="raise_on_sql")
    coach: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[coach_id])


class ClinicGuest(Base):
    """A workshop that is invited to a clinic, and whether it came."""

    __tablename__ = "clinic_guests"
    __table_args__ = (sa.UniqueConstraint("clinic_id", "workshop_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    clinic_id: Mapped[int] = mapped_column(sa.ForeignKey("clinics.id"))
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    came: Mapped[bool | None]
    """Nothing until somebody has noted it."""
    created_at: Mapped[datetime]
