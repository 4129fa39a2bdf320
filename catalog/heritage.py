"""Owns what is said of a craft's heritage: geographical indication, national list (WBTb), UNESCO lists.

Facts come from `data/heritage.csv` and the status in `data/crafts.csv`, each with its source; what no register
was asked about says so itself. Read by indexing (the heritage facet), by the search page and by craft pages.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from catalog import indonesia
from shop.texts import mark

KINDS: Mapping[str, str] = {
    "gi": mark("Registered geographical indication"),
    "gi_applied": mark("Geographical indication applied for"),
    "wbtb": mark("National intangible heritage (WBTb)"),
    "unesco": mark("UNESCO heritage list"),
}
"""The values of the heritage facet and their words (msgids)."""
_GI = {"registered": "gi", "applied": "gi_applied"}
"""What of `Craft.gi_status` is a fact; a claim or a possibility is not one."""
_OF_FAMILIES = {"Batik Indonesia": "batik"}
"""Elements that name a whole family of crafts and no single one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a craft in a list: which kind of list, what was entered, when, and who says so."""

    kind: str
    element: str
    listing: str
    year: str
    source: str

    @property
    def verified(self) -> bool:
        """Say whether the source does more than remember."""
        return "unverified" not in self.source


@cache
def _listed() -> Mapping[str, tuple[Entry, ...]]:
    """Read the lists once, by craft slug, or by family as `family:batik`."""
    found: dict[str, tuple[Entry, ...]] = {}
    with (indonesia.DATA / "heritage.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            family = _OF_FAMILIES.get(row["element"])
            key = f"family:{family}" if family else row["slug"]
            kind = "unesco" if row["listing"].startswith("UNESCO") else "wbtb"
            entry = Entry(kind, row["element"], row["listing"], row["year"], row["source"])
            found[key] = (*found.get(key, ()), entry)
    return found


def entries(slug: str, family: str, gi_status: str, source: str = "") -> list[Entry]:
    """Give every entry of a craft; `source` is what its own row says about its status."""
    found = [*_listed().get(slug, ()), *_listed().get(f"family:{family}", ())]
    if gi_status in _GI:
        found.insert(0, Entry(_GI[gi_status], "", "", "", source))
    return found


def kinds(slug: str, family: str, gi_status: str) -> tuple[str, ...]:
    """Give the values of a craft on the heritage facet."""
    return tuple(dict.fromkeys(entry.kind for entry in entries(slug, family, gi_status)))


def crafts_listed(kind: str) -> tuple[frozenset[str], frozenset[str]]:
    """Give the slugs of crafts, and the families, that the lists of one kind name."""
    keys = {key for key, found in _listed().items() for entry in found if entry.kind == kind}
    families = {key.removeprefix("family:") for key in keys if key.startswith("family:")}
    return frozenset(keys - {f"family:{name}" for name in families}), frozenset(families)


def gi_statuses(kind: str) -> frozenset[str]:
    """Give the values of `Craft.gi_status` that mean one kind."""
    return frozenset(status for status, meant in _GI.items() if meant == kind)
