"""What a panel found: its judges' sheets beside each other, their mean, and where they differ. Pure, no database.

Marks are averaged exactly, as fractions; a gate is broken when at least half of the judges say no.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from catalog.curation.rubric import Rubric
from catalog.curation.scoring import Sheet
from catalog.models import DiscussionNote, Outcome, PanelStage


@dataclass(frozen=True, slots=True)
class PanelSheet:
    """What a panel found together, in the shape of a sheet."""

    scores: dict[str, Fraction] = field(default_factory=dict)
    score_notes: dict[str, str] = field(default_factory=dict)
    gates: dict[str, bool] = field(default_factory=dict)
    gate_notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One judge's sheet, as it was handed in."""

    judge_id: int
    judge: str
    at: datetime
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Findings:
    """Every sheet that counts, and what they lead to together."""

    rubric: Rubric
    needed: int
    handed_in: tuple[HandedIn, ...]
    note: DiscussionNote | None = None
    signed: frozenset[int] = frozenset()
    """Who has signed the note."""

    @property
    def judge_ids(self) -> frozenset[int]:
        """Whose sheets count."""
        return frozenset(one.judge_id for one in self.handed_in)

    @property
    def missing(self) -> int:
        """How many sheets the verdict still needs."""
        return max(0, self.needed - len(self.handed_in))

    @property
    def is_full(self) -> bool:
        """Whether all needed sheets are in."""
        return self.missing == 0

    @property
    def sheet(self) -> PanelSheet:
        """The mean of every criterion, what most say at each gate, all notes."""
        sheets = [one.sheet for one in self.handed_in]
        if not sheets:
            return PanelSheet()
        return PanelSheet(
            scores={c.id: _mean([s.scores[c.id] for s in sheets if c.id in s.scores])
                    for c in self.rubric.criteria if any(c.id in s.scores for s in sheets)},
            score_notes={c.id: _notes([s.score_notes for s in sheets], c.id) for c in self.rubric.criteria},
            gates={g.id: _passed([s.gates[g.id] for s in sheets if g.id in s.gates])
                   for g in self.rubric.gates if any(g.id in s.gates for s in sheets)},
            gate_notes={g.id: _notes([s.gate_notes for s in sheets], g.id) for g in self.rubric.gates},
        )  # fmt: skip

    def spread(self, criterion: str) -> int:
        """Give the difference between the highest and the lowest mark on a criterion."""
        marks = [one.sheet.scores[criterion] for one in self.handed_in if criterion in one.sheet.scores]
        return max(marks) - min(marks) if marks else 0

    @property
    def wide(self) -> list[str]:
        """Criteria on which the judges are as far apart as the rubric's limit, or further."""
        limit = self.rubric.procedure.spread
        return [c.id for c in self.rubric.criteria if self.spread(c.id) >= limit]

    @property
    def split(self) -> list[str]:
        """Gates at which some say yes and some say no."""
        return [
            gate.id
            for gate in self.rubric.gates
            if len({one.sheet.gates[gate.id] for one in self.handed_in if gate.id in one.sheet.gates}) > 1
        ]

    @property
    def differs(self) -> bool:
        """Whether the judges have something to talk over."""
        return bool(self.wide or self.split)

    @property
    def unsigned(self) -> list[str]:
        """Names of the judges who have not signed the discussion note yet."""
        return [one.judge for one in self.handed_in if one.judge_id not in self.signed]

    @property
    def is_settled(self) -> bool:
        """Whether nothing stands between the sheets and a verdict: no difference, one judge more, or a signed note."""
        if not self.differs or len(self.handed_in) > self.needed:
            return True
        return self.note is not None and not self.unsigned

    @property
    def stage(self) -> PanelStage:
        """What the submission waits for."""
        if not self.is_full:
            return PanelStage.JUDGING
        return PanelStage.VERDICT if self.is_settled else PanelStage.DISCUSSION

    @property
    def total(self) -> int:
        """The weighted total of the means, rounded down."""
        return self.rubric.total(self.sheet.scores)

    def proposes(self) -> Outcome:
        """Give the outcome that the rubric's bars lead to."""
        together = self.sheet
        return self.rubric.propose(together.scores, together.gates)

    def allows(self) -> frozenset[Outcome]:
        """Give the outcomes that these marks allow."""
        together = self.sheet
        return self.rubric.allowed(together.scores, together.gates)


def _mean(marks: list[int]) -> Fraction:
    return Fraction(sum(marks), len(marks))


def _passed(answers: list[bool]) -> bool:
    """Say whether a gate is passed: more than half say yes."""
    return 2 * sum(answers) > len(answers)


def _notes(all_notes: list[Mapping[str, str]] | list[dict[str, str]], key: str) -> str:
    """Put what the judges noted beneath each other, the same words once."""
    words = (notes.get(key, "").strip() for notes in all_notes)
    return "\n".join(dict.fromkeys(one for one in words if one))
