"""How well searching answers the file of questions: mean reciprocal rank and recall on the first page, per engine."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from catalog.search.engine import SearchEngine
from catalog.search.engines import ENGINES
from tests import asked
from tests.make_wall import wall


def main() -> None:
    """Print the figures of every engine, and the questions that went wrong."""
    print(f"{len(asked.questions())} questions over {len(wall())} pieces of 181 crafts")
    print(f"{'engine':10} {'MRR':>7} {'recall at 24':>13} {'first is meant':>15} {'ms p50':>8} {'ms p95':>8}")
    for name, make in ENGINES.items():
        with tempfile.TemporaryDirectory() as folder:
            engine = make(Path(folder))
            engine.rebuild(piece.doc for piece in wall())
            _print(name, list(asked.answers(engine)), _times(engine))


def _times(engine: SearchEngine) -> list[float]:
    """Ask every question once more, warm, with facets; milliseconds of this process's time."""
    times = []
    for question in asked.questions():
        before = time.process_time()
        engine.search(asked.request(question))
        times.append((time.process_time() - before) * 1000)
    return sorted(times)


def _print(name: str, answers: Sequence[asked.Answer], times: Sequence[float]) -> None:
    mrr = statistics.mean(1 / one.rank if one.rank else 0 for one in answers)
    recall = statistics.mean(one.recall for one in answers)
    first = sum(one.rank == 1 for one in answers)
    p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"{name:10} {mrr:7.3f} {recall:13.3f} {first:8}/{len(answers):<6} {p50:8.2f} {p95:8.2f}")
    for one in answers:
        if one.rank != 1 or one.recall < 1:
            print(f"  {one.question.text!r}: rank {one.rank or '-'}, recall {one.recall:.2f}")
