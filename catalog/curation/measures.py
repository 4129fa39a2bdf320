"""Measures as people write them: `210 x 60 cm`, `p 2,1 m, l 60 cm`, `diameter 25 cm, tinggi 10 cm, berat 1.250 g`.

Pure rules: text in, millimetres and grams out, in Indonesian and English writing. Called by `sample_checks`.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

LENGTH, WIDTH, HEIGHT, DIAMETER = "length", "width", "height", "diameter"
_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4}
_GRAMS = {"g": 1.0, "ons": 100.0, "kg": 1000.0}
_UNITS = {
    "mm": "mm", "milimeter": "mm", "millimetre": "mm", "millimetres": "mm", "millimeters": "mm",
    "cm": "cm", "sentimeter": "cm", "senti": "cm", "centimetre": "cm", "centimetres": "cm", "centimeters": "cm",
    "m": "m", "meter": "m", "meters": "m", "metre": "m", "metres": "m",
    "in": "in", "inch": "in", "inches": "in", "inci": "in",
    "g": "g", "gr": "g", "gram": "g", "grams": "g", "ons": "ons",
    "kg": "kg", "kilo": "kg", "kilogram": "kg", "kilograms": "kg",
}  # fmt: skip
_LABELS = {
    "panjang": LENGTH, "p": LENGTH, "length": LENGTH, "long": LENGTH,
    "lebar": WIDTH, "l": WIDTH, "width": WIDTH, "wide": WIDTH, "w": WIDTH,
    "tinggi": HEIGHT, "t": HEIGHT, "height": HEIGHT, "tall": HEIGHT, "high": HEIGHT, "h": HEIGHT,
    "tebal": HEIGHT, "thickness": HEIGHT, "thick": HEIGHT,
    "diameter": DIAMETER, "garis tengah": DIAMETER, "ø": DIAMETER, "d": DIAMETER,
}  # fmt: skip
_FINE = {"m", "kg"}
"""Units of which people write thousandths (`1.250 kg`), where of the smaller ones they write thousands (`1.250 g`)."""
_NUMBER = r"\d+(?:[.,]\d+)*"
_RANGE = rf"{_NUMBER}(?:\s*(?:-|–|—|sampai|s/d|to)\s*{_NUMBER})?"
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_LABEL = "|".join(sorted(map(re.escape, _LABELS), key=len, reverse=True))
_VALUE = rf"(?P<number>{_RANGE})\s*(?P<unit>{_UNIT})?(?![\w])"
_TOKEN = re.compile(
    rf"(?:(?P<label>(?<![\w])(?:{_LABEL}))\s*[:=.]?\s*(?:±|~|kira-kira|about|ca\.?|kurang lebih)?\s*)?"
    rf"(?<![\w.,])(?:±|~)?\s*{_VALUE}(?:\s*(?P<after>long|wide|tall|high|thick)\b)?",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\s*(?:x|×|\*|by|kali)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Extent:
    """One measure in millimetres (or grams), from low to high; mostly they are the same."""

    low: float
    high: float
    label: str = ""

    def off(self, measured: float) -> float:
        """Give by how many per cent something measured lies outside."""
        near = min(max(measured, self.low), self.high)
        return abs(measured - near) / near * 100


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says: groups of sides in millimetres (a group for each size that it names), and weights."""

    sizes: list[list[Extent]] = field(default_factory=list)
    weights: list[Extent] = field(default_factory=list)


def number(typed: str, unit: str) -> float:
    """Read a number in either writing: a comma or a dot before the decimals, the other between thousands."""
    if "." in typed and "," in typed:
        decimal = max(typed.rfind("."), typed.rfind(","))
        whole, rest = re.sub(r"[.,]", "", typed[:decimal]), typed[decimal + 1 :]
        return float(f"{whole}.{rest}")
    parts = re.split(r"[.,]", typed)
    thousands = len(parts) > 2 or (
        len(parts) == 2 and len(parts[1]) == 3 and unit not in _FINE and parts[0] != "0"
    )
    return float("".join(parts)) if thousands or len(parts) == 1 else float(".".join(parts))


def read(text: str) -> Said:
    """Read every measure of a text; numbers without a unit are none."""
    said = Said()
    tokens = [match for match in _TOKEN.finditer(text) if match["number"]]
    for chain in _chains(text, tokens):
        unit = next((_unit(match) for match in reversed(chain) if _unit(match)), "")
        if unit in _GRAMS:
            said.weights.extend(_extent(match, unit, _GRAMS) for match in chain)
        elif unit:
            _add(said.sizes, [_extent(match, _unit(match) or unit, _MM) for match in chain])
    return said


def _unit(match: re.Match[str]) -> str:
    return _UNITS.get((match["unit"] or "").lower(), "")


def _chains(text: str, tokens: Sequence[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Put numbers together that are written with a times sign between them."""
    chains: list[list[re.Match[str]]] = []
    for match in tokens:
        before = chains[-1][-1] if chains else None
        if before is not None and _TIMES.fullmatch(text[before.end() : match.start()] or " "):
            chains[-1].append(match)
        else:
            chains.append([match])
    return chains


def _extent(match: re.Match[str], unit: str, units: dict[str, float]) -> Extent:
    factor = units.get(unit, 1.0)
    ends = [number(part, unit) * factor for part in re.findall(_NUMBER, match["number"])]
    label = _LABELS.get((match["label"] or match["after"] or "").lower(), "")
    return Extent(min(ends), max(ends), label)


def _add(sizes: list[list[Extent]], found: list[Extent]) -> None:
    """Add sides to the last size while they are named and not there yet; others begin another size."""
    if found[0].label == DIAMETER:
        found = [Extent(found[0].low, found[0].high, side) for side in (LENGTH, WIDTH)] + found[1:]
    known = {side.label for side in sizes[-1]} if sizes else set()
    goes_on = sizes and found[0].label and len(sizes[-1]) + len(found) <= 3
    if goes_on and not known & {side.label for side in found}:
        sizes[-1].extend(found)
    else:
        sizes.append(found)


@dataclass(frozen=True, slots=True)
class Off:
    """One side that is not as it is said."""

    label: str
    said: Extent
    measured: int
    percent: float


def compare(said: list[Extent], measured: dict[str, int]) -> list[Off]:
    """Lay what was measured (side to millimetres) beside one size that is said, in the way in which it fits best.

    Which side somebody calls the length does not matter; sides of which the text says nothing are not compared.
    """
    sides = list(measured.items())
    best: list[Off] = []
    least = float("inf")
    few = min(len(said), len(sides))
    for mine in itertools.permutations(sides, few):
        for theirs in itertools.combinations(said, few):
            offs = [
                Off(label, side, value, side.off(value))
                for side, (label, value) in zip(theirs, mine, strict=True)
            ]
            total = sum(off.percent for off in offs)
            if total < least:
                best, least = offs, total
    return best
