"""The rubric: criteria with their anchors, gates, and the bars between the outcomes. Pure rules, no database.

Read from `catalog/data/rubric.yaml`, whose weights and bars are the project's own proposal; see docs/curation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from catalog.models import Outcome

SOURCE = Path(__file__).parents[1] / "data" / "rubric.yaml"
LOWEST, HIGHEST = 1, 5
BAR = 3
"""A criterion under this mark becomes a coaching task."""
PASS_TOTAL = 75
CONDITIONS_TOTAL = 60
CORE = ("authenticity", "workmanship", "design")
"""None of these may be under the bar in a piece that passes."""
DECLINING_GATES = ("maker_made", "no_copy", "legal_material")
"""Only these, broken, allow to decline: factory goods, copied work, protected species."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is judged, with what each mark from 1 to 5 means."""

    id: str
    name_id: str
    name_en: str
    asks_id: str
    asks_en: str
    """What is looked at, as the public page says it."""
    weight: int
    anchors_id: Mapping[int, str]
    anchors_en: Mapping[int, str]

    def anchors(self, locale: str) -> Mapping[int, str]:
        """Give the words of every mark in a language."""
        return self.anchors_en if locale == "en" else self.anchors_id

    @property
    def is_core(self) -> bool:
        """Whether it may not be under the bar."""
        return self.id in CORE


@dataclass(frozen=True, slots=True)
class Gate:
    """A question with yes or no."""

    id: str
    text_id: str
    text_en: str

    @property
    def may_decline(self) -> bool:
        """Whether a no allows to decline; otherwise it can be mended by a date."""
        return self.id in DECLINING_GATES


@dataclass(frozen=True, slots=True)
class Rubric:
    """One version of the rubric."""

    version: int
    criteria: tuple[Criterion, ...]
    gates: tuple[Gate, ...]

    def criterion(self, key: str) -> Criterion | None:
        """Give a criterion by its id."""
        return next((criterion for criterion in self.criteria if criterion.id == key), None)

    def gate(self, key: str) -> Gate | None:
        """Give a gate by its id."""
        return next((gate for gate in self.gates if gate.id == key), None)


@cache
def current() -> Rubric:
    """Give the rubric that councils judge by."""
    raw: dict[str, Any] = yaml.safe_load(SOURCE.read_text("utf-8"))
    criteria = tuple(
        Criterion(
            id=row["id"],
            name_id=row["name_id"],
            name_en=row["name_en"],
            asks_id=row["asks_id"],
            asks_en=row["asks_en"],
            weight=row["weight"],
            anchors_id={mark: words["id"] for mark, words in row["anchors"].items()},
            anchors_en={mark: words["en"] for mark, words in row["anchors"].items()},
        )
        for row in raw["criteria"]
    )
    gates = tuple(Gate(row["id"], row["text_id"], row["text_en"]) for row in raw["gates"])
    return Rubric(raw["version"], criteria, gates)


Scores = Mapping[str, int]
"""Criterion id to mark."""
Gates = Mapping[str, bool]
"""Gate id to whether it is passed."""


def total(scores: Scores) -> int:
    """Give the weighted total, 20 to 100, rounded down."""
    return sum(criterion.weight * scores[criterion.id] for criterion in current().criteria) // HIGHEST


def is_complete(scores: Scores, gates: Gates) -> bool:
    """Say whether every criterion has a mark and every gate an answer."""
    rubric = current()
    return all(c.id in scores for c in rubric.criteria) and all(g.id in gates for g in rubric.gates)


def under_the_bar(scores: Scores) -> list[Criterion]:
    """Give the criteria that become coaching tasks."""
    return [c for c in current().criteria if scores.get(c.id, HIGHEST) < BAR]


def broken(gates: Gates) -> list[Gate]:
    """Give the gates that are not passed."""
    return [gate for gate in current().gates if not gates.get(gate.id, True)]


def propose(scores: Scores, gates: Gates) -> Outcome:
    """Give the outcome that the rubric's bars lead to."""
    failed = broken(gates)
    if any(gate.may_decline for gate in failed):
        return Outcome.DECLINED
    core_is_low = any(criterion.is_core for criterion in under_the_bar(scores))
    reached = total(scores)
    if core_is_low or reached < CONDITIONS_TOTAL or len(failed) > 1:
        return Outcome.COACHING
    return Outcome.CONDITIONS if failed or reached < PASS_TOTAL else Outcome.PASS


_ALLOWED: dict[Outcome, frozenset[Outcome]] = {
    Outcome.PASS: frozenset({Outcome.PASS, Outcome.CONDITIONS, Outcome.COACHING}),
    Outcome.CONDITIONS: frozenset({Outcome.CONDITIONS, Outcome.COACHING}),
    Outcome.COACHING: frozenset({Outcome.COACHING}),
    Outcome.DECLINED: frozenset({Outcome.DECLINED, Outcome.COACHING}),
}


def allowed(scores: Scores, gates: Gates) -> frozenset[Outcome]:
    """Give the outcomes a curator may choose: stricter than the rubric with a reason, never milder.

    Nobody is declined except for a broken gate.
    """
    return _ALLOWED[propose(scores, gates)]
