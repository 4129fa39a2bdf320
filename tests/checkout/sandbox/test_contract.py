"""What the sandbox returns and takes is what the SDK declares; the same on Stripe's test mode if a key is set."""

import io
import json
import os
import re
import sys
import time
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import stripe
from stripe import params as sdk
from stripe._api_version import _ApiVersion
from stripe.params import checkout as sdk_checkout

from checkout.sandbox import errors, events, kinds, params
from tests.checkout.sandbox.conftest import client_of, order
from tests.checkout.sandbox.running import Sandbox, running_sandbox

KEY = os.environ.get("STRIPE_TEST_KEY", "")


@dataclass
class Gateway:
    """The sandbox, or Stripe's test mode."""

    client: stripe.StripeClient
    sandbox: Sandbox | None

    def paid(self) -> stripe.PaymentIntent:
        """A payment that succeeded; Stripe's own page cannot be pressed by a program."""
        if self.sandbox is None:
            return self.client.v1.payment_intents.create(
                {
                    "amount": 165_200_000,
                    "currency": "idr",
                    "payment_method": "pm_card_visa",
                    "allowed_payment_method_types": ["card"],
                    "confirm": True,
                }
            )
        session = self.client.v1.checkout.sessions.create(order())
        paid = self.sandbox.pay(session.id)
        return self.client.v1.payment_intents.retrieve(paid["payment_intent"])


@pytest.fixture(scope="module", params=["sandbox", *(["stripe"] if KEY else [])])
def gateway(request: pytest.FixtureRequest) -> Iterator[Gateway]:
    if request.param == "stripe":
        assert KEY.startswith(("sk_test_", "rk_test_"))
        yield Gateway(stripe.StripeClient(KEY), None)
        return
    with running_sandbox() as sandbox:
        yield Gateway(client_of(sandbox), sandbox)


# What comes back


def raw(found: stripe.StripeObject) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(str(found))
    return decoded


def declared(cls: type) -> dict[str, Any]:
    return {name: hint for name, hint in vars(cls)["__annotations__"].items() if name != "OBJECT_NAME"}


def choices(hint: Any) -> list[Any]:
    """Take a Union apart."""
    return list(typing.get_args(hint)) if typing.get_origin(hint) is typing.Union else [hint]


def resource(reference: typing.ForwardRef, of: type) -> type | None:
    name = reference.__forward_arg__
    found = getattr(stripe, name, None) or getattr(sys.modules[of.__module__], name, None)
    return found if isinstance(found, type) else None


PLAIN: dict[Any, tuple[type, ...]] = {int: (int,), str: (str,), bool: (bool,), float: (int, float)}


def fits(value: Any, hint: Any, of: type, path: str) -> list[str]:
    """Name what in a value is not as the SDK declares it."""
    cls = resource(hint, of) if isinstance(hint, typing.ForwardRef) else hint
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    faults: list[str] = []
    if origin is typing.Literal:
        faults = [] if value in args else [f"{path} is {value!r}, not one of {args}"]
    elif origin is list or (isinstance(origin, type) and issubclass(origin, stripe.ListObject)):
        entries = value["data"] if isinstance(value, dict) else value
        faults = [fault for each in entries for fault in fit_any(each, args[0], of, f"{path}[]")]
    elif isinstance(origin, type):
        faults = [] if isinstance(value, dict) else [f"{path} is no map"]
    elif isinstance(cls, type) and issubclass(cls, stripe.StripeObject):
        faults = wrong(value, cls, path)
    elif hint in PLAIN and (not isinstance(value, PLAIN[hint]) or (hint is int and isinstance(value, bool))):
        faults = [f"{path} is {value!r}, not {hint.__name__}"]
    return faults


def fit_any(value: Any, hint: Any, of: type, path: str) -> list[str]:
    """A value has to fit one part of a union."""
    if value is None and type(None) in choices(hint):
        return []
    found = [fits(value, choice, of, path) for choice in choices(hint)]
    return min(found, key=len)


