"""The engines answer alike: equal pieces in equal order, equal totals and counts, on a catalogue of all crafts."""

from dataclasses import replace
from pathlib import Path

import pytest

from catalog.search.engine import SearchEngine
from catalog.search.engines import ENGINES
from catalog.search.query import FACETS, IndexDoc, SearchRequest
from tests.make_search import doc, put
from tests.make_wall import wall

TEXTS = ("", "batik", "kain tenun", "songkett palembang", "anyaman", "hand drawn batik", "tas", "keranjang rotan",
         "membatik", "perak kotagede", "cincin", "bali", "selendang sutra merah", "kotamerah", "zzzz", "!!!", "ukiran kayu jati",
         "batik biru yang bukan songket")  # fmt: skip
ASKED = (
    SearchRequest(),
    SearchRequest(filters={"family": ("batik", "weaving")}),
    SearchRequest(filters={"province": ("33", "51"), "availability": ("ready",)}, price=(100_000, 900_000)),
    SearchRequest(filters={"price": ("250000-500000",)}, sort="price"),
    SearchRequest(filters={"technique": ("tulis", "cap"), "kind": ("one_of_a_kind",)}, price=(None, 400_000)),
    SearchRequest(
        filters={
            "technique": ("tulis",),
            "price": ("100000-250000", "250000-500000"),
            "craft": ("batik-solo",),
        },
        price=(150_000, 400_000),
    ),
    SearchRequest(filters={"heritage": ("gi", "wbtb"), "family": ("batik",)}, price=(250_000, None)),
    SearchRequest(filters={"province": ("33",)}, price=(900_000, 100_000)),
    SearchRequest(sort="-price", page=2),
    SearchRequest(sort="new", page=3),
    SearchRequest(filters={"craft": ("no-such-craft",)}),
    SearchRequest(page=9, size=40),
)


@pytest.fixture(scope="module", params=["built", "changed"])
def engines(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[SearchEngine]:
    """Give every engine with the same catalogue: as it was built, or changed and thinned out in several commits."""
    docs = [piece.doc for piece in wall()]
    made = [make(tmp_path_factory.mktemp(name)) for name, make in ENGINES.items()]
    for engine in made:
        if request.param == "built":
            engine.rebuild(docs)
            continue
        engine.rebuild(docs[:-60], seq=1)
        for number, start in enumerate(range(len(docs) - 60, len(docs), 20)):
            changed = [replace(doc, price=doc.price + 10_000) for doc in docs[number * 7 :: 97]]
            put(engine, *docs[start : start + 20], *changed, seq=number + 2)
        with engine.writer() as writer:
            for doc in docs[5::31]:
                writer.remove(doc.id)
            writer.commit(9)
    return made


@pytest.mark.parametrize("text", TEXTS)
def test_engines_give_equal_answers(engines: list[SearchEngine], text: str) -> None:
    first, *others = engines
    for request in ASKED:
        asked = replace(request, text=text, facets=FACETS)
        wanted = first.search(asked)
        for engine in others:
            found = engine.search(asked)
            assert (found.total, found.facets) == (wanted.total, wanted.facets), asked
            assert (found.near, found.corrected, found.meant) == (wanted.near, wanted.corrected, wanted.meant)
            if first.refresh() == 0 or asked.sort != "relevance" or " " not in text:
                assert found.ids == wanted.ids, asked
            else:  # how rare a word is still counts what was removed, until segments are merged
                assert len(found.ids) == len(wanted.ids), asked


@pytest.mark.parametrize("text", ["tas merah", "keranjang", "woven"])
def test_engines_follow_words_that_councils_have_changed(engines: list[SearchEngine], text: str) -> None:
    changed = {"tas": frozenset({"keranjang"}), "keranjang": frozenset({"tas", "rotan"})}
    asked = SearchRequest(text, facets=("craft",), synonyms=changed)

    found = [engine.search(asked) for engine in engines]

    assert found[0].total
    assert all((one.total, one.facets) == (found[0].total, found[0].facets) for one in found)


@pytest.mark.parametrize("typed", ["ba", "batik t", "songk", "kot", "nur", "sonkget", "tenun i", "jawa", "x"])
def test_engines_offer_equal_completions(engines: list[SearchEngine], typed: str) -> None:
    first, *others = engines
    limits = {"craft": 3, "region": 3, "place": 3, "maker": 3, "piece": 4}
    wanted = first.suggest(typed, limits)  # type: ignore[arg-type]
    for engine in others:
        found = engine.suggest(typed, limits)  # type: ignore[arg-type]
        assert [(one.kind, one.count) for one in found] == [(one.kind, one.count) for one in wanted]


def test_engines_find_equally_similar_pieces(engines: list[SearchEngine]) -> None:
    first, *others = engines
    for product_id in sorted(first.ids())[::60]:
        assert all(engine.similar(product_id) == first.similar(product_id) for engine in others)
    assert all(engine.ids() == first.ids() for engine in others)


def _many(number: int) -> IndexDoc:
    """Make one of thousands of pieces, of which the best are rare and old."""
    return doc(
        number,
        " ".join(["Kain", "tenun" * (number % 7 == 0), "biru" * (number % 5 == 0)]),
        title_en="Cloth" * (number % 13 == 0) + " blue" * (number % 17 == 0),
        maker="Kain Contoh" if number % 501 == 0 else "Ibu Contoh",
        facts=("Kain tenun",) if number % 11 == 0 else (),
        story="Kain biru, kain tenun." if number % 3 == 0 else "",
        price=100_000 + number % 9 * 50_000,
        ready=number % 4 > 0,
        published_at=1_850_000_000 - number * 20_000,
    )


def test_the_first_pages_are_the_beginning_of_the_whole_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.search.tantivy_snapshot.FORESEEN_FROM", 0)
    engine = ENGINES["tantivy"](tmp_path)
    engine.rebuild(map(_many, range(1, 4_001)))

    for text in ("kain", "biru", "kain biru", "tenun kain", "kain tenun biru", "cloth", "blue cloth", ""):
        for filters in ({}, {"availability": ("ready",)}):
            asked = SearchRequest(text, filters=filters, facets=("price",))
            whole = engine.search(replace(asked, size=1_200))  # too long to be foreseen
            pages = [engine.search(replace(asked, page=page)) for page in (1, 2, 9)]
            assert [page.ids for page in pages] == [whole.ids[:24], whole.ids[24:48], whole.ids[192:216]]
            assert {page.total for page in pages} == {whole.total} == {sum(whole.facets["price"].values())}
