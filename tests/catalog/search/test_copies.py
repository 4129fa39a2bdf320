"""A node that joins starts from the copy of an index that another node has left, if it is whole, ours, and fits."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalog import changes
from catalog.models import CatalogChange, CatalogVersion, Product, ProductState, Variant
from catalog.search import copies, engines, following
from catalog.search.engine import IndexUnavailable
from catalog.search.engines import ENGINES
from catalog.search.query import SearchRequest
from shop import media
from shop.db import db, now
from shop.media import MediaStore
from tests import make_search, shops
from tests.make import writing
from tests.make_search import Node, catalogue, doc, put
from tests.pages import Page
from tests.servers.s3 import S3

Nodes = tuple[Node, Node]


@pytest.fixture
def copy(nodes: Nodes, session: Session) -> copies.Copy:
    """Let the first node leave a copy; behind the log's back the price then becomes 99,000."""
    make_search.listed("Kain pertama", price=50_000)
    nodes[0].follower.look()
    left = copies.leave(session, nodes[0].engine)
    session.rollback()
    _reprice(99_000)
    return left


def _reprice(price: int) -> None:
    with writing() as session:
        session.execute(sa.update(Variant).values(price=price))


def _joins_from_the_copy(node: Node) -> bool:
    """Let a node join, and say by the old price whether it took the copy."""
    node.follower.look()
    found = [
        node.engine.search(SearchRequest("kain", price=(price, price))).total for price in (50_000, 99_000)
    ]
    assert sum(found) == 1
    return found[0] == 1


def _keys(ending: str = "") -> list[str]:
    return [key for key in media.current().keys(copies.FOLDER + "/") if key.endswith(ending)]


def test_a_node_that_joins_starts_from_the_copy_and_follows_from_its_number(
    nodes: Nodes, copy: copies.Copy
) -> None:
    _, two = nodes
    second = make_search.listed("Kain kedua")

    assert _joins_from_the_copy(two)
    assert two.finds("kain") == nodes[0].finds("kain") | {second}

    with writing() as session:
        session.execute(sa.update(Product).where(Product.id == second).values(state=ProductState.WITHDRAWN))
        changes.of_product(session, second)
    two.follower.look()
    assert second not in two.finds("kain")


