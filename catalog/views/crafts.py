"""Pages of the crafts: all of them by family, and one with its facts, its makers and its pieces."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from catalog import browsing, cards, tallies, taxonomy
from catalog.models import Craft, WallPlace
from catalog.views import pages
from shop import authz
from shop.db import db
from shop.i18n import localised

blueprint = Blueprint("crafts", __name__, url_prefix="/crafts")
authz.guard(blueprint, public=True, cacheable=True)

MAKERS = 6
RELATED = 12


@blueprint.get("")
def index() -> Response:
    """List every craft by family."""
    session = db.session()
    rows = browsing.craft_rows(session, tallies.wall(session).by_craft())
    families = [
        (family.code, localised(family), [row for row in rows if row.craft.family == family.code])
        for family in taxonomy.FAMILIES.values()
    ]
    return pages.show("crafts/index.html", families=[family for family in families if family[2]])


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """Show one craft."""
    session = db.session()
    craft = taxonomy.craft_by_slug(session, slug)
    wall = tallies.wall(session)
    numbers, makers = wall.by_craft(), wall.of(craft_id=craft.id)
    family = Craft.family == craft.family
    related = [row for row in browsing.craft_rows(session, numbers, family) if row.craft.id != craft.id]
    return pages.show(
        "crafts/show.html",
        craft=craft,
        page=browsing.page(session, pages.number(), WallPlace.craft_id == craft.id, total=makers.total),
        facts=_facts(craft),
        workshops=browsing.workshops(session, makers, limit=MAKERS),
        related=related[:RELATED],
    )


_GI = {
    "registered": "Registered geographical indication",
    "applied": "Geographical indication applied for",
    "claimed_unverified": "Said to be a geographical indication (not verified)",
    "potential": "May become a geographical indication",
}
"""Status of a craft as a geographical indication (msgids); `unknown` says nothing."""


def _facts(craft: Craft) -> list[tuple[str, str, str | None]]:
    home = cards.place_name(craft.regency.name if craft.regency else "")
    place = ", ".join(part for part in (home, localised(craft.province)) if part)
    facts: list[tuple[str, str, str | None]] = [(_("At home in"), place, None)]
    family = taxonomy.FAMILIES.get(craft.family)
    if family:
        facts.append((_("Family"), localised(family), None))
    if craft.gi_status in _GI:
        facts.append((_("Protection"), _(_GI[craft.gi_status]), craft.source))
    return facts
