"""The buyer's order pages: seen by the buyer alone, true to the state, with what can be done now."""

import pytest
from sqlalchemy.orm import Session

from catalog.models import Workshop
from checkout import credits, links, payments
from checkout.gateway import SessionState
from checkout.models import Order, OrderState, ShipmentState
from shop.db import transaction
from tests import make, make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Mailbox, Page


def parcel_states(order: Order) -> list[ShipmentState]:
    return [parcel.state for parcel in make_checkout.parcels(order.id)]


def test_the_letter_of_a_paid_order_opens_it_without_an_account(
    page: Page, bank: FakeGateway, mailbox: Mailbox
) -> None:
    order = make_checkout.paid()

    page.get(mailbox.link("budi@contoh.id", "/orders/"))

    assert page.title == f"Pesanan {order.number}"
    assert "Dibayar" in page.text
    assert "Jalan Suprapto 12" in page.text


def test_nobody_else_sees_an_order(page: Page, bank: FakeGateway) -> None:
    order = make_checkout.paid(user=make.user())
    other = make_checkout.paid()
    page.sign_in(make.user("Orang lain"))

    for path in ("", "/thanks", "/invoice"):
        for query in ("", "?key=x", f"?key={links.key_of(other)}"):
            page.get(f"/orders/{order.number}{path}{query}")
            assert page.status == 404
            assert "Suprapto" not in page.html
    for act in ("pay", "cancel", "check", "shipments/1/received"):
        assert page.post(f"/orders/{order.number}/{act}").status == 404


def test_a_buyer_follows_both_parcels_and_confirms_them(
    page: Page, bank: FakeGateway, mailbox: Mailbox
) -> None:
    here, there = make_catalog.piece(), make_catalog.piece(make_checkout.workshop_in())
    order = make_checkout.paid((here, 1), (there, 1))
    make_checkout.sent(order)

    page.get(make_checkout.link(order))
    assert all(parcel.tracking_number in page.text for parcel in make_checkout.parcels(order.id))
    assert page.text.count("JNE (Jalur Nugraha Ekakurir), REG") == 2
    first, second = (f"[aria-labelledby=parcel-{parcel.id}]" for parcel in make_checkout.parcels(order.id))
    page.press("Paket ini sudah saya terima", within=first)
    assert make_checkout.fresh(order.id).state is OrderState.PAID
    page.press("Paket ini sudah saya terima", within=second)

    assert parcel_states(order) == [ShipmentState.RECEIVED] * 2
    assert make_checkout.fresh(order.id).state is OrderState.COMPLETED
    assert "Selesai" in page.text


def test_a_parcel_of_another_order_cannot_be_confirmed_through_one_s_own(
    page: Page, bank: FakeGateway
) -> None:
    mine, other = make_checkout.paid(), make_checkout.paid()
    parcel = make_checkout.sent(other)[0]

    page.post(f"/orders/{mine.number}/shipments/{parcel.id}/received", {"key": links.key_of(mine)})

    assert page.status == 404
    assert parcel_states(other) == [ShipmentState.SHIPPED]


