"""Disputes: the buyer's bank takes the money back. Opened and decided through control.py; api.py reads them."""

from checkout.sandbox import charges, events, movements
from checkout.sandbox.errors import ApiError
from checkout.sandbox.store import Doc, Store

CLOSED = ("won", "lost", "warning_closed")
FILES = frozenset(
    {
        *("cancellation_policy", "customer_communication", "customer_signature", "receipt", "refund_policy"),
        *("duplicate_charge_documentation", "service_documentation", "shipping_documentation"),
        "uncategorized_file",
    }
)
"""Evidence that is a file's id."""


def open_dispute(
    store: Store,
    charge_id: str,
    *,
    amount: int | None = None,
    reason: str = "fraudulent",
    inquiry: bool = False,
) -> Doc:
    """Dispute a charge (or the latest charge of an intent), all of it by default; an inquiry only asks."""
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
    if inquiry:
        made |= {"status": "warning_needs_response", "is_charge_refundable": True}
        store.put(made)
        events.record(store, "charge.dispute.created", made)
        return made
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


def answer(store: Store, dispute_id: str, given: Doc) -> Doc:
    """Take evidence; submitted, which is the default, it goes to the bank, and nothing can be added any more."""
    made = store.get("dispute", dispute_id, param="dispute")
    if made["status"] not in {"needs_response", "warning_needs_response"}:
        raise ApiError("This dispute can not be updated any more.", code="dispute_not_editable")
    evidence = given.get("evidence", {})
    for name in FILES & set(evidence):
        store.get("file", evidence[name], param=f"evidence[{name}]")
    before = {"evidence": dict(made["evidence"]), "status": made["status"]}
    made["evidence"] |= evidence
    made["evidence_details"]["has_evidence"] = any(made["evidence"][name] for name in charges.EVIDENCE)
    made["metadata"] |= given.get("metadata", {})
    if given.get("submit", True):
        made["evidence_details"] |= {"submission_count": 1, "submission_method": "manual"}
        made["status"] = made["status"].replace("needs_response", "under_review")
    store.put(made)
    events.record(store, "charge.dispute.updated", made, before=before)
    return made


def close(store: Store, dispute_id: str, *, won: bool) -> Doc:
    """Decide a dispute; won, the amount comes back, the fee does not."""
    made = store.get("dispute", dispute_id)
    if made["status"] in CLOSED:
        raise ApiError("This dispute is already closed.", code="resource_already_exists")
    inquiry = made["status"].startswith("warning_")
    made["status"] = "warning_closed" if inquiry else "won" if won else "lost"
    won = won and not inquiry
    if won:
        charge = store.get("charge", made["charge"])
        charge["disputed"] = False
        store.put(charge)
        moved = movements.post(
            store, "adjustment", "dispute_reversal", made, made["amount"], text="Chargeback reversal"
        )
        made["balance_transactions"].append(moved)
    store.put(made)
    events.record(store, "charge.dispute.closed", made)
    if won:
        events.record(store, "charge.dispute.funds_reinstated", made)
    return made
