"""The verdict of a panel, and its conditions found met: what one of its judges, or a checker, writes at the desk.

The last of the review's three modules, after `admin.desk.review` and `admin.desk.panel`, which add to one blueprint.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin.desk import review_page, verdict_form
from admin.desk.panel import blueprint
from admin.desk.verdict_form import Verdict
from catalog import photos
from catalog.curation import conditions, decisions, panels, rubrics, submissions
from catalog.models import ListingState, Outcome
from shop import inputs, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid


@blueprint.post("/decide")
def decide(submission_id: int) -> ResponseReturnValue:
    """Write the verdict; what cannot be decided comes back with everything typed."""
    session = db.session()
    submission = submissions.for_judge(session, current_user, submission_id)
    typed = verdict_form.read(panels.of(session, submission), request.form)
    try:
        if not typed.problems:
            _decide(submission_id, typed)
    except (Conflict, Invalid) as error:
        return review_page.render(review_page.of_submission(submission_id), verdict=typed, error=error)
    if typed.problems:
        return review_page.render(review_page.of_submission(submission_id), verdict=typed)
    flash(gettext("The verdict is written. The workshop gets a letter with your reason."), "success")
    if submission.round_id is not None:  # the next piece of the day
        return redirect(url_for("desk_rounds.verdicts", round_id=submission.round_id))
    return redirect(url_for("desk.queue"))


def _decide(submission_id: int, typed: Verdict) -> None:
    if typed.outcome is None:
        raise decisions.OutcomeRefused("Please choose an outcome.")
    if typed.outcome is Outcome.PASS:
        # What would be refused anyway makes no photograph public.
        decisions.check(db.session(), web.actor(), current_user, submission_id, Outcome.PASS, typed.reason)
        with public_photographs(submission_id):
            _write(submission_id, typed)
    else:
        _write(submission_id, typed)


def _write(submission_id: int, typed: Verdict) -> None:
    common: dict[str, Any] = {"seen_edits": typed.seen, "reason": typed.reason}
    with transaction() as session:
        arguments = (session, web.actor(), current_user, submission_id)
        if typed.outcome is Outcome.PASS:
            decisions.approve(*arguments, **common)
        elif typed.outcome is Outcome.CONDITIONS:
            submission = submissions.for_judge(session, current_user, submission_id)
            wanted = typed.tasks(rubrics.of(session, submission))
            decisions.pass_with_conditions(*arguments, **common, conditions=wanted)
        elif typed.outcome is Outcome.COACHING:
            decisions.send_to_coaching(*arguments, **common)
        else:
            decisions.decline(*arguments, **common)


@contextmanager
def public_photographs(submission_id: int) -> Iterator[None]:
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
def confirm(submission_id: int) -> ResponseReturnValue:
    """Find conditions met; with the last of them the piece goes live."""
    submission = submissions.for_judge(db.session(), current_user, submission_id)
    if submission.listing.state is not ListingState.CONDITIONAL:
        raise decisions.StaleSubmission
    met = set(request.form.getlist("met", type=inputs.row_number))
    unmet = {
        key for key, term in conditions.of_submission(db.session(), submission_id).items() if not term.met_at
    }
    seen = request.form.get("seen", "")
    edits = inputs.digits(seen, -1)
    if unmet - met:
        live = _confirm(submission_id, edits, met)
    else:
        with public_photographs(submission_id):
            live = _confirm(submission_id, edits, met)
    words = gettext("The conditions are met; the piece is on sale.")
    flash(words if live else gettext("Kept. The piece waits for its other conditions."), "success")
    return redirect(
        url_for("desk.queue") if live else url_for("desk_review.show", submission_id=submission_id)
    )


def _confirm(submission_id: int, edits: int, met: set[int]) -> bool:
    with transaction() as session:
        return decisions.confirm_conditions(
            session, web.actor(), current_user, submission_id, seen_edits=edits, met=met
        )
