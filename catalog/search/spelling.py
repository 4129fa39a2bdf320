"""Owns what happens to a word that stands nowhere in the index: joined, split, corrected, or completed.

Only such words are touched; a word that any live piece holds is taken as meant. One edit is allowed up to
seven letters, two beyond (search.md, "Relevance"); an edit is a letter too many, missing, wrong, or two swapped,
at any place, the first letter included.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

ONE_EDIT_UP_TO = 7
SHORTEST = 4
"""Shorter words are left alone: at one edit, half the dictionary is near to them."""
MOST_CORRECTED = 5
"""Words of one query that are put right; who gets more of them wrong is not misspelling."""
REMEMBERED = 1_000
"""Words whose near ones a vocabulary remembers."""
MORE_THAN_ANY = 1 << 62
SURE_PREFIX = 5
"""Letters from which the beginning of a word is taken for just that, rather than for a misspelt other word."""
SHORTEST_PART = 3
"""Of a word written together with the next."""

Known = Callable[[str], bool]


class Vocabulary:
    """The words of a catalogue and in how many documents each stands, ready to be looked through for near ones."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        """Take words with their numbers of documents; only words of letters that are long enough are kept."""
        self._by_length: dict[int, list[tuple[str, int, int]]] = {}
        self._sorted = sorted(
            (word, count) for word, count in words if len(word) >= SHORTEST_PART and word.isalpha()
        )
        self._words = {word for word, _ in self._sorted}
        self._looked_up: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
        for word, count in self._sorted:
            self._by_length.setdefault(len(word), []).append((word, letters(word), count))

    def __contains__(self, word: str) -> bool:
        """Say whether the catalogue has this word."""
        return word in self._words

    def near(self, word: str, edits: int) -> Sequence[tuple[int, int, str]]:
        """Give (distance, documents, word) for every word within so many edits; looked for once."""
        found = self._looked_up.get((word, edits))
        if found is None:
            if len(self._looked_up) >= REMEMBERED:
                self._looked_up.clear()
            found = self._looked_up[word, edits] = list(self._near(word, edits))
        return found

    def _near(self, word: str, edits: int) -> Iterator[tuple[int, int, str]]:
        mask = letters(word)
        for length in range(len(word) - edits, len(word) + edits + 1):
            for candidate, other, count in self._by_length.get(length, ()):
                if (mask ^ other).bit_count() <= 2 * edits:
                    distance = edit_distance(word, candidate, edits)
                    if distance <= edits:
                        yield distance, count, candidate

    def beginning(self, prefix: str) -> Iterable[tuple[int, str]]:
        """Yield (documents, word) for every longer word with this beginning."""
        for place in range(bisect_right(self._sorted, (prefix, MORE_THAN_ANY)), len(self._sorted)):
            word, count = self._sorted[place]
            if not word.startswith(prefix):
                return
            if word != prefix:
                yield count, word


def letters(word: str) -> int:
    """Give the set of letters of a word as a bit mask; one edit changes at most two bits."""
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) % 64)
    return mask


def edit_distance(first: str, second: str, most: int) -> int:
    """Count the edits between two words, swaps of neighbours counting as one; gives up beyond `most`."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        before, previous, row = row, before, [i]
        for j, other in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def correct(
    words: Sequence[str], known: Known, vocabularies: Callable[[], Sequence[Vocabulary]]
) -> list[str]:
    """Return the words with each unknown one replaced by what was most likely meant, or left as it is.

    `vocabularies` is asked only when a word is unknown: it may be costly to make.
    """
    corrected: list[str] = []
    index = unknown = 0
    while index < len(words):
        word = words[index]
        index += 1
        if known(word) or not word.isalpha() or unknown >= MOST_CORRECTED:
            corrected.append(word)
            continue
        unknown += 1
        if index < len(words) and known(word + words[index]):
            corrected.append(word + words[index])
            index += 1
            continue
        corrected += _replacement(word, known, vocabularies())
    return corrected


def _replacement(word: str, known: Known, vocabularies: Sequence[Vocabulary]) -> list[str]:
    if len(word) < SHORTEST:
        return [word]
    longer, near = _completed(word, vocabularies), _nearest(word, 1, vocabularies)
    if longer and (not near or len(word) >= SURE_PREFIX or longer[0] >= near[0]):
        return [longer[1]]
    if near:
        return [near[1]]
    parts = _split(word, known)
    if parts:
        return parts
    if len(word) > ONE_EDIT_UP_TO:
        near = _nearest(word, 2, vocabularies)
        if near:
            return [near[1]]
    return [word]


def _completed(word: str, vocabularies: Sequence[Vocabulary]) -> tuple[int, str] | None:
    """Choose the longer word with this beginning that most documents have."""
    totals: Counter[str] = Counter()
    for vocabulary in vocabularies:
        for count, candidate in vocabulary.beginning(word):
            totals[candidate] += count
    return max(((count, candidate) for candidate, count in totals.items()), default=None)


def _nearest(word: str, edits: int, vocabularies: Sequence[Vocabulary]) -> tuple[int, str] | None:
    """Choose by distance, then the same first letter, then the number of documents; say how many those are."""
    totals: dict[str, tuple[int, int]] = {}
    for vocabulary in vocabularies:
        for distance, count, candidate in vocabulary.near(word, edits):
            totals[candidate] = (distance, totals.get(candidate, (0, 0))[1] + count)
    if not totals:
        return None
    best = min(totals, key=lambda found: (totals[found][0], found[0] != word[0], -totals[found][1], found))
    return totals[best][1], best


def _split(word: str, known: Known) -> list[str] | None:
    """Cut a word into two known ones, the first as long as possible."""
    for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        if known(word[:cut]) and known(word[cut:]):
            return [word[:cut], word[cut:]]
    return None
