"""Every node holds an index of its own and follows the numbered log: new ones, late ones, restored ones."""

import shutil
import threading
import time

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalog import changes
from catalog.models import CatalogChange, CatalogVersion, Craft, Product, ProductState, Variant
from catalog.search.following import Follower
from catalog.search.query import SearchRequest
from shop.db import db, now, transaction
from tests import make_search
from tests.make import writing
from tests.make_search import Node


def _reprice(product_id: int, price: int) -> None:
    with writing() as session:
        session.execute(sa.update(Variant).where(Variant.product_id == product_id).values(price=price))
        changes.of_product(session, product_id)


def test_every_node_finds_what_was_approved_and_loses_what_was_withdrawn(nodes: tuple[Node, Node]) -> None:
    one, two = nodes
    first = make_search.listed("Kain pertama")
    for node in nodes:
        node.follower.look()

    second = make_search.listed("Kain kedua")
    with transaction() as session:
        session.execute(sa.update(Product).where(Product.id == first).values(state=ProductState.WITHDRAWN))
        changes.of_product(session, first)
    one.follower.look()

    assert one.finds("kain") == {second}
    assert two.finds("kain") == {first}  # it has not looked yet; its pages ask the database and show neither
    two.follower.look()
    assert two.finds("kain") == {second}
    assert one.engine.refresh() == two.engine.refresh() == changes.version(db.session())
    assert one.follower.look() == two.follower.look() == 0


def test_a_change_applied_twice_is_applied_once(nodes: tuple[Node, Node]) -> None:
    one, _ = nodes
    product = make_search.listed("Kain")
    one.follower.look()
    copy = one.folder.with_name("copy")
    shutil.copytree(one.folder, copy)
    _reprice(product, 111_000)
    one.follower.look()
    shutil.rmtree(one.folder)
    copy.rename(one.folder)  # the node comes back as it was before the last commit

    again = Node(type(one.engine), one.folder)
    again.follower.catch_up()
    again.follower.catch_up()

    found = again.engine.search(SearchRequest(price=(111_000, 111_000)))
    assert (found.ids, found.total) == ([product], 1)


def test_what_belongs_to_a_craft_follows_its_words(nodes: tuple[Node, Node]) -> None:
    one, _ = nodes
    product = make_search.listed("Selendang")
    one.follower.look()

    with writing() as session:
        craft = session.scalars(sa.select(Craft).where(Craft.slug == "batik-besurek")).one()
        craft.name_en = "Calligraphic batik"
        changes.of_craft(session, craft.id)
    one.follower.look()

    assert one.finds("calligraphic") == {product}


def test_an_index_that_was_away_for_longer_than_the_log_is_kept_is_built_anew(
    nodes: tuple[Node, Node],
) -> None:
    one, _ = nodes
    make_search.listed("Kain satu")
    one.follower.catch_up()
    built = (one.folder / "CURRENT").read_text()
    for title in ("Kain dua", "Kain tiga"):
        make_search.listed(title)
    with writing() as session:
        session.execute(sa.delete(CatalogChange).where(CatalogChange.seq < changes.version(session)))

    one.follower.catch_up()

    assert len(one.finds("kain")) == 3
    assert (one.folder / "CURRENT").read_text() != built
    with writing() as session:
        session.execute(sa.delete(CatalogChange))
    assert one.follower.catch_up() == 0  # nothing is left of the log, and nothing is missed


def test_an_index_ahead_of_a_restored_database_is_built_anew(nodes: tuple[Node, Node]) -> None:
    one, _ = nodes
    product = make_search.listed("Kain")
    _reprice(product, 99_000)
    one.follower.catch_up()
    with writing() as session:
        session.execute(sa.delete(CatalogChange))
        session.execute(sa.update(CatalogVersion).values(seq=1))
        session.execute(sa.update(Variant).values(price=77_000))

    one.follower.catch_up()

    assert one.engine.search(SearchRequest(price=(77_000, 77_000))).ids == [product]
    assert one.engine.refresh() == 1


def test_old_lines_are_forgotten_and_the_count_goes_on(app: Flask, session: Session) -> None:
    make_search.listed("Kain")
    last = changes.version(session)
    with writing() as writer:
        writer.execute(sa.update(CatalogChange).values(at=now() - changes.KEEP * 2))
        changes.prune(writer)

    session.rollback()
    assert not changes.since(session, 0, 10)
    make_search.listed("Kain lain")
    assert changes.version(session) == last + 1


def test_followers_side_by_side_lose_and_double_nothing(
    app: Flask, nodes: tuple[Node, Node], session: Session
) -> None:
    one, _ = nodes
    rival = Node(type(one.engine), one.folder)  # the same node: its worker, and `flask search follow`
    stop = threading.Event()
    failures: list[BaseException] = []

    def follow(follower: Follower) -> None:
        with app.app_context():
            while not stop.is_set():
                try:
                    follower.look()
                except BaseException as error:  # noqa: BLE001 - told below
                    failures.append(error)
                time.sleep(0.02)

    session.rollback()
    one.follower.catch_up()
    threads = [threading.Thread(target=follow, args=(node.follower,)) for node in (one, rival)]
    for thread in threads:
        thread.start()
    made, waits = set(), []
    try:
        for number in range(12):
            made.add(make_search.listed(f"Kain {number}"))
            started = time.monotonic()
            while not failures and not made <= one.finds("kain") and time.monotonic() < started + 4:
                time.sleep(0.01)
            waits.append(time.monotonic() - started)
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    assert not failures
    assert one.finds("kain") == made
    assert one.engine.search(SearchRequest("kain")).total == 12
    assert sorted(waits)[-2] < 2, waits
