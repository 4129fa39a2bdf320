"""The checkout page: guests first, nothing typed is lost, and the total is the one that was shown."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import stock, variants
from catalog.models import Product, Variant
from checkout.models import Order, OrderState, Voucher
from shop.db import db, transaction
from tests import make, make_catalog, make_checkout, make_vouchers
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Page

ADDRESS = {
    "name": "Budi Santoso",
    "email": "budi@contoh.id",
    "phone": "0812 3456 7890",
    "street": "Jalan Suprapto 12",
    "postal_code": "38222",
}


@pytest.fixture
def buyer(page: Page, bank: FakeGateway) -> Page:
    """Give a visitor with one piece in the cart, on the checkout page."""
    piece = make_catalog.piece(on_hand=3)
    page.post("/cart/lines", {"variant_id": make_catalog.variant_of(piece).id, "quantity": 1})
    return page.get("/checkout")


def press(page: Page, words: str, *, follow: bool = True, **values: object) -> Page:
    names = {field.get("name") for field in page.all("form.checkout [name]")}
    typed = {name: value for name, value in (ADDRESS | values).items() if name in names}
    return page.press(words, within="main", follow=follow, **typed)


def orders(session: Session) -> list[Order]:
    db.session.rollback()
    return list(session.scalars(sa.select(Order)))


def pay_button(page: Page) -> str:
    return next(" ".join(b.get_text(" ").split()) for b in page.all("#summary button"))


def test_a_guest_orders_step_by_step_without_javascript(
    buyer: Page, bank: FakeGateway, session: Session
) -> None:
    press(buyer, "Cari kecamatan")
    assert "Ratu Samban, Kota Bengkulu" in buyer.text
    assert "Rp\N{NO-BREAK SPACE}360.000" in buyer.html

    press(buyer, pay_button(buyer), follow=False)

    order = orders(session)[0]
    assert buyer.status == 303
    assert buyer.location == "https://pay.example/cs_1"
    assert (order.email, order.phone, order.total) == ("budi@contoh.id", "+6281234567890", 360_000)
    assert bank.requests[1].amount == 360_000
    assert make_checkout.payment_of(order.id).session_ref == "cs_1"


def test_nothing_is_ordered_before_its_total_was_shown(buyer: Page, session: Session) -> None:
    press(buyer, "Tampilkan total")

    assert "Dengan ongkir, totalnya Rp\N{NO-BREAK SPACE}360.000" in buyer.html
    assert orders(session) == []

    press(buyer, pay_button(buyer), follow=False)
    assert [order.total for order in orders(session)] == [360_000]


def test_a_district_is_found_by_its_name(buyer: Page) -> None:
    press(buyer, "Cari", place_q="Ilir Barat Satu", postal_code="30136")

    assert "Ilir Barat Satu, Kota Palembang" in buyer.text


def test_a_postal_code_that_finds_nothing_says_so(buyer: Page) -> None:
    press(buyer, "Cari kecamatan", postal_code="00000")

    assert "Kecamatan tidak ditemukan" in buyer.text
    assert buyer.one("input[name=street]")["value"] == "Jalan Suprapto 12"


def test_what_is_missing_is_said_and_what_was_typed_is_kept(buyer: Page, session: Session) -> None:
    press(buyer, "Cari kecamatan")

    press(buyer, pay_button(buyer), email="bukan alamat", phone="abc")

    assert buyer.status == 422
    assert buyer.one("input[name=email]")["value"] == "bukan alamat"
    assert buyer.one("input[name=street]")["value"] == "Jalan Suprapto 12"
    assert buyer.one("select[name=district_code] option[selected]")["value"] == "17.71.07"
    assert orders(session) == []


def test_pressing_pay_twice_gives_one_order_and_one_page(
    buyer: Page, bank: FakeGateway, session: Session
) -> None:
    press(buyer, "Cari kecamatan")
    form = buyer.one("form.checkout")
    button = buyer.one("#summary .button-primary")

    buyer.submit(form, button, follow=False, **ADDRESS)
    first = buyer.location
    buyer.submit(form, button, follow=False, **ADDRESS)

    assert buyer.location == first
    assert len(orders(session)) == len(bank.sessions) == 1


def test_a_new_form_for_a_cart_that_was_ordered_leads_to_the_empty_cart(
    buyer: Page, session: Session
) -> None:
    press(buyer, "Cari kecamatan")
    form = buyer.one("form.checkout")
    button = buyer.one("#summary .button-primary")
    buyer.submit(form, button, follow=False, **ADDRESS)

    buyer.submit(form, button, follow=False, **ADDRESS | {"form_key": "0" * 32})

    assert (buyer.status, buyer.location) == (303, "/cart")
    assert len(orders(session)) == 1


@pytest.mark.parametrize("key", ["", "k", "\x00" * 32, "٠" * 32, "f" * 5_000])
def test_a_form_with_a_key_that_is_not_ours_orders_nothing(buyer: Page, session: Session, key: str) -> None:
    press(buyer, "Cari kecamatan")

    press(buyer, pay_button(buyer), form_key=key)

    assert buyer.status == 422
    assert orders(session) == []


def test_a_price_that_changed_meanwhile_is_shown_before_anything_is_ordered(
    buyer: Page, session: Session
) -> None:
    press(buyer, "Cari kecamatan")
    with transaction() as writing:
        variant = writing.scalars(sa.select(Variant)).one()
        variants.reprice(writing, ACTOR, variant, 400_000)

    press(buyer, pay_button(buyer))

    assert buyer.status == 409
    assert "Total berubah menjadi Rp\N{NO-BREAK SPACE}410.000" in buyer.html
    assert orders(session) == []
    press(buyer, pay_button(buyer), follow=False)
    assert orders(session)[0].total == 410_000


def test_a_voucher_is_used_on_the_page_and_the_total_follows(buyer: Page, session: Session) -> None:
    make_vouchers.voucher()
    press(buyer, "Cari kecamatan")

    press(buyer, "Pakai", voucher=" batik10 ")

    assert "−Rp\N{NO-BREAK SPACE}35.000" in buyer.html
    assert buyer.one("input[name=street]")["value"] == "Jalan Suprapto 12"
    press(buyer, pay_button(buyer), follow=False)
    assert [(order.discount_total, order.total) for order in orders(session)] == [(35_000, 325_000)]


def test_a_voucher_that_does_not_hold_says_why_and_loses_nothing(buyer: Page, session: Session) -> None:
    make_vouchers.voucher(min_goods=400_000)
    press(buyer, "Cari kecamatan")

    press(buyer, "Pakai", voucher="BATIK10")

    assert buyer.status == 409
    assert "masih kurang Rp\N{NO-BREAK SPACE}50.000" in buyer.html
    assert buyer.one("input[name=voucher]")["value"] == "BATIK10"
    assert buyer.one("input[name=street]")["value"] == "Jalan Suprapto 12"


def test_a_code_typed_and_not_pressed_is_used_before_anything_is_ordered(
    buyer: Page, session: Session
) -> None:
    make_vouchers.voucher()
    press(buyer, "Cari kecamatan")

    press(buyer, pay_button(buyer), voucher="BATIK10")

    assert buyer.status == 409
    assert "Total berubah menjadi Rp\N{NO-BREAK SPACE}325.000" in buyer.html
    assert orders(session) == []


def test_a_voucher_that_another_used_up_meanwhile_is_said_and_the_order_goes_on_without_it(
    buyer: Page, session: Session
) -> None:
    made = make_vouchers.voucher(limit_total=1)
    press(buyer, "Cari kecamatan")
    press(buyer, "Pakai", voucher="BATIK10")
    with transaction() as writing:
        writing.execute(sa.update(Voucher).where(Voucher.id == made.id).values(used=1))

    press(buyer, pay_button(buyer))
    assert buyer.status == 409
    assert "sudah habis dipakai" in buyer.text
    assert orders(session) == []
    press(buyer, pay_button(buyer), follow=False)

    assert [(order.discount_total, order.total) for order in orders(session)] == [(0, 360_000)]


def test_a_forged_total_buys_nothing_cheaper(buyer: Page, session: Session) -> None:
    make_vouchers.voucher()
    press(buyer, "Cari kecamatan")
    form, button = buyer.one("form.checkout"), buyer.one("#summary .button-primary")

    for forged in ("325000", "10000"):  # the total that a voucher would make, without its code
        buyer.submit(form, button, follow=False, **(ADDRESS | {"seen_total": forged}))
        assert buyer.status == 409

    assert orders(session) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seen_total", "1"),
        ("seen_total", "-5"),
        ("seen_total", "1_000"),
        ("seen_total", "9" * 5_000),
        ("form_key", "x"),
        ("form_key", ""),
        ("district_code", "99.99.99"),
        ("district_code", "' OR 1=1"),
        ("postal_code", "١٢٣٤٥"),
        ("name", "a\x00b"),
        ("name", "a\u202eb"),
        ("street", "x" * 9_000),
    ],
)
def test_a_form_that_was_tampered_with_is_refused(
    buyer: Page, session: Session, field: str, value: str
) -> None:
    press(buyer, "Cari kecamatan")
    form = buyer.one("form.checkout")

    buyer.submit(form, buyer.one("#summary .button-primary"), follow=False, **(ADDRESS | {field: value}))

    assert buyer.status in {409, 422}
    assert orders(session) == []


def test_fields_that_are_not_asked_for_change_nothing(buyer: Page, session: Session) -> None:
    press(buyer, "Cari kecamatan")
    sent: dict[str, object] = {
        str(field["name"]): field.get("value", "") for field in buyer.all("form.checkout input[name]")
    }
    sent |= ADDRESS | {
        "district_code": "17.71.07",
        "total": "1",
        "price": "1",
        "currency": "USD",
        "user_id": "1",
    }

    buyer.post("/checkout", sent, follow=False)

    assert (orders(session)[0].total, orders(session)[0].currency) == (360_000, "IDR")
    assert orders(session)[0].user_id is None


def test_the_last_piece_bought_by_another_is_said_and_nothing_is_charged(
    buyer: Page, session: Session, bank: FakeGateway
) -> None:
    press(buyer, "Cari kecamatan")
    with transaction() as writing:
        variant = writing.scalars(sa.select(Variant)).one()
        stock.set_on_hand(writing, ACTOR, variant.id, 0)

    press(buyer, pay_button(buyer))

    assert buyer.status == 409
    assert "tinggal 0" in buyer.text
    assert "Belum ada yang dipesan" in buyer.text
    buyer.press("Kembali ke isian saya")
    assert buyer.one("[name=street]")["value"] == ADDRESS["street"]
    assert bank.sessions == {}
    assert orders(session) == []


def test_a_gateway_that_does_not_answer_keeps_the_order_to_be_paid_later(
    buyer: Page, bank: FakeGateway, session: Session
) -> None:
    bank.out_of_order = True
    press(buyer, "Cari kecamatan")

    press(buyer, pay_button(buyer))

    assert "Halaman pembayaran sedang tidak menjawab" in buyer.html
    assert orders(session)[0].state is OrderState.PENDING
    bank.out_of_order = False
    buyer.press("Bayar Rp\N{NO-BREAK SPACE}360.000".replace("\N{NO-BREAK SPACE}", " "), follow=False)
    assert buyer.location == "https://pay.example/cs_1"


def test_an_empty_cart_leads_back_to_the_cart(page: Page) -> None:
    page.get("/checkout")

    assert page.title == "Keranjang"


def test_a_signed_in_buyer_finds_the_last_address_filled_in(page: Page, bank: FakeGateway) -> None:
    sari = make.user("Sari Puspita")
    make_checkout.order(user=sari)
    page.sign_in(sari)
    page.post("/cart/lines", {"variant_id": make_catalog.variant_of(make_catalog.piece()).id, "quantity": 1})

    page.get("/checkout")

    assert page.one("input[name=street]")["value"] == "Jalan Suprapto 12"
    assert page.one("input[name=email]")["value"] == sari.email
    assert re.search(r"Bayar Rp\s360\.000", page.text)


def test_places_are_given_to_scripts(page: Page) -> None:
    page.get("/checkout/places?postal_code=38222")

    assert [place["district_code"] for place in page.json["places"]] == ["17.71.07"]


@pytest.mark.parametrize("query", ["q=" + "x" * 5_000, "postal_code=abc", "q=%F0%9F%98%80", ""])
def test_strange_places_are_none(page: Page, query: str) -> None:
    assert page.get(f"/checkout/places?{query}").json == {"places": []}


def test_checkout_speaks_english_too(buyer: Page) -> None:
    assert buyer.get("/en/checkout").title == "Checkout"


def test_made_to_order_pieces_can_be_ordered_without_stock(page: Page, bank: FakeGateway) -> None:
    piece: Product = make_catalog.piece(made_to_order=True, lead_days=14, on_hand=0)

    order = make_checkout.paid((piece, 2))

    parcel = make_checkout.parcels(order.id)[0]
    assert parcel.ship_by is not None
    assert order.paid_at is not None
    assert (parcel.ship_by - order.paid_at).days >= 20  # 14 + 2 working days
    assert make_checkout.numbers(piece) == (0, 0, 2)
