"""A payment gateway in memory, handed to the shop in place of Stripe: keeps pages and refunds, can be out of order.

It answers as the port promises; that Stripe's adapter does too is tested against the payments sandbox.
"""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from checkout.gateway import (
    Event,
    GatewayRefund,
    NotSigned,
    PaymentSession,
    RefundStatus,
    SessionRequest,
    SessionState,
    Topic,
    Unknown,
    Unreachable,
)
from checkout.gateway_books import DisputeStatus, GatewayDispute, Movement


@dataclass
class FakeGateway:
    """Pages by their reference, refunds by our id."""

    name: str = "stripe"
    live: bool = False
    sessions: dict[str, PaymentSession] = field(default_factory=dict)
    requests: dict[int, SessionRequest] = field(default_factory=dict)
    refunds: dict[int, GatewayRefund] = field(default_factory=dict)
    sent: list[int] = field(default_factory=list)
    """The refunds that were really sent, each time."""
    out_of_order: bool = False
    forgets_answers: bool = False
    """Acts, then does not answer: as when the line breaks after the request has arrived."""
    refund_status: RefundStatus = RefundStatus.SUCCEEDED
    account: list[Movement] = field(default_factory=list)
    """Movements of our account there, oldest first."""
    cases: dict[str, GatewayDispute] = field(default_factory=dict)
    """Disputes by their reference."""
    evidence: dict[str, tuple[dict[str, str], dict[str, bytes]]] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def _answer(self) -> None:
        if self.out_of_order:
            raise Unreachable

    def open_session(self, request: SessionRequest) -> PaymentSession:
        """Make a page; the same payment gives the same one."""
        self._answer()
        for found in self.sessions.values():
            if found.payment_id == request.payment_id:
                assert self.requests[request.payment_id] == request, "the same key with other parameters"
                return found
        ref = f"cs_{next(self._numbers)}"
        self.requests[request.payment_id] = request
        self.sessions[ref] = PaymentSession(
            ref=ref,
            state=SessionState.OPEN,
            amount=request.amount,
            currency="IDR",
            order_number=request.order_number,
            payment_id=request.payment_id,
            mode="payment",
            live=False,
            url=f"https://pay.example/{ref}",
        )
        if self.forgets_answers:
            raise Unreachable
        return self.sessions[ref]

    def session(self, ref: str) -> PaymentSession:
        """Give a page as it is now."""
        self._answer()
        if ref not in self.sessions:
            raise Unknown
        return self.sessions[ref]

    def find_session(self, payment_id: int, order_number: str, email: str) -> PaymentSession | None:
        """Give a page by our ids."""
        self._answer()
        ours = (payment_id, order_number)
        return next(
            (each for each in self.sessions.values() if (each.payment_id, each.order_number) == ours), None
        )

    def expire(self, ref: str) -> PaymentSession:
        """Close a page that is open."""
        if self.session(ref).state is SessionState.OPEN:
            self.becomes(ref, SessionState.EXPIRED)
        return self.session(ref)

    def refund(self, intent_ref: str, refund_id: int, amount: int) -> GatewayRefund:
        """Send money back once."""
        self._answer()
        known = self.refunds.get(refund_id)
        if known is None:
            self.sent.append(refund_id)
            known = GatewayRefund(f"re_{refund_id}", self.refund_status, amount)
            self.refunds[refund_id] = known
        if self.forgets_answers:
            raise Unreachable
        return known

    def find_refund(self, intent_ref: str, refund_id: int) -> GatewayRefund | None:
        """Give a refund by our id."""
        self._answer()
        return self.refunds.get(refund_id)

    def parse_event(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """Take what is signed with the word `signed`."""
        if headers.get("Stripe-Signature") != "signed":
            raise NotSigned
        told = json.loads(body)
        return Event(
            told["id"], told["type"], told["ref"], told.get("payment_id"), told.get("refund_id"), told
        )

    def topic(self, event_type: str) -> Topic:
        """Sort by the names that Stripe gives."""
        for start, topic in (
            ("checkout.session.", Topic.PAGE),
            ("charge.dispute.", Topic.DISPUTE),
            ("refund.", Topic.REFUND),
            ("payment_intent.", Topic.PAYMENT),
            ("charge.", Topic.PAYMENT),
        ):
            if event_type.startswith(start):
                return topic
        return Topic.OTHER

    def healthy(self) -> bool:
        """Say whether it answers."""
        return not self.out_of_order

    # Our account there

    def movements(self, since: datetime | None) -> list[Movement]:
        """Give the movements since a moment."""
        self._answer()
        return [each for each in self.account if since is None or each.at >= since]

    def held(self) -> int:
        """Add the movements up."""
        self._answer()
        return sum(each.net for each in self.account)

    def dispute(self, ref: str) -> GatewayDispute:
        """Give a dispute."""
        self._answer()
        if ref not in self.cases:
            raise Unknown
        return self.cases[ref]

    def disputes(self, since: datetime) -> list[GatewayDispute]:
        """Give the disputes since a moment."""
        self._answer()
        return [each for each in self.cases.values() if each.opened_at >= since]

    def send_evidence(self, ref: str, texts: Mapping[str, str], files: Mapping[str, bytes]) -> GatewayDispute:
        """Keep the answer, once."""
        found = self.dispute(ref)
        if not found.answered:
            self.evidence[ref] = (dict(texts), dict(files))
            self.cases[ref] = replace(found, status=DisputeStatus.UNDER_REVIEW, answered=True)
        if self.forgets_answers:
            raise Unreachable
        return self.cases[ref]

    def accept_dispute(self, ref: str) -> GatewayDispute:
        """Lose it."""
        found = self.dispute(ref)
        if found.status not in {DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.CLOSED}:
            self.cases[ref] = replace(found, status=DisputeStatus.LOST)
        return self.cases[ref]

    # What buyers and banks do

    def becomes(self, ref: str, state: SessionState, **changes: object) -> None:
        """Change a page, as buyers and time do."""
        found = replace(self.sessions[ref], state=state, **changes)  # type: ignore[arg-type]
        self.sessions[ref] = found

    def pay(self, ref: str, **changes: object) -> None:
        """Pay a page."""
        self.becomes(ref, SessionState.PAID, **({"intent_ref": f"pi_{ref}"} | changes))
