"""The reference data that browsing names: provinces, regencies, crafts, councils and landscapes, kept in each process.

They are few and change rarely. A process reads them once and again when the change log says that a craft, a council
or words have changed; what it keeps belongs to no session, so its rows are read only. Called by the browsing pages.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import changes, heritage
from catalog.models import Council, Craft, PlacePicture, Province, Regency, Subject
from shop.i18n import LOCALES

MOST_CHANGES = 500
"""After more changes than this since the last look everything is read again."""
_TELLING = frozenset({Subject.CRAFT, Subject.COUNCIL, Subject.WORDS, Subject.EVERYTHING})


class CraftName(NamedTuple):
    """What lists say of a craft."""

    place: int
    """Among all, by name."""
    slug: str
    name: str
    family: str
    province: str


@dataclass(frozen=True)
class Atlas:
    """Everything that pages call by name. Councils are the active ones."""

    provinces: tuple[Province, ...]
    """From west to east."""
    regencies: tuple[Regency, ...]
    crafts: tuple[Craft, ...]
    councils: tuple[Council, ...]
    landscapes: dict[str, PlacePicture]
    """By province code."""
    heritage: heritage.Known

    @cached_property
    def craft(self) -> dict[int, Craft]:
        """Crafts by id."""
        return {craft.id: craft for craft in self.crafts}

    @cached_property
    def province(self) -> dict[str, Province]:
        """Provinces by code."""
        return {province.code: province for province in self.provinces}

    @cached_property
    def regency(self) -> dict[str, Regency]:
        """Regencies by code."""
        return {regency.code: regency for regency in self.regencies}

    @cached_property
    def regions(self) -> dict[str, Province | Regency]:
        """Provinces, regencies and cities by slug."""
        found: dict[str, Province | Regency] = {regency.slug: regency for regency in self.regencies}
        return found | {province.slug: province for province in self.provinces}

    @cached_property
    def craft_by_slug(self) -> dict[str, Craft]:
        """Crafts by slug."""
        return {craft.slug: craft for craft in self.crafts}

    @cached_property
    def family(self) -> dict[str, tuple[int, ...]]:
        """Ids of crafts by family."""
        return _grouped((craft.family, craft.id) for craft in self.crafts)

    @cached_property
    def at_home(self) -> dict[str, tuple[int, ...]]:
        """Ids of crafts by the province, and by the regency or city, that they come from."""
        return _grouped(
            (code, craft.id)
            for craft in self.crafts
            for code in (craft.province_code, craft.regency_code)
            if code
        )

    @cached_property
    def crafts_called(self) -> dict[str, dict[int, CraftName]]:
        """What lists say of crafts, by language and id: looking into a row takes longer than into a tuple."""
        return {locale: _named(self.crafts, english=locale == "en") for locale in LOCALES}

    @cached_property
    def called(self) -> dict[str, tuple[tuple[Province, str, str, str], ...]]:
        """Provinces with code, slug and name, by language."""
        return {
            locale: tuple(
                (p, p.code, p.slug, p.name_en if locale == "en" else p.name_id) for p in self.provinces
            )
            for locale in LOCALES
        }

    @cached_property
    def councils_called(self) -> tuple[tuple[int, str, str], ...]:
        """Active councils: id, slug and name."""
        return tuple((council.id, council.slug, council.name) for council in self.councils)

    @cached_property
    def council_by_slug(self) -> dict[str, Council]:
        """Active councils by slug."""
        return {council.slug: council for council in self.councils}


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for key, number in pairs:
        found.setdefault(key, []).append(number)
    return {key: tuple(numbers) for key, numbers in found.items()}


def _named(crafts: Iterable[Craft], *, english: bool) -> dict[int, CraftName]:
    named = sorted(((english and craft.name_en) or craft.name_id, craft.id, craft) for craft in crafts)
    return {
        number: CraftName(
            place, craft.slug, name, craft.family,
            craft.province.name_en if english else craft.province.name_id,
        )
        for place, (name, number, craft) in enumerate(named)
    }  # fmt: skip


class _Known(NamedTuple):
    version: int
    atlas: Atlas


_kept: dict[str, _Known] = {}
"""By database."""


def atlas(session: Session, version: int | None = None) -> Atlas:
    """Give the reference data as it is now: one SELECT, or none where the caller knows the catalogue's version."""
    shop = str(session.get_bind())
    known = _kept.get(shop)
    version = changes.version(session) if version is None else version
    if known is None or (known.version != version and _has_changed(session, known.version, version)):
        known = _Known(version, _read(session))
    _kept[shop] = known._replace(version=version)
    return known.atlas


def forget() -> None:
    """Let go of everything: the database behind an address has become another one."""
    _kept.clear()


def _has_changed(session: Session, seen: int, version: int) -> bool:
    if not seen < version <= seen + MOST_CHANGES:
        return True
    rows = changes.since(session, seen, MOST_CHANGES)
    return not rows or rows[0].seq != seen + 1 or any(row.subject in _TELLING for row in rows)


def _read(session: Session) -> Atlas:
    with Session(session.get_bind()) as own:
        places = (joinedload(Craft.province), joinedload(Craft.regency))
        found = Atlas(
            provinces=tuple(own.scalars(sa.select(Province).order_by(Province.code))),
            regencies=tuple(
                own.scalars(sa.select(Regency).options(joinedload(Regency.province)).order_by(Regency.code))
            ),
            crafts=tuple(own.scalars(sa.select(Craft).options(*places).order_by(Craft.id))),
            councils=tuple(own.scalars(sa.select(Council).where(Council.active).order_by(Council.code))),
            landscapes={row.province_code: row for row in own.scalars(sa.select(PlacePicture))},
            heritage=heritage.read(own),
        )
        own.expunge_all()
    return found
