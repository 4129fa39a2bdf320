"""The history: in words, within one's scope, complete for every code the shop writes."""

import ast
from collections.abc import Iterator
from typing import Any

from admin.desk import phrases
from catalog import variants
from catalog.curation.decisions import WORDS
from catalog.models import Listing, MembershipEventKind, Product, Reply, Variant
from checkout.models import ClaimState, LineState, OrderState, PayoutState, RefundState, ShipmentState
from shop.db import db
from shop.models import Role
from tests import make, make_catalog, make_checkout, make_desk, texts
from tests.make import ACTOR, writing
from tests.pages import Page

UNDECIDED = (LineState.WAITING, LineState.OUTGOING, LineState.RETURNED)
BUILT = {
    *(f"listing.{word}" for word in WORDS.values()),
    *(f"order.{state}" for state in OrderState if state is not OrderState.PENDING),
    *(f"shipment.{state}" for state in ShipmentState if state is not ShipmentState.WAITING),
    *(f"refund.{state}" for state in RefundState if state is not RefundState.DUE),
    *(f"membership.{kind}" for kind in MembershipEventKind),
    *(f"payout.{state}" for state in PayoutState),
    *(f"countersignature.{reply}" for reply in Reply),
    *(f"statement_line.{state}" for state in LineState if state not in UNDECIDED),
    "certificate.checked",
    "certificate.refused",
    *(f"claim.{state}" for state in ClaimState if state is not ClaimState.OPENED),
    "claim.sent_back",
    "claim.sent_out",
    "shipment.delay_accepted",
    "shipment.delay_declined",
    *(f"{of}.{state}" for of in ("tax_facts", "tax_paper") for state in ("checked", "refused")),
}
"""Codes that are put together from a state."""


def codes() -> Iterator[str]:
    """Give every code of the audit trail that stands in the sources."""
    kinds = {code.partition(".")[0] for code in phrases.ACTIONS}
    for path in texts.sources():
        if path.name == "phrases.py":
            continue
        source = path.read_text("utf-8")
        if "audit" not in source and "MOVES" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                kind, dot, rest = node.value.partition(".")
                if dot and kind in kinds and rest and rest.replace("_", "").replace("-", "").isalpha():
                    yield node.value


def test_every_code_that_the_shop_writes_has_words() -> None:
    beginnings = {"product.html", "account.html", "shipment.delay_"}
    found = {code for code in codes() if code not in beginnings} | BUILT

    assert len(found) > 50
    assert found - phrases.ACTIONS.keys() == set()


def test_no_words_are_kept_for_codes_that_nobody_writes() -> None:
    assert phrases.ACTIONS.keys() - set(codes()) - BUILT == set()


def test_what_happened_is_told_in_both_languages(curator: Page) -> None:
    submission = make_catalog.submitted()
    make_desk.decide(curator, submission, "pass", "Lolos dengan senang hati.")

    curator.get("/desk/history")
    assert "Etalase disetujui" in curator.text
    assert "Karya “Selendang besurek rafflesia”" in curator.text
    assert "Lolos dengan senang hati." in curator.text
    assert "Di dewan → Dijual" in curator.text
    assert "Listing approved" in curator.get("/en/desk/history").text


def test_history_is_chosen_by_what_who_and_piece(curator: Page) -> None:
    submission = make_catalog.submitted()
    make_desk.decide(curator, submission, "pass")
    variant = make_catalog.variant_of(make_catalog.piece())

    assert "Nilai disimpan" not in [
        words.get_text() for words in curator.get("/desk/history?action=listing.approved").all(".trail-words")
    ]
    assert curator.get("/desk/history?who=Kurator+Bengkulu").all(".trail-words")
    assert not curator.get("/desk/history?who=%25").all(".trail-words")
    with writing() as session:
        variants.reprice(session, ACTOR, session.get_one(Variant, variant.id), 410_000)
    curator.get(f"/desk/history?piece={variant.product_id}")
    assert "Harga diubah" in curator.text
    assert "Rp 350.000 → Rp 410.000" in curator.text


def test_neighbours_and_finance_read_only_their_own(
    bank: Any, curator: Page, neighbour: Page, finance: Page
) -> None:
    submission = make_catalog.submitted()
    make_desk.decide(curator, submission, "pass")
    make_checkout.sent(make_checkout.paid((make_catalog.piece(), 1)))

    assert "Etalase" not in neighbour.get("/desk/history").text.partition("Sebelum dan sesudah")[2]
    rows = [row.get_text() for row in finance.get("/desk/history").all(".trail-words")]
    assert "Paket dikirim" in rows
    assert "Etalase disetujui" not in rows


def test_accounts_are_read_by_administrators_alone(curator: Page, admin: Page) -> None:
    make.staff(Role.CURATOR, "17", name="Kurator baru")

    assert "Peran diberikan" not in curator.get("/desk/history").text
    assert "Peran diberikan" in admin.get("/desk/history").text


def test_the_history_of_a_workshop_has_its_pieces_and_stays_with_its_council(
    curator: Page, neighbour: Page
) -> None:
    submission = make_catalog.submitted()
    make_catalog.draft(title="Belum dikirim")
    workshop_id = db.session.get_one(
        Product, db.session.get_one(Listing, submission.listing_id).product_id
    ).workshop_id

    page = curator.get(f"/desk/artisans/{workshop_id}").follow("Riwayat bengkel")
    assert "Dikirim ke dewan" in page.text
    assert "Bengkel didaftarkan" in page.text
    assert neighbour.get(f"/desk/history?workshop={workshop_id}").status == 404
    assert curator.get("/desk/history?workshop=x").status == 404
