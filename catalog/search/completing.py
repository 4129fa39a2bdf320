"""Owns what is offered while someone types: crafts, regions, makers and pieces whose own names begin so.

Pure Python over segments, like matching; called by engines.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

from catalog.search import analysis, spelling
from catalog.search.matching import Segment
from catalog.search.query import LONGEST_QUERY, Suggestion, SuggestionKind

FACET_OF: Mapping[str, str] = {"craft": "craft", "region": "province", "place": "regency"}
"""Where the key of a suggestion stands, for kinds that are facets too."""
MOST_WORDS = 5
SHORTEST_PREFIX = 2
MOST_COMPLETIONS = 40
"""Terms that a prefix may stand for; a two-letter one would otherwise take in half the dictionary."""
ALIKE = {"craft": 4.0, "province": 1.5, "technique": 1.0, "material": 1.0}
"""What makes two pieces alike, beside belonging to one craft family."""


class Completable(Segment, Protocol):
    """A segment that can also list its terms by their beginning."""

    @property
    def makers(self) -> Sequence[str]:
        """Keys of the makers by document number."""

    def expand(self, prefix: str, of: str) -> Sequence[str]:
        """Give the terms with this beginning, the most frequent if there are many."""


Completes = Callable[[Sequence[str], SuggestionKind, int], Iterable[Suggestion]]
"""Gives the suggestions of one kind, at most so many, for whole words and a beginning."""


def complete(
    segments: Sequence[Completable],
    text: str,
    limits: dict[SuggestionKind, int],
    vocabularies: Callable[[], Sequence[spelling.Vocabulary]],
) -> list[Suggestion]:
    """Offer completions from segments, see `offer`."""

    def is_name(word: str) -> bool:
        return any(segment.postings(word, kind).docs for segment in segments for kind in limits)

    return offer(text, limits, partial(_complete, segments), is_name, vocabularies)


def offer(
    text: str,
    limits: dict[SuggestionKind, int],
    completes: Completes,
    is_name: Callable[[str], bool],
    vocabularies: Callable[[], Sequence[spelling.Vocabulary]],
) -> list[Suggestion]:
    """Offer completions of the last word, the ones before it being whole words of the same name.

    Where nothing begins so, the words are put right first ("sonkget" offers songket).
    """
    written = analysis.words(text[:LONGEST_QUERY])
    words = [word for word in written[:-1] if word not in analysis.STOP_WORDS][-MOST_WORDS:] + written[-1:]
    if not words or len("".join(words)) < SHORTEST_PREFIX:
        return []
    found = [one for kind, most in limits.items() for one in completes(words, kind, most)]
    if not found:
        words = spelling.correct(words, is_name, vocabularies)
        found = [one for kind, most in limits.items() for one in completes(words, kind, most)]
    return found


def _complete(
    segments: Sequence[Completable], words: Sequence[str], kind: SuggestionKind, most: int
) -> Iterator[Suggestion]:
    if kind == "piece":
        pieces = (
            (segment.published[doc], segment.ids[doc])
            for segment in segments
            for doc in _named(segment, words, kind)
        )
        yield from (Suggestion(kind, str(found), 1) for _, found in heapq.nlargest(most, pieces))
        return
    counts: Counter[str] = Counter()
    for segment in segments:
        for doc in _named(segment, words, kind):
            key = _key(segment, kind, doc)
            if key:
                counts[key] += 1
    yield from (Suggestion(kind, key, count) for key, count in counts.most_common(most))


def _key(segment: Completable, kind: SuggestionKind, doc: int) -> str:
    if kind == "maker":
        return segment.makers[doc]
    column = segment.columns[FACET_OF[kind]]
    values = column.values[column.codes[doc]]
    return values[0] if values else ""


def _named(segment: Completable, words: Sequence[str], of: str) -> Collection[int]:
    """Give the living documents whose name holds all whole words and one that begins with the last."""
    found: set[int] | None = None
    for index, word in enumerate(words):
        last = index == len(words) - 1
        names = segment.expand(word, of) if last else [word]
        docs = {doc for name in names for doc in segment.postings(name, of).docs}
        found = docs if found is None else found & docs
        if not found:
            return set()
    return {doc for doc in found or () if doc not in segment.dead}


def similar(segments: Sequence[Completable], product_id: int, most: int) -> list[int]:
    """Give the pieces most like one: craft first, then region, technique and material within the craft family."""
    wanted = _values(segments, product_id)
    if wanted is None:
        return []
    ranked: list[tuple[float, int, int]] = []
    for segment in segments:
        family = segment.columns["family"]
        same = family.accepting(wanted["family"])
        docs = [d for d, code in enumerate(family.codes) if code in same and d not in segment.dead]
        alike = {facet: segment.columns[facet].accepting(wanted[facet]) for facet in ALIKE}
        for doc in docs:
            score = sum(
                points for facet, points in ALIKE.items() if segment.columns[facet].codes[doc] in alike[facet]
            )
            ranked.append((score, segment.published[doc], segment.ids[doc]))
    best = heapq.nlargest(most + 1, ranked)
    return [found for _, _, found in best if found != product_id][:most]


def _values(segments: Sequence[Completable], product_id: int) -> dict[str, tuple[str, ...]] | None:
    for segment in segments:
        for doc, found in enumerate(segment.ids):
            if found == product_id and doc not in segment.dead:
                return {name: column.values[column.codes[doc]] for name, column in segment.columns.items()}
    return None
