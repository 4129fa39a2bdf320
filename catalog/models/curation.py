"""A listing before the council: submission, scores, gates, decision, coaching tasks."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.council import Council
from catalog.models.product import Listing
from shop.db import Base, BigId
from shop.models import User


class SubmissionState(enum.StrEnum):
    """Whether the council still owes an answer."""

    WAITING = "waiting"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    """Taken back by the artisan before a decision."""


_WAITING = sa.text("state = 'waiting'")


class Lane(enum.StrEnum):
    """By which way a submission goes."""

    PANEL = "panel"
    """Independent judges, as many as the rubric's procedure asks for."""
    FAST = "fast"
    """A small edit of a listing on sale: one curator reads the differences."""


class Submission(Base):
    """One listing, as it was when it was sent to the council."""

    __tablename__ = "submissions"
    __table_args__ = (
        sa.UniqueConstraint("listing_id", "number"),
        sa.Index(
            "uq_submissions_one_waiting", "listing_id", unique=True,
            sqlite_where=_WAITING, postgresql_where=_WAITING,
        ),
        sa.Index("ix_submissions_queue", "council_id", "state", "created_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"))
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    number: Mapped[int]
    """1 for the first, 2 for the first resubmission of this listing, and so on."""
    state: Mapped[SubmissionState] = mapped_column(default=SubmissionState.WAITING)
    snapshot: Mapped[dict[str, Any]]
    """The listing's content, photos, variants and the workshop's profile as submitted (listings.snapshot)."""
    listing_edits: Mapped[int]
    """`Listing.edits` at that moment; approval checks it is still that."""
    declaration: Mapped[bool] = mapped_column(default=False)
    """The artisan declared: own work, honest photos, no protected species."""
    rubric_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rubrics.id"))
    """The rubric that it is judged by, from the moment it is sent; none: the one that the shop comes with."""
    lane: Mapped[Lane] = mapped_column(default=Lane.PANEL, server_default=Lane.PANEL)
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rounds.id"), index=True)
    """The round in which it is judged; none: as it comes, without a round."""
    submitted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    listing: Mapped[Listing] = relationship(lazy="raise_on_sql")
    council: Mapped[Council] = relationship(lazy="raise_on_sql")


class Score(Base):
    """One curator's mark on one criterion, 1 to 5."""

    __tablename__ = "scores"
    __table_args__ = (
        sa.UniqueConstraint("submission_id", "curator_id", "criterion"),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name="value_on_the_scale"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    curator_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    criterion: Mapped[str] = mapped_column(sa.String(30))
    value: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(1000), default="")
    rubric_version: Mapped[int]
    updated_at: Mapped[datetime]


class GateCheck(Base):
    """One curator's yes or no on one gate."""

    __tablename__ = "gate_checks"
    __table_args__ = (sa.UniqueConstraint("submission_id", "curator_id", "gate"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    curator_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    gate: Mapped[str] = mapped_column(sa.String(30))
    passed: Mapped[bool]
    note: Mapped[str] = mapped_column(sa.String(1000), default="")


class Outcome(enum.StrEnum):
    """How a council answers."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    CONDITIONS = "conditions"
    COACHING = "coaching"
    DECLINED = "declined"
    """Only for a broken gate: factory goods, copied work, protected species."""


class Decision(Base):
    """The council's answer to one submission; written once."""

    __tablename__ = "decisions"
    __table_args__ = (
        sa.UniqueConstraint("submission_id"),
        sa.CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    outcome: Mapped[Outcome]
    total: Mapped[int]
    """Weighted total, 20 to 100."""
    reason: Mapped[str] = mapped_column(sa.Text)
    gate: Mapped[str | None] = mapped_column(sa.String(30))
    """The broken gate of a declined submission."""
    rubric_version: Mapped[int]
    rubric_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rubrics.id"))
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime]
    conditions_met_at: Mapped[datetime | None]
    """When a curator found the conditions met, and the listing went live."""
    conditions_met_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    carried_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decisions.id"))
    """In the fast lane: the panel's decision whose marks and rubric go on holding."""
    submission: Mapped[Submission] = relationship(lazy="raise_on_sql")
    decided_by: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[decided_by_id])


class TaskKind(enum.StrEnum):
    """What a task stands for."""

    COACHING = "coaching"
    CONDITION = "condition"
    FOLLOW_UP = "follow_up"
    """What a piece that passed can still become better in; it never holds up a sale."""


class TaskState(enum.StrEnum):
    """Where a task stands."""

    OPEN = "open"
    ANSWERED = "answered"
    """The artisan says what was done."""
    DONE = "done"
    """A curator agrees."""


class CoachingTask(Base):
    """What must improve: one criterion under the bar, in words, with the artisan's answer and the coach's check."""

    __tablename__ = "coaching_tasks"
    __table_args__ = (sa.Index("ix_coaching_tasks_state_due_on", "state", "due_on"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"), index=True)
    """The submission whose decision set the task."""
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    kind: Mapped[TaskKind] = mapped_column(default=TaskKind.COACHING)
    criterion: Mapped[str] = mapped_column(sa.String(30))
    """Id of a criterion, or of a gate for a condition."""
    text: Mapped[str] = mapped_column(sa.String(1000))
    due_on: Mapped[date | None]
    state: Mapped[TaskState] = mapped_column(default=TaskState.OPEN)
    answer: Mapped[str] = mapped_column(sa.String(1000), default="")
    answered_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    help_kind: Mapped[str] = mapped_column(sa.String(30), default="other", server_default="other")
    """What helps: id of a kind of `catalog.curation.kinds`."""
    coach_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    """The coach of the council who sees to it; empty: the workshop does it by itself."""
    clinic_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clinics.id"), index=True)
    changed_fields: Mapped[list[str]] = mapped_column(default=list, server_default=sa.text("'[]'"))
    """What the artisan says was changed for it: fields of `catalog.versions.LABELS`."""
    asked_again: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    """How often the coach has found the answer wanting."""
    coach_words: Mapped[str] = mapped_column(sa.String(1000), default="", server_default="")
    """What the coach said at the last check."""
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """Who of the council took it as done; never a member of the workshop."""
    reminded_before: Mapped[date | None]
    reminded_after: Mapped[date | None]
    """The due date of which letters reminded before and after it; another due date is reminded of anew."""
    coach: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[coach_id])
