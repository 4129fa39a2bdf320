"""Live tariffs at checkout: asked before anything is open, taken for exactly the parcel they are for, else the tables."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import products
from checkout import live_rates, payments, quotes
from checkout.couriers import port
from checkout.couriers.port import LiveRate, RateRequest
from checkout.models import Shipment
from shop.db import db
from tests import make_catalog, make_checkout, make_postage
from tests.fake_gateway import FakeGateway
from tests.pages import Page


class Aggregator:
    """Stands in for an aggregator: says what it was told to say, and remembers what it was asked."""

    name = "stand-in"

    def __init__(self, answer: Callable[[RateRequest], Sequence[LiveRate]]) -> None:
        self.answer = answer
        self.asked: list[RateRequest] = []

    def rates(self, request: RateRequest) -> list[LiveRate]:
        """Answer, after seeing that no transaction is open."""
        assert not db.session.registry.has() or not db.session().in_transaction()
        self.asked.append(request)
        return list(self.answer(request))

    def track(self, courier: str, tracking_number: str, *, phone: str = "") -> port.Tracking:
        """Know no parcel."""
        raise port.NoSuchWaybill


@pytest.fixture
def ask(app: Flask) -> Iterator[Callable[..., Aggregator]]:
    """Give a function that puts an aggregator in place."""
    before = app.extensions[port.EXTENSION]

    def put(*rates: LiveRate, fails: Exception | None = None) -> Aggregator:
        def answer(_request: RateRequest) -> Sequence[LiveRate]:
            if fails:
                raise fails
            return rates

        app.extensions[port.EXTENSION] = Aggregator(answer)
        return app.extensions[port.EXTENSION]  # type: ignore[no-any-return]

    yield put
    app.extensions[port.EXTENSION] = before


def buy(page: Page) -> Page:
    """Go to the checkout with one piece, to Bengkulu."""
    make_postage.service("jne-YES", price=60_000)
    piece = make_catalog.piece(on_hand=3)
    page.post("/cart/lines", {"variant_id": make_catalog.variant_of(piece).id, "quantity": 1})
    page.get("/checkout")
    return page.press(
        "Cari kecamatan", within="main", name="Budi Santoso", email="budi@contoh.id", phone="081234567890",
        street="Jalan Suprapto 12", postal_code="38222",
    )  # fmt: skip


def pay(page: Page) -> Shipment:
    page.submit(page.one("form.checkout"), page.one("#summary button:not([formaction])"), follow=False)
    db.session.rollback()
    return db.session.query(Shipment).one()


def test_a_live_tariff_is_offered_and_kept_with_the_parcel(
    page: Page, bank: FakeGateway, ask: Callable[..., Aggregator]
) -> None:
    aggregator = ask(LiveRate("jne", "YES", "JNE YES", 7_000, 1, 2))

    buy(page)
    assert "Rp\N{NO-BREAK SPACE}357.000" in page.html
    sent = pay(page)

    assert (sent.fee, sent.live_rate, sent.promised_service, sent.etd_max_days) == (7_000, True, "YES", 2)
    request = aggregator.asked[-1]
    assert (request.destination.postal_code, request.couriers, request.weight_g) == ("38222", ("jne",), 400)
    assert request.origin.postal_code


@pytest.mark.parametrize("failure", [port.Unreachable(), port.Refused(), port.Exhausted()])
def test_who_does_not_answer_is_left_out_and_the_tables_hold(
    page: Page, bank: FakeGateway, ask: Callable[..., Aggregator], failure: Exception
) -> None:
    ask(fails=failure)

    sent = pay(buy(page))

    assert (sent.fee, sent.live_rate) == (10_000, False)


def test_an_answer_that_cannot_be_true_is_not_taken(
    page: Page, bank: FakeGateway, ask: Callable[..., Aggregator]
) -> None:
    ask(LiveRate("jne", "YES", "JNE YES", -5, 1, 2), LiveRate("jne", "YES", "JNE YES", 10**12, 1, 2))

    assert pay(buy(page)).fee == 10_000


def test_a_tariff_that_changed_meanwhile_is_shown_before_anything_is_ordered(
    page: Page, bank: FakeGateway, ask: Callable[..., Aggregator]
) -> None:
    ask(LiveRate("jne", "YES", "JNE YES", 7_000, 1, 2))
    buy(page)
    ask(LiveRate("jne", "YES", "JNE YES", 8_000, 1, 2))

    page.submit(page.one("form.checkout"), page.one("#summary button:not([formaction])"))

    assert page.status == 409
    assert "Rp\N{NO-BREAK SPACE}358.000" in page.html


def test_an_address_elsewhere_costs_what_couriers_say_now_and_else_what_the_tables_say(
    page: Page, bank: FakeGateway, ask: Callable[..., Aggregator]
) -> None:
    ask(LiveRate("jne", "YES", "JNE YES", 7_000, 1, 2))
    sent = pay(buy(page))
    payment = make_checkout.payment_of(sent.order_id)
    bank.pay(payment.session_ref or "")
    payments.settle(payment.id)
    page.get(make_checkout.link(make_checkout.fresh(sent.order_id))).follow("Perbaiki alamat")

    ask(fails=port.Unreachable())
    page.press("Simpan alamat", postal_code="30111", place_q="Ilir Barat, Palembang")
    page.press("Simpan alamat", district_code=page.all("select[name=district_code] option")[1]["value"])
    assert page.status == 422
    assert "53.000" in page.text, "the tables ask for 60.000, paid were 7.000"
    aggregator = ask(LiveRate("jne", "YES", "JNE YES", 6_500, 2, 4))
    page.press("Simpan alamat")

    [moved] = make_checkout.parcels(sent.order_id)
    assert make_checkout.fresh(sent.order_id).postal_code == "30111"
    assert (moved.fee, moved.etd_max_days) == (7_000, 4)
    assert aggregator.asked[-1].destination.postal_code == "30111"


def test_an_answer_for_another_parcel_is_not_taken(session: Session, bank: FakeGateway) -> None:
    make_postage.service("jne-YES", price=60_000)
    piece = make_catalog.piece()
    variant = make_catalog.variant_of(piece).id
    way = live_rates.Way(make_checkout.BENGKULU, "38225")
    found = products.offers(session, [variant])
    one = quotes.lines_of(session, {variant: 1}, found)
    two = quotes.lines_of(session, {variant: 2}, found)
    asked = live_rates.requests(session, one, way)
    answers = {request: [LiveRate("jne", "YES", "", 1_000, 1, 1)] for request in asked.values()}

    assert live_rates.quote(session, one, way, {}, answers).shipping_total == 1_000
    assert live_rates.quote(session, two, way, {}, answers).shipping_total == 10_000
