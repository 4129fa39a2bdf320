"""The books: every transfer takes as much as it gives, is written once, and is never changed."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.models import StockMovement
from checkout import credits, ledger, refunds
from checkout.ledger import Posting
from checkout.models import Order, Transfer
from shop.db import db, transaction
from shop.models import AuditEntry
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR


def test_a_sale_is_split_to_the_last_rupiah(session: Session, bank: FakeGateway) -> None:
    here = make_catalog.piece(price=123_457, on_hand=9)
    there = make_catalog.piece(make_checkout.workshop_in(), price=99_999)

    order = make_checkout.paid((here, 3), (there, 1))

    balances = make_checkout.books_are_even()
    shares = sum(amount for code, amount in balances.items() if code != ledger.GATEWAY)
    assert balances[ledger.GATEWAY] == -order.total
    assert shares == order.total
    assert balances[ledger.held(here.workshop_id)] == 370_371 - 29_630
    assert balances[ledger.postage(here.workshop_id)] == 15_000


def test_what_a_buyer_has_received_the_workshop_has_earned(session: Session, bank: FakeGateway) -> None:
    piece = make_catalog.piece(price=350_000)
    order = make_checkout.paid((piece, 1))
    before = ledger.of_workshop(session, piece.workshop_id)

    make_checkout.received(order)

    db.session.rollback()
    after = ledger.of_workshop(session, piece.workshop_id)
    assert (before.earned, before.held, before.postage) == (0, 322_000, 10_000)
    assert (after.earned, after.held, after.postage) == (332_000, 0, 0)


def test_a_refund_after_receipt_takes_the_earning_back(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    make_checkout.received(order)

    with transaction() as writing:
        credits.give_all(writing, ACTOR, writing.get_one(Order, order.id), "Rusak.")
    refunds.send(refunds.of_order(session, order.id)[0].id)

    assert set(make_checkout.books_are_even().values()) == {0}


def test_a_posting_is_written_once(session: Session) -> None:
    posting = Posting("sale:1", ledger.GATEWAY, "held:1", 1_000)

    with transaction() as writing:
        assert ledger.post(writing, [posting, posting]) == 1
    with transaction() as writing:
        assert ledger.post(writing, [posting]) == 0

    assert ledger.balance(session, "held:1") == 1_000


def test_a_transfer_moves_a_positive_amount(session: Session) -> None:
    with pytest.raises(ValueError, match="positive"), transaction() as writing:
        ledger.post(writing, [Posting("x", "a:1", "b:1", -1)])
    with transaction() as writing:
        assert ledger.post(writing, [Posting("y", "a:1", "b:1", 0)]) == 0


def test_the_books_cannot_be_rewritten(session: Session, bank: FakeGateway) -> None:
    make_checkout.paid()

    for table in (Transfer, StockMovement, AuditEntry):
        for change in (sa.update(table).values(at=sa.func.now()), sa.delete(table)):
            with pytest.raises(DBAPIError, match="append-only"), transaction() as writing:
                writing.execute(change)

    make_checkout.books_are_even()


CODES = st.sampled_from([ledger.GATEWAY, ledger.REFUNDS_DUE, *(f"held:{n}" for n in range(4)), "council:1"])
POSTINGS = st.lists(
    st.builds(
        Posting,
        key=st.integers(0, 60).map(lambda number: f"key:{number}"),
        from_code=CODES,
        to_code=CODES,
        amount=st.integers(0, 10**12),
    ).filter(lambda posting: posting.from_code != posting.to_code),
    max_size=40,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(POSTINGS)
def test_whatever_is_posted_the_balances_add_up_to_nothing(session: Session, postings: list[Posting]) -> None:
    with transaction() as writing:
        ledger.post(writing, postings)
        ledger.post(writing, postings)

    assert sum(ledger.trial_balance(session).values()) == 0


def test_an_order_of_many_workshops_at_awkward_prices_adds_up(session: Session, bank: FakeGateway) -> None:
    prices = (10_001, 99_999, 123_457, 1_000_003, 33_333)
    shops = [make_catalog.workshop(regency="16.71" if number % 2 else "17.71") for number in range(5)]
    pieces = [
        make_catalog.piece(shop, price=price, on_hand=9) for shop, price in zip(shops, prices, strict=True)
    ]

    order = make_checkout.paid(*((piece, quantity) for quantity, piece in enumerate(pieces, 1)))

    balances = make_checkout.books_are_even()
    assert -balances[ledger.GATEWAY] == order.total
    assert sum(balances[ledger.postage(piece.workshop_id)] for piece in pieces) == order.shipping_total
