"""What every search engine must do. A second engine joins by one more line in ENGINES."""

import csv
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.search.engine import IndexBusy, IndexUnavailable, SearchEngine
from catalog.search.query import FACETS, SearchRequest
from catalog.search.whoosh_engine import WhooshEngine
from tests.make_search import catalogue, doc

ENGINES: dict[str, Callable[[Path], SearchEngine]] = {"whoosh": WhooshEngine}
QUERIES = Path(__file__).parent / "queries.csv"
EVERYTHING = SearchRequest(size=100)


@pytest.fixture(params=list(ENGINES))
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    """Give an engine without an index."""
    return ENGINES[request.param](tmp_path / "search")


@pytest.fixture
def engine(empty: SearchEngine) -> SearchEngine:
    """Give an engine with the small catalogue."""
    empty.rebuild(catalogue(), seq=7)
    return empty


def _put(engine: SearchEngine, *docs: object, seq: int | None = None) -> None:
    with engine.writer() as writer:
        for one in docs:
            writer.put(one)  # type: ignore[arg-type]
        writer.commit(seq)


# --- finding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENGINES)
def test_every_query_of_the_file_finds_first_what_it_should(name: str, tmp_path: Path) -> None:
    engine = ENGINES[name](tmp_path)
    engine.rebuild(catalogue())
    wrong = []

    with QUERIES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found = engine.search(SearchRequest(row["query"]))
            first = [int(number) for number in row["first"].split()]
            expected = (first, row["total"] or str(found.total), row["corrected"] or None)
            got = (
                found.ids[: len(first)],
                str(found.total),
                found.corrected if row["total"] else expected[2],
            )
            if got != expected:
                wrong.append(f"{row['query']!r}: expected {expected}, got {got}")

    assert not wrong, "\n".join(wrong)


def test_a_makers_name_beats_a_title_and_a_title_beats_a_story(engine: SearchEngine) -> None:
    story = doc(41, "Sarung", story="Kancil, kancil dan kancil lagi.")
    title = doc(42, "Wayang kancil", story="Kancil mencuri.")
    maker = doc(43, "Topeng", maker="Kancil Contoh")

    _put(engine, story, title, maker)

    assert engine.search(SearchRequest("kancil")).ids == [43, 42, 41]


def test_all_words_must_hold_or_else_near_ones_are_offered_and_said_to_be_near(engine: SearchEngine) -> None:
    exact = engine.search(SearchRequest("perak kotagede"))
    near = engine.search(SearchRequest("perak bengkulu"))

    assert (exact.near, exact.ids) == (False, [17, 18])
    assert near.near
    assert set(near.ids) == {17, 18, 19, 1, 2, 3}


def test_a_word_that_stands_somewhere_is_never_corrected(engine: SearchEngine) -> None:
    _put(engine, doc(41, "Kain", story="Motif bertuliskan tuls."))

    found = engine.search(SearchRequest("tuls"))

    assert (found.corrected, found.ids) == (None, [41])


# --- filters, facets, order --------------------------------------------------------------------------


def test_values_of_one_filter_are_alternatives_and_filters_must_all_hold(engine: SearchEngine) -> None:
    crafts = ("perak-kotagede", "perak-celuk")

    both = engine.search(SearchRequest(filters={"craft": crafts}))
    one = engine.search(SearchRequest(filters={"craft": crafts, "province": ("51",)}))
    none = engine.search(SearchRequest(filters={"craft": ("perak-celuk",), "province": ("34",)}))

    assert set(both.ids) == {17, 18, 19}
    assert one.ids == [19]
    assert (none.ids, none.total) == ([], 0)


@pytest.mark.parametrize("facet", FACETS)
def test_a_value_that_nothing_has_lets_nothing_through(engine: SearchEngine, facet: str) -> None:
    found = engine.search(SearchRequest(filters={facet: ("no such value",)}))

    assert (found.ids, found.total) == ([], 0)


def test_a_filter_that_no_index_has_or_without_values_lets_nothing_through(engine: SearchEngine) -> None:
    assert engine.search(SearchRequest(filters={"colour": ("red",)})).total == 0
    assert engine.search(SearchRequest(filters={"craft": ()})).total == 0


