"""Rounds of curation: days on which a panel judges what workshops have applied with, table by table."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.council import Council
from catalog.models.curation import Submission
from catalog.models.workshop import Workshop
from shop.db import Base, BigId
from shop.models import User


class RoundState(enum.StrEnum):
    """How far a round has come."""

    DRAFT = "draft"
    """Being prepared; no workshop sees it."""
    OPEN = "open"
    """Workshops apply."""
    CLOSED = "closed"
    """Nobody applies any more; the council checks, and puts the table in order."""
    IN_SESSION = "in_session"
    """The panel sits."""
    ENDED = "ended"
    CANCELLED = "cancelled"


class Round(Base):
    """One round of a council."""

    __tablename__ = "rounds"
    __table_args__ = (
        sa.CheckConstraint("capacity >= 1", name="room_for_somebody"),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name="no_more_than_capacity"),
        sa.CheckConstraint("pieces_each >= 1", name="a_piece_each"),
        sa.CheckConstraint("last_on >= first_on", name="days_in_order"),
        sa.Index("ix_rounds_council", "council_id", "state", "first_on"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    name_id: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120), default="")
    first_on: Mapped[date]
    last_on: Mapped[date]
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    online: Mapped[bool] = mapped_column(default=False)
    words_id: Mapped[str] = mapped_column(sa.String(2000), default="")
    """What workshops should know: when to come, what to bring."""
    words_en: Mapped[str] = mapped_column(sa.String(2000), default="")
    capacity: Mapped[int]
    """Workshops that have a place."""
    taken: Mapped[int] = mapped_column(default=0)
    """Places taken; moved by conditional UPDATE only."""
    pieces_each: Mapped[int] = mapped_column(default=3)
    """Pieces that one workshop may apply with."""
    apply_by: Mapped[datetime]
    """Workshops apply and withdraw until this moment."""
    state: Mapped[RoundState] = mapped_column(default=RoundState.DRAFT)
    edits: Mapped[int] = mapped_column(default=0)
    """Counts the changes, so that a page that is out of date overwrites nothing."""
    rubric_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rubrics.id"))
    """The rubric of the whole round, from its opening; none: the one that the shop comes with."""
    copied_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rounds.id"))
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(sa.String(1000), default="")
    minutes: Mapped[dict[str, Any] | None]
    """What the minutes say, written down when the round ended and never again."""
    council: Mapped[Council] = relationship(lazy="raise_on_sql")


class RoundCraft(Base):
    """A craft that a round is for; a round without any is for all."""

    __tablename__ = "round_crafts"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), primary_key=True)
    craft_id: Mapped[int] = mapped_column(sa.ForeignKey("crafts.id"), primary_key=True)


class Office(enum.StrEnum):
    """As what somebody sits on a panel; all of them judge."""

    CHAIR = "chair"
    JUDGE = "judge"
    GUEST = "guest"
    """From another council, invited for this round."""


_SEATED = sa.text("left_at IS NULL")
_CHAIR = sa.text("left_at IS NULL AND office = 'chair'")


class RoundSeat(Base):
    """One seat of a round's panel."""

    __tablename__ = "round_seats"
    __table_args__ = (
        sa.Index(
            "uq_round_seats_seated", "round_id", "person_id", unique=True,
            sqlite_where=_SEATED, postgresql_where=_SEATED,
        ),
        sa.Index("uq_round_seats_one_chair", "round_id", unique=True, sqlite_where=_CHAIR, postgresql_where=_CHAIR),
        sa.Index("ix_round_seats_person_id", "person_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    office: Mapped[Office]
    seated_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    seated_at: Mapped[datetime]
    present_at: Mapped[datetime | None]
    """When the judge was marked present; only who is present is waited for."""
    left_at: Mapped[datetime | None]
    person: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])


class EntryState(enum.StrEnum):
    """Where a workshop's application stands."""

    APPLIED = "applied"
    """Has a place, and is to be checked."""
    ASKED = "asked"
    """Has a place; the council has asked for something more."""
    ADMITTED = "admitted"
    WAITING = "waiting"
    """On the waiting list: all places are taken."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """By the workshop."""
    LEFT_OUT = "left_out"
    """No place had become free when the round began."""


class RoundEntry(Base):
    """One workshop's application to a round."""

    __tablename__ = "round_entries"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "workshop_id"),
        sa.Index("ix_round_entries_workshop_id", "workshop_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    state: Mapped[EntryState]
    applied_at: Mapped[datetime]
    """Decides the order of the waiting list."""
    applied_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    checks: Mapped[dict[str, Any]]
    """Point of the checklist to whether it is in order."""
    note: Mapped[str] = mapped_column(sa.String(1000), default="")
    """What the council asks for, or why it refuses; the workshop reads it."""
    answer: Mapped[str] = mapped_column(sa.String(1000), default="")
    """What the workshop answered to a question."""
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    checked_at: Mapped[datetime | None]
    present_at: Mapped[datetime | None]
    """When the workshop was marked present on the day."""
    round: Mapped[Round] = relationship(lazy="raise_on_sql")
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")


class RoundPiece(Base):
    """One submission on the table of a round; stays when the workshop withdraws or the council carries it over."""

    __tablename__ = "round_pieces"
    __table_args__ = (
        sa.UniqueConstraint("submission_id"),
        sa.Index("ix_round_pieces_round_id", "round_id", "number"),
        sa.Index("ix_round_pieces_entry_id", "entry_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("round_entries.id"))
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    number: Mapped[int | None]
    """Its place on the table, from 1."""
    carried_over_at: Mapped[datetime | None]
    """When it left the round undecided, for continuous curation."""
    submission: Mapped[Submission] = relationship(lazy="raise_on_sql")
