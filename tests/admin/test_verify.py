"""`flask verify`: clean while the shop keeps its promises, and each broken one is named with the row that breaks it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from admin import verify
from admin.periodic import deciding, preparation
from catalog import artisans, photos
from catalog.curation import appeals, decisions
from catalog.models import Council, Listing, Picture, Product, Submission, Workshop, WorkshopState
from checkout import credits
from checkout.models import Order
from shop import media
from shop.db import db, now
from shop.models import AuditEntry, User
from tests import make_catalog, make_checkout, make_claims, make_coaching, make_rounds, make_vouchers
from tests.admin import test_verify_invoices, test_verify_transfers, verify_money, verify_parcels
from tests.checkout.conftest import bank
from tests.make import ACTOR, writing

__all__ = ["bank"]

APPEND_ONLY = ("ledger_transfers", "stock_movements", "audit_entries")


@pytest.fixture
def market(app: Flask, bank: Any, run_jobs: Callable[[], int]) -> dict[str, int]:
    """Make a small market in which everything has happened once; give the ids of what is broken below."""
    piece, other = make_catalog.piece(on_hand=9), make_catalog.piece(on_hand=9)
    paid = make_checkout.paid((piece, 1), (other, 2))
    make_checkout.sent(paid)
    twice = make_checkout.paid((piece, 1))
    make_claims.carried_out(twice)
    pending = make_checkout.order((piece, 1))
    back = make_checkout.paid((other, 1))
    with writing() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, back.id), "Batal.")
    waiting = make_catalog.submitted()
    make_coaching.everything(waiting)
    make_catalog.certificate(piece.workshop_id)
    _look_again()
    make_rounds.open_and_ended()
    _appealed()
    make_vouchers.voucher()
    bargain = make_vouchers.paid((piece, 1))
    run_jobs()
    return {
        "bargain": bargain.id,
        "piece": piece.id, "other_listing": other.live_listing_id or 0, "paid": paid.id, "twice": twice.id,
        "pending": pending.id, "back": back.id, "waiting": waiting.listing_id,
    }  # fmt: skip


def _look_again() -> None:
    """Let the council look again at what is on sale, and keep it."""
    judge = make_catalog.curator()
    with writing() as session:
        council = session.scalars(sa.select(Council).where(Council.code == "17")).one()
        review = preparation.prepare(session, ACTOR, council)
        assert deciding.keep_proposed(session, ACTOR, session.get_one(User, judge.id), review) == 2


def _appealed() -> None:
    """Let a workshop ask another panel, of whose judges one has handed in."""
    first, judge = make_catalog.submitted(), make_catalog.curator()
    make_catalog.mark(first, judge, design=2)
    with writing() as session:
        person, owner = session.get_one(User, judge.id), session.get_one(User, first.submitted_by_id)
        seen = session.get_one(Submission, first.id).listing_edits
        verdict = decisions.send_to_coaching(
            session, ACTOR, person, first.id, seen_edits=seen, reason="Belum."
        )
        listing = session.get_one(Listing, first.listing_id)
        lodged = appeals.lodge(session, ACTOR, owner, listing, verdict.id, "Mohon dilihat lagi.")
        again = session.get_one(Submission, lodged.submission_id)
    make_catalog.hand_in(again, make_catalog.curator())


def findings() -> dict[str, list[str]]:
    db.session.rollback()
    return {finding.promise: finding.examples for finding in verify.run(db.session())}


def on_postgres() -> bool:
    return db.engine.dialect.name == "postgresql"


def without_guards(session: Session, *statements: str, **values: Any) -> None:
    """Do what nobody can do in the shop: change append-only tables, then put their guards back."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN :tables"
    tables: sa.BindParameter[Any] = sa.bindparam("tables", APPEND_ONLY, expanding=True)
    if on_postgres():
        down = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in APPEND_ONLY]
        up = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in APPEND_ONLY]
    else:
        guards = session.execute(sa.text(query).bindparams(tables)).all()
        down, up = [f"DROP TRIGGER {name}" for name, _sql in guards], [sql for _name, sql in guards]
    for statement in down:
        session.execute(sa.text(statement))
    for statement in statements:
        session.execute(sa.text(statement), values)
    for statement in up:
        session.execute(sa.text(statement))


def long_ago() -> None:
    """Let everything in the audit trail have happened an hour ago."""
    postgres = "UPDATE audit_entries SET at = at - interval '1 hour'"
    sqlite = "UPDATE audit_entries SET at = datetime(at, '-1 hour')"
    with writing() as session:
        without_guards(session, postgres if on_postgres() else sqlite)


