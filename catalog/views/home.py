"""The front page: what this is, who vouches for it, what is new, and where to go from here."""

from flask import Blueprint, Response

from catalog import browsing, products, tallies
from catalog.browsing import CraftRow
from catalog.views import pages, structured
from shop import authz
from shop.db import db

blueprint = Blueprint("home", __name__)
authz.guard(blueprint, public=True, cacheable=True)

NEWEST = 11
CRAFTS = 8


@blueprint.get("/")
def show() -> Response:
    """Show the front page."""
    session = db.session()
    wall = tallies.wall(session)
    pieces, latest = wall.by_craft(), wall.latest_of_craft()
    councils = [row for row in browsing.council_rows(session, wall.by_council()) if row.count]
    provinces = [row for _province, row in browsing.province_rows(session, wall.by_province()) if row.count]
    largest = [craft_id for craft_id, _number in pieces.most_common(CRAFTS)]
    cards = products.newest(session, NEWEST, {latest[craft_id] for craft_id in largest})
    photos = {card.craft_slug: card.photo for card in reversed(cards)}
    rows = browsing.crafts_by_id(session, largest, pieces)
    return pages.show(
        "home/show.html",
        structured_data=structured.organisation(),
        newest=cards[:NEWEST],
        crafts=[CraftRow(row.craft, row.count, photos.get(row.craft.slug)) for row in rows],
        provinces=provinces,
        councils=councils[:8],
        maker=browsing.maker(session, wall),
        totals={
            "products": wall.total,
            "workshops": len(wall.by_workshop()),
            "councils": len(councils),
        },
    )
