"""The books under a million random transfers, as a property (hypothesis): whatever is sold, received, given back,
disputed and paid out in whatever order, they add up to zero, and their export alone gives the same balances.

Hypothesis draws the shapes of orders (1 to 7 workshops, awkward prices, percentages, tax), how long a walk is and the
seed of its order of events, so that one example is up to tens of thousands of transfers and a failing one gets short.
Each walks on a fresh database, with a model in plain numbers beside it (`bench/ledger_walk.py`).

`KRIYA_BOOKS_TRANSFERS` says how many transfers in all (1,000,000); `KRIYA_BOOKS_SEED` gives other examples than the
ones of every run. Walks through credits, claims on parcels and payouts as pages do them, with all their rows, are
tests/checkout/test_books_at_random.py.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as start_with
from hypothesis import strategies as st

import admin.app
import catalog.app
import checkout.app
from admin import export
from bench.ledger_walk import AWKWARD, SPONSORS, LineShape, OrderShape, Walk
from checkout import books, ledger
from checkout.models import Account, Transfer
from shop.app import create_app
from shop.config import Settings
from shop.db import db, transaction

TRANSFERS = int(os.environ.get("KRIYA_BOOKS_TRANSFERS", "1000000"))
SEED = os.environ.get("KRIYA_BOOKS_SEED")
LONGEST = 40_000
"""Transfers of one example."""
BATCH = 100
"""Steps of one transaction."""
AMOUNTS = st.integers(1, 9_999_999) | st.sampled_from(AWKWARD)
PERCENT = st.integers(0, 100) | st.sampled_from([0, 1, 33, 50, 99, 100])
LINES = st.builds(
    LineShape, price=AMOUNTS, pieces=st.integers(1, 7), off=PERCENT, borne=PERCENT,
    sponsor=st.integers(0, len(SPONSORS) - 1), commission_bp=st.sampled_from([0, 1, 333, 800, 2_999]),
    taxed=st.booleans(), fee=st.integers(0, 99_999), insurance=st.sampled_from([0, 1, 4_999]), less=PERCENT,
)  # fmt: skip
ORDERS = st.builds(
    OrderShape, lines=st.lists(LINES, min_size=1, max_size=7).map(tuple), code=st.sampled_from([0, 0, 7, 999])
)


class Course:
    """A run: how far it has come."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file, self.template = folder / "books.sqlite", folder / "template.sqlite"
        self.examples = self.transfers = self.orders = self.returned = 0
        self.broken = False
        """Once an example failed it is made smaller, however many transfers there were."""

    def ask(self, shapes: list[OrderShape], length: int, seed: int) -> None:
        """Let one example walk, unless there were enough."""
        if self.transfers >= TRANSFERS and not self.broken:
            return
        try:
            walk = self._walked(shapes, length, seed)
            self._compare(walk)
        except BaseException:
            self.broken = True
            raise
        self.examples += 1
        self.transfers += walk.transfers
        self.orders += len(walk.orders)

    def _walked(self, shapes: list[OrderShape], length: int, seed: int) -> Walk:
        db.session.remove()
        db.engine.dispose()
        for rest in self.folder.glob(f"{self.file.name}-*"):
            rest.unlink()
        shutil.copyfile(self.template, self.file)
        walk = Walk(shapes, seed)
        while walk.transfers < length:
            with transaction() as session:
                for _step in range(BATCH):
                    walk.step(session)
        return walk

    def _compare(self, walk: Walk) -> None:
        session = db.session()
        kept = ledger.trial_balance(session)
        assert sum(kept.values()) == 0
        assert kept == {code: walk.books[code] for code in kept}, "the plain model differs"
        assert not [code for code, amount in walk.books.items() if amount and code not in kept]
        assert session.scalar(sa.select(sa.func.count(Transfer.id))) == walk.transfers
        export.write(session, self.folder / "export", lambda _name, _count: None)
        assert books.replay(self.folder / "export") == kept, "the export gives other balances"
        gone = {one.order.number for one in walk.orders if one.over and not one.refunds and not one.disputed}
        left = _left_of_orders()
        assert not [(number, left[number]) for number in gone if left.get(number)], "something stayed"
        self.returned += len(gone)
        session.rollback()


def _left_of_orders() -> dict[str, dict[str, int]]:
    """Give by order the accounts in which something of it stands still, but for what is held no more."""
    found: dict[str, dict[str, int]] = {}
    codes = dict(db.session.execute(sa.select(Account.id, Account.code)).all())
    for side, sign in ((Transfer.to_account_id, 1), (Transfer.from_account_id, -1)):
        query = sa.select(Transfer.memo, side, sa.func.sum(Transfer.amount)).group_by(Transfer.memo, side)
        for number, account_id, amount in db.session.execute(query):
            mine = found.setdefault(number, {})
            mine[codes[account_id]] = mine.get(codes[account_id], 0) + sign * int(amount)
    return {number: {code: n for code, n in mine.items() if n} for number, mine in found.items()}


def main() -> None:
    """Walk until there were so many transfers."""
    with tempfile.TemporaryDirectory() as name:
        course = Course(Path(name))
        app = _shop(course)
        with app.app_context():
            flask_migrate.upgrade()
            db.session.remove()
            db.engine.dispose()
            shutil.copyfile(course.file, course.template)
            started = time.perf_counter()
            _ask(course)
            taken = time.perf_counter() - started
            db.session.remove()
            db.engine.dispose()
        assert course.transfers >= TRANSFERS, f"only {course.transfers:,} transfers"
        print(
            f"{course.transfers:,} transfers of {course.orders:,} orders in {course.examples} examples: {taken:.0f} s"
        )
        print(
            "in every example: sum 0, the plain model and the replay of the export the same, split = payment;"
        )
        print(f"{course.returned:,} orders given back whole left nothing in any account")


def _ask(course: Course) -> None:
    ask = settings(
        max_examples=TRANSFERS // 1_000 + 50, database=None, deadline=None, derandomize=SEED is None,
        phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck), print_blob=False,
    )(
        given(
            shapes=st.lists(ORDERS, min_size=1, max_size=12), length=st.integers(1, LONGEST), seed=st.integers(0, 2**32)
        )(course.ask)
    )  # fmt: skip
    if SEED is not None:
        ask = start_with(int(SEED))(ask)
    ask()


def _shop(course: Course) -> Flask:
    settings = Settings.from_env(
        {
            "KRIYA_DEMO": "1",
            "KRIYA_DATABASE_URL": f"sqlite:///{course.file}",
            "KRIYA_MEDIA_URL": f"file:{course.folder / 'media'}",
            "KRIYA_SEARCH_DIR": str(course.folder / "search"),
        }
    )
    return create_app(settings, (catalog.app.attach, checkout.app.attach, admin.app.attach))
