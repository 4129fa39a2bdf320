"""Around the panel: the discussion note and its signatures, standing aside, guests of the council."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin.desk import review_page
from admin.desk.review import blueprint
from catalog.curation import appointments, guests, interests, panels, recusals, submissions
from catalog.models import InterestKind
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import Conflict, Forbidden, Invalid
from shop.models import Role

__all__ = ["blueprint"]
OFFICERS = (Role.COUNCIL_ADMIN, Role.ADMIN)


def _do(
    submission_id: int, act: Callable[[Session], object], words: str, *, note: str | None = None
) -> ResponseReturnValue:
    """Do something in one transaction and lead back to the review; a refusal comes back with what was typed."""
    try:
        with transaction() as session:
            act(session)
    except (Conflict, Invalid) as error:
        submission = review_page.of_submission(submission_id)
        return review_page.render(submission, note=note, error=error)
    flash(words, "success")
    return redirect(url_for("desk_review.show", submission_id=submission_id))


@blueprint.post("/discussion")
def discuss(submission_id: int) -> ResponseReturnValue:
    """Keep what the judges found together, signed by who writes it."""
    text = request.form.get("discussion", "").replace("\0", "")
    submissions.for_judge(db.session(), current_user, submission_id)
    return _do(
        submission_id,
        lambda session: panels.discuss(session, web.actor(), current_user, submission_id, text),
        gettext("The note is kept with your name under it."),
        note=text[:8000],
    )


@blueprint.post("/discussion/<int:note_id>/sign")
def sign(submission_id: int, note_id: int) -> ResponseReturnValue:
    """Put one's name under the note."""
    submissions.for_judge(db.session(), current_user, submission_id)
    return _do(
        submission_id,
        lambda session: panels.sign(session, web.actor(), current_user, submission_id, note_id),
        gettext("You have signed the note."),
    )


@blueprint.post("/stand-aside")
def stand_aside(submission_id: int) -> ResponseReturnValue:
    """Declare an interest in the workshop: somebody else judges its pieces from now on."""
    kind = request.form.get("interest", "")
    review_page.of_submission(submission_id)
    return _do(
        submission_id,
        lambda session: _stand_aside(session, submission_id, kind),
        gettext("Your interest is on record. Another curator judges this workshop's pieces."),
    )


def _stand_aside(session: Session, submission_id: int, kind: str) -> None:
    if kind not in set(InterestKind):
        raise interests.NoteRefused("Please say what your interest is.")
    words = request.form.get("interest_note", "").replace("\0", "")
    recusals.stand_aside(session, web.actor(), current_user, submission_id, InterestKind(kind), words)


@blueprint.post("/interests/<int:interest_id>/end")
@authz.allow(*OFFICERS)
def end_interest(submission_id: int, interest_id: int) -> ResponseReturnValue:
    """Let an interest in the workshop of this submission end."""
    submission = submissions.for_staff(db.session(), current_user, submission_id)
    if not guests.may_invite(db.session(), current_user, submission):
        raise Forbidden
    held = {
        one.id: one for one in interests.of_workshop(db.session(), submission.listing.product.workshop_id)
    }
    if interest_id not in held or held[interest_id].person_id == current_user.id:
        raise interests.NoSuchInterest  # nobody ends their own
    code = submission.council.code
    return _do(
        submission_id,
        lambda session: recusals.end(session, web.actor(), current_user, interest_id, scope=code),
        gettext("The interest has ended; the record keeps it."),
    )


@blueprint.post("/guests")
@authz.allow(*OFFICERS)
def invite(submission_id: int) -> ResponseReturnValue:
    """Invite a curator of another council to judge this submission."""
    submissions.for_staff(db.session(), current_user, submission_id)
    address = request.form.get("guest", "").replace("\0", "")[:254]

    def act(session: Session) -> None:
        submission = submissions.for_staff(session, current_user, submission_id)
        guests.invite(session, web.actor(), current_user, submission, address)

    return _do(submission_id, act, gettext("The guest is invited and finds the piece in the queue."))


@blueprint.post("/guests/<int:seat_id>/revoke")
@authz.allow(*OFFICERS)
def revoke(submission_id: int, seat_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    submissions.for_staff(db.session(), current_user, submission_id)

    def act(session: Session) -> None:
        submission = submissions.for_staff(session, current_user, submission_id)
        guests.revoke(session, web.actor(), current_user, submission, seat_id)

    return _do(submission_id, act, gettext("The invitation is taken back."))


@blueprint.post("/judges")
def appoint(submission_id: int) -> ResponseReturnValue:
    """Give this submission to a judge, or take it oneself."""
    judge_id = request.form.get("judge", 0, type=inputs.row_number)
    review_page.of_submission(submission_id)

    def act(session: Session) -> None:
        submission = submissions.for_staff(session, current_user, submission_id, guest=True)
        appointments.appoint(session, web.actor(), current_user, submission, judge_id)

    return _do(submission_id, act, gettext("The queue now says who judges it."))


@blueprint.post("/judges/<int:appointment_id>/release")
def release(submission_id: int, appointment_id: int) -> ResponseReturnValue:
    """Take this submission back from a judge, or give it back."""
    review_page.of_submission(submission_id)

    def act(session: Session) -> None:
        submission = submissions.for_staff(session, current_user, submission_id, guest=True)
        appointments.release(session, web.actor(), current_user, submission, appointment_id)

    return _do(submission_id, act, gettext("It waits for any curator who is free again."))
