"""Stripe behind the port: hosted Checkout Sessions. The only module that imports stripe.

IDR is a two-decimal currency at Stripe, so Rp 150.000 is 15000000 there (https://docs.stripe.com/currencies).
"""

import logging
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from checkout.gateway import (
    Event,
    GatewayRefund,
    NotSigned,
    PaymentSession,
    RefundStatus,
    Refused,
    SessionRequest,
    SessionState,
    Unknown,
    Unreachable,
)
from shop.config import Settings
from shop.money import to_gateway

if TYPE_CHECKING:
    import stripe

log = logging.getLogger(__name__)

T = TypeVar("T")
RETRIES = 1
_REFUND_STATUS = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}


class StripeGateway:
    """Stripe, or whatever speaks its protocol at `KRIYA_STRIPE_API_BASE`."""

    def __init__(self, settings: Settings) -> None:
        if not settings.stripe_webhook_secret.strip():
            raise ValueError("an empty webhook secret would verify every message")
        self._settings = settings
        self.live = "_live_" in settings.stripe_api_key

    @cached_property
    def _stripe(self) -> "stripe.StripeClient":
        import stripe

        base = self._settings.stripe_api_base
        # All tries together stay under the limit that a buyer waits.
        timeout = self._settings.stripe_timeout / (RETRIES + 1) - 0.5
        return stripe.StripeClient(
            self._settings.stripe_api_key,
            base_addresses={"api": base} if base else None,
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

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
        key: Any = {"idempotency_key": f"kriya-{request.order_number}-{request.payment_id}"}
        return _session(self._ask(lambda: self._stripe.v1.checkout.sessions.create(params, key)))

    def session(self, ref: str) -> PaymentSession:
        """Ask for a payment page as it is now."""
        expand: Any = {"expand": ["payment_intent"]}
        return _session(self._ask(lambda: self._stripe.v1.checkout.sessions.retrieve(ref, expand)))

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
        key: Any = {"idempotency_key": f"kriya-refund-{intent_ref}-{refund_id}"}
        return _refund(self._ask(lambda: self._stripe.v1.refunds.create(params, key)))

    def find_refund(self, intent_ref: str, refund_id: int) -> GatewayRefund | None:
        """Look through the payment's refunds for ours."""
        params: Any = {"payment_intent": intent_ref, "limit": 100}
        page = self._ask(lambda: self._stripe.v1.refunds.list(params))
        for found in page.data:
            if _number(found.metadata, "refund_id") == refund_id:
                return _refund(found)
        return None

    def parse_event(self, body: bytes, signature: str) -> Event:
        """Verify the signature header and read the event."""
        import stripe

        try:
            text = body.decode("utf-8")
            found = self._stripe.construct_event(text, signature, self._settings.stripe_webhook_secret)
            return _event(found.to_dict())
        except (ValueError, stripe.SignatureVerificationError) as error:
            raise NotSigned from error
        except (AttributeError, KeyError, TypeError) as error:  # signed, but not an event
            raise NotSigned from error

    def healthy(self) -> bool:
        """Ask for the balance, which every key may read."""
        try:
            self._ask(self._stripe.v1.balance.retrieve)
        except (Unreachable, Refused):
            return False
        return True

    def _ask(self, call: Callable[[], T]) -> T:
        import stripe

        try:
            return call()
        except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError) as error:
            log.warning("stripe refused", extra={"code": error.code, "param": getattr(error, "param", None)})
            raise (Unknown if error.code == "resource_missing" else Refused) from error
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            log.exception("stripe does not accept our key")
            raise Unreachable from error
        except stripe.StripeError as error:
            log.warning("stripe does not answer", extra={"error": type(error).__name__})
            raise Unreachable from error


def _event(payload: dict[str, Any]) -> Event:
    obj = payload.get("data", {}).get("object", {})
    metadata = obj.get("metadata") or {}
    return Event(
        id=str(payload["id"])[:255],
        type=str(payload["type"])[:80],
        object_ref=str(obj.get("id") or "")[:255],
        payment_id=_number(metadata, "payment_id"),
        refund_id=_number(metadata, "refund_id"),
        payload=payload,
    )


def _session(found: Any) -> PaymentSession:
    intent = found.payment_intent
    intent_ref = intent if isinstance(intent, str) or intent is None else intent.id
    return PaymentSession(
        ref=found.id,
        state=_state(found, intent),
        amount=_rupiah(found.amount_total),
        currency=str(found.currency or "").upper(),
        order_number=str(found.client_reference_id or ""),
        payment_id=_number(found.metadata, "payment_id"),
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
    return GatewayRefund(ref=found.id, status=status, amount=_rupiah(found.amount))


def _rupiah(hundredths: Any) -> int | None:
    if not isinstance(hundredths, int) or hundredths % 100:
        return None
    return hundredths // 100


def _number(metadata: Any, name: str) -> int | None:
    text = metadata[name] if metadata and name in metadata else ""
    return (
        int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19 else None
    )
