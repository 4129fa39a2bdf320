"""The buyer's way with a bank transfer, in a browser without scripts: choose it, read how, prove it, get money back."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from checkout.models import Order, OrderState, TransferWait, WaitState
from checkout.transfers import accounts, proofs
from shop.db import db
from tests import make_catalog, make_checkout, make_transfers
from tests.checkout.conftest import bank
from tests.fake_gateway import FakeGateway
from tests.make import writing
from tests.pages import Page

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("bank")
ADDRESS = {
    "name": "Budi Santoso", "email": "budi@contoh.id", "phone": "0812 3456 7890",
    "street": "Jalan Suprapto 12", "postal_code": "38225",
}  # fmt: skip


def _at_checkout(page: Page) -> Page:
    piece = make_catalog.piece()
    variant_id = make_catalog.variant_of(piece).id
    page.post("/cart/lines", {"variant_id": str(variant_id), "quantity": "1"})
    return page.get("/checkout").press("Cari kecamatan", **ADDRESS)


def _pay(page: Page, **values: Any) -> Page:
    buttons = [" ".join(button.get_text(" ").split()) for button in page.all(".checkout-sum button")]
    return page.press(next(words for words in buttons if words.startswith("Bayar Rp")), **values)


def _mine(order: Order, path: str) -> str:
    return make_checkout.link(order).replace(f"/{order.number}", f"/{order.number}/{path}")


def test_a_transfer_is_offered_only_where_an_account_receives_it(page: Page) -> None:
    assert not _at_checkout(page).all("input[name=pay_by]")

    account = make_transfers.account()
    assert len(_at_checkout(page).all("input[name=pay_by]")) == 2

    with writing() as session:
        accounts.close(session, make_transfers.actor(), accounts.one(session, account.id))
    _pay(page, pay_by=f"transfer-{account.id}")
    assert page.status == 422


def test_a_buyer_who_chooses_a_transfer_reads_how_to_send_it(page: Page, bank: FakeGateway) -> None:
    account = make_transfers.account()
    _at_checkout(page)

    _pay(page, pay_by=f"transfer-{account.id}")

    wait = db.session.scalars(sa.select(TransferWait)).one()
    written = f"Rp\u00a0{wait.amount:,}".replace(",", ".")
    assert written in page.html
    assert "8382556789" in page.text
    assert "Bank Central Asia" in page.text
    assert not bank.sessions, "no payment page is opened"
    order = make_checkout.fresh(wait.order_id)
    page.get(make_checkout.link(order)).follow("Cara mengirim transfer")
    assert written in page.html
    page.press("Batalkan pesanan")
    assert make_checkout.fresh(order.id).state is OrderState.CANCELLED


def test_a_card_is_still_paid_on_the_payment_page(page: Page, bank: FakeGateway) -> None:
    make_transfers.account()
    _at_checkout(page)

    _pay(page, follow=False)

    assert page.location.startswith("https://pay.example/")


def test_strangers_see_neither_how_nor_where_to(page: Page) -> None:
    order = make_transfers.order()

    assert page.get(f"/orders/{order.number}/transfer").status == 404
    assert page.get(f"/orders/{order.number}/refund-account").status == 404
    assert page.get(_mine(order, "transfer")).status == 200
    assert page.get(_mine(order, "refund-account")).status == 404, "nothing goes back yet"


def test_a_buyer_sends_a_picture_and_gets_more_time_once(page: Page) -> None:
    order = make_transfers.order()
    before = order.expires_at
    page.get(_mine(order, "transfer"))
    told = {"amount": "350.000", "paid_on": make_transfers.today().isoformat(), "sender": "Budi"}

    page.press("Kirim gambar", **told)
    assert (page.status, make_checkout.fresh(order.id).expires_at) == (422, before)
    page.press("Kirim gambar", picture=(io.BytesIO(b"<svg/>"), "bukti.jpg"), **told)
    assert page.status == 415
    page.press("Kirim gambar", picture=(io.BytesIO(make_catalog.photograph()), "bukti.jpg"), **told)

    assert "sedang kami cari" in page.text
    assert not page.all("input[name=picture]")
    assert make_checkout.fresh(order.id).expires_at > before
    with pytest.raises(proofs.OneIsOpen):
        make_transfers.proof(order)


def test_the_page_says_what_has_become_of_it(page: Page, app: Flask) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    make_transfers.arrive(wait.account_id, (wait.amount, ""))

    page.get(_mine(order, "transfer"))

    assert make_transfers.wait_of(order).state is WaitState.PAID
    assert "sudah masuk" in page.text
    assert not page.all("input[name=picture]")


def test_a_wrong_account_number_is_said_beside_its_field(page: Page) -> None:
    order = make_transfers.everything()
    wait = make_transfers.wait_of(order)
    [third] = make_transfers.arrive(wait.account_id, (wait.amount, "again"))
    make_transfers.send_back(third.id, order)
    page.get(make_checkout.link(order)).follow("Uang kembali lewat transfer bank")

    page.press("Simpan rekening ini", bank_code="014", number="12345", holder="Budi")

    assert page.status == 422
    assert page.one("#number")["value"] == "12345"
    page.press("Simpan rekening ini", number="1234567890")
    assert "•••• 7890" in page.text
    assert "1234567890" not in page.html
