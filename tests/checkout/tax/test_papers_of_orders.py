"""The papers that people open: the buyer's by the order's link, the workshop's, the council's; nobody else's."""

import io
from collections.abc import Callable

from flask import Flask
from pypdf import PdfReader

from catalog.models import Product, Workshop
from checkout import credits
from checkout.models import InvoiceKind, Order
from shop.db import db
from tests import make_catalog, make_checkout, make_tax
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing
from tests.pages import Page


def words(page: Page) -> str:
    """Read the PDF that a page gave."""
    assert page.status == 200, page.status
    assert page.headers["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(page.response.get_data() if page.response else b""))
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in reader.pages)


def bought(run_jobs: Callable[[], int], *, price: int = 1_332_000) -> tuple[Product, Order]:
    piece = make_catalog.piece(on_hand=9, price=price)
    make_tax.told(piece.workshop_id, person=False, pkp=True)
    make_tax.designated()
    order = make_checkout.paid((piece, 1))
    run_jobs()
    return piece, order


def test_the_buyer_opens_what_pmk_37_asks_for(
    app: Flask, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    _piece, order = bought(run_jobs)
    (invoice,) = make_tax.invoices(order.id)
    page = Page(app).get(make_checkout.link(order))

    page.follow(f"Faktur {invoice.number}")
    text = words(page)

    for what in (
        invoice.number, order.number, "Kriya", "CV Melur Jaya", "S-12PKP/2024", make_tax.NPWP, "Budi Santoso",
        "Jalan Suprapto 12, Anggut", "PPh 22 dipungut dari penjual", "Rp 6.000", "Rp 132.000", "Rp 1.100.000",
        "DPP nilai lain (11/12 dari harga)", "PPN 12% dari dasar", "PMK 37/2025", "Terbilang:",
    ):  # fmt: skip
        assert what in text.replace("\N{NO-BREAK SPACE}", " "), what


def test_a_credit_note_names_the_first_invoice_and_english_readers_get_english(
    app: Flask, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    _piece, order = bought(run_jobs)
    with writing() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, order.id), "Dibatalkan pembeli.")
    run_jobs()
    (first,), (note,) = make_tax.invoices(order.id), make_tax.invoices(order.id, InvoiceKind.CREDIT_NOTE)
    page = Page(app).get("/en" + make_checkout.link(order)).follow(f"Credit note {note.number}")

    text = words(page)
    assert f"{first.number} of" in text
    assert "Dibatalkan pembeli." in text
    assert "PPh 22 given back to the seller" in text
    assert "rupiah" in text
    assert "thousand" in text


def test_nobody_opens_the_papers_of_others(
    app: Flask, bank: FakeGateway, run_jobs: Callable[[], int], signed_in: Callable[..., Page]
) -> None:
    piece, order = bought(run_jobs)
    other = make_checkout.paid((make_catalog.piece(on_hand=2), 1))
    run_jobs()
    (mine,), (theirs,) = make_tax.invoices(order.id), make_tax.invoices(other.id)
    key = make_checkout.link(order).partition("?")[2]

    assert Page(app).get(f"/orders/{order.number}/papers/{mine.id}.pdf").status == 404
    assert Page(app).get(f"/orders/{order.number}/papers/{theirs.id}.pdf?{key}").status == 404

    maker = make_catalog.member(db.session.get_one(Workshop, piece.workshop_id))
    assert signed_in(maker).get(f"/studio/invoices/{theirs.id}.pdf").status == 404