def test_every_facet_is_counted_over_all_matches_as_a_count_by_hand(engine: SearchEngine) -> None:
    found = engine.search(SearchRequest(size=1, facets=FACETS))

    for facet in FACETS:
        by_hand: dict[str, int] = {}
        for one in catalogue():
            for value in one.facet_values(facet):
                by_hand[value] = by_hand.get(value, 0) + 1
        assert found.facets[facet] == by_hand, facet


def test_a_facet_is_counted_without_its_own_filter(engine: SearchEngine) -> None:
    request = SearchRequest(filters={"province": ("34",), "price": ("250000-500000",)}, facets=FACETS)

    found = engine.search(request)

    assert found.ids == [17]
    assert found.facets["craft"] == {"perak-kotagede": 1}
    assert found.facets["province"]["19"] == 1  # other provinces in this price bucket
    assert found.facets["price"] == {
        "100000-250000": 1,
        "250000-500000": 1,
        "500000-1000000": 1,
        "5000000-": 1,
    }


def test_a_free_price_range_includes_its_ends_and_counts_as_the_price_filter(engine: SearchEngine) -> None:
    found = engine.search(SearchRequest(price=(85_000, 120_000), facets=("price", "province")))

    assert set(found.ids) == {7, 21, 29}
    assert found.facets["province"] == {"18": 1, "32": 1, "19": 1}
    assert sum(found.facets["price"].values()) == 30


def test_sorting_by_price_and_by_newness(engine: SearchEngine) -> None:
    prices = {one.id: one.price for one in catalogue()}

    for request in (EVERYTHING, SearchRequest("perak ukir batik", size=100)):
        up = engine.search(replace(request, sort="price")).ids
        down = engine.search(replace(request, sort="-price")).ids
        new = engine.search(replace(request, sort="new")).ids
        assert [prices[one] for one in up] == sorted(prices[one] for one in up)
        assert [prices[one] for one in down] == sorted((prices[one] for one in down), reverse=True)
        assert new == sorted(new, reverse=True)
        assert set(up) == set(down) == set(new)


def test_pages_join_to_the_whole_without_gap_or_repeat(engine: SearchEngine) -> None:
    for sort in ("relevance", "price", "-price", "new"):
        whole = engine.search(SearchRequest(sort=sort, size=100)).ids
        pages = [engine.search(SearchRequest(sort=sort, size=7, page=n)).ids for n in range(1, 7)]
        assert [one for page in pages for one in page] == whole
        assert len(set(whole)) == 30


# --- suggestions, similar ----------------------------------------------------------------------------


def test_suggestions_complete_the_last_word_of_a_name(engine: SearchEngine) -> None:
    found = engine.suggest("son", {"craft": 3, "region": 3, "maker": 3, "piece": 3})

    assert [(one.kind, one.key) for one in found] == [
        ("craft", "songket-palembang"),
        ("maker", "songket-kencana"),
        ("piece", "5"),
        ("piece", "4"),
    ]
    assert engine.suggest("songket ken", {"maker": 3})[0].key == "songket-kencana"
    assert engine.suggest("sumatera sel", {"region": 3})[0].key == "16"
    assert engine.suggest("south su", {"region": 3})[0].key == "16"
    assert engine.suggest("sonkget", {"craft": 1})[0].key == "songket-palembang"


@pytest.mark.parametrize("text", ["", " ", "a", "zzzz", "!", "tik"])
def test_nothing_is_suggested_for_nothing_and_nothing_from_the_middle_of_a_word(
    engine: SearchEngine, text: str
) -> None:
    assert engine.suggest(text, {"craft": 9, "region": 9, "maker": 9}) == []


def test_similar_pieces_are_of_the_same_craft_first_and_never_the_piece_itself(engine: SearchEngine) -> None:
    assert engine.similar(17, 2) == [18, 19]
    assert 17 not in engine.similar(17, 30)
    assert engine.similar(999) == []


# --- writing -----------------------------------------------------------------------------------------


def test_a_document_put_again_replaces_the_old_one_even_twice_in_one_commit(engine: SearchEngine) -> None:
    _put(engine, doc(1, "Pertama"), doc(1, "Kedua"), doc(99, "Baru"), doc(99, "Terbaru"))

    assert engine.search(EVERYTHING).total == 31
    assert engine.search(SearchRequest("kaligrafi biru")).near
    assert engine.search(SearchRequest("kedua")).ids == [1]
    assert engine.search(SearchRequest("terbaru")).ids == [99]
    assert engine.search(SearchRequest("pertama")).corrected != "pertama"


