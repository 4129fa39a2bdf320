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
from tests.admin import test_verify_invoices, test_verify_transfers, verify_breaks, verify_money
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


BREAKS = verify_breaks.BREAKS
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
