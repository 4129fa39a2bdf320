"""Lists of pieces are made of places on the wall, which follow what is live in the same transaction."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalog import artisans, browsing, publication, wall
from catalog.models import Product, WallPlace, Workshop, WorkshopState
from shop.db import transaction
from tests import make_catalog
from tests.make import ACTOR, writing


def hung(session: Session) -> set[int]:
    session.rollback()
    assert not wall.astray(session)
    return set(session.scalars(sa.select(WallPlace.product_id)))


def test_a_piece_hangs_as_long_as_it_is_live(session: Session) -> None:
    shop = make_catalog.workshop()
    product, other = make_catalog.piece(shop), make_catalog.piece()
    make_catalog.submitted(make_catalog.draft(shop))
    assert hung(session) == {product.id, other.id}

    def suspend(to: WorkshopState) -> None:
        with writing() as opened:
            artisans.move(opened, ACTOR, opened.get_one(Workshop, shop.id), to, "Alasan.")

    suspend(WorkshopState.SUSPENDED)
    assert hung(session) == {other.id}
    suspend(WorkshopState.ACTIVE)
    assert hung(session) == {product.id, other.id}
    with writing() as opened:
        publication.withdraw(opened, ACTOR, opened.get_one(Product, product.id))
    assert hung(session) == {other.id}


def test_a_place_that_is_wrong_is_found_and_shows_nothing_that_is_not_live(session: Session) -> None:
    product, draft = make_catalog.piece(), make_catalog.draft()
    with writing() as opened:
        right = opened.get_one(WallPlace, product.id)
        wrong = {column.key: getattr(right, column.key) for column in sa.inspect(WallPlace).columns}
        opened.add(WallPlace(**wrong | {"product_id": draft.product_id}))
    session.rollback()

    assert wall.astray(session) == {draft.product_id}
    shown = browsing.page(session, 1, total=2)
    assert [card.id for card in shown.cards] == [product.id]


@pytest.mark.sqlite
@pytest.mark.parametrize("axis", ["craft_id", "province_code", "regency_code", "council_id", "workshop_id"])
def test_every_list_of_pieces_reads_an_index_in_its_order(session: Session, axis: str) -> None:
    part = sa.select(WallPlace.product_id).where(getattr(WallPlace, axis) == "1")
    query = part.order_by(*wall.NEWEST_FIRST).limit(24)
    sql = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))

    plan = " ".join(str(row[-1]) for row in session.execute(sa.text(f"EXPLAIN QUERY PLAN {sql}")))

    assert f"ix_wall_places_{axis}" in plan
    assert "TEMP B-TREE" not in plan, "sorted by the index, not for each page"


@pytest.mark.postgres
def test_a_workshop_and_a_piece_of_it_hang_at_the_same_moment(app: Flask, session: Session) -> None:
    product = make_catalog.piece()
    product_id, shop_id = product.id, product.workshop_id
    written, waiting = threading.Event(), threading.Event()

    def pause() -> None:
        with app.app_context(), transaction() as other:
            paused = other.get_one(Product, product_id)
            written.wait(10)
            waiting.set()
            publication.pause(other, ACTOR, paused)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(pause)
        with writing() as opened:
            wall.hang_workshop(opened, shop_id)  # as when an approval changes its words
            written.set()
            waiting.wait(10)
            time.sleep(0.3)  # the other one is at the wall by now, and has to wait
        done.result(10)

    assert hung(session) == {product_id}
