"""Reference samples: what a curator held in the hand, with its measures, photographs and whereabouts. All private."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.council import Council
from catalog.models.product import Listing, Picture
from shop.db import Base, BigId
from shop.models import User


class SampleState(enum.StrEnum):
    """Whether a sample is the one that counts."""

    CURRENT = "current"
    EARLIER = "earlier"
    """Another one has taken its place; it stays for claims about what was sold before."""


_CURRENT = sa.text("state = 'current'")


class Sample(Base):
    """One piece that a workshop brought, measured and photographed by its council."""

    __tablename__ = "samples"
    __table_args__ = (
        sa.CheckConstraint("returned_at IS NULL OR length(returned_to) > 0", name="handed_back_to_somebody"),
        sa.Index(
            "uq_samples_one_current", "listing_id", unique=True,
            sqlite_where=_CURRENT, postgresql_where=_CURRENT,
        ),
        sa.Index("ix_samples_council_id_due_back_on", "council_id", "due_back_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    """The version that it was taken in for; later versions go by it until they have one of their own."""
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    state: Mapped[SampleState] = mapped_column(default=SampleState.CURRENT)
    edits: Mapped[int] = mapped_column(default=0)
    """Counts the corrections; an acknowledgement holds for the one that it was given to."""
    condition: Mapped[str] = mapped_column(sa.String(500))
    differs: Mapped[str] = mapped_column(sa.String(1000), default="")
    """What else is not as the listing says: materials, technique, colour; empty when nothing is."""
    kept_where: Mapped[str] = mapped_column(sa.String(120))
    taken_in_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    taken_in_at: Mapped[datetime]
    due_back_on: Mapped[date | None]
    """When it goes back to the workshop; empty when the council keeps it."""
    returned_at: Mapped[datetime | None]
    returned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    returned_to: Mapped[str] = mapped_column(sa.String(120), default="")
    listing: Mapped[Listing] = relationship(lazy="raise_on_sql")
    council: Mapped[Council] = relationship(lazy="raise_on_sql")
    taken_in_by: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[taken_in_by_id])
    returned_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[returned_by_id])
    measures: Mapped[list["SampleMeasure"]] = relationship(
        lazy="raise_on_sql", order_by="SampleMeasure.id", viewonly=True
    )
    photos: Mapped[list["SamplePhoto"]] = relationship(
        lazy="raise_on_sql", order_by="SamplePhoto.id", viewonly=True
    )


class SampleMeasure(Base):
    """What was measured, for the whole listing or for one of its variants."""

    __tablename__ = "sample_measures"
    __table_args__ = (
        sa.CheckConstraint(
            "(length_mm IS NULL OR length_mm > 0) AND (width_mm IS NULL OR width_mm > 0)"
            " AND (height_mm IS NULL OR height_mm > 0) AND (weight_g IS NULL OR weight_g > 0)",
            name="measures_positive",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"), index=True)
    variant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("variants.id"))
    """Empty: holds for every variant without a line of its own."""
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    """Millimetres of the piece itself, not packed."""
    weight_g: Mapped[int | None]
    """Grams of the piece itself, not packed."""


class SamplePhoto(Base):
    """A curator's photograph of a sample, beside a ruler and a colour card; of a picture that is the council's."""

    __tablename__ = "sample_photos"
    __table_args__ = (sa.UniqueConstraint("sample_id", "picture_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"), index=True)
    picture_id: Mapped[int] = mapped_column(sa.ForeignKey("pictures.id"), index=True)
    words: Mapped[str] = mapped_column(sa.String(200), default="")
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    picture: Mapped[Picture] = relationship(lazy="raise_on_sql")


class SampleTolerance(Base):
    """By how much a listing may differ from its sample, for a council or for one craft of it."""

    __tablename__ = "sample_tolerances"
    __table_args__ = (
        sa.CheckConstraint(
            "size_percent BETWEEN 1 AND 50 AND weight_percent BETWEEN 1 AND 50", name="percents_sensible"
        ),
        sa.Index(
            "uq_sample_tolerances_council", "council_id", unique=True,
            sqlite_where=sa.text("craft_id IS NULL"), postgresql_where=sa.text("craft_id IS NULL"),
        ),
        sa.UniqueConstraint("council_id", "craft_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    craft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("crafts.id"))
    """Empty: for every craft without a line of its own."""
    size_percent: Mapped[int]
    weight_percent: Mapped[int]


class SampleAcknowledgement(Base):
    """A curator has seen that a submission differs from its sample, and says why it may pass all the same."""

    __tablename__ = "sample_acknowledgements"
    __table_args__ = (
        sa.CheckConstraint("length(reason) > 0", name="reason_given"),
        sa.UniqueConstraint(
            "submission_id", "sample_id", "sample_edits", "listing_edits",
            name="uq_sample_acknowledgements_what_was_seen",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submissions.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"))
    sample_edits: Mapped[int]
    listing_edits: Mapped[int]
    """What was seen: `Sample.edits` and `Submission.listing_edits`; after a correction it does not hold any more."""
    flags: Mapped[dict[str, Any]]
    """What differed, as it was shown: `{"flags": [[what, said, measured], …]}`."""
    reason: Mapped[str] = mapped_column(sa.String(1000))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    by: Mapped[User] = relationship(lazy="raise_on_sql")
