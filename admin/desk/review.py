"""The review: one submission as a buyer would see it, what changed, the marks in words, and the verdict."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin.desk import marks, scope
from admin.desk.marks import Marks
from catalog import details, photos, pictures
from catalog.curation import coaching, decisions, rubric, scoring, submissions
from catalog.models import ListingState, Outcome, Submission, SubmissionState
from shop import authz, i18n, media, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, ShopError
from shop.models import Role

blueprint = Blueprint("desk_review", __name__, url_prefix="/desk/submissions/<int:submission_id>")
authz.guard(blueprint, roles=scope.DESK_ROLES)
JUDGES = (Role.CURATOR, Role.COUNCIL_ADMIN, Role.ADMIN)


def _image_address(submission_id: int) -> details.Address:
    def address(picture_id: int, width: int, ending: str) -> str:
        return url_for(
            "desk_review.image",
            submission_id=submission_id,
            picture_id=picture_id,
            width=width,
            ending=ending,
        )

    return address


@blueprint.get("")
def show(submission_id: int) -> ResponseReturnValue:
    """Show a submission with the marks kept so far."""
    session = db.session()
    submission = submissions.for_staff(session, current_user, submission_id)
    sheet = scoring.sheet(session, submission.id, current_user.id)
    return _page(submission, marks.of_sheet(sheet, submission.listing_edits))


def _page(submission: Submission, typed: Marks, error: ShopError | None = None) -> ResponseReturnValue:
    session = db.session()
    listing = submission.listing
    decision = decisions.of_submission(session, submission.id)
    unmet = decision is not None and decision.conditions_met_at is None
    judges = current_user.holds(*JUDGES)
    html = render_template(
        "desk/review.html",
        submission=submission,
        product=details.preview(session, listing.id, _image_address(submission.id)),
        difference=submissions.difference(session, submission, i18n.current_locale()),
        rubric=rubric.current(),
        typed=typed,
        proposed=_proposed(typed),
        decision=decision,
        tasks=coaching.of_listing(session, listing.id),
        history=decisions.history(session, listing.product_id),
        may_judge=judges and submission.state is SubmissionState.WAITING,
        may_confirm=judges and unmet and listing.state is ListingState.CONDITIONAL,
        error=gettext(error.message, **error.params) if error else "",
        picture_address=_image_address(submission.id),
    )
    return html, error.status if error else 422 if typed.problems else 200


def _proposed(typed: Marks) -> dict[str, Any] | None:
    """Give what the rubric makes of complete marks."""
    if not rubric.is_complete(typed.scores, typed.gates):
        return None
    return {
        "total": rubric.total(typed.scores),
        "outcome": rubric.propose(typed.scores, typed.gates),
        "allowed": rubric.allowed(typed.scores, typed.gates),
    }


def _keep_marks(submission_id: int, typed: Marks) -> None:
    with transaction() as session:
        scoring.save(
            session,
            web.actor(),
            current_user,
            submission_id,
            scores=typed.scores,
            gates=typed.gates,
            score_notes=typed.score_notes,
            gate_notes=typed.gate_notes,
        )


@blueprint.post("/score")
@authz.allow(*JUDGES)
def score(submission_id: int) -> ResponseReturnValue:
    """Keep the marks; the rubric's proposal then stands on the page."""
    typed = marks.read(request.form)
    if typed.problems:
        return _page(submissions.for_judge(db.session(), current_user, submission_id), typed)
    _keep_marks(submission_id, typed)
    flash(gettext("Your marks are kept."), "success")
    return redirect(url_for("desk_review.show", submission_id=submission_id) + "#verdict")


@blueprint.post("/decide")
@authz.allow(*JUDGES)
def decide(submission_id: int) -> ResponseReturnValue:
    """Keep the marks, then write the verdict; what cannot be decided comes back with everything typed."""
    typed = marks.read(request.form)
    submissions.for_judge(db.session(), current_user, submission_id)
    try:
        if not typed.problems:
            _keep_marks(submission_id, typed)
            _decide(submission_id, typed)
    except (Conflict, Invalid) as error:
        return _page(submissions.for_staff(db.session(), current_user, submission_id), typed, error)
    if typed.problems:
        return _page(submissions.for_staff(db.session(), current_user, submission_id), typed)
    flash(gettext("The verdict is written. The workshop gets a letter with your reason."), "success")
    return redirect(url_for("desk.queue"))


def _decide(submission_id: int, typed: Marks) -> None:
    if typed.outcome is None:
        raise decisions.OutcomeRefused("Please choose an outcome.")
    common: dict[str, Any] = {"seen_edits": typed.seen, "reason": typed.reason}
    if typed.outcome is Outcome.PASS:
        _make_public(submission_id)
    with transaction() as session:
        arguments = (session, web.actor(), current_user, submission_id)
        if typed.outcome is Outcome.PASS:
            decisions.approve(*arguments, **common)
        elif typed.outcome is Outcome.CONDITIONS:
            decisions.pass_with_conditions(*arguments, **common, conditions=typed.conditions())
        elif typed.outcome is Outcome.COACHING:
            decisions.send_to_coaching(*arguments, **common)
        else:
            decisions.decline(*arguments, **common)


def _make_public(submission_id: int) -> None:
    submission = submissions.for_judge(db.session(), current_user, submission_id)
    photos.make_public(submission.listing_id)


@blueprint.post("/conditions")
@authz.allow(*JUDGES)
def conditions(submission_id: int) -> ResponseReturnValue:
    """Find the conditions met: the piece goes live."""
    seen = marks.read(request.form).seen
    _make_public(submission_id)
    with transaction() as session:
        decisions.confirm_conditions(session, web.actor(), current_user, submission_id, seen_edits=seen)
    flash(gettext("The conditions are met; the piece is on sale."), "success")
    return redirect(url_for("desk.queue"))


@blueprint.get("/preview")
def preview(submission_id: int) -> ResponseReturnValue:
    """Show the whole page as a buyer would see it."""
    submission = submissions.for_staff(db.session(), current_user, submission_id)
    product = details.preview(db.session(), submission.listing_id, _image_address(submission.id))
    return render_template("desk/preview.html", product=product, submission=submission)


@blueprint.get("/pictures/<int:picture_id>/<int:width>.<ending>")
def image(submission_id: int, picture_id: int, width: int, ending: str) -> ResponseReturnValue:
    """Give a private photograph to the council that judges it."""
    picture = submissions.picture_for_staff(db.session(), current_user, submission_id, picture_id)
    key = pictures.private_file(picture, width, ending)
    response = Response(media.current().get(key), mimetype=media.content_type(key))
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
