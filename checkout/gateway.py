"""The port to whoever takes the money: what the shop asks, in its own words. Adapters: `checkout.stripe_gateway`.

Amounts here are whole rupiah; an adapter counts as its gateway does. Every call may be repeated with the same
key. None is made inside a transaction.
"""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from shop import config
from shop.errors import ShopError, Unavailable

EXTENSION = "kriya.gateway"


class Unreachable(Unavailable):
    """The gateway does not answer, or answers with an error of its own: ask again later."""

    message = "The payment page does not answer at the moment. Your order is kept; please try again shortly."


class Refused(Unavailable):
    """The gateway understood and said no; asking again will not help."""

    message = "The payment service did not accept this payment. Your order is kept; please try again shortly."


class Unknown(Refused):
    """The gateway has no such object: it belongs to another account, or was never kept."""


class NotSigned(ShopError):
    """A message claims to come from the gateway and does not prove it."""

    status = 400
    message = "This message is not signed."


class SessionState(enum.StrEnum):
    """What the gateway says about one payment page."""

    OPEN = "open"
    PROCESSING = "processing"
    """The buyer is done, the money is on its way (bank transfer)."""
    PAID = "paid"
    FAILED = "failed"
    """The buyer is done, the money never came."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class LineToPay:
    """One line as the payment page shows it."""

    name: str
    unit_amount: int
    quantity: int


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """Everything a payment page needs; the same payment always asks for exactly the same."""

    payment_id: int
    order_number: str
    email: str
    locale: str
    lines: tuple[LineToPay, ...]
    expires_at: datetime
    success_url: str
    cancel_url: str

    @property
    def amount(self) -> int:
        """Rupiah in all."""
        return sum(line.unit_amount * line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class PaymentSession:
    """A payment page as the gateway knows it."""

    ref: str
    state: SessionState
    amount: int | None
    """Whole rupiah; None when it is not a whole number of rupiah."""
    currency: str
    order_number: str
    payment_id: int | None
    mode: str
    live: bool
    url: str | None = None
    intent_ref: str | None = None


class RefundStatus(enum.StrEnum):
    """What the gateway says about money on its way back."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class GatewayRefund:
    """A refund as the gateway knows it."""

    ref: str
    status: RefundStatus
    amount: int | None


@dataclass(frozen=True, slots=True)
class Event:
    """A signed message: what happened to which object. Only a doorbell; the object itself is asked for."""

    id: str
    type: str
    object_ref: str
    payment_id: int | None
    refund_id: int | None
    payload: dict[str, Any]


class PaymentGateway(Protocol):
    """What the shop asks of a gateway. Every call raises `Unreachable` or `Refused` (or `Unknown`)."""

    live: bool
    """Whether real money moves."""

    def open_session(self, request: SessionRequest) -> PaymentSession:
        """Make a payment page; the same payment always gives the same page."""

    def session(self, ref: str) -> PaymentSession:
        """Give a payment page as it is now."""

    def expire(self, ref: str) -> PaymentSession:
        """Close a payment page and give it as it is then; one that is done stays as it is."""

    def refund(self, intent_ref: str, refund_id: int, amount: int) -> GatewayRefund:
        """Send money back, once per `refund_id`: one that exists already is looked up, not sent again."""

    def find_refund(self, intent_ref: str, refund_id: int) -> GatewayRefund | None:
        """Give the refund that carries our id, if the gateway knows it."""

    def parse_event(self, body: bytes, signature: str) -> Event:
        """Check a message's signature and read it. :raise NotSigned:"""

    def healthy(self) -> bool:
        """Say whether the gateway answers."""


def current() -> PaymentGateway:
    """Give the gateway of the running application."""
    return cast(PaymentGateway, config.part(EXTENSION))
