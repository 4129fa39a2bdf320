"""Owns how the facet values of many documents are held: a small number for each document, its meaning once.

Made by engines when they open a segment, read by matching and completing.
"""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.search.query import PRICE_BUCKETS, PRICE_EDGES

SEPARATOR = "\x1f"
"""Between the values of one document where a facet has several."""


@dataclass(frozen=True, slots=True)
class Column:
    """One facet of a segment: for each document a code, for each code its values."""

    codes: Sequence[int]
    values: Sequence[tuple[str, ...]]
    totals: Mapping[int, int]
    """How many documents have each code, dead ones included."""

    def accepting(self, wanted: Collection[str]) -> set[int]:
        """Give the codes with at least one of the wanted values."""
        return {code for code, values in enumerate(self.values) if any(value in wanted for value in values)}


def packed(values: Iterable[str]) -> bytes:
    """Write the values of one document on one facet."""
    return SEPARATOR.join(values).encode()


def coded(written: Iterable[bytes]) -> Column:
    """Number the distinct values that `packed` wrote, in the order of the documents."""
    numbers: dict[bytes, int] = {}
    codes = [numbers.setdefault(value, len(numbers)) for value in written]
    values = [tuple(value.decode().split(SEPARATOR)) if value else () for value in numbers]
    return Column(_small(codes, len(numbers)), values, Counter(codes))


def texts(written: Iterable[bytes]) -> list[str]:
    """Read one text a document, equal ones kept once."""
    known: dict[bytes, str] = {}
    return [known.setdefault(value, value.decode()) for value in written]


def price_column(prices: Sequence[int]) -> Column:
    """Sort prices into the buckets of the price facet."""
    codes = [bisect_right(PRICE_EDGES, max(price, 0)) - 1 for price in prices]
    return Column(_small(codes, len(PRICE_BUCKETS)), [(bucket,) for bucket in PRICE_BUCKETS], Counter(codes))


def _small(codes: list[int], count: int) -> Sequence[int]:
    """Keep numbers below `count` in a byte each where that is enough: an eighth of a list, and counted as fast."""
    return bytes(codes) if count <= 256 else array("I", codes)
