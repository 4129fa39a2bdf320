"""Changes of a paid order: called off in whole or part, sent in parts, another address, notes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.verify import postage as postage_checks
from catalog.models import Product, ProductState
from checkout import addresses, calling_off, ledger, new_postage, notes, orders, shipping, splitting
from checkout.addresses import Address
from checkout.models import (
    CancellationRequest,
    Order,
    OrderLine,
    OrderNote,
    OrderState,
    Party,
    RequestState,
    Shipment,
)
from shop.db import db, now, transaction
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Mailbox


def line_of(order: Order) -> OrderLine:
    db.session.rollback()
    return db.session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order.id)).one()


def ask(order: Order) -> CancellationRequest:
    (parcel,) = make_checkout.parcels(order.id)
    with transaction() as session:
        return calling_off.ask(
            session,
            ACTOR,
            session.get_one(Order, order.id),
            session.get_one(Shipment, parcel.id),
            "Salah warna.",
        )


def request_of(order: Order) -> CancellationRequest:
    db.session.rollback()
    latest = sa.select(CancellationRequest).order_by(CancellationRequest.id.desc()).limit(1)
    return db.session.scalars(latest).one()


def test_a_parcel_is_called_off_when_the_workshop_agrees(
    session: Session, bank: FakeGateway, mailbox: Mailbox
) -> None:
    piece = make_catalog.piece(on_hand=3)
    order = make_checkout.paid((piece, 1))
    request = ask(order)

    with transaction() as writing:
        calling_off.grant(writing, ACTOR, writing.get_one(CancellationRequest, request.id))
    mailbox.all()

    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED
    assert make_checkout.numbers(piece) == (3, 0, 0)
    assert set(make_checkout.books_are_even().values()) == {0}
    assert "order_change_buyer" in {letter.template for letter in mailbox.all()}
    with pytest.raises(calling_off.AnsweredAlready), transaction() as writing:
        calling_off.refuse(writing, ACTOR, writing.get_one(CancellationRequest, request.id), "Sudah dikemas.")


def test_silence_of_the_workshop_is_a_yes_after_a_day(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid((make_catalog.piece(on_hand=3), 1))
    request = ask(order)
    assert calling_off.grant_unanswered() == 0

    with transaction() as writing:
        writing.execute(
            sa.update(CancellationRequest)
            .where(CancellationRequest.id == request.id)
            .values(due_at=now() - timedelta(minutes=1))
        )

    assert calling_off.grant_unanswered() == 1
    assert calling_off.grant_unanswered() == 0
    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED


def test_a_parcel_that_leaves_answers_the_wish_itself(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid((make_catalog.piece(on_hand=3), 1))
    request = ask(order)
    make_checkout.sent(order)

    assert request_of(order).state is RequestState.OVERTAKEN
    with pytest.raises(calling_off.AnsweredAlready), transaction() as writing:
        calling_off.grant(writing, ACTOR, writing.get_one(CancellationRequest, request.id))
    with pytest.raises(calling_off.TooLate):
        ask(order)


def test_one_wish_at_a_time(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    request = ask(order)
    with pytest.raises(calling_off.AskedAlready):
        ask(order)
    with transaction() as writing:
        calling_off.withdraw(writing, ACTOR, writing.get_one(CancellationRequest, request.id))

    assert ask(order).id != request.id


def test_broken_pieces_do_not_come_back_on_sale(session: Session, bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=5)
    order = make_checkout.paid((piece, 3))
    (parcel,) = make_checkout.parcels(order.id)
    line = line_of(order)

    for _pressed_twice in range(2):
        with transaction() as writing:
            calling_off.call_off_pieces(
                writing, ACTOR, writing.get_one(Shipment, parcel.id), {line.id: 1}, "Retak.",
                key="form:1", on_sale=False,
            )  # fmt: skip

    assert make_checkout.numbers(piece) == (2, 0, 2)
    assert line_of(order).returned == 1
    assert make_checkout.payment_of(order.id).refunded == line.unit_price


def test_an_order_goes_out_in_two_parcels_and_each_earns_its_part(
    session: Session, bank: FakeGateway
) -> None:
    piece = make_catalog.piece(price=33_333, on_hand=9)
    order = make_checkout.paid((piece, 3))
    (parcel,) = make_checkout.parcels(order.id)
    line = line_of(order)

    with transaction() as writing:
        rest = splitting.split(writing, ACTOR, writing.get_one(Shipment, parcel.id), {line.id: 1})
    first, second = make_checkout.parcels(order.id)
    assert (first.part, second.part, second.fee, second.id) == (1, 2, 0, rest.id)
    make_checkout.send_one(first)
    with transaction() as writing:
        shipping.confirm_received(writing, ACTOR, writing.get_one(Shipment, first.id))

    assert make_checkout.fresh(order.id).state is OrderState.PAID
    earned = ledger.of_workshop(session, piece.workshop_id).earned
    assert earned == line.net // 3 + parcel.fee
    make_checkout.send_one(second)
    with transaction() as writing:
        shipping.confirm_received(writing, ACTOR, writing.get_one(Shipment, second.id))

    assert make_checkout.fresh(order.id).state is OrderState.COMPLETED
    db.session.rollback()
    assert ledger.of_workshop(session, piece.workshop_id).earned == line.net + parcel.fee
    assert make_checkout.books_are_even()[ledger.held(piece.workshop_id)] == 0


def test_a_parcel_is_not_parted_into_all_and_nothing(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid((make_catalog.piece(on_hand=5), 2))
    (parcel,) = make_checkout.parcels(order.id)
    line = line_of(order)

    for wanted in ({}, {line.id: 2}, {line.id: 3}, {line.id: 0}):
        with pytest.raises(splitting.NothingLeft), transaction() as writing:
            splitting.split(writing, ACTOR, writing.get_one(Shipment, parcel.id), wanted)
    assert len(make_checkout.parcels(order.id)) == 1


def address(**changes: str) -> Address:
    values = {
        "name": "Budi Santoso", "phone": "+6281234567890", "street": "Jalan Suprapto 12", "village": "Anggut",
        "district_code": make_checkout.BENGKULU, "postal_code": "38225",
    }  # fmt: skip
    return Address(**values | changes)


def test_an_address_is_put_right_while_nothing_has_left(
    session: Session, bank: FakeGateway, mailbox: Mailbox
) -> None:
    workshop = make_catalog.workshop()
    person = make_catalog.member(workshop).email
    order = make_checkout.paid((make_catalog.piece(workshop), 1))

    with transaction() as writing:
        assert addresses.correct(
            writing, ACTOR, writing.get_one(Order, order.id), address(street="Jalan Baru 1")
        )
    with transaction() as writing:
        assert not addresses.correct(
            writing, ACTOR, writing.get_one(Order, order.id), address(street="Jalan Baru 1")
        )

    assert make_checkout.fresh(order.id).street == "Jalan Baru 1"
    letters = [letter for letter in mailbox.all() if letter.template.startswith("order_change")]
    assert {letter.to for letter in letters} == {"budi@contoh.id", person}


def test_a_dearer_way_is_refused_and_says_how_much_dearer(session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    before = [(one.zone, one.fee) for one in make_checkout.parcels(order.id)]

    with pytest.raises(new_postage.Dearer) as refusal, transaction() as writing:
        addresses.correct(
            writing, ACTOR, writing.get_one(Order, order.id), address(district_code=make_checkout.JAYAPURA)
        )

    assert str(refusal.value.params["more"]).startswith("Rp")
    assert make_checkout.fresh(order.id).district_code == make_checkout.BENGKULU
    assert [(one.zone, one.fee) for one in make_checkout.parcels(order.id)] == before
    make_checkout.sent(order)
    with pytest.raises(addresses.TooLate), transaction() as writing:
        addresses.correct(writing, ACTOR, writing.get_one(Order, order.id), address(street="Jalan Baru 1"))


def test_a_way_that_costs_less_is_taken_and_the_money_stays(session: Session, bank: FakeGateway) -> None:
    piece = make_catalog.piece()
    order = make_checkout.paid((piece, 1), who=make_checkout.buyer(district=make_checkout.JAYAPURA))
    [far] = make_checkout.parcels(order.id)
    zone, fee, total = far.zone, far.fee, order.total

    with transaction() as writing:
        assert addresses.correct(writing, ACTOR, writing.get_one(Order, order.id), address())

    [near] = make_checkout.parcels(order.id)
    assert near.zone < zone
    assert (near.fee, make_checkout.fresh(order.id).total) == (fee, total)
    assert "Bengkulu" in make_checkout.fresh(order.id).place
    assert list(postage_checks.fees_add_up(db.session())) == []


def test_what_nobody_knows_the_weight_of_any_more_goes_nowhere_else(
    session: Session, bank: FakeGateway
) -> None:
    piece = make_catalog.piece()
    order = make_checkout.paid((piece, 1), who=make_checkout.buyer(district=make_checkout.JAYAPURA))
    with transaction() as writing:
        writing.execute(sa.update(Product).where(Product.id == piece.id).values(state=ProductState.WITHDRAWN))

    with pytest.raises(new_postage.NoWay), transaction() as writing:
        addresses.correct(writing, ACTOR, writing.get_one(Order, order.id), address())


def test_each_party_reads_only_the_notes_for_it(session: Session, bank: FakeGateway) -> None:
    here, there = make_catalog.piece(), make_catalog.piece(make_checkout.workshop_in())
    order = make_checkout.paid((here, 1), (there, 1))
    written = (
        (Party.BUYER, "Tolong bungkus kado.", here.workshop_id, False),
        (Party.WORKSHOP, "Siap.", there.workshop_id, False),
        (Party.COUNCIL, "Perhatikan kemasan.", here.workshop_id, True),
    )
    with transaction() as writing:
        for party, text, workshop_id, internal in written:
            found = orders.lock(writing, order.id)
            for _press in range(2):
                notes.write(writing, ACTOR, found, party, text, workshop_id=workshop_id, internal=internal)

    def texts(found: list[OrderNote]) -> list[str]:
        return [note.text for note in found]

    assert texts(notes.for_buyer(session, order)) == ["Tolong bungkus kado.", "Siap."]
    assert texts(notes.for_workshop(session, order, here.workshop_id)) == ["Tolong bungkus kado."]
    assert texts(notes.for_council(session, order, [here.workshop_id])) == [
        "Tolong bungkus kado.",
        "Perhatikan kemasan.",
    ]