def test_confirming_twice_says_so_and_changes_nothing(page: Page, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    parcel = make_checkout.sent(order)[0]
    act = f"/orders/{order.number}/shipments/{parcel.id}/received"

    page.post(act, {"key": links.key_of(order)})
    page.post(act, {"key": links.key_of(order)})

    assert page.status == 409


def test_an_unpaid_order_can_be_paid_from_its_page(page: Page, bank: FakeGateway) -> None:
    order, ref = make_checkout.opened()

    page.get(make_checkout.link(order)).press("Bayar Rp 360.000", follow=False)

    assert page.location == f"https://pay.example/{ref}"


def test_an_unpaid_order_can_be_cancelled_and_its_page_closes(page: Page, bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=1)
    order, ref = make_checkout.opened(make_checkout.order((piece, 1)))

    page.get(make_checkout.link(order)).press("Batalkan pesanan")

    assert "Pesanan dibatalkan" in page.html
    assert bank.sessions[ref].state is SessionState.EXPIRED
    assert make_checkout.numbers(piece) == (1, 0, 0)


def test_cancelling_while_the_gateway_is_silent_changes_nothing_and_says_so(
    page: Page, bank: FakeGateway
) -> None:
    order, _ref = make_checkout.opened()
    bank.out_of_order = True

    page.get(make_checkout.link(order)).press("Batalkan pesanan")

    assert "belum dapat dibatalkan" in page.html
    assert make_checkout.fresh(order.id).state is OrderState.PENDING


def test_a_buyer_who_comes_back_before_the_message_can_look_again(page: Page, bank: FakeGateway) -> None:
    order, ref = make_checkout.opened()
    bank.pay(ref)

    page.get(f"/orders/{order.number}/thanks?key={links.key_of(order)}")
    assert page.title == "Pembayaran Anda sedang dikonfirmasi"
    assert make_checkout.fresh(order.id).state is OrderState.PENDING  # looking changes nothing
    page.press("Periksa lagi")

    assert page.title == "Terima kasih, pesanan Anda sudah dibayar"


def test_the_invoice_of_a_paid_order_adds_up(page: Page, bank: FakeGateway) -> None:
    here, there = make_catalog.piece(price=123_457), make_catalog.piece(make_checkout.workshop_in())
    order = make_checkout.paid((here, 3), (there, 1))

    page.get(make_checkout.link(order)).follow("Tanda terima untuk dicetak")

    assert page.title == f"Tanda terima pesanan {order.number}"
    assert "Rp\N{NO-BREAK SPACE}370.371" in page.html
    assert f"{order.total:,}".replace(",", ".") in page.html


def test_an_unpaid_order_has_no_invoice(page: Page, bank: FakeGateway) -> None:
    order = make_checkout.order()

    page.get(f"/orders/{order.number}/invoice?key={links.key_of(order)}")

    assert page.title == f"Pesanan {order.number}"


def test_my_orders_are_mine_page_by_page(page: Page, bank: FakeGateway) -> None:
    sari = make.user()
    piece = make_catalog.piece(on_hand=60)
    orders = [make_checkout.order((piece, 1), user=sari) for _ in range(22)]
    stranger = make_checkout.order((piece, 1))
    page.sign_in(sari)

    page.get("/account/orders")
    assert len(page.all("tbody tr")) == 20
    page.get("/account/orders?page=2")
    assert len(page.all("tbody tr")) == 2
    assert orders[0].number in page.text
    assert stranger.number not in page.html


@pytest.mark.parametrize("number", ["x", "0", "-1", "999999", "1_0", "٢"])
def test_a_strange_page_number_is_no_error(page: Page, bank: FakeGateway, number: str) -> None:
    page.sign_in(make.user())

    assert page.get(f"/account/orders?page={number}").status == 200


def test_my_orders_ask_a_visitor_to_sign_in(page: Page) -> None:
    page.get("/account/orders", follow=False)

    assert "/account/sign-in" in page.location


def test_a_refunded_order_says_where_the_money_is(page: Page, bank: FakeGateway, mailbox: Mailbox) -> None:
    order = make_checkout.paid()
    with transaction() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, order.id), "Stok rusak.")

    page.get(make_checkout.link(order))
    assert "sedang dikembalikan" in page.text
    mailbox.all()
    page.get(make_checkout.link(order))

    assert "sudah dikembalikan" in page.text


def test_order_pages_are_not_kept_by_anybody(page: Page, bank: FakeGateway) -> None:
    page.get(make_checkout.link(make_checkout.paid()))

    assert page.headers["Cache-Control"] == "no-store"
    assert page.one("meta[name=robots]")["content"] == "noindex"


def test_order_pages_speak_the_buyer_s_language(page: Page, bank: FakeGateway, mailbox: Mailbox) -> None:
    order = make_checkout.paid(who=make_checkout.buyer(locale="en"))

    letter = mailbox.latest("budi@contoh.id")
    page.get(mailbox.link("budi@contoh.id", "/en/orders/"))

    assert letter.subject == f"Order {order.number} is paid: thank you"
    assert page.title == f"Order {order.number}"


def test_an_ended_order_says_so(page: Page, bank: FakeGateway) -> None:
    order = make_checkout.order()
    make_checkout.overdue(order)
    payments.expire_due()

    page.get(make_checkout.link(order))

    assert "tidak dibayar tepat waktu" in page.text
    assert not page.all("main form")


def test_the_workshop_is_told_what_to_pack_and_no_more(
    session: Session, bank: FakeGateway, mailbox: Mailbox
) -> None:
    here, there = (
        make_catalog.piece(title="Kain dari Bengkulu"),
        make_catalog.piece(make_checkout.workshop_in(), title="Kain dari Palembang"),
    )
    maker = make_catalog.member(session.get_one(Workshop, here.workshop_id))
    make_checkout.paid((here, 1), (there, 1))

    letter = mailbox.latest(maker.email)

    assert letter.template == "order_to_pack"
    assert "Kain dari Bengkulu" in (letter.text or "")
    assert "Kain dari Palembang" not in (letter.text or "") + (letter.html or "")
    assert "Suprapto" not in (letter.text or "") + (letter.html or "")
