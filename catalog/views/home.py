"""The front page: what this is, who vouches for it, what is new, and where to go from here."""

from flask import Blueprint, Response

from catalog import browsing, products
from catalog.browsing import CraftRow
from catalog.views import pages
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
    counts = browsing.counts(session)
    councils = [row for row in browsing.council_rows(session, counts.councils) if row.count]
    provinces = [row for _province, row in browsing.province_rows(session, counts.provinces) if row.count]
    largest = sorted(counts.crafts, key=lambda craft_id: -counts.crafts[craft_id])[:CRAFTS]
    cards = products.newest(session, NEWEST, {counts.newest_of_craft[craft_id] for craft_id in largest})
    photos = {card.craft_slug: card.photo for card in reversed(cards)}
    rows = browsing.crafts_by_id(session, largest, counts.crafts)
    return pages.show(
        "home/show.html",
        newest=cards[:NEWEST],
        crafts=[CraftRow(row.craft, row.count, photos.get(row.craft.slug)) for row in rows],
        provinces=provinces,
        councils=councils[:8],
        maker=browsing.maker(session),
        totals={"products": counts.total, "workshops": counts.workshops, "councils": len(councils)},
    )
