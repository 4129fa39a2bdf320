"""Counter-signatures: workshops from elsewhere that claim a craft form of this region, and the council's answer."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from admin import paging
from admin.desk import scope, sent
from catalog import artisans, details, pictures, versions
from catalog.curation import countersignatures
from catalog.curation.countersignatures import LONGEST_REASON, NoSuchRequest
from catalog.models import Countersignature, Picture, Submission
from shop import authz, media, web
from shop.db import db, now, transaction
from shop.errors import Conflict, Invalid, ShopError
from shop.forms import Form, TextField
from shop.i18n import WIB

blueprint = Blueprint("desk_countersignatures", __name__, url_prefix="/desk/countersignatures")
authz.guard(blueprint, roles=scope.JUDGES)


class AnswerForm(Form):
    """The reason of an answer; which button was pressed is the answer."""

    reason = TextField(
        lazy_gettext("Reason"), most=LONGEST_REASON, lines=True,
        hint=lazy_gettext("Workshop and panel read it, and it is kept for good."),
    )  # fmt: skip


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what waits, or what has been answered; the choice is kept in the address."""
    answered = request.args.get("which") == "answered"
    number = min(paging.number(), 10_000)
    found = countersignatures.listed(db.session(), current_user, number, answered=answered)
    today = now().astimezone(WIB).date()
    return render_template(
        "desk/countersignatures.html",
        found=found,
        answered=answered,
        titles=_titles(found.requests),
        today=today,
    )


def _titles(rows: Sequence[Countersignature]) -> dict[int, str]:
    wanted = [one.submission_id for one in rows if one.submission_id]
    title = Submission.snapshot["title"].as_string()
    query = sa.select(Submission.id, title).where(Submission.id.in_(wanted))
    known: dict[int, str] = {row[0]: row[1] for row in db.session.execute(query)}
    return {one.id: known.get(one.submission_id or 0, "") for one in rows}


@blueprint.get("/<int:request_id>")
def show(request_id: int) -> ResponseReturnValue:
    """Show what is claimed, by whom, and the piece as it was sent."""
    return _page(countersignatures.for_officer(db.session(), current_user, request_id), AnswerForm())


def _page(
    found: Countersignature, form: AnswerForm, error: ShopError | None = None, status: int = 200
) -> ResponseReturnValue:
    session = db.session()
    submission = _submission(found)
    product = sent.page(session, submission, _address(found.id)) if submission else None
    own = artisans.is_member(session, found.workshop_id, current_user.id)
    html = render_template(
        "desk/countersignature.html",
        found=found,
        form=form,
        product=product,
        submission=submission,
        own=own,
        may_answer=found.answer is None and not own,
        error=gettext(error.message, **error.params) if error else "",
    )
    return html, error.status if error else status


def _submission(found: Countersignature) -> Submission | None:
    if found.submission_id is None:
        return None
    return db.session.get(Submission, found.submission_id)


def _address(request_id: int) -> details.Address:
    def address(picture_id: int, width: int, ending: str) -> str:
        return url_for(
            "desk_countersignatures.image",
            request_id=request_id, picture_id=picture_id, width=width, ending=ending,
        )  # fmt: skip

    return address


@blueprint.post("/<int:request_id>")
def answer(request_id: int) -> ResponseReturnValue:
    """Sign the claim, or refuse it, once."""
    form = AnswerForm()
    found = countersignatures.for_officer(db.session(), current_user, request_id)
    if not form.is_sent() or request.form.get("do") not in {"grant", "refuse"}:
        return _page(found, form, status=422)
    granted = request.form["do"] == "grant"
    try:
        with transaction() as session:
            countersignatures.answer(
                session, web.actor(), current_user, request_id, granted=granted, reason=form.reason.data
            )
    except (Conflict, Invalid) as error:
        return _page(countersignatures.for_officer(db.session(), current_user, request_id), form, error)
    words = gettext("The claim is signed.") if granted else gettext("The claim is refused.")
    flash(words, "success")
    return redirect(url_for("desk_countersignatures.show", request_id=request_id), 303)


@blueprint.get("/<int:request_id>/pictures/<int:picture_id>/<int:width>.<ending>")
def image(request_id: int, picture_id: int, width: int, ending: str) -> ResponseReturnValue:
    """Give a private photograph of the claiming piece to the council that is asked."""
    found = countersignatures.for_officer(db.session(), current_user, request_id)
    submission = _submission(found)
    shown = (
        {photo["picture_id"] for photo in versions.shown_photos(submission.snapshot)} if submission else set()
    )
    picture = db.session.get(Picture, picture_id) if picture_id in shown else None
    if picture is None:
        raise NoSuchRequest
    key = pictures.private_file(picture, width, ending)
    db.session.rollback()  # nothing is held while the store is asked
    response = Response(media.current().get(key), mimetype=media.content_type(key))
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
