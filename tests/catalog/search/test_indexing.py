"""How the index follows the shop: what is approved is found, what is not is found nowhere."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import changes
from catalog.models import ListingState, WorkshopState
from catalog.search import engines, find, following, indexing
from catalog.search.query import FACETS, SearchRequest
from shop import config
from tests import make_search
from tests.make import writing
from tests.pages import Page

Work = Callable[[], int]


def _index_folder() -> Path:
    return Path(config.current().search_dir)


def _ask(session: Session, text: str = "", **values: object) -> find.Page:
    session.rollback()
    return find.find(session, SearchRequest(text, **values))  # type: ignore[arg-type]


def test_an_approved_piece_is_found_by_all_its_words_once_the_worker_has_run(
    session: Session, run_jobs: Work
) -> None:
    owner = make_search.workshop("Galeri Semarak", live_maker_name="Yuliana Contoh", live_village="Penurunan")
    product = make_search.listed(
        "Selendang burung kuau", of=owner, title_en="Pheasant shawl", story="Dilukis pelan-pelan.",
        technique="tulis", materials=["Sutra"], motif="kuau raja",
    )  # fmt: skip

    run_jobs()

    for words in ("selendang", "pheasant", "Yuliana", "galeri semarak", "penurunan", "lukisan", "besurek", "bengkulu",
                  "sutra", "silk", "batik tulis", "kuau raja", "scarf"):  # fmt: skip
        found = _ask(session, words)
        assert (found.ids, found.engine) == ([product], "whoosh"), words


@pytest.mark.parametrize("state", [state for state in ListingState if state is not ListingState.LIVE])
def test_what_is_not_live_is_never_indexed(session: Session, run_jobs: Work, state: ListingState) -> None:
    make_search.listed("Rahasia kencana", state=state)
    make_search.listed("Terbuka")

    run_jobs()
    indexing.rebuild(session)

    assert _ask(session, "rahasia").ids == []
    assert _ask(session).total == 1


def test_a_withdrawn_piece_leaves_the_index_and_a_suspended_workshop_takes_all_its_pieces_along(
    session: Session, run_jobs: Work
) -> None:
    owner = make_search.workshop()
    one, two = make_search.listed("Kain satu", of=owner), make_search.listed("Kain dua", of=owner)
    run_jobs()
    assert _ask(session, "kain").total == 2

    make_search.withdraw(one)
    with writing() as writer:
        changes.of_product(writer, one)
    run_jobs()
    assert _ask(session, "kain").ids == [two]

    with writing() as writer:
        writer.get_one(type(owner), owner.id).state = WorkshopState.SUSPENDED
        changes.of_workshop(writer, owner.id)
    run_jobs()
    assert _ask(session, "kain").ids == []


def test_a_stale_index_shows_nothing_that_is_not_live(page: Page, run_jobs: Work) -> None:
    product = make_search.listed("Kain purnama rahasia")
    other = make_search.listed("Kain biasa")
    run_jobs()
    make_search.withdraw(product)

    page.get("/search?q=purnama")
    assert page.title == "Tidak ada hasil untuk “purnama”"
    assert "rahasia" not in page.html
    assert not page.all(".facet-option[href*='craft=']")  # no count of it either
    assert "rahasia" not in page.get("/search?q=kain").html
    assert page.title == "1 karya untuk “kain”"
    assert len(page.all(".product-card")) == 1
    assert "rahasia" not in str(page.get("/suggest?q=purn", fragment=True).json)
    assert other in engines.current().ids()


def test_a_deleted_index_is_replaced_by_the_database_and_built_again_by_the_worker(
    page: Page, session: Session, run_jobs: Work
) -> None:
    product = make_search.listed("Kain batik merah")
    run_jobs()
    shutil.rmtree(_index_folder())

    found = _ask(session, "batik merah", facets=("craft", "province", "price"))
    assert (found.ids, found.engine) == ([product], "database")
    assert len(page.get("/search?q=merah").all(".product-card")) == 1
    following.tend()

    assert _ask(session, "merah").engine == "whoosh"
    assert _ask(session, "merah").ids == [product]


def test_the_first_change_builds_a_missing_index_whole(session: Session, run_jobs: Work) -> None:
    make_search.listed("Kain lama")
    run_jobs()
    shutil.rmtree(_index_folder())

    make_search.listed("Kain baru")
    run_jobs()

    assert _ask(session, "kain").total == 2


def test_tending_puts_right_what_the_log_never_said(session: Session, run_jobs: Work) -> None:
    gone, stays = make_search.listed("Kain hilang"), make_search.listed("Kain tinggal")
    run_jobs()
    make_search.withdraw(gone)
    new = make_search.listed("Kain terlambat")

    following.tend()

    assert engines.current().ids() == {stays, new}


def test_the_command_rebuilds_and_checks(app: Flask, session: Session) -> None:
    make_search.listed("Kain batik")
    runner = app.test_cli_runner()

    assert runner.invoke(args=["search", "check"]).exit_code == 1
    assert "1 pieces" in runner.invoke(args=["search", "rebuild"]).output
    assert runner.invoke(args=["search", "check"]).exit_code == 0


def test_the_database_alone_answers_as_the_index_does(session: Session, run_jobs: Work) -> None:
    make_search.listed("Kain merah", price=90_000, technique="tulis", materials=["Katun"])
    make_search.listed("Kain biru", price=300_000, technique="cap", materials=["Sutra"], on_hand=0)
    make_search.listed("Cincin perak", price=700_000, craft="perak-kotagede", materials=["Perak"])
    run_jobs()
    requests = [
        SearchRequest(facets=("craft", "province", "price", "technique", "family", "regency")),
        SearchRequest("kain", facets=("craft", "price")),
        SearchRequest("kain", filters={"technique": ("cap",)}, facets=("technique",)),
        SearchRequest(filters={"price": ("500000-1000000",)}, facets=("price", "craft")),
        SearchRequest(filters={"availability": ("ready",)}, sort="price", facets=()),
        SearchRequest(filters={"material": ("Sutra", "Perak")}, sort="-price", facets=()),
        SearchRequest(price=(90_000, 300_000), sort="new", facets=("price",)),
        *[SearchRequest(filters={facet: ("nothing",)}, facets=()) for facet in FACETS],
        SearchRequest("tiada", facets=()),
        SearchRequest("!!!", facets=()),
        SearchRequest(page=10**9, facets=()),
    ]

    by_index = [find.find(session, request) for request in requests]
    shutil.rmtree(_index_folder())
    by_database = [find.find(session, request) for request in requests]

    for request, one, other in zip(requests, by_index, by_database, strict=True):
        assert (one.engine, other.engine) == ("whoosh", "database")
        assert (one.ids, one.total, one.facets) == (other.ids, other.total, other.facets), request
