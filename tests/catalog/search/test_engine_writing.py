"""What every search engine must hold through: writing, damage, malice, readers and writers at once."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from catalog.search import whoosh_parts
from catalog.search.engine import IndexBusy, IndexUnavailable, SearchEngine
from catalog.search.engines import ENGINES
from catalog.search.query import FACETS, SearchRequest
from catalog.search.spelling import Vocabulary
from tests.make_search import catalogue, doc, put

EVERYTHING = SearchRequest(size=100)


def test_a_document_put_again_replaces_the_old_one_even_twice_in_one_commit(engine: SearchEngine) -> None:
    put(engine, doc(1, "Pertama"), doc(1, "Kedua"), doc(99, "Baru"), doc(99, "Terbaru"))

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


def test_the_words_for_spelling_are_read_once_for_a_commit_and_anew_after_the_next(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, begin = [], Vocabulary.__init__

    def counting(self: Vocabulary, words: Iterable[tuple[str, int]]) -> None:
        read.append(self)
        begin(self, words)

    monkeypatch.setattr(Vocabulary, "__init__", counting)
    engine.refresh()
    for typed in ("kaligraffi", "kaligrafy", "klaigrafi"):
        assert engine.search(SearchRequest(typed)).corrected == "kaligrafi"
    assert len(read) <= 1
    put(engine, doc(98, "Xylografika"))
    assert engine.search(SearchRequest("xylografikka")).corrected == "xylografika"


def test_what_is_not_committed_is_forgotten(engine: SearchEngine) -> None:
    with engine.writer() as writer:
        writer.put(doc(99, "Baru"))

    assert engine.ids() == {one.id for one in catalogue()}


def test_the_seq_is_kept_with_its_commit(engine: SearchEngine) -> None:
    assert engine.refresh() == 7
    put(engine, doc(50, "Satu"))
    assert engine.refresh() == 7
    put(engine, doc(51, "Dua"), seq=12)
    assert engine.refresh() == engine.search(EVERYTHING).seq == 12
    assert engine.search(EVERYTHING).total == 32


def test_many_small_commits_keep_every_document_once(engine: SearchEngine) -> None:
    for number in range(30):
        put(engine, doc(100 + number % 10, f"Karya {number}"), seq=number)

    assert engine.search(EVERYTHING).total == 40
    assert engine.search(SearchRequest("karya")).total == 10
    assert engine.check().ok
    assert engine.check().pieces == 40


def test_only_one_holds_the_pen(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.search.folders.PEN_WAIT", 0.1)

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
    put(empty, doc(1, "Batik"))
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
from catalog.search.engines import ENGINES
from tests.make_search import doc

engine = ENGINES[sys.argv[2]](Path(sys.argv[1]))
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
        program = [sys.executable, "-c", WRITE_FOR_EVER, str(tmp_path / "search"), engine.name]
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
        put(fresh, doc(2000, "Sesudahnya"))
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

    put(other, doc(198, "Pasangan kiri"), doc(199, "Pasangan kanan"))
    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20):
        put(other, doc(200 + 2 * number, "Pasangan kiri"), doc(201 + 2 * number, "Pasangan kanan"))
        if number == 10:
            other.rebuild([*catalogue(), *(doc(198 + n, "Pasangan") for n in range(24))])
    stop.set()
    for thread in threads:
        thread.join()

    assert not problems, problems[:3]
    assert len(reads) > 20
    assert engine.search(SearchRequest("pasangan")).total == 42


def test_whoosh_finds_the_same_after_it_let_go_of_what_it_had_read(tmp_path: Path) -> None:
    engine = ENGINES["whoosh"](tmp_path)
    engine.rebuild(catalogue())
    first = engine.search(SearchRequest("tenun")).ids

    whoosh_parts.let_go()

    assert first
    assert whoosh_parts._mapped
    assert engine.search(SearchRequest("tenun")).ids == first
    assert engine.search(SearchRequest("batik")).ids
