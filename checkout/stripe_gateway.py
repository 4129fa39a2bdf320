"""Stripe behind the port: hosted Checkout Sessions, refunds, messages. What it tells of our account: `stripe_books`."""

import logging
from collections.abc import Mapping
from typing import Any

from checkout.gateway import (
    Event,
    GatewayRefund,
    NotSigned,
    PaymentSession,
    RefundStatus,
    Refused,
    SessionRequest,
    SessionState,
    Topic,
    Unknown,
    Unreachable,
)
from checkout.stripe_books import StripeBooks
from checkout.stripe_client import number, rupiah
from shop.money import to_gateway

log = logging.getLogger(__name__)

_REFUND_STATUS = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}
_TOPICS = (
    ("checkout.session.", Topic.PAGE),
    ("charge.dispute.", Topic.DISPUTE),
    ("charge.refund.", Topic.REFUND),  # its object is a refund, although its name begins like a charge's
    ("refund.", Topic.REFUND),
    ("payment_intent.", Topic.PAYMENT),
    ("charge.", Topic.PAYMENT),
)


class StripeGateway(StripeBooks):
    """Stripe, or whatever speaks its protocol at `KRIYA_STRIPE_API_BASE`."""

    name = "stripe"

    def open_session(self, request: SessionRequest) -> PaymentSession:
        """Make a payment page; order number and payment id are the idempotency key."""
        ours = {"payment_id": str(request.payment_id), "order_number": request.order_number}
        params: Any = {
            "mode": "payment",
            "client_reference_id": request.order_number,
            "customer_email": request.email,
            "expires_at": int(request.expires_at.timestamp()),
            "locale": request.locale,
            "success_url": request.success_url,
            "cancel_url": request.cancel_url,
            "metadata": ours,
            "payment_intent_data": {"metadata": ours, "description": f"Kriya {request.order_number}"},
            "line_items": [
                {
                    "quantity": line.quantity,
                    "price_data": {
                        "currency": "idr",
                        "unit_amount": to_gateway(line.unit_amount),
                        "product_data": {"name": line.name},
                    },
                }
                for line in request.lines
            ],
            "expand": ["payment_intent"],
        }
        # Payment ids begin at 1 in every database; the order's random number keeps two shops of one account apart.
        return self._once(
            f"kriya-{request.order_number}-{request.payment_id}",
            lambda key: _session(self._stripe.v1.checkout.sessions.create(params, key)),
            lambda: self.find_session(request.payment_id, request.order_number, request.email),
        )

    def session(self, ref: str) -> PaymentSession:
        """Ask for a payment page as it is now."""
        expand: Any = {"expand": ["payment_intent"]}
        return _session(self._ask(lambda: self._stripe.v1.checkout.sessions.retrieve(ref, expand)))

    def find_session(self, payment_id: int, order_number: str, email: str) -> PaymentSession | None:
        """Look through the pages of the buyer's address for the one with our ids."""
        params: Any = {
            "customer_details": {"email": email},
            "limit": 100,
            "expand": ["data.payment_intent"],
        }
        try:
            page = self._ask(lambda: self._stripe.v1.checkout.sessions.list(params))
        except Refused:
            return None
        for found in map(_session, page.data):
            if (found.payment_id, found.order_number) == (payment_id, order_number):
                return found
        return None

    def expire(self, ref: str) -> PaymentSession:
        """Close a payment page; when Stripe says it is closed already, look how."""
        try:
            self._ask(lambda: self._stripe.v1.checkout.sessions.expire(ref))
        except Unknown:
            raise
        except Refused:
            log.info("session not open any more", extra={"session": ref})
        return self.session(ref)

    def refund(self, intent_ref: str, refund_id: int, amount: int) -> GatewayRefund:
        """Send money back once; a refund in doubt is looked up before it is sent again."""
        known = self.find_refund(intent_ref, refund_id)
        if known is not None:
            return known
        params: Any = {
            "payment_intent": intent_ref,
            "amount": to_gateway(amount),
            "metadata": {"refund_id": str(refund_id)},
        }
        return self._once(
            f"kriya-refund-{intent_ref}-{refund_id}",
            lambda key: _refund(self._stripe.v1.refunds.create(params, key)),
            lambda: self.find_refund(intent_ref, refund_id),
        )

    def find_refund(self, intent_ref: str, refund_id: int) -> GatewayRefund | None:
        """Look through the payment's refunds for ours."""
        params: Any = {"payment_intent": intent_ref, "limit": 100}
        while True:
            asked = params
            page = self._ask(lambda asked=asked: self._stripe.v1.refunds.list(asked))  # type: ignore[misc]
            for found in page.data:
                if number(found.metadata, "refund_id") == refund_id:
                    return _refund(found)
            if not page.has_more or not page.data:
                return None
            params = {**params, "starting_after": page.data[-1].id}

    def parse_event(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """Verify the signature header and read the event."""
        told = self._verified(body, headers.get("Stripe-Signature", ""))
        try:
            event = _event(told)
            f"{event.id}{event.type}{event.object_ref}".encode()
        except (AttributeError, KeyError, TypeError, UnicodeEncodeError) as error:  # signed, but not an event
            raise NotSigned from error
        return event

    def topic(self, event_type: str) -> Topic:
        """Sort by the beginning of Stripe's name."""
        return next((topic for start, topic in _TOPICS if event_type.startswith(start)), Topic.OTHER)

    def healthy(self) -> bool:
        """Ask for the balance, which every key may read."""
        try:
            self.held()
        except (Unreachable, Refused):
            return False
        return True


def _event(payload: dict[str, Any]) -> Event:
    obj = payload.get("data", {}).get("object", {})
    metadata = obj.get("metadata") or {}
    return Event(
        id=str(payload["id"])[:255],
        type=str(payload["type"])[:80],
        object_ref=str(obj.get("id") or "")[:255],
        payment_id=number(metadata, "payment_id"),
        refund_id=number(metadata, "refund_id"),
        payload=payload,
    )


def _session(found: Any) -> PaymentSession:
    intent = found.payment_intent
    intent_ref = intent if isinstance(intent, str) or intent is None else intent.id
    return PaymentSession(
        ref=found.id,
        state=_state(found, intent),
        amount=rupiah(found.amount_total),
        currency=str(found.currency or "").upper(),
        order_number=str(found.client_reference_id or ""),
        payment_id=number(found.metadata, "payment_id"),
        mode=str(found.mode),
        live=bool(found.livemode),
        url=found.url,
        intent_ref=intent_ref,
    )


def _state(found: Any, intent: Any) -> SessionState:
    if found.status == "expired":
        return SessionState.EXPIRED
    if found.status != "complete":
        return SessionState.OPEN
    if found.payment_status == "paid":
        return SessionState.PAID
    if getattr(intent, "status", "processing") in {"requires_payment_method", "canceled"}:
        return SessionState.FAILED
    return SessionState.PROCESSING


def _refund(found: Any) -> GatewayRefund:
    status = _REFUND_STATUS.get(str(found.status), RefundStatus.PENDING)
    return GatewayRefund(ref=found.id, status=status, amount=rupiah(found.amount))
