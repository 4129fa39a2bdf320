"""Pages of the crafts: all of them by family, and one with its facts, its makers and its pieces."""

from dataclasses import dataclass

from flask import Blueprint, Response
from flask_babel import gettext as _

from catalog import browsing, cards, heritage, taxonomy
from catalog.atlas import Atlas
from catalog.browsing import NamedRow
from catalog.heritage import Entry
from catalog.models import Craft, WallPlace
from catalog.taxonomy import NoSuchCraft
from catalog.views import pages
from shop import authz
from shop.db import db
from shop.i18n import current_locale, localised, write_date

blueprint = Blueprint("crafts", __name__, url_prefix="/crafts")
authz.guard(blueprint, public=True, cacheable=True)

MAKERS = 6
RELATED = 12
UNVERIFIED = "unverified"
"""What `data/crafts.csv` and `data/heritage.csv` write into the source of a fact that nobody has checked."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is said of a craft, where it was read, and whether anybody has checked it."""

    label: str
    value: str
    source: str = ""
    verified: bool = True
    lang: str = ""
    """The language of the value, where it is not the page's."""
    source_lang: str = "en"


@blueprint.get("")
def index() -> Response:
    """List every craft by family, and show the latest piece of what each family makes most."""
    session = db.session()
    wall, known = browsing.present(session)
    numbers = wall.by_craft()
    families = [
        (
            family.code,
            localised(family),
            tuple(browsing.craft_rows(known, known.family[family.code], numbers)),
        )
        for family in taxonomy.FAMILIES.values()
        if family.code in known.family
    ]
    return pages.show(
        "crafts/index.html",
        families=families,
        tiles=browsing.family_tiles(
            session, wall, [(code, name, known.family[code]) for code, name, _rows in families]
        ),
    )


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """Show one craft: its facts with their sources, its makers, where it comes from, and its pieces."""
    session = db.session()
    wall, known = browsing.present(session)
    craft = known.craft_by_slug.get(slug)
    if craft is None:
        raise NoSuchCraft
    part = wall.of(craft_id=craft.id)
    family = [other for other in known.family[craft.family] if other != craft.id]
    regencies = part.by_regency()
    return pages.show(
        "crafts/show.html",
        craft=craft,
        page=browsing.page(session, pages.number(), WallPlace.craft_id == craft.id, total=part.total),
        facts=_facts(craft, known),
        regions=[
            NamedRow(known.regency[code].slug, known.regency[code].name, count)
            for code, count in regencies.most_common()
            if code in known.regency
        ],
        workshops=browsing.workshops(session, part, limit=MAKERS),
        family=localised(taxonomy.FAMILIES[craft.family]),
        related=browsing.craft_rows(known, family, wall.by_craft())[:RELATED],
    )


def _facts(craft: Craft, known: Atlas) -> list[Fact]:
    checked = UNVERIFIED not in craft.source
    facts = [Fact(_("At home in"), _homes(craft, known), craft.source, checked)]
    if current_locale() == "en":
        facts.append(Fact(_("Technique"), craft.technique, _("general knowledge"), verified=False))
        facts.append(Fact(_("Made of"), craft.materials, _("general knowledge"), verified=False))
    return [*facts, *(_entry(entry) for entry in known.heritage.of(craft))]


def _homes(craft: Craft, known: Atlas) -> str:
    """Name the home regions of the register; what it does not hold is named by the craft's own row."""
    codes = known.heritage.homes.get(craft.id) or (craft.regency_code or craft.province_code,)
    return "; ".join(_region(code, known) for code in codes)


def _region(code: str, known: Atlas) -> str:
    province = localised(known.province[code[:2]])
    regency = known.regency.get(code)
    return f"{cards.place_name(regency.name)}, {province}" if regency else province


def _entry(entry: Entry) -> Fact:
    if entry.kind in heritage.SAID:
        return Fact(_("Protection"), _(heritage.SAID[entry.kind]), entry.source, verified=False)
    listing = entry.listing if entry.kind == "unesco" else ""  # of the others the label says it
    number = _("no. %(number)s", number=entry.number) if entry.number else ""
    said = ", ".join(part for part in (entry.element, listing, number, entry.year, entry.holder) if part)
    value = said or _("entered in the register")
    if entry.checked_at is None:
        label = _(heritage.KINDS[entry.kind])
        return Fact(label, value, entry.source, verified=False, lang="en" if listing else "")
    day = write_date(entry.checked_at)
    source = _(
        "checked by %(council)s on %(day)s: %(place)s", council=entry.checked_by, day=day, place=entry.place
    )
    return Fact(_(heritage.KINDS[entry.kind]), value, source, source_lang=current_locale())
