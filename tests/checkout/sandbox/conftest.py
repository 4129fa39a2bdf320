"""One running sandbox per module of tests, and a client of the unmodified SDK for it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from tests.checkout.sandbox.receiver import Receiver, listening
from tests.checkout.sandbox.running import Sandbox, running_sandbox

Open = Callable[..., stripe.checkout.Session]


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def shop() -> Iterator[Receiver]:
    with listening() as receiver:
        yield receiver


@pytest.fixture
def sandbox(running: Sandbox, shop: Receiver) -> Iterator[Sandbox]:
    """The sandbox without faults, telling the receiver `shop`."""
    running.deliver_to(shop.url)
    running.settings(clock_offset=0, signature_skew=0, refund_seconds=0, transfer_seconds=10)
    yield running
    running.clear_faults()
    running.deliver_to()


def client_of(sandbox: Sandbox) -> stripe.StripeClient:
    """Point the SDK at a sandbox; it repeats nothing by itself."""
    base: Any = {"api": sandbox.url, "files": sandbox.url}
    return stripe.StripeClient(sandbox.api_key, base_addresses=base, max_network_retries=0)


@pytest.fixture
def client(sandbox: Sandbox) -> stripe.StripeClient:
    return client_of(sandbox)


def order(**more: Any) -> Any:
    """Parameters of a session as the shop opens it: cloth, two baskets, shipping; Rp 1.652.000."""
    return {
        "mode": "payment",
        "success_url": "http://127.0.0.1:9/thanks?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/orders/KR-1",
        "client_reference_id": "KR-2026-000001",
        "customer_email": "sri@example.com",
        "locale": "id",
        "expires_at": int(time.time()) + 31 * 60,
        "metadata": {"payment": "7"},
        "payment_intent_data": {"metadata": {"payment": "7"}},
        "line_items": [
            line("Kain tenun cual", 125_000_000, 1),
            line("Bakul purun", 18_500_000, 2),
            line("Ongkos kirim", 3_200_000, 1),
        ],
        **more,
    }


def line(name: str, amount: int, quantity: int, currency: str = "idr") -> dict[str, Any]:
    """One line of an order, in hundredths of rupiah."""
    return {
        "price_data": {"currency": currency, "unit_amount": amount, "product_data": {"name": name}},
        "quantity": quantity,
    }
