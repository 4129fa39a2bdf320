"""The rubric: criteria with their anchors, gates, and the bars between the outcomes. Pure rules, no database.

A rubric is data of a council (`catalog.curation.rubrics`). The one that the shop comes with, `shipped`, is read from
`catalog/data/rubric.yaml`, whose weights and bars are the project's own proposal; see docs/curation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from catalog.models import Outcome

SOURCE = Path(__file__).parents[1] / "data" / "rubric.yaml"
LOWEST, HIGHEST = 1, 5

Scores = Mapping[str, int] | Mapping[str, Fraction]
"""Criterion id to mark: one judge's, whole, or a panel's mean."""
Gates = Mapping[str, bool]
"""Gate id to whether it is passed."""


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
    is_core: bool = False
    """Whether it may not be under the bar in a piece that passes."""

    def anchors(self, locale: str) -> Mapping[int, str]:
        """Give the words of every mark in a language."""
        return self.anchors_en if locale == "en" else self.anchors_id


@dataclass(frozen=True, slots=True)
class Gate:
    """A question with yes or no."""

    id: str
    text_id: str
    text_en: str
    may_decline: bool = False
    """Whether a no allows to decline; otherwise it can be mended by a date."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """How a council goes about it."""

    judges: int = 2
    """Independent sheets that a submission needs, at least 2."""
    spread: int = 2
    """From this difference between two judges on one criterion, they have to discuss."""
    appeal_days: int = 14
    resubmit_days: int = 60
    """Days that a workshop is usually given for its tasks."""
    condition_days: int = 30
    validity_months: int = 24
    """Term of a membership."""
    review_months: int = 4
    """Time between two periodic reviews of what is on sale."""


@dataclass(frozen=True, slots=True)
class Rubric:
    """One version of a rubric."""

    version: int
    criteria: tuple[Criterion, ...]
    gates: tuple[Gate, ...]
    pass_total: int = 75
    conditions_total: int = 60
    bar: int = 3
    """A criterion under this mark becomes a coaching task."""
    core_minimum: int = 3
    """A core criterion under this mark prevents a pass."""
    procedure: Procedure = field(default_factory=Procedure)
    id: int | None = None
    """Its row in `rubrics`; none for the one that the shop comes with."""
    council: str = ""
    """Code of the council whose rubric it is."""
    council_slug: str = ""

    def criterion(self, key: str) -> Criterion | None:
        """Give a criterion by its id."""
        return next((criterion for criterion in self.criteria if criterion.id == key), None)

    def gate(self, key: str) -> Gate | None:
        """Give a gate by its id."""
        return next((gate for gate in self.gates if gate.id == key), None)

    def total(self, scores: Scores) -> int:
        """Give the weighted total, 20 to 100, rounded down."""
        return int(sum(one.weight * scores[one.id] for one in self.criteria) // HIGHEST)

    def is_complete(self, scores: Scores, gates: Gates) -> bool:
        """Say whether every criterion has a mark and every gate an answer."""
        return all(c.id in scores for c in self.criteria) and all(g.id in gates for g in self.gates)

    def under_the_bar(self, scores: Scores) -> list[Criterion]:
        """Give the criteria that become coaching tasks."""
        return [c for c in self.criteria if scores.get(c.id, HIGHEST) < self.bar]

    def broken(self, gates: Gates) -> list[Gate]:
        """Give the gates that are not passed."""
        return [gate for gate in self.gates if not gates.get(gate.id, True)]

    def propose(self, scores: Scores, gates: Gates) -> Outcome:
        """Give the outcome that the bars lead to."""
        failed = self.broken(gates)
        if any(gate.may_decline for gate in failed):
            return Outcome.DECLINED
        core_is_low = any(scores[c.id] < self.core_minimum for c in self.criteria if c.is_core)
        reached = self.total(scores)
        if core_is_low or reached < self.conditions_total or len(failed) > 1:
            return Outcome.COACHING
        return Outcome.CONDITIONS if failed or reached < self.pass_total else Outcome.PASS

    def allowed(self, scores: Scores, gates: Gates) -> frozenset[Outcome]:
        """Give the outcomes that may be chosen: stricter than the rubric with a reason, never milder.

        Nobody is declined except for a broken gate.
        """
        return _ALLOWED[self.propose(scores, gates)]


_ALLOWED: dict[Outcome, frozenset[Outcome]] = {
    Outcome.PASS: frozenset({Outcome.PASS, Outcome.CONDITIONS, Outcome.COACHING}),
    Outcome.CONDITIONS: frozenset({Outcome.CONDITIONS, Outcome.COACHING}),
    Outcome.COACHING: frozenset({Outcome.COACHING}),
    Outcome.DECLINED: frozenset({Outcome.DECLINED, Outcome.COACHING}),
}


# --- as data ---------------------------------------------------------------------------------------------------

Content = dict[str, Any]
"""A rubric as JSON: `criteria`, `gates`, `pass_total`, `conditions_total`, `bar`, `core_minimum`, `procedure`."""


@cache
def shipped_content() -> Content:
    """Give the rubric that the shop comes with, as a council's copy of it would begin."""
    import yaml

    raw: Content = yaml.safe_load(SOURCE.read_text("utf-8"))
    told = ("id", "name_id", "name_en", "asks_id", "asks_en", "weight")
    criteria = [
        {key: row[key] for key in told}
        | {"core": row.get("core", False)}
        | {
            f"anchors_{language}": {str(mark): words[language] for mark, words in row["anchors"].items()}
            for language in ("id", "en")
        }
        for row in raw["criteria"]
    ]
    gates = [
        {key: row[key] for key in ("id", "text_id", "text_en")} | {"declines": row.get("declines", False)}
        for row in raw["gates"]
    ]
    bars = {key: raw["bars"][key] for key in ("pass_total", "conditions_total", "bar", "core_minimum")}
    asked = Procedure.__dataclass_fields__
    procedure = {key: value for key, value in raw["procedure"].items() if key in asked}
    return {"criteria": criteria, "gates": gates, **bars, "procedure": procedure}


def read(
    content: Content, version: int, key: int | None = None, council: str = "", council_slug: str = ""
) -> Rubric:
    """Turn a council's data into a rubric; it was checked when it was published."""
    criteria = tuple(
        Criterion(
            id=row["id"],
            name_id=row["name_id"],
            name_en=row["name_en"],
            asks_id=row["asks_id"],
            asks_en=row["asks_en"],
            weight=row["weight"],
            anchors_id={int(mark): words for mark, words in row["anchors_id"].items()},
            anchors_en={int(mark): words for mark, words in row["anchors_en"].items()},
            is_core=row.get("core", False),
        )
        for row in content["criteria"]
    )
    gates = tuple(
        Gate(row["id"], row["text_id"], row["text_en"], row.get("declines", False))
        for row in content["gates"]
    )
    return Rubric(
        version=version,
        criteria=criteria,
        gates=gates,
        pass_total=content["pass_total"],
        conditions_total=content["conditions_total"],
        bar=content["bar"],
        core_minimum=content["core_minimum"],
        procedure=Procedure(**content["procedure"]),
        id=key,
        council=council,
        council_slug=council_slug,
    )


@cache
def shipped() -> Rubric:
    """Give the rubric that the shop comes with: the first version of the national council."""
    return read(shipped_content(), 1, council="nasional", council_slug="dekranas")
