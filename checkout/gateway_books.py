"""What a gateway tells of our account there: movements and disputes. Part of the port of `checkout.gateway`."""

import enum
from dataclasses import dataclass
from datetime import datetime


class MovementKind(enum.StrEnum):
    """What moved money of our account at a gateway."""

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_BACK = "refund_back"
    """A refund that did not arrive: its money is ours again."""
    DISPUTE = "dispute"
    DISPUTE_BACK = "dispute_back"
    FEE = "fee"
    PAYOUT = "payout"
    """To our own bank account."""
    PAYOUT_BACK = "payout_back"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of our account at a gateway. Amounts in sen, because fees are not whole rupiah."""

    ref: str
    kind: MovementKind
    type: str
    """The gateway's own word."""
    amount: int
    """Sen; below zero when it left our account."""
    fee: int
    """Sen that the gateway kept of it."""
    currency: str
    at: datetime
    available_on: datetime
    source_ref: str = ""
    """The charge, refund, dispute or payout."""
    intent_ref: str = ""
    payment_id: int | None = None
    order_number: str = ""
    refund_id: int | None = None
    text: str = ""

    @property
    def net(self) -> int:
        """Sen by which our account changed."""
        return self.amount - self.fee


class DisputeStatus(enum.StrEnum):
    """Where a dispute stands at the gateway."""

    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"
    """It was an inquiry, and no money was taken; or it was settled before it began."""


@dataclass(frozen=True, slots=True)
class GatewayDispute:
    """A buyer's bank asks for the money of a payment back, as the gateway tells it."""

    ref: str
    intent_ref: str
    status: DisputeStatus
    inquiry: bool
    """Only a question so far: nothing has been taken."""
    amount: int | None
    """Whole rupiah; None when it is not."""
    currency: str
    reason: str
    opened_at: datetime
    due_by: datetime | None
    """Until when an answer counts."""
    moved: tuple[tuple[str, int], ...]
    """What it moved of our account: reference of the movement, and sen (below zero: taken)."""
    answered: bool
    """Whether evidence has been sent."""
    live: bool
