"""Owns how hits that tie are put into their exact order, for an engine that sorts by one number alone.

Equally good pieces stand with the newest first, then the highest id. An engine can sort by a score that freshness
bends a little (`fresh`), by less than what sets two scores apart; what is left, `ordered` does. Pure Python; called
by catalog.search.tantivy_engine.
"""

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

EXACT = 500
"""Up to so many matches are all put into their exact order."""
MARGIN = 64
"""Hits on both sides of a page that are looked at, too: so many equally good ones are put into their exact order."""
BENT, SHADES = 2.0**-10, 2048
"""How far freshness bends a score, and in how many steps: what a 32-bit score leaves room for."""
NOISE = 1e-5
"""Scores that differ by less of themselves are equal: they were added up in 32 bits, in any order."""
FIRST_DAY, LAST_DAY = 1_760_000_000, 2_270_000_000
"""Seconds between which freshness grows: October 2025 to December 2041, three days a step."""


def shade(published: int) -> int:
    """Say how fresh a document is, 0 to SHADES - 1."""
    share = (published - FIRST_DAY) / (LAST_DAY - FIRST_DAY)
    return min(max(int(share * SHADES), 0), SHADES - 1)


def bend(published: int) -> float:
    """Give by what freshness multiplies a score."""
    return 1 + BENT * shade(published) / SHADES


def scores(bent: Sequence[float], published: Sequence[int], *, exact: bool) -> list[Any]:
    """Give the keys by which bent scores tie: the scores themselves, unless `exact` together with their shades."""
    plain = [score / bend(moment) for score, moment in zip(bent, published, strict=True)]
    last = math.inf
    for at in sorted(range(len(plain)), key=plain.__getitem__, reverse=True):
        if last - plain[at] > NOISE * plain[at]:
            last = plain[at]
        plain[at] = last
    return plain if exact else list(zip(plain, map(shade, published), strict=True))


def ordered(
    keys: Sequence[Any], published: Sequence[int], ids: Sequence[int], whole: tuple[bool, bool]
) -> list[int]:
    """Give the ids of hits in order, those with equal keys the newest first.

    :param whole: whether the first hit is the first of all, and the last one the last. A group that is cut off at an
        end, or too large to be seen whole from every page, stays as it comes: each page must see the same order.
    """
    found: list[int] = []
    groups = [list(group) for _, group in groupby(range(len(keys)), key=keys.__getitem__)]
    for number, group in enumerate(groups):
        cut = (number == 0 and not whole[0]) or (number == len(groups) - 1 and not whole[1])
        if not cut and (len(group) <= MARGIN or all(whole)):
            group.sort(key=lambda at: (published[at], ids[at]), reverse=True)
        found += [ids[at] for at in group]
    return found


def weight(published: int) -> float:
    """Give the column value that bends a score in an engine that multiplies it by log2(2 + value)."""
    return math.pow(2.0, bend(published)) - 2.0
