"""Pages of the crafts: all of them by family, and one with its facts, its makers and its pieces."""

from dataclasses import dataclass

from flask import Blueprint, Response
from flask_babel import gettext as _

from catalog import browsing, cards, heritage, taxonomy
from catalog.browsing import NamedRow
from catalog.heritage import Entry
from catalog.models import Craft, WallPlace
from catalog.taxonomy import NoSuchCraft
from catalog.views import pages
from shop import authz
from shop.db import db
from shop.i18n import current_locale, localised
from shop.texts import mark

blueprint = Blueprint("crafts", __name__, url_prefix="/crafts")
authz.guard(blueprint, public=True, cacheable=True)

MAKERS = 6
RELATED = 12
UNVERIFIED = "unverified"
"""What `data/crafts.csv` and `data/heritage.csv` write into the source of a fact that nobody has checked."""
_CLAIMS = {
    "claimed_unverified": mark("Said to be a geographical indication (not verified)"),
    "potential": mark("May become a geographical indication"),
}
"""What of `Craft.gi_status` is no entry in a register (msgids); `unknown` says nothing."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is said of a craft, where it was read, and whether anybody has checked it."""

    label: str
    value: str
    source: str = ""
    verified: bool = True
    lang: str = ""
    """The language of the value, where it is not the page's."""


@blueprint.get("")
def index() -> Response:
    """List every craft by family."""
    wall, known = browsing.present(db.session())
    rows = browsing.craft_rows(known.crafts, wall.by_craft())
    families = [
        (family.code, localised(family), [row for row in rows if row.craft.family == family.code])
        for family in taxonomy.FAMILIES.values()
    ]
    return pages.show("crafts/index.html", families=[family for family in families if family[2]])


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """Show one craft: its facts with their sources, its makers, where it comes from, and its pieces."""
    session = db.session()
    wall, known = browsing.present(session)
    craft = known.craft_by_slug.get(slug)
    if craft is None:
        raise NoSuchCraft
    part = wall.of(craft_id=craft.id)
    numbers = wall.by_craft()
    family = [other for other in known.crafts if other.family == craft.family and other.id != craft.id]
    regencies = part.by_regency()
    return pages.show(
        "crafts/show.html",
        craft=craft,
        page=browsing.page(session, pages.number(), WallPlace.craft_id == craft.id, total=part.total),
        facts=_facts(craft),
        regions=[
            NamedRow(known.regency[code].slug, known.regency[code].name, count)
            for code, count in regencies.most_common()
            if code in known.regency
        ],
        workshops=browsing.workshops(session, part, limit=MAKERS),
        family=localised(taxonomy.FAMILIES[craft.family]),
        related=browsing.craft_rows(family, numbers)[:RELATED],
    )


def _facts(craft: Craft) -> list[Fact]:
    home = cards.place_name(craft.regency.name if craft.regency else "")
    place = ", ".join(part for part in (home, localised(craft.province)) if part)
    checked = UNVERIFIED not in craft.source
    facts = [Fact(_("At home in"), place, craft.source, checked)]
    if current_locale() == "en":
        facts.append(Fact(_("Technique"), craft.technique, _("general knowledge"), verified=False))
        facts.append(Fact(_("Made of"), craft.materials, _("general knowledge"), verified=False))
    entries = heritage.entries(craft.slug, craft.family, craft.gi_status, craft.source)
    facts += [_entry(entry) for entry in entries]
    if craft.gi_status in _CLAIMS:
        facts.append(Fact(_("Protection"), _(_CLAIMS[craft.gi_status]), craft.source, verified=False))
    return facts


def _entry(entry: Entry) -> Fact:
    listing = entry.listing if entry.kind == "unesco" else ""  # of the others the label says it
    said = ", ".join(part for part in (entry.element, listing, entry.year) if part)
    value = said or _("entered in the register")
    return Fact(
        _(heritage.KINDS[entry.kind]), value, entry.source, entry.verified, lang="en" if listing else ""
    )
