"""The councils' table of words that stand for each other in the search."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.council import Council
from shop.db import Base, BigId
from shop.models import User


class SynonymGroup(Base):
    """One word of the trade and the words that mean the same; taken out, it stays for whoever wants it back."""

    __tablename__ = "synonym_groups"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    head: Mapped[str] = mapped_column(sa.String(60), unique=True)
    """Lower-case, single spaces; where a word of several groups leads."""
    others: Mapped[list[str]]
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    """Where the words are said, or who told so."""
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change of the row; the sum over all rows names the state of the table."""
    council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"))
    """Whose officer changed it last; empty for what the shop began with and for administrators."""
    editor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    updated_at: Mapped[datetime]
    council: Mapped[Council | None] = relationship(lazy="raise_on_sql")
    editor: Mapped[User | None] = relationship(lazy="raise_on_sql")
