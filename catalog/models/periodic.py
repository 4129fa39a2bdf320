"""Periodic reviews: what a council looks at again every few months, frozen when it was prepared."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.council import Council
from catalog.models.product import Product
from catalog.models.workshop import Workshop
from shop.db import Base, BigId
from shop.models import User


class PeriodicState(enum.StrEnum):
    """Whether its rows can still be decided."""

    OPEN = "open"
    CLOSED = "closed"


_OPEN = sa.text("state = 'open'")


class PeriodicReview(Base):
    """One look of a council at everything of its region that is on sale."""

    __tablename__ = "periodic_reviews"
    __table_args__ = (
        sa.UniqueConstraint("council_id", "last_on"),
        sa.Index(
            "uq_periodic_reviews_one_open", "council_id", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        sa.CheckConstraint("last_on >= first_on", name="days_in_order"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    state: Mapped[PeriodicState] = mapped_column(default=PeriodicState.OPEN)
    first_on: Mapped[date]
    last_on: Mapped[date]
    """The days that the figures are about, both included, in western Indonesian time."""
    rules: Mapped[dict[str, Any]]
    """The bars that held when it was prepared (`catalog.curation.bars.Bars`)."""
    prepared_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    council: Mapped[Council] = relationship(lazy="raise_on_sql")


class Proposal(enum.StrEnum):
    """What the rules propose for a piece, and what a curator decides."""

    KEEP = "keep"
    ROTATE = "rotate"
    """It stands too long: the workshop is asked to show it anew or to let it rest."""
    COACH = "coach"
    """Something goes wrong with it that can be learned: a task for the workshop."""
    RETIRE = "retire"
    """It leaves the shop after a notice, unless the workshop objects with reason."""


class RowState(enum.StrEnum):
    """Where one piece of a review stands."""

    OPEN = "open"
    SETTLED = "settled"
    """Decided, and nothing is left to happen."""
    NOTICE = "notice"
    """To be retired when its notice is over."""
    OBJECTED = "objected"
    """The workshop objects; the council looks again."""
    RETIRED = "retired"
    SPARED = "spared"
    """The council accepted the objection: it stays."""
    LEFT = "left"
    """The next review was prepared before anybody decided."""


class ReviewRow(Base):
    """One piece in a periodic review, with its figures as they were."""

    __tablename__ = "periodic_review_rows"
    __table_args__ = (
        sa.UniqueConstraint("review_id", "product_id"),
        sa.Index("ix_periodic_review_rows_list", "review_id", "state", "proposal", "id"),
        sa.Index("ix_periodic_review_rows_workshop", "workshop_id", "state"),
        sa.Index("ix_periodic_review_rows_notice", "state", "until"),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_at_once"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    review_id: Mapped[int] = mapped_column(sa.ForeignKey("periodic_reviews.id"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), index=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"))
    """The version that was on sale."""
    title: Mapped[str] = mapped_column(sa.String(120))
    workshop_name: Mapped[str] = mapped_column(sa.String(120))
    figures: Mapped[dict[str, Any]]
    """`admin.periodic.figures.Figures`, as they were."""
    proposal: Mapped[Proposal]
    rule: Mapped[str] = mapped_column(sa.String(30))
    """The rule behind the proposal, one of `admin.periodic.rules.RULES`."""
    state: Mapped[RowState] = mapped_column(default=RowState.OPEN)
    decision: Mapped[Proposal | None]
    reason: Mapped[str] = mapped_column(sa.String(1000), default="")
    """The curator's words to the workshop."""
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    until: Mapped[date | None]
    """Rotated: until when it should be shown anew. Retired: last day of the notice."""
    objection: Mapped[str] = mapped_column(sa.String(1000), default="")
    objected_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.String(1000), default="")
    """What the council answers to the objection."""
    settled_at: Mapped[datetime | None]
    """When it was retired or spared."""
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    review: Mapped[PeriodicReview] = relationship(lazy="raise_on_sql")
    product: Mapped[Product] = relationship(lazy="raise_on_sql")
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")
    decided_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[decided_by_id])
