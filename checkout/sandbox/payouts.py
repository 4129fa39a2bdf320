"""Payouts: the account's money goes to the shop's own bank, or comes back. Called by control.py; api.py reads them."""

from checkout.sandbox import events, movements
from checkout.sandbox.errors import ApiError, Unusable
from checkout.sandbox.objects import empty
from checkout.sandbox.store import Doc, Store, new_id


def payout(amount: int, *, now: int) -> Doc:
    """Make a payout in rupiah, under way."""
    return {
        **empty(
            *("application_fee", "application_fee_amount", "balance_transaction", "destination"),
            *("failure_balance_transaction", "failure_code", "failure_message", "original_payout"),
            *("payout_method", "reversed_by", "statement_descriptor", "trace_id"),
        ),
        "id": new_id("po"),
        "object": "payout",
        "amount": amount,
        "arrival_date": now + 2 * 86_400,
        "automatic": True,
        "created": now,
        "currency": "idr",
        "description": "STRIPE PAYOUT",
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "in_progress",
        "source_type": "card",
        "status": "in_transit",
        "type": "bank_account",
    }


def pay_out(store: Store, amount: int | None = None) -> Doc:
    """Send an amount, or everything that the account holds, to the shop's bank."""
    held = movements.held(store)
    amount = held if amount is None else amount
    if not 0 < amount <= held:
        raise Unusable("You have insufficient funds for this payout.", param="amount")
    made = payout(amount, now=store.now())
    moved = movements.post(store, "payout", "payout", made, -amount, text="STRIPE PAYOUT")
    made["balance_transaction"] = moved["id"]
    store.put(made)
    events.record(store, "payout.created", made)
    return made


def settle(store: Store, payout_id: str, *, succeeds: bool) -> Doc:
    """End a payout: it arrived, or the bank sent it back."""
    made = store.get("payout", payout_id)
    if made["status"] != "in_transit":
        raise ApiError("This payout has ended already.", code="payouts_not_allowed")
    if succeeds:
        made |= {"status": "paid", "reconciliation_status": "completed"}
    else:
        moved = movements.post(
            store, "payout_failure", "payout_reversal", made, made["amount"], text="PAYOUT FAILURE"
        )
        made |= {
            "status": "failed",
            "failure_balance_transaction": moved["id"],
            "failure_code": "account_closed",
            "failure_message": "The bank account has been closed.",
        }
    store.put(made)
    events.record(store, "payout.paid" if succeeds else "payout.failed", made)
    return made