def test_a_removed_document_is_found_by_nothing_and_counted_nowhere(engine: SearchEngine) -> None:
    with engine.writer() as writer:
        writer.put(doc(19, "Anting"))
        writer.remove(19)
        writer.remove(4711)
        writer.commit()

    assert 19 not in engine.search(EVERYTHING).ids
    assert engine.search(SearchRequest("celuk", facets=("craft",))).facets["craft"].get("perak-celuk") is None
    assert engine.suggest("celuk", {"craft": 3, "maker": 3, "piece": 3}) == []
    assert 19 not in engine.ids()
    assert engine.similar(19) == []


def test_what_is_not_committed_is_forgotten(engine: SearchEngine) -> None:
    with engine.writer() as writer:
        writer.put(doc(99, "Baru"))

    assert engine.ids() == {one.id for one in catalogue()}


def test_the_seq_is_kept_with_its_commit(engine: SearchEngine) -> None:
    assert engine.refresh() == 7
    _put(engine, doc(50, "Satu"))
    assert engine.refresh() == 7
    _put(engine, doc(51, "Dua"), seq=12)
    assert engine.refresh() == engine.search(EVERYTHING).seq == 12
    assert engine.search(EVERYTHING).total == 32


def test_many_small_commits_keep_every_document_once(engine: SearchEngine) -> None:
    for number in range(60):
        _put(engine, doc(100 + number % 20, f"Karya {number}"), seq=number)

    assert engine.search(EVERYTHING).total == 50
    assert engine.search(SearchRequest("karya")).total == 20
    assert engine.check().ok
    assert engine.check().pieces == 50


