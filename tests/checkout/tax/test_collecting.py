"""PPh 22: from whom it is collected, how much, that the books hold it, and the moment a threshold is passed."""

from collections.abc import Callable

import pytest

from checkout import credits, ledger
from checkout.models import Order, PaperKind, TaxFacts, TaxKind
from checkout.tax import collecting, facts, papers, rates, reports, turnover
from checkout.tax.collecting import Why
from checkout.voucher_book import Giver
from shop import sealing
from shop.db import db, now
from shop.models import Role
from tests import make, make_catalog, make_checkout, make_tax, make_vouchers
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing
from tests.pages import Mailbox


def why(workshop_id: int) -> Why:
    """Say how a workshop stands now."""
    db.session.rollback()
    law = rates.on(db.session(), make_tax.today())
    return collecting.standings(db.session(), [workshop_id], law, now())[workshop_id].why


def test_nothing_is_collected_until_the_marketplace_is_designated(bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=9, price=1_000_001)
    before = make_checkout.order((piece, 1))

    make_tax.designated()
    after = make_checkout.order((piece, 2))

    assert make_tax.withheld(before) == [0]
    assert make_tax.withheld(after) == [10_000]  # 0.5 % of 2,000,002, rounded down


def test_a_paid_order_holds_the_tax_back_and_a_refund_gives_it_back(
    bank: FakeGateway, run_jobs: Callable[[], int]
) -> None:
    make_tax.designated()
    order = make_checkout.paid((make_catalog.piece(on_hand=9, price=800_000), 1))
    run_jobs()
    month = make_tax.today().replace(day=1)

    assert ledger.balance(db.session(), ledger.PPH22) == 4_000
    assert make_tax.invoices(order.id)[0].withheld == 4_000
    assert reports.booked(db.session(), month) == 4_000
    db.session.rollback()

    with writing() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, order.id), "Dibatalkan.")
    run_jobs()
    assert ledger.balance(db.session(), ledger.PPH22) == 0
    sold, back = reports.pph22(db.session(), month)
    assert (sold.gross, sold.withheld, back.gross, back.withheld) == (800_000, 4_000, -800_000, -4_000)
    assert back.refers_to == sold.number


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (PaperKind.STATEMENT, Why.STATEMENT),
        (PaperKind.SKB, Why.SKB),
        (PaperKind.OWN_RULES, Why.OWN_RULES),
    ],
)
def test_a_checked_paper_of_this_year_frees_a_workshop(
    bank: FakeGateway, kind: PaperKind, reason: Why
) -> None:
    piece = make_catalog.piece(on_hand=9)
    make_tax.designated()
    make_tax.told(piece.workshop_id)
    sent = make_tax.paper(piece.workshop_id, kind, checked=False)
    assert why(piece.workshop_id) is Why.COLLECTED, "nobody has checked it"

    with writing() as session:
        papers.decide(session, ACTOR, make.staff(Role.FINANCE, "nasional"), sent.id, accepted=True)

    assert why(piece.workshop_id) is reason
    assert make_tax.withheld(make_checkout.order((piece, 1))) == [0]


def test_a_statement_frees_persons_only(bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=9)
    make_tax.designated()
    make_tax.told(piece.workshop_id, person=False)
    make_tax.paper(piece.workshop_id)

    assert why(piece.workshop_id) is Why.COLLECTED


def test_a_discount_lowers_no_turnover_whoever_bears_it(bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=9, price=1_000_000)
    make_tax.designated()
    make_vouchers.voucher()
    make_vouchers.voucher(Giver(workshop_id=piece.workshop_id), code="SENDIRI10")

    for code in ("BATIK10", "SENDIRI10"):
        order = make_vouchers.order((piece, 1), code=code)
        assert order.discount_total == 100_000
        assert make_tax.withheld(order) == [5_000], "0.5 % of 1,000,000"


def test_ppn_is_not_taxed_again(bank: FakeGateway) -> None:
    piece = make_catalog.piece(on_hand=9, price=1_332_000)
    make_tax.designated()
    make_tax.told(piece.workshop_id, person=False, pkp=True)

    assert make_tax.withheld(make_checkout.order((piece, 1))) == [6_000]  # 0.5 % of 1,200,000


def test_the_sale_that_passes_the_threshold_is_noticed_and_the_next_one_is_collected(
    bank: FakeGateway, run_jobs: Callable[[], int], mailbox: Mailbox
) -> None:
    shop = make_catalog.workshop()
    person = make_catalog.member(shop)
    piece = make_catalog.piece(shop, on_hand=9, price=400_000)
    make_tax.designated()
    make_tax.threshold(TaxKind.PPH22_FREE, 1_000_000)
    make_tax.told(piece.workshop_id)
    make_tax.paper(piece.workshop_id)
    year = make_tax.today().year
    for _ in range(2):
        make_checkout.paid((piece, 1))
    run_jobs()
    assert turnover.of_year(db.session(), piece.workshop_id, year) == 800_000
    assert turnover.passages(db.session(), piece.workshop_id, year) == {}
    db.session.rollback()

    passing = make_checkout.paid((piece, 1))
    run_jobs()
    run_jobs()

    passage = turnover.passages(db.session(), piece.workshop_id, year)[TaxKind.PPH22_FREE]
    assert (passage.order_id, passage.turnover, passage.threshold) == (passing.id, 1_200_000, 1_000_000)
    assert passage.passed_at == passing.paid_at
    assert make_tax.withheld(passing) == [0]
    assert why(piece.workshop_id) is Why.PASSED
    assert make_tax.withheld(make_checkout.order((piece, 1))) == [2_000]
    told = [letter for letter in mailbox.to(person.email) if letter.template == "tax_passed"]
    assert len(told) == 1
    assert "melewati" in (told[0].subject or "")


def test_numbers_are_sealed_and_their_reading_is_written_down(bank: FakeGateway) -> None:
    shop = make_catalog.workshop()
    sent = make_tax.told(shop.id)

    assert make_tax.NIK not in sent.number_sealed
    assert sent.number_tail == "0001"
    with writing() as session:
        assert facts.read(session, ACTOR, facts.find(session, sent.id)) == make_tax.NIK
    moved = TaxFacts(workshop_id=shop.id + 1, number_sealed=sent.number_sealed)
    with pytest.raises(sealing.Broken):
        facts.number(moved)
