"""Owns what is said of a craft's heritage: geographical indication, national list (WBTb), UNESCO lists.

What holds is in `heritage_statuses` (the register, edited by councils, `catalog.heritage_register`); it begins with
`data/heritage.csv` and the status in `data/crafts.csv`, each with its source. What no officer has checked against
the document says so itself. Read by indexing (the heritage facet), by the search page and by craft pages.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import indonesia
from catalog.models import Council, Craft, HeritageHome, HeritageStatus, Roll, Standing
from shop.texts import mark

KINDS: Mapping[str, str] = {
    "gi": mark("Registered geographical indication"),
    "gi_applied": mark("Geographical indication applied for"),
    "wbtb": mark("National intangible heritage (WBTb)"),
    "unesco": mark("UNESCO heritage list"),
}
"""The values of the heritage facet and their words (msgids)."""
SAID: Mapping[str, str] = {
    "gi_claimed": mark("Said to be a geographical indication (not verified)"),
    "gi_potential": mark("May become a geographical indication"),
}
"""What is no entry in a register (msgids)."""
_OF_FAMILIES = {"Batik Indonesia": "batik"}
"""Elements that name a whole family of crafts and no single one."""
_KIND = {
    (Roll.GI, Standing.REGISTERED): "gi",
    (Roll.GI, Standing.APPLIED): "gi_applied",
    (Roll.GI, Standing.CLAIMED): "gi_claimed",
    (Roll.GI, Standing.POTENTIAL): "gi_potential",
    (Roll.WBTB, Standing.REGISTERED): "wbtb",
    (Roll.UNESCO, Standing.REGISTERED): "unesco",
}
"""What an entry is for the public; an application for a heritage list says nothing yet."""
_STANDINGS = {
    "registered": Standing.REGISTERED,
    "applied": Standing.APPLIED,
    "claimed_unverified": Standing.CLAIMED,
    "potential": Standing.POTENTIAL,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a craft in a list: which kind of list, what was entered, when, and who says so."""

    kind: str
    element: str
    listing: str
    year: str
    source: str
    number: str = ""
    holder: str = ""
    place: str = ""
    checked_by: str = ""
    """The council whose officer compared it with the document."""
    checked_at: datetime | None = None

    @property
    def verified(self) -> bool:
        """Say whether an officer has compared it with the document."""
        return self.checked_at is not None


# --- what the shop comes with --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One status as the reference data gives it."""

    roll: Roll
    standing: Standing
    element: str
    list_name: str
    year: int | None
    source: str

    @property
    def kind(self) -> str:
        """Give what it is for the public."""
        return _KIND.get((self.roll, self.standing), "")


@cache
def listed() -> Mapping[str, tuple[Fact, ...]]:
    """Read the lists once, by craft slug, or by family as `family:batik`; elements of neither are left out."""
    found: dict[str, tuple[Fact, ...]] = {}
    with (indonesia.DATA / "heritage.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            family = _OF_FAMILIES.get(row["element"])
            key = f"family:{family}" if family else row["slug"]
            if key == "-":
                continue
            roll = Roll.UNESCO if row["listing"].startswith("UNESCO") else Roll.WBTB
            year = int(row["year"]) if row["year"] else None
            fact = Fact(roll, Standing.REGISTERED, row["element"], row["listing"], year, row["source"])
            found[key] = (*found.get(key, ()), fact)
    return found


def facts(slug: str, gi_status: str, source: str = "") -> list[Fact]:
    """Give what the reference data says of a craft; `source` is what its own row says about its status."""
    found = list(listed().get(slug, ()))
    if gi_status in _STANDINGS:
        found.insert(0, Fact(Roll.GI, _STANDINGS[gi_status], "", "", None, source))
    return found


def kinds(slug: str, family: str, gi_status: str) -> tuple[str, ...]:
    """Give the values on the heritage facet that the reference data gives a craft."""
    found = [*facts(slug, gi_status), *listed().get(f"family:{family}", ())]
    return tuple(dict.fromkeys(fact.kind for fact in found if fact.kind in KINDS))


# --- what holds -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What the register says, for pages: entries by craft id or family, and the codes of home regions."""

    entries: Mapping[int | str, tuple[Entry, ...]]
    homes: Mapping[int, tuple[str, ...]]

    def of(self, craft: Craft) -> list[Entry]:
        """Give every entry of a craft, that of its family last."""
        return [*self.entries.get(craft.id, ()), *self.entries.get(craft.family, ())]


def read(session: Session) -> Known:
    """Read the register; kept in each process by `catalog.atlas`."""
    found: dict[int | str, tuple[Entry, ...]] = {}
    rows = session.execute(
        sa.select(HeritageStatus, Council.name)
        .outerjoin(Council, Council.id == HeritageStatus.checked_council_id)
        .order_by(HeritageStatus.roll, HeritageStatus.id)
    )
    for status, council in rows:
        kind = _KIND.get((status.roll, status.standing))
        if kind:
            key = status.craft_id or status.family or ""
            found[key] = (*found.get(key, ()), _entry(kind, status, council or ""))
    homes: dict[int, tuple[str, ...]] = {}
    for home in session.scalars(sa.select(HeritageHome).order_by(HeritageHome.id)):
        homes[home.craft_id] = (*homes.get(home.craft_id, ()), home.code)
    return Known(found, homes)


def _entry(kind: str, status: HeritageStatus, council: str) -> Entry:
    return Entry(
        kind, status.element, status.list_name, str(status.year or ""), status.source,
        number=status.number, holder=status.holder, place=status.place,
        checked_by=council or status.checked_by, checked_at=status.checked_at,
    )  # fmt: skip


# --- for indexing ----------------------------------------------------------------------------------------

STATUSES = (
    sa.select(sa.func.aggregate_strings(HeritageStatus.roll + ":" + HeritageStatus.standing, ","))
    .where(sa.or_(HeritageStatus.craft_id == Craft.id, HeritageStatus.family == Craft.family))
    .correlate(Craft)
    .scalar_subquery()
)
"""Every status of a row's craft as `gi:registered,wbtb:registered`."""


def kinds_of(statuses: str | None) -> tuple[str, ...]:
    """Give the values on the heritage facet of what STATUSES selected."""
    said = set((statuses or "").split(","))
    found = (kind for (roll, standing), kind in _KIND.items() if f"{roll}:{standing}" in said)
    return tuple(kind for kind in found if kind in KINDS)


def has(statuses: Any, kind: str) -> sa.ColumnElement[bool]:
    """Say in SQL that what STATUSES selected has a value of the heritage facet."""
    marks = [f"{roll}:{standing}" for (roll, standing), found in _KIND.items() if found == kind]
    padded = sa.func.coalesce("," + statuses + ",", "")
    return sa.or_(sa.false(), *(padded.contains(f",{one},", autoescape=True) for one in marks))
