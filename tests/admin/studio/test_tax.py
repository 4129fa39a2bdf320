"""The studio's tax page and invoices: sent once, checked by others, the number shown to nobody."""

from collections.abc import Callable

from catalog.models import Workshop
from checkout.models import CheckState, PaperKind, TaxPaper
from checkout.tax import facts
from shop.db import db
from tests import make_catalog, make_checkout, make_tax
from tests.fake_gateway import FakeGateway
from tests.pages import Page

SAID = {
    "taxpayer": "person",
    "name": "Ratih Kumala",
    "address": "Jalan Melur 3, Bengkulu",
    "number": make_tax.NIK,
}


def test_a_workshop_says_who_it_is_and_sees_how_it_stands(shop: Workshop, artisan: Page) -> None:
    artisan.get("/studio/tax").press("Kirim untuk diperiksa", **SAID)

    assert "Terkirim." in artisan.text
    assert "•••• •••• •••• 0001" in artisan.text
    assert make_tax.NIK not in artisan.html
    assert "Tidak dipungut: Kriya belum ditunjuk" in artisan.text
    waiting = facts.waiting(db.session(), shop.id)
    assert waiting is not None
    assert waiting.pkp_number == ""

    artisan.press("Kirim untuk diperiksa", name="Ratih Kumala Dewi", number="")
    again = facts.waiting(db.session(), shop.id)
    assert again is not None
    assert (again.name, facts.number(again)) == ("Ratih Kumala Dewi", make_tax.NIK)


def test_what_cannot_be_a_number_comes_back_as_typed(artisan: Page) -> None:
    artisan.get("/studio/tax").press("Kirim untuk diperiksa", **SAID | {"number": "1234"})

    assert artisan.status == 422
    assert "Tuliskan NPWP 15 atau 16 digit" in artisan.text
    assert artisan.one("#number")["value"] == "1234"
    artisan.press("Kirim untuk diperiksa", number=make_tax.NIK, pkp_number="S-1")
    assert artisan.status == 422
    assert "PKP memiliki nomor pengukuhan" in artisan.text


def test_a_statement_is_sent_once_a_year_and_can_be_taken_back(shop: Workshop, artisan: Page) -> None:
    artisan.get("/studio/tax").press("Kirim surat ini", signed_by="Ratih Kumala")
    assert "Sedang diperiksa" in artisan.text

    artisan.press("Kirim surat ini", signed_by="Ratih Kumala")
    assert artisan.status == 409
    artisan.get("/studio/tax").press("Ambil kembali")
    assert "Ditarik kembali." in artisan.text
    (paper,) = db.session.query(TaxPaper).all()
    assert (paper.kind, paper.state) == (PaperKind.STATEMENT, CheckState.WITHDRAWN)


def test_a_workshop_lists_its_own_papers_and_no_others(
    shop: Workshop, artisan: Page, neighbour: Page, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order = make_checkout.paid((make_catalog.piece(shop, on_hand=3), 1))
    run_jobs()
    (invoice,) = make_tax.invoices(order.id)

    artisan.get("/studio/invoices")
    assert invoice.number in artisan.text
    assert order.number in artisan.text
    assert invoice.number in artisan.get(f"/studio/invoices?number={order.number.lower()}").text
    assert artisan.get("/studio/invoices?kind=credit_note&month=2026-13&page=x").status == 200
    assert invoice.number not in artisan.text
    assert artisan.get(f"/studio/invoices/{invoice.id}.pdf").headers["Content-Type"] == "application/pdf"

    assert invoice.number not in neighbour.get("/studio/invoices").text
    assert neighbour.get(f"/studio/invoices/{invoice.id}.pdf").status == 404
