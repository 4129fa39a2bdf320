"""The books under a million random transfers: their sum, and the balances that their export alone gives again.

Works on a database of its own, thrown away afterwards. Transfers of awkward amounts between the accounts of seven
workshops, two councils and everybody else are written through `ledger.post`, as the shop does; a model in plain numbers
runs beside them. `KRIYA_BOOKS_TRANSFERS` says how many (1,000,000). Random walks through sales, credits and payouts are
tests/checkout/test_books_at_random.py.
"""

import os
import random
import tempfile
import time
from pathlib import Path

import flask_migrate
from flask import Flask

import admin.app
import catalog.app
import checkout.app
from admin import export
from checkout import books, ledger
from checkout.ledger import Posting
from shop.app import create_app
from shop.config import Settings
from shop.db import db, transaction

TRANSFERS = int(os.environ.get("KRIYA_BOOKS_TRANSFERS", "1000000"))
BATCH = 500
"""Transfers of one transaction."""
AWKWARD = (1, 3, 7, 99, 333, 1_001, 99_999, 333_333, 9_999_999)
CODES = (
    ledger.GATEWAY, ledger.BANK, ledger.MARKETPLACE, ledger.PPH22, ledger.ROUNDING, ledger.REFUNDS_DUE,
    ledger.DISPUTES_OPEN, ledger.PAYOUTS_DUE, ledger.council(1), ledger.council(2),
    *(name(number) for number in range(1, 8) for name in (ledger.held, ledger.postage, ledger.workshop)),
)  # fmt: skip


def main() -> None:
    """Write the transfers, then compare books, model and replay."""
    with tempfile.TemporaryDirectory() as folder:
        app = _shop(Path(folder))
        with app.app_context():
            flask_migrate.upgrade()
            started = time.perf_counter()
            model = _write(random.Random(1))
            written = time.perf_counter() - started
            print(f"{TRANSFERS:,} transfers in {written:.0f} s, {TRANSFERS / written:,.0f} a second")
            started = time.perf_counter()
            kept = ledger.trial_balance(db.session())
            print(f"trial balance in {time.perf_counter() - started:.2f} s, together {sum(kept.values())}")
            export.write(db.session(), Path(folder) / "export", lambda _name, _count: None)
            replayed = books.replay(Path(folder) / "export")
            print(f"replay of the export: {'the same' if replayed == kept else 'DIFFERS'}")
            print(f"plain model beside it: {'the same' if model == kept else 'DIFFERS'}")
            assert sum(kept.values()) == 0
            assert replayed == kept == model
            db.session.remove()
            db.engine.dispose()


def _write(chance: random.Random) -> dict[str, int]:
    model = dict.fromkeys(CODES, 0)
    for start in range(0, TRANSFERS, BATCH):
        postings = []
        for number in range(start, min(start + BATCH, TRANSFERS)):
            giver, taker = chance.sample(CODES, 2)
            amount = chance.choice(AWKWARD) if chance.random() < 0.3 else chance.randint(1, 9_999_999)
            model[giver] -= amount
            model[taker] += amount
            postings.append(Posting(f"bench:{number}", giver, taker, amount))
        with transaction() as session:
            ledger.post(session, postings)
            if start % (100 * BATCH) == 0:  # again, as a job that runs twice would: nothing may move
                assert ledger.post(session, postings) == 0
    return model


def _shop(folder: Path) -> Flask:
    settings = Settings.from_env(
        {
            "KRIYA_DEMO": "1",
            "KRIYA_DATABASE_URL": f"sqlite:///{folder / 'books.sqlite'}",
            "KRIYA_MEDIA_URL": f"file:{folder / 'media'}",
            "KRIYA_SEARCH_DIR": str(folder / "search"),
        }
    )
    return create_app(settings, (catalog.app.attach, checkout.app.attach, admin.app.attach))
