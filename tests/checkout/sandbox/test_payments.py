"""Paying, refunding, disputing and expiring, as a shop sees it through the SDK and its webhooks."""

import os
import subprocess
import sys
import time

import pytest
import stripe

from tests.checkout.sandbox.conftest import line, order
from tests.checkout.sandbox.receiver import Receiver
from tests.checkout.sandbox.running import ROOT, Refused, Sandbox


def test_a_paid_session_is_paid_once_and_told_in_signed_webhooks(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Receiver
) -> None:
    session = client.v1.checkout.sessions.create(order())

    sandbox.pay(session.id)
    with pytest.raises(Refused, match="status of complete"):
        sandbox.pay(session.id)
    sandbox.wait_until_delivered()

    assert sorted(shop.types()) == [
        "charge.succeeded",
        "checkout.session.completed",
        "payment_intent.created",
        "payment_intent.succeeded",
    ]
    for body, signature in shop.came:
        event = client.construct_event(body, signature, sandbox.webhook_secret)
        assert client.v1.events.retrieve(event.id).type == event.type
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(body + b" ", signature, sandbox.webhook_secret)
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert isinstance(paid.payment_intent, stripe.PaymentIntent)
    assert paid.payment_intent.metadata["payment"] == "7"


def test_the_fee_is_taken_from_the_balance(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order(line_items=[line("Bakul", 10_000_000, 1)]))
    intent = sandbox.pay(session.id)["payment_intent"]

    charge = client.v1.charges.list({"payment_intent": intent, "expand": ["data.balance_transaction"]}).data[
        0
    ]

    movement = charge.balance_transaction
    assert isinstance(movement, stripe.BalanceTransaction)
    assert (movement.amount, movement.fee, movement.net) == (10_000_000, 490_000, 9_510_000)


def test_a_declined_card_leaves_the_session_open(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())

    intent = sandbox.decline(session.id)["payment_intent"]

    failed = client.v1.payment_intents.retrieve(intent)
    assert failed.status == "requires_payment_method"
    assert failed.last_payment_error is not None
    assert failed.last_payment_error.code == "card_declined"
    assert sandbox.pay(session.id)["payment_status"] == "paid"
    assert client.v1.payment_intents.retrieve(intent).status == "succeeded"


def test_a_bank_transfer_pays_later(sandbox: Sandbox, client: stripe.StripeClient, shop: Receiver) -> None:
    session = client.v1.checkout.sessions.create(order())

    promised = sandbox.pay(session.id, method="transfer", seconds=0)
    assert (promised["status"], promised["payment_status"]) == ("complete", "unpaid")
    shop.wait_for(lambda: "checkout.session.async_payment_succeeded" in shop.types())

    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_lost_transfer_is_told_and_pays_nothing(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Receiver
) -> None:
    session = client.v1.checkout.sessions.create(order())
    sandbox.pay(session.id, method="transfer", seconds=600)

    sandbox.settle(session.id, succeeds=False)
    sandbox.wait_until_delivered()

    assert "checkout.session.async_payment_failed" in shop.types()
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": str(promised_intent(client, session.id))})


def promised_intent(client: stripe.StripeClient, session_id: str) -> object:
    return client.v1.checkout.sessions.retrieve(session_id).payment_intent


def test_a_session_expires_by_itself(sandbox: Sandbox, client: stripe.StripeClient, shop: Receiver) -> None:
    session = client.v1.checkout.sessions.create(order())

    sandbox.settings(clock_offset=32 * 60)
    shop.wait_for(lambda: "checkout.session.expired" in shop.types())

    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    with pytest.raises(Refused, match="status of expired"):
        sandbox.pay(session.id)


def test_a_refund_goes_back_and_is_told(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Receiver
) -> None:
    intent = sandbox.pay(client.v1.checkout.sessions.create(order()).id)["payment_intent"]

    refund = client.v1.refunds.create({"payment_intent": intent, "metadata": {"refund": "3"}})
    sandbox.wait_until_delivered()

    assert (refund.status, refund.amount) == ("succeeded", 165_200_000)
    assert {"refund.created", "refund.updated", "charge.refunded"} <= set(shop.types())
    charge = client.v1.charges.list({"payment_intent": intent}).data[0]
    assert (charge.refunded, charge.amount_refunded) == (True, 165_200_000)


