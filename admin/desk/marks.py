"""What a judge sends from the review page: marks, notes, gates, the declaration, read strictly, nothing lost."""

from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from catalog.curation import panels
from catalog.curation.rubric import Rubric
from catalog.curation.scoring import Sheet
from shop import inputs
from shop.errors import ShopError
from shop.texts import mark

NOTE = 1_000
UNUSABLE = mark("This text cannot be used: too long, or with signs that are no letters.")
NO_MARK = mark("Please choose a mark.")
NO_ANSWER = mark("Please choose yes or no.")


@dataclass(frozen=True, slots=True)
class Marks:
    """A sheet as it was typed; `problems` are msgids by field name."""

    rubric: Rubric
    scores: dict[str, int] = field(default_factory=dict)
    score_notes: dict[str, str] = field(default_factory=dict)
    gates: dict[str, bool] = field(default_factory=dict)
    gate_notes: dict[str, str] = field(default_factory=dict)
    free: bool = False
    """The declaration to have no interest in the workshop."""
    key: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    def sheet(self) -> Sheet:
        """Give the marks alone."""
        return Sheet(self.scores, self.score_notes, self.gates, self.gate_notes)

    def with_error(self, error: ShopError) -> "Marks":
        """Give the same with the fields named that a refused sheet is about."""
        found: dict[str, str] = {}
        if isinstance(error, panels.Unfinished):
            present = self.rubric
            found |= {f"gate-{gate.id}": NO_ANSWER for gate in present.gates if gate.id not in self.gates}
            found |= {f"score-{c.id}": NO_MARK for c in present.criteria if c.id not in self.scores}
        if isinstance(error, panels.NotFree):
            found["free"] = error.message
        return replace(self, problems=self.problems | found)


def of_sheet(rubric: Rubric, sheet: Sheet) -> Marks:
    """Begin a page with what the judge has kept so far."""
    return Marks(
        rubric,
        scores=dict(sheet.scores),
        score_notes=dict(sheet.score_notes),
        gates=dict(sheet.gates),
        gate_notes=dict(sheet.gate_notes),
    )


def read(rubric: Rubric, form: "MultiDict[str, str]") -> Marks:
    """Read a sent sheet; what cannot be used is named in `problems` (msgids) and otherwise left out."""
    problems: dict[str, str] = {}
    scores = {c.id: int(form[f"score-{c.id}"]) for c in rubric.criteria if _is_mark(form, f"score-{c.id}")}
    gates = {
        gate.id: form[f"gate-{gate.id}"] == "yes"
        for gate in rubric.gates
        if form.get(f"gate-{gate.id}") in {"yes", "no"}
    }
    key = form.get("key", "")
    return Marks(
        rubric,
        scores=scores,
        score_notes={c.id: words(form, f"note-{c.id}", NOTE, problems) for c in rubric.criteria},
        gates=gates,
        gate_notes={gate.id: words(form, f"gate-note-{gate.id}", NOTE, problems) for gate in rubric.gates},
        free=form.get("free") == "y",
        key=key if key.isascii() and key.isalnum() and len(key) <= 64 else "",
        problems=problems,
    )


def words(form: "MultiDict[str, str]", name: str, most: int, problems: dict[str, str]) -> str:
    """Give the words of a field; what cannot be used is named in `problems` and comes back as it was typed."""
    try:
        return inputs.text(form.get(name, ""), most=most, lines=True)
    except inputs.Unreadable:
        problems[name] = UNUSABLE
        return form.get(name, "")[: 2 * most].replace("\0", "")


def _is_mark(form: "MultiDict[str, str]", name: str) -> bool:
    return form.get(name, "") in {"1", "2", "3", "4", "5"}
