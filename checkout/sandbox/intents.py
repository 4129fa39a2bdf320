"""One attempt to pay: the PaymentIntent and its Charge. Called by sessions.py."""

from checkout.sandbox import charges, events, movements, objects
from checkout.sandbox.store import Doc, Store

DECLINED = ("card_declined", "generic_decline", "Your card was declined.")
NOT_AUTHENTICATED = (
    "payment_intent_authentication_failure",
    "authentication_required",
    "The provided payment method failed authentication.",
)
NEVER_ARRIVED = (
    "payment_intent_payment_attempt_expired",
    "generic_decline",
    "The bank transfer never arrived.",
)


def of_session(store: Store, session: Doc) -> Doc:
    """Take the intent of a session, made at the first attempt as Stripe does."""
    if session["payment_intent"]:
        return store.get("payment_intent", session["payment_intent"])
    intent = store.put(objects.intent(session, now=store.now()))
    session["payment_intent"] = intent["id"]
    store.put(session)
    events.record(store, "payment_intent.created", intent)
    return intent


def charge(store: Store, intent: Doc, method: str, email: str | None) -> Doc:
    """Begin a charge; nothing is taken yet."""
    made = charges.charge(intent, method, now=store.now(), email=email)
    intent["latest_charge"] = made["id"]
    intent["payment_method"] = made["payment_method"]
    intent["next_action"] = None
    intent["last_payment_error"] = None
    return store.put(made)


def succeed(store: Store, intent: Doc, made: Doc) -> None:
    """Take the money: charge, intent, movement with fee, events."""
    amount = made["amount"]
    moved = movements.post(
        store, "charge", "charge", made, amount, fee=movements.fee_of(store, amount), text="Payment"
    )
    made |= {
        "amount_captured": amount,
        "balance_transaction": moved["id"],
        "captured": True,
        "paid": True,
        "status": "succeeded",
        "outcome": outcome("approved_by_network", None, "authorized", "Payment complete."),
    }
    store.put(made)
    intent |= {"amount_received": amount, "status": "succeeded", "processing": None}
    store.put(intent)
    events.record(store, "charge.succeeded", made)
    events.record(store, "payment_intent.succeeded", intent)


def process(store: Store, intent: Doc, made: Doc) -> None:
    """Wait for money that is on its way."""
    store.put(made)
    intent["status"] = "processing"
    store.put(intent)
    events.record(store, "charge.pending", made)
    events.record(store, "payment_intent.processing", intent)


def fail(store: Store, intent: Doc, made: Doc, reason: tuple[str, str, str]) -> None:
    """Take nothing; say why on charge and intent."""
    code, decline, message = reason
    made |= {
        "failure_code": code,
        "failure_message": message,
        "status": "failed",
        "outcome": outcome(
            "declined_by_network", decline, "issuer_declined", "The bank returned the decline code."
        ),
    }
    store.put(made)
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "processing": None,
        "last_payment_error": {
            "charge": made["id"],
            "code": code,
            "decline_code": decline,
            "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
            "message": message,
            "type": "card_error",
        },
    }
    store.put(intent)
    events.record(store, "charge.failed", made)
    events.record(store, "payment_intent.payment_failed", intent)


def require_action(store: Store, intent: Doc, url: str) -> None:
    """Wait for the buyer's answer to the bank's question (3-D Secure)."""
    intent |= {
        "status": "requires_action",
        "last_payment_error": None,
        "next_action": {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": None}},
    }
    store.put(intent)
    events.record(store, "payment_intent.requires_action", intent)


def cancel(store: Store, intent: Doc) -> None:
    """Close an intent whose session expired."""
    intent |= {
        "status": "canceled",
        "canceled_at": store.now(),
        "cancellation_reason": "automatic",
        "next_action": None,
    }
    store.put(intent)
    events.record(store, "payment_intent.canceled", intent)


def outcome(network: str, reason: str | None, kind: str, message: str) -> Doc:
    """Describe how the bank answered."""
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": network,
        "reason": reason,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": message,
        "type": kind,
    }
