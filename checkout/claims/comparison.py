"""Shown beside received, in numbers: sizes and weights as a listing writes them and as a buyer measured them.

Pure arithmetic over `catalog.curation.measures`. A tolerance is that of the council for the craft, in per cent: work
by hand differs a little, and a piece within it is as shown.
"""

from dataclasses import dataclass

from catalog.curation import measures
from catalog.curation.measures import Extent
from catalog.curation.tolerances import Tolerance


@dataclass(frozen=True, slots=True)
class Range:
    """What may be: millimetres (or grams) from low to high, the tolerance included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far something measured is from what was shown."""

    percent: float
    """Of the side that differs most."""
    allowed: int

    @property
    def within(self) -> bool:
        """Whether it is within what may differ by hand."""
        return self.percent <= self.allowed


def ranges(shown: str, tolerance: Tolerance) -> list[list[Range]]:
    """Give for each size that a text names what each side may measure, in millimetres."""
    return [[_range(side, tolerance.size) for side in size] for size in measures.read(shown).sizes]


def weights(shown: str, tolerance: Tolerance) -> list[Range]:
    """Give for each weight that a text names what may be weighed, in grams."""
    return [_range(weight, tolerance.weight) for weight in measures.read(shown).weights]


def _range(extent: Extent, percent: int) -> Range:
    low, high = extent.low * (100 - percent) / 100, extent.high * (100 + percent) / 100
    return Range(round(low), round(high))


def sizes(shown: str, measured: str, tolerance: Tolerance) -> Outcome | None:
    """Lay the first size that was measured beside the best fitting one that was shown; None where there is none."""
    said, found = measures.read(shown).sizes, measures.read(measured).sizes
    if not said or not found:
        return None
    sides = {str(place): round(side.low) for place, side in enumerate(found[0])}
    best = min(
        max((off.percent for off in measures.compare(size, sides)), default=0.0) for size in said
    )  # which side somebody calls the length does not matter
    return Outcome(best, tolerance.size)


def weight(shown: str, measured: str, tolerance: Tolerance) -> Outcome | None:
    """Lay a weight that was measured beside the nearest one that was shown; None where there is none."""
    said, found = measures.read(shown).weights, measures.read(measured).weights
    if not said or not found:
        return None
    return Outcome(min(one.off(found[0].low) for one in said), tolerance.weight)
