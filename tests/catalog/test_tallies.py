"""The counts of the browsing pages follow every change, and only what changed is counted again."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from catalog import artisans, publication, stock, tallies
from catalog.models import Product, Workshop, WorkshopState
from catalog.tallies import Tally, Wall
from shop.db import db
from tests import make_catalog
from tests.make import ACTOR, writing


def now_and_anew(session: Session) -> tuple[set[Tally], set[Tally]]:
    """Give the tallies as they are followed, and as a new process would count them."""
    session.rollback()
    followed = set(tallies.wall(session).tallies)
    tallies.forget()
    return followed, set(tallies.wall(session).tallies)


def test_counts_follow_whatever_is_published_and_taken_off(session: Session) -> None:
    shop = make_catalog.workshop()
    first = make_catalog.piece(shop)
    assert tallies.wall(session).total == 1

    def on(product: Product, rule: object) -> None:
        with writing() as opened:
            rule(opened, ACTOR, opened.get_one(Product, product.id))  # type: ignore[operator]

    def move(to: WorkshopState) -> None:
        with writing() as opened:
            artisans.move(opened, ACTOR, opened.get_one(Workshop, shop.id), to, "Alasan.")

    second = make_catalog.piece(shop)
    assert now_and_anew(session)[0] == now_and_anew(session)[1]
    assert tallies.wall(session).by_workshop()[shop.id] == 2
    make_catalog.piece()
    move(WorkshopState.SUSPENDED)
    followed, anew = now_and_anew(session)
    assert followed == anew
    assert tallies.wall(session).total == 1
    move(WorkshopState.ACTIVE)
    on(first, publication.withdraw)
    on(second, publication.pause)
    followed, anew = now_and_anew(session)
    assert followed == anew
    assert tallies.wall(session).total == 2, "what rests is still on the wall"


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    said: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    yield said
    event.remove(db.engine, "before_cursor_execute", hear)


def test_a_change_of_stock_counts_nothing_but_its_own_workshop(
    session: Session, statements: list[str]
) -> None:
    product = make_catalog.piece()
    make_catalog.piece()
    before = tallies.wall(session)
    with writing() as opened:
        stock.set_on_hand(opened, ACTOR, make_catalog.variant_of(product).id, 0)
    session.rollback()
    statements.clear()

    after = tallies.wall(session)

    assert after is before
    counting = [statement for statement in statements if "GROUP BY" in statement]
    assert len(counting) == 1
    assert "wall_places.workshop_id IN" in counting[0]
    statements.clear()
    assert tallies.wall(session) is before
    assert len([s for s in statements if s.startswith("SELECT")]) == 1


def test_a_part_of_the_wall_has_its_own_numbers() -> None:
    wall = Wall(
        [Tally(1, "17.71", 5, 10, 3, 30), Tally(2, "17.71", 5, 10, 1, 31), Tally(1, "16.71", 6, 11, 2, 29)]
    )

    assert (wall.total, wall.of(craft_id=1).total, wall.of(province_code="17").total) == (6, 5, 4)
    assert wall.by_province() == {"17": 4, "16": 2}
    assert wall.by_regency() == {"17.71": 4, "16.71": 2}
    assert wall.of(council_id=6).by_craft() == {1: 2}
    assert wall.of(regency_code="99.99").total == 0
    assert wall.largest == [10, 11]
    assert wall.latest_of_craft() == {1: 30, 2: 31}
    assert wall.latest_of_workshop() == {10: 31, 11: 29}
