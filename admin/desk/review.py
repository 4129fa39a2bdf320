"""The review: one submission as a buyer would see it, what changed, the marks in words, and the verdict."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin.desk import marks, review_sections, scope, sent
from admin.desk.marks import Marks
from catalog import artisans, details, photos, pictures
from catalog.curation import coaching, decisions, rubrics, scoring, submissions
from catalog.models import ListingState, Outcome, Submission, SubmissionState
from shop import authz, i18n, media, web
from shop.db import db, now, transaction
from shop.errors import Conflict, Invalid, ShopError
from shop.models import User

blueprint = Blueprint("desk_review", __name__, url_prefix="/desk/submissions/<int:submission_id>")
authz.guard(blueprint, roles=scope.JUDGES)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rubric makes of complete marks: the total, the outcomes, the tasks that coaching would set."""

    total: int
    outcome: Outcome
    allowed: frozenset[Outcome]
    tasks: list[coaching.TaskText]


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
    return _page(
        submission,
        marks.of_sheet(
            rubrics.of(session, submission), scoring.sheet(session, submission.id, current_user.id)
        ),
    )


def _page(submission: Submission, typed: Marks, error: ShopError | None = None) -> ResponseReturnValue:
    session = db.session()
    listing = submission.listing
    typed = typed.with_error(error) if error else typed
    decision = decisions.of_submission(session, submission.id)
    own = artisans.is_member(session, listing.product.workshop_id, current_user.id)
    waiting = submission.state is SubmissionState.WAITING
    difference = submissions.difference(session, submission, i18n.current_locale())
    changed = {change.picture_id: change.alt for change in difference.photos} if difference else {}
    address = _image_address(submission.id)
    unmet = decision is not None and decision.conditions_met_at is None
    given = scoring.sheet(session, submission.id, decision.decided_by_id) if decision else typed.sheet()
    html = render_template(
        "desk/review.html",
        submission=submission,
        product=sent.page(session, submission, address),
        difference=difference,
        pictures=sent.pictures(session, changed, address),
        **review_sections.of(session, submission, difference, address),
        portrait=sent.portrait(session, submission, address),
        rubric=rubrics.of(session, submission),
        typed=typed,
        proposal=_proposal(submission, typed),
        decision=decision,
        given=typed.sheet() if error else given,
        tasks=coaching.of_listing(session, listing.id),
        history=decisions.history(session, listing.product_id),
        own=own,
        may_judge=waiting and not own,
        may_confirm=unmet and not own and listing.state is ListingState.CONDITIONAL,
        error=gettext(error.message, **error.params) if error else "",
        today=now().astimezone(i18n.WIB).date().isoformat(),
    )
    return html, error.status if error else 422 if typed.problems else 200


def _proposal(submission: Submission, typed: Marks) -> Proposal | None:
    rubric = rubrics.of(db.session(), submission)
    if not rubric.is_complete(typed.scores, typed.gates):
        return None
    reader = db.session.get_one(User, submission.submitted_by_id)
    return Proposal(
        total=rubric.total(typed.scores),
        outcome=rubric.propose(typed.scores, typed.gates),
        allowed=rubric.allowed(typed.scores, typed.gates),
        tasks=decisions.tasks_for(rubric, typed.sheet(), reader.locale),
    )


def _typed(submission: Submission) -> Marks:
    return marks.read(rubrics.of(db.session(), submission), request.form)


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


@blueprint.post("/proposal")
def proposal(submission_id: int) -> ResponseReturnValue:
    """Give the part of the page that says what these marks lead to, for a script; nothing is kept."""
    submission = submissions.for_judge(db.session(), current_user, submission_id)
    typed = _typed(submission)
    return render_template(
        "desk/_proposal_part.html",
        typed=replace(typed, problems={}),
        proposal=_proposal(submission, typed),
        rubric=typed.rubric,
    )


@blueprint.post("/score")
def score(submission_id: int) -> ResponseReturnValue:
    """Keep the marks; the page comes back with the rubric's proposal and whatever else was typed."""
    typed = _typed(submissions.for_judge(db.session(), current_user, submission_id))
    try:
        if not any(name.startswith(("note-", "gate-note-")) for name in typed.problems):
            _keep_marks(submission_id, typed)
            flash(gettext("Your marks are kept."), "success")
    except (Conflict, Invalid) as error:
        return _page(submissions.for_staff(db.session(), current_user, submission_id), typed, error)
    return _page(submissions.for_staff(db.session(), current_user, submission_id), typed)


@blueprint.get("/score")
@blueprint.get("/decide")
def again(submission_id: int) -> ResponseReturnValue:
    """Lead back to the review whoever asks for the address of a form."""
    return redirect(url_for("desk_review.show", submission_id=submission_id))


@blueprint.post("/decide")
def decide(submission_id: int) -> ResponseReturnValue:
    """Keep the marks, then write the verdict; what cannot be decided comes back with everything typed."""
    typed = _typed(submissions.for_judge(db.session(), current_user, submission_id))
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
    if typed.outcome is Outcome.PASS:
        # What would be refused anyway makes no photograph public.
        decisions.check(db.session(), web.actor(), current_user, submission_id, Outcome.PASS, typed.reason)
        with _public_photographs(submission_id):
            _write(submission_id, typed)
    else:
        _write(submission_id, typed)


def _write(submission_id: int, typed: Marks) -> None:
    common: dict[str, Any] = {"seen_edits": typed.seen, "reason": typed.reason}
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


@contextmanager
def _public_photographs(submission_id: int) -> Iterator[None]:
    """Copy the photographs out for a verdict; when it is not given after all, they are private again."""
    listing_id = submissions.for_judge(db.session(), current_user, submission_id).listing_id
    try:
        photos.make_public(listing_id)
        yield
    except BaseException:
        db.session.rollback()
        photos.make_private(listing_id)
        raise


@blueprint.post("/conditions")
def conditions(submission_id: int) -> ResponseReturnValue:
    """Find the conditions met: the piece goes live."""
    submission = submissions.for_judge(db.session(), current_user, submission_id)
    seen = _typed(submission).seen
    if submission.listing.state is not ListingState.CONDITIONAL:
        raise decisions.StaleSubmission
    with _public_photographs(submission_id), transaction() as session:
        decisions.confirm_conditions(session, web.actor(), current_user, submission_id, seen_edits=seen)
    flash(gettext("The conditions are met; the piece is on sale."), "success")
    return redirect(url_for("desk.queue"))


@blueprint.get("/preview")
def preview(submission_id: int) -> ResponseReturnValue:
    """Show the whole page as a buyer would see it."""
    submission = submissions.for_staff(db.session(), current_user, submission_id)
    product = sent.page(db.session(), submission, _image_address(submission.id))
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