def test_only_one_holds_the_pen(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.search.whoosh_engine.PEN_WAIT", 0.1)

    with engine.writer(), pytest.raises(IndexBusy), engine.writer():
        pytest.fail("two hold the pen")


# --- missing, broken, foreign ------------------------------------------------------------------------


def test_without_an_index_every_question_says_so(empty: SearchEngine) -> None:
    for ask in (
        lambda: empty.search(EVERYTHING),
        empty.ids,
        lambda: empty.suggest("ba", {"craft": 1}),
        empty.refresh,
    ):
        with pytest.raises(IndexUnavailable):
            ask()
    with pytest.raises(IndexUnavailable), empty.writer():
        pytest.fail("there is nothing to write to")
    assert not empty.check().ok


def test_an_empty_index_answers_with_nothing(empty: SearchEngine) -> None:
    empty.rebuild([])

    assert empty.check().ok
    assert empty.search(SearchRequest("batik", facets=FACETS)).total == 0
    assert empty.suggest("ba", {"craft": 1}) == []
    _put(empty, doc(1, "Batik"))
    assert empty.search(SearchRequest("batik")).ids == [1]


@pytest.mark.parametrize("damage", ["cut", "noise", "gone", "folder gone"])
def test_a_damaged_index_is_noticed_and_a_rebuild_makes_it_good(
    engine: SearchEngine, tmp_path: Path, damage: str
) -> None:
    folder = next((tmp_path / "search").glob("v*-*"))
    for path in [] if damage == "folder gone" else [path for path in folder.iterdir() if path.is_file()]:
        if damage == "cut":
            path.write_bytes(path.read_bytes()[:40])
        elif damage == "noise":
            path.write_bytes(bytes(range(256)) * 8)
        else:
            path.unlink()
    if damage == "folder gone":
        folder.rename(tmp_path / "elsewhere")
    fresh = ENGINES[engine.name](tmp_path / "search")

    with pytest.raises(IndexUnavailable):
        fresh.search(SearchRequest("batik", facets=FACETS))
    assert not fresh.check().ok
    fresh.rebuild(catalogue())

    assert fresh.check().ok
    assert fresh.search(EVERYTHING).total == 30


def test_a_folder_that_others_could_write_to_is_not_opened(engine: SearchEngine, tmp_path: Path) -> None:
    next((tmp_path / "search").glob("v*-*")).chmod(0o777)

    with pytest.raises(IndexUnavailable):
        engine.search(EVERYTHING)


def test_a_pointer_to_elsewhere_is_not_followed(engine: SearchEngine, tmp_path: Path) -> None:
    for name in ("../../etc", "v999-1-aa", "", "v1-1-aa\n../x"):
        (tmp_path / "search" / "CURRENT").write_text(name)
        with pytest.raises(IndexUnavailable):
            engine.search(EVERYTHING)


def test_a_rebuild_is_seen_by_readers_that_were_open_before(engine: SearchEngine) -> None:
    assert engine.search(EVERYTHING).total == 30

    engine.rebuild(catalogue()[:5], seq=9)

    assert engine.search(EVERYTHING).total == 5
    assert engine.refresh() == 9


# --- nasty, at once ----------------------------------------------------------------------------------

NASTY = [
    "*", "?*", "a*", "[a TO z]", "title:batik", "batik AND", "OR NOT", '"', '"batik', "(((((", "batik^99", "~5",
    "\x00", "batik\x00tulis", "\ud800", "\udfffbatik", "\u202ebatik", "ﷺ" * 50, "é" * 200, "a" * 10_000,
    "batik " * 5_000, "😀", "العربية", "_", "=batik", "batik_tulis", "%s%n", "' OR 1=1 --", "\u0301" * 500, "x\u0000y",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_what_looks_like_syntax_or_harm_is_only_words_and_answered_quickly(
    engine: SearchEngine, text: str
) -> None:
    engine.search(SearchRequest("unbekant"))
    started = time.monotonic()

    engine.search(SearchRequest(text, facets=FACETS))
    engine.suggest(text, {"craft": 2, "piece": 2})

    assert time.monotonic() - started < 0.5


def test_pages_beyond_the_end_are_empty_and_quick(engine: SearchEngine) -> None:
    found = engine.search(SearchRequest(page=10**9))

    assert (found.ids, found.total) == ([], 30)
    assert engine.search(SearchRequest(page=3)).ids == []


WRITE_FOR_EVER = """
import itertools, sys
from pathlib import Path
from catalog.search.whoosh_engine import WhooshEngine
from tests.make_search import doc

engine = WhooshEngine(Path(sys.argv[1]))
for number in itertools.count():
    with engine.writer() as writer:
        for one in range(6):
            writer.put(doc(1000 + one, f"Angkatan {number}"))
        writer.commit(number)
    print(number, flush=True)
"""


def test_a_killed_writer_leaves_the_last_commit_whole_and_the_pen_free(
    engine: SearchEngine, tmp_path: Path
) -> None:
    for pause in (0.0, 0.011, 0.023, 0.037):
        program = [sys.executable, "-c", WRITE_FOR_EVER, str(tmp_path / "search")]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            acknowledged = [int(process.stdout.readline()) for _ in range(4)]
            time.sleep(pause)
            process.kill()
            acknowledged += [int(line) for line in process.stdout.read().split()]

        fresh = ENGINES[engine.name](tmp_path / "search")
        found = fresh.search(SearchRequest("angkatan"))
        assert found.total == 6
        assert found.seq >= acknowledged[-1]
        assert fresh.check().ok
        _put(fresh, doc(2000, "Sesudahnya"))
        assert 2000 in engine.ids()


def test_readers_of_many_threads_see_whole_commits_while_another_process_writes(
    engine: SearchEngine, tmp_path: Path
) -> None:
    other = ENGINES[engine.name](tmp_path / "search")  # as the worker's process holds it
    stop = threading.Event()
    problems: list[str] = []
    reads: list[int] = []

    def read() -> None:
        while not stop.is_set():
            try:
                total = engine.search(SearchRequest("pasangan", facets=("craft",))).total
                if total % 2:
                    problems.append(f"half a commit: {total}")
                reads.append(total)
            except Exception as error:  # noqa: BLE001 - all of them are told
                problems.append(repr(error))

    _put(other, doc(198, "Pasangan kiri"), doc(199, "Pasangan kanan"))
    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(40):
        _put(other, doc(200 + 2 * number, "Pasangan kiri"), doc(201 + 2 * number, "Pasangan kanan"))
        if number == 20:
            other.rebuild([*catalogue(), *(doc(198 + n, "Pasangan") for n in range(44))])
    stop.set()
    for thread in threads:
        thread.join()

    assert not problems, problems[:3]
    assert len(reads) > 40
    assert engine.search(SearchRequest("pasangan")).total == 82
