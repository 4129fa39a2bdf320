"""Periodic reviews at the desk: the list of a council's reviews, one review with its pieces, its file, keeping in bulk."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy.orm import joinedload

from admin import paging, sheets
from admin.desk import scope
from admin.periodic import deciding, figures, preparation, words
from catalog import councils
from catalog.curation import bars
from catalog.models import Council, PeriodicReview, PeriodicState, Proposal, ReviewRow, RowState
from shop import authz, web
from shop.db import db, transaction
from shop.errors import ShopError
from shop.models import Role

blueprint = Blueprint("desk_reviews", __name__, url_prefix="/desk/reviews")
authz.guard(blueprint, roles=scope.JUDGES)
ADMINS = (Role.COUNCIL_ADMIN, Role.ADMIN)
PAGE = 50
REVIEWS = 20
CHUNK = 500


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the reviews of the councils in scope, the latest first, with what is still to decide."""
    return _index()


def _index(problem: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    mine = scope.condition(*scope.JUDGES)
    total = session.scalar(sa.select(sa.func.count(PeriodicReview.id)).join(Council).where(mine)) or 0
    pages = max(1, -(-total // REVIEWS))
    number = min(paging.number(), pages)
    found = session.scalars(
        sa.select(PeriodicReview)
        .join(Council)
        .where(mine)
        .order_by(PeriodicReview.last_on.desc(), PeriodicReview.id.desc())
        .offset((number - 1) * REVIEWS)
        .limit(REVIEWS)
        .options(joinedload(PeriodicReview.council))
    ).all()
    html = render_template(
        "desk/reviews.html",
        reviews=found,
        counts=_counts_of([review.id for review in found]),
        number=number,
        pages=pages,
        preparers=scope.councils(*ADMINS)[:60],
        problem=problem,
    )
    return html, status


def _counts_of(ids: list[int]) -> dict[int, dict[str, int]]:
    """Give how many rows of each review are in each state."""
    rows = db.session.execute(
        sa.select(ReviewRow.review_id, ReviewRow.state, sa.func.count())
        .where(ReviewRow.review_id.in_(ids))
        .group_by(ReviewRow.review_id, ReviewRow.state)
    )
    counts: dict[int, dict[str, int]] = {key: {} for key in ids}
    for review_id, state, number in rows:
        counts[review_id][state.value] = number
    return counts


@blueprint.post("")
@authz.allow(*ADMINS)
def prepare() -> ResponseReturnValue:
    """Prepare a review now, before it is due."""
    code = request.form.get("council", "")
    if code not in {council.code for council in scope.councils(*ADMINS)}:
        raise councils.NoSuchCouncil
    try:
        with transaction() as session:
            review = preparation.prepare(session, web.actor(), councils.by_code(session, code))
            review_id = review.id
    except (preparation.TooSoon, preparation.NothingOnSale) as error:
        return _index(gettext(error.message), error.status)
    flash(gettext("The review is prepared; its figures stay as they are now."), "success")
    return redirect(url_for("desk_reviews.show", review_id=review_id), 303)


@blueprint.get("/<int:review_id>")
def show(review_id: int) -> ResponseReturnValue:
    """Show one review: what is proposed and decided, with the figures; filters are kept in the address."""
    return _page(deciding.of_staff(db.session(), current_user, review_id))


def _asked() -> dict[str, str]:
    proposal, state = request.args.get("proposal", ""), request.args.get("state", "open")
    return {
        "proposal": proposal if proposal in set(Proposal) else "",
        "state": state if state in {*RowState, "all"} else "open",
        "q": request.args.get("q", "").strip()[:80],
    }


def _rows(review: PeriodicReview, asked: dict[str, str]) -> sa.Select[Any]:
    query = sa.select(ReviewRow).where(ReviewRow.review_id == review.id)
    if asked["proposal"]:
        query = query.where(ReviewRow.proposal == Proposal(asked["proposal"]))
    if asked["state"] != "all":
        query = query.where(ReviewRow.state == RowState(asked["state"]))
    if asked["q"]:
        named = (ReviewRow.title, ReviewRow.workshop_name)
        query = query.where(sa.or_(*(one.icontains(asked["q"], autoescape=True) for one in named)))
    return query


def _page(review: PeriodicReview, problem: str = "", status: int = 200) -> ResponseReturnValue:
    session, asked = db.session(), _asked()
    query = _rows(review, asked)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(paging.number(), pages)
    rows = session.scalars(query.order_by(ReviewRow.id).offset((number - 1) * PAGE).limit(PAGE)).all()
    held = bars.read(review.rules)
    counts = _tallies(review)
    html = render_template(
        "desk/periodic.html",
        review=review,
        asked=asked,
        rows=[(row, figures.read(row.figures), _why(row, held)) for row in rows],
        by_proposal={
            name: sum(n for (p, s), n in counts.items() if p == name and s == "open") for name in Proposal
        },
        by_state={name: sum(n for (_p, s), n in counts.items() if s == name) for name in RowState},
        proposals=words.proposals(),
        states=words.states(),
        is_open=review.state is PeriodicState.OPEN,
        total=total,
        number=number,
        pages=pages,
        problem=problem,
    )
    return html, status


def _why(row: ReviewRow, held: bars.Bars) -> str:
    return words.rule(row.rule, figures.read(row.figures), held)


def _tallies(review: PeriodicReview) -> dict[tuple[str, str], int]:
    rows = db.session.execute(
        sa.select(ReviewRow.proposal, ReviewRow.state, sa.func.count())
        .where(ReviewRow.review_id == review.id)
        .group_by(ReviewRow.proposal, ReviewRow.state)
    )
    return {(str(proposal), str(state)): number for proposal, state, number in rows}


@blueprint.post("/<int:review_id>/keep")
def keep(review_id: int) -> ResponseReturnValue:
    """Keep pieces whose keeping is proposed: those that were ticked, or all of them."""
    every = request.form.get("what") == "all"
    ids = [int(one) for one in request.form.getlist("row") if re.fullmatch(r"[0-9]{1,15}", one, re.ASCII)]
    review = deciding.of_staff(db.session(), current_user, review_id)
    if not every and not ids:
        return _page(review, gettext("Please tick the pieces that stay."), 422)
    try:
        with transaction() as session:
            review = deciding.of_staff(session, current_user, review_id)
            kept = deciding.keep_proposed(session, web.actor(), current_user, review, None if every else ids)
    except ShopError as error:
        return _page(
            deciding.of_staff(db.session(), current_user, review_id), gettext(error.message), error.status
        )
    flash(ngettext("%(num)s piece stays.", "%(num)s pieces stay.", kept), "success")
    return redirect(url_for("desk_reviews.show", review_id=review_id), 303)


@blueprint.get("/<int:review_id>/review.csv")
def csv(review_id: int) -> ResponseReturnValue:
    """Give the whole review as CSV, with the filters of the page."""
    review = deciding.of_staff(db.session(), current_user, review_id)
    asked = _asked() | ({} if "state" in request.args else {"state": "all"})
    head = [gettext("Piece"), gettext("Workshop"), gettext("Proposal"), gettext("Why"), gettext("Decision"),
            gettext("Reason"), gettext("State")]  # fmt: skip
    names = words.figures(figures.Figures(0, 0, False, 0, 0, 0, 0, 0, 0))
    table = sheets.csv_text([*head, *(name for name, _value in names)], _lines(review, asked))
    response = Response(table, mimetype="text/csv")
    name = f"kriya-review-{review.council.code}-{review.last_on}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(review: PeriodicReview, asked: dict[str, str]) -> Iterator[list[str | int]]:
    held, named, stands = bars.read(review.rules), words.proposals(), words.states()
    query = _rows(review, asked).order_by(ReviewRow.id).execution_options(yield_per=CHUNK)
    for row in db.session.scalars(query):
        figured = [value for _name, value in words.figures(figures.read(row.figures))]
        yield [
            row.title, row.workshop_name, named[row.proposal], _why(row, held),
            named[row.decision] if row.decision else "", row.reason, stands[row.state], *figured,
        ]  # fmt: skip