def wrong(value: Any, cls: type, path: str) -> list[str]:
    """Name the fields that the SDK always expects and that are missing or of another kind."""
    if not isinstance(value, dict):
        return [f"{path} is no {cls.__name__}"]
    faults = []
    for name, hint in declared(cls).items():
        if name in value:
            faults += fit_any(value[name], hint, cls, f"{path}.{name}")
        elif type(None) not in choices(hint):
            faults.append(f"{path}.{name} is missing")
    return faults


ELSEWHERE = {
    # fields that Stripe sends only when asked, or only for what the sandbox does not serve
    "Session": {"line_items", "presentment_details", "optional_items", "name_collection", "tax_id_collection"}
    | {"excluded_payment_method_types"},
    "LineItem": {"discounts", "taxes"},
    "PaymentIntent": {"presentment_details", "hooks", "payment_details", "excluded_payment_method_types"}
    | {"managed_payments"},
    "Charge": {"presentment_details", "refunds", "level3"},
    "Refund": {"presentment_details"},
    "Event": {"account", "context"},
    "Balance": {"connect_reserved", "instant_available", "issuing", "refund_and_dispute_prefunding"},
}


def check(found: stripe.StripeObject, gateway: Gateway) -> None:
    name = type(found).__name__
    value = raw(found)
    assert wrong(value, type(found), name) == []
    if gateway.sandbox is not None:
        assert set(declared(type(found))) - set(value) <= ELSEWHERE.get(name, set())
        assert set(value) <= set(declared(type(found))), "a field that the SDK does not know"


def test_an_open_session_has_every_field(gateway: Gateway) -> None:
    session = gateway.client.v1.checkout.sessions.create(order(expand=["line_items"]))

    check(session, gateway)
    assert (session.amount_total, session.currency) == (165_200_000, "idr")
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent is None
    assert session.line_items is not None
    assert [item.amount_total for item in session.line_items.data] == [125_000_000, 37_000_000, 3_200_000]
    for item in session.line_items.data:
        check(item, gateway)


def test_an_expired_session_cannot_be_expired_again(gateway: Gateway) -> None:
    session = gateway.client.v1.checkout.sessions.create(order())
    expired = gateway.client.v1.checkout.sessions.expire(session.id)

    check(expired, gateway)
    assert (expired.status, expired.url) == ("expired", None)
    with pytest.raises(stripe.InvalidRequestError, match="Only Checkout Sessions with a status"):
        gateway.client.v1.checkout.sessions.expire(session.id)


def test_a_paid_intent_its_charge_and_its_movement_have_every_field(gateway: Gateway) -> None:
    intent = gateway.client.v1.payment_intents.retrieve(gateway.paid().id, {"expand": ["latest_charge"]})

    check(intent, gateway)
    assert (intent.status, intent.amount_received) == ("succeeded", 165_200_000)
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    check(charge, gateway)
    assert (charge.paid, charge.captured, charge.refunded) == (True, True, False)
    movements = gateway.client.v1.balance_transactions.list({"source": charge.id}).data
    for movement in movements:
        check(movement, gateway)
        assert movement.net == movement.amount - movement.fee


def test_a_refund_has_every_field_and_never_exceeds_the_charge(gateway: Gateway) -> None:
    intent = gateway.paid()
    with pytest.raises(stripe.InvalidRequestError, match="greater than"):
        gateway.client.v1.refunds.create({"payment_intent": intent.id, "amount": 165_200_001})
    part = gateway.client.v1.refunds.create({"payment_intent": intent.id, "amount": 65_200_000})
    check(part, gateway)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        gateway.client.v1.refunds.create({"payment_intent": intent.id, "amount": 100_000_001})
    rest = gateway.client.v1.refunds.create({"payment_intent": intent.id})

    assert rest.amount == 100_000_000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        gateway.client.v1.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_already_refunded"
    found = gateway.client.v1.refunds.list({"payment_intent": intent.id}).data
    assert [each.id for each in found] == [rest.id, part.id]


