"""Owns the meanings that a tantivy index knows: a word together with its synonyms, as one term.

For `tantivy_schema` and `tantivy_ranking`. Documents with a word or any of its synonyms are a union of several long
lists, and what they earn by it is the best of several; written down once, with the document, it is one list and one
number. The synonyms are those that the shop begins with: where councils have changed a word's since, its own terms are
asked one by one, as without meanings.
"""

import zlib
from collections.abc import Iterator, Mapping
from functools import cache

from catalog.search import matching, synonyms, terms
from catalog.search.matching import Word
from catalog.search.reading import alternatives

SIGN = "~"
"""Ends the term of a meaning; no word has it."""


@cache
def _known() -> Mapping[str, Mapping[str, float]]:
    """Give, by the root of a word, the terms that satisfy it, each with what it is worth."""
    standard = synonyms.standard()
    return {root: alternatives(root, standard) for root in sorted(standard)}


@cache
def _led_from() -> Mapping[str, tuple[str, ...]]:
    """Give, by a term, the roots of the words that it satisfies."""
    found: dict[str, list[str]] = {}
    for root, held in _known().items():
        for term in held:
            found.setdefault(term, []).append(root)
    return {term: tuple(roots) for term, roots in found.items()}


@cache
def version() -> str:
    """Name what is known: an index that was written with other synonyms must not be asked with these."""
    said = "\n".join(f"{root}:{' '.join(sorted(held))}" for root, held in _known().items())
    return f"{zlib.crc32(said.encode()):08x}"


def of(word: Word) -> str | None:
    """Give the term that stands for a word and its synonyms; None if the index knows others."""
    return word.root + SIGN if _known().get(word.root) == word.alternatives else None


def written(body: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Give the meanings that a document has, and what it earns by each, of its terms with their weights."""
    led = _led_from()
    for root in dict.fromkeys(root for term in body for root in led.get(term, ())):
        earned = [
            worth * body[term] / (body[term] + terms.HALF)
            for term, worth in _known()[root].items()
            if term in body
        ]
        best = max(earned)
        yield root + SIGN, best + matching.BESIDES * (sum(earned) - best)
