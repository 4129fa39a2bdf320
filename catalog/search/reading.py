"""Owns how a query is read: typed text becomes words with their alternatives, spelling put right on the way.

The words are terms of the index, never syntax: what a visitor types cannot reach a query language.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from catalog.search import analysis, spelling
from catalog.search.matching import SYNONYM, Word
from catalog.search.query import LONGEST_QUERY, MOST_WORDS
from catalog.search.synonyms import Synonyms


class Reading(NamedTuple):
    """A query as understood; `corrected` is its text when a word had to be replaced."""

    words: list[Word]
    corrected: str | None


def read(
    text: str,
    synonyms: Synonyms,
    has: Callable[[str], bool],
    vocabularies: Callable[[], Sequence[spelling.Vocabulary]],
) -> Reading:
    """Read a query. `has` says whether any living document holds a term; `vocabularies` is asked only if needed."""

    def known(written: str) -> bool:
        return any(has(term) for term in _word(written, synonyms).alternatives)

    written = analysis.content_words(text[:LONGEST_QUERY])[:MOST_WORDS]
    meant = spelling.correct(written, known, vocabularies)
    words = _phrases(list(dict.fromkeys(meant)), synonyms, has)
    return Reading(words, " ".join(meant) if meant != written else None)


def _word(written: str, synonyms: Synonyms) -> Word:
    root = analysis.stem(written)
    alternatives = {root: 1.0} | dict.fromkeys(synonyms.get(root, frozenset()), SYNONYM)
    return Word(written, root, alternatives)


def _phrases(written: Sequence[str], synonyms: Synonyms, has: Callable[[str], bool]) -> list[Word]:
    """Make the words of a query; two that have a synonym together ("hand drawn" ~ tulis) become one."""
    words: list[Word] = []
    for text in written:
        word = _word(text, synonyms)
        pair = f"{words[-1].root}_{word.root}" if words else ""
        meanings = {pair: 1.0} | dict.fromkeys(synonyms.get(pair, frozenset()), SYNONYM)
        if pair in synonyms and any(has(term) for term in meanings):
            words[-1] = Word(pair, pair, meanings)
        else:
            words.append(word)
    return words
