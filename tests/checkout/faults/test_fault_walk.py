"""Whatever the gateway does wrong, every captured payment ends as one paid order or one refund, to the last rupiah.

`KRIYA_FAULT_WALKS=200` walks that many seeds over each gateway, of many more steps; one that fails names its seed.
`KRIYA_FAULT_WALKS_FROM` is the first of them, so that a later campaign walks where nobody has been.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from checkout import gateway
from checkout.stripe_gateway import StripeGateway
from tests import make_checkout
from tests.checkout.faults.walk import Walk, judge
from tests.checkout.faults.worlds import WORLDS, World
from tests.pages import Page
from tests.shops import settings

LONG = int(os.environ.get("KRIYA_FAULT_WALKS", "0"))
FIRST = int(os.environ.get("KRIYA_FAULT_WALKS_FROM", "1"))
SEEDS = range(FIRST, FIRST + LONG) if LONG else (7,)
STEPS, ORDERS, FAULTS = (220, 14, 24) if LONG else (60, 6, 3)


def adapter(world: World, *, patience: int) -> StripeGateway:
    """Speak to a world; no longer than so many seconds, with all tries."""
    known = settings("sqlite:///unused", Path("unused"))
    return StripeGateway(
        replace(known, stripe_api_base=world.url, stripe_webhook_secret=world.secret, stripe_timeout=patience)
    )


@pytest.mark.timeout(900 if LONG else 120)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", sorted(WORLDS))
def test_every_captured_payment_ends_as_one_order_or_one_refund(
    app: Flask, session: Session, page: Page, run_jobs: Callable[[], int], kind: str, seed: int
) -> None:
    before = app.extensions[gateway.EXTENSION]
    with WORLDS[kind]() as world:
        try:
            app.extensions[gateway.EXTENSION] = {gateway.STRIPE: adapter(world, patience=2)}
            walk = Walk(world, page, run_jobs, seed, orders=ORDERS, faults=FAULTS)
            for _step in range(STEPS):
                walk.step()
            # The faults have stopped: what is slow now is only a busy machine.
            app.extensions[gateway.EXTENSION] = {gateway.STRIPE: adapter(world, patience=60)}
            walk.recover()
            ends = judge(world)
            balances = make_checkout.books_are_even()
            walk.late_letters()
            assert judge(world) == ends
            assert make_checkout.books_are_even() == balances
        finally:
            app.extensions[gateway.EXTENSION] = before
    # Of many seeds one or the other leads to nobody who pays.
    assert LONG or ends["a paid order"] + ends["a refund"] > 0, "a walk in which nobody paid shows nothing"
