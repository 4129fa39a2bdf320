"""How much is on the wall, by craft, region, council and workshop: every count of the browsing pages.

Counts are made of what hangs (`catalog.wall`), so nothing unapproved is counted anywhere. Each process keeps them
and, when the catalogue has changed, counts again for the workshops that the change log names, so that a page costs
the same however many pieces there are.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import changes
from catalog.models import Product, Subject, WallPlace

Key = TypeVar("Key", bound=Hashable)
MOST_CHANGES = 500
"""After more changes than this since the last look everything is counted."""


class Tally(NamedTuple):
    """The live pieces of one craft that one workshop makes in one regency."""

    craft_id: int
    regency_code: str
    council_id: int
    workshop_id: int
    pieces: int
    latest: int
    """The id of the last of them."""


class Wall:
    """Everything on the wall, or a part of it, in numbers. What its methods give is not to be changed."""

    def __init__(self, tallies: Iterable[Tally] = ()) -> None:
        self.tallies = tuple(tallies)

    def of(
        self,
        *,
        craft_id: int | None = None,
        province_code: str | None = None,
        regency_code: str | None = None,
        council_id: int | None = None,
    ) -> "Wall":
        """Narrow to a craft, region or council."""
        if regency_code is not None:
            return self._by_regency.get(regency_code, Wall())
        if province_code is not None:
            return self._by_province.get(province_code, Wall())
        if council_id is not None:
            return self._by_council.get(council_id, Wall())
        return self._by_craft.get(craft_id, Wall()) if craft_id is not None else self

    @cached_property
    def _by_craft(self) -> dict[int, "Wall"]:
        return _parts((tally.craft_id, tally) for tally in self.tallies)

    @cached_property
    def _by_province(self) -> dict[str, "Wall"]:
        return _parts((tally.regency_code[:2], tally) for tally in self.tallies)

    @cached_property
    def _by_regency(self) -> dict[str, "Wall"]:
        return _parts((tally.regency_code, tally) for tally in self.tallies)

    @cached_property
    def _by_council(self) -> dict[int, "Wall"]:
        return _parts((tally.council_id, tally) for tally in self.tallies)

    @cached_property
    def total(self) -> int:
        """How many pieces there are."""
        return sum(tally.pieces for tally in self.tallies)

    @cached_property
    def _workshops(self) -> Counter[int]:
        return _sums((tally.workshop_id, tally.pieces) for tally in self.tallies)

    @cached_property
    def largest(self) -> list[int]:
        """Give the ids of the workshops, those with most work first."""
        pieces = self._workshops
        return sorted(pieces, key=lambda workshop_id: (-pieces[workshop_id], workshop_id))

    def by_craft(self) -> Counter[int]:
        """Count by craft id."""
        return Counter({key: part.total for key, part in self._by_craft.items()})

    def by_province(self) -> Counter[str]:
        """Count by province code."""
        return Counter({key: part.total for key, part in self._by_province.items()})

    def by_regency(self) -> Counter[str]:
        """Count by regency code."""
        return Counter({key: part.total for key, part in self._by_regency.items()})

    def by_council(self) -> Counter[int]:
        """Count by council id."""
        return Counter({key: part.total for key, part in self._by_council.items()})

    def by_workshop(self) -> Counter[int]:
        """Count by workshop id."""
        return self._workshops

    @cached_property
    def _latest(self) -> dict[int, int]:
        return {tally.workshop_id: tally.latest for tally in sorted(self.tallies, key=lambda t: t.latest)}

    def latest_of_workshop(self) -> dict[int, int]:
        """Give the id of the last piece of each workshop."""
        return self._latest

    @cached_property
    def _latest_of_craft(self) -> dict[int, int]:
        return {key: max(tally.latest for tally in part.tallies) for key, part in self._by_craft.items()}

    def latest_of_craft(self) -> dict[int, int]:
        """Give the id of the last piece of each craft."""
        return self._latest_of_craft


def _parts(pairs: Iterable[tuple[Key, Tally]]) -> dict[Key, Wall]:
    found: dict[Key, list[Tally]] = {}
    for key, tally in pairs:
        found.setdefault(key, []).append(tally)
    return {key: Wall(tallies) for key, tallies in found.items()}


def _sums(pairs: Iterable[tuple[Key, int]]) -> Counter[Key]:
    sums: Counter[Key] = Counter()
    for key, number in pairs:
        sums[key] += number
    return sums


# --- counting ------------------------------------------------------------------------------------------


class _Known(NamedTuple):
    version: int
    by_workshop: Mapping[int, tuple[Tally, ...]]
    wall: Wall


_kept: dict[str, _Known] = {}
"""By database."""


def wall(session: Session, version: int | None = None) -> Wall:
    """Give how much is on the wall now: one SELECT, and two more where the catalogue has changed since the last.

    A caller that knows the catalogue's version saves the first.
    """
    shop = str(session.get_bind())
    known = _kept.get(shop)
    version = changes.version(session) if version is None else version
    if known is None or known.version != version:
        touched = _touched(session, known.version, version) if known else None
        known = _kept[shop] = _counted(session, version, known, touched)
    return known.wall


def forget() -> None:
    """Let go of every count: the database behind an address has become another one."""
    _kept.clear()


def _touched(session: Session, seen: int, version: int) -> set[int] | None:
    """Name the workshops whose counts may have changed; None when that cannot be told."""
    if not seen < version <= seen + MOST_CHANGES:
        return None
    rows = changes.since(session, seen, MOST_CHANGES)
    if not rows or rows[0].seq != seen + 1 or any(row.subject is Subject.EVERYTHING for row in rows):
        return None
    workshops = {row.subject_id for row in rows if row.subject is Subject.WORKSHOP}
    pieces = [row.subject_id for row in rows if row.subject is Subject.PRODUCT]
    if pieces:
        workshops |= set(session.scalars(sa.select(Product.workshop_id).where(Product.id.in_(pieces))))
    return workshops


def _counted(session: Session, version: int, known: _Known | None, touched: set[int] | None) -> _Known:
    if known is None or touched is None:
        by_workshop = _count(session, None)
        return _Known(version, by_workshop, Wall(_all(by_workshop)))
    fresh = _count(session, touched) if touched else {}
    if all(fresh.get(number) == known.by_workshop.get(number) for number in touched):
        return known._replace(version=version)
    rest = {number: rows for number, rows in known.by_workshop.items() if number not in touched}
    return _Known(version, rest | fresh, Wall(_all(rest | fresh)))


def _all(by_workshop: Mapping[int, tuple[Tally, ...]]) -> Iterable[Tally]:
    return (tally for tallies in by_workshop.values() for tally in tallies)


def _count(session: Session, workshops: Collection[int] | None) -> dict[int, tuple[Tally, ...]]:
    axes: tuple[Any, ...] = (
        WallPlace.craft_id, WallPlace.regency_code, WallPlace.council_id, WallPlace.workshop_id,
    )  # fmt: skip
    query = sa.select(*axes, sa.func.count(), sa.func.max(WallPlace.product_id)).group_by(*axes)
    if workshops is not None:
        query = query.where(WallPlace.workshop_id.in_(workshops))
    found: dict[int, list[Tally]] = {}
    for row in session.execute(query):
        tally = Tally._make(row)
        found.setdefault(tally.workshop_id, []).append(tally)
    return {number: tuple(sorted(tallies)) for number, tallies in found.items()}
