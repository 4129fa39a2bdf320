"""What the search engines take for each kind of question, beside each other, and how soon nodes find what is approved.

20,000 invented pieces for every engine; BENCH_PIECES=1000000 measures tantivy alone with so many.
"""

import itertools
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from catalog.search.engine import SearchEngine
from catalog.search.engines import ENGINES
from catalog.search.query import IndexDoc, SearchRequest
from catalog.search.tantivy_engine import TantivyEngine
from catalog.views.search_form import COUNTED as SHOWN
from tests.make_wall import wall

PIECES = 20_000
COUNTED = tuple(facet for facet in SHOWN if facet != "regency")
"""What a page counts that is not narrowed to a province."""
ROUNDS = 60
SYLLABLES = [first + second for first in "bdgklmnprst" for second in "aeiou"]
COLOURS = (
    "biru",
    "merah",
    "hijau",
    "kuning",
    "hitam",
    "putih",
    "ungu",
    "jingga",
    "cokelat",
    "emas",
    "perak",
    "abu",
)
TYPED = ("ba", "so", "ten", "ker", "anyam", "batik t", "per", "kal", "uk", "si")
COMMON = ("batik", "kain", "tenun", "anyaman", "kayu", "perak", "keranjang", "tas", "selendang", "ukiran")
WRONG = (
    "batk",
    "songkett",
    "anyamn",
    "kerajang",
    "selendag",
    "ukirn",
    "tenunn",
    "pewtr",
    "tapis lampng",
    "besurk",
)