def test_events_and_the_balance_have_every_field(gateway: Gateway) -> None:
    gateway.paid()

    for event in gateway.client.v1.events.list({"limit": 3}).data:
        check(event, gateway)
    check(gateway.client.v1.balance.retrieve(), gateway)


def test_a_dispute_has_every_field(gateway: Gateway) -> None:
    if gateway.sandbox is None:
        return  # Stripe opens one some time after a payment with a special card
    made = gateway.sandbox.dispute(gateway.paid().id)

    check(gateway.client.v1.disputes.retrieve(made["id"]), gateway)


def test_evidence_goes_to_the_bank_once(gateway: Gateway) -> None:
    if gateway.sandbox is None:
        return
    made = gateway.sandbox.dispute(gateway.paid().id)
    proof = io.BytesIO(b"%PDF-1.7 resi")
    proof.name = "resi.pdf"
    file = gateway.client.v1.files.create({"purpose": "dispute_evidence", "file": proof})
    check(file, gateway)

    answered = gateway.client.v1.disputes.update(
        made["id"],
        {"evidence": {"uncategorized_text": "Diterima.", "shipping_documentation": file.id}, "submit": True},
    )

    check(answered, gateway)
    assert (answered.status, answered.evidence_details.submission_count) == ("under_review", 1)
    with pytest.raises(stripe.InvalidRequestError, match="updated any more"):
        gateway.client.v1.disputes.update(made["id"], {"evidence": {"uncategorized_text": "Lagi."}})


def test_a_payout_empties_the_account_and_may_come_back(gateway: Gateway) -> None:
    if gateway.sandbox is None:
        return
    gateway.paid()
    made = gateway.sandbox.pay_out()

    check(gateway.client.v1.payouts.retrieve(made["id"]), gateway)
    balance = raw(gateway.client.v1.balance.retrieve())
    assert sum(side["amount"] for side in [*balance["available"], *balance["pending"]]) == 0
    gateway.sandbox.settle_payout(made["id"], succeeds=False)
    movements = gateway.client.v1.balance_transactions.list({"limit": 2}).data
    assert [each.type for each in movements] == ["payout_failure", "payout"]
    assert sum(each.net for each in movements) == 0