def test_a_failed_refund_gives_the_money_back_to_the_shop(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.settings(refund_seconds=600)
    intent = sandbox.pay(client.v1.checkout.sessions.create(order()).id)["payment_intent"]
    refund = client.v1.refunds.create({"payment_intent": intent})
    assert refund.status == "pending"

    sandbox.settle_refund(refund.id, succeeds=False)

    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    assert client.v1.charges.list({"payment_intent": intent}).data[0].amount_refunded == 0


@pytest.mark.parametrize(("won", "status"), [(True, "won"), (False, "lost")])
def test_a_dispute_takes_the_money_until_it_is_won(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Receiver, won: bool, status: str
) -> None:
    intent = sandbox.pay(client.v1.checkout.sessions.create(order()).id)["payment_intent"]

    made = sandbox.dispute(intent, reason="product_not_received")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_disputed"
    sandbox.close_dispute(made["id"], won=won)
    sandbox.wait_until_delivered()

    dispute = client.v1.disputes.retrieve(made["id"])
    assert dispute.status == status
    assert sum(each.amount for each in dispute.balance_transactions) == (0 if won else -165_200_000)
    assert {"charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed"} <= set(
        shop.types()
    )
    assert ("charge.dispute.funds_reinstated" in shop.types()) is won


def test_lists_are_given_in_pages_newest_first(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    made = [client.v1.checkout.sessions.create(order()).id for _ in range(5)]
    started = client.v1.checkout.sessions.retrieve(made[0]).created

    first = client.v1.checkout.sessions.list({"limit": 2, "created": {"gte": started}})
    assert [each.id for each in first.data] == [made[4], made[3]]
    assert first.has_more
    everything = [each.id for each in first.auto_paging_iter()][:5]
    assert everything == made[::-1]
    before = client.v1.checkout.sessions.list({"limit": 2, "ending_before": made[1]})
    assert [each.id for each in before.data] == [made[3], made[2]]


@pytest.mark.parametrize("key", ["sk_live_0123456789abcdef", "rk_live_0123456789", "nonsense", "sk_test_"])
def test_only_test_keys_are_let_in(sandbox: Sandbox, key: str) -> None:
    stranger = stripe.StripeClient(key, base_addresses={"api": sandbox.url})

    with pytest.raises(stripe.AuthenticationError) as refused:
        stranger.v1.balance.retrieve()
    assert "0123456789" not in str(refused.value)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([line("Bakul", 999_999, 1)], "amount_too_small"),
        ([line("Bakul", 999_999_999_999, 2)], "amount_too_large"),
        ([line("Bakul", 5_000_000, 0)], "parameter_invalid_integer"),
        ([line("Bakul", 5_000_000, 1), line("Basket", 500, 1, "usd")], None),
        ([line("", 5_000_000, 1)], "parameter_invalid_empty"),
    ],
)
def test_totals_and_lines_have_bounds(
    sandbox: Sandbox, client: stripe.StripeClient, lines: list[object], code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(order(line_items=lines))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("arguments", "environment", "reason"),
    [
        ([], {"KRIYA_STRIPE_API_KEY": "sk_live_0123456789abcdef"}, "live key"),
        (["--webhook", "http://127.0.0.1:9/", "--secret", " "], {}, "--secret is empty"),
    ],
)
def test_it_does_not_start_beside_a_live_key_nor_without_a_secret(
    arguments: list[str], environment: dict[str, str], reason: str
) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "checkout.sandbox", "--port", "0", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert outcome.returncode == 2
    assert reason in outcome.stderr
    assert "0123456789" not in outcome.stderr


def test_the_clock_is_the_real_one(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    assert abs(client.v1.checkout.sessions.create(order()).created - time.time()) < 5
