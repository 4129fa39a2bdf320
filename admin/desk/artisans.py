"""The region's workshops: who they are, what they show, how their verdicts went; suspending and readmitting."""

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin import members, paging
from admin.desk import scope
from catalog import artisans
from catalog.curation import membership_roll, memberships, submissions
from catalog.models import (
    OPEN_STATES,
    Council,
    Craft,
    Listing,
    ListingState,
    Product,
    Regency,
    Submission,
    Workshop,
    WorkshopState,
)
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import Invalid
from shop.models import Role

blueprint = Blueprint("desk_artisans", __name__, url_prefix="/desk/artisans")
authz.guard(blueprint, roles=scope.JUDGES)
PAGE = 40
ADMINS = (Role.COUNCIL_ADMIN, Role.ADMIN)


def _count(*states: ListingState) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count(Listing.id))
        .join(Product, Product.id == Listing.product_id)
        .where(Product.workshop_id == Workshop.id, Listing.state.in_(states))
        .correlate(Workshop)
        .scalar_subquery()
    )


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the workshops of the region with what they show and what is under way."""
    session = db.session()
    asked = request.args.get("q", "").strip()[:80]
    query = (
        sa.select(Workshop, Craft, Regency, _count(ListingState.LIVE), _count(*OPEN_STATES))
        .join(Craft, Craft.id == Workshop.craft_id)
        .join(Regency, Regency.code == Workshop.regency_code)
        .join(Council, Council.id == Workshop.council_id)
        .where(scope.condition(*scope.JUDGES))
    )
    if asked:
        named = (Workshop.name, Workshop.maker_name, Regency.name, Craft.name_id, Craft.name_en)
        query = query.where(sa.or_(*(column.icontains(asked, autoescape=True) for column in named)))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(paging.number(), pages)
    rows = session.execute(query.order_by(Workshop.name).offset((page - 1) * PAGE).limit(PAGE)).all()
    return render_template(
        "desk/artisans.html", rows=rows, asked=asked, number=page, pages=pages, total=total
    )


@blueprint.get("/<int:workshop_id>")
def show(workshop_id: int) -> ResponseReturnValue:
    """Show a workshop with its pieces."""
    return _page(artisans.for_staff(db.session(), current_user, workshop_id))


def _page(
    workshop: Workshop, *, reason: str = "", problem: str = "", status: int = 200
) -> ResponseReturnValue:
    session = db.session()
    # A draft that was never sent is the workshop's own; what was sent is shown as it was sent.
    latest = sa.select(sa.func.max(Submission.id)).group_by(Submission.listing_id)
    listings = session.execute(
        sa.select(Listing, Submission)
        .join(Product, Product.id == Listing.product_id)
        .join(Submission, Submission.listing_id == Listing.id)
        .where(Product.workshop_id == workshop.id, Submission.id.in_(latest))
        .where(Listing.state.in_((*OPEN_STATES, ListingState.LIVE, ListingState.DECLINED)))
        .order_by(Listing.updated_at.desc())
        .limit(200)
    ).all()
    html = render_template(
        "desk/artisan.html",
        workshop=workshop,
        members=artisans.members(session, workshop.id),
        memberships=[
            one
            for one in membership_roll.of_workshop(session, workshop.id)
            if scope.covers(one.council, *scope.JUDGES)
        ],
        listings=listings,
        may_suspend=scope.covers(workshop.council, *ADMINS),
        reason=reason,
        problem=problem,
    )
    return html, status


@blueprint.post("/<int:workshop_id>/state")
@authz.allow(*ADMINS)
def state(workshop_id: int) -> ResponseReturnValue:
    """Suspend a workshop with a reason, or readmit it; its pieces follow at once."""
    workshop = artisans.for_staff(db.session(), current_user, workshop_id)
    if not scope.covers(workshop.council, *ADMINS):
        raise artisans.NoSuchWorkshop
    if artisans.is_member(db.session(), workshop_id, current_user.id):
        raise submissions.OwnWorkshop
    targets = {"suspend": WorkshopState.SUSPENDED, "readmit": WorkshopState.ACTIVE}
    target = targets.get(request.form.get("do", ""))
    if target is None:
        raise Invalid
    typed = request.form.get("reason", "")
    try:
        reason = inputs.text(typed, most=300)
    except inputs.Unreadable as error:
        return _page(workshop, reason=typed, problem=gettext(error.message, **error.params), status=422)
    if not reason:
        words = gettext("Please give a reason; it stays in the history.")
        return _page(workshop, problem=words, status=422)
    try:
        with transaction() as session:
            members.set_workshop(session, web.actor(), workshop, target, reason)
    except (artisans.NotPossibleNow, memberships.NotPossibleNow, memberships.NeedsRenewal) as error:
        again = artisans.for_staff(db.session(), current_user, workshop_id)
        return _page(again, reason=reason, problem=gettext(error.message), status=error.status)
    flash(gettext("Done. It holds for every page within a minute."), "success")
    return redirect(url_for("desk_artisans.show", workshop_id=workshop_id))
