"""What a rubric must hold before councils judge by it: words for every level in both languages, weights that add up.

Pure rules over `catalog.curation.rubric.Content`; called when a draft is shown and when it is published.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.curation.rubric import HIGHEST, LOWEST, Content
from shop.errors import Invalid
from shop.texts import mark

WEIGHTS = 100
FEWEST_CRITERIA, MOST_CRITERIA = 3, 15
MOST_GATES = 10
LONGEST = {"name": 80, "asks": 200, "anchor": 300, "text": 300}
"""Most characters of each kind of words."""
RANGES = {
    "pass_total": (20, 100),
    "conditions_total": (20, 100),
    "bar": (LOWEST, HIGHEST),
    "core_minimum": (LOWEST, HIGHEST),
    "judges": (2, 9),
    "spread": (1, HIGHEST - LOWEST),
    "appeal_days": (7, 90),
    "resubmit_days": (7, 365),
    "condition_days": (7, 365),
    "validity_months": (3, 60),
    "review_months": (1, 24),
}
"""Least and most of every number; a council may be as strict as it likes, but never judge alone."""


class NotReady(Invalid):
    """A draft cannot be published yet; `problems` say where."""

    message = "This rubric cannot be published yet."

    def __init__(self, problems: "list[Problem]") -> None:
        super().__init__()
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is missing or wrong."""

    field: str
    """Name of the form field, as `admin.desk.rubric` calls it."""
    words: str
    """A msgid."""


MISSING = mark("Please write this in both languages.")
TOO_LONG = mark("This is too long.")
WRONG_WEIGHTS = mark("The weights must add up to 100.")
NO_WEIGHT = mark("A weight is a whole number from 1 to 100.")
TOO_FEW = mark("A rubric needs three criteria or more.")
NO_CORE = mark("Please mark at least one criterion as core.")
NO_DECLINING = mark("Please let at least one gate decline a piece.")
OUT_OF_RANGE = mark("This number is out of its range.")
BARS_CROSSED = mark("The total for a pass must be above the one for conditions.")
NO_NOTE = mark("Please say what is new and why.")


def check(content: Content, note: str) -> None:
    """Make sure that a rubric can be judged by. :raise NotReady: naming every problem."""
    found = problems(content)
    if not note.strip():
        found.append(Problem("note", NO_NOTE))
    if found:
        raise NotReady(found)


def problems(content: Content) -> list[Problem]:
    """List what keeps a rubric from being published, in the order of the page."""
    return [*_bars(content), *_gates(content["gates"]), *_criteria(content["criteria"])]


def _bars(content: Content) -> Iterator[Problem]:
    numbers = {key: content[key] for key in RANGES if key in content} | content["procedure"]
    for key, (least, most) in RANGES.items():
        value = numbers.get(key)
        if not isinstance(value, int) or not least <= value <= most:
            yield Problem(key, OUT_OF_RANGE)
    totals = (numbers.get("conditions_total"), numbers.get("pass_total"))
    if isinstance(totals[0], int) and isinstance(totals[1], int) and totals[0] >= totals[1]:
        yield Problem("pass_total", BARS_CROSSED)


def _words(field: str, words: Any, kind: str) -> Iterator[Problem]:
    if not isinstance(words, str) or not words.strip():
        yield Problem(field, MISSING)
    elif len(words) > LONGEST[kind]:
        yield Problem(field, TOO_LONG)


def _gates(gates: list[dict[str, Any]]) -> Iterator[Problem]:
    for gate in gates:
        for language in ("id", "en"):
            yield from _words(f"gate-{gate['id']}-{language}", gate[f"text_{language}"], "text")
    if not any(gate.get("declines") for gate in gates):
        yield Problem("add-gate", NO_DECLINING)


def _criteria(criteria: list[dict[str, Any]]) -> Iterator[Problem]:
    if len(criteria) < FEWEST_CRITERIA:
        yield Problem("add-criterion", TOO_FEW)
    for one in criteria:
        prefix = f"criterion-{one['id']}"
        for language in ("id", "en"):
            yield from _words(f"{prefix}-name-{language}", one[f"name_{language}"], "name")
            yield from _words(f"{prefix}-asks-{language}", one[f"asks_{language}"], "asks")
            for level in range(LOWEST, HIGHEST + 1):
                words = one[f"anchors_{language}"].get(str(level), "")
                yield from _words(f"{prefix}-{level}-{language}", words, "anchor")
        if not isinstance(one["weight"], int) or not 1 <= one["weight"] <= WEIGHTS:
            yield Problem(f"{prefix}-weight", NO_WEIGHT)
    weights = [one["weight"] for one in criteria if isinstance(one["weight"], int)]
    if sum(weights) != WEIGHTS and criteria:
        yield Problem(f"criterion-{criteria[0]['id']}-weight", WRONG_WEIGHTS)
    if not any(one.get("core") for one in criteria):
        yield Problem("add-criterion", NO_CORE)
