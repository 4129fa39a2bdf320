"""Rules of commission: what a council keeps of a sale, for whom, and between which days."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Council, Craft, Workshop
from shop.db import SETTLED, Base, BigId
from shop.models import User


class CommissionRule(Base):
    """One rule. Who and how much never change: it is ended, and another follows."""

    __tablename__ = "commission_rules"
    __table_args__ = (
        sa.CheckConstraint("bp >= 0 AND bp <= 10000", name="bp_is_a_share"),
        sa.CheckConstraint("workshop_id IS NULL OR council_id IS NOT NULL", name="workshop_has_council"),
        sa.Index("ix_commission_rules_council_first_on", "council_id", "first_on"),
        SETTLED,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"))
    """Empty: every council."""
    workshop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    craft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("crafts.id"))
    bp: Mapped[int]
    """Basis points of what the goods bring in."""
    first_on: Mapped[date]
    """The first day of sales for which it holds, in western Indonesian time."""
    last_on: Mapped[date | None]
    """The last one; before the first day for a rule that was taken back before it began."""
    reason: Mapped[str] = mapped_column(sa.String(300))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
    council: Mapped[Council | None] = relationship(lazy="raise_on_sql")
    workshop: Mapped[Workshop | None] = relationship(lazy="raise_on_sql")
    craft: Mapped[Craft | None] = relationship(lazy="raise_on_sql")
    created_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[created_by_id])
    ended_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[ended_by_id])
