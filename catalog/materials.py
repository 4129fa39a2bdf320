"""Owns how materials are called: artisans type them in Indonesian, the facet needs one spelling, English pages English.

Read by indexing and by the search pages; the words are `catalog/data/materials.csv`.
"""

import csv
from collections.abc import Mapping
from functools import cache

from catalog import indonesia


@cache
def _english() -> Mapping[str, str]:
    with (indonesia.DATA / "materials.csv").open(encoding="utf-8", newline="") as file:
        return {row["name_id"]: row["name_en"] for row in csv.DictReader(file)}


def spelled(typed: str) -> str:
    """Give one spelling of what an artisan typed: single spaces, a capital first (`katun ` is `Katun`)."""
    name = " ".join(typed.split())
    return name[:1].upper() + name[1:]


def in_english(name: str) -> str:
    """Give a material's English name; empty where we know none."""
    return spelled(_english().get(name.casefold(), ""))
