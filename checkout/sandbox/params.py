"""Which parameters the sandbox serves, per call. Called by api.py.

The contract tests compare every name with the SDK's own `…Params`; what is not listed here is refused with
`parameter_unknown`, so that no parameter is silently without effect.
"""

from checkout.sandbox.charges import EVIDENCE
from checkout.sandbox.kinds import Address, Either, Flag, Group, Kind, Listing, Mail, Metadata, Text, Whole

MOST = 999_999_999_999  # IDR takes up to 12 digits: https://docs.stripe.com/currencies
CURRENCY = Text(3, ("idr", "usd", "sgd"))
METHOD = Text(40, ("card", "customer_balance"))
LOCALES = ("auto", "id", "en", "en-GB")

EXPAND: dict[str, Kind] = {"expand": Listing(Text(200), 20)}
PAGE: dict[str, Kind] = {
    **EXPAND,
    "limit": Whole(1, 100),
    "starting_after": Text(200),
    "ending_before": Text(200),
}
SPAN: dict[str, Kind] = {
    "created": Either(Group({"gt": Whole(), "gte": Whole(), "lt": Whole(), "lte": Whole()}), Whole())
}
RECENT: dict[str, Kind] = {**PAGE, **SPAN}

PRODUCT = Group(
    {"name": Text(250), "description": Text(), "images": Listing(Address(), 8), "metadata": Metadata()},
    frozenset({"name"}),
)
PRICE = Group(
    {
        "currency": CURRENCY,
        "product_data": PRODUCT,
        "unit_amount": Whole(0, MOST),
        "tax_behavior": Text(20, ("inclusive", "exclusive", "unspecified")),
    },
    frozenset({"currency", "product_data", "unit_amount"}),
)
LINE = Group(
    {"price_data": PRICE, "quantity": Whole(1, 999_999), "metadata": Metadata()},
    frozenset({"price_data", "quantity"}),
)
POSTAL = Group({name: Text(200) for name in ("line1", "line2", "city", "state", "postal_code", "country")})
SHIPPING = Group(
    {
        "name": Text(200),
        "phone": Text(40),
        "carrier": Text(80),
        "tracking_number": Text(80),
        "address": POSTAL,
    },
    frozenset({"name", "address"}),
)
INTENT = Group(
    {
        "metadata": Metadata(),
        "description": Text(1000),
        "receipt_email": Mail(),
        "shipping": SHIPPING,
        "statement_descriptor": Text(22),
        "statement_descriptor_suffix": Text(22),
        "transfer_group": Text(200),
    }
)
NOTE = Group({"message": Text(1200)}, frozenset({"message"}))

SESSION_CREATE = Group(
    {
        **EXPAND,
        "mode": Text(20, ("payment",)),
        "ui_mode": Text(20, ("hosted_page",)),
        "line_items": Listing(LINE, 100),
        "currency": CURRENCY,
        "success_url": Address(),
        "cancel_url": Address(),
        "client_reference_id": Text(200),
        "customer_email": Mail(),
        "customer_creation": Text(20, ("if_required",)),
        "expires_at": Whole(),
        "locale": Text(10, LOCALES),
        "metadata": Metadata(),
        "payment_intent_data": INTENT,
        "allowed_payment_method_types": Listing(METHOD, 10),
        "billing_address_collection": Text(10, ("auto",)),
        "adaptive_pricing": Group({"enabled": Flag()}),
        "custom_text": Group({"submit": NOTE, "after_submit": NOTE}),
        "submit_type": Text(10, ("auto", "pay")),
    },
    frozenset({"mode", "line_items", "success_url"}),
)
SESSION_RETRIEVE = Group(EXPAND)
SESSION_EXPIRE = Group(EXPAND)
SESSION_LINES = Group(PAGE)
SESSION_LIST = Group(
    {
        **RECENT,
        "payment_intent": Text(200),
        "status": Text(10, ("open", "complete", "expired")),
        "customer_details": Group({"email": Mail()}, frozenset({"email"})),
    }
)
INTENT_RETRIEVE = Group({**EXPAND, "client_secret": Text(200)})
INTENT_LIST = Group(RECENT)
CHARGE_RETRIEVE = Group(EXPAND)
CHARGE_LIST = Group({**RECENT, "payment_intent": Text(200)})
REFUND_CREATE = Group(
    {
        **EXPAND,
        "amount": Whole(),
        "charge": Text(200),
        "payment_intent": Text(200),
        "metadata": Metadata(),
        "reason": Text(40, ("duplicate", "fraudulent", "requested_by_customer")),
    }
)
REFUND_RETRIEVE = Group(EXPAND)
REFUND_LIST = Group({**RECENT, "charge": Text(200), "payment_intent": Text(200)})
BALANCE_RETRIEVE = Group(EXPAND)
MOVEMENT_RETRIEVE = Group(EXPAND)
MOVEMENT_LIST = Group({**RECENT, "source": Text(200), "type": Text(60), "currency": CURRENCY})
DISPUTE_RETRIEVE = Group(EXPAND)
DISPUTE_CLOSE = Group(EXPAND)
DISPUTE_UPDATE = Group(
    {
        **EXPAND,
        "evidence": Group({name: Text(20_000) for name in EVIDENCE}),
        "metadata": Metadata(),
        "submit": Flag(),
    }
)
FILE_CREATE = Group(
    {**EXPAND, "file": Text(300), "purpose": Text(40, ("dispute_evidence",))},
    frozenset({"file", "purpose"}),
)
FILE_RETRIEVE = Group(EXPAND)
PAYOUT_RETRIEVE = Group(EXPAND)
PAYOUT_LIST = Group({**RECENT, "status": Text(20, ("paid", "pending", "failed", "canceled"))})
DISPUTE_LIST = Group({**RECENT, "charge": Text(200), "payment_intent": Text(200)})
EVENT_RETRIEVE = Group(EXPAND)
EVENT_LIST = Group({**RECENT, "type": Text(100), "types": Listing(Text(100), 20)})
