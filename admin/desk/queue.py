"""The queue: what waits, for whom, oldest first: marks, a discussion, a verdict, conditions to be checked.

Every filter is kept in the address, and each shows how many it would leave.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from admin.desk import scope
from catalog import atlas
from catalog.curation import queue as waiting
from catalog.curation.queue import Kind, Line, WaitsFor
from shop import authz
from shop.db import db, now
from shop.i18n import localised

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
authz.guard(blueprint, roles=scope.DESK_ROLES)

KINDS = ("all", "mine", *Kind)
PAGE = 30
FILTERS: dict[str, Callable[[Line], str]] = {
    "craft": lambda line: str(line.craft_id),
    "regency": lambda line: line.regency_code,
    "round": lambda line: str(line.round_id or ""),
    "for": lambda line: line.waits_for,
    "late": lambda line: "1" if line.is_late else "",
}
"""What can be asked for in the address, and what a line has of it."""


class Choice(NamedTuple):
    """One value of a filter: what the address says, its words, and how many lines it leaves."""

    value: str
    words: str
    pieces: int


def _is_of(line: Line, kind: str) -> bool:
    return kind == "all" or (line.mine if kind == "mine" else line.kind == kind)


def _fitting(lines: Sequence[Line], asked: dict[str, str], but: str = "") -> Sequence[Line]:
    """Leave what fits everything that was asked for, `but` for one filter."""
    for name, value in asked.items():
        if value and name != but:
            lines = [line for line in lines if FILTERS[name](line) == value]
    return lines


@blueprint.get("/")
def queue() -> ResponseReturnValue:
    """Show what waits, with its age and for whom. Finance begins with the orders."""
    if not scope.judges():
        return redirect(url_for("desk_orders.index"))
    session = db.session()
    lines = waiting.of_person(session, current_user)
    asked = {name: request.args.get(name, "")[:20] for name in FILTERS}
    kind = request.args.get("kind", "all")
    kind = kind if kind in KINDS else "all"
    fitting = _fitting(lines, asked)
    chosen = [line for line in fitting if _is_of(line, kind)]
    pages = max(1, -(-len(chosen) // PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = chosen[(number - 1) * PAGE : number * PAGE]
    return render_template(
        "desk/queue.html",
        rows=shown,
        named=waiting.named(session, shown),
        crafts=atlas.atlas(session).craft,
        today=now(),
        kind=kind,
        asked=asked,
        counts=_counts(fitting),
        choices=_choices(session, [line for line in lines if _is_of(line, kind)], asked),
        total=len(lines),
        found=len(chosen),
        late_days=waiting.LATE_DAYS,
        number=number,
        pages=pages,
        councils=scope.councils(*scope.JUDGES),
    )


def _counts(lines: Sequence[Line]) -> dict[str, int]:
    kinds = Counter(line.kind for line in lines)
    return {"all": len(lines), "mine": sum(1 for line in lines if line.mine)} | {
        kind: kinds.get(kind, 0) for kind in Kind
    }


def _choices(session: Session, lines: Sequence[Line], asked: dict[str, str]) -> dict[str, list[Choice]]:
    """Give the values of each filter that would leave something, counted under the other filters."""
    known = atlas.atlas(session)
    counts = {name: Counter(map(FILTERS[name], _fitting(lines, asked, name))) for name in FILTERS}
    crafts = ((key, known.craft[int(key)]) for key in counts["craft"] if int(key) in known.craft)
    regencies = ((key, known.regency[key]) for key in counts["regency"] if key in known.regency)
    numbers = {int(key) for key in counts["round"] if key}
    return {
        "craft": _sorted((key, str(localised(craft)), counts["craft"][key]) for key, craft in crafts),
        "regency": _sorted((key, regency.name, counts["regency"][key]) for key, regency in regencies),
        "round": _sorted(
            (str(one.id), str(localised(one)), counts["round"][str(one.id)])
            for one in (waiting.rounds(session, numbers) if numbers else ())
        ),
        "for": [Choice(one, "", counts["for"][one]) for one in WaitsFor if counts["for"][one]],
        "late": [Choice("1", "", counts["late"]["1"])] if counts["late"]["1"] else [],
    }


def _sorted(choices: Iterable[tuple[str, str, int]]) -> list[Choice]:
    return sorted((Choice(*choice) for choice in choices), key=lambda choice: choice.words.casefold())
