"""The council's rubric: which one it judges by, every version in words, writing a new one with a preview, publishing."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin.desk import marks, rubric_form, scope
from catalog.curation import rubric_checks, rubrics, scoring
from catalog.curation.rubric_checks import Problem
from catalog.models import Council, RubricVersion
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.i18n import current_locale
from shop.models import Role

EDITORS = (Role.COUNCIL_ADMIN, Role.ADMIN)
blueprint = Blueprint("desk_rubric", __name__, url_prefix="/desk/rubric")
authz.guard(blueprint, roles=scope.JUDGES)
NOTE = 1000


def _council(*roles: Role) -> tuple[Council, list[Council]]:
    """Give the council that was asked for, of those in scope, or the first. :raise NotFound:"""
    return scope.chosen(request.values.get("council", ""), *(roles or scope.JUDGES))


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show which rubric a council judges by, and its own versions."""
    council, mine = _council()
    session = db.session()
    present = rubrics.for_council(session, council)
    return render_template(
        "desk/rubric.html",
        council=council,
        councils=mine,
        present=present,
        author=_author(present.council),
        versions=rubrics.versions(session, council),
        may_edit=scope.covers(council, *EDITORS),
    )


def _author(code: str) -> Council | None:
    return next((council for council in rubrics.authors(db.session()) if council.code == code), None)


@blueprint.get("/<council_code>/<int:version>")
def show(council_code: str, version: int) -> ResponseReturnValue:
    """Show one published version in words. Every council may read every council's: so they learn from each other."""
    row = rubrics.published(db.session(), council_code, version)
    return render_template(
        "desk/rubric_version.html", row=row, rubric=rubrics.by_id(db.session(), row.id), council=row.council
    )


@blueprint.post("/begin")
def begin() -> ResponseReturnValue:
    """Begin a new version from the one that holds."""
    council, _mine = _council(*EDITORS)
    code = council.code
    with transaction() as session:
        own = session.get_one(Council, council.id)
        rubrics.begin(session, web.actor(), current_user, own)
    return redirect(url_for("desk_rubric.edit", council=code), 303)


@blueprint.get("/edit")
def edit() -> ResponseReturnValue:
    """Show the version that is being written."""
    council, _mine = _council(*EDITORS)
    draft = rubrics.draft_of(db.session(), council)
    if draft is None:
        return redirect(url_for("desk_rubric.index", council=council.code))
    return _page(council, draft, [])


def _page(
    council: Council, draft: RubricVersion, problems: list[Problem], status: int = 200
) -> ResponseReturnValue:
    html = render_template(
        "desk/rubric_edit.html",
        council=council,
        draft=draft,
        content=draft.content,
        problems={problem.field: problem.words for problem in reversed(problems)},
        summary=_summary(draft, problems),
        weights=sum(one["weight"] for one in draft.content["criteria"] if isinstance(one["weight"], int)),
        ranges=rubric_checks.RANGES,
        longest=rubric_checks.LONGEST,
    )
    return html, status


def _summary(draft: RubricVersion, problems: list[Problem]) -> list[tuple[str, str, str]]:
    """Give the problems as (field, what it belongs to, words), each once for a criterion or gate."""
    language = current_locale()
    ids = {f"criterion-{one['id']}": one[f"name_{language}"] for one in draft.content["criteria"]}
    ids |= {f"gate-{one['id']}": one[f"text_{language}"] for one in draft.content["gates"]}
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    for problem in problems:
        of = next((key for key in ids if problem.field.startswith(f"{key}-")), problem.field)
        found.setdefault((of, problem.words), (problem.field, ids.get(of, ""), problem.words))
    return list(found.values())


@blueprint.post("/edit")
def save() -> ResponseReturnValue:
    """Keep everything that was typed, then do what the button says."""
    council, _mine = _council(*EDITORS)
    session = db.session()
    asked = request.form.get("do", "")
    draft = rubrics.draft_of(session, council)
    if draft is None:
        raise rubrics.EditedElsewhere
    typed = rubric_form.read(draft.content, request.form)
    content = rubric_form.change(typed, draft.version, asked)
    note = _note(request.form.get("note", draft.note))
    seen = _seen()
    if draft.edits != seen:
        # Somebody saved in between: show what was typed here over what is there, and let the person decide.
        session.expunge(draft)
        draft.content, draft.note = content, note
        flash(gettext(rubrics.EditedElsewhere.message), "error")
        return _page(council, draft, [], rubrics.EditedElsewhere.status)
    council_id, code = council.id, council.code
    with transaction() as writing:
        rubrics.save(writing, web.actor(), writing.get_one(Council, council_id), content, note, seen=seen)
    return _next(council_id, code, asked, seen + 1)


def _next(council_id: int, code: str, asked: str, seen: int) -> ResponseReturnValue:
    session = db.session()
    council = session.get_one(Council, council_id)
    if asked == "preview":
        return redirect(url_for("desk_rubric.preview", council=code), 303)
    if asked != "publish":
        if not asked:
            flash(gettext("Kept. Councils judge by it once you publish it."), "success")
        part = asked.partition("-")[2] if asked.startswith(("up-", "down-")) else asked
        return redirect(url_for("desk_rubric.edit", council=code, _anchor=part or None), 303)
    try:
        with transaction() as writing:
            own = writing.get_one(Council, council_id)
            published = rubrics.publish(writing, web.actor(), current_user, own, seen=seen)
            version = published.version
    except rubric_checks.NotReady as error:
        draft = rubrics.draft_of(session, council)
        if draft is None:
            raise rubrics.EditedElsewhere from error
        return _page(council, draft, error.problems, error.status)
    flash(
        gettext("Version %(version)s is published. New submissions are judged by it.", version=version),
        "success",
    )
    return redirect(url_for("desk_rubric.index", council=code), 303)


def _seen() -> int:
    typed = request.form.get("seen", "")
    return inputs.digits(typed, -1)


def _note(typed: str) -> str:
    try:
        return inputs.text(typed, most=NOTE, lines=True)
    except inputs.Unreadable:
        return "".join(letter for letter in typed[:NOTE] if letter.isprintable())


@blueprint.get("/preview")
def preview() -> ResponseReturnValue:
    """Show the scoring form as judges would have it with the version that is being written."""
    council, _mine = _council(*EDITORS)
    draft = rubrics.draft_of(db.session(), council)
    if draft is None:
        return redirect(url_for("desk_rubric.index", council=council.code))
    rubric = rubrics.preview(draft)
    return render_template(
        "desk/rubric_preview.html",
        council=council,
        draft=draft,
        rubric=rubric,
        typed=marks.of_sheet(rubric, scoring.Sheet()),
        problems=rubric_checks.problems(draft.content),
    )


@blueprint.post("/discard")
def discard() -> ResponseReturnValue:
    """Give the version that is being written up."""
    council, _mine = _council(*EDITORS)
    code = council.code
    with transaction() as session:
        rubrics.discard(session, web.actor(), session.get_one(Council, council.id), seen=_seen())
    flash(gettext("The version was discarded; the council judges as before."), "success")
    return redirect(url_for("desk_rubric.index", council=code), 303)