def test_a_copy_goes_through_a_bucket_as_through_a_folder(
    app: Flask, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = shops.settings(
        "sqlite://",
        tmp_path,
        media_url=f"s3://{s3.create_bucket()}",
        s3_endpoint=s3.endpoint,
        s3_access_key=s3.access_key,
        s3_secret_key=s3.secret_key,
    )
    monkeypatch.setitem(app.extensions, "kriya.media", media.store_for(settings))
    one, two = (Node(ENGINES["tantivy"], tmp_path / name) for name in ("one", "two"))
    make_search.listed("Kain pertama", price=50_000)
    one.follower.look()
    with Session(db.engine) as session:
        copies.leave(session, one.engine)
    _reprice(99_000)

    assert _joins_from_the_copy(two)


def test_a_broken_index_is_put_right_from_a_copy(nodes: Nodes, copy: copies.Copy) -> None:
    one, _ = nodes
    for path in next(one.folder.glob("v*-*")).iterdir():
        path.write_bytes(path.read_bytes()[:40])

    again = Node(type(one.engine), one.folder)

    assert _joins_from_the_copy(again)


def _damages(version: str) -> Iterator[tuple[str, Callable[[MediaStore, str, str], None]]]:
    """Give ways in which a copy can be broken or not ours, by what they do to its first part and its manifest."""

    def rewrite(place: int, change: Callable[[bytes], bytes]) -> Callable[[MediaStore, str, str], None]:
        def act(store: MediaStore, *keys: str) -> None:
            store.put(keys[place], change(store.get(keys[place])))

        return act

    def move(store: MediaStore, *keys: str) -> None:
        for key in keys:
            store.put(key.replace(version, "w1a1"), store.get(key))
            store.delete(key)

    yield "a bit", rewrite(0, lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    yield "short", rewrite(0, lambda data: data[:-9])
    yield "no part", lambda store, part, _manifest: store.delete(part)
    yield "no manifest", lambda store, _part, manifest: store.delete(manifest)
    yield "unsigned", rewrite(1, lambda data: json.dumps(json.loads(data) | {"signed": "00"}).encode())
    yield "other words", rewrite(1, lambda data: data.replace(b'\\"seq\\": ', b'\\"seq\\": 1'))
    yield "no words", rewrite(1, lambda _: b"{")
    yield "version", move


def test_a_copy_that_is_not_whole_and_ours_is_not_opened(
    nodes: Nodes, copy: copies.Copy, tmp_path: Path
) -> None:
    store = media.current()
    before = {key: store.get(key) for key in _keys()}
    part, manifest = _keys("/0000")[0], _keys(copies.MANIFEST)[0]
    for damage, act in _damages(copy.version):
        act(store, part, manifest)
        node = Node(type(nodes[0].engine), tmp_path / damage)

        assert not _joins_from_the_copy(node), damage
        assert node.engine.check().ok
        assert len(list(node.folder.glob("v*-*"))) == 1
        for key, data in before.items():
            store.put(key, data)
    assert _joins_from_the_copy(nodes[1])


def _prune(session: Session, _seq: int) -> None:
    session.execute(sa.update(CatalogChange).values(at=now() - changes.KEEP * 2))
    changes.prune(session)


def _load_in_bulk(session: Session, _seq: int) -> None:
    changes.of_everything(session)


def _restore(session: Session, seq: int) -> None:
    """Give the number to another change, as a shop does that was set back."""
    session.execute(sa.update(CatalogChange).where(CatalogChange.seq == seq).values(at=now()))


def _set_back(session: Session, seq: int) -> None:
    session.execute(sa.delete(CatalogChange).where(CatalogChange.seq == seq))
    session.execute(sa.update(CatalogVersion).values(seq=seq - 1))


@pytest.mark.parametrize("past", [_prune, _load_in_bulk, _restore, _set_back])
def test_a_copy_from_which_the_log_does_not_lead_on_is_passed_over(
    app: Flask, tmp_path: Path, past: Callable[[Session, int], None]
) -> None:
    one, two = (Node(ENGINES["whoosh"], tmp_path / name) for name in ("one", "two"))
    make_search.listed("Kain pertama", price=50_000)
    one.follower.look()
    with Session(db.engine) as session:
        copy = copies.leave(session, one.engine)
    _reprice(99_000)
    with writing() as session:
        past(session, copy.seq)

    assert not _joins_from_the_copy(two)


def test_two_copies_are_kept_and_what_nobody_finished_is_given_up(
    nodes: Nodes, copy: copies.Copy, session: Session
) -> None:
    store, version = media.current(), copy.version
    for name in ("1700000000-3-0a0a0a0a", f"{copy.name[:10]}-3-0a0a0a0a"):
        store.put(f"{copies.FOLDER}/{version}/{name}/0000", b"unfinished")
    for number in range(3):
        make_search.listed(f"Kain {number}")
        nodes[0].follower.look()
        copies.leave(session, nodes[0].engine)
        session.rollback()

    assert len(_keys(copies.MANIFEST)) == 2
    assert len([key for key in _keys() if "-0a0a0a0a" in key]) == 1
    assert copies.seq_of(copies.newest(version) or "") == nodes[0].engine.refresh()


def test_a_copy_has_no_address(copy: copies.Copy, page: Page) -> None:
    for key in _keys():
        assert page.get(f"/media/{key}").status == 404


@pytest.mark.parametrize("name", ENGINES)
def test_a_copy_is_of_one_commit_whatever_is_written_while_it_is_made(name: str, tmp_path: Path) -> None:
    one, two = (ENGINES[name](tmp_path / folder) for folder in ("one", "two"))
    one.rebuild(catalogue(), seq=7)

    with one.files() as (health, files):
        for number in range(12):
            put(one, doc(100 + number, f"Baru {number}"), seq=8 + number)
        one.rebuild(catalogue()[:3], seq=30)
        held = {path: file.read() for path, file in files.items()}

    def fill(folder: Path) -> None:
        for path, data in held.items():
            (folder / path).write_bytes(data)

    assert two.adopt(fill, 7) == health
    assert (two.refresh(), two.ids()) == (7, {one.id for one in catalogue()})
    put(two, doc(99, "Baru"), seq=8)
    assert two.check().ok
    with pytest.raises(IndexUnavailable):
        two.adopt(fill, 6)
    assert two.refresh() == 8


def test_the_command_leaves_one_and_starts_from_it(app: Flask) -> None:
    make_search.listed("Kain", price=50_000)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["search", "snapshot"]).exit_code == 1

    runner.invoke(args=["search", "rebuild"])
    said = runner.invoke(args=["search", "snapshot"]).output
    _reprice(99_000)
    again = runner.invoke(args=["search", "rebuild", "--from-snapshot"]).output

    assert "1 pieces" in said
    assert said.split(":")[0] in again
    assert engines.current().search(SearchRequest(price=(50_000, 50_000))).total == 1
    following.leave_copy()  # so few are not worth copying
    assert len(_keys(copies.MANIFEST)) == 1
