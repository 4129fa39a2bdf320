"""Claims: what is not as shown is put right, the money stays until then and goes where it belongs, once."""

import pytest

from checkout import ledger, shipping
from checkout.claims import answers, carrying, deadlines, fidelity, finding, holding, returning, states, terms
from checkout.claims.terms import Terms
from checkout.models import (
    ClaimKind,
    ClaimState,
    Credit,
    OrderState,
    Remedy,
    Shipment,
    ShipmentState,
    Side,
)
from checkout.models.claim import Way, What
from shop.db import db
from tests import make, make_catalog, make_checkout, make_claims
from tests.fake_gateway import FakeGateway
from tests.make import writing

S = ClaimState
pytestmark = pytest.mark.usefixtures("bank")


def test_a_difference_is_a_claim_filled_in_with_what_was_shown() -> None:
    claim = make_claims.opened()

    point = finding.points_of(db.session(), claim.id)[0]
    assert (claim.state, claim.kind) == (S.OPENED, ClaimKind.DIFFERENT)
    assert (point.shown, point.said, point.pieces) == ("200 x 55 cm", "180 x 55 cm", 1)


def test_an_opened_claim_keeps_the_money_and_the_parcel_where_they_are() -> None:
    claim = make_claims.opened()
    make_claims.long_ago(db.session.get_one(Shipment, claim.shipment_id), days=60)

    assert shipping.complete_by_time() == 0
    assert db.session.get_one(Shipment, claim.shipment_id).state is ShipmentState.DELIVERED
    with pytest.raises(shipping.ClaimOpen), writing() as session:
        shipping.confirm_received(session, make.ACTOR, session.get_one(Shipment, claim.shipment_id))
