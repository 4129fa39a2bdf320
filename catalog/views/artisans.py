"""Pages of the workshops behind the pieces."""

from flask import Blueprint, Response

from catalog import alike, browsing, makers, tallies
from catalog.curation import membership_roll
from catalog.models import WallPlace
from catalog.views import pages, structured
from shop import authz
from shop.db import db

blueprint = Blueprint("artisans", __name__, url_prefix="/artisans")
authz.guard(blueprint, public=True, cacheable=True)


@blueprint.get("")
def index() -> Response:
    """List the workshops with work on the wall."""
    return pages.show("artisans/index.html", page=browsing.workshop_page(db.session(), pages.number()))


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """Show one workshop and its work."""
    session = db.session()
    maker = makers.of_slug(session, slug)
    pieces = tallies.wall(session).by_workshop()[maker.id]
    own = WallPlace.workshop_id == maker.id
    work = browsing.page(session, pages.number(), own, total=pieces)
    return pages.show(
        "artisans/show.html",
        workshop=maker,
        membership=membership_roll.shown(session, maker.id),
        photograph=maker.portrait or (work.cards[0].photo if work.cards else None),
        page=work,
        nearby=alike.neighbours(session, maker.home) if work.number == 1 else [],
        structured_data=structured.workshop(maker.name, maker.slug, maker.about, maker.place),
    )
