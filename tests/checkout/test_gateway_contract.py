"""Stripe's adapter keeps the contract of all adapters, through the unmodified SDK against the payments sandbox."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checkout.gateway import Topic
from checkout.stripe_gateway import StripeGateway
from tests.checkout.gateway_contract import GatewayContract, World
from tests.checkout.sandbox.running import Sandbox, running_sandbox
from tests.shops import settings

CALLS = {"page": "POST /v1/checkout/sessions", "refund": "POST /v1/refunds"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


class TestStripe(GatewayContract):
    """Stripe behind the port."""

    @pytest.fixture
    def world(self, sandbox: Sandbox) -> Iterator[World]:
        """Give the adapter, with a sandbox behind it."""
        chosen = replace(
            settings("sqlite:///unused", Path("unused")),
            stripe_api_base=sandbox.url,
            stripe_webhook_secret=sandbox.webhook_secret,
            stripe_timeout=3,
        )
        yield World(
            gateway=StripeGateway(chosen),
            pay=sandbox.pay,
            act_and_forget=lambda what: sandbox.faults(
                "error", endpoint=CALLS[what], when="after", status=500
            ),
            break_down=lambda: sandbox.faults("refuse", count=None),
            messages={
                Topic.PAGE: "checkout.session.async_payment_succeeded",
                Topic.PAYMENT: "charge.refunded",
                Topic.REFUND: "charge.refund.updated",
                Topic.DISPUTE: "charge.dispute.funds_withdrawn",
            },
        )
        sandbox.clear_faults()
