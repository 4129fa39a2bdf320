"""Tax at the desk: who checks what, who keeps the rates, what is in the reports, and who has read a number."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from catalog.models import Workshop
from checkout.models import CheckState, TaxFacts, Taxpayer
from checkout.tax import facts, papers, rates
from shop import accounts
from shop.db import db
from shop.models import AuditEntry, Role, User
from tests import make, make_catalog, make_checkout, make_tax
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing
from tests.pages import Mailbox, Page


def read_numbers() -> int:
    db.session.rollback()
    query = sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.action == "tax_facts.number_read")
    return db.session.scalar(query) or 0


def state_of(facts_id: int) -> CheckState:
    db.session.rollback()
    return db.session.get_one(TaxFacts, facts_id).state


def test_an_officer_of_the_region_checks_facts_and_the_workshop_is_told(
    officer: Page, neighbour: Page, mailbox: Mailbox
) -> None:
    shop = make_catalog.workshop()
    person = make_catalog.member(shop)
    sent = make_tax.told(shop.id, checked=False)
    officer.get("/desk/tax")
    assert shop.name in officer.text

    officer.follow(shop.name).press("Tidak cocok")
    assert officer.status == 422
    officer.press("Tidak cocok", reason="Nama berbeda dari kartu.")
    assert state_of(sent.id) is CheckState.REFUSED
    assert mailbox.latest(person.email).template == "tax_answered"

    again = make_tax.told(shop.id, checked=False)
    page = officer.get(f"/desk/tax/workshops/{shop.id}").press("Cocok")
    assert "Diperiksa. Berlaku mulai sekarang." in page.text
    assert state_of(again.id) is CheckState.CHECKED
    assert neighbour.get(f"/desk/tax/workshops/{shop.id}").status == 403, "curators have no tax room"


def test_another_region_finds_nothing(officer: Page) -> None:
    far = make_catalog.workshop(regency="16.71")
    sent = make_tax.told(far.id, checked=False)

    assert far.name not in officer.get("/desk/tax").text
    assert officer.get(f"/desk/tax/workshops/{far.id}").status == 404
    assert officer.post(f"/desk/tax/facts/{sent.id}", {"do": "accept"}).status == 404
    assert officer.post(f"/desk/tax/facts/{sent.id}/number").status == 404
    assert read_numbers() == 0


def test_nobody_checks_the_own_workshop(signed_in: Callable[[User], Page]) -> None:
    shop = make_catalog.workshop()
    person = make_catalog.member(shop)
    with writing() as session:
        accounts.grant(session, ACTOR, session.get_one(User, person.id), Role.COUNCIL_ADMIN, "17")
    sent = make_tax.told(shop.id, checked=False)
    page = signed_in(person)

    assert "milik bengkel Anda sendiri" in page.get(f"/desk/tax/workshops/{shop.id}").text
    assert page.post(f"/desk/tax/facts/{sent.id}", {"do": "accept"}).status == 403
    assert state_of(sent.id) is CheckState.SENT


def test_a_number_is_read_once_and_written_down(officer: Page) -> None:
    shop = make_catalog.workshop()
    make_tax.told(shop.id)

    officer.get(f"/desk/tax/workshops/{shop.id}")
    assert make_tax.NIK not in officer.html
    officer.press("Tampilkan nomor lengkap")
    assert make_tax.NIK in officer.text
    assert read_numbers() == 1
    assert make_tax.NIK not in officer.get("/desk/history").html


def test_national_finance_keeps_the_rates_and_councils_read_them(finance: Page, officer: Page) -> None:
    tomorrow = make_tax.today() + timedelta(days=1)
    typed = {
        "kind": "ppn",
        "valid_from": tomorrow,
        "rate": "12,5",
        "fraction": "11/12",
        "source": "PMK 9/2027",
    }

    finance.get("/desk/tax/rates").press("Simpan baris", **typed)
    assert "12,5 % × 11/12" in finance.text
    assert rates.on(db.session(), tomorrow).ppn == rates.Ppn(1250, 11, 12)
    finance.press("Simpan baris", **typed)
    assert finance.status == 409
    finance.press("Simpan baris", **typed | {"rate": "banyak"})
    assert finance.status == 422
    finance.get("/desk/tax/rates").follow(finance_day(finance)).press("Hapus baris")
    assert "12,5" not in finance.text

    assert "PMK 131/2024" in officer.get("/desk/tax/rates").text
    assert not officer.all("main form")
    assert officer.post("/desk/tax/rates", {"kind": "ppn"}).status == 403


def finance_day(page: Page) -> str:
    """Give the words of the link of the row to come."""
    (row,) = [row for row in page.all("tbody tr") if "akan datang" in row.get_text()]
    return " ".join(row.select("a")[0].get_text().split())


def test_a_councils_own_finance_reads_the_rates_only(signed_in: Callable[[User], Page]) -> None:
    page = signed_in(make.staff(Role.FINANCE, "17"))

    assert page.get("/desk/tax/rates").status == 200
    assert page.post("/desk/tax/rates", {"kind": "ppn"}).status == 404
    assert page.post("/desk/tax/reports/pph22.csv", {"month": "2026-11"}).status == 404


def test_the_month_is_reported_as_the_books_have_it_with_harmless_cells(
    finance: Page, officer: Page, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    piece = make_catalog.piece(on_hand=9, price=600_000)
    with writing() as session:
        name = '=HYPERLINK("http://contoh.id")'
        content = facts.Content(Taxpayer.ENTITY, name, "Jalan Melur 3", make_tax.NPWP)
        sent = facts.send(session, ACTOR, session.get_one(Workshop, piece.workshop_id), content)
        facts.decide(session, ACTOR, make.staff(Role.FINANCE, "nasional"), sent.id, accepted=True)
    make_tax.designated()
    make_checkout.paid((piece, 1))
    run_jobs()
    month = f"{make_tax.today():%Y-%m}"

    finance.get(f"/desk/tax/reports?month={month}")
    assert "Rp 3.000" in finance.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Pembukuan mencatat jumlah yang sama" in finance.text
    assert make_tax.NPWP not in finance.html
    finance.press("Untuk SPT Masa, dengan nomor (CSV)")
    assert f"{month},{make_tax.NPWP}," in finance.html
    assert "\"'=HYPERLINK" in finance.html
    assert "600000,3000" in finance.html
    assert read_numbers() == 1

    assert "Untuk SPT Masa" not in officer.get(f"/desk/tax/reports?month={month}").text
    assert officer.get(f"/desk/tax/reports/ppn.csv?month={month}").status == 200


def test_the_councils_list_has_the_papers_of_its_sales(
    officer: Page, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    here = make_checkout.paid((make_catalog.piece(on_hand=2), 1))
    there = make_checkout.paid((make_catalog.piece(make_checkout.workshop_in(), on_hand=2), 1))
    run_jobs()
    (mine,), (theirs,) = make_tax.invoices(here.id), make_tax.invoices(there.id)

    officer.get("/desk/invoices")
    assert mine.number in officer.text
    assert theirs.number not in officer.text
    assert officer.get(f"/desk/invoices/{mine.id}.pdf").status == 200
    assert officer.get(f"/desk/invoices/{theirs.id}.pdf").status == 404


def test_papers_are_checked_beside_the_facts(officer: Page) -> None:
    shop = make_catalog.workshop()
    make_tax.told(shop.id)
    sent = make_tax.paper(shop.id, checked=False)

    officer.get(f"/desk/tax/workshops/{shop.id}").press("Cocok")

    db.session.rollback()
    assert papers.find(db.session(), sent.id).state is CheckState.CHECKED
