"""The daily digest of a workshop: whether it wants one, and the days it was written for."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, BigId


class DigestChoice(Base):
    """A workshop that does not want the digest; none: it gets one."""

    __tablename__ = "digest_choices"

    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), primary_key=True)
    wanted: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]


class Digest(Base):
    """A workshop was written to about this day, once; what stood in it is with the letter."""

    __tablename__ = "digests"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    day: Mapped[date] = mapped_column(sa.Date)
    since: Mapped[datetime]
    """What is new counts from here: the digest before, or a day ago."""
    created_at: Mapped[datetime]
