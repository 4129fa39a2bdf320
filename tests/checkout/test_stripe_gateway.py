"""The Stripe adapter, through the unmodified SDK against the payments sandbox: what it says is what Stripe would hear."""

import hashlib
import hmac
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from checkout import credits, gateway, payments
from checkout.gateway import (
    LineToPay,
    NotSigned,
    RefundStatus,
    SessionRequest,
    SessionState,
    UnderDispute,
    Unknown,
    Unreachable,
)
from checkout.models import Order, OrderState, Payment, PaymentState
from checkout.stripe_gateway import StripeGateway
from shop.config import Settings
from shop.db import now, transaction
from tests import make_checkout
from tests.checkout.sandbox.running import Sandbox, running_sandbox
from tests.make import ACTOR
from tests.shops import settings

SECRET = "whsec_for_these_tests"


def adapter(url: str, **changes: Any) -> StripeGateway:
    chosen: Settings = settings("sqlite:///unused", Path("unused"))
    return StripeGateway(replace(chosen, stripe_api_base=url, stripe_webhook_secret=SECRET, **changes))


def request(payment_id: int = 7, **changes: Any) -> SessionRequest:
    wanted = SessionRequest(
        payment_id=payment_id,
        order_number=f"KRY-261121-TEST{payment_id:02}",
        email="budi@contoh.id",
        locale="id",
        lines=(LineToPay("Selendang", 350_000, 2), LineToPay("Ongkir", 10_000, 1)),
        expires_at=now().replace(microsecond=0) + timedelta(minutes=65),
        success_url="http://localhost/orders/x/thanks",
        cancel_url="http://localhost/orders/x",
    )
    return replace(wanted, **changes)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(webhook_secret=SECRET) as running:
        yield running


@pytest.fixture
def stripe(sandbox: Sandbox) -> Iterator[StripeGateway]:
    yield adapter(sandbox.url)
    sandbox.clear_faults()


_payment = iter(range(1000, 9999))


def opened(stripe: StripeGateway) -> gateway.PaymentSession:
    return stripe.open_session(request(next(_payment)))


def test_a_page_asks_for_hundredths_and_is_read_back_in_rupiah(
    stripe: StripeGateway, sandbox: Sandbox
) -> None:
    found = opened(stripe)

    sent = sandbox.requests("POST /v1/checkout/sessions")[-1]
    assert found.state is SessionState.OPEN
    assert (found.amount, found.currency, found.mode, found.live) == (710_000, "IDR", "payment", False)
    assert found.url is not None
    assert "35000000" in json.dumps(sent)


def test_the_same_payment_asks_for_the_same_page(stripe: StripeGateway) -> None:
    wanted = request(next(_payment))

    assert stripe.open_session(wanted).ref == stripe.open_session(wanted).ref


def test_a_paid_page_is_paid(stripe: StripeGateway, sandbox: Sandbox) -> None:
    page = opened(stripe)

    sandbox.pay(page.ref)

    found = stripe.session(page.ref)
    assert found.state is SessionState.PAID
    assert found.intent_ref is not None
    assert (found.payment_id, found.order_number) == (page.payment_id, page.order_number)


def test_a_transfer_is_on_its_way_until_it_lands_or_fails(stripe: StripeGateway, sandbox: Sandbox) -> None:
    lands, fails = opened(stripe), opened(stripe)
    for page in (lands, fails):
        sandbox.pay(page.ref, method="transfer", seconds=3600)
        assert stripe.session(page.ref).state is SessionState.PROCESSING

    sandbox.settle(lands.ref)
    sandbox.settle(fails.ref, succeeds=False)

    assert stripe.session(lands.ref).state is SessionState.PAID
    assert stripe.session(fails.ref).state is SessionState.FAILED


def test_a_page_is_closed_once_and_a_paid_one_stays_paid(stripe: StripeGateway, sandbox: Sandbox) -> None:
    unpaid, paid = opened(stripe), opened(stripe)
    sandbox.pay(paid.ref)

    assert stripe.expire(unpaid.ref).state is SessionState.EXPIRED
    assert stripe.expire(unpaid.ref).state is SessionState.EXPIRED
    assert stripe.expire(paid.ref).state is SessionState.PAID


def test_a_page_of_another_account_is_unknown(stripe: StripeGateway) -> None:
    with pytest.raises(Unknown):
        stripe.session("cs_test_nobody_knows")


def test_a_refund_is_sent_once_and_found_again(stripe: StripeGateway, sandbox: Sandbox) -> None:
    page = opened(stripe)
    sandbox.pay(page.ref)
    intent = stripe.session(page.ref).intent_ref or ""

    first = stripe.refund(intent, 5, 710_000)
    again = stripe.refund(intent, 5, 710_000)

    assert first == again
    assert (first.status, first.amount) == (RefundStatus.SUCCEEDED, 710_000)
    assert stripe.find_refund(intent, 6) is None


def test_a_refund_that_was_made_but_not_answered_is_found(stripe: StripeGateway, sandbox: Sandbox) -> None:
    page = opened(stripe)
    sandbox.pay(page.ref)
    intent = stripe.session(page.ref).intent_ref or ""
    balance = stripe.held()
    sandbox.faults("error", endpoint="POST /v1/refunds", when="after", status=500)

    assert stripe.refund(intent, 8, 710_000).amount == 710_000
    assert stripe.held() == balance - 71_000_000


