"""One piece of a periodic review at the desk: its figures, the rule behind the proposal, the decision, an objection."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin.desk import scope
from admin.periodic import deciding, figures, words
from catalog import artisans
from catalog.curation import bars
from catalog.models import PeriodicState, Proposal, ReviewRow, RowState
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import Forbidden, Invalid, NotFound, ShopError

blueprint = Blueprint("desk_review_rows", __name__, url_prefix="/desk/reviews/pieces")
authz.guard(blueprint, roles=scope.JUDGES)


@blueprint.get("/<int:row_id>")
def show(row_id: int) -> ResponseReturnValue:
    """Show one piece with its figures and what can be decided."""
    return _page(deciding.row_of_staff(db.session(), current_user, row_id))


def _page(
    row: ReviewRow, *, chosen: str = "", typed: str = "", problem: str = "", status: int = 200
) -> ResponseReturnValue:
    own = artisans.is_member(db.session(), row.workshop_id, current_user.id)
    found, held = figures.read(row.figures), bars.read(row.review.rules)
    html = render_template(
        "desk/periodic_piece.html",
        row=row,
        review=row.review,
        figures=words.figures(found),
        why=words.rule(row.rule, found, held),
        bars=held,
        proposals=words.proposals(),
        states=words.states(),
        own=own,
        may_decide=row.state is RowState.OPEN and row.review.state is PeriodicState.OPEN and not own,
        may_answer=row.state is RowState.OBJECTED and not own,
        chosen=chosen or row.proposal,
        typed=typed,
        problem=problem,
    )
    return html, status


def _refused(row_id: int, chosen: str, error: ShopError | inputs.Unreadable) -> ResponseReturnValue:
    """Show the piece as it is now, with what was typed and why it was not kept."""
    if isinstance(error, NotFound | Forbidden):
        raise error
    row = deciding.row_of_staff(db.session(), current_user, row_id)
    problem = gettext(error.message, **error.params)
    status = error.status if isinstance(error, ShopError) else 422
    return _page(row, chosen=chosen, typed=request.form.get("words", ""), problem=problem, status=status)


@blueprint.post("/<int:row_id>")
def decide(row_id: int) -> ResponseReturnValue:
    """Decide about one piece, once."""
    chosen = request.form.get("decision", "")
    if chosen not in set(Proposal):
        raise Invalid
    try:
        said = inputs.text(request.form.get("words", ""), most=deciding.LONGEST, lines=True)
        with transaction() as session:
            row = deciding.decide(session, web.actor(), current_user, row_id, Proposal(chosen), said)
            review_id = row.review_id
    except (ShopError, inputs.Unreadable) as error:
        return _refused(row_id, chosen, error)
    flash(gettext("Decided. The workshop reads it in its studio."), "success")
    return redirect(url_for("desk_reviews.show", review_id=review_id), 303)


@blueprint.post("/<int:row_id>/answer")
def answer(row_id: int) -> ResponseReturnValue:
    """Answer an objection."""
    stays = {"stay": True, "leave": False}.get(request.form.get("answer", ""))
    if stays is None:
        raise Invalid
    try:
        said = inputs.text(request.form.get("words", ""), most=deciding.LONGEST, lines=True)
        with transaction() as session:
            deciding.answer(session, web.actor(), current_user, row_id, stays=stays, words=said)
    except (ShopError, inputs.Unreadable) as error:
        return _refused(row_id, "", error)
    flash(gettext("Answered. The workshop reads it in its studio."), "success")
    return redirect(url_for("desk_review_rows.show", row_id=row_id), 303)
