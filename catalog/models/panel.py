"""Who judges a submission and what they need: panels, sheets, interests, guests, discussions, conditions, appeals."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.curation import Decision, Submission
from catalog.models.product import ListingState
from shop.db import Base, BigId
from shop.models import User


class PanelStage(enum.StrEnum):
    """What a submission waits for."""

    JUDGING = "judging"
    """One judge more, or several."""
    DISCUSSION = "discussion"
    """Its judges differ: a note that all of them sign, or one judge more."""
    VERDICT = "verdict"
    """Everything is in; one of its judges writes the verdict."""
    DECIDED = "decided"


class Panel(Base):
    """How far the judging of one submission has come: what the queue reads; counted anew with every change."""

    __tablename__ = "panels"
    __table_args__ = (
        sa.UniqueConstraint("submission_id"),
        sa.CheckConstraint("needed >= 1", name="somebody_judges"),
        sa.CheckConstraint("handed_in >= 0", name="handed_in_counted"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    needed: Mapped[int]
    """Independent sheets that the verdict needs."""
    handed_in: Mapped[int] = mapped_column(default=0)
    """Sheets that count."""
    stage: Mapped[PanelStage] = mapped_column(default=PanelStage.JUDGING)
    exempt: Mapped[bool] = mapped_column(default=False)
    """Decided before panels were asked for."""


class Judgement(Base):
    """One judge's sheet on one submission: open, then handed in and never changed again."""

    __tablename__ = "judgements"
    __table_args__ = (
        sa.UniqueConstraint("submission_id", "judge_id"),
        sa.UniqueConstraint("judge_id", "client_key"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    judge_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    free_of_interest: Mapped[bool] = mapped_column(default=False)
    """The judge declared, when handing in, to have no interest in the workshop."""
    client_key: Mapped[str | None] = mapped_column(sa.String(64))
    """Made where the sheet was filled in: a sheet that is sent again arrives once."""
    set_aside_at: Mapped[datetime | None]
    """When an interest was found after all; the sheet does not count."""
    judge: Mapped[User] = relationship(lazy="raise_on_sql")


class InterestKind(enum.StrEnum):
    """Why somebody does not judge a workshop; being a member of it needs no declaration."""

    FAMILY = "family"
    MENTOR = "mentor"
    OTHER = "other"


_HOLDS = sa.text("ended_at IS NULL")


class Interest(Base):
    """A declared interest of a judge in a workshop; kept for good, also when it has ended."""

    __tablename__ = "interests"
    __table_args__ = (
        sa.Index(
            "uq_interests_one_holds", "person_id", "workshop_id", unique=True,
            sqlite_where=_HOLDS, postgresql_where=_HOLDS,
        ),
        sa.Index("ix_interests_workshop_id", "workshop_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    kind: Mapped[InterestKind]
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    declared_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    person: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])


class GuestSeat(Base):
    """A judge of another council, invited by a council administrator for one submission."""

    __tablename__ = "guest_seats"
    __table_args__ = (
        sa.UniqueConstraint("submission_id", "guest_id"),
        sa.Index("ix_guest_seats_guest_id", "guest_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    guest_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    invited_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    guest: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[guest_id])


class Appointment(Base):
    """A submission is given to a named judge: the queue says that it waits on them."""

    __tablename__ = "appointments"
    __table_args__ = (
        sa.UniqueConstraint("submission_id", "judge_id"),
        sa.Index("ix_appointments_judge_id", "judge_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    judge_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    appointed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    """The judge who took it, or an administrator of the council."""
    appointed_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class DiscussionNote(Base):
    """What judges who differed found together; the last one of a submission holds."""

    __tablename__ = "discussion_notes"
    __table_args__ = (sa.Index("ix_discussion_notes_submission_id", "submission_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(sa.String(4000))
    created_at: Mapped[datetime]
    author: Mapped[User] = relationship(lazy="raise_on_sql")


class DiscussionSignature(Base):
    """One judge's name under a discussion note."""

    __tablename__ = "discussion_signatures"
    __table_args__ = (sa.UniqueConstraint("note_id", "judge_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    note_id: Mapped[int] = mapped_column(sa.ForeignKey("discussion_notes.id"))
    judge_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    signed_at: Mapped[datetime]


class IfMissed(enum.StrEnum):
    """What becomes of a piece whose condition is not met in time."""

    COACHING = "coaching"
    """It goes back to the workshop; the condition becomes a task."""
    EXTENDED = "extended"
    """Once more as long, then coaching."""
    DECLINED = "declined"
    """Closed for the gate that the condition is about; only where it is about a gate."""


class ConditionTerm(Base):
    """Beside the task that a condition is: who checks it, what happens when it is missed, what happened."""

    __tablename__ = "condition_terms"
    __table_args__ = (sa.UniqueConstraint("task_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("coaching_tasks.id"))
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"), index=True)
    due_on: Mapped[date]
    """By the end of this day, in western Indonesian time."""
    checker_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """Who checks it, beside the council's administrators; nobody in particular: any curator of the council."""
    if_missed: Mapped[IfMissed]
    extended_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    met_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    missed_at: Mapped[datetime | None]
    checker: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[checker_id])


class Appeal(Base):
    """A workshop asks another panel; once per verdict, and the answer to it is the last."""

    __tablename__ = "appeals"
    __table_args__ = (
        sa.UniqueConstraint("decision_id"),
        sa.UniqueConstraint("submission_id"),
        sa.CheckConstraint("length(words) > 0", name="words_given"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"))
    """The verdict that is appealed."""
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    """The submission, of the same words, that another panel judges."""
    first_submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    """The submission that the first panel judged."""
    words: Mapped[str] = mapped_column(sa.String(4000))
    state_before: Mapped[ListingState]
    """The listing's state, to which it returns when the workshop takes the appeal back."""
    lodged_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    lodged_at: Mapped[datetime]
    decision: Mapped[Decision] = relationship(lazy="raise_on_sql")
    submission: Mapped[Submission] = relationship(lazy="raise_on_sql", foreign_keys=[submission_id])
