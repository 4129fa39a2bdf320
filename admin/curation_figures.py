"""How a council's curation went: time to verdict, outcomes, marks by criterion, agreement between judges.

Read-only sums over submissions that were decided in a period, so that no mark is seen before its verdict. Small edits
of the fast lane are left out. Read by the desk.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from admin.reports import Period, in_scope, months
from catalog.models import Council, Decision, Lane, Listing, Outcome, Score, Submission
from shop.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """Which decisions are counted: of these days, of councils in scope, and of one craft where one is chosen."""

    period: Period
    codes: frozenset[str]
    craft_id: int | None = None

    def on(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        """Keep what was asked for of a statement that selects from decisions and submissions."""
        start, end = self.period.moments()
        statement = statement.join(Council, Council.id == Submission.council_id).where(
            Decision.decided_at >= start,
            Decision.decided_at < end,
            Submission.lane == Lane.PANEL,
            in_scope(self.codes),
        )
        if self.craft_id is not None:
            statement = statement.join(Listing, Listing.id == Submission.listing_id)
            statement = statement.where(Listing.craft_id == self.craft_id)
        return statement


def _decided(*columns: Any) -> sa.Select[Any]:
    return sa.select(*columns).select_from(Decision).join(Submission, Submission.id == Decision.submission_id)


# --- time to verdict and outcomes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Month:
    """The verdicts of one month."""

    key: str
    """`2026-11`."""
    outcomes: Mapping[Outcome, int]
    days: Mapping[int, int]
    """Whole days from sending to verdict, and how many waited so long."""

    @property
    def decided(self) -> int:
        """How many verdicts were written."""
        return sum(self.outcomes.values())

    @property
    def passed(self) -> int:
        """How many passed, with conditions or without."""
        return self.outcomes.get(Outcome.PASS, 0) + self.outcomes.get(Outcome.CONDITIONS, 0)

    def waited(self, share: float) -> int:
        """Give the days after which this share (0 to 1) of the verdicts was there; 0 without any."""
        return percentile(self.days, share)


def percentile(days: Mapping[int, int], share: float) -> int:
    """Give the day by which a share of a histogram is reached."""
    wanted, reached = share * sum(days.values()), 0
    for day in sorted(days):
        reached += days[day]
        if reached >= wanted:
            return day
    return 0


def by_month(session: Session, asked: Asked) -> list[Month]:
    """Give every month of the period with its outcomes and waiting times, oldest first."""
    if session.get_bind().dialect.name == "postgresql":
        month = sa.func.to_char(sa.func.timezone("Asia/Jakarta", Decision.decided_at), "YYYY-MM")
        waited: Any = sa.func.floor(
            sa.func.extract("epoch", Decision.decided_at - Submission.created_at) / 86400
        )
    else:
        month = sa.func.strftime("%Y-%m", Decision.decided_at, "+7 hours")
        waited = sa.func.julianday(Decision.decided_at) - sa.func.julianday(Submission.created_at)
    days = sa.cast(waited, sa.Integer)
    statement = asked.on(
        _decided(month.label("month"), Decision.outcome, days.label("days"), sa.func.count().label("number"))
    ).group_by("month", Decision.outcome, "days")
    found: dict[str, tuple[dict[Outcome, int], dict[int, int]]] = {}
    for row in session.execute(statement):
        outcomes, histogram = found.setdefault(row.month, ({}, {}))
        outcomes[row.outcome] = outcomes.get(row.outcome, 0) + row.number
        histogram[max(row.days, 0)] = histogram.get(max(row.days, 0), 0) + row.number
    return [Month(key, *found.get(key, ({}, {}))) for key in months(asked.period)]


def together(rows: Sequence[Month]) -> Month:
    """Give the sums of several months."""
    outcomes: dict[Outcome, int] = {}
    days: dict[int, int] = {}
    for row in rows:
        for outcome, number in row.outcomes.items():
            outcomes[outcome] = outcomes.get(outcome, 0) + number
        for day, number in row.days.items():
            days[day] = days.get(day, 0) + number
    return Month("", outcomes, days)


# --- marks -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Marks:
    """How one criterion was marked."""

    criterion: str
    counts: Mapping[int, int]
    """Mark to how often it was given."""

    @property
    def given(self) -> int:
        """How many marks there are."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float:
        """The mean mark, 0 without any."""
        return sum(mark * number for mark, number in self.counts.items()) / self.given if self.given else 0

    def reached(self, bar: int) -> float:
        """Give the share of marks at or above a bar, 0 to 1."""
        fine = sum(number for mark, number in self.counts.items() if mark >= bar)
        return fine / self.given if self.given else 0