def test_the_same_key_gives_the_same_answer_and_refuses_another_question(gateway: Gateway) -> None:
    key = f"test-{time.time_ns()}"
    asked: Any = order()
    first = gateway.client.v1.checkout.sessions.create(asked, {"idempotency_key": key})
    again = gateway.client.v1.checkout.sessions.create(asked, {"idempotency_key": key})

    assert again.id == first.id
    assert again.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        gateway.client.v1.checkout.sessions.create(order(client_reference_id="X"), {"idempotency_key": key})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bogus": "1"}, "parameter_unknown"),
        ({"success_url": "not a url"}, "url_invalid"),
        ({"customer_email": "nobody"}, "email_invalid"),
        ({"line_items": []}, None),
        ({"expires_at": int(time.time()) + 60}, None),
        ({"expires_at": int(time.time()) + 25 * 3600}, None),
        ({"metadata": {"k" * 41: "v"}}, None),
    ],
)
def test_wrong_parameters_are_refused(gateway: Gateway, change: dict[str, Any], code: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        gateway.client.v1.checkout.sessions.create(order(**change))

    assert refused.value.http_status == 400
    assert refused.value.request_id
    if code:
        assert refused.value.code == code


def test_what_is_not_there_is_named(gateway: Gateway) -> None:
    for read in (
        lambda: gateway.client.v1.checkout.sessions.retrieve("cs_test_nothing"),
        lambda: gateway.client.v1.payment_intents.retrieve("pi_nothing"),
        lambda: gateway.client.v1.charges.retrieve("ch_nothing"),
        lambda: gateway.client.v1.refunds.create({"charge": "ch_nothing"}),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            read()
        assert refused.value.code == "resource_missing"


# What is taken

CALLS: list[tuple[kinds.Group, Any]] = [
    (params.SESSION_CREATE, sdk_checkout.SessionCreateParams),
    (params.SESSION_RETRIEVE, sdk_checkout.SessionRetrieveParams),
    (params.SESSION_EXPIRE, sdk_checkout.SessionExpireParams),
    (params.SESSION_LINES, sdk_checkout.SessionListLineItemsParams),
    (params.SESSION_LIST, sdk_checkout.SessionListParams),
    (params.INTENT_RETRIEVE, sdk.PaymentIntentRetrieveParams),
    (params.INTENT_LIST, sdk.PaymentIntentListParams),
    (params.CHARGE_RETRIEVE, sdk.ChargeRetrieveParams),
    (params.CHARGE_LIST, sdk.ChargeListParams),
    (params.REFUND_CREATE, sdk.RefundCreateParams),
    (params.REFUND_RETRIEVE, sdk.RefundRetrieveParams),
    (params.REFUND_LIST, sdk.RefundListParams),
    (params.BALANCE_RETRIEVE, sdk.BalanceRetrieveParams),
    (params.MOVEMENT_RETRIEVE, sdk.BalanceTransactionRetrieveParams),
    (params.MOVEMENT_LIST, sdk.BalanceTransactionListParams),
    (params.DISPUTE_RETRIEVE, sdk.DisputeRetrieveParams),
    (params.DISPUTE_CLOSE, sdk.DisputeCloseParams),
    (params.DISPUTE_UPDATE, sdk.DisputeUpdateParams),
    (params.FILE_CREATE, sdk.FileCreateParams),
    (params.FILE_RETRIEVE, sdk.FileRetrieveParams),
    (params.PAYOUT_RETRIEVE, sdk.PayoutRetrieveParams),
    (params.PAYOUT_LIST, sdk.PayoutListParams),
    (params.DISPUTE_LIST, sdk.DisputeListParams),
    (params.EVENT_RETRIEVE, sdk.EventRetrieveParams),
    (params.EVENT_LIST, sdk.EventListParams),
]


def typed_dicts(hint: Any, module: Any) -> list[Any]:
    """Find the TypedDicts that an annotation of the SDK names; they are written as strings."""
    names = sorted(set(re.findall(r"\w+", str(hint))))
    return [vars(module)[name] for name in names if hasattr(vars(module).get(name), "__required_keys__")]


def strangers(served: kinds.Kind, hint: Any, module: Any, path: str) -> list[str]:
    """Name what the sandbox takes and the SDK does not know."""
    if isinstance(served, kinds.Either):
        served = served.group
    if isinstance(served, kinds.Listing):
        return strangers(served.of, hint, module, path + "[]")
    if isinstance(served, kinds.Text) and served.words and "Literal" in str(hint):
        return [f"{path}={word}" for word in served.words if f"'{word}'" not in str(hint)]
    if not isinstance(served, kinds.Group):
        return []
    found = typed_dicts(hint, module)
    assert found, f"{path}: no TypedDict in {hint}"
    known = {name: (each.__annotations__[name], each) for each in found for name in each.__annotations__}
    faults = [f"{path}[{name}]" for name in served.fields if name not in known]
    for name, kind in served.fields.items():
        if name in known:
            faults += strangers(kind, known[name][0], module, f"{path}[{name}]")
    return faults


@pytest.mark.parametrize(("served", "declared_by"), CALLS, ids=[call[1].__name__ for call in CALLS])
def test_every_parameter_served_is_one_of_the_sdk(served: kinds.Group, declared_by: Any) -> None:
    module = sys.modules[declared_by.__module__]

    assert strangers(served, typing.ForwardRef(declared_by.__name__), module, "") == []
    with pytest.raises(errors.Unusable) as refused:
        served.read(dict.fromkeys(served.required, "1") | {"bogus": "1"})
    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "bogus")


def test_the_sandbox_speaks_the_version_of_the_sdk() -> None:
    assert events.API_VERSION == _ApiVersion.CURRENT
