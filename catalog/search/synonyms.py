"""Owns which words of the trade stand for each other across Indonesian and English.

A mapping handed to the engine with each request, so that it can change without a new index; a synonym is worth
less than the word itself. `catalog/data/synonyms.txt` is the start, the councils' table (`catalog.search.wordbook`)
what holds; read by `catalog.search.reading`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from catalog.search import analysis

Synonyms = Mapping[str, frozenset[str]]
"""Root of a word to terms of the index: roots, or two neighbouring roots joined by an underscore."""

LISTED = Path(__file__).parent.parent / "data" / "synonyms.txt"
TERM_WORDS = 2
"""Words that one entry may have: the index knows single words and pairs."""


def listed() -> tuple[str, ...]:
    """Read the groups that the shop begins with, a line each; councils edit them afterwards."""
    lines = (line.split("#", 1)[0].strip() for line in LISTED.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line)


def table(groups: Iterable[str]) -> Synonyms:
    """Make the mapping from lines of words that stand for each other, separated by commas.

    All words of a line stand for each other, but for those that stand in several lines: such a word leads to the first
    words of its lines and is not led to, so "woven" finds tenun and anyam, but neither finds the other's pieces.
    """
    lines = [list(dict.fromkeys(filter(None, map(term, line.split(","))))) for line in groups]
    times = Counter(one for line in lines for one in line)
    found: dict[str, set[str]] = {}
    for line in lines:
        plain = {one for one in line if times[one] == 1}
        for place, one in enumerate(line):
            others = plain if one in plain or place == 0 else {line[0]}
            found.setdefault(one, set()).update(others - {one}, {line[0]} - {one})
    return {one: frozenset(others) for one, others in found.items() if others}


@cache
def standard() -> Synonyms:
    """Give the mapping that the shop begins with."""
    return table(listed())


def term(text: str) -> str:
    """Give the term of a word or of two neighbouring words."""
    return "_".join(analysis.stems(text)[:TERM_WORDS])
