"""The periodic review as the workshop reads it: what the council decided about each piece, why, and an objection."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import joinedload

from admin.periodic import deciding, figures, words
from admin.studio import entry
from catalog.curation import bars
from catalog.models import PeriodicReview, ReviewRow
from shop import inputs, web
from shop.db import db, transaction
from shop.errors import NotFound, ShopError

blueprint = entry.room("studio_reviews", "/studio/reviews")
SIZE = 20


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show what was decided, the latest first."""
    return _page()


def _page(*, about: int = 0, typed: str = "", problem: str = "", status: int = 200) -> ResponseReturnValue:
    session, mine, number = db.session(), entry.workshop(), entry.page_number()
    decided = sa.select(ReviewRow).where(ReviewRow.workshop_id == mine.id, ReviewRow.decision.is_not(None))
    total = session.scalar(sa.select(sa.func.count()).select_from(decided.subquery())) or 0
    rows = session.scalars(
        decided.order_by(ReviewRow.decided_at.desc(), ReviewRow.id.desc())
        .offset((number - 1) * SIZE)
        .limit(SIZE)
        .options(joinedload(ReviewRow.review).joinedload(PeriodicReview.council))
    ).all()
    shown = [
        (
            row,
            words.figures(figures.read(row.figures)),
            words.rule(row.rule, figures.read(row.figures), bars.read(row.review.rules)),
            deciding.may_object(row),
        )
        for row in rows
    ]
    html = render_template(
        "studio/reviews.html",
        workshop=mine,
        rows=shown,
        proposals=words.proposals(),
        states=words.states(),
        number=number,
        pages=entry.pages(total, SIZE),
        about=about,
        typed=typed,
        problem=problem,
    )
    return html, status


@blueprint.post("/<int:row_id>/objection")
def object_to(row_id: int) -> ResponseReturnValue:
    """Object to a piece being taken off."""
    try:
        said = inputs.text(request.form.get("words", ""), most=deciding.LONGEST, lines=True)
        with transaction() as session:
            row = deciding.row_of_member(session, entry.workshop(session).id, row_id)
            deciding.object_to(session, web.actor(), row, said)
    except NotFound:
        raise
    except (ShopError, inputs.Unreadable) as error:
        problem = gettext(error.message, **error.params)
        status = error.status if isinstance(error, ShopError) else 422
        typed = request.form.get("words", "").replace("\x00", "")
        return _page(about=row_id, typed=typed, problem=problem, status=status)
    flash(gettext("Your council has your objection. The piece stays until it has answered."), "success")
    return redirect(url_for("studio_reviews.index"), 303)
