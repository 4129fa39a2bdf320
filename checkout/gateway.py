"""The port to whoever takes the money: what the shop asks, in its own words. Adapters: `checkout.stripe_gateway`.

Each payment names its gateway; `of(payment.gateway)` gives the adapter that looks after it. A payment whose gateway
has no adapter is looked after by people (a bank transfer: `checkout.transfers`). What an adapter promises stands in
docs/decisions/0013-gateways-by-name.md and is tested by tests/checkout/gateway_contract.py.

Amounts here are whole rupiah, but for what the gateway keeps of them: its movements are in sen, a hundredth. Every
call may be repeated with the same key. None is made inside a transaction.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from checkout.gateway_books import GatewayDispute, Movement
from shop import config
from shop.errors import NotFound, ShopError, Unavailable

EXTENSION = "kriya.gateways"
STRIPE = "stripe"
TRANSFER = "transfer"
"""A bank transfer: it has no adapter, people and statements look after it."""


class Unreachable(Unavailable):
    """The gateway does not answer, or answers with an error of its own: ask again later."""

    message = "The payment page does not answer at the moment. Your order is kept; please try again shortly."


class Refused(Unavailable):
    """The gateway understood and said no; asking again will not help."""

    message = "The payment service did not accept this payment. Your order is kept; please try again shortly."


class UnderDispute(Refused):
    """The buyer's bank has asked for this payment: no refund until it has decided."""


class Unknown(Refused):
    """The gateway has no such object: it belongs to another account, or was never kept."""


class NotSigned(ShopError):
    """A message claims to come from the gateway and does not prove it."""

    status = 400
    message = "This message is not signed."


class NoAdapter(NotFound):
    """No adapter looks after payments of this kind."""

    message = "There is no payment service of this name."


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


class Topic(enum.StrEnum):
    """What a message is about; everything else of it is asked for."""

    PAGE = "page"
    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    OTHER = "other"


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

    name: str
    """What `Payment.gateway` says."""
    live: bool
    """Whether real money moves."""

    def open_session(self, request: SessionRequest) -> PaymentSession:
        """Make a payment page; the same payment always gives the same page."""

    def session(self, ref: str) -> PaymentSession:
        """Give a payment page as it is now."""

    def find_session(self, payment_id: int, order_number: str, email: str) -> PaymentSession | None:
        """Give the page that carries our ids, when its reference was lost; None when the gateway shows none."""

    def expire(self, ref: str) -> PaymentSession:
        """Close a payment page and give it as it is then; one that is done stays as it is."""

    def refund(self, intent_ref: str, refund_id: int, amount: int) -> GatewayRefund:
        """Send money back, once per `refund_id`: one that exists already is looked up, not sent again."""

    def find_refund(self, intent_ref: str, refund_id: int) -> GatewayRefund | None:
        """Give the refund that carries our id, if the gateway knows it."""

    def parse_event(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """Check a message's signature and read it. :raise NotSigned:"""

    def topic(self, event_type: str) -> Topic:
        """Say what a kind of message is about."""

    def healthy(self) -> bool:
        """Say whether the gateway answers."""

    def movements(self, since: datetime | None) -> list[Movement]:
        """Give every movement of our account there since a moment (None: ever), oldest first."""

    def held(self) -> int:
        """Give what the gateway holds for us, in sen: available and still to become so."""

    def dispute(self, ref: str) -> GatewayDispute:
        """Give a dispute as it is now."""

    def disputes(self, since: datetime) -> list[GatewayDispute]:
        """Give the disputes opened since a moment."""

    def send_evidence(self, ref: str, texts: Mapping[str, str], files: Mapping[str, bytes]) -> GatewayDispute:
        """Answer a dispute, once; names of texts and files are those of `checkout.evidence`."""

    def accept_dispute(self, ref: str) -> GatewayDispute:
        """Give a dispute up; one that is closed stays as it is."""


def of(name: str) -> PaymentGateway:
    """Give the adapter that looks after payments of a gateway. :raise NoAdapter:"""
    found = _all().get(name)
    if found is None:
        raise NoAdapter
    return found


def by_hand(name: str) -> bool:
    """Say whether people look after payments of this kind, because no adapter does."""
    return name not in _all()


def current() -> PaymentGateway:
    """Give the gateway of new hosted payments."""
    return of(STRIPE)


def names() -> list[str]:
    """Name the gateways that have an adapter."""
    return sorted(_all())


def _all() -> dict[str, PaymentGateway]:
    return cast("dict[str, PaymentGateway]", config.part(EXTENSION))
