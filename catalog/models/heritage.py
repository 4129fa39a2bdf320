"""The heritage register: craft forms with their home regions and status, who may claim one, and certificates."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.council import Council
from catalog.models.product import Picture
from catalog.models.taxonomy import Craft, Province, Regency
from catalog.models.workshop import Workshop
from shop.db import Base, BigId


class HeritageForm(Base):
    """What the register says of a craft beside its row: whether its name is bound to a home, and how it is called."""

    __tablename__ = "heritage_forms"

    craft_id: Mapped[int] = mapped_column(sa.ForeignKey("crafts.id"), primary_key=True, autoincrement=False)
    guarded: Mapped[bool] = mapped_column(default=True)
    """Only makers of a home region may claim it without a counter-signature; a common name is free to everyone."""
    also_called: Mapped[list[str]] = mapped_column(default=list)
    """Other names that claim the form when they stand in a title, such as `besurek`."""
    version: Mapped[int] = mapped_column(default=1)
    """1: as loaded; every change by a council counts one up, and loading leaves it alone from then on."""
    council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"))
    """The council whose officer changed it last."""
    editor_name: Mapped[str] = mapped_column(sa.String(120), default="")
    updated_at: Mapped[datetime]
    craft: Mapped[Craft] = relationship(lazy="raise_on_sql")
    council: Mapped[Council | None] = relationship(lazy="raise_on_sql")


class HeritageHome(Base):
    """A province, or a regency or city, in which a craft form is at home; a form may have several."""

    __tablename__ = "heritage_homes"
    __table_args__ = (sa.UniqueConstraint("craft_id", "province_code", "regency_code"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    craft_id: Mapped[int] = mapped_column(sa.ForeignKey("crafts.id"), index=True)
    province_code: Mapped[str] = mapped_column(sa.ForeignKey("provinces.code"))
    regency_code: Mapped[str | None] = mapped_column(sa.ForeignKey("regencies.code"))
    """Empty: the whole province."""
    province: Mapped[Province] = relationship(lazy="raise_on_sql")
    regency: Mapped[Regency | None] = relationship(lazy="raise_on_sql")

    @property
    def code(self) -> str:
        """Give the code of the region, as a council's scope names it."""
        return self.regency_code or self.province_code


class Roll(enum.StrEnum):
    """Which list or register a status speaks of."""

    GI = "gi"
    WBTB = "wbtb"
    UNESCO = "unesco"


class Standing(enum.StrEnum):
    """How a form stands there."""

    REGISTERED = "registered"
    APPLIED = "applied"
    CLAIMED = "claimed"
    """Said to be registered; nobody has found the entry."""
    POTENTIAL = "potential"


class HeritageStatus(Base):
    """What a register says of one craft form (or of a whole family), with its evidence and who checked it."""

    __tablename__ = "heritage_statuses"
    __table_args__ = (
        sa.CheckConstraint(
            "checked_at IS NULL OR (number <> '' AND year IS NOT NULL AND place <> '')",
            name="checked_has_evidence",
        ),
        sa.CheckConstraint("(craft_id IS NULL) <> (family IS NULL)", name="of_craft_or_family"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    craft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("crafts.id"), index=True)
    family: Mapped[str | None] = mapped_column(sa.String(30), index=True)
    roll: Mapped[Roll]
    standing: Mapped[Standing]
    element: Mapped[str] = mapped_column(sa.String(200), default="")
    """How the list calls it."""
    list_name: Mapped[str] = mapped_column(sa.String(120), default="")
    number: Mapped[str] = mapped_column(sa.String(80), default="")
    """Number of the document: certificate, decree, inscription."""
    year: Mapped[int | None]
    holder: Mapped[str] = mapped_column(sa.String(200), default="")
    """Who holds it, such as the MPIG of a geographical indication."""
    place: Mapped[str] = mapped_column(sa.String(300), default="")
    """Where the document can be seen: a link, or a place in an archive."""
    source: Mapped[str] = mapped_column(sa.String(500), default="")
    """Where the fact was first read."""
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    checked_by: Mapped[str] = mapped_column(sa.String(120), default="")
    """Name of the officer at that time."""
    checked_council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"))
    checked_at: Mapped[datetime | None]
    checked_council: Mapped[Council | None] = relationship(lazy="raise_on_sql")


class Countersignature(Base):
    """A claim of a workshop from elsewhere, laid before the home region's council; never changed afterwards."""

    __tablename__ = "countersignatures"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), index=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"))
    submission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submissions.id"), index=True)
    """The submission with which it was asked; none for what was on sale before the register said otherwise."""
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    craft_id: Mapped[int] = mapped_column(sa.ForeignKey("crafts.id"), index=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    """The council of the first home region; that of every home may answer."""
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    """The last day for an answer, in WIB."""
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")
    craft: Mapped[Craft] = relationship(lazy="raise_on_sql")
    council: Mapped[Council] = relationship(lazy="raise_on_sql")
    answer: Mapped["CountersignatureAnswer | None"] = relationship(lazy="raise_on_sql", viewonly=True)


class Reply(enum.StrEnum):
    """How a request for a counter-signature ended."""

    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """Nobody answered in time."""
    WITHDRAWN = "withdrawn"
    """The workshop no longer claims it."""
    KEPT = "kept"
    """On sale before the register was changed: it keeps what it was approved with."""


class CountersignatureAnswer(Base):
    """The one answer to a request, with its reason; the unique key lets no second one in."""

    __tablename__ = "countersignature_answers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("countersignatures.id"), unique=True)
    reply: Mapped[Reply]
    reason: Mapped[str] = mapped_column(sa.String(2000))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_by: Mapped[str] = mapped_column(sa.String(120), default="")
    """Name of the officer at that time; empty for the shop itself."""
    decided_at: Mapped[datetime]


class CertificateKind(enum.StrEnum):
    """What kind of certificate a workshop holds."""

    BATIKMARK = "batikmark"
    GI_USER = "gi_user"
    """The right to use a geographical indication, granted by its holder."""
    OTHER = "other"


class CertificateState(enum.StrEnum):
    """Whether the public may read of it."""

    SENT = "sent"
    CHECKED = "checked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Certificate(Base):
    """A certificate of a workshop for one craft; nothing public says so before a curator has checked it."""

    __tablename__ = "certificates"
    __table_args__ = (
        sa.CheckConstraint(
            "state <> 'checked' OR (checked_at IS NOT NULL AND checked_by_id IS NOT NULL)",
            name="checked_by_somebody",
        ),
        sa.Index("ix_certificates_shown", "workshop_id", "craft_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    craft_id: Mapped[int] = mapped_column(sa.ForeignKey("crafts.id"))
    kind: Mapped[CertificateKind]
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    """What another certificate is called."""
    number: Mapped[str] = mapped_column(sa.String(80))
    holder: Mapped[str] = mapped_column(sa.String(120))
    """In whose name it is written."""
    valid_until: Mapped[date | None]
    """The last day on which it counts; none where it does not end."""
    picture_id: Mapped[int] = mapped_column(sa.ForeignKey("pictures.id"))
    """A photograph of it; never public."""
    state: Mapped[CertificateState] = mapped_column(default=CertificateState.SENT)
    sent_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.String(1000), default="")
    """What the curator answered."""
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    checked_by: Mapped[str] = mapped_column(sa.String(120), default="")
    checked_at: Mapped[datetime | None]
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")
    craft: Mapped[Craft] = relationship(lazy="raise_on_sql")
    picture: Mapped[Picture] = relationship(lazy="raise_on_sql")
