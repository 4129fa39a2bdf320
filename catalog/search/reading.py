"""Owns how a query is read: typed text becomes words with their alternatives, spelling put right on the way.

The words are terms of the index, never syntax: what a visitor types cannot reach a query language.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from catalog.search import analysis, spelling
from catalog.search.matching import SYNONYM, Word
from catalog.search.query import LONGEST_QUERY, MOST_WORDS, SearchRequest, SearchResult
from catalog.search.synonyms import Synonyms

Has = Callable[[str], bool]
"""Whether any living document holds a term."""
Vocabularies = Callable[[], Sequence[spelling.Vocabulary]]
"""The words of names, titles and facts; costly to make, so asked for only when a word is in doubt."""

SHOP_WORDS = frozenset(
    {"jual", "dijual", "beli", "harga", "murah", "pesan", "toko", "online", "terbaik", "asli", "original"}
    | {"buy", "cheap", "price", "sale", "shop", "best", "authentic"}
)
"""What people write to search engines about buying, not about the piece."""
FEW = 3
"""Pieces at most, for a search to be asked whether something else was meant."""
MANY_MORE = 5
"""Times as many pieces that the other reading has to find."""


class Reading(NamedTuple):
    """A query as understood; `corrected` is its text when a word had to be replaced."""

    words: list[Word]
    corrected: str | None


def answer(
    request: SearchRequest,
    has: Has,
    vocabularies: Vocabularies,
    search: Callable[[Sequence[Word]], SearchResult],
) -> SearchResult:
    """Read a request's text, let the engine `search`, and where that finds little, read the doubtful words again.

    A word that stands only in some story is in doubt. Where no piece holds all the words, the other reading is
    taken if it fits; where very few do, it is offered.
    """
    first = read(request.text, request.synonyms, has, vocabularies)
    result = replace(search(first.words), corrected=first.corrected)
    if not first.words or (result.total > FEW and not result.near) or (result.total == 0 and not result.near):
        return result
    second = read(request.text, request.synonyms, has, vocabularies, doubting=True)
    if second.corrected in {None, first.corrected}:
        return result
    other = replace(search(second.words), corrected=second.corrected)
    if other.near or not other.total:
        return result
    if result.near:
        return other
    return replace(result, meant=second.corrected) if other.total >= MANY_MORE * result.total else result


def read(
    text: str, synonyms: Synonyms, has: Has, vocabularies: Vocabularies, *, doubting: bool = False
) -> Reading:
    """Read a query; with `doubting`, words that stand in no name, title or fact count as unknown."""

    def known(written: str) -> bool:
        word = _word(written, synonyms)
        if doubting and not any(
            one in vocabulary for vocabulary in vocabularies() for one in (written, *word.alternatives)
        ):
            return False
        return any(has(term) for term in word.alternatives)

    written = _said(text)
    meant = spelling.correct(written, known, vocabularies)
    words = _phrases(list(dict.fromkeys(meant)), synonyms, has)
    return Reading(words, " ".join(meant) if meant != written else None)


def _said(text: str) -> list[str]:
    """Give the words of a query that speak of a piece; what one says to a shop ("jual", "cheap") only if it is all."""
    written = analysis.content_words(text[:LONGEST_QUERY])[:MOST_WORDS]
    return [word for word in written if word not in SHOP_WORDS] or written


def _word(written: str, synonyms: Synonyms) -> Word:
    root = analysis.stem(written)
    return Word(written, root, alternatives(root, synonyms))


def alternatives(root: str, synonyms: Synonyms) -> dict[str, float]:
    """Give the terms that satisfy a word: its root, and what stands for it."""
    return {root: 1.0} | dict.fromkeys(synonyms.get(root, frozenset()), SYNONYM)


def _phrases(written: Sequence[str], synonyms: Synonyms, has: Has) -> list[Word]:
    """Make the words of a query; two that mean something together ("hand drawn" ~ tulis) become one."""
    words: list[Word] = []
    for text in written:
        together = _together(words[-1], text, synonyms, has) if words else None
        if together:
            words[-1] = together
        else:
            words.append(_word(text, synonyms))
    return words


def _together(before: Word, text: str, synonyms: Synonyms, has: Has) -> Word | None:
    """Make one word of two that have a synonym together, or are also written as one ("table cloth", "bark cloth")."""
    pair, joined = f"{before.root}_{analysis.stem(text)}", _word(before.text + text, synonyms)
    meanings = alternatives(pair, synonyms)
    if joined.root in synonyms or has(joined.root):
        meanings = dict(joined.alternatives) | meanings
    elif pair not in synonyms:
        return None
    return Word(pair, pair, meanings) if any(has(term) for term in meanings) else None
