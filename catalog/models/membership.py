"""Memberships: which workshops belong to a council, since when, for what, and what became of it."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.council import Council
from catalog.models.curation import Decision
from catalog.models.taxonomy import Craft
from catalog.models.workshop import Workshop
from shop.db import Base, BigId
from shop.models import User


class MembershipState(enum.StrEnum):
    """Whether a workshop is a member now."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    """The council has taken it off for a reason, until it is readmitted."""
    LAPSED = "lapsed"
    """Its term and the grace after it are over and nobody renewed it."""
    ENDED = "ended"
    """Over for good; who passes again gets a new number."""


class Renewal(enum.StrEnum):
    """Where the renewal of a membership stands."""

    NONE = "none"
    ASKED = "asked"
    """The workshop wishes to stay and waits for its council."""
    CURATION = "curation"
    """The council wants to see a piece first; the next pass renews."""


_NOT_ENDED = sa.text("state <> 'ended'")


class Membership(Base):
    """A workshop's membership of one council, under a number that is never given twice."""

    __tablename__ = "memberships"
    __table_args__ = (
        sa.UniqueConstraint("council_id", "year", "serial"),
        sa.Index(
            "uq_memberships_one_open", "workshop_id", "council_id", unique=True,
            sqlite_where=_NOT_ENDED, postgresql_where=_NOT_ENDED,
        ),
        sa.Index("ix_memberships_desk", "council_id", "state", "ends_on"),
        sa.Index("ix_memberships_due", "state", "ends_on"),
        sa.CheckConstraint("serial > 0", name="serial_positive"),
        sa.CheckConstraint("ends_on > since", name="ends_after_it_began"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(24), unique=True)
    """Code of the council's region, year, running number: `1771-2026-0003`; 00 is the national council."""
    year: Mapped[int]
    serial: Mapped[int]
    """Counts a council's admissions of a year from 1, without a gap."""
    state: Mapped[MembershipState] = mapped_column(default=MembershipState.ACTIVE)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    """Why it is suspended, lapsed or ended; for the workshop and its council alone."""
    since: Mapped[date]
    ends_on: Mapped[date]
    """Last day of the term; it goes on through the council's grace when nobody has renewed it."""
    renewal: Mapped[Renewal] = mapped_column(default=Renewal.NONE)
    renewal_note: Mapped[str] = mapped_column(sa.String(500), default="")
    """What the workshop wrote when it asked, or what the council wants to see."""
    renewal_at: Mapped[datetime | None]
    reminded: Mapped[int | None]
    """Days before the end at which the last reminder of this term went out."""
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decisions.id"))
    """The verdict that made it a member; none for workshops that passed before there were memberships."""
    created_at: Mapped[datetime]
    council: Mapped[Council] = relationship(lazy="raise_on_sql")
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")
    decision: Mapped[Decision | None] = relationship(lazy="raise_on_sql")


class MembershipCraft(Base):
    """A craft that a membership covers, since the first piece of it that passed."""

    __tablename__ = "membership_crafts"

    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("memberships.id"), primary_key=True)
    craft_id: Mapped[int] = mapped_column(sa.ForeignKey("crafts.id"), primary_key=True, index=True)
    since: Mapped[date]
    craft: Mapped[Craft] = relationship(lazy="raise_on_sql")


class MembershipEventKind(enum.StrEnum):
    """What happened to a membership."""

    ADMITTED = "admitted"
    WIDENED = "widened"
    """It covers another craft."""
    RENEWAL_ASKED = "renewal_asked"
    CURATION_ASKED = "curation_asked"
    RENEWED = "renewed"
    SUSPENDED = "suspended"
    READMITTED = "readmitted"
    LAPSED = "lapsed"
    ENDED = "ended"


class MembershipEvent(Base):
    """One line of a membership's history. Append-only."""

    __tablename__ = "membership_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("memberships.id"), index=True)
    kind: Mapped[MembershipEventKind]
    state: Mapped[MembershipState]
    """Its state afterwards."""
    ends_on: Mapped[date]
    """Its last day afterwards."""
    craft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("crafts.id"))
    """The craft that was added."""
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    actor_label: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[datetime]
    craft: Mapped[Craft | None] = relationship(lazy="raise_on_sql")


class MembershipCounter(Base):
    """The last running number that a council has given in a year; counting on is one statement."""

    __tablename__ = "membership_counters"

    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class CouncilRules(Base):
    """What a council has settled for its memberships and periodic reviews; what is missing is as shipped."""

    __tablename__ = "council_rules"

    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"), primary_key=True)
    content: Mapped[dict[str, Any]]
    """Values by the names of `catalog.curation.bars.Bars`."""
    edits: Mapped[int] = mapped_column(default=0)
    """Counts the saves."""
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    updated_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
