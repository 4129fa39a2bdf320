"""Pages of the councils that vouch for the pieces."""

from flask import Blueprint, Response

from catalog import browsing, councils, landscapes
from catalog.councils import NATIONAL, NoSuchCouncil
from catalog.curation import rubrics
from catalog.curation.rubric import Rubric
from catalog.models import Council, Province, Regency, WallPlace
from catalog.views import pages
from shop import authz
from shop.db import db

blueprint = Blueprint("councils", __name__, url_prefix="/councils")
authz.guard(blueprint, public=True, cacheable=True)

MAKERS = 6


@blueprint.get("")
def index() -> Response:
    """List the councils, those with most pieces first."""
    wall, known = browsing.present(db.session())
    return pages.show("councils/index.html", councils=browsing.council_rows(known, wall.by_council()))


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """Show one council: its own words, its region, its makers, and what it has approved, the newest first."""
    session = db.session()
    wall, known = browsing.present(session)
    council = known.council_by_slug.get(slug)
    if council is None:
        raise NoSuchCouncil
    part = wall.of(council_id=council.id)
    region = _region(council, known.provinces, known.regency)
    return pages.show(
        "councils/show.html",
        council=council,
        region=region,
        national=council.code == NATIONAL,
        landscape=landscapes.view(known.landscapes.get(council.province_code or "")),
        crafts=browsing.craft_rows(known, part.by_craft(), part.by_craft()),
        page=browsing.page(session, pages.number(), WallPlace.council_id == council.id, total=part.total),
        workshops=browsing.workshops(session, part, limit=MAKERS),
        rubric=rubrics.for_council(session, council),
        curators=councils.curators(session, council.id),
    )


@blueprint.get("/<slug>/rubric")
def rubric(slug: str) -> Response:
    """Show in words what a council judges by now."""
    known = browsing.present(db.session())[1]
    council = known.council_by_slug.get(slug)
    if council is None:
        raise NoSuchCouncil
    present = rubrics.for_council(db.session(), council)
    return _rubric(council, present, next((c for c in known.councils if c.code == present.council), council))


@blueprint.get("/<slug>/rubric/<int:version>")
def rubric_version(slug: str, version: int) -> Response:
    """Show in words a version of a council's own rubric, which pieces were judged by."""
    known = browsing.present(db.session())[1]
    council = known.council_by_slug.get(slug)
    if council is None:
        raise NoSuchCouncil
    row = rubrics.published(db.session(), council.code, version)
    return _rubric(council, rubrics.by_id(db.session(), row.id), council)


def _rubric(council: Council, judged_by: Rubric, author: Council) -> Response:
    return pages.show("councils/rubric.html", council=council, rubric=judged_by, author=author)


def _region(
    council: Council, provinces: tuple[Province, ...], regencies: dict[str, Regency]
) -> Province | Regency | None:
    """Give the region that a council answers for; none for the national one."""
    if council.regency_code:
        return regencies.get(council.regency_code)
    return next((province for province in provinces if province.code == council.province_code), None)
