"""What goes wrong on purpose, and what survives it: faults, idempotency keys, repeats, restarts."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.checkout.sandbox.conftest import client_of, order
from tests.checkout.sandbox.receiver import Receiver, listening
from tests.checkout.sandbox.running import Sandbox, start

CREATE = "POST /v1/checkout/sessions"


def newest(client: stripe.StripeClient) -> str | None:
    found = client.v1.checkout.sessions.list({"limit": 1}).data
    return found[0].id if found else None


def test_an_error_before_the_effect_leaves_nothing_and_the_same_key_works_next_time(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    before, asked, key = newest(client), order(), f"k-{time.time_ns()}"
    sandbox.faults("error", endpoint=CREATE)

    with pytest.raises(stripe.APIError) as broken:
        client.v1.checkout.sessions.create(asked, {"idempotency_key": key})
    assert broken.value.http_status == 500
    assert newest(client) == before
    assert client.v1.checkout.sessions.create(asked, {"idempotency_key": key}).status == "open"


def test_an_error_after_the_effect_is_remembered_by_its_key(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    before, asked, key = newest(client), order(), f"k-{time.time_ns()}"
    sandbox.faults("error", endpoint=CREATE, when="after")

    for _ in range(2):
        with pytest.raises(stripe.APIError):
            client.v1.checkout.sessions.create(asked, {"idempotency_key": key})

    assert newest(client) not in {None, before}, "the session is there, only nobody was told"
    assert [each["replayed"] for each in sandbox.requests(CREATE)][-2:] == [0, 1]


def test_a_lost_answer_is_given_again(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    asked, key = order(), f"k-{time.time_ns()}"
    sandbox.faults("refuse", endpoint=CREATE, when="after")

    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(asked, {"idempotency_key": key})

    made = newest(client)
    assert client.v1.checkout.sessions.create(asked, {"idempotency_key": key}).id == made


def test_a_refused_connection_has_no_effect(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    before = newest(client)
    sandbox.faults("refuse", endpoint="* /v1/checkout/*")

    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(order())
    assert newest(client) == before


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hanging_call_holds_its_key(sandbox: Sandbox, client: stripe.StripeClient, when: str) -> None:
    asked, key = order(), f"k-{time.time_ns()}"
    sandbox.faults("hang", endpoint=CREATE, when=when, seconds=0.3)
    hanging = threading.Thread(
        target=lambda: client.v1.checkout.sessions.create(asked, {"idempotency_key": key})
    )

    began = time.monotonic()
    hanging.start()
    time.sleep(0.1)
    with pytest.raises(stripe.APIError) as busy:
        client_of(sandbox).v1.checkout.sessions.create(asked, {"idempotency_key": key})
    hanging.join()

    assert time.monotonic() - began >= 0.3
    assert busy.value.http_status == 409
    assert client.v1.checkout.sessions.create(asked, {"idempotency_key": key}).id == newest(client)


def test_a_fault_falls_only_on_its_calls_and_as_often_as_said(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.faults("error", endpoint=CREATE, status=429, count=2)

    client.v1.balance.retrieve()
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            client.v1.checkout.sessions.create(order())
    assert client.v1.checkout.sessions.create(order()).status == "open"


def test_one_key_at_the_same_time_has_one_effect(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = sandbox.pay(client.v1.checkout.sessions.create(order()).id)["payment_intent"]
    asked: Any = {"payment_intent": intent, "amount": 1_000_000}
    key, made = f"k-{time.time_ns()}", set()

    def refund() -> None:
        patient = stripe.StripeClient(
            sandbox.api_key, base_addresses={"api": sandbox.url}, max_network_retries=5
        )
        made.add(patient.v1.refunds.create(asked, {"idempotency_key": key}).id)

    threads = [threading.Thread(target=refund) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1
    assert len(client.v1.refunds.list({"payment_intent": intent}).data) == 1


def test_webhooks_are_repeated_until_the_shop_takes_them(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Receiver
) -> None:
    session = client.v1.checkout.sessions.create(order())
    shop.answers += [500, 503, 404]

    sandbox.expire(session.id)
    sandbox.wait_until_delivered()

    assert shop.types() == ["checkout.session.expired"] * 4
    assert sandbox.deliveries()[-1]["attempts"] == 4
    assert client.v1.events.retrieve(shop.events()[0]["id"]).pending_webhooks == 0


def test_webhooks_can_come_many_times(sandbox: Sandbox, client: stripe.StripeClient, shop: Receiver) -> None:
    session = client.v1.checkout.sessions.create(order())
    sandbox.faults("duplicate", event="checkout.session.completed", times=49)

    sandbox.pay(session.id)
    sandbox.wait_until_delivered()

    same = [event["id"] for event in shop.events() if event["type"] == "checkout.session.completed"]
    assert len(same) == 50
    assert len(set(same)) == 1


def test_webhooks_can_come_in_reverse(sandbox: Sandbox, client: stripe.StripeClient, shop: Receiver) -> None:
    session = client.v1.checkout.sessions.create(order())
    sandbox.faults("reorder", count=4)

    sandbox.pay(session.id)
    sandbox.wait_until_delivered()

    assert shop.types() == [
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
        "payment_intent.created",
    ]


def test_webhooks_can_be_dropped_late_or_badly_signed(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Receiver
) -> None:
    sandbox.faults("drop", event="payment_intent.*", count=None)
    sandbox.faults("delay", event="checkout.session.completed", seconds=0.15)
    sandbox.faults("forge", event="charge.succeeded")

    sandbox.pay(client.v1.checkout.sessions.create(order()).id)
    sandbox.wait_until_delivered()

    assert shop.types() == ["charge.succeeded", "checkout.session.completed"]
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(*shop.came[0], sandbox.webhook_secret)
    client.construct_event(*shop.came[1], sandbox.webhook_secret)
    sandbox.clear_faults()
    sandbox.resend(shop.events()[0]["id"])
    sandbox.wait_until_delivered()
    client.construct_event(*shop.came[2], sandbox.webhook_secret)


def test_signatures_can_be_old(sandbox: Sandbox, client: stripe.StripeClient, shop: Receiver) -> None:
    sandbox.settings(signature_skew=-600)

    sandbox.expire(client.v1.checkout.sessions.create(order()).id)
    sandbox.wait_until_delivered()

    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        client.construct_event(*shop.came[0], sandbox.webhook_secret)


def test_everything_promised_survives_a_kill(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.sqlite"
    with listening() as shop:
        shop.answers += [500] * 1000
        first = start(webhook_url=shop.url, db=file)
        session = client_of(first).v1.checkout.sessions.create(order(), {"idempotency_key": "same"})
        first.pay(session.id)
        first.kill()
        shop.answers.clear()

        second = start(db=file)
        try:
            second.wait_until_delivered()
            assert set(shop.types()) >= {"checkout.session.completed", "charge.succeeded"}
            found = client_of(second).v1.checkout.sessions.retrieve(session.id)
            assert (found.status, found.payment_status) == ("complete", "paid")
        finally:
            second.stop()
