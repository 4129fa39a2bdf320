"""Payouts at the desk: one proposes, another approves, a file is written, the bank's answer is noted; by scope."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalog.models import Council, Workshop
from checkout import payouts
from checkout.models import BankAccount, Payout, PayoutState
from checkout.payees import Payee
from shop.models import AuditEntry, Role, User
from tests import make, make_catalog, make_payouts
from tests.fake_gateway import FakeGateway
from tests.make import PASSWORD
from tests.pages import Page


@pytest.fixture
def payee(bank: FakeGateway, session: Session) -> Payee:
    """Give a workshop of Bengkulu that may be paid."""
    return make_payouts.ready()[1]


@pytest.fixture
def colleague(app: object, signed_in: Callable[[User], Page]) -> Page:
    """Give the browser of another person of the national finance desk."""
    return signed_in(make.staff(Role.FINANCE, "nasional", name="Rekan Keuangan"))


def state(session: Session) -> list[PayoutState]:
    session.rollback()
    return list(session.scalars(sa.select(Payout.state).order_by(Payout.id)))


def test_two_people_take_a_payout_to_the_bank(
    payee: Payee, finance: Page, colleague: Page, session: Session
) -> None:
    page = finance.get(f"/desk/statements/{payee.account}")
    page.submit(page.one("form[action$='/propose']"))
    assert finance.path.startswith("/desk/payouts/")
    assert "orang lain harus menyetujuinya" in finance.text
    own = finance.post("/desk/payouts/approve", {"payout": str(session.scalars(sa.select(Payout.id)).one())})
    assert "harus disetujui orang lain" in own.text
    assert state(session) == [PayoutState.PROPOSED]

    number = str(session.scalars(sa.select(Payout.id)).one())
    colleague.get("/desk/payouts").press("Setujui yang dipilih", payout=number)
    assert state(session) == [PayoutState.APPROVED]
    finance.get("/desk/payouts").press("Buat berkas bank", payout=number)
    assert state(session) == [PayoutState.EXPORTED]
    finance.get("/desk/payouts").press("Unduh")
    head, row = csv.reader(io.StringIO(finance.html))
    assert row[head.index("account_number")] == make_payouts.NUMBER
    finance.get(f"/desk/payouts/{number}").press("Bank sudah mengirim", words="BCA-12")
    assert state(session) == [PayoutState.SENT]
    assert finance.get(f"/desk/payouts/{number}").press("Uangnya kembali").status == 422
    finance.get(f"/desk/payouts/{number}").press("Uangnya kembali", words="<b>Ditutup</b>, 10%")
    assert state(session) == [PayoutState.RETURNED]
    assert "<b>Ditutup</b>, 10%" in finance.get(f"/desk/payouts/{number}").text


def test_the_desk_prepares_all_that_is_due(
    payee: Payee, finance: Page, session: Session, run_jobs: Callable[[], int]
) -> None:
    finance.get("/desk/payouts").press("Ajukan semua yang siap")
    run_jobs()
    assert state(session) == [PayoutState.PROPOSED]
    assert "PO0" in finance.get("/desk/payouts").text


@pytest.mark.parametrize("number", ["9" * 20, "٣", "", "-1"])
def test_an_account_of_nobody_has_no_statement(finance: Page, number: str) -> None:
    assert finance.get(f"/desk/statements/workshop:{number}").status == 404


def test_a_council_sees_its_own_and_pays_nobody(
    payee: Payee, officer: Page, signed_in: Callable[[User], Page], session: Session
) -> None:
    payout = make_payouts.proposed(payee)
    assert payouts.number(payout) in officer.get("/desk/payouts").text
    assert officer.get(f"/desk/payouts/{payout.id}").status == 200
    for address in ("approve", "export", "sent", "prepare", f"{payout.id}/cancelled", "files/1"):
        assert officer.post(f"/desk/payouts/{address}", {"payout": str(payout.id)}).status == 403, address
    for address in (
        "/desk/payout-holds",
        "/desk/books",
        f"/desk/bank-details/{payout.bank_account_id}/number",
    ):
        assert officer.get(address).status == 403, address
    elsewhere = signed_in(make.staff(Role.FINANCE, "16", name="Keuangan Palembang"))
    assert elsewhere.get(f"/desk/payouts/{payout.id}").status == 404
    assert elsewhere.get(f"/desk/statements/{payee.account}").status == 404
    assert elsewhere.get("/desk/books").status == 404
    assert elsewhere.get(f"/desk/bank-details/{payout.bank_account_id}/number").status == 404
    assert payouts.number(payout) not in elsewhere.get("/desk/payouts?state=all").text
    elsewhere.post("/desk/payouts/approve", {"payout": str(payout.id)})
    assert state(session) == [PayoutState.PROPOSED]


def test_reading_a_number_takes_the_password_and_is_written_down(
    payee: Payee, finance: Page, session: Session
) -> None:
    account = session.scalars(sa.select(BankAccount.id)).one()
    page = finance.get(f"/desk/bank-details/{account}/number")
    assert make_payouts.NUMBER not in page.html
    assert page.press("Tampilkan nomor", current="bukan itu").status == 422
    assert make_payouts.NUMBER in page.get(page.path).press("Tampilkan nomor", current=PASSWORD).text
    read = sa.select(AuditEntry).where(AuditEntry.action == "bank_account.read")
    assert session.scalars(read).one().actor_label == "Keuangan"


def test_finance_holds_a_workshops_payouts(payee: Payee, finance: Page, session: Session) -> None:
    finance.get(f"/desk/statements/{payee.account}").press("Tahan pencairan dana", reason="Alamat diperiksa")
    assert "Alamat diperiksa" in finance.text
    refused = finance.post("/desk/payouts/propose", {"account": payee.account})
    assert "Bagian keuangan menahan" in refused.text
    finance.get("/desk/payout-holds").press("Cabut penahanan")
    finance.post("/desk/payouts/propose", {"account": payee.account})
    assert state(session) == [PayoutState.PROPOSED]


def test_a_council_keeps_its_own_account(officer: Page, session: Session) -> None:
    fields = {"bank": "002", "number": "012345678901234", "again": "012345678901234", "holder": "Dekranasda"}
    officer.get("/desk/bank-details").press("Simpan rekening", **fields, current=PASSWORD)
    assert "•••• 1234" in officer.text
    council = session.scalars(sa.select(BankAccount.council_id)).one()
    assert council == session.scalars(sa.select(Council.id).where(Council.code == "17")).one()
    assert officer.get("/desk/bank-details?council=16").status == 404


def test_the_books_add_up_to_nothing_and_lead_to_every_transfer(
    payee: Payee, finance: Page, session: Session
) -> None:
    make_payouts.sent(payee)
    page = finance.get("/desk/books")
    assert "Jumlah: Rp 0" in page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert payee.account in page.get("/desk/books?group=workshop").text
    assert page.get("/desk/books?group=workshop&page=9").status == 200
    name = session.scalar(sa.select(Workshop.live_name).where(Workshop.id == payee.workshop_id))
    page.get("/desk/books").follow(f"{name} ({payee.account})")
    assert "payout:" in page.text
    text = page.get(f"/desk/books/{payee.account}/transfers.csv").html.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    assert int(rows[-1][-1]) == sum(int(row[-2]) for row in rows[1:]) == 0
    text = page.get("/desk/books/trial-balance.csv").html.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    assert sum(int(row[-1]) for row in rows[1:-1]) == int(rows[-1][-1]) == 0
    assert page.get("/desk/books/nothing:9").status == 404


def test_statements_of_a_region_are_listed(payee: Payee, officer: Page, session: Session) -> None:
    make_catalog.workshop(name="Tanpa penjualan")
    page = officer.get("/desk/statements")
    assert "Tanpa penjualan" not in page.text
    assert "Tanpa penjualan" in officer.get("/desk/statements?q=tanpa").text
    assert officer.get(f"/desk/statements/{payee.account}?month=all").status == 200
    assert officer.get(f"/desk/statements/{payee.account}/statement.csv").status == 200
    for wrong in ("workshop:999999", "gateway:stripe", "workshop:x", "council:٣"):
        assert officer.get(f"/desk/statements/{wrong}").status == 404


def test_an_export_gives_the_same_balances_again(
    payee: Payee, app: Flask, tmp_path: Path, session: Session
) -> None:
    make_payouts.sent(payee)
    run = app.test_cli_runner().invoke
    session.rollback()
    assert run(args=["export", str(tmp_path)]).exit_code == 0
    replayed = run(args=["books", "replay", str(tmp_path)])
    assert (replayed.exit_code, "0 differ" in replayed.output) == (0, True), replayed.output
    for name in ("bank_accounts.jsonl", "payouts.jsonl", "payout_items.jsonl"):
        text = (tmp_path / name).read_text("utf-8")
        assert text
        assert "sealed" not in text
    with (tmp_path / "transfers.jsonl").open("r+", encoding="utf-8") as file:
        file.readline()
        rest = file.read()
        file.seek(0)
        file.write(rest)
        file.truncate()
    assert run(args=["books", "replay", str(tmp_path)]).exit_code == 1
