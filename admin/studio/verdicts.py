"""The verdict page: what the council answered, criterion by criterion, and what the artisan answers to its tasks."""

import re
from dataclasses import dataclass, field
from math import floor
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin.studio import entry
from admin.studio.listings import blueprint
from catalog import listings
from catalog.curation import answers, appeals, coaching, conditions, panels, rubrics, submissions
from catalog.models import CoachingTask, Decision, Listing, ListingState, Product
from shop import inputs, web
from shop.db import db, transaction
from shop.i18n import current_locale, localised

_TASK = re.compile(r"answer-([0-9]{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion of a verdict: the mark in the words of its anchor, the curator's note, its task."""

    name: str
    mark: int
    """The level that the judges' marks reach together."""
    anchor: str
    note: str
    next_step: str
    """What the next level asks for; empty at the highest."""
    tasks: list[CoachingTask] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Question:
    """One gate: a question with yes or no."""

    text: str
    passed: bool
    note: str
    tasks: list[CoachingTask] = field(default_factory=list)


@blueprint.get("/<int:product_id>/verdict")
def verdict(product_id: int) -> ResponseReturnValue:
    """Show the last verdict on a piece, with its tasks, and every one before it."""
    return _page(entry.product(product_id), {}, "", 200)


def _page(
    piece: Product, typed: dict[int, str], refusal: str, status: int, *, appeal_words: str = ""
) -> ResponseReturnValue:
    session = db.session()
    listing = listings.latest(session, piece.id)
    history = answers.history(session, piece.id)
    last = history[0] if history else None
    return render_template(
        "studio/verdict.html",
        piece=piece,
        listing=listing,
        last=last,
        judged=_judged(session, last) if last else [],
        questions=_questions(session, last) if last else [],
        may_answer=last is not None and _may_answer(last, listing.id, listing.state),
        typed=typed,
        refusal=refusal,
        history=history,
        **_appeal(session, last, listing),
        appeal_words=appeal_words,
        terms=conditions.of_submission(session, last.submission_id) if last else {},
        waiting=[one for one in submissions.of_listing(session, listing.id) if one.state == "waiting"],
    ), status


def _appeal(session: Session, last: Decision | None, listing: Listing) -> dict[str, Any]:
    """Say whether another panel can be asked, until when, and whether it was."""
    if last is None:
        return {"may_appeal": False, "appeal_until": None, "appealed": None}
    return {
        "may_appeal": appeals.is_possible(session, last, listing),
        "appeal_until": appeals.until(session, last),
        "appealed": appeals.of_decision(session, last.id),
    }


def _may_answer(last: Decision, listing_id: int, state: ListingState) -> bool:
    """Say whether the tasks of the last verdict are still the artisan's to answer."""
    mine = last.submission.listing_id == listing_id
    return mine and state in (ListingState.COACHING, ListingState.DRAFT, ListingState.CONDITIONAL)


def _tasks(session: Session, last: Decision) -> dict[str, list[CoachingTask]]:
    tasks: dict[str, list[CoachingTask]] = {}
    for task in coaching.of_listing(session, last.submission.listing_id):
        if task.submission_id == last.submission_id:
            tasks.setdefault(task.criterion, []).append(task)
    return tasks


def _judged(session: Session, last: Decision) -> list[Judged]:
    sheet = panels.panel_sheet(session, last.submission)
    tasks = _tasks(session, last)
    return [
        Judged(
            name=localised(criterion),
            mark=floor(sheet.scores[criterion.id]),
            anchor=criterion.anchors(current_locale()).get(floor(sheet.scores[criterion.id]), ""),
            note=sheet.score_notes.get(criterion.id, ""),
            next_step=criterion.anchors(current_locale()).get(floor(sheet.scores[criterion.id]) + 1, ""),
            tasks=tasks.get(criterion.id, []),
        )
        for criterion in rubrics.of(session, last.submission).criteria
        if criterion.id in sheet.scores
    ]


def _questions(session: Session, last: Decision) -> list[Question]:
    sheet = panels.panel_sheet(session, last.submission)
    tasks = _tasks(session, last)
    return [
        Question(
            text=localised(gate, "text"),
            passed=sheet.gates[gate.id],
            note=sheet.gate_notes.get(gate.id, ""),
            tasks=tasks.get(gate.id, []),
        )
        for gate in rubrics.of(session, last.submission).gates
        if gate.id in sheet.gates
    ]


@blueprint.post("/<int:product_id>/verdict/answers")
def answer(product_id: int) -> ResponseReturnValue:
    """Keep what the artisan has done about each task, as far as it is written."""
    typed = _typed(request.form.items())
    try:
        with transaction() as session:
            listing = entry.open_listing(entry.product(product_id, session), session)
            _keep(session, listing.id, typed)
    except (coaching.AnswerRefused, listings.NotEditable) as error:
        return _page(entry.product(product_id), typed, entry.said(error), error.status)
    flash(gettext("Your answers are kept."), "success")
    return redirect(_next(product_id), 303)


def _typed(fields: Any) -> dict[int, str]:
    """Read the fields `answer-<task id>`."""
    found = ((_TASK.fullmatch(name), text) for name, text in fields)
    return {int(match[1]): text.replace("\x00", "") for match, text in found if match}


def _keep(session: Session, listing_id: int, typed: dict[int, str]) -> None:
    known = {task.id: task for task in coaching.unsettled(session, listing_id)}
    changed = {
        number: text
        for number, text in typed.items()
        if text.strip() and (number not in known or text.strip() != known[number].answer)
    }
    coaching.answer(session, web.actor(), listing_id, changed)


def _next(product_id: int) -> str:
    """Lead on: to the step that was asked for, or back to the verdict."""
    if request.form.get("then") == "edit":
        return url_for("studio_listings.words", product_id=product_id)
    if request.form.get("then") == "send":
        return url_for("studio_listings.check", product_id=product_id)
    return url_for("studio_listings.verdict", product_id=product_id)


@blueprint.post("/<int:product_id>/appeal")
def appeal(product_id: int) -> ResponseReturnValue:
    """Ask another panel, once."""
    words = request.form.get("appeal", "").replace("\x00", "")
    decision = request.form.get("decision", "")
    number = inputs.digits(decision, 0, most=15)
    try:
        with transaction() as session:
            listing = listings.latest(session, entry.product(product_id, session).id)
            appeals.lodge(session, web.actor(), current_user, listing, number, words)
    except (appeals.WordsMissing, appeals.NotPossible, appeals.TooLate, appeals.AlreadyAppealed) as error:
        piece = entry.product(product_id)
        return _page(piece, {}, entry.said(error), error.status, appeal_words=words[:8000])
    flash(gettext("Your appeal is with the council. Another panel judges it."), "success")
    return redirect(url_for("studio_listings.verdict", product_id=product_id), 303)
