"""Stripe's objects once money moves: charges, refunds, balance transactions, disputes, with every field.

Called by the rules of the sandbox; the contract tests compare them with the classes of the SDK.
"""

from typing import Any

from checkout.sandbox.objects import NO_ADDRESS, empty
from checkout.sandbox.store import Doc, new_id

CARD = {"brand": "visa", "last4": "4242"}


def payment_method_details(method: str, amount: int) -> Doc:
    """Describe the card or the bank that paid."""
    if method != "card":
        return {"type": method, method: {}}
    return {
        "type": "card",
        "card": {
            **CARD,
            **empty(
                "extended_authorization", "incremental_authorization", "installments", "mandate", "wallet"
            ),
            "amount_authorized": amount,
            "authorization_code": None,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "ID",
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": "kriyasandbox0000",
            "funding": "credit",
            "multicapture": {"status": "unavailable"},
            "network": "visa",
            "network_token": {"used": False},
            "network_transaction_id": "100000000000000",
            "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
            "regulated_status": "unregulated",
            "three_d_secure": None,
        },
    }


def charge(of: Doc, method: str, *, now: int, email: str | None) -> Doc:
    """Make the Charge of one attempt, pending."""
    return {
        **empty(
            *("application", "application_fee", "application_fee_amount", "authorization_code"),
            *(
                "balance_transaction",
                "customer",
                "failure_balance_transaction",
                "failure_code",
                "failure_message",
            ),
            *(
                "on_behalf_of",
                "outcome",
                "receipt_number",
                "receipt_url",
                "review",
                "source",
                "source_transfer",
            ),
            *("transfer", "transfer_data"),
        ),
        "id": new_id("ch"),
        "object": "charge",
        "amount": of["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": {
            "address": {**NO_ADDRESS, "country": "ID"},
            "email": email,
            **empty("name", "phone", "tax_id"),
        },
        "calculated_statement_descriptor": "KRIYA SANDBOX",
        "captured": False,
        "created": now,
        "currency": of["currency"],
        "description": of["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": of["metadata"],
        "paid": False,
        "payment_intent": of["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": payment_method_details(method, of["amount"]),
        "radar_options": {},
        "receipt_email": of["receipt_email"],
        "refunded": False,
        "shipping": of["shipping"],
        "statement_descriptor": of["statement_descriptor"],
        "statement_descriptor_suffix": of["statement_descriptor_suffix"],
        "status": "pending",
        "transfer_group": of["transfer_group"],
    }


def refund(of: Doc, amount: int, params: Doc, *, now: int) -> Doc:
    """Make a refund of a charge, succeeded."""
    return {
        **empty(
            *(
                "balance_transaction",
                "customer",
                "customer_account",
                "failure_balance_transaction",
                "failure_reason",
            ),
            *("description", "instructions_email", "next_action", "pending_reason", "receipt_number"),
            *("source_transfer_reversal", "transfer_reversal"),
        ),
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": of["id"],
        "created": now,
        "currency": of["currency"],
        "destination_details": destination(of["payment_method_details"]["type"]),
        "metadata": params.get("metadata", {}),
        "payment_intent": of["payment_intent"],
        "payment_method": of["payment_method"],
        "reason": params.get("reason"),
        "status": "succeeded",
    }


def destination(method: str) -> Doc:
    """Say where the money goes back to."""
    if method == "card":
        return {
            "type": "card",
            "card": {"reference": "5555555555", "reference_status": "available", "type": "refund"},
        }
    return {"type": method}


def movement(
    kind: str, category: str, source: Doc, amount: int, fees: list[Doc], *, now: int, text: str
) -> Doc:
    """Make a balance transaction: one movement of the gateway's account."""
    fee = sum(each["amount"] for each in fees)
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now + 7 * 86_400,
        "balance_type": "payments",
        "created": now,
        "currency": source["currency"],
        "description": text,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fees,
        "net": amount - fee,
        "reporting_category": category,
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }


def fee(amount: int, currency: str, text: str) -> Doc:
    """Make one line of a balance transaction's fees."""
    return {
        "amount": amount,
        "application": None,
        "currency": currency,
        "description": text,
        "type": "stripe_fee",
    }


EVIDENCE = (
    *("access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure"),
    *("cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name"),
    *(
        "customer_purchase_ip",
        "customer_signature",
        "duplicate_charge_documentation",
        "duplicate_charge_explanation",
    ),
    *("duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure"),
    *(
        "refund_refusal_explanation",
        "service_date",
        "service_documentation",
        "shipping_address",
        "shipping_carrier",
    ),
    *("shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file"),
    "uncategorized_text",
)


def dispute(of: Doc, amount: int, reason: str, *, now: int) -> Doc:
    """Make a dispute of a charge, waiting for the shop's answer for seven days."""
    method: dict[str, Any] = {"type": "card", "card": {"brand": "visa", "case_type": "chargeback"}}
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": of["id"],
        "created": now,
        "currency": of["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**empty(*EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + 7 * 86_400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "network_reason_code": "10.4",
        "payment_intent": of["payment_intent"],
        "payment_method_details": {**method, "card": {**method["card"], "network_reason_code": "10.4"}},
        "reason": reason,
        "status": "needs_response",
    }
