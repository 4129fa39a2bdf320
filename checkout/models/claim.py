"""Claims: what a buyer says was not as shown, broken, missing or never came, and what is done about it."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Council, Picture, Workshop
from checkout.models.credit import Credit
from checkout.models.order import Order
from checkout.models.shipment import Shipment
from shop.db import Base, BigId


class ClaimKind(enum.StrEnum):
    """What a claim is about; where several things are wrong, the first of these."""

    NEVER_ARRIVED = "never_arrived"
    DIFFERENT = "different"
    """Not as it was shown."""
    MISSING = "missing"
    """Fewer pieces than were bought."""
    DAMAGED = "damaged"


class ClaimState(enum.StrEnum):
    """Where a claim stands; `checkout.claims.states.MOVES` and docs/claims.md have the table."""

    OPENED = "opened"
    """The workshop has to answer."""
    ANSWERED = "answered"
    """The workshop proposed something else, or sees it differently: the buyer has to answer."""
    COUNCIL = "council"
    """An officer of the council decides."""
    DECIDED = "decided"
    """Decided; each side may still ask another officer once."""
    APPEALED = "appealed"
    AGREED = "agreed"
    """Both sides want the same; it is being carried out."""
    FINAL = "final"
    """The council's last word; it is being carried out."""
    DONE = "done"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


CLOSED = (ClaimState.DONE, ClaimState.WITHDRAWN, ClaimState.LAPSED)


class Remedy(enum.StrEnum):
    """What is done about it."""

    REPAIR = "repair"
    REPLACEMENT = "replacement"
    PART = "part"
    """Some of the money back; the buyer keeps the piece."""
    REFUND = "refund"
    """The money of these pieces back."""
    NOTHING = "nothing"


class Side(enum.StrEnum):
    """Who did something in a claim."""

    BUYER = "buyer"
    WORKSHOP = "workshop"
    COUNCIL = "council"
    SHOP = "shop"
    """The shop itself, by time."""


class What(enum.StrEnum):
    """What of a parcel is compared with the listing as it was bought."""

    LOOK = "look"
    COLOUR = "colour"
    MEASURES = "measures"
    WEIGHT = "weight"
    MATERIALS = "materials"
    TECHNIQUE = "technique"
    CERTIFICATES = "certificates"
    QUANTITY = "quantity"
    CONDITION = "condition"
    PACKAGING = "packaging"
    """Of the parcel, as is the next."""
    ARRIVAL = "arrival"


class ClaimStepKind(enum.StrEnum):
    """One thing that somebody did in a claim."""

    OPENED = "opened"
    ACCEPTED = "accepted"
    PROPOSED = "proposed"
    DISPUTED = "disputed"
    REFUSED = "refused"
    SAID = "said"
    UNANSWERED = "unanswered"
    DECIDED = "decided"
    APPEALED = "appealed"
    FINAL = "final"
    SENT_BACK = "sent_back"
    CAME_BACK = "came_back"
    SENT_OUT = "sent_out"
    ARRIVED = "arrived"
    CONTESTED = "contested"
    TURNED = "turned"
    """Not carried out in time: it became money back."""
    DONE = "done"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


_OPEN = sa.text("state NOT IN ('done', 'withdrawn', 'lapsed')")


