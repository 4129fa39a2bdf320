"""Buyer, workshop and time at the same moment, on PostgreSQL: one claim, one end of it, its money once."""

import pytest
import sqlalchemy as sa
from flask import Flask

from checkout import shipping
from checkout.claims import answers, opening
from checkout.claims.opening import Complaint, Difference
from checkout.models import Claim, ClaimState, Credit, Order, Remedy, Shipment, ShipmentState
from checkout.models.claim import What
from shop.audit import Actor
from shop.db import db, transaction
from tests import make_checkout, make_claims
from tests.checkout.test_races import AT_ONCE, race

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("bank")]


def test_a_claim_and_the_end_of_time_at_once_leave_one_of_them(app: Flask) -> None:
    order, parcel = make_claims.arrived()
    line_id, order_id, parcel_id = make_claims.line_of(order).id, order.id, parcel.id
    db.session.rollback()

    def act(number: int) -> str:
        with transaction() as session:
            here = session.get_one(Shipment, parcel_id)
            if number == AT_ONCE - 1:  # the worker comes once; the buyer presses again and again
                shipping.confirm_received(session, Actor.system("worker"), here, by="time")
                return "received"
            complaint = Complaint([Difference(line_id, What.LOOK)], Remedy.REFUND)
            opening.open_claim(session, make_claims.BUYER, session.get_one(Order, order_id), here, complaint)
            return "claimed"

    outcome = race(app, AT_ONCE, act)

    assert outcome["received"] + outcome["claimed"] == 1, outcome
    state = make_checkout.parcels(order_id)[0].state
    assert (state is ShipmentState.RECEIVED) == bool(outcome["received"])


def test_a_claim_that_is_accepted_and_withdrawn_at_once_ends_once_and_pays_at_most_once(app: Flask) -> None:
    claim_id = make_claims.opened().id
    db.session.rollback()

    def act(number: int) -> str:
        with transaction() as session:
            claim = session.get_one(Claim, claim_id)
            if number % 2:
                answers.withdraw(session, make_claims.BUYER, claim, turn=0)
                return "withdrawn"
            answers.accept_wish(session, make_claims.MAKER, claim, "", turn=0)
            return "accepted"

    outcome = race(app, AT_ONCE, act)

    assert outcome["accepted"] + outcome["withdrawn"] == 1, outcome
    db.session.rollback()
    credits = db.session.scalar(sa.select(sa.func.count()).select_from(Credit))
    assert credits == outcome["accepted"]
    ended = {"accepted": ClaimState.DONE, "withdrawn": ClaimState.WITHDRAWN}
    assert db.session.get_one(Claim, claim_id).state is ended["accepted" if credits else "withdrawn"]
    make_checkout.books_are_even()
