"""The review: one submission as a buyer would see it, what changed, and a judge's own marks until they are handed in."""

from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin.desk import marks, review_page, scope, sent
from admin.desk.marks import Marks
from catalog import pictures
from catalog.curation import panels, rubrics, scoring, submissions
from catalog.models import Lane, Submission, SubmissionState
from shop import authz, media, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid

blueprint = Blueprint("desk_review", __name__, url_prefix="/desk/submissions/<int:submission_id>")
authz.guard(blueprint, roles=scope.JUDGES)


@blueprint.get("")
def show(submission_id: int) -> ResponseReturnValue:
    """Show a submission with the marks kept so far; a small edit has a page of its own."""
    submission = review_page.of_submission(submission_id)
    if submission.lane is Lane.FAST and submission.state is SubmissionState.WAITING:
        return redirect(url_for("desk_review.fast", submission_id=submission_id))
    return review_page.render(submission)


def _typed(submission: Submission) -> Marks:
    return marks.read(rubrics.of(db.session(), submission), request.form)


@blueprint.post("/proposal")
def proposal(submission_id: int) -> ResponseReturnValue:
    """Give the part of the page that says what these marks lead to, for a script; nothing is kept."""
    submission = submissions.for_judge(db.session(), current_user, submission_id)
    typed = _typed(submission)
    return render_template(
        "desk/_proposal_part.html",
        typed=replace(typed, problems={}),
        proposal=review_page.proposal(submission, typed.rubric, typed.sheet()),
        rubric=typed.rubric,
    )


@blueprint.post("/score")
def score(submission_id: int) -> ResponseReturnValue:
    """Keep the marks; the page comes back with the rubric's proposal."""
    typed = _typed(submissions.for_judge(db.session(), current_user, submission_id))
    try:
        if not typed.problems:
            with transaction() as session:
                scoring.save(
                    session, web.actor(), current_user, submission_id, scores=typed.scores,
                    gates=typed.gates, score_notes=typed.score_notes, gate_notes=typed.gate_notes,
                )  # fmt: skip
            flash(gettext("Your marks are kept."), "success")
    except (Conflict, Invalid) as error:
        return review_page.render(review_page.of_submission(submission_id), typed=typed, error=error)
    return review_page.render(review_page.of_submission(submission_id), typed=typed)


@blueprint.post("/hand-in")
def hand_in(submission_id: int) -> ResponseReturnValue:
    """Hand the marks in for good; what is missing is named, and everything typed comes back."""
    typed = _typed(submissions.for_judge(db.session(), current_user, submission_id))
    try:
        if not typed.problems:
            with transaction() as session:
                panels.hand_in(
                    session, web.actor(), current_user, submission_id, scores=typed.scores,
                    gates=typed.gates, score_notes=typed.score_notes, gate_notes=typed.gate_notes,
                    free_of_interest=typed.free, key=typed.key or None,
                )  # fmt: skip
    except (Conflict, Invalid) as error:
        return review_page.render(review_page.of_submission(submission_id), typed=typed, error=error)
    if typed.problems:
        return review_page.render(review_page.of_submission(submission_id), typed=typed)
    flash(gettext("Your marks are handed in."), "success")
    return redirect(url_for("desk_review.show", submission_id=submission_id))


@blueprint.get("/score")
@blueprint.get("/hand-in")
@blueprint.get("/decide")
@blueprint.get("/discussion")
def again(submission_id: int) -> ResponseReturnValue:
    """Lead back to the review whoever asks for the address of a form."""
    return redirect(url_for("desk_review.show", submission_id=submission_id))


@blueprint.get("/preview")
def preview(submission_id: int) -> ResponseReturnValue:
    """Show the whole page as a buyer would see it."""
    submission = review_page.of_submission(submission_id)
    product = sent.page(db.session(), submission, review_page.image_address(submission.id))
    return render_template("desk/preview.html", product=product, submission=submission)


@blueprint.get("/pictures/<int:picture_id>/<int:width>.<ending>")
def image(submission_id: int, picture_id: int, width: int, ending: str) -> ResponseReturnValue:
    """Give a private photograph to the council that judges it."""
    picture = submissions.picture_for_staff(db.session(), current_user, submission_id, picture_id)
    key = pictures.private_file(picture, width, ending)
    db.session.rollback()  # nothing is held while the store is asked
    response = Response(media.current().get(key), mimetype=media.content_type(key))
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