class Claim(Base):
    """One buyer's claim about one parcel. While it is open, the parcel is not taken as received by time."""

    __tablename__ = "claims"
    __table_args__ = (
        sa.Index("uq_claims_one_open", "shipment_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_claims_council_id_state", "council_id", "state"),
        sa.Index("ix_claims_workshop_id_state", "workshop_id", "state"),
        sa.Index("ix_claims_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.CheckConstraint("amount >= 0 AND wish_amount >= 0", name="amounts_signed"),
        sa.CheckConstraint("final_by_id IS NULL OR final_by_id <> decided_by_id", name="appeal_by_another"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (state NOT IN ('done', 'withdrawn', 'lapsed'))", name="closed_has_moment"
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    shipment_id: Mapped[int] = mapped_column(sa.ForeignKey("shipments.id"), index=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    """The council of the sale: it decides where the two do not agree."""
    kind: Mapped[ClaimKind]
    state: Mapped[ClaimState] = mapped_column(default=ClaimState.OPENED)
    turn: Mapped[int] = mapped_column(default=0)
    """Counts the moves: an answer holds for what its page showed."""
    words: Mapped[str] = mapped_column(sa.String(2000), default="")
    wish: Mapped[Remedy]
    """What the buyer asks for."""
    wish_amount: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    remedy: Mapped[Remedy | None]
    """What is offered, agreed or decided."""
    amount: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah of a partial refund."""
    payer: Mapped[str] = mapped_column(sa.String(10), default="")
    """Who pays the way back, `workshop` or `buyer`; empty when nothing comes back."""
    offered_by: Mapped[str] = mapped_column(sa.String(10), default="")
    upheld: Mapped[bool] = mapped_column(default=False)
    """Whether something was done about it: what the workshop's fidelity counts."""
    due_at: Mapped[datetime | None]
    """When the time of whoever has to act is over."""
    reminded_for: Mapped[datetime | None]
    """The `due_at` that was reminded of."""
    opened_at: Mapped[datetime] = mapped_column(index=True)
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """Empty for a guest with the order's link."""
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    appealed_by: Mapped[str] = mapped_column(sa.String(10), default="")
    appealed_at: Mapped[datetime | None]
    buyer_accepted_at: Mapped[datetime | None]
    """When the buyer accepted the decision, and gave the appeal up with it."""
    workshop_accepted_at: Mapped[datetime | None]
    final_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """Another officer than `decided_by_id`; empty when nobody appealed."""
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    credit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("credits.id"), unique=True)
    order: Mapped[Order] = relationship(lazy="raise_on_sql")
    shipment: Mapped[Shipment] = relationship(lazy="raise_on_sql")
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")
    council: Mapped[Council] = relationship(lazy="raise_on_sql")
    credit: Mapped[Credit | None] = relationship(lazy="raise_on_sql")

    @property
    def is_open(self) -> bool:
        """Whether it still holds the money."""
        return self.state not in CLOSED

    @property
    def comes_back(self) -> bool:
        """Whether the pieces go back to the workshop."""
        return bool(self.payer)


class ClaimPoint(Base):
    """One thing that is not as it was shown, filled in from the listing as it was bought."""

    __tablename__ = "claim_points"
    __table_args__ = (
        sa.UniqueConstraint("claim_id", "order_line_id", "what"),
        sa.CheckConstraint("pieces >= 0", name="pieces_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claims.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_lines.id"), index=True)
    """Empty: about the parcel."""
    what: Mapped[What]
    shown: Mapped[str] = mapped_column(sa.String(1000), default="")
    """What the listing said, in Indonesian; a copy for the record."""
    said: Mapped[str] = mapped_column(sa.String(500), default="")
    """What the buyer found; measures are read from it."""
    pieces: Mapped[int] = mapped_column(default=0)
    """Pieces of the line that it is about."""


class ClaimStep(Base):
    """One thing that was done or said in a claim, for all three sides to read. Only ever added."""

    __tablename__ = "claim_steps"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claims.id"), index=True)
    at: Mapped[datetime]
    side: Mapped[Side]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    kind: Mapped[ClaimStepKind]
    words: Mapped[str] = mapped_column(sa.String(2000), default="")
    remedy: Mapped[Remedy | None]
    amount: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    payer: Mapped[str] = mapped_column(sa.String(10), default="")


class ClaimPhoto(Base):
    """A photograph of a claim; of a picture that no listing can show. Seen by buyer, workshop and council alone."""

    __tablename__ = "claim_photos"
    __table_args__ = (sa.UniqueConstraint("claim_id", "picture_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claims.id"), index=True)
    picture_id: Mapped[int] = mapped_column(sa.ForeignKey("pictures.id"), index=True)
    side: Mapped[Side]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    picture: Mapped[Picture] = relationship(lazy="raise_on_sql")


class Way(enum.StrEnum):
    """Which way a parcel of a claim goes."""

    BACK = "back"
    """From the buyer to the workshop."""
    OUT = "out"
    """From the workshop to the buyer: repaired, or in place of the first one; without charge."""


class ClaimParcelState(enum.StrEnum):
    """Where a parcel of a claim stands."""

    DUE = "due"
    SENT = "sent"
    """On its way; what comes back at the workshop's cost: the courier is ordered."""
    ARRIVED = "arrived"
    DROPPED = "dropped"
    """Not needed any more."""


class ClaimParcel(Base):
    """A parcel that a remedy needs; no money is bound to it."""

    __tablename__ = "claim_parcels"
    __table_args__ = (sa.UniqueConstraint("claim_id", "way"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claims.id"))
    way: Mapped[Way]
    state: Mapped[ClaimParcelState] = mapped_column(default=ClaimParcelState.DUE)
    courier: Mapped[str] = mapped_column(sa.String(60), default="")
    tracking_number: Mapped[str] = mapped_column(sa.String(60), default="")
    sent_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]


class Fidelity(Base):
    """How many parcels of a workshop arrived as shown, over the last twelve months: tallied by the worker."""

    __tablename__ = "fidelities"
    __table_args__ = (sa.CheckConstraint("unlike >= 0 AND unlike <= received", name="within_received"),)

    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), primary_key=True)
    received: Mapped[int]
    """Parcels that buyers have accepted."""
    unlike: Mapped[int]
    """Of them: with a claim about which something was done."""
    counted_at: Mapped[datetime]

    @property
    def percent(self) -> int | None:
        """Give parcels that came as shown in whole percent, rounded down; None before the first one."""
        return (self.received - self.unlike) * 100 // self.received if self.received else None