def test_a_page_that_was_made_but_not_answered_is_found(stripe: StripeGateway, sandbox: Sandbox) -> None:
    wanted = request(next(_payment))
    sandbox.faults("error", endpoint="POST /v1/checkout/sessions", when="after", status=500)

    page = stripe.open_session(wanted)

    assert page.state is SessionState.OPEN
    assert stripe.find_session(wanted.payment_id, wanted.order_number, wanted.email) == page
    assert stripe.find_session(wanted.payment_id, "KRY-261121-OTHERS", wanted.email) is None


def test_a_refund_refused_while_a_bank_decides_is_sent_when_it_has(
    stripe: StripeGateway, sandbox: Sandbox
) -> None:
    page = opened(stripe)
    sandbox.pay(page.ref)
    intent = stripe.session(page.ref).intent_ref or ""
    dispute = sandbox.dispute(intent)
    for _again in range(2):  # Stripe keeps the no as the answer to its key
        with pytest.raises(UnderDispute):
            stripe.refund(intent, 9, 710_000)

    sandbox.close_dispute(dispute["id"], won=True)

    assert stripe.refund(intent, 9, 710_000).status is RefundStatus.SUCCEEDED


@pytest.mark.parametrize("fault", ["refuse", "hang", "error"])
def test_a_gateway_in_trouble_is_said_within_ten_seconds(
    stripe: StripeGateway, sandbox: Sandbox, fault: str
) -> None:
    how: dict[str, Any] = {"seconds": 30} if fault == "hang" else {}
    sandbox.faults(fault, count=None, **how)
    before = time.monotonic()

    with pytest.raises(Unreachable):
        opened(stripe)

    assert time.monotonic() - before < 10


def test_a_gateway_that_is_gone_is_said(stripe: StripeGateway) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gone = adapter(f"http://127.0.0.1:{port}")

    with pytest.raises(Unreachable):
        opened(gone)
    assert not gone.healthy()
    assert stripe.healthy()


def test_an_empty_secret_is_refused() -> None:
    for secret in ("", "  "):
        with pytest.raises(ValueError, match="empty"):
            StripeGateway(replace(settings("sqlite:///x", Path("unused")), stripe_webhook_secret=secret))


# --- signatures --------------------------------------------------------------------------------------


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> str:
    moment = int(at or time.time())
    mac = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


EVENT = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "api_version": "2026-01-01",
        "created": 1,
        "livemode": False,
        "pending_webhooks": 1,
        "request": None,
        "data": {"object": {"id": "cs_1", "object": "checkout.session", "metadata": {"payment_id": "17"}}},
    }
).encode()


def test_a_signed_message_is_read(stripe: StripeGateway) -> None:
    event = stripe.parse_event(EVENT, {"Stripe-Signature": signed(EVENT)})

    assert (event.id, event.type, event.object_ref, event.payment_id) == (
        "evt_1",
        "checkout.session.completed",
        "cs_1",
        17,
    )


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "nonsense",
        "t=1,v1=00",
        signed(EVENT, "whsec_of_somebody_else"),
        signed(EVENT, ""),
        signed(EVENT, at=time.time() - 3600),
        signed(EVENT + b" "),
    ],
    # Signatures change with the second: two workers would not agree on the names.
    ids=["none", "nonsense", "made up", "another secret", "empty secret", "an hour old", "another body"],
)
def test_a_message_without_our_signature_is_refused(stripe: StripeGateway, signature: str) -> None:
    with pytest.raises(NotSigned):
        stripe.parse_event(EVENT, {"Stripe-Signature": signature})


def test_a_signed_message_that_is_no_event_is_refused(stripe: StripeGateway) -> None:
    half = EVENT.replace(b'"id": "evt', b'"id": "\\ud800evt', 1)
    assert half != EVENT
    for body in (b"not json", b"\xff\xfe", b"[]", b"{}", b"[" * 100_000, half):
        with pytest.raises(NotSigned):
            stripe.parse_event(body, {"Stripe-Signature": signed(body)})


# --- the whole way -----------------------------------------------------------------------------------


@pytest.fixture
def real(app: Flask, stripe: StripeGateway) -> Iterator[StripeGateway]:
    """Let the shop of this test pay through the sandbox."""
    before = app.extensions[gateway.EXTENSION]
    app.extensions[gateway.EXTENSION] = {gateway.STRIPE: stripe}
    yield stripe
    app.extensions[gateway.EXTENSION] = before


def test_an_order_is_paid_and_refunded_through_the_sandbox(
    session: Session, real: StripeGateway, sandbox: Sandbox, run_jobs: Callable[[], int]
) -> None:
    order, ref = make_checkout.opened()
    sandbox.pay(ref)
    payments.reconcile()
    assert make_checkout.fresh(order.id).state is OrderState.PAID

    with transaction() as writing:
        credits.give_all(writing, ACTOR, writing.get_one(Order, order.id), "Rusak.")
    run_jobs()

    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED
    assert set(make_checkout.books_are_even().values()) == {0}


def test_an_order_that_lapses_closes_its_page_in_the_sandbox(
    session: Session, real: StripeGateway, sandbox: Sandbox
) -> None:
    order, ref = make_checkout.opened()
    make_checkout.overdue(order)

    assert payments.expire_due() == 1

    assert real.session(ref).state is SessionState.EXPIRED


def test_a_page_the_gateway_has_forgotten_does_not_hold_the_pieces_for_ever(
    session: Session, real: StripeGateway
) -> None:
    order, _ref = make_checkout.opened()
    with transaction() as writing:
        writing.execute(
            sa.update(Payment)
            .where(Payment.order_id == order.id)
            .values(session_ref="cs_test_of_another_account")
        )
    make_checkout.overdue(order)

    assert payments.expire_due() == 1
