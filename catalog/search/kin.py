"""Owns which family of crafts makes what: where no basket hangs, plaited work is the nearest thing.

Read by the search page when nothing has the words of a query; from `catalog/data/things.csv`.
"""

import csv
from collections import Counter
from collections.abc import Mapping
from functools import cache

from catalog import indonesia
from catalog.search import analysis


@cache
def _makers() -> Mapping[str, tuple[str, ...]]:
    """Read which families make a thing, by its root; those that name it first come first."""
    found: dict[str, list[tuple[int, str]]] = {}
    with (indonesia.DATA / "things.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for place, word in enumerate(row["things"].split()):
                found.setdefault(analysis.stem(word), []).append((place, row["family"]))
    return {root: tuple(family for _, family in sorted(families)) for root, families in found.items()}


def families(text: str, most: int = 2) -> tuple[str, ...]:
    """Give the families of crafts that make what a query speaks of, the likeliest first."""
    votes: Counter[str] = Counter()
    for root in analysis.stems(text):
        for place, family in enumerate(_makers().get(root, ())):
            votes[family] += 100 - place
    return tuple(family for family, _ in votes.most_common(most))