BREAKS: dict[str, tuple[str, str]] = verify_parcels.BREAKS | {
    "S1 stock is the sum of its movements": (
        "UPDATE variants SET on_hand = on_hand + 1 WHERE product_id = :piece",
        "variant",
    ),
    "S1 set aside is what pending orders hold": (
        "UPDATE reservations SET quantity = quantity + 1 WHERE order_id = :pending",
        "1 set aside, reservations hold 2",
    ),
    "S2 a one-of-a-kind piece is sold once": (
        "UPDATE products SET one_of_a_kind = TRUE WHERE id = :piece",
        "in 2 paid orders",
    ),
    "S4 every reservation ends with its order": (
        "UPDATE orders SET state = 'expired' WHERE id = :pending",
        "is expired",
    ),
    "O1 one payment that counts per order": (
        "UPDATE payments SET order_id = :paid WHERE order_id = :twice",
        "2 captured payments",
    ),
    "O3 the amount captured is the order's total": (
        "UPDATE payments SET amount = amount + 1 WHERE order_id = :paid",
        "payment",
    ),
    "O4 every captured payment is a paid order or a refund": (
        "UPDATE payments SET state = 'failed' WHERE order_id = :paid",
        "is paid without a captured payment",
    ),
    "O5 states agree between order and parcels": (
        "UPDATE shipments SET state = 'waiting' WHERE order_id = :paid",
        "has no parcel to pack",
    ),
    "O6 refunds stay within the capture": (
        "UPDATE payments SET refunded = 1 WHERE order_id = :paid",
        "says 1 refunded, refunds are 0",
    ),
    "O7 vouchers are used within their limits": (
        "UPDATE vouchers SET used = used + 1 WHERE code = 'BATIK10'",
        "counts 2, used by 1",
    ),
    "O7 a voucher comes back when its order dies": (
        "UPDATE voucher_redemptions SET given_back_at = redeemed_at WHERE order_id = :bargain",
        "its voucher is given back",
    ),
    "O7 a discount is what the voucher took off": (
        "UPDATE voucher_redemptions SET amount = amount + 1 WHERE order_id = :bargain",
        "its voucher took",
    ),
    "O9 lines add up to the order": (
        "UPDATE orders SET goods_total = goods_total + 1, total = total + 1 WHERE id = :paid",
        "goods",
    ),
    "L1 transfers keep to one currency": (
        "UPDATE ledger_transfers SET currency = 'USD' WHERE order_id = :paid",
        "transfer",
    ),
    "L2 what open disputes have taken stands apart": (
        """INSERT INTO disputes (id, payment_id, gateway, ref, state, inquiry, amount, taken, reason, opened_at,
        answer, answer_due, created_at) SELECT 7, id, 'stripe', 'du_7', 'under_review', FALSE, amount, 5, '',
        created_at, '{}', FALSE, created_at FROM payments WHERE order_id = :paid""",
        "banks hold 5 of open disputes, the books say 0",
    ),
    "O6 no money is both refunded and lost to a bank": (
        "UPDATE payments SET disputed = 3 WHERE order_id = :paid",
        "says 3 disputed, its disputes leave 0",
    ),
    "L5 every line of a gateway's account fits or is explained": (
        """INSERT INTO gateway_entries (id, gateway, ref, kind, type, amount_sen, fee_sen, fee_booked, currency, at,
        available_on, source_ref, intent_ref, order_number, text, note, read_at) SELECT 7, 'stripe', 'txn_7',
        'other', 'x', 0, 0, 0, 'IDR', created_at, created_at, '', '', '', '', '', created_at FROM payments
        WHERE order_id = :paid""",
        "neither matched nor named",
    ),
    "L2 each gateway holds what was paid less what left it": (
        "UPDATE ledger_transfers SET amount = amount + 1 WHERE order_id = :back",
        "the books say",
    ),
    "L2 every order's postings add up": (
        "UPDATE ledger_transfers SET order_id = NULL WHERE order_id = :paid",
        "booked 0",
    ),
    "L3 the books are append-only": ("", "ledger_transfers can be changed"),
    "P1 what is live was approved": (
        "UPDATE decisions SET outcome = 'coaching'",
        "is live without a favourable decision",
    ),
    "P1 public photographs belong to live listings": (
        "UPDATE pictures SET public = NOT public",
        "is shown by a live listing and is not public",
    ),
    "P1 public files belong to public photographs": ("", "are public, the photograph is not"),
    "P2 lists show what is live, where it belongs": (
        "UPDATE wall_places SET published_at = '2020-01-01 00:00:00' WHERE product_id = :piece",
        "does not hang where it belongs",
    ),
    "P5 order lines show a listing of their product": (
        "UPDATE order_lines SET listing_id = :other_listing WHERE order_id = :twice",
        "order line",
    ),
    "P1 photographs of samples and tasks stay private": (
        "UPDATE pictures SET of_council = TRUE WHERE public",
        "is the council's, and public or in a listing",
    ),
    "C3 every task has help, an owner and a day": (
        "UPDATE coaching_tasks SET due_on = NULL",
        "has no kind of help or no day",
    ),
    "C3 done tasks were checked from outside the workshop": (
        "UPDATE coaching_tasks SET checked_by_id = NULL",
        "nobody from outside the workshop has checked it",
    ),
    "C4 one sample holds for a listing, measured by its council": (
        "DELETE FROM sample_measures",
        "has no measure",
    ),
    "A1 every task has its audit entries": (
        "DELETE FROM audit_entries WHERE action = 'task.set'",
        "has no entry of its beginning or of its end",
    ),
    "A1 every decision has its audit entry": (
        "DELETE FROM audit_entries WHERE action = 'listing.approved'",
        "0 of them in the audit trail",
    ),
    "C5 what is on sale is a member's": (
        "UPDATE memberships SET state = 'lapsed'",
        "sells and is no member",
    ),
    "C5 a membership covers what is on sale": ("DELETE FROM membership_crafts", "does not cover"),
    "C5 membership numbers have no gap": (
        "UPDATE membership_counters SET last = last + 1",
        "the counter says 3",
    ),
    "C5 a membership is what its history says": (
        "UPDATE memberships SET ends_on = '2040-01-01'",
        "is not as its history says",
    ),
    "C6 a review is decided once a piece": (
        "DELETE FROM audit_entries WHERE action = 'periodic.decided'",
        "is decided, 0 lines in the audit trail",
    ),
    "C2 a round has as many places taken as workshops hold": (
        "UPDATE rounds SET taken = 1 WHERE state = 'open'",
        "1 places taken, 0 workshops hold one",
    ),
    "C2 a round ends with everything decided and in its minutes": (
        "UPDATE submissions SET round_id = (SELECT id FROM rounds WHERE state = 'ended') WHERE listing_id = :waiting",
        "with a piece that waits",
    ),
    "A1 every step of a round has its audit entry": (
        "DELETE FROM audit_entries WHERE action = 'round.opened'",
        "round.opened stands 0 times",
    ),
    "C7 claims on sale are at home or signed": (
        "UPDATE listings SET regency_code = '16.71' WHERE id = :other_listing",
        "claims a craft form of another region",
    ),
    "C7 certificates shown are checked": (
        "UPDATE certificates SET state = 'checked', checked_at = sent_at, checked_by_id = (SELECT min(id) FROM users)",
        "nobody has checked it",
    ),
    "C8 small edits changed only what is staged": (
        "UPDATE decisions SET carried_from_id = (SELECT min(id) FROM decisions) WHERE outcome = 'pass'",
        "changed workshop_name",
    ),
    "C1 a verdict rests on enough judges who were free": (
        "UPDATE judgements SET set_aside_at = created_at WHERE id = (SELECT min(id) FROM judgements)",
        "decided on 1 sheets of free judges, of 2",
    ),
    "C2 sheets are handed in complete": (
        "DELETE FROM scores WHERE id = (SELECT min(id) FROM scores)",
        "was handed in incomplete",
    ),
    "C2 an appeal is judged by another panel": (
        "UPDATE appeals SET first_submission_id = submission_id",
        "of the first panel",
    ),
    "K1 money of a claim goes back once": (
        "UPDATE claims SET credit_id = NULL",
        "gave nothing back",
    ),
    "K2 an open claim holds its parcel": (
        "UPDATE claims SET closed_at = '2999-01-01 00:00:00'",
        "was accepted while claim",
    ),
    "K3 an appeal goes to another officer": (
        "UPDATE claims SET decided_by_id = (SELECT min(user_id) FROM workshop_members WHERE workshop_id = claims.workshop_id)",
        "by a member of its workshop",
    ),
    "K4 a claim is where its history leads": (
        "UPDATE claims SET state = 'lapsed'",
        "its history ends with claim.done",
    ),
    "K5 photographs of claims are kept apart": (
        "UPDATE pictures SET of_council = FALSE WHERE id IN (SELECT picture_id FROM claim_photos)",
        "is not kept apart",
    ),
    "K6 no claim outwaits its time": (
        "UPDATE claims SET state = 'opened', closed_at = NULL, due_at = '2020-01-01 00:00:00'",
        "its time is over",
    ),
    "D2 no promised work is stuck": ("UPDATE jobs SET state = 'parked' WHERE id = 1", "is parked"),
}
"""What breaks each promise, and what verify must then say. The two without a statement are broken below."""


