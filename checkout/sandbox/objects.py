"""Stripe's objects of a purchase as they are born: sessions, their lines, intents, with every field that Stripe sends.

Called by the rules of the sandbox; the contract tests compare them with the classes of the SDK.
"""

from checkout.sandbox.store import Doc, new_id

THREE_D = {"request_three_d_secure": "automatic"}
NO_ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}


def empty(*names: str) -> Doc:
    """Name the fields that are there and say nothing."""
    return dict.fromkeys(names)


def customer(email: str | None) -> Doc:
    """Describe who pays, as far as the page knows."""
    return {
        **empty("business_name", "individual_name", "name", "phone"),
        "address": dict(NO_ADDRESS),
        "email": email,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def line_item(line: Doc, now: int) -> Doc:
    """Make one line of a session, with the price and product that its price_data describes."""
    price = line["price_data"]
    total = price["unit_amount"] * line["quantity"]
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "metadata": line.get("metadata", {}),
        "price": {
            **empty(
                "custom_unit_amount",
                "lookup_key",
                "nickname",
                "recurring",
                "tiers_mode",
                "transform_quantity",
            ),
            "id": new_id("price"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": now,
            "currency": price["currency"],
            "livemode": False,
            "metadata": {},
            "product": new_id("prod", 14),
            "tax_behavior": price.get("tax_behavior", "unspecified"),
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": line["quantity"],
    }


def session(params: Doc, lines: list[Doc], *, now: int, shop_name: str, public_url: str) -> Doc:
    """Make an open Checkout Session; `_lines` and `_intent` are the sandbox's own."""
    session_id = new_id("cs_test", 58)
    total = sum(line["amount_total"] for line in lines)
    email = params.get("customer_email")
    text = params.get("custom_text", {})
    return {
        **empty(
            *(
                "after_expiration",
                "allow_promotion_codes",
                "client_secret",
                "collected_information",
                "consent",
            ),
            *("consent_collection", "currency_conversion", "customer", "customer_account", "invoice"),
            *("integration_identifier", "origin_context", "payment_intent", "payment_link", "permissions"),
            *(
                "payment_method_configuration_details",
                "recovered_from",
                "redirect_on_completion",
                "return_url",
            ),
            *("saved_payment_method_options", "setup_intent", "shipping_address_collection", "shipping_cost"),
            *("subscription", "wallet_options"),
        ),
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", False)},
        "amount_subtotal": total,
        "amount_total": total,
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "branding_settings": branding(shop_name),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "currency": lines[0]["currency"],
        "custom_fields": [],
        "custom_text": {
            **empty("shipping_address", "terms_of_service_acceptance"),
            "submit": text.get("submit"),
            "after_submit": text.get("after_submit"),
        },
        "customer_creation": "if_required",
        "customer_details": customer(email) if email else None,
        "customer_email": email,
        "discounts": [],
        "expires_at": params["expires_at"],
        "invoice_creation": no_invoice(),
        "livemode": False,
        "locale": params.get("locale"),
        "managed_payments": {"enabled": False},
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": params.get("allowed_payment_method_types") or ["card", "customer_balance"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{public_url}/pay/{session_id}",
        "_lines": lines,
        "_intent": params.get("payment_intent_data", {}),
    }


def branding(shop_name: str) -> Doc:
    """Describe how the hosted page looks."""
    return {
        "background_color": "#fbf7f0",
        "border_style": "rectangular",
        "button_color": "#22335f",
        "display_name": shop_name,
        "font_family": "default",
        "icon": None,
        "logo": None,
    }


def no_invoice() -> Doc:
    """Say that no invoice is made."""
    return {
        "enabled": False,
        "invoice_data": {
            **empty(
                "account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options"
            ),
            "metadata": {},
        },
    }


def intent(of: Doc, *, now: int) -> Doc:
    """Make the PaymentIntent of a session, nothing tried yet."""
    wanted = of["_intent"]
    intent_id = new_id("pi")
    return {
        **empty(
            *("application", "application_fee_amount", "automatic_payment_methods", "canceled_at"),
            *("cancellation_reason", "customer", "customer_account", "last_payment_error", "latest_charge"),
            *("next_action", "on_behalf_of", "payment_method", "payment_method_configuration_details"),
            *("payment_record", "processing", "review", "setup_future_usage", "source", "transfer_data"),
        ),
        "id": intent_id,
        "object": "payment_intent",
        "amount": of["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{new_id('s')[2:]}",
        "confirmation_method": "automatic",
        "created": now,
        "currency": of["currency"],
        "description": wanted.get("description"),
        "livemode": False,
        "metadata": wanted.get("metadata", {}),
        "payment_method_options": {
            "card": {**empty("installments", "mandate_options", "network"), **THREE_D}
        },
        "allowed_payment_method_types": of["allowed_payment_method_types"],
        "payment_method_types": of["payment_method_types"],
        "receipt_email": wanted.get("receipt_email"),
        "shipping": shipping(wanted.get("shipping")),
        "statement_descriptor": wanted.get("statement_descriptor"),
        "statement_descriptor_suffix": wanted.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_group": wanted.get("transfer_group"),
        "_session": of["id"],
    }


def shipping(wanted: Doc | None) -> Doc | None:
    """Complete an address with the fields that were not given."""
    if wanted is None:
        return None
    named = {name: wanted.get(name) for name in ("name", "phone", "carrier", "tracking_number")}
    return {**named, "address": {**NO_ADDRESS, **wanted["address"]}}
