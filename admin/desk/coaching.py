"""Coaching: who waits, on whom, who is late; one task with its answer, its photographs and its check; what helped."""

from datetime import date
from typing import Any, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin import paging, sheets
from admin.desk import scope
from catalog import artisans, councils, photos, pictures
from catalog.curation import (
    assignments,
    caseload,
    clinics,
    coaching,
    evidence,
    followups,
    helped,
    kinds,
    mentoring,
    rubrics,
)
from catalog.curation.caseload import Asked
from catalog.curation.mentoring import Case, Plan
from catalog.models import TaskKind, TaskState
from shop import authz, i18n, media, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, ShopError
from shop.models import User

blueprint = Blueprint("desk_coaching", __name__, url_prefix="/desk/coaching")
authz.guard(blueprint, roles=scope.JUDGES)
PAGE = 30


def person() -> User:
    """Give the signed-in person."""
    return cast(User, current_user._get_current_object())  # noqa: SLF001 - werkzeug's own name for it


# --- the list --------------------------------------------------------------------------------------------


def _asked() -> Asked:
    def text(name: str) -> str:
        return "".join(sign for sign in request.args.get(name, "")[:60] if sign.isprintable())

    coach = text("coach")
    tab = text("tab")
    return Asked(
        tab=tab if tab in caseload.tabs() else "check",
        coach=coach if coach == caseload.BY_WORKSHOP or _is_number(coach) else "",
        help_kind=text("help") if kinds.is_kind(text("help")) else "",
        craft=text("craft"),
        regency=text("regency"),
    )


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 16


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the tasks of the region; every choice is kept in the address."""
    session, asked = db.session(), _asked()
    mine = councils.ids_of(session, person())
    counts = caseload.counts(session, mine, asked)
    pages = max(1, -(-counts[asked.tab] // PAGE))
    number = min(paging.number(), pages)
    kept = {"coach": asked.coach, "help": asked.help_kind, "craft": asked.craft, "regency": asked.regency}
    return render_template(
        "desk/coaching.html",
        asked=asked,
        kept={name: value for name, value in kept.items() if value},
        counts=counts,
        rows=caseload.page(session, mine, asked, number, PAGE),
        choices=caseload.choices(session, mine),
        kinds=kinds.every(),
        kind_of=kinds.of,
        number=number,
        pages=pages,
        councils=len(mine),
        today=coaching.today(),
    )


@blueprint.get("/helped")
def what_helped() -> ResponseReturnValue:
    """Show what kinds of help were followed by."""
    session = db.session()
    rows = helped.figures(session, councils.ids_of(session, person()))
    return render_template("desk/helped.html", rows=rows)


@blueprint.get("/helped.csv")
def helped_csv() -> Response:
    """Give the same as CSV."""
    session = db.session()
    head = [
        gettext("Kind of help"),
        gettext("Tasks"),
        gettext("Answered"),
        gettext("In a clinic"),
        gettext("Judged again"),
        gettext("Better mark"),
        gettext("Passed"),
        gettext("Mark before"),
        gettext("Mark after"),
    ]
    rows: list[list[str | int]] = [
        [
            i18n.localised(row.kind), row.tasks, row.answered, row.in_clinic, row.judged, row.better, row.passed,
            *(f"{float(mark):.2f}" if mark is not None else "" for mark in (row.before, row.after)),
        ]
        for row in helped.figures(session, councils.ids_of(session, person()))
    ]  # fmt: skip
    response = Response(sheets.csv_text(head, rows), mimetype="text/csv")
    name = f"kriya-coaching-{coaching.today()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- one task --------------------------------------------------------------------------------------------


@blueprint.get("/tasks/<int:task_id>")
def show(task_id: int) -> ResponseReturnValue:
    """Show a task with everything that was said and shown about it."""
    return _page(mentoring.for_staff(db.session(), person(), task_id))


def _page(
    case: Case, *, typed: dict[str, str] | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    session, task = db.session(), case.task
    shown = evidence.of_tasks(session, [task.id]).get(task.id, [])
    rubric = rubrics.of(session, case.submission)
    subject = rubric.criterion(task.criterion) or rubric.gate(task.criterion)
    own = artisans.is_member(session, case.workshop.id, person().id)
    started = {
        "help_kind": task.help_kind,
        "coach": str(task.coach_id or ""),
        "due_on": str(task.due_on or ""),
        "words": "",
        "reason": "",
    }
    return render_template(
        "desk/task.html",
        case=case,
        task=task,
        kind=kinds.of(task.help_kind),
        subject=subject,
        evidence=[(row, photos.private_view(row.picture, row.words, _address(task.id))) for row in shown],
        history=assignments.history(session, task.id),
        clinic=assignments.clinic_of(session, task),
        clinics=clinics.to_come(session, case.council.id),
        kinds=kinds.every(),
        kind_of=kinds.of,
        coaches=mentoring.coaches(session, case.council, case.workshop.id),
        own=own,
        may_check=not own and task.state is TaskState.ANSWERED,
        may_change=not own and task.state is not TaskState.DONE,
        may_drop=not own and task.kind is TaskKind.FOLLOW_UP and task.state is not TaskState.DONE,
        seen=mentoring.mark(task),
        typed=started | (typed or {}),
        problem=problem,
        today=coaching.today(),
    ), status


def _address(task_id: int) -> Any:
    def address(picture_id: int, width: int, ending: str) -> str:
        values: dict[str, Any] = {"picture_id": picture_id, "width": width, "ending": ending}
        return url_for("desk_coaching.image", task_id=task_id, **values)

    return address


@blueprint.post("/tasks/<int:task_id>/check")
def check(task_id: int) -> ResponseReturnValue:
    """Take an answer as done, or give it back with what is still missing."""
    typed = {"words": request.form.get("words", "")}
    seen = request.form.get("seen", "")
    again = request.form.get("do") == "again"
    try:
        with transaction() as session:
            act = mentoring.ask_again if again else mentoring.accept
            act(session, web.actor(), person(), task_id, typed["words"], seen=seen)
    except (Conflict, Invalid) as error:
        return _refused(task_id, typed, error)
    done = gettext("The workshop reads what is still missing."), gettext("The task is done.")
    flash(done[0] if again else done[1], "success")
    return redirect(url_for("desk_coaching.show", task_id=task_id), 303)


@blueprint.post("/tasks/<int:task_id>/plan")
def plan(task_id: int) -> ResponseReturnValue:
    """Change who helps, with what, until when, or at which clinic."""
    typed = {name: request.form.get(name, "") for name in ("help_kind", "coach", "due_on", "reason")}
    try:
        wanted = _read_plan(typed)
        with transaction() as session:
            arguments = (session, web.actor(), person(), task_id)
            mentoring.change(*arguments, wanted, typed["reason"], seen=request.form.get("seen", ""))
            clinics.take(*arguments, _clinic_id())
    except (Conflict, Invalid) as error:
        return _refused(task_id, typed, error)
    flash(gettext("The plan is kept; the workshop sees it."), "success")
    return redirect(url_for("desk_coaching.show", task_id=task_id), 303)


def _clinic_id() -> int | None:
    typed = request.form.get("clinic", "")
    return int(typed) if _is_number(typed) else None


def _read_plan(typed: dict[str, str]) -> Plan:
    try:
        day = date.fromisoformat(typed["due_on"])
    except ValueError as error:
        raise mentoring.PlanRefused from error
    coach = typed["coach"]
    if coach and not _is_number(coach):
        raise mentoring.PlanRefused
    return Plan(typed["help_kind"], int(coach) if coach else None, day)


@blueprint.post("/tasks/<int:task_id>/drop")
def drop(task_id: int) -> ResponseReturnValue:
    """Take a follow-up back, with the reason."""
    typed = {"words": request.form.get("words", "")}
    try:
        with transaction() as session:
            followups.drop(session, web.actor(), person(), task_id, typed["words"])
    except (Conflict, Invalid) as error:
        return _refused(task_id, typed, error)
    flash(gettext("The follow-up is taken back."), "success")
    return redirect(url_for("desk_coaching.show", task_id=task_id), 303)


def _refused(task_id: int, typed: dict[str, str], error: ShopError) -> ResponseReturnValue:
    case = mentoring.for_staff(db.session(), person(), task_id)
    words = gettext(error.message, **error.params)
    return _page(case, typed=typed, problem=words, status=error.status)


@blueprint.get("/tasks/<int:task_id>/pictures/<int:picture_id>/<int:width>.<ending>")
def image(task_id: int, picture_id: int, width: int, ending: str) -> ResponseReturnValue:
    """Give a photograph of a task to the council that set it, and to nobody else."""
    picture = evidence.picture_for_staff(db.session(), person(), task_id, picture_id)
    key = pictures.private_file(picture, width, ending)
    db.session.rollback()  # nothing is held while the store is asked
    response = Response(media.current().get(key), mimetype=media.content_type(key))
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.post("/submissions/<int:submission_id>/follow-up")
def follow_up(submission_id: int) -> ResponseReturnValue:
    """Add to the plan of a piece that passed, in the curator's own words."""
    criterion, words = request.form.get("criterion", "")[:30], request.form.get("words", "")
    with transaction() as session:
        submission = mentoring.submission_of(session, person(), submission_id)
        rubric = rubrics.of(session, submission)
        known = criterion if rubric.criterion(criterion) else rubric.criteria[0].id
        followups.add(session, web.actor(), person(), submission_id, known, words)
    flash(gettext("Added; the workshop sees it under what comes next."), "success")
    return redirect(url_for("desk_review.show", submission_id=submission_id, _anchor="follow-ups"), 303)
