"""Money of an order given back in parts: every share from whoever had it, to the last rupiah."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from checkout import credits, ledger, shipping
from checkout.credits import CreditItem
from checkout.models import (
    Credit,
    CreditKind,
    CreditLine,
    Order,
    OrderLine,
    OrderState,
    PaymentState,
    Refund,
    Shipment,
    ShipmentState,
)
from shop.db import db, transaction
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Mailbox


def lines(order: Order) -> list[OrderLine]:
    db.session.rollback()
    return list(
        db.session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id))
    )


def give(
    order: Order,
    *items: CreditItem,
    kind: CreditKind = CreditKind.ALLOWANCE,
    key: str = "k",
    shelf: bool = False,
) -> Credit:
    with transaction() as session:
        return credits.give(
            session, ACTOR, session.get_one(Order, order.id), items,
            kind=kind, reason="Retak di tepi.", key=key, back_to_shelf=shelf,
        )  # fmt: skip


def test_an_allowance_takes_its_share_of_the_commission_back(
    session: Session, bank: FakeGateway, mailbox: Mailbox
) -> None:
    order = make_checkout.paid((make_catalog.piece(price=500_000), 1))
    (line,) = lines(order)

    give(order, CreditItem(order_line_id=line.id, amount=100_000))
    mailbox.all()

    share = session.scalars(sa.select(CreditLine)).one()
    assert (share.amount, share.commission, share.from_held) == (100_000, 8_000, 92_000)
    payment = make_checkout.payment_of(order.id)
    assert (payment.state, payment.refunded) == (PaymentState.CAPTURED, 100_000)
    balances = make_checkout.books_are_even()
    assert -balances[ledger.GATEWAY] == order.total - 100_000
    assert balances[ledger.REFUNDS_DUE] == 0
    assert make_checkout.fresh(order.id).state is OrderState.PAID


def test_what_has_been_earned_already_is_taken_from_the_earnings(session: Session, bank: FakeGateway) -> None:
    piece = make_catalog.piece(price=500_000)
    order = make_checkout.paid((piece, 1))
    make_checkout.received(order)
    (line,) = lines(order)

    give(order, CreditItem(order_line_id=line.id, amount=100_000))

    balances = make_checkout.books_are_even()
    assert balances[ledger.held(piece.workshop_id)] == 0
    assert balances[ledger.workshop(piece.workshop_id)] == 460_000 + 10_000 - 92_000


def test_called_off_pieces_go_on_sale_again_and_an_empty_parcel_gives_its_postage_back(
    session: Session, bank: FakeGateway
) -> None:
    piece = make_catalog.piece(price=90_000, on_hand=5)
    other = make_catalog.piece(make_checkout.workshop_in(), price=70_000, on_hand=5)
    order = make_checkout.paid((piece, 3), (other, 1))
    mine, theirs = lines(order)

    give(order, CreditItem(order_line_id=mine.id, quantity=2), kind=CreditKind.CANCELLED, shelf=True)
    assert make_checkout.numbers(piece) == (4, 0, 1)
    assert [parcel.state for parcel in make_checkout.parcels(order.id)] == [ShipmentState.TO_PACK] * 2
    give(
        order, CreditItem(order_line_id=theirs.id, quantity=1), kind=CreditKind.CANCELLED, key="2", shelf=True
    )

    parcels = {parcel.workshop_id: parcel for parcel in make_checkout.parcels(order.id)}
    empty = parcels[other.workshop_id]
    assert (empty.state, empty.credited) == (ShipmentState.CANCELLED, empty.fee)
    assert make_checkout.numbers(other) == (5, 0, 0)
    assert make_checkout.payment_of(order.id).refunded == 180_000 + 70_000 + empty.fee
    make_checkout.books_are_even()


def test_the_last_part_called_off_ends_the_order(
    session: Session, bank: FakeGateway, mailbox: Mailbox
) -> None:
    order = make_checkout.paid((make_catalog.piece(on_hand=5), 2))
    (line,) = lines(order)

    for key in ("1", "2"):
        give(
            order,
            CreditItem(order_line_id=line.id, quantity=1),
            kind=CreditKind.CANCELLED,
            key=key,
            shelf=True,
        )
    mailbox.all()

    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED
    assert make_checkout.payment_of(order.id).state is PaymentState.REFUNDED
    assert set(make_checkout.books_are_even().values()) == {0}


def test_the_rest_of_an_order_is_complete_when_it_arrives(session: Session, bank: FakeGateway) -> None:
    here, there = make_catalog.piece(), make_catalog.piece(make_checkout.workshop_in())
    order = make_checkout.paid((here, 1), (there, 1))
    kept, dropped = lines(order)
    give(order, CreditItem(order_line_id=dropped.id, quantity=1), kind=CreditKind.CANCELLED, shelf=True)

    for parcel in make_checkout.parcels(order.id):
        if parcel.workshop_id == kept.workshop_id:
            make_checkout.send_one(parcel)
            with transaction() as writing:
                shipping.confirm_received(writing, ACTOR, writing.get_one(Shipment, parcel.id))

    assert make_checkout.fresh(order.id).state is OrderState.COMPLETED


def test_one_decision_gives_money_once(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid((make_catalog.piece(price=500_000), 1))
    (line,) = lines(order)

    first = give(order, CreditItem(order_line_id=line.id, amount=1_000), key="claim:1")
    again = give(order, CreditItem(order_line_id=line.id, amount=1_000), key="claim:1")

    assert first.id == again.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Refund)) == 1


def test_no_more_is_given_than_was_paid(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid((make_catalog.piece(price=500_000), 1))
    (line,) = lines(order)

    for item in (
        CreditItem(order_line_id=line.id, amount=500_001),
        CreditItem(order_line_id=line.id, quantity=2),
        CreditItem(order_line_id=line.id, amount=-1),
        CreditItem(order_line_id=line.id + 999, quantity=1),
    ):
        with pytest.raises(credits.TooMuch):
            give(order, item)
    with pytest.raises(credits.NothingToCredit):
        give(order)
    assert make_checkout.payment_of(order.id).refunded == 0


def test_pieces_on_their_way_cannot_be_called_off(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid((make_catalog.piece(on_hand=5), 2))
    (line,) = lines(order)
    make_checkout.sent(order)

    with pytest.raises(credits.NotThere):
        give(order, CreditItem(order_line_id=line.id, quantity=1), kind=CreditKind.CANCELLED, shelf=True)


AWKWARD = st.lists(st.integers(1, 99_991), min_size=1, max_size=7)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    prices=st.lists(st.sampled_from([10_001, 33_333, 99_999, 123_457, 1_000_003]), min_size=1, max_size=3),
    parts=AWKWARD,
    released=st.booleans(),
)
def test_however_it_is_cut_every_share_comes_back_whole(
    session: Session, bank: FakeGateway, prices: list[int], parts: list[int], released: bool
) -> None:
    pieces = [make_catalog.piece(make_checkout.workshop_in(), price=price) for price in prices]
    order = make_checkout.paid(*((piece, 1) for piece in pieces))
    before = make_checkout.books_are_even()
    if released:
        make_checkout.received(order)
    for number, part in enumerate(parts):
        line = lines(order)[number % len(pieces)]
        left = line.paid - line.credited
        if part < left:
            give(order, CreditItem(order_line_id=line.id, amount=part), key=f"{order.id}:{number}")
    with transaction() as writing:
        credits.give_all(writing, ACTOR, writing.get_one(Order, order.id), "Salah kirim.")

    balances = make_checkout.books_are_even()
    for line in lines(order):
        assert line.credited == line.paid
        assert line.held_left == 0
        assert balances[ledger.held(line.workshop_id)] == 0
        assert balances.get(ledger.workshop(line.workshop_id), 0) == 0
        assert balances[ledger.council(line.council_id)] == before.get(ledger.council(line.council_id), 0) - (
            sum(one.commission for one in lines(order) if one.council_id == line.council_id)
        )
