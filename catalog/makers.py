"""One workshop as its own public page shows it: words that a curator has read, and its portrait.

Its pieces come from `catalog.browsing`, its neighbours' from `catalog.alike`.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import cards, pictures, slugs
from catalog.alike import Home
from catalog.artisans import NoSuchWorkshop
from catalog.models import (
    Council,
    Craft,
    Picture,
    Portrait,
    Province,
    Regency,
    SlugKind,
    Workshop,
    WorkshopState,
)
from catalog.pictures import Files, PhotoView
from shop.db import constant, read
from shop.i18n import current_locale


@dataclass(frozen=True, slots=True)
class Maker:
    """A workshop with its approved words; where it is at home leads to its neighbours."""

    id: int
    slug: str
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
    home: Home


_PUBLIC = sa.and_(Workshop.state != constant(WorkshopState.SUSPENDED), Workshop.live_name.is_not(None))
_PAGE = (
    sa.select(
        Workshop.id, Workshop.slug, Workshop.live_name, Workshop.live_maker_name, Workshop.live_village,
        Workshop.live_about, Workshop.live_since_year, Workshop.live_regency_code,
        Craft.name_id, Craft.name_en, Craft.slug, Craft.family, Council.name, Council.slug,
        Regency.name, Regency.slug, Province.name_id, Province.name_en,
        Portrait.live_alt, *cards.photograph(),
    )
    .outerjoin(Craft, Craft.id == Workshop.live_craft_id)
    .outerjoin(Council, Council.id == Workshop.live_council_id)
    .outerjoin(Regency, Regency.code == Workshop.live_regency_code)
    .outerjoin(Province, Province.code == Regency.province_code)
    .outerjoin(Portrait, Portrait.workshop_id == Workshop.id)
    .outerjoin(Picture, Picture.id == Portrait.live_picture_id)
    .where(_PUBLIC, Workshop.slug == sa.bindparam("slug"))
)  # fmt: skip


def of_slug(session: Session, slug: str) -> Maker:
    """Give a workshop that the public may see: not suspended, with a profile that a curator has read.

    :raise catalog.slugs.Renamed: when it has another address now. :raise NoSuchWorkshop:
    """
    row = read(session, _PAGE, {"slug": slug}).one_or_none()
    if row is not None:
        return _maker(row, english=current_locale() == "en")
    workshop_id = slugs.owner(session, SlugKind.WORKSHOP, slug)
    present = sa.select(Workshop.slug).where(_PUBLIC, Workshop.id == int(workshop_id or 0))
    renamed = read(session, present).scalar()
    if renamed is None:
        raise NoSuchWorkshop
    raise slugs.Renamed(renamed)


def _maker(row: Any, *, english: bool) -> Maker:
    (
        number, slug, name, maker_name, village, about, since_year, regency_code,
        craft_id_name, craft_en_name, craft_slug, family, council_name, council_slug,
        regency, regency_slug, province_id, province_en, alt, *files,
    ) = row  # fmt: skip
    region = cards.place_name(regency)
    place = (village, region, (english and province_en) or province_id)
    return Maker(
        id=number,
        slug=slug,
        name=name,
        maker_name=maker_name or "",
        place=", ".join(part for part in place if part),
        about=about or "",
        since_year=since_year,
        craft_name=(english and craft_en_name) or craft_id_name or "",
        craft_slug=craft_slug or "",
        family=family or "",
        council_name=council_name or "",
        council_slug=council_slug or "",
        region_slug=regency_slug or "",
        region_name=region,
        portrait=pictures.public_view(Files._make(files), alt),
        home=Home(number, regency_code or "", village or "", regency_slug or ""),
    )
