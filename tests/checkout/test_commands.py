"""What operators ask of the checkout: is it ready, and the worker's tasks once by hand."""

from flask import Flask

from checkout.models import OrderState
from tests import make_checkout
from tests.fake_gateway import FakeGateway
from tests.fixtures import apart
from tests.pages import Page


def run(app: Flask, *command: str) -> str:
    result = apart(app, app.test_cli_runner().invoke, None, list(command))
    assert result.exit_code == 0, result.output
    return str(result.output)


def test_orders_are_ended_by_hand(app: Flask, bank: FakeGateway) -> None:
    order = make_checkout.order()
    make_checkout.overdue(order)

    assert run(app, "orders", "expire") == "1 orders ended\n"
    assert make_checkout.fresh(order.id).state is OrderState.EXPIRED


def test_payments_are_reconciled_by_hand(app: Flask, bank: FakeGateway) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)

    assert run(app, "reconcile") == "1 looked at\n"
    assert make_checkout.fresh(order.id).state is OrderState.PAID


def test_the_postage_table_is_loaded_once(app: Flask) -> None:
    run(app, "rates", "load")

    assert run(app, "rates", "load") == "postage: the tables are there\ncalendar: it is there\n"


def test_readiness_names_a_gateway_that_does_not_answer(app: Flask, page: Page) -> None:
    # The tests' settings point at a port where nobody listens.
    answer = page.client.get("/readyz", base_url="http://localhost")

    assert answer.status_code == 503
    assert answer.get_json()["missing"]["payments"] == "the payment service does not answer"