def test_a_market_in_which_everything_happened_once_is_clean(market: dict[str, int]) -> None:
    assert findings() == {}
    long_ago()
    assert findings() == {}


@pytest.mark.postgres
def test_it_is_clean_on_postgresql_too_and_reads_one_state(market: dict[str, int]) -> None:
    assert findings() == {}
    with writing() as session:
        session.execute(sa.text(BREAKS["O5 states agree between order and parcels"][0]), market)
    assert findings().keys() == {"O5 states agree between order and parcels"}


def test_every_promise_is_broken_once_here_or_in_verify_money() -> None:
    broken = (
        BREAKS.keys()
        | verify_money.BREAKS.keys()
        | test_verify_transfers.BREAKS.keys()
        | test_verify_invoices.BREAKS.keys()
    )
    assert broken == verify.CHECKS.keys()


@pytest.mark.parametrize("promise", [name for name, (statement, _words) in BREAKS.items() if statement])
def test_a_broken_promise_is_named_with_its_row(market: dict[str, int], promise: str) -> None:
    statement, words = BREAKS[promise]
    long_ago()

    with writing() as session:
        without_guards(session, statement, **{key: market[key] for key in market if f":{key}" in statement})

    found = findings()
    assert promise in found, found
    assert any(words in example for example in found[promise]), found[promise]


