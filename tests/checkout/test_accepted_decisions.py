"""Decisions about claims that both sides accept are carried out at once, without waiting for the end of the appeal's time."""

import pytest
import sqlalchemy as sa

from admin import verify
from checkout.claims import arbitration, states
from checkout.claims.terms import Terms
from checkout.models import Claim, ClaimState, Credit, Remedy, Side
from shop.db import db
from shop.models import User
from tests import make, make_catalog, make_checkout, make_claims
from tests.make import writing

pytestmark = pytest.mark.usefixtures("bank")


def _credits() -> list[tuple[str, int]]:
    db.session.rollback()
    return [(row.key, row.amount) for row in db.session.scalars(sa.select(Credit).order_by(Credit.id))]


def _decide(claim: Claim, officer: User, remedy: Remedy = Remedy.REFUND, amount: int = 0) -> None:
    with writing() as session:
        here, person = session.get_one(Claim, claim.id), session.get_one(User, officer.id)
        terms = Terms(remedy, amount)
        arbitration.decide(session, make.ACTOR, here, person, terms, "Sesuai contoh acuan.", turn=here.turn)


def _accept(claim: Claim, side: Side) -> None:
    with writing() as session:
        here = session.get_one(Claim, claim.id)
        arbitration.accept(session, make_claims.BUYER, here, side, turn=here.turn)


def test_a_decision_that_gives_the_buyer_all_is_paid_as_soon_as_the_workshop_accepts_it() -> None:
    claim = make_claims.at_council()
    _decide(claim, make_catalog.curator("17", "Petugas"))

    _accept(claim, Side.WORKSHOP)

    assert (make_claims.fresh(claim).state, len(_credits())) == (ClaimState.DONE, 1)
    make_checkout.books_are_even()


def test_where_both_could_ask_for_more_both_accept_before_the_time_is_over() -> None:
    claim = make_claims.at_council()
    _decide(claim, make_catalog.curator("17", "Petugas"), Remedy.PART, amount=20_000)

    _accept(claim, Side.BUYER)
    assert (make_claims.fresh(claim).state, _credits()) == (ClaimState.DECIDED, [])
    with pytest.raises(arbitration.NoAppealLeft), writing() as session:
        arbitration.appeal(
            session,
            make.ACTOR,
            db.session.get_one(Claim, claim.id),
            Side.BUYER,
            "Tidak jadi.",
            turn=db.session.get_one(Claim, claim.id).turn,
        )
    with pytest.raises(states.ClaimMoved):
        _accept(claim, Side.BUYER)
    _accept(claim, Side.WORKSHOP)

    assert make_claims.fresh(claim).state is ClaimState.DONE
    assert [amount for _key, amount in _credits()] == [20_000]
    assert not verify.run(db.session())
