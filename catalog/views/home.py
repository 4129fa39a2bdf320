"""The front page: what this is, who vouches for it, what is new, and where to go from here."""

from dataclasses import replace

from flask import Blueprint, Response

from catalog import archipelago, browsing
from catalog.views import pages, structured
from shop import authz
from shop.db import db

blueprint = Blueprint("home", __name__)
authz.guard(blueprint, public=True, cacheable=True)

NEWEST = 11
CRAFTS = 8
COUNCILS = 8


@blueprint.get("/")
def show() -> Response:
    """Show the front page."""
    session = db.session()
    wall, known = browsing.present(session)
    pieces, latest = wall.by_craft(), wall.latest_of_craft()
    councils = [row for row in browsing.council_rows(known, wall.by_council()) if row.count]
    provinces = browsing.province_rows(known, wall.by_province())
    largest = [number for number, _count in pieces.most_common(CRAFTS) if number in known.craft]
    cards = browsing.newest(session, NEWEST, {latest[craft_id] for craft_id in largest})
    photos = {card.craft_slug: card.photo for card in reversed(cards)}
    crafts = browsing.craft_rows(known, largest, pieces)
    return pages.show(
        "home/show.html",
        structured_data=structured.organisation(),
        newest=cards[:NEWEST],
        crafts=[replace(row, photo=photos.get(row.slug)) for row in crafts],
        picture=archipelago.picture(provinces),
        provinces=tuple(row for _province, row in provinces if row.count),
        councils=tuple(councils[:COUNCILS]),
        maker=browsing.maker(session, wall),
        totals={
            "products": wall.total,
            "workshops": len(wall.by_workshop()),
            "councils": len(councils),
        },
    )
