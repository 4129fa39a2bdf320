"""Coaching tasks, on the phone: what is due when, answering one in words and photographs, what comes next."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from admin.studio import entry
from catalog import photos, pictures
from catalog.curation import assignments, coaching, evidence, kinds, resubmissions
from catalog.curation.assignments import Assignment
from catalog.listings import NotEditable
from catalog.models import Council, Submission, TaskEvidence, TaskKind
from catalog.pictures import BODY
from catalog.versions import LABELS
from shop import authz, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, ShopError

blueprint = entry.room("studio_tasks", "/studio/tasks")
PAGE = 20


@blueprint.url_value_preprocessor
def _allow_photographs(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raise the body limit before anything reads the form: only for photographs, only for people who are in."""
    if endpoint == "studio_tasks.add" and current_user.is_authenticated:
        request.max_content_length = BODY * evidence.MOST


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the tasks of the workshop; the tab is kept in the address."""
    session, shop = db.session(), entry.workshop()
    tab = request.args.get("tab", "open")
    tab = tab if tab in assignments.TABS else "open"
    counts = assignments.counts(session, shop.id)
    pages = entry.pages(counts[tab], PAGE)
    number = min(entry.page_number(), pages)
    return render_template(
        "studio/tasks.html",
        tab=tab,
        counts=counts,
        rows=assignments.page(session, shop.id, tab, number, PAGE),
        number=number,
        pages=pages,
        kind_of=kinds.of,
        today=coaching.today(),
    )


def _mine(task_id: int) -> Assignment:
    task = coaching.of_member(db.session(), entry.person().id, task_id)
    return assignments.of_task(db.session(), task)


@blueprint.get("/<int:task_id>")
def show(task_id: int) -> ResponseReturnValue:
    """Show a task with its photographs, its answer, and everything that happened to it."""
    return _page(_mine(task_id))


def _page(
    mine: Assignment, *, typed: str | None = None, problems: tuple[str, ...] = (), status: int = 200
) -> ResponseReturnValue:
    session, task = db.session(), mine.task
    shown = evidence.of_tasks(session, [task.id]).get(task.id, [])
    submission = session.get_one(Submission, task.submission_id)
    usual = kinds.fields_of(task.criterion)
    return render_template(
        "studio/task.html",
        mine=mine,
        task=task,
        kind=kinds.of(task.help_kind),
        council=session.get_one(Council, submission.council_id),
        clinic=assignments.clinic_of(session, task),
        evidence=[_item(row) for row in shown],
        most=evidence.MOST,
        typed=task.answer if typed is None else typed.replace("\x00", ""),
        chosen=_chosen() if request.method == "POST" else resubmissions.fields_for(task),
        fields={name: LABELS[name] for name in (*usual, *(f for f in LABELS if f not in usual))},
        usual=usual,
        asks_for_changes=task.kind is not TaskKind.FOLLOW_UP,
        history=assignments.history(session, task.id),
        kind_of=kinds.of,
        today=coaching.today(),
        problems=problems,
    ), status


def _item(row: TaskEvidence) -> dict[str, Any]:
    view = photos.private_view(row.picture, row.words, entry.photo_address)
    return {"id": row.picture_id, "alt": row.words, "state": row.picture.state.value, "view": view}


def _chosen() -> list[str]:
    return [name for name in request.form.getlist("fields") if name in LABELS]


@blueprint.post("/<int:task_id>")
def answer(task_id: int) -> ResponseReturnValue:
    """Keep the answer, and which changes of the page show it."""
    typed = request.form.get("answer", "")
    try:
        with transaction() as session:
            mine = _mine(task_id)
            if not mine.may_answer:
                raise NotEditable
            changed = _chosen() if "asks" in request.form else None
            coaching.answer_one(session, web.actor(), mine.task, typed, changed)
    except (Conflict, Invalid) as error:
        return _page(_mine(task_id), typed=typed, problems=(entry.said(error),), status=error.status)
    flash(gettext("Your answer is kept. Your council sees it and checks it."), "success")
    return redirect(url_for("studio_tasks.show", task_id=task_id), 303)


# --- photographs ---------------------------------------------------------------------------------------


@blueprint.post("/<int:task_id>/photos")
@authz.allow(limits="upload")
def add(task_id: int) -> ResponseReturnValue:
    """Take photographs of what was done, or of a paper; each that cannot be used is named with its reason."""
    if not _mine(task_id).may_answer:
        raise NotEditable
    sent = [file for file in request.files.getlist("photos") if file.filename][: evidence.MOST]
    kept: list[TaskEvidence] = []
    refused: list[ShopError] = []
    for file in sent:
        try:
            kept.append(_keep(task_id, file))
        except ShopError as error:
            refused.append(error)
    if web.wants_json():
        return _script_answer(task_id, kept, refused)
    problems = tuple(dict.fromkeys(entry.said(error) for error in refused))
    if not sent:
        problems = (gettext("Please choose a photograph first."),)
    if kept:
        flash(ngettext("%(num)s photograph added.", "%(num)s photographs added.", len(kept)), "success")
    if problems:
        return _page(_mine(task_id), problems=problems, status=refused[0].status if refused else 422)
    return redirect(url_for("studio_tasks.show", task_id=task_id, _anchor="photographs"), 303)


def _keep(task_id: int, file: FileStorage) -> TaskEvidence:
    upload = photos.receive(file.stream.read(pictures.MAX_BYTES + 1))
    with transaction() as session:
        task = coaching.of_member(session, entry.person().id, task_id)
        words = request.form.get("words", "")
        return evidence.add(session, web.actor(), entry.person(), task, upload, words)


def _script_answer(task_id: int, kept: list[TaskEvidence], refused: list[ShopError]) -> ResponseReturnValue:
    if refused or not kept:
        error = entry.said(refused[0]) if refused else gettext("Please choose a photograph first.")
        return jsonify(error=error), refused[0].status if refused else 422
    rows = evidence.of_tasks(db.session(), [task_id])[task_id]
    (row,) = (one for one in rows if one.id == kept[0].id)
    html = render_template("studio/_evidence.html", one=_item(row), task_id=task_id, may_remove=True)
    return jsonify(html=html, id=row.picture_id), 201


@blueprint.post("/<int:task_id>/photos/<int:picture_id>/remove")
def remove(task_id: int, picture_id: int) -> ResponseReturnValue:
    """Take a photograph away from a task again."""
    with transaction() as session:
        mine = _mine(task_id)
        if not mine.may_answer:
            raise NotEditable
        evidence.remove(session, web.actor(), mine.task, picture_id)
    flash(gettext("The photograph is taken out."), "success")
    return redirect(url_for("studio_tasks.show", task_id=task_id, _anchor="photographs"), 303)
