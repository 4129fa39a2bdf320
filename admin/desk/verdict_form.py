"""What a judge sends with a verdict: the outcome, the reason, conditions with their terms; nothing typed is lost."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from admin.desk.marks import NOTE, words
from catalog.curation import conditions, decisions
from catalog.curation.coaching import TaskText
from catalog.curation.conditions import Condition
from catalog.curation.findings import Findings
from catalog.curation.rubric import Rubric
from catalog.models import IfMissed, Outcome
from shop import inputs
from shop.errors import ShopError
from shop.texts import mark

REASON = 4_000
MOST_CONDITIONS = 4
LATEST_DUE = timedelta(days=366)
NOT_A_DAY = mark("Please give a day within the coming year.")


@dataclass(frozen=True, slots=True)
class Typed:
    """One condition as it was typed."""

    number: int
    text: str = ""
    subject: str = ""
    """Id of the criterion or gate that it is about."""
    due: str = ""
    due_on: date | None = None
    checker: str = ""
    missed: str = IfMissed.COACHING.value

    @property
    def suffix(self) -> str:
        """What its fields' names end in."""
        return f"-{self.number}" if self.number > 1 else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict as it was typed; `problems` are msgids by field name."""

    outcome: Outcome | None = None
    reason: str = ""
    conditions: tuple[Typed, ...] = ()
    seen: int = -1
    problems: dict[str, str] = field(default_factory=dict)

    def tasks(self, rubric: Rubric) -> list[TaskText]:
        """Give the conditions that say something."""
        return [
            Condition(
                one.subject or rubric.criteria[0].id,
                one.text,
                one.due_on,
                checker_id=int(one.checker) if one.checker else None,
                if_missed=IfMissed(one.missed),
            )
            for one in self.conditions
            if one.text
        ]

    def with_error(self, error: ShopError) -> "Verdict":
        """Give the same with the field named that a refused verdict is about."""
        found = {name: error.message for kind, name in _FIELDS.items() if isinstance(error, kind)}
        return replace(self, problems=self.problems | found)


_FIELDS: dict[type[ShopError], str] = {
    decisions.ReasonMissing: "reason",
    decisions.ConditionsMissing: "condition",
    decisions.OutcomeRefused: "outcome",
    conditions.CheckerRefused: "condition_checker",
    conditions.OnlyForGates: "condition_missed",
}
"""Which field a refusal is about."""


def begin(found: Findings) -> Verdict:
    """Begin a page with one condition for what most likely asks for it, and the usual day."""
    together = found.sheet
    low, failed = found.rubric.under_the_bar(together.scores), found.rubric.broken(together.gates)
    subjects = [gate.id for gate in failed] + [one.id for one in low] or [found.rubric.criteria[0].id]
    due = (conditions.today() + timedelta(days=found.rubric.procedure.condition_days)).isoformat()
    return Verdict(
        conditions=tuple(
            Typed(number + 1, subject=subjects[min(number, len(subjects) - 1)], due=due)
            for number in range(MOST_CONDITIONS)
        )
    )


def read(found: Findings, form: "MultiDict[str, str]") -> Verdict:
    """Read a sent verdict; what cannot be used is named in `problems` (msgids) and otherwise left out."""
    problems: dict[str, str] = {}
    seen, outcome = form.get("seen", ""), form.get("outcome", "")
    return Verdict(
        outcome=Outcome(outcome) if outcome in set(Outcome) else None,
        reason=words(form, "reason", REASON, problems),
        conditions=tuple(_condition(one, found.rubric, form, problems) for one in begin(found).conditions),
        seen=inputs.digits(seen, -1),
        problems=problems,
    )


def _condition(usual: Typed, rubric: Rubric, form: "MultiDict[str, str]", problems: dict[str, str]) -> Typed:
    end = usual.suffix
    text = words(form, f"condition{end}", NOTE, problems)
    due, subject = form.get(f"condition_due{end}", usual.due)[:10], form.get(f"condition_subject{end}", "")
    known = rubric.criterion(subject) or rubric.gate(subject)
    checker, missed = form.get(f"condition_checker{end}", ""), form.get(f"condition_missed{end}", "")
    return replace(
        usual,
        text=text,
        subject=subject if known else usual.subject,
        due=due,
        due_on=_due(due, f"condition_due{end}", problems) if text else None,
        checker=checker if checker.isascii() and checker.isdigit() and len(checker) < 16 else "",
        missed=missed if missed in set(IfMissed) else usual.missed,
    )


def _due(text: str, name: str, problems: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        due = date.fromisoformat(text)
    except ValueError:
        due = None
    if due is None or not conditions.today() <= due <= conditions.today() + LATEST_DUE:
        problems[name] = NOT_A_DAY
        return None
    return due
