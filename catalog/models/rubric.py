"""Rubrics: what a council judges by, in versions. A published one never changes."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.council import Council
from shop.db import Base, BigId
from shop.models import User


class RubricState(enum.StrEnum):
    """Whether councils judge by it."""

    DRAFT = "draft"
    PUBLISHED = "published"


_DRAFT = sa.text("state = 'draft'")


class RubricVersion(Base):
    """One version of a council's rubric: being written, or published for good."""

    __tablename__ = "rubrics"
    __table_args__ = (
        sa.UniqueConstraint("council_id", "version"),
        sa.Index(
            "uq_rubrics_one_draft", "council_id", unique=True, sqlite_where=_DRAFT, postgresql_where=_DRAFT
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    version: Mapped[int]
    """Counts each council's versions from 1."""
    state: Mapped[RubricState] = mapped_column(default=RubricState.DRAFT)
    content: Mapped[dict[str, Any]]
    """Criteria, gates, bars and procedure (catalog.curation.rubric.Content)."""
    edits: Mapped[int] = mapped_column(default=0)
    """Counts the saves of a draft."""
    note: Mapped[str] = mapped_column(sa.String(1000), default="")
    """What changed and why, in the council's words."""
    copied_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rubrics.id"))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    published_at: Mapped[datetime | None]
    council: Mapped[Council] = relationship(lazy="raise_on_sql")
    published_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[published_by_id])
