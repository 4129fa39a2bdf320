"""The rooms of bank transfers at the desk: a statement looked at and taken in, decisions, two persons for money."""

import io

import pytest
import sqlalchemy as sa
from flask import Flask

from checkout.models import (
    ImportState,
    LineState,
    OrderState,
    ProofState,
    ReceivingAccount,
    ReturnBatch,
    ReturnState,
    SettingState,
    StatementImport,
    StatementLine,
    TransferProof,
    TransferTerms,
)
from shop.db import db
from shop.models import Role, User
from tests import make, make_checkout, make_transfers
from tests.checkout.conftest import bank
from tests.pages import Page

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("bank")


@pytest.fixture
def first(app: Flask) -> Page:
    """Sign a person of national finance in."""
    return _in(app, make_transfers.finance("Wayan Sudana"))


@pytest.fixture
def second(app: Flask) -> Page:
    """Sign another one in."""
    return _in(app, make_transfers.finance("Dewi Lestari"))


def _in(app: Flask, person: User) -> Page:
    return Page(app).sign_in(person)


@pytest.mark.parametrize(
    "path", ["orders", "transfers", "transfer-statements", "transfer-outgoing", "transfer-returns", "payouts",
             "invoices", "disputes", "statements", "payment-services"],
)  # fmt: skip
def test_a_page_behind_the_last_one_shows_the_last_one(first: Page, path: str) -> None:
    make_transfers.everything()

    first_page = first.get(f"/desk/{path}").text

    assert (first.get(f"/desk/{path}?page=9").status, first.text) == (200, first_page)


def test_what_was_not_found_is_said_with_a_way_back(first: Page) -> None:
    make_transfers.everything()

    for address in ("orders?number=KR-TIDAK-ADA", "statements?q=tidak+ada"):
        assert "Tidak ada yang ditemukan" in first.get(f"/desk/{address}").text
        assert first.all(".empty-state a.button")


def test_one_person_proposes_an_account_and_another_opens_it(first: Page, second: Page) -> None:
    first.get("/desk/transfer-settings")
    first.submit(
        first.one("form[action$='/accounts']"),
        bank_code="014",
        number="838-255-6789",
        holder="Kriya Nusantara",
    )
    account = db.session.scalars(sa.select(ReceivingAccount)).one()
    assert (account.number, account.state) == ("8382556789", SettingState.PROPOSED)
    assert not first.get("/desk/transfer-settings").all("form[action$='/approve']")

    second.get("/desk/transfer-settings").press("Setujui")

    assert db.session.get_one(ReceivingAccount, account.id).state is SettingState.ACTIVE
    form = second.one("form[action$='/terms']")
    second.submit(form, hours="12", remind_hours="3", quiet_days="5", tolerance="2.000")
    first.get("/desk/transfer-settings").press("Setujui")
    assert db.session.scalars(sa.select(TransferTerms)).one().hours == 12


def test_a_statement_is_looked_at_before_it_is_taken_in(first: Page) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    data = make_transfers.statement((wait.amount, "SARI"), (77_000, "?")) + b"32/13/2026,1,x\n"
    _bring(first, wait.account_id, data)
    assert "Baris 4" in first.text
    assert make_checkout.fresh(order.id).state is OrderState.PENDING

    first.press("Ambil")

    assert make_checkout.fresh(order.id).state is OrderState.PAID
    assert "77.000" in first.get("/desk/transfers").text
    kept = db.session.scalars(sa.select(StatementImport)).one()
    assert (kept.state, kept.content, kept.problems) == (ImportState.DONE, None, 1)
    assert _bring(first, wait.account_id, data).status == 409


def _bring(page: Page, account_id: int, data: bytes) -> Page:
    page.get("/desk/transfer-statements")
    return page.press("Lihat berkasnya", account=str(account_id), file=(io.BytesIO(data), "mutasi.csv"))


def test_a_line_that_fits_nothing_is_decided_by_a_person(first: Page) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    [line] = make_transfers.arrive(wait.account_id, (order.total, "SARI PUSPITA"))
    assert order.number in first.get("/desk/transfers").text
    first.get(f"/desk/transfers/{line.id}")
    assert "jumlah tanpa kode" in first.text

    first.press("Terima untuk pesanan ini")

    assert make_checkout.fresh(order.id).state is OrderState.PAID


def test_money_back_needs_two_persons_and_leaves_in_a_file(first: Page, second: Page) -> None:
    order = make_transfers.order()
    wait = make_transfers.wait_of(order)
    make_transfers.arrive(wait.account_id, (wait.amount, "1"))
    [line] = make_transfers.arrive(wait.account_id, (wait.amount, "2"))
    first.get(f"/desk/transfers/{line.id}")
    first.press("Kembalikan ke pembeli ini", reason="Ganda")
    guest = Page(first.app)
    guest.get(make_checkout.link(order).replace(f"/{order.number}", f"/{order.number}/refund-account"))
    guest.press("Simpan rekening ini", bank_code="014", number="1234567890", holder="Sari Puspita")
    [owed] = make_transfers.returns_of(order)
    assert (owed.state, owed.last_digits) == (ReturnState.READY, "7890")
    assert "1234567890" not in guest.text

    chosen = {"return": str(owed.id), "account": str(wait.account_id)}
    first.get("/desk/transfer-returns").post("/desk/transfer-returns", chosen)
    batch = db.session.scalars(sa.select(ReturnBatch)).one()
    assert not first.all("form[action$='/approve']")
    address = f"/desk/transfer-returns/files/{batch.id}"
    second.get(address).press("Setujui")
    second.post(f"{address}/csv/014")
    assert "014,Bank Central Asia (BCA),1234567890,SARI PUSPITA" in second.html
    second.get(address).press("Tandai terkirim")

    assert db.session.get_one(StatementLine, line.id).state is LineState.RETURNED


def test_a_buyers_picture_is_private_and_answered(first: Page, app: Flask) -> None:
    order = make_transfers.order()
    proof = make_transfers.proof(order)
    assert order.number in first.get("/desk/transfers").text
    first.get(f"/desk/transfers/proofs/{proof.id}")
    picture = first.client.get(f"/desk/transfers/proofs/{proof.id}/picture")
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert Page(app).get(f"/desk/transfers/proofs/{proof.id}/picture", follow=False).status == 302

    first.get(f"/desk/transfers/proofs/{proof.id}")
    first.press("Kirim jawaban", answer="Belum masuk, mohon tunggu.")

    assert db.session.get_one(TransferProof, proof.id).state is ProofState.ANSWERED


def test_finance_of_one_council_stays_outside(app: Flask) -> None:
    page = Page(app).sign_in(make.staff(Role.FINANCE, "17"))

    for path in ("transfers", "transfer-statements", "transfer-returns", "transfer-settings"):
        assert page.get(f"/desk/{path}").status == 404
