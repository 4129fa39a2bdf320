"""What a curator sends from the review page: marks, notes, gates, the outcome, tasks, read strictly, nothing lost."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from catalog.curation import decisions
from catalog.curation.coaching import TaskText
from catalog.curation.rubric import Rubric
from catalog.curation.scoring import Sheet
from catalog.models import Outcome
from shop import i18n, inputs
from shop.db import now
from shop.errors import ShopError
from shop.texts import mark

NOTE = 1_000
REASON = 4_000
LATEST_DUE = timedelta(days=366)
UNUSABLE = mark("This text cannot be used: too long, or with signs that are no letters.")
NOT_A_DAY = mark("Please give a day within the coming year.")
NO_MARK = mark("Please choose a mark.")
NO_ANSWER = mark("Please choose yes or no.")


@dataclass(frozen=True, slots=True)
class Marks:
    """A review as it was typed; `problems` are msgids by field name."""

    rubric: Rubric
    scores: dict[str, int] = field(default_factory=dict)
    score_notes: dict[str, str] = field(default_factory=dict)
    gates: dict[str, bool] = field(default_factory=dict)
    gate_notes: dict[str, str] = field(default_factory=dict)
    seen: int = -1
    outcome: Outcome | None = None
    reason: str = ""
    condition: str = ""
    condition_due: str = ""
    due_on: date | None = None
    problems: dict[str, str] = field(default_factory=dict)

    def sheet(self) -> Sheet:
        """Give the marks alone."""
        return Sheet(self.scores, self.score_notes, self.gates, self.gate_notes)

    def conditions(self) -> list[TaskText]:
        """Give the condition as a task, under the criterion or gate that most likely asks for it."""
        low = self.rubric.under_the_bar(self.scores)
        failed = self.rubric.broken(self.gates)
        subject = low[0].id if low else failed[0].id if failed else self.rubric.criteria[0].id
        return [TaskText(subject, self.condition, self.due_on)] if self.condition else []

    def with_error(self, error: ShopError) -> "Marks":
        """Give the same with the fields named that a refused verdict is about."""
        found: dict[str, str] = {}
        if isinstance(error, decisions.NotScored):
            present = self.rubric
            found |= {f"gate-{gate.id}": NO_ANSWER for gate in present.gates if gate.id not in self.gates}
            found |= {f"score-{c.id}": NO_MARK for c in present.criteria if c.id not in self.scores}
        for kind, name in _FIELDS.items():
            if isinstance(error, kind):
                found[name] = error.message
        return replace(self, problems=self.problems | found)


_FIELDS: dict[type[ShopError], str] = {
    decisions.ReasonMissing: "reason",
    decisions.ConditionsMissing: "condition",
    decisions.OutcomeRefused: "outcome",
}
"""Which field a refusal is about."""


def of_sheet(rubric: Rubric, sheet: Sheet) -> Marks:
    """Begin a page with what the curator has kept so far."""
    return Marks(
        rubric,
        scores=dict(sheet.scores),
        score_notes=dict(sheet.score_notes),
        gates=dict(sheet.gates),
        gate_notes=dict(sheet.gate_notes),
    )


def read(rubric: Rubric, form: "MultiDict[str, str]") -> Marks:
    """Read a sent review; what cannot be used is named in `problems` (msgids) and otherwise left out."""
    problems: dict[str, str] = {}

    def words(name: str, most: int) -> str:
        try:
            return inputs.text(form.get(name, ""), most=most, lines=True)
        except inputs.Unreadable:
            problems[name] = UNUSABLE
            return form.get(name, "")[: 2 * most].replace("\0", "")

    scores = {c.id: int(form[f"score-{c.id}"]) for c in rubric.criteria if _is_mark(form, f"score-{c.id}")}
    gates = {
        gate.id: form[f"gate-{gate.id}"] == "yes"
        for gate in rubric.gates
        if form.get(f"gate-{gate.id}") in {"yes", "no"}
    }
    due_on = _due(form.get("condition_due", ""), problems)
    seen = form.get("seen", "")
    return Marks(
        rubric,
        scores=scores,
        score_notes={c.id: words(f"note-{c.id}", NOTE) for c in rubric.criteria},
        gates=gates,
        gate_notes={gate.id: words(f"gate-note-{gate.id}", NOTE) for gate in rubric.gates},
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1,
        outcome=_outcome(form.get("outcome", "")),
        reason=words("reason", REASON),
        condition=words("condition", NOTE),
        condition_due=form.get("condition_due", "")[:10],
        due_on=due_on,
        problems=problems,
    )


def _is_mark(form: "MultiDict[str, str]", name: str) -> bool:
    return form.get(name, "") in {"1", "2", "3", "4", "5"}


def _outcome(text: str) -> Outcome | None:
    return Outcome(text) if text in set(Outcome) else None


def _due(text: str, problems: dict[str, str]) -> date | None:
    if not text:
        return None
    today = now().astimezone(i18n.WIB).date()
    try:
        due = date.fromisoformat(text)
    except ValueError:
        due = None
    if due is None or not today <= due <= today + LATEST_DUE:
        problems["condition_due"] = NOT_A_DAY
        return None
    return due
