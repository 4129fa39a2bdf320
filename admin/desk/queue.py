"""The queue: what waits, for whom, oldest first: marks, a discussion, a verdict, conditions to be checked.

Every filter is kept in the address, and each shows how many it would leave.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin import paging
from admin.desk import scope
from catalog import atlas, councils
from catalog.curation import appointments, submissions
from catalog.curation import queue as waiting
from catalog.curation.queue import Kind, Line, WaitsFor
from shop import authz, inputs, web
from shop.db import db, now, transaction
from shop.errors import ShopError
from shop.i18n import localised
from shop.models import Role, User

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
authz.guard(blueprint, roles=scope.DESK_ROLES)

KINDS = ("all", "mine", *Kind)
PAGE = 30
FILTERS: dict[str, Callable[[Line], Collection[str]]] = {
    "craft": lambda line: (str(line.craft_id),),
    "regency": lambda line: (line.regency_code,),
    "round": lambda line: (str(line.round_id),) if line.round_id else (),
    "for": lambda line: (line.waits_for,),
    "judge": lambda line: [str(judge_id) for judge_id in line.judges],
    "late": lambda line: ("1",) if line.is_late else (),
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
            lines = [line for line in lines if value in FILTERS[name](line)]
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
    number = min(paging.number(), pages)
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
        judges=_judges(session),
    )


@blueprint.post("/judges")
@authz.allow(Role.COUNCIL_ADMIN, Role.ADMIN)
def give() -> ResponseReturnValue:
    """Give the chosen pieces to a judge, each by itself; those that cannot be given are left as they are."""
    judge_id = request.form.get("judge", 0, type=inputs.row_number)
    asked = request.form.getlist("piece", type=inputs.row_number)[:PAGE]
    given = 0
    for submission_id in asked:
        try:
            with transaction() as session:
                submission = submissions.for_staff(session, current_user, submission_id)
                appointments.appoint(session, web.actor(), current_user, submission, judge_id)
            given += 1
        except ShopError:
            continue
    if given:
        flash(ngettext("%(num)s piece is given.", "%(num)s pieces are given.", given), "success")
    if given < len(asked) or not asked:
        flash(
            gettext(
                "Choose pieces and a curator. A piece of a round, of a workshop in which the curator has an interest, "
                "or one that they have marked cannot be given."
            ),
            "warning",
        )
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("kind", *FILTERS, "page") if request.args.get(name)
    }
    return redirect(url_for("desk.queue", **kept), 303)


def _judges(session: Session) -> Sequence[User]:
    """Give to whom the reader may give pieces: the curators of the councils that they administer."""
    mine = councils.ids_of(session, current_user, (Role.COUNCIL_ADMIN,))
    return appointments.of_councils(session, mine) if mine else ()


def _counts(lines: Sequence[Line]) -> dict[str, int]:
    kinds = Counter(line.kind for line in lines)
    return {"all": len(lines), "mine": sum(1 for line in lines if line.mine)} | {
        kind: kinds.get(kind, 0) for kind in Kind
    }


def _choices(session: Session, lines: Sequence[Line], asked: dict[str, str]) -> dict[str, list[Choice]]:
    """Give the values of each filter that would leave something, counted under the other filters."""
    known = atlas.atlas(session)
    counts = {
        name: Counter(chain.from_iterable(map(FILTERS[name], _fitting(lines, asked, name))))
        for name in FILTERS
    }
    crafts = ((key, known.craft[int(key)]) for key in counts["craft"] if int(key) in known.craft)
    regencies = ((key, known.regency[key]) for key in counts["regency"] if key in known.regency)
    numbers = {int(key) for key in counts["round"]}
    names = {str(key): name for line in lines for key, name in line.judges.items()}
    return {
        "craft": _sorted((key, str(localised(craft)), counts["craft"][key]) for key, craft in crafts),
        "regency": _sorted((key, regency.name, counts["regency"][key]) for key, regency in regencies),
        "round": _sorted(
            (str(one.id), str(localised(one)), counts["round"][str(one.id)])
            for one in (waiting.rounds(session, numbers) if numbers else ())
        ),
        "for": [Choice(one, "", counts["for"][one]) for one in WaitsFor if counts["for"][one]],
        "judge": _sorted((key, names[key], pieces) for key, pieces in counts["judge"].items()),
        "late": [Choice("1", "", counts["late"]["1"])] if counts["late"]["1"] else [],
    }


def _sorted(choices: Iterable[tuple[str, str, int]]) -> list[Choice]:
    return sorted((Choice(*choice) for choice in choices), key=lambda choice: choice.words.casefold())
