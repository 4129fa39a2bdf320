"""Owns what of a document is indexed and how much each place counts; shared by all engines.

All words go into one field without positions, each with one weight: names of maker, village and craft first,
then the region, the title, facts, the story. The numbers are made so that a word in a name beats the same word
in title and story together (8 > 4 + 2 + 1.5).
"""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from catalog.search import analysis
from catalog.search.query import IndexDoc

VERSION = 5
"""Of what is made of words here and in `analysis`, its lists included: raise it, and every node builds its index anew."""
NAME, REGION, TITLE, ISLAND, FACT = 8.0, 5.0, 4.0, 3.0, 2.0
STORY, STORY_OCCURRENCES = 0.5, 3
"""A story counts by how often it says the word, up to three times."""
HALF = 6.0
"""The weight that earns half of what a word can earn: impact = weight / (weight + HALF)."""

SUGGESTION_FIELDS = ("craft", "region", "place", "maker", "piece")


def surface(word: str) -> str:
    """Give the term that stands for a word exactly as written, beside the term of its root."""
    return "=" + word


def body(doc: IndexDoc) -> dict[str, float]:
    """Give the terms of a document with their weights: roots, exact title words, neighbouring title words."""
    names = [
        doc.maker,
        doc.workshop,
        *doc.craft_names,
        *(place for place in doc.places if not _is_long(place)),
    ]
    long_places = [place for place in doc.places if _is_long(place)]
    titles = [doc.title, doc.title_en]
    found = dict.fromkeys(_roots(doc.islands), ISLAND) | dict.fromkeys(_roots(doc.regions), REGION)
    found |= dict.fromkeys(_roots(long_places), TITLE) | dict.fromkeys(_roots(names), NAME)
    for term in _roots(titles):
        found[term] = found.get(term, 0.0) + TITLE
    for term in _roots(doc.facts):
        found[term] = found.get(term, 0.0) + FACT
    for term, times in Counter(analysis.stems(doc.story)).items():
        found[term] = found.get(term, 0.0) + STORY * min(times, STORY_OCCURRENCES)
    for weight, texts in (
        (FACT, doc.facts),
        (TITLE, titles),
        (REGION, doc.regions),
        (NAME, (*names, *long_places)),
    ):
        for text in texts:
            for term in _name(text).beside:
                found[term] = max(found.get(term, 0.0), weight)
    return found


def suggestions(doc: IndexDoc) -> dict[str, list[str]]:
    """Give, for each of SUGGESTION_FIELDS, the words by which it can be completed."""
    texts = {
        "craft": doc.craft_names,
        "region": doc.regions,
        "place": doc.places[-1:],
        "maker": (doc.maker, doc.workshop),
        "piece": (doc.title, doc.title_en),
    }
    return {field: _written(texts[field]) for field in SUGGESTION_FIELDS}


def facts(doc: IndexDoc) -> list[str]:
    """Give the words of places and facts: known to spelling, not offered as suggestions."""
    return _written((*doc.places, *doc.facts, *doc.islands))


def _is_long(place: str) -> bool:
    """Say whether a place is called by several words: one of them alone (Paal *Merah*) does not name it."""
    return len(set(_name(place).written) - {"kota", "kabupaten"}) > 1


def _roots(texts: Iterable[str]) -> set[str]:
    return {term for text in texts for term in _name(text).roots}


def _written(texts: Iterable[str]) -> list[str]:
    """Give words as written, in order, each once."""
    return list(dict.fromkeys(word for text in texts for word in _name(text).written))


class _Name(NamedTuple):
    """A name, title or fact as it is read."""

    written: tuple[str, ...]
    roots: tuple[str, ...]
    beside: tuple[str, ...]
    """The words exactly as written that are not their own roots, and the pairs of neighbours."""


@lru_cache(maxsize=16_384)
def _name(text: str) -> _Name:
    """Read a short text once: names of crafts, places and makers come again with every piece."""
    written = tuple(analysis.content_words(text))
    exact = (surface(word) for word in written if analysis.stem(word) != word)
    return _Name(written, tuple(analysis.stems(text)), (*exact, *analysis.pairs(text)))
