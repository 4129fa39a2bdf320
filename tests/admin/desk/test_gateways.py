"""Finance at the desk: a dispute answered with what the order says, differences explained, failed refunds sent again."""

import io
from collections.abc import Callable

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from checkout import evidence_files, gateway_accounts, ledger, refunds
from checkout.gateway import RefundStatus
from checkout.gateway_books import MovementKind
from checkout.models import DisputeState, GatewayEntry, Invoice, Refund, RefundState
from shop.db import db
from tests import make_catalog, make_checkout, make_transfers
from tests.checkout.conftest import bank
from tests.checkout.test_disputes import call_off, fresh, opened
from tests.checkout.test_gateway_accounts import charge, line
from tests.fake_gateway import FakeGateway
from tests.pages import Page

__all__ = ["bank"]


@pytest.fixture
def finance(app: Flask) -> Page:
    """Sign a person of national finance in."""
    return Page(app).sign_in(make_transfers.finance("Wayan Sudana"))


def test_a_dispute_is_answered_from_its_page_once(
    finance: Page, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order = make_checkout.paid()
    make_checkout.sent(order)
    dispute = opened(bank, order)
    address = f"/desk/disputes/{dispute.id}"
    assert order.number in finance.get("/desk/disputes").text

    finance.get(address)
    assert "Budi Santoso" in str(finance.one("input[name=buyer]"))
    finance.submit(finance.one("form[action$='/answer']"), story="")
    assert finance.status == 422
    finance.get(address)
    finance.submit(finance.one("form[action$='/answer']"), story="The buyer has received the cloth.")
    run_jobs()

    texts, _files = bank.evidence["du_1"]
    assert texts["story"] == "The buyer has received the cloth."
    assert fresh().state is DisputeState.UNDER_REVIEW
    assert not finance.get(address).all("form[action$='/answer']")
    assert "The buyer has received the cloth." in finance.text


def test_several_pictures_of_a_kind_go_to_the_bank_as_pages_of_one_file(
    finance: Page, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    dispute = opened(bank, make_checkout.paid())
    finance.get(f"/desk/disputes/{dispute.id}")
    form = finance.one("form[action$='/answer']")

    def pictures(count: int) -> list[tuple[io.BytesIO, str]]:
        return [(io.BytesIO(make_catalog.photograph()), f"{one}.jpg") for one in range(count)]

    finance.submit(form, story="Sent.", delivery=pictures(evidence_files.MOST + 1))
    assert (finance.status, "Paling banyak 5 gambar" in finance.text) == (422, True)
    finance.submit(form, story="Sent.", delivery=pictures(3), photograph=pictures(1))
    run_jobs()

    _texts, files = bank.evidence["du_1"]
    assert len(pypdf.PdfReader(io.BytesIO(files["delivery"])).pages) == 3
    assert files["photograph"].startswith(b"\xff\xd8"), "one picture stays a picture"


def test_every_invoice_of_the_order_goes_to_the_bank_in_one_file(
    finance: Page, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    order = make_checkout.paid(*((make_catalog.piece(), 1) for _workshop in range(2)))
    run_jobs()
    numbers = session.scalars(sa.select(Invoice.number).where(Invoice.order_id == order.id)).all()
    dispute = opened(bank, order)

    finance.get(f"/desk/disputes/{dispute.id}")
    finance.submit(finance.one("form[action$='/answer']"), story="Sent.", receipt="yes")
    run_jobs()

    _texts, files = bank.evidence["du_1"]
    words = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(files["receipt"])).pages]
    assert len(numbers) == len(words) == 2
    assert all(number in page for number, page in zip(numbers, words, strict=True))


def test_giving_up_wants_a_second_word(
    finance: Page, session: Session, bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    dispute = opened(bank, make_checkout.paid())

    finance.get(f"/desk/disputes/{dispute.id}")
    finance.submit(finance.one("form[action$='/give-up']"))
    run_jobs()
    assert fresh().state is DisputeState.NEEDS_RESPONSE

    finance.get(f"/desk/disputes/{dispute.id}")
    finance.submit(finance.one("form[action$='/give-up']"), sure="yes")
    run_jobs()
    assert fresh().state is DisputeState.LOST


def test_differences_are_named_explained_and_given_as_csv(
    finance: Page, session: Session, bank: FakeGateway
) -> None:
    charge(bank, make_checkout.paid(), 1_040_033)
    line(bank, MovementKind.REFUND, -1_000_050, source_ref="re_made_by_hand")
    gateway_accounts.compare()
    entry = session.scalars(sa.select(GatewayEntry.id).where(GatewayEntry.problem.is_not(None))).one()

    page = finance.get("/desk/payment-services")
    assert "txn_2" in page.text
    assert ",50" in page.text
    csv = finance.get("/desk/payment-services/differences.csv").text
    assert "-10000.50" in csv
    finance.get("/desk/payment-services")
    finance.submit(finance.one(f"form[action*='/lines/{entry}']"), note="Dikembalikan di dasbor", book="yes")

    assert "txn_2" not in finance.get("/desk/payment-services/differences.csv").text
    assert make_checkout.books_are_even()[ledger.MARKETPLACE] == -10_400 - 10_000

    finance.get("/desk/payment-services")
    finance.submit(finance.one(f"form[action*='/lines/{entry}/take-back']"), note=" ")
    assert finance.status == 422
    for _turn in range(2):
        finance.submit(finance.one(f"form[action*='/lines/{entry}/take-back']"), note="Bukan itu")
        assert make_checkout.books_are_even()[ledger.MARKETPLACE] == -10_400
        finance.submit(finance.one(f"form[action*='/lines/{entry}']"), note="Ternyata benar", book="yes")
        assert make_checkout.books_are_even()[ledger.MARKETPLACE] == -10_400 - 10_000


def test_a_refund_that_failed_is_sent_again(finance: Page, session: Session, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    call_off(order)
    failed = session.scalars(sa.select(Refund.id)).one()
    db.session.rollback()
    bank.refund_status = RefundStatus.FAILED
    refunds.send(failed)

    finance.get("/desk/payment-services").press("Kirim lagi")

    db.session.rollback()
    states = session.scalars(sa.select(Refund.state).order_by(Refund.id)).all()
    assert states == [RefundState.FAILED, RefundState.DUE]
    assert not finance.get("/desk/payment-services").all("form[action$='/again']")
