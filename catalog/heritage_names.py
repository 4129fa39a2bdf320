"""Names of craft forms in what people write: which names claim a form, and where a text says one of them.

Pure functions over words. A name counts where its words stand side by side, whatever stands between them that
only decorates ("batik tulis asli Lasem" says "batik lasem"); a family or a place alone is nobody's name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog import indonesia

_DECORATION = """
tulis cap asli khas motif kain kerajinan gaya dari ala tradisional
hand drawn of from style original authentic genuine the traditional
"""
DECORATION = frozenset(_DECORATION.split())
"""Words that change nothing about whose name it is."""
LEAST = 4
"""Letters of a name of one word."""


@dataclass(frozen=True, slots=True)
class Found:
    """A name that a text says: the form, and the words as they stand there."""

    craft_id: int
    words: str


def of(name_id: str, name_en: str) -> list[str]:
    """Give the names that claim a form which is called so; what stands in brackets is left out."""
    plain = (re.sub(r"\(.*?\)", " ", name).partition(",")[0].partition("/")[0] for name in (name_id, name_en))
    names = (" ".join(indonesia.fold(name).split()) for name in plain)
    return [name for name in dict.fromkeys(names) if _told(name)]


def _told(name: str) -> tuple[str, ...]:
    """Give the telling words of a name; none where a single short word would be left."""
    words = tuple(word for word in indonesia.fold(name).split() if word not in DECORATION)
    return words if len(words) > 1 or (words and len(words[0]) >= LEAST) else ()


def find(text: str, forms: Mapping[int, Iterable[str]]) -> Iterator[Found]:
    """Find the names of forms in a text; each form once, by the words that the text uses."""
    typed = re.findall(r"\w+", text)
    words = [(place, indonesia.fold(word)) for place, word in enumerate(typed)]
    telling = [(place, word) for place, word in words if word and word not in DECORATION]
    starts: dict[str, list[int]] = {}
    for index, (_place, word) in enumerate(telling):
        starts.setdefault(word, []).append(index)
    for craft_id, names in forms.items():
        said = _first(typed, telling, starts, names)
        if said:
            yield Found(craft_id, said)


def _first(
    typed: Sequence[str],
    telling: Sequence[tuple[int, str]],
    starts: Mapping[str, Sequence[int]],
    names: Iterable[str],
) -> str:
    for name in names:
        wanted = _told(name)
        for start in starts.get(wanted[0], ()) if wanted else ():
            run = telling[start : start + len(wanted)]
            if tuple(word for _place, word in run) == wanted and _close(run):
                return " ".join(typed[run[0][0] : run[-1][0] + 1])
    return ""


def _close(run: Sequence[tuple[int, str]]) -> bool:
    """Say whether at most two decorating words stand between any two of a name's."""
    return all(later[0] - earlier[0] <= 3 for earlier, later in pairwise(run))
