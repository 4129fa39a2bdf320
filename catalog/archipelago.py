"""The archipelago as a woven picture: which stitches of a cloth belong to which province, and how dense it is there.

`data/archipelago.txt` is ours: a drawing in letters, one per stitch, in a western and an eastern half (the cut runs
through the Lombok Strait). It is a picture to choose from, not a map to measure on: small provinces are drawn
at least two stitches wide and high, so that a thumb finds them on a phone. Called by `catalog.views.regions` and `home`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from catalog.browsing import NamedRow
from catalog.indonesia import DATA
from catalog.models import Province

Point = tuple[int, int]
STEPS = (0.5, 0.85)
"""Shares of the provinces with work up to which one is called few, then some."""


@dataclass(frozen=True, slots=True)
class Patch:
    """The stitches of one province in one half of the picture."""

    code: str
    path: str
    """Its outline as SVG path data, in stitches."""


@dataclass(frozen=True, slots=True)
class Half:
    """One half of the picture."""

    width: int
    height: int
    patches: tuple[Patch, ...]
    caption: tuple[float, float, str]
    """Where in its sea the name of the province that is pointed at stands: x, y and which end of the words."""


@dataclass(frozen=True, slots=True)
class Shading:
    """How counts become four depths of dye: none, few, some, many."""

    few: int
    """The most pieces that are called few."""
    some: int

    def depth(self, pieces: int) -> int:
        """Give 0 to 3."""
        return (pieces > 0) + (pieces > self.few) + (pieces > self.some)


@cache
def halves() -> tuple[Half, ...]:
    """Give the western and the eastern half."""
    head, drawing = (DATA / "archipelago.txt").read_text("utf-8").split("\n\n")
    codes = {letter: code for code, letter in re.findall(r"(\d\d) (\w)", head)}
    columns = zip(*(line.split() for line in drawing.splitlines()), strict=True)
    west, east = columns
    height, width = len(east), len(east[0])
    return (
        Half(width, height, _patches(west, codes), (0.4, height - 1.6, "start")),
        Half(width, height, _patches(east, codes), (width - 0.4, 1.4, "end")),
    )


def _patches(rows: tuple[str, ...], codes: Mapping[str, str]) -> tuple[Patch, ...]:
    stitches: dict[str, list[Point]] = {}
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            if letter != ".":
                stitches.setdefault(codes[letter], []).append((x, y))
    return tuple(Patch(code, _outline(mine)) for code, mine in sorted(stitches.items()))


def _outline(stitches: list[Point]) -> str:
    """Walk around a patch: sides that two of its stitches share fall away, the others are joined to rings."""
    sides: set[tuple[Point, Point]] = set()
    for x, y in stitches:
        ring = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
        for side in pairwise(ring):
            sides ^= {side} if side[::-1] not in sides else {side[::-1]}
    onward: dict[Point, list[Point]] = {}
    for start, end in sorted(sides):
        onward.setdefault(start, []).append(end)
    path = ""
    while onward:
        here = first = next(iter(onward))
        path += f"M{here[0]} {here[1]}"
        while here in onward:
            end = onward[here].pop()
            if not onward[here]:
                del onward[here]
            path += f"h{end[0] - here[0]}" if end[1] == here[1] else f"v{end[1] - here[1]}"
            here = end
            if here == first:
                break
        path += "z"
    return path


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture for a page: both halves, and what is on the wall by province code."""

    halves: tuple[Half, ...]
    rows: Mapping[str, NamedRow]
    shading: Shading

    def __hash__(self) -> int:
        """Tell pictures apart by what they count, so that what is drawn of one can be kept."""
        return hash(tuple(self.rows.values()))


def picture(rows: Iterable[tuple[Province, NamedRow]]) -> Picture:
    """Draw the provinces with their counts."""
    by_code = {province.code: row for province, row in rows}
    return Picture(halves(), by_code, shading(row.count for row in by_code.values()))


def shading(counts: Iterable[int]) -> Shading:
    """Choose bounds for these counts: round numbers, so that about half of the provinces with work have few."""
    numbers = sorted(count for count in counts if count)
    if not numbers:
        return Shading(1, 2)
    few, some = (_rounded(numbers[min(int(len(numbers) * step), len(numbers) - 1)]) for step in STEPS)
    return Shading(few, max(some, few + 1))


def _rounded(number: int) -> int:
    """Round down to what one says: 1,837 to 1,000, 180 to 100, 47 to 45, 17 stays."""
    if number < 20:
        return number
    step = 5 if number < 100 else 10 ** (len(str(number)) - 1)
    return number // step * step