def test_a_missing_guard_of_the_books_is_named(market: dict[str, int]) -> None:
    with writing() as session:
        guard = "append_only ON ledger_transfers" if on_postgres() else "no_delete"
        session.execute(sa.text(f"DROP TRIGGER ledger_transfers_{guard}"))

    assert findings() == {"L3 the books are append-only": ["ledger_transfers can be changed"]}


def test_public_files_of_a_private_photograph_are_named(market: dict[str, int]) -> None:
    long_ago()
    (key, *_others) = make_catalog.public_files(market["waiting"])
    picture = db.session.scalars(
        sa.select(Picture).where(Picture.id == make_catalog.photo_ids(market["waiting"])[0])
    ).one()
    media.current().copy(f"{picture.private_key}/{key.rpartition('/')[2]}", key)

    assert findings().keys() == {"P1 public files belong to public photographs"}


def test_a_suspended_workshop_is_no_broken_promise_once_the_sweep_was_there(market: dict[str, int]) -> None:
    with writing() as session:
        shop = session.get_one(Workshop, session.get_one(Product, market["piece"]).workshop_id)
        artisans.move(session, ACTOR, shop, WorkshopState.SUSPENDED, "Aduan.")
    assert findings() == {}, "the sweep has a minute"
    photos.sweep()
    long_ago()
    assert findings() == {}


def test_work_that_nobody_does_is_named(market: dict[str, int]) -> None:
    make_catalog.submitted()
    with writing() as session:
        session.execute(
            sa.text("UPDATE jobs SET state = 'due', run_at = :long_ago WHERE id = 1"),
            {"long_ago": (now() - timedelta(hours=1)).replace(tzinfo=None)},
        )

    assert "has been due for more than 15 minutes" in findings()["D2 no promised work is stuck"][0]


def test_the_command_says_so_to_people_and_to_programs(app: Flask, market: dict[str, int]) -> None:
    run = app.test_cli_runner().invoke
    db.session.rollback()

    clean = run(args=["verify", "--json"])
    assert clean.exit_code == 0
    assert json.loads(clean.output)["ok"] is True
    with writing() as session:
        session.execute(sa.text("UPDATE shipments SET state = 'waiting' WHERE order_id = :paid"), market)
    broken = run(args=["verify", "--json"])
    assert broken.exit_code == 1
    (finding,) = json.loads(broken.output)["findings"]
    assert finding["promise"].startswith("O5")
    assert "broken  O5" in run(args=["verify"]).output


def test_verify_writes_nothing(market: dict[str, int]) -> None:
    def count() -> int:
        db.session.rollback()
        return db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) or 0

    before = count()
    findings()
    assert count() == before
    assert not db.session.new
    assert not db.session.dirty


def test_the_demonstration_keeps_every_promise(app: Flask, run_jobs: Callable[[], int]) -> None:
    for words in (["rates", "load"], ["demo", "--size", "60"]):
        done = app.test_cli_runner().invoke(args=words)
        assert done.exit_code == 0, done.output
    run_jobs()

    assert findings() == {}
    assert db.session.scalar(sa.select(sa.func.count(Submission.id)))
    assert db.session.scalar(sa.select(sa.func.count(Listing.id)))
