"""Pages of the regions: all provinces, one province, one regency or city."""

from itertools import groupby

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from catalog import archipelago, browsing, landscapes, taxonomy
from catalog.models import Province, Regency
from catalog.views import pages
from shop import authz
from shop.db import db
from shop.i18n import localised

blueprint = Blueprint("regions", __name__, url_prefix="/regions")
authz.guard(blueprint, public=True, cacheable=True)

MAKERS = 6
ISLANDS = {
    "sumatera": "Sumatra",
    "jawa": "Java",
    "bali_nusa_tenggara": "Bali and Nusa Tenggara",
    "kalimantan": "Kalimantan",
    "sulawesi": "Sulawesi",
    "maluku": "Maluku",
    "papua": "Papua",
}
"""Island groups of `data/provinces.csv` to their names (msgids)."""


@blueprint.get("")
def index() -> Response:
    """Show the archipelago, and list its provinces from west to east."""
    wall, known = browsing.present(db.session())
    rows = browsing.province_rows(known, wall.by_province())
    groups = [
        (_(ISLANDS[group]), [row for _province, row in members])
        for group, members in groupby(rows, key=lambda pair: pair[0].island_group)
    ]
    return pages.show("regions/index.html", groups=groups, picture=archipelago.picture(rows))


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """Show one province, regency or city: its pieces, crafts, makers and councils."""
    session = db.session()
    wall, known = browsing.present(session)
    region = known.regions.get(slug)
    if region is None:
        taxonomy.former_region(session, slug)
    province_code = region.code[:2]
    regency_code = region.code if isinstance(region, Regency) else None
    part = wall.of(province_code=province_code, regency_code=regency_code)
    at_home = known.at_home.get(region.code, ())
    return pages.show(
        "regions/show.html",
        region_name=_name(region),
        page=browsing.page(session, pages.number(), browsing.made_in(region.code), total=part.total),
        facts=_facts(region),
        landscape=landscapes.view(known.landscapes.get(province_code)),
        councils=browsing.councils_of(known, province_code, regency_code),
        regencies=browsing.regency_rows(known, wall.by_regency(), province_code),
        here=regency_code and region.slug,
        province=region.province if isinstance(region, Regency) else region,
        crafts=browsing.craft_rows(known, {*at_home, *part.by_craft()}, part.by_craft()),
        workshops=browsing.workshops(session, part, limit=MAKERS),
        breadcrumbs_trail=_trail(region),
    )


def _name(region: Province | Regency) -> str:
    return localised(region) if isinstance(region, Province) else region.name


def _facts(region: Province | Regency) -> list[tuple[str, str]]:
    if isinstance(region, Province):
        return [(_("Capital"), region.capital), (_("Islands"), _(ISLANDS[region.island_group]))]
    return []


def _trail(region: Province | Regency) -> list[tuple[str, str | None]]:
    trail: list[tuple[str, str | None]] = [(_("Regions"), url_for("regions.index"))]
    if isinstance(region, Regency):
        province = region.province
        trail.append((localised(province), url_for("regions.show", slug=province.slug)))
    return [*trail, (_name(region), None)]
