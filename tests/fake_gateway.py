"""A payment gateway in memory, handed to the shop in place of Stripe: keeps pages and refunds, can be out of order.

It answers as the port promises; that Stripe's adapter does too is tested against the payments sandbox.
"""

import itertools
import json
from dataclasses import dataclass, field, replace

from checkout.gateway import (
    Event,
    GatewayRefund,
    NotSigned,
    PaymentSession,
    RefundStatus,
    SessionRequest,
    SessionState,
    Unknown,
    Unreachable,
)


@dataclass
class FakeGateway:
    """Pages by their reference, refunds by our id."""

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

    def parse_event(self, body: bytes, signature: str) -> Event:
        """Take what is signed with the word `signed`."""
        if signature != "signed":
            raise NotSigned
        told = json.loads(body)
        return Event(
            told["id"], told["type"], told["ref"], told.get("payment_id"), told.get("refund_id"), told
        )

    def healthy(self) -> bool:
        """Say whether it answers."""
        return not self.out_of_order

    # What buyers and banks do

    def becomes(self, ref: str, state: SessionState, **changes: object) -> None:
        """Change a page, as buyers and time do."""
        found = replace(self.sessions[ref], state=state, **changes)  # type: ignore[arg-type]
        self.sessions[ref] = found

    def pay(self, ref: str, **changes: object) -> None:
        """Pay a page."""
        self.becomes(ref, SessionState.PAID, **({"intent_ref": f"pi_{ref}"} | changes))
