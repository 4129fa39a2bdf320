"""Invoices: one from each workshop for a paid order, numbers without gaps, sums that are the order's, never changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from catalog.models import Workshop
from checkout import credits
from checkout.credits import CreditItem
from checkout.invoices import commission, credit_notes, issuing, numbering
from checkout.models import CreditKind, Invoice, InvoiceCounter, InvoiceKind, Order, OrderLine, OrderState
from checkout.tax import collecting
from shop.db import db, now, transaction
from tests import make_catalog, make_checkout, make_tax, make_vouchers
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing
from tests.pages import Mailbox


def lines(order_id: int) -> list[OrderLine]:
    db.session.rollback()
    return list(
        db.session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.id))
    )


def give(order: Order, *items: CreditItem, key: str = "satu") -> None:
    with writing() as session:
        credits.give(
            session, ACTOR, session.get_one(Order, order.id), items,
            kind=CreditKind.ALLOWANCE, reason="Warna sedikit berbeda.", key=key,
        )  # fmt: skip


def test_each_workshop_writes_an_invoice_and_together_they_are_the_order(
    bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    one, other = make_catalog.piece(on_hand=9), make_catalog.piece(make_checkout.workshop_in(), on_hand=9)
    order = make_checkout.paid((one, 2), (other, 1))
    again = make_checkout.paid((one, 1))
    run_jobs()

    first, second = make_tax.invoices(order.id)
    (third,) = make_tax.invoices(again.id)

    assert {first.workshop_id, second.workshop_id} == {one.workshop_id, other.workshop_id}
    for what in ("goods", "postage", "discount", "total"):
        name = {
            "goods": "goods_total",
            "postage": "shipping_total",
            "discount": "discount_total",
            "total": "total",
        }
        assert getattr(first, what) + getattr(second, what) == getattr(order, name[what]), what
    mine = next(invoice for invoice in (first, second) if invoice.workshop_id == one.workshop_id)
    assert third.sequence == mine.sequence + 1
    assert third.number == f"INV-{third.year}-{one.workshop_id:04}-{third.sequence:05}"
    assert first.buyer == {"name": "Budi Santoso", "address": first.buyer["address"]}
    assert "Jalan Suprapto 12, Anggut" in first.buyer["address"]
    goods, postage = make_tax.rows(third.id)
    assert (goods.quantity, goods.amount, postage.amount) == (1, again.goods_total, again.shipping_total)


def test_orders_that_nobody_paid_have_no_invoice(bank: FakeGateway, run_jobs: Callable[[], int]) -> None:
    order = make_checkout.order()
    with writing() as session:
        issuing.issue(session, order.id)
    run_jobs()

    assert make_tax.invoices(order.id) == []


def test_money_back_is_a_credit_note_that_names_the_first_invoice(
    bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order = make_checkout.paid((make_catalog.piece(on_hand=9), 2))
    (line,) = lines(order.id)
    give(order, CreditItem(order_line_id=line.id, amount=25_000))  # before the worker wrote anything
    run_jobs()
    with writing() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, order.id), "Dibatalkan.")
    run_jobs()
    run_jobs()

    (first,) = make_tax.invoices(order.id)
    part, rest = make_tax.invoices(order.id, InvoiceKind.CREDIT_NOTE)
    assert part.refers_to_id == rest.refers_to_id == first.id
    assert (part.total, part.words) == (25_000, "Warna sedikit berbeda.")
    assert part.total + rest.total == first.total
    assert rest.sequence == part.sequence + 1
    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED


def test_a_pkp_has_ppn_in_its_prices_and_credit_notes_give_all_of_it_back(
    bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    piece = make_catalog.piece(on_hand=9, price=1_332_000)
    make_tax.told(piece.workshop_id, person=False, pkp=True)
    order = make_checkout.paid((piece, 1))
    run_jobs()
    (first,) = make_tax.invoices(order.id)

    assert (first.ppn_base, first.ppn, first.total) == (1_100_000, 132_000, order.total)
    assert (first.seller["name"], first.seller["number"]) == ("CV Melur Jaya", make_tax.NPWP)
    assert first.seller["pkp"] == "S-12PKP/2024"

    (line,) = lines(order.id)
    for number, amount in enumerate((100_001, 333_333, 7)):
        give(order, CreditItem(order_line_id=line.id, amount=amount), key=f"bagian {number}")
    with writing() as session:
        last = credits.give_all(session, ACTOR, session.get_one(Order, order.id), "Dibatalkan.").id
    with writing() as session:  # the job of the last one is taken first
        credit_notes.issue(session, last)
    run_jobs()
    notes = make_tax.invoices(order.id, InvoiceKind.CREDIT_NOTE)
    assert len(notes) == 4
    assert [note.ppn for note in notes[:3]] == [9_910, 33_033, 0]
    assert sum(note.ppn for note in notes) == first.ppn
    assert sum(note.ppn_base for note in notes) == first.ppn_base
    assert sum(note.total for note in notes) == first.total


def test_a_discount_stands_on_the_invoice_and_lowers_the_ppn_only_where_the_workshop_bears_it_itself(
    bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    piece = make_catalog.piece(on_hand=9, price=1_332_000)
    make_tax.told(piece.workshop_id, person=False, pkp=True)
    make_vouchers.voucher()  # the marketplace bears it
    order = make_vouchers.paid((piece, 1))
    run_jobs()

    (first,) = make_tax.invoices(order.id)
    assert first.discount == order.discount_total > 0
    assert (first.total, first.ppn) == (order.total, 132_000)
    (line,) = lines(order.id)
    line.funded = 0
    assert collecting.price(line) == line.paid < line.total
    db.session.rollback()


def test_the_number_of_a_person_is_masked_on_papers(bank: FakeGateway, run_jobs: Callable[[], int]) -> None:
    piece = make_catalog.piece(on_hand=9)
    make_tax.told(piece.workshop_id, person=True, pkp=True)
    order = make_checkout.paid((piece, 1))
    run_jobs()

    (first,) = make_tax.invoices(order.id)
    assert first.seller["number"] == "•••• •••• •••• 0001"
    assert first.ppn > 0


def test_an_invoice_never_changes(bank: FakeGateway, run_jobs: Callable[[], int]) -> None:
    order = make_checkout.paid()
    run_jobs()

    for statement in (
        "UPDATE invoices SET total = total + 1, goods = goods + 1",
        "UPDATE invoices SET number = 'INV-1'",
        "DELETE FROM invoices",
        "UPDATE invoice_lines SET amount = 1",
        "DELETE FROM invoice_lines",
    ):
        with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
            session.execute(sa.text(statement))
    with writing() as session:  # law keeps invoices, a person may ask to be forgotten: the name gives way
        session.execute(sa.update(Invoice).values(buyer={"name": "—", "address": "—"}))
    assert make_tax.invoices(order.id)[0].buyer["name"] == "—"


def test_a_rolled_back_invoice_leaves_no_gap(bank: FakeGateway, run_jobs: Callable[[], int]) -> None:
    piece = make_catalog.piece(on_hand=9)
    for _ in range(2):
        make_checkout.paid((piece, 1))
    year = now().year

    def fail() -> None:
        with transaction() as session:
            numbering.take(session, InvoiceKind.SALE, piece.workshop_id, year)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    run_jobs()

    written = db.session.scalars(
        sa.select(Invoice.sequence).where(Invoice.workshop_id == piece.workshop_id).order_by(Invoice.sequence)
    )
    assert list(written) == [1, 2]
    assert numbering.gaps(db.session()) == []


def test_each_year_and_each_workshop_counts_from_one(bank: FakeGateway) -> None:
    with writing() as session:
        taken = [
            numbering.take(session, kind, owner, year).sequence
            for kind, owner, year in (
                (InvoiceKind.SALE, 1, 2026), (InvoiceKind.SALE, 1, 2026), (InvoiceKind.SALE, 1, 2027),
                (InvoiceKind.SALE, 2, 2026), (InvoiceKind.CREDIT_NOTE, 1, 2026),
            )
        ]  # fmt: skip
    assert taken == [1, 2, 1, 1, 1]
    assert db.session.scalar(sa.select(sa.func.count(InvoiceCounter.id))) == 4
    db.session.rollback()


def test_after_a_month_the_council_writes_its_commission_once(
    bank: FakeGateway, run_jobs: Callable[[], int], mailbox: Mailbox
) -> None:
    piece = make_catalog.piece(on_hand=9)
    order, other = make_checkout.paid((piece, 1)), make_checkout.paid((piece, 2))
    (line,) = lines(order.id)
    give(order, CreditItem(order_line_id=line.id, amount=line.paid // 2))
    run_jobs()
    month = commission.month_before(now())
    ago = commission.bounds(month)[0] + timedelta(days=3)
    with writing() as session:
        session.execute(sa.text("UPDATE orders SET paid_at = :ago"), {"ago": ago.replace(tzinfo=None)})
        session.execute(sa.text("UPDATE credits SET created_at = :ago"), {"ago": ago.replace(tzinfo=None)})

    assert commission.write_month(month) == 1
    assert commission.write_last_month() == 0
    assert commission.write_month(now().date().replace(day=1)) == 0, "this month has not ended"

    invoice = db.session.scalars(sa.select(Invoice).where(Invoice.kind == InvoiceKind.COMMISSION)).one()
    rows = make_tax.rows(invoice.id)
    assert [row.words for row in rows] == [order.number, other.number, order.number]
    assert rows[2].amount < 0
    assert invoice.total == sum(row.amount for row in rows)
    assert invoice.number.startswith(f"KOM-{invoice.year}-")
    assert invoice.seller["name"].startswith("Dekranas")
    person = make_catalog.member(db.session.get_one(Workshop, piece.workshop_id))
    told = [letter for letter in mailbox.to(person.email) if letter.template == "commission_invoice"]
    assert len(told) == 1
