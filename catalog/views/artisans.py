"""Pages of the workshops behind the pieces."""

from dataclasses import dataclass

from flask import Blueprint, Response

from catalog import alike, artisans, browsing, cards, portraits, tallies
from catalog.models import WallPlace, Workshop
from catalog.pictures import PhotoView
from catalog.views import pages, structured
from shop import authz
from shop.db import db
from shop.i18n import localised

blueprint = Blueprint("artisans", __name__, url_prefix="/artisans")
authz.guard(blueprint, public=True, cacheable=True)


@dataclass(frozen=True, slots=True)
class ShownWorkshop:
    """A workshop as its own page shows it: words that a curator has read."""

    name: str
    maker_name: str
    place: str
    about: str
    since_year: int | None
    craft_name: str
    craft_slug: str
    family: str
    council_name: str
    council_slug: str
    region_slug: str
    region_name: str
    portrait: PhotoView | None
    photo: PhotoView | None


@blueprint.get("")
def index() -> Response:
    """List the workshops with work on the wall."""
    return pages.show("artisans/index.html", page=browsing.workshop_page(db.session(), pages.number()))


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """Show one workshop and its work."""
    session = db.session()
    workshop = artisans.by_slug(session, slug)
    pieces = tallies.wall(session).by_workshop()[workshop.id]
    own = WallPlace.workshop_id == workshop.id
    work = browsing.page(session, pages.number(), own, total=pieces)
    first = work.cards[0].photo if work.cards else None
    portrait = portraits.live_views(session, [workshop.id]).get(workshop.id)
    nearby = alike.neighbours(session, workshop.id) if work.number == 1 else []
    shown = _shown(workshop, portrait, first)
    return pages.show(
        "artisans/show.html",
        workshop=shown,
        page=work,
        nearby=nearby,
        structured_data=structured.workshop(shown.name, workshop.slug, shown.about, shown.place),
    )


def _shown(workshop: Workshop, portrait: PhotoView | None, photo: PhotoView | None) -> ShownWorkshop:
    craft, regency, council = workshop.live_craft, workshop.live_regency, workshop.live_council
    place = (
        workshop.live_village,
        cards.place_name(regency.name if regency else ""),
        localised(regency.province) if regency else "",
    )
    return ShownWorkshop(
        name=workshop.live_name or "",
        maker_name=workshop.live_maker_name or "",
        place=", ".join(part for part in place if part),
        about=workshop.live_about or "",
        since_year=workshop.live_since_year,
        craft_name=localised(craft) if craft else "",
        craft_slug=craft.slug if craft else "",
        family=craft.family if craft else "",
        council_name=council.name if council else "",
        council_slug=council.slug if council else "",
        region_slug=regency.slug if regency else "",
        region_name=cards.place_name(regency.name if regency else ""),
        portrait=portrait,
        photo=photo,
    )
