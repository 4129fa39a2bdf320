"""The fast lane at the desk: only what differs, and one curator's answer: put on sale, to the panel, or back.

A module of the review's blueprint, after `admin.desk.verdicts`.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from admin.desk import review_page, sent
from admin.desk.panel import blueprint
from admin.desk.verdicts import public_photographs
from catalog import artisans, versions
from catalog.curation import fast_lane, lanes, submissions
from catalog.curation.decisions import LONGEST_REASON
from catalog.models import Lane, Submission, SubmissionState
from shop import i18n, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, ShopError
from shop.forms import Form, TextField, WholeNumberField

ANSWERS = ("approve", "panel", "back")


class FastForm(Form):
    """What the curator answers; which button was pressed is the answer."""

    seen = WholeNumberField(most=999_999_999, render_kw={"type": "hidden"})
    reason = TextField(
        lazy_gettext("To the workshop"), most=LONGEST_REASON, lines=True, required=False,
        hint=lazy_gettext("What you liked, or what has to be different. Not needed when it goes to the panel."),
    )  # fmt: skip


@blueprint.get("/fast")
def fast(submission_id: int) -> ResponseReturnValue:
    """Show what a small edit changes; anything else is led to the review."""
    submission = submissions.for_staff(db.session(), current_user, submission_id)
    if submission.lane is not Lane.FAST or submission.state is not SubmissionState.WAITING:
        return redirect(url_for("desk_review.show", submission_id=submission_id))
    return _page(submission, FastForm(formdata=None, data={"seen": submission.listing_edits}))


def _page(submission: Submission, form: FastForm, error: ShopError | None = None) -> ResponseReturnValue:
    session = db.session()
    product_id = submission.listing.product_id
    old = lanes.live_snapshot(session, product_id)
    difference = versions.diff(old, submission.snapshot, i18n.current_locale()) if old else None
    address = review_page.image_address(submission.id)
    changed = {one.picture_id: one.alt for one in difference.photos} if difference else {}
    html = render_template(
        "desk/fast.html",
        submission=submission,
        difference=difference,
        pictures=sent.pictures(session, changed, address),
        former=lanes.last_of_panel(session, product_id),
        form=form,
        own=artisans.is_member(session, submission.listing.product.workshop_id, current_user.id),
        error=gettext(error.message, **error.params) if error else "",
    )
    return html, error.status if error else 422 if form.errors else 200


@blueprint.post("/fast")
def fast_answer(submission_id: int) -> ResponseReturnValue:
    """Put the edit on sale, send it on to the panel, or give it back with words."""
    form = FastForm()
    submission = submissions.for_judge(db.session(), current_user, submission_id)
    said = request.form.get("do", "")
    if not form.is_sent() or said not in ANSWERS:
        return _page(submission, form)
    try:
        words = _answer(submission_id, said, form)
    except (Conflict, Invalid) as error:
        return _page(submissions.for_staff(db.session(), current_user, submission_id), form, error)
    flash(words, "success")
    return redirect(url_for("desk.queue"), 303)


def _answer(submission_id: int, said: str, form: FastForm) -> str:
    seen, reason = form.seen.data, form.reason.data
    if said == "panel":
        with transaction() as session:
            fast_lane.send_on(session, web.actor(), current_user, submission_id)
        return str(gettext("It is before the panel now, like a new piece."))
    if said == "back":
        with transaction() as session:
            fast_lane.send_back(
                session, web.actor(), current_user, submission_id, seen_edits=seen, reason=reason
            )
        return str(gettext("It is back with the workshop, with your words. The page on sale stays."))
    reason = reason or gettext("A small edit; nothing speaks against it.")
    fast_lane.check(db.session(), current_user, submission_id)
    with public_photographs(submission_id), transaction() as session:
        fast_lane.approve(session, web.actor(), current_user, submission_id, seen_edits=seen, reason=reason)
    return str(gettext("The edit is on sale. The marks of the last panel go on holding."))
