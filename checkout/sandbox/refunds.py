"""Refunds: never above the charge. Called by api.py, control.py and backroom.py, inside one transaction."""

from checkout.sandbox import charges, events, movements
from checkout.sandbox.errors import ApiError, Unusable
from checkout.sandbox.store import Doc, Store


def rupiah(amount: int, currency: str) -> str:
    """Write an amount as Stripe's error messages do."""
    return f"{currency.upper()} {amount / 100:,.2f}"


def charge_of(store: Store, params: Doc) -> Doc:
    """Find what is to be refunded; raise `Unusable` or `ApiError`."""
    if ("charge" in params) == ("payment_intent" in params):
        raise Unusable(
            "One of the following params should be provided for this request: payment_intent or charge.",
            param="payment_intent",
            code="parameter_missing",
        )
    if "charge" in params:
        return store.get("charge", params["charge"], param="charge")
    intent = store.get("payment_intent", params["payment_intent"], param="payment_intent")
    charge = store.find(intent["latest_charge"])
    if charge is None or charge["status"] != "succeeded":
        raise ApiError(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
            param="payment_intent",
        )
    return charge


def refund(store: Store, params: Doc) -> Doc:
    """Send money back, all that is left by default."""
    charge = charge_of(store, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    _check(charge, amount, left)
    made = charges.refund(charge, amount, params, now=store.now())
    moved = movements.post(store, "refund", "refund", made, -amount, text="REFUND FOR CHARGE")
    made["balance_transaction"] = moved["id"]
    wait = store.settings["refund_seconds"]
    if wait:
        made |= {"status": "pending", "pending_reason": "processing"}
        store.promise("refund succeeds", made["id"], store.now() + int(wait))
    store.put(made)
    _count(store, charge, amount)
    events.record(store, "refund.created", made)
    events.record(store, "charge.refunded", charge)
    if not wait:
        events.record(store, "refund.updated", made)
    return made


def _check(charge: Doc, amount: int, left: int) -> None:
    if charge["status"] != "succeeded":
        raise ApiError(
            f"Charge {charge['id']} has not been captured.", code="charge_not_refundable", param="charge"
        )
    if charge["disputed"]:
        raise ApiError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left <= 0:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount < 1:
        raise Unusable("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        currency = charge["currency"]
        whole = "charge amount" if left == charge["amount"] else "unrefunded amount on charge"
        raise ApiError(
            f"Refund amount ({rupiah(amount, currency)}) is greater than {whole} ({rupiah(left, currency)})",
            param="amount",
        )


def _count(store: Store, charge: Doc, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    store.put(charge)


def settle(store: Store, refund_id: str, *, succeeds: bool) -> Doc:
    """End a refund: it arrived, or the bank sent it back and the money is ours again."""
    made = store.get("refund", refund_id)
    if made["status"] not in ({"pending"} if succeeds else {"pending", "succeeded"}):
        return made
    before = {"status": made["status"]}
    made |= {"status": "succeeded" if succeeds else "failed", "pending_reason": None}
    if not succeeds:
        moved = movements.post(
            store, "refund_failure", "refund_failure", made, made["amount"], text="REFUND FAILURE"
        )
        made |= {"failure_reason": "expired_or_canceled_card", "failure_balance_transaction": moved["id"]}
        _count(store, store.get("charge", made["charge"]), -made["amount"])
    store.put(made)
    events.record(store, "refund.updated", made, before=before)
    if not succeeds:
        events.record(store, "refund.failed", made)
    return made
