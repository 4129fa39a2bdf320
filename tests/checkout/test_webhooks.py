"""The gateway's messages: verified, kept once, and never believed more than the object itself."""

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import OrderState, WebhookEvent
from shop.db import db, transaction
from shop.models import AuditEntry, Job, JobState
from tests import make_checkout
from tests.fake_gateway import FakeGateway
from tests.pages import Page


def ring(
    page: Page, ref: str, *, event: str = "evt_1", kind: str = "checkout.session.completed", **told: object
) -> Page:
    body = json.dumps({"id": event, "type": kind, "ref": ref, **told})
    return _send(page, body)


def _send(page: Page, body: str, signature: str = "signed") -> Page:
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    return page._open("POST", "/stripe/webhook", False, False, data=body, headers=headers)


def test_a_message_is_answered_at_once_and_handled_by_a_job(
    page: Page, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)

    assert ring(page, ref).status == 200
    assert make_checkout.fresh(order.id).state is OrderState.PENDING
    run_jobs()

    assert make_checkout.fresh(order.id).state is OrderState.PAID


def test_the_same_message_fifty_times_has_one_effect(
    page: Page, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)

    answers = {ring(page, ref).status for _ in range(50)}
    run_jobs()

    assert answers == {200}
    db.session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(WebhookEvent)) == 1
    captured = sa.select(sa.func.count()).where(AuditEntry.action == "payment.captured")
    assert session.scalar(captured) == 1
    assert make_checkout.books_are_even()["gateway:stripe"] == -order.total


def test_fifty_different_messages_about_one_payment_have_one_effect(
    page: Page, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)
    payment_id = make_checkout.payment_of(order.id).id

    for number in range(50):
        kind = ("checkout.session.completed", "payment_intent.succeeded", "charge.succeeded")[number % 3]
        ring(page, ref, event=f"evt_{number}", kind=kind, payment_id=payment_id)
    run_jobs()

    assert make_checkout.books_are_even()["gateway:stripe"] == -order.total


def test_a_message_that_says_paid_while_the_page_is_open_pays_nothing(
    page: Page, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order, ref = make_checkout.opened()

    ring(page, ref)
    run_jobs()

    assert make_checkout.fresh(order.id).state is OrderState.PENDING


def test_a_message_that_does_not_prove_itself_is_refused_and_not_kept(
    page: Page, session: Session, bank: FakeGateway
) -> None:
    for signature in ("", "forged", "t=1,v1=00"):
        assert _send(page, json.dumps({"id": "evt", "type": "x", "ref": ""}), signature).status == 400

    db.session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(WebhookEvent)) == 0


@pytest.mark.parametrize("kind", ["customer.created", "a.b", "x" * 80])
def test_messages_of_unknown_kinds_are_welcome(
    page: Page, session: Session, bank: FakeGateway, run_jobs: Callable[[], int], kind: str
) -> None:
    assert ring(page, "obj_1", kind=kind).status == 200
    run_jobs()

    db.session.rollback()
    assert session.scalar(sa.select(WebhookEvent.handled_at)) is not None


def test_messages_in_any_order_lead_to_the_same_end(
    page: Page, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)

    ring(page, ref, event="evt_2", kind="checkout.session.expired")
    ring(page, ref, event="evt_3", kind="checkout.session.async_payment_failed")
    ring(page, ref, event="evt_1", kind="checkout.session.completed")
    run_jobs()

    assert make_checkout.fresh(order.id).state is OrderState.PAID


def test_a_message_waits_while_the_gateway_does_not_answer(
    page: Page, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)
    bank.out_of_order = True
    ring(page, ref)
    run_jobs()
    db.session.rollback()
    assert (
        session.scalar(
            sa.select(sa.func.count()).where(Job.kind.endswith("webhooks.handle"), Job.state == "due")
        )
        == 1
    )

    bank.out_of_order = False
    with transaction() as writing:
        writing.execute(sa.update(Job).where(Job.state == JobState.DUE).values(run_at=Job.created_at))
    run_jobs()

    assert make_checkout.fresh(order.id).state is OrderState.PAID