def by_criterion(session: Session, asked: Asked) -> list[Marks]:
    """Give the marks of every criterion, the weakest first."""
    statement = asked.on(
        _decided(Score.criterion, Score.value, sa.func.count().label("number")).join(
            Score, Score.submission_id == Submission.id
        )
    ).group_by(Score.criterion, Score.value)
    found: dict[str, dict[int, int]] = {}
    for row in session.execute(statement):
        found.setdefault(row.criterion, {})[row.value] = row.number
    return sorted((Marks(key, counts) for key, counts in found.items()), key=lambda one: one.mean)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How near two judges of the same piece were on one criterion."""

    criterion: str
    distances: Mapping[int, int]
    """Difference of two judges' marks to how many pairs differ so much."""

    @property
    def pairs(self) -> int:
        """How many pairs of judges there were."""
        return sum(self.distances.values())

    def within(self, distance: int) -> float:
        """Give the share of pairs that differ by no more, 0 to 1."""
        near = sum(number for apart, number in self.distances.items() if apart <= distance)
        return near / self.pairs if self.pairs else 0


def agreement(session: Session, asked: Asked) -> list[Agreement]:
    """Give the agreement of judges by criterion, the least agreed first."""
    other = aliased(Score)
    apart = sa.func.abs(Score.value - other.value)
    same = sa.and_(
        other.submission_id == Score.submission_id,
        other.criterion == Score.criterion,
        other.curator_id > Score.curator_id,
    )
    statement = asked.on(
        _decided(Score.criterion, apart.label("apart"), sa.func.count().label("number"))
        .join(Score, Score.submission_id == Submission.id)
        .join(other, same)
    ).group_by(Score.criterion, "apart")
    found: dict[str, dict[int, int]] = {}
    for row in session.execute(statement):
        found.setdefault(row.criterion, {})[row.apart] = row.number
    return sorted((Agreement(key, counts) for key, counts in found.items()), key=lambda one: one.within(1))


@dataclass(frozen=True, slots=True)
class Judge:
    """What one judge did, for the administrators of a council."""

    name: str
    pieces: int
    mean: float
    leaning: float
    """How far the marks lie above (or below) the mean of all judges of the same pieces."""
    verdicts: int


def by_judge(session: Session, asked: Asked) -> list[Judge]:
    """Give what each judge marked and decided, by name."""
    judged = asked.on(_decided(Submission.id.label("id"), Decision.decided_by_id)).subquery()
    means = (
        sa.select(Score.submission_id, Score.criterion, sa.func.avg(Score.value).label("mean"))
        .join(judged, judged.c.id == Score.submission_id)
        .group_by(Score.submission_id, Score.criterion)
        .subquery()
    )
    same = sa.and_(means.c.submission_id == Score.submission_id, means.c.criterion == Score.criterion)
    verdicts = (
        sa.select(sa.func.count()).where(judged.c.decided_by_id == User.id).correlate(User).scalar_subquery()
    )
    statement = (
        sa.select(
            User.name,
            sa.func.count(sa.distinct(Score.submission_id)).label("pieces"),
            sa.func.avg(Score.value).label("mean"),
            sa.func.avg(Score.value - means.c.mean).label("leaning"),
            verdicts.label("verdicts"),
        )
        .select_from(Score)
        .join(means, same)
        .join(User, User.id == Score.curator_id)
        .group_by(User.id, User.name)
        .order_by(User.name, User.id)
    )
    return [
        Judge(row.name, row.pieces, float(row.mean), float(row.leaning), row.verdicts)
        for row in session.execute(statement)
    ]


Report = Callable[[Session, Asked], Sequence[Any]]
REPORTS: dict[str, Report] = {
    "time": by_month,
    "outcomes": by_month,
    "criteria": by_criterion,
    "agreement": agreement,
    "judges": by_judge,
}
