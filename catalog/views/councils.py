"""Pages of the councils that vouch for the pieces."""

from flask import Blueprint, Response

from catalog import browsing, councils, tallies
from catalog.models import WallPlace
from catalog.views import pages
from shop import authz
from shop.db import db

blueprint = Blueprint("councils", __name__, url_prefix="/councils")
authz.guard(blueprint, public=True, cacheable=True)

MAKERS = 6


@blueprint.get("")
def index() -> Response:
    """List the councils, those with most pieces first."""
    session = db.session()
    rows = browsing.council_rows(session, tallies.wall(session).by_council())
    return pages.show("councils/index.html", councils=rows)


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """Show one council and what it has approved."""
    session = db.session()
    council = councils.by_slug(session, slug)
    part = tallies.wall(session).of(council_id=council.id)
    return pages.show(
        "councils/show.html",
        council=council,
        page=browsing.page(session, pages.number(), WallPlace.council_id == council.id, total=part.total),
        workshops=browsing.workshops(session, part, limit=MAKERS),
    )