def documents(count: int, seed: int = 5) -> Iterator[IndexDoc]:
    """Give invented pieces, the newest first: crafts and places of the wall of questions, the rest by chance."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(8_000)]
    ranks = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    models = [piece.doc for piece in wall()]
    for number in range(1, count + 1):
        model = models[chance.randrange(len(models))]
        shop = chance.randrange(max(count // 50, 20))
        yield replace(
            model,
            id=number,
            title=f"{model.title} {chance.choice(COLOURS)} {' '.join(chance.choices(words, cum_weights=ranks, k=2))}",
            maker=f"{words[shop % 997]} {words[shop % 991]}",
            workshop=f"Sanggar {words[shop % 983]}",
            maker_key=f"sanggar-{shop}",
            story=" ".join(chance.choices(words, cum_weights=ranks, k=45)),
            price=int(min(max(chance.lognormvariate(12.6, 0.9), 15_000), 25_000_000)) // 1_000 * 1_000,
            ready=chance.random() < 0.8,
            made_to_order=chance.random() < 0.3,
            published_at=1_850_000_000 - 90_000_000 * number // count,
        )


def questions() -> dict[str, list[SearchRequest]]:
    """Give the kinds of questions, each with different words."""
    chance = random.Random(7)
    colours = itertools.cycle(COLOURS)
    provinces = ("33", "34", "51", "32", "17", "73")
    kinds: dict[str, list[SearchRequest]] = {
        "a common word": [SearchRequest(word, facets=()) for word in COMMON],
        "two words": [SearchRequest(f"{word} {next(colours)}", facets=()) for word in COMMON],
        "a word with a typo": [SearchRequest(word, facets=()) for word in WRONG],
        "word, all facets": [SearchRequest(word, facets=COUNTED) for word in COMMON],
        "word, 3 filters, all facets": [
            SearchRequest(
                word,
                filters={"province": tuple(chance.sample(provinces, 2)), "availability": ("ready",)},
                price=(100_000, 900_000),
                facets=COUNTED,
            )
            for word in COMMON
        ],
        "a family, all facets": [
            SearchRequest(filters={"family": (family,)}, facets=COUNTED)
            for family in ("batik", "weaving", "wood")
        ],
        "everything, all facets": [SearchRequest(facets=COUNTED)],
        "two words, all facets": [
            SearchRequest(f"{word} {next(colours)}", facets=COUNTED) for word in COMMON
        ],
        "everything, page 40": [SearchRequest(page=40, facets=COUNTED)],
        "word by price": [SearchRequest(word, sort="price", facets=()) for word in COMMON],
        "word, page 100": [SearchRequest(word, page=100, facets=()) for word in COMMON],
    }
    return kinds


def main() -> None:
    """Print a line for each kind of question: milliseconds of processor time, p50 and p95, engine by engine."""
    count = int(os.environ.get("BENCH_PIECES", PIECES))
    names = list(ENGINES) if count <= 60_000 else ["tantivy"]
    with tempfile.TemporaryDirectory() as folder:
        results = {name: measured(name, Path(folder) / name, count) for name in names}
    kinds = dict.fromkeys(kind for figures in results.values() for kind in figures)
    print(f"{count:,} pieces{'':16}" + "".join(f"{name + ' p50':>14}{'p95':>9}" for name in names))
    for kind in kinds:
        line = "".join(f"{results[name][kind][0]:14.2f}{results[name][kind][1]:9.2f}" for name in names)
        ratio = results[names[0]][kind][1] / max(results[names[-1]][kind][1], 0.001)
        print(f"{kind:30}{line}" + (f"   {ratio:5.1f} times" if len(names) > 1 else ""))


def measured(name: str, folder: Path, count: int) -> dict[str, tuple[float, float]]:
    """Build an index and ask it, in a process of its own that is clean; print what building took."""
    engine = ENGINES[name](folder)
    before, started = time.process_time(), time.monotonic()
    engine.rebuild(documents(count), done=lambda done: None if done % 100_000 else _tell(name, done))
    spent, wall_time = time.process_time() - before, time.monotonic() - started
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(
        f"{name}: built in {wall_time:.0f} s ({count / spent:,.0f} pieces a second of processor), {size / 1e6:.0f} MB"
    )
    program = [sys.executable, "-m", "bench.engines", name, str(folder)]
    answer = subprocess.run(program, check=True, capture_output=True, text=True).stdout
    figures: dict[str, tuple[float, float]] = {}
    for line in answer.splitlines():
        kind, p50, p95 = line.split("\t")
        figures[kind] = (float(p50), float(p95))
    return figures


def _tell(name: str, done: int) -> None:
    print(f"{name}: {done:,}", flush=True)


def ask(engine: SearchEngine) -> Iterator[tuple[str, float, float]]:
    """Ask everything, and give what it took, and what memory was added by it."""
    started = _memory()
    for kind, asked in questions().items():
        yield kind, *_timed([partial(engine.search, one) for one in asked], partial(_forget, engine))
    limits: Any = {"craft": 2, "region": 2, "maker": 2, "piece": 4}
    yield "completing", *_timed([partial(engine.suggest, text, limits) for text in TYPED])
    memory = _memory() - started
    yield "memory of the index, MB", memory, memory
    ids = sorted(engine.ids())
    some = ids[:: len(ids) // 10]
    yield "similar pieces", *_timed([partial(engine.similar, one) for one in some])
    doc = next(documents(1))
    yield "a commit of one piece", *_timed([partial(_write, engine, doc, number) for number in range(10)])


def _memory() -> float:
    """Give the resident memory of this process in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _write(engine: SearchEngine, doc: IndexDoc, number: int) -> None:
    with engine.writer() as writer:
        writer.put(replace(doc, id=10_000_000 + number))
        writer.commit(number)
    engine.refresh()


def _forget(engine: SearchEngine) -> None:
    """Let no question be answered by what is remembered of an earlier one, as after a commit."""
    if isinstance(engine, TantivyEngine):
        with engine.opened() as snapshot:
            snapshot.forget()


def _timed(
    calls: Sequence[Callable[[], object]], before_each: Callable[[], None] = lambda: None
) -> tuple[float, float]:
    """Call each once to warm up, then all in turn; milliseconds of processor time, p50 and p95."""
    for call in calls:
        call()
    times = []
    for call in itertools.islice(itertools.cycle(calls), ROUNDS):
        before_each()
        before = time.process_time()
        call()
        times.append((time.process_time() - before) * 1000)
    times.sort()
    return times[len(times) // 2], times[len(times) * 95 // 100]


if __name__ == "__main__":
    for found in ask(ENGINES[sys.argv[1]](Path(sys.argv[2]))):
        print("\t".join(map(str, found)), flush=True)
