"""`flask export`: one file per table, every row a line, everything of one moment, and nothing that lets anybody in."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from admin import export
from checkout import credits
from checkout.models import Order, Payment, Transfer
from shop.db import db
from tests import make_catalog, make_checkout
from tests.checkout.conftest import bank
from tests.make import ACTOR, writing

__all__ = ["bank"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def order(request: pytest.FixtureRequest, app: Flask, bank: Any, run_jobs: Callable[[], int]) -> Order:
    """Sell two pieces, take one order back, and leave one unpaid, on either database."""
    piece = make_catalog.piece(on_hand=9, title="Selendang “senja” ✿")
    back = make_checkout.paid((piece, 1))
    make_checkout.order((piece, 1))
    with writing() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, back.id), "Batal.")
    run_jobs()
    found = make_checkout.paid((piece, 2))
    make_checkout.sent(found)
    return make_checkout.fresh(found.id)


def exported(app: Flask, folder: Path) -> dict[str, list[dict[str, Any]]]:
    db.session.rollback()
    done = app.test_cli_runner().invoke(args=["export", str(folder)])
    assert done.exit_code == 0, done.output
    db.session.rollback()
    return {
        path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for path in folder.glob("*.jsonl")
    }


def test_every_table_has_its_file_and_every_row_its_line(app: Flask, order: Order, tmp_path: Path) -> None:
    found = exported(app, tmp_path / "new" / "folder")

    assert found.keys() == export.TABLES.keys()
    assert {
        "orders", "order_lines", "payments", "refunds", "reservations", "stock_movements", "transfers",
        "decisions", "audit", "jobs", "webhook_inbox",
    } <= found.keys()  # fmt: skip
    for name, model in export.TABLES.items():
        count = db.session.scalar(sa.select(sa.func.count()).select_from(model))
        assert len(found[name]) == count, name
        assert [row["id"] for row in found[name]] == sorted(row["id"] for row in found[name])
    assert len(found["orders"]) == 3
    assert found["order_lines"][-1]["title"] == "Selendang “senja” ✿"


def test_what_is_exported_adds_up(app: Flask, order: Order, tmp_path: Path) -> None:
    found = exported(app, tmp_path)

    lines = [line["total"] for line in found["order_lines"] if line["order_id"] == order.id]
    (row,) = [row for row in found["orders"] if row["id"] == order.id]
    assert row["goods_total"] == sum(lines) == 700_000
    assert row["paid_at"].endswith("+00:00")
    on_hand, reserved = (
        sum(move[name] for move in found["stock_movements"]) for name in ("on_hand", "reserved")
    )
    assert (on_hand, reserved) == (9 - 2, 1)
    assert len(found["transfers"]) == db.session.scalar(sa.select(sa.func.count(Transfer.id)))


def test_nothing_that_lets_somebody_in_leaves_the_shop(app: Flask, order: Order, tmp_path: Path) -> None:
    found = exported(app, tmp_path)

    everything = "".join(path.read_text("utf-8") for path in tmp_path.glob("*.jsonl"))
    for secret in ("access_key", "form_key", "lease_token", "page_url", "password", "token_hash", "secret"):
        assert f'"{secret}"' not in everything, secret
    for kept in db.session.scalars(sa.select(Order)):
        assert kept.access_key not in everything
        assert kept.form_key not in everything
    for page_url in db.session.scalars(sa.select(Payment.page_url).where(Payment.page_url.is_not(None))):
        assert str(page_url) not in everything
    assert found["payments"]


def test_no_column_of_an_exported_table_looks_like_a_key_that_nobody_has_thought_of() -> None:
    telling = ("key", "token", "secret", "password", "url", "hash")
    harmless = {
        ("refunds", "key"),
        ("transfers", "key"),
        ("jobs", "unique_key"),
        ("parcel_checkpoints", "key"),
    }
    suspicious = {
        (name, column.name)
        for name, model in export.TABLES.items()
        for column in model.__table__.columns
        if any(word in column.name for word in telling) and column.name not in export.SECRET
    }
    assert suspicious <= harmless
