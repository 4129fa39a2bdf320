"""What every adapter of the port `checkout.gateway` promises, as tests: docs/decisions/0013-gateways-by-name.md.

A test class of an adapter inherits these and gives a `world`: the adapter, and a way to pay a page as a buyer would.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from checkout.gateway import (
    LineToPay,
    NotSigned,
    PaymentGateway,
    PaymentSession,
    RefundStatus,
    SessionRequest,
    SessionState,
    Topic,
    Unknown,
    Unreachable,
)
from checkout.gateway_books import MovementKind
from shop.db import now

_payments = iter(range(50_000, 60_000))


@dataclass
class World:
    """An adapter and what happens on the other side of it."""

    gateway: PaymentGateway
    pay: Callable[[str], object]
    """Pay a page by its reference."""
    act_and_forget: Callable[[str], object]
    """Let the gateway do the next call of a kind (`page`, `refund`), and fail to say so."""
    break_down: Callable[[], object]
    """Let nothing answer any more."""
    messages: dict[Topic, str] = field(default_factory=dict)
    """One kind of message of the gateway for each topic."""


def request() -> SessionRequest:
    number = next(_payments)
    return SessionRequest(
        payment_id=number,
        order_number=f"KRY-261122-C{number}",
        email=f"pembeli{number}@contoh.id",
        locale="id",
        lines=(LineToPay("Tenun Sumba", 1_234_567, 1), LineToPay("Ongkos kirim", 10_001, 1)),
        expires_at=now().replace(microsecond=0) + timedelta(minutes=65),
        success_url="http://localhost/orders/x/thanks",
        cancel_url="http://localhost/orders/x",
    )


class GatewayContract:
    """Inherit, and give the fixture `world`."""

    @pytest.fixture
    def world(self) -> Iterator[World]:
        """Give the adapter under test."""
        raise AssertionError("an adapter's test gives its world")

    def paid(self, world: World) -> PaymentSession:
        page = world.gateway.open_session(request())
        world.pay(page.ref)
        return world.gateway.session(page.ref)

    def test_a_page_says_whose_it_is_and_what_it_costs(self, world: World) -> None:
        wanted = request()

        page = world.gateway.open_session(wanted)

        assert (page.payment_id, page.order_number) == (wanted.payment_id, wanted.order_number)
        assert (page.amount, page.currency, page.mode) == (wanted.amount, "IDR", "payment")
        assert (page.state, page.live) == (SessionState.OPEN, world.gateway.live)
        assert page.url

    def test_the_same_payment_has_one_page(self, world: World) -> None:
        wanted = request()

        assert world.gateway.open_session(wanted).ref == world.gateway.open_session(wanted).ref

    def test_a_page_whose_answer_was_lost_is_found_by_our_ids(self, world: World) -> None:
        wanted = request()
        world.act_and_forget("page")
        with contextlib.suppress(Unreachable):
            world.gateway.open_session(wanted)

        found = world.gateway.find_session(wanted.payment_id, wanted.order_number, wanted.email)

        assert found is not None
        assert found.ref == world.gateway.open_session(wanted).ref
        assert world.gateway.find_session(wanted.payment_id, "KRY-000000-OTHER", wanted.email) is None

    def test_paid_is_said_with_the_reference_to_refund_by(self, world: World) -> None:
        found = self.paid(world)

        assert found.state is SessionState.PAID
        assert found.intent_ref

    def test_a_page_is_closed_and_a_paid_one_stays_paid(self, world: World) -> None:
        open_one = world.gateway.open_session(request())

        assert world.gateway.expire(open_one.ref).state is SessionState.EXPIRED
        assert world.gateway.expire(open_one.ref).state is SessionState.EXPIRED
        assert world.gateway.expire(self.paid(world).ref).state is SessionState.PAID

    def test_what_is_not_there_is_unknown(self, world: World) -> None:
        with pytest.raises(Unknown):
            world.gateway.session("nothing_of_this_name")

    def test_parts_go_back_each_once(self, world: World) -> None:
        intent = self.paid(world).intent_ref or ""
        before = world.gateway.held()

        first = world.gateway.refund(intent, 71, 300_000)
        second = world.gateway.refund(intent, 72, 4_567)
        again = world.gateway.refund(intent, 71, 300_000)

        assert (first, again.ref) == (again, first.ref)
        assert (second.status, second.amount) == (RefundStatus.SUCCEEDED, 4_567)
        assert world.gateway.find_refund(intent, 73) is None
        assert before - world.gateway.held() == 30_456_700

    def test_a_refund_whose_answer_was_lost_is_not_sent_again(self, world: World) -> None:
        intent = self.paid(world).intent_ref or ""
        before = world.gateway.held()
        world.act_and_forget("refund")
        with contextlib.suppress(Unreachable):
            world.gateway.refund(intent, 74, 100_000)

        assert world.gateway.refund(intent, 74, 100_000).amount == 100_000
        assert before - world.gateway.held() == 10_000_000

    def test_messages_that_nobody_signed_are_refused(self, world: World) -> None:
        for body in (b"{}", b'{"id": "evt_1", "type": "checkout.session.completed"}', b"\xff"):
            with pytest.raises(NotSigned):
                world.gateway.parse_event(body, {"Stripe-Signature": "t=1,v1=00", "X-Callback-Token": "x"})

    def test_kinds_of_messages_are_sorted_and_strange_ones_are_harmless(self, world: World) -> None:
        for topic, kind in world.messages.items():
            assert world.gateway.topic(kind) is topic
        assert world.gateway.topic("nothing.that.exists") is Topic.OTHER

    def test_the_account_lists_every_line_with_what_it_belongs_to(self, world: World) -> None:
        page = self.paid(world)
        world.gateway.refund(page.intent_ref or "", 75, 1_000)

        lines = [one for one in world.gateway.movements(None) if one.intent_ref == page.intent_ref]

        assert [one.kind for one in lines] == [MovementKind.CHARGE, MovementKind.REFUND]
        assert [one.amount for one in lines] == [(page.amount or 0) * 100, -100_000]
        assert {one.currency for one in lines} == {"IDR"}
        assert sum(one.net for one in world.gateway.movements(None)) == world.gateway.held()
        assert world.gateway.movements(now() + timedelta(hours=1)) == []

    def test_silence_is_said_within_ten_seconds(self, world: World) -> None:
        world.break_down()
        before = time.monotonic()

        with pytest.raises(Unreachable):
            world.gateway.open_session(replace(request()))

        assert time.monotonic() - before < 10
        assert not world.gateway.healthy()
