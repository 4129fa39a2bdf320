"""How curation went: time to verdict, outcomes, marks by criterion, agreement, judges; as table, picture and CSV."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, format_percent, gettext

from admin import curation_figures, sheets
from admin.curation_figures import Agreement, Judge, Marks, Month
from admin.desk import periods, scope
from admin.reports import Period
from catalog import taxonomy
from catalog.curation import rubrics
from catalog.curation.rubric import Rubric
from catalog.models import Council, Craft, Outcome
from shop import authz, i18n
from shop.db import db, now
from shop.models import Role

blueprint = Blueprint("desk_statistics", __name__, url_prefix="/desk")
authz.guard(blueprint, roles=scope.JUDGES)
ADMINS = (Role.COUNCIL_ADMIN, Role.ADMIN)
"""Who sees what each judge did."""


class Asked(NamedTuple):
    """What the page was asked for, and what was wrong with it."""

    by: str
    period: Period
    first: str
    """The days as they were typed."""
    last: str
    craft: Craft | None
    problem: str

    def address(self) -> dict[str, Any]:
        """Give what keeps all of it but the kind in an address."""
        return {"from": self.first, "to": self.last} | ({"craft": self.craft.slug} if self.craft else {})


class Table(NamedTuple):
    """A report as words."""

    head: list[str]
    rows: list[list[str | int]]


def _labels() -> dict[str, str]:
    labels = {
        "time": gettext("Time to verdict"),
        "outcomes": gettext("Outcomes"),
        "criteria": gettext("Criteria"),
        "agreement": gettext("Agreement"),
    }
    return labels | ({"judges": gettext("Judges")} if scope.codes(*ADMINS) else {})


def _asked() -> Asked:
    today = now().astimezone(i18n.WIB).date()
    usual = Period((today - timedelta(days=365)).replace(day=1), today)
    by = request.args.get("by", "time")
    by = by if by in _labels() else "time"
    first, last = (request.args.get(name, "").strip()[:20] for name in ("from", "to"))
    period, problem = periods.read(first, last, usual)
    slug = request.args.get("craft", "")
    craft = next((craft for craft in _crafts() if craft.slug == slug), None)
    return Asked(by, period, first or str(period.first), last or str(period.last), craft, problem)


def _crafts() -> Sequence[Craft]:
    return taxonomy.crafts(db.session())


def _rows(asked: Asked) -> Sequence[Any]:
    codes = scope.codes(*(ADMINS if asked.by == "judges" else scope.JUDGES))
    question = curation_figures.Asked(asked.period, codes, asked.craft.id if asked.craft else None)
    return curation_figures.REPORTS[asked.by](db.session(), question)


@blueprint.get("/statistics")
def index() -> ResponseReturnValue:
    """Show one report with its picture, and the way to the file."""
    asked = _asked()
    rows = _rows(asked)
    html = render_template(
        "desk/statistics.html",
        asked=asked,
        labels=_labels(),
        crafts=_crafts(),
        some=any(getattr(row, "decided", 1) for row in rows),
        table=_TABLES[asked.by](rows),
        picture=_PICTURES[asked.by](rows) if asked.by in _PICTURES else [],
        sums=curation_figures.together(rows) if asked.by in {"time", "outcomes"} else None,
        councils=scope.councils(*scope.JUDGES),
    )
    return html, 422 if asked.problem else 200


@blueprint.get("/statistics.csv")
def csv() -> ResponseReturnValue:
    """Give the report as CSV; no cell can become a formula."""
    asked = _asked()
    if asked.problem:
        return redirect(url_for("desk_statistics.index", by=asked.by, **asked.address()))
    response = Response(sheets.csv_text(*_TABLES[asked.by](_rows(asked))), mimetype="text/csv")
    name = f"kriya-curation-{asked.by}-{asked.period.first}-{asked.period.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- reports in words ----------------------------------------------------------------------------------------------


def _month(row: Month) -> str:
    year, month = row.key.split("-")
    return i18n.write_month(date(int(year), int(month), 1))


def _share(part: float) -> str:
    return str(format_percent(part, "#,##0 %" if i18n.current_locale() == "id" else "#,##0%"))


def _rubric() -> Rubric:
    """Give the rubric whose words name the criteria: of the first council in scope."""
    mine = scope.councils(*scope.JUDGES)
    return rubrics.for_council(db.session(), mine[0] if mine else Council(code="nasional"))


def _criterion(rubric: Rubric, key: str) -> str:
    known = rubric.criterion(key)
    return str(i18n.localised(known)) if known else key


def _time(rows: Sequence[Month]) -> Table:
    head = [
        gettext("Month"),
        gettext("Verdicts"),
        gettext("Half within (days)"),
        gettext("Nine of ten within (days)"),
    ]
    return Table(
        head, [[_month(row), row.decided, row.waited(0.5), row.waited(0.9)] for row in rows if row.decided]
    )


def _outcomes(rows: Sequence[Month]) -> Table:
    named = {
        Outcome.PASS: gettext("Pass"),
        Outcome.CONDITIONS: gettext("Pass with conditions"),
        Outcome.COACHING: gettext("Coaching"),
        Outcome.DECLINED: gettext("Declined"),
    }
    head = [gettext("Month"), *named.values(), gettext("Passed of all")]
    return Table(
        head,
        [
            [_month(row), *(row.outcomes.get(one, 0) for one in named), _share(row.passed / row.decided)]
            for row in rows
            if row.decided
        ],
    )


def _criteria(rows: Sequence[Marks]) -> Table:
    rubric = _rubric()
    head = [
        gettext("Criterion"),
        gettext("Marks given"),
        "1",
        "2",
        "3",
        "4",
        "5",
        gettext("Mean mark"),
        gettext("At the bar or above"),
    ]
    return Table(
        head,
        [
            [
                _criterion(rubric, row.criterion),
                row.given,
                *(row.counts.get(mark, 0) for mark in range(1, 6)),
                str(format_decimal(row.mean, "0.00")),
                _share(row.reached(rubric.bar)),
            ]
            for row in rows
        ],
    )


def _agreement(rows: Sequence[Agreement]) -> Table:
    rubric = _rubric()
    head = [
        gettext("Criterion"), gettext("Pairs of judges"), gettext("The same mark"), gettext("One apart at most"),
        gettext("Two or more apart"),
    ]  # fmt: skip
    return Table(
        head,
        [
            [
                _criterion(rubric, row.criterion),
                row.pairs,
                _share(row.within(0)),
                _share(row.within(1)),
                _share(1 - row.within(1)),
            ]
            for row in rows
        ],
    )


def _judges(rows: Sequence[Judge]) -> Table:
    head = [
        gettext("Judge"), gettext("Pieces marked"), gettext("Verdicts written"), gettext("Mean mark"),
        gettext("Above or below the others"),
    ]  # fmt: skip
    return Table(
        head,
        [
            [
                row.name,
                row.pieces,
                row.verdicts,
                str(format_decimal(row.mean, "0.00")),
                str(format_decimal(row.leaning, "+0.00;-0.00")),
            ]
            for row in rows
        ],
    )


_TABLES: dict[str, Callable[[Sequence[Any]], Table]] = {
    "time": _time,
    "outcomes": _outcomes,
    "criteria": _criteria,
    "agreement": _agreement,
    "judges": _judges,
}


def _percent(part: float) -> int:
    return round(100 * part)


_PICTURES: dict[str, Callable[[Sequence[Any]], list[tuple[str, int]]]] = {
    "time": lambda rows: [(_month(row), row.waited(0.5)) for row in rows],
    "outcomes": lambda rows: [(_month(row), row.passed) for row in rows],
    "criteria": lambda rows: [
        (_criterion(_rubric(), row.criterion), _percent(row.reached(_rubric().bar))) for row in rows
    ],
    "agreement": lambda rows: [
        (_criterion(_rubric(), row.criterion), _percent(row.within(1))) for row in rows
    ],
}
"""What is drawn of each report, as (label, amount)."""
