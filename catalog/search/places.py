"""Owns what people call provinces and islands beside their names: Sumsel, Jogja, Borneo.

Read by indexing, so that such a word finds pieces and is offered while typing; from `catalog/data/regions.csv`.
"""

import csv
from collections.abc import Mapping
from functools import cache

from catalog import indonesia


@cache
def _called() -> Mapping[str, tuple[str, ...]]:
    with (indonesia.DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: tuple(name.strip() for name in row["names"].split(";") if name.strip())
            for row in csv.DictReader(file)
        }


@cache
def _island_groups() -> Mapping[str, str]:
    return {province.code: province.island_group for province in indonesia.provinces()}


def also_called(province_code: str) -> tuple[str, ...]:
    """Give the short and common names of a province."""
    return _called().get(province_code, ())


def islands(province_code: str) -> tuple[str, ...]:
    """Give the names of a province's island or islands, in both languages."""
    return _called().get(_island_groups().get(province_code, ""), ())
