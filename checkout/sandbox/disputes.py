"""Disputes: the buyer's bank takes the money back. Opened and decided through control.py; api.py reads them."""

from checkout.sandbox import charges, events, movements
from checkout.sandbox.errors import ApiError
from checkout.sandbox.store import Doc, Store


def open_dispute(
    store: Store, charge_id: str, *, amount: int | None = None, reason: str = "fraudulent"
) -> Doc:
    """Dispute a charge (or the latest charge of an intent), all of it by default."""
    found = store.find(charge_id)
    if found is not None and found["object"] == "payment_intent":
        charge_id = found["latest_charge"] or charge_id
    charge = store.get("charge", charge_id, param="charge")
    if charge["status"] != "succeeded" or charge["disputed"]:
        raise ApiError(f"Charge {charge_id} cannot be disputed now.", code="charge_disputed")
    amount = charge["amount"] if amount is None else amount
    if not 0 < amount <= charge["amount"]:
        raise ApiError("A dispute is above 0 and at most the charge.", param="amount")
    made = charges.dispute(charge, amount, reason, now=store.now())
    charge["disputed"] = True
    store.put(charge)
    events.record(store, "charge.dispute.created", made)
    moved = movements.post(
        store,
        "adjustment",
        "dispute",
        made,
        -amount,
        fee=int(store.settings["dispute_fee"]),
        text="Chargeback withdrawal",
    )
    made["balance_transactions"].append(moved)
    store.put(made)
    events.record(store, "charge.dispute.funds_withdrawn", made)
    return made


def close(store: Store, dispute_id: str, *, won: bool) -> Doc:
    """Decide a dispute; won, the amount comes back, the fee does not."""
    made = store.get("dispute", dispute_id)
    if made["status"] in {"won", "lost"}:
        raise ApiError("This dispute is already closed.", code="resource_already_exists")
    made["status"] = "won" if won else "lost"
    if won:
        moved = movements.post(
            store, "adjustment", "dispute_reversal", made, made["amount"], text="Chargeback reversal"
        )
        made["balance_transactions"].append(moved)
    store.put(made)
    events.record(store, "charge.dispute.closed", made)
    if won:
        events.record(store, "charge.dispute.funds_reinstated", made)
    return made
