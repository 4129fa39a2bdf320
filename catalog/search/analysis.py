"""Owns how words are read: the one analyser that every search engine and every query shares.

Text becomes lower-case words without accents; a guarded stemmer brings Indonesian forms (menganyam, anyaman)
to their root (anyam) and English plurals to the singular, but only where the root stands in our own list
`catalog/data/roots.txt`. So keranjang (basket) never becomes ranjang (bed), nor kemeja (shirt) meja (table).
Called by `catalog.search.query`'s documents, by the engines, by spelling and synonyms.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"


def _listed(name: str) -> frozenset[str]:
    """Read one of our lists of words: any number in a line, `#` begins a remark."""
    lines = (line.split("#", 1)[0] for line in (DATA / name).read_text(encoding="utf-8").splitlines())
    return frozenset(word for line in lines for word in line.split())


def _spellings(name: str) -> dict[str, str]:
    """Read one of our lists of spellings: the first word of a line is what the others mean."""
    lines = (line.split("#", 1)[0].split() for line in (DATA / name).read_text(encoding="utf-8").splitlines())
    return {other: line[0] for line in lines for other in line[1:]}


ROOTS = _listed("roots.txt")
STOP_WORDS = _listed("stop_words.txt")
SPELLINGS = _spellings("spellings.txt")
LONGEST_TEXT = 20_000
"""Characters of one text that are read; a story is far shorter, and nothing hostile may be long."""
LONGEST_WORD = 40

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’‘ʼʻ`´](?=\w)")
_SUFFIXES = ("lah", "kah", "nya", "kan", "pun", "ku", "mu", "an", "i")
_PREFIXES = ("memper", "diper", "ber", "per", "ter", "di", "se", "ke", "be", "pe")
_SHORTEST_ROOT = 3
_DEEPEST = 3
"""Affixes taken off one after the other: ke-ber-hasil-an needs three."""


def words(text: str) -> list[str]:
    """Split `text` into lower-case words without accents, in order, stop words included."""
    text = text[:LONGEST_TEXT]
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    found = _WORD.findall(_APOSTROPHE.sub("", text.casefold()))
    return found if len(text) <= LONGEST_WORD else [word[:LONGEST_WORD] for word in found]


def content_words(text: str) -> list[str]:
    """Split `text` into words and leave the stop words out."""
    return [word for word in words(text) if word not in STOP_WORDS]


def stems(text: str) -> list[str]:
    """Return the roots of the words of `text`, in order, without stop words."""
    return [stem(word) for word in content_words(text)]


def pairs(text: str) -> list[str]:
    """Return neighbouring roots joined by an underscore: the phrase terms of a title or a name."""
    found = stems(text)
    return [f"{first}_{second}" for first, second in pairwise(found) if first != second]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Bring one word of `words()` to its root, or leave it alone when no listed root is inside."""
    word = SPELLINGS.get(word, word)
    if word in ROOTS or not word.isascii() or not word.isalpha():
        return word
    return _indonesian(word, _DEEPEST) or _singular(word)


def _indonesian(word: str, depth: int) -> str | None:
    """Return the longest listed root reached by taking affixes off, or None."""
    best: str | None = None
    for rest in _stripped(word):
        found = rest if rest in ROOTS else _indonesian(rest, depth - 1) if depth > 1 else None
        if found and (best is None or len(found) > len(best)):
            best = found
    return best


def _stripped(word: str) -> list[str]:
    """Return every rest that one Indonesian affix less may leave, the swallowed letter put back."""
    rests = [word[: -len(suffix)] for suffix in _SUFFIXES if word.endswith(suffix)]
    rests += [word[len(prefix) :] for prefix in _PREFIXES if word.startswith(prefix)]
    if word.startswith(("me", "pe")):
        rests += _unnasal(word[2:])
    return [rest for rest in rests if len(rest) >= _SHORTEST_ROOT]


def _unnasal(rest: str) -> list[str]:
    """Undo the nasal of meN-/peN-: (me)nenun -> tenun, (me)ngukir -> ukir, (me)nyulam -> sulam."""
    rests = [rest]
    if rest.startswith("ny"):
        rests.append("s" + rest[2:])
    elif rest.startswith("nge"):
        rests += [rest[3:], rest[2:], "k" + rest[2:]]
    elif rest.startswith("ng"):
        rests += [rest[2:], "k" + rest[2:]]
    elif rest.startswith("n"):
        rests += [rest[1:], "t" + rest[1:]]
    elif rest.startswith("m"):
        rests += [rest[1:], "p" + rest[1:]]
    return rests


def _singular(word: str) -> str:
    """Take the plural ending off an English word; an Indonesian word never ends in these consonants + s."""
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("ves") and word[:-3] + "f" in ROOTS:
        return word[:-3] + "f"
    if word.endswith(("shes", "ches", "sses", "xes")):
        return word[:-2]
    if word[:-1] in ROOTS or word[-2] in "bcdeghklmnprtwy":
        return word[:-1]
    return word
