"""What is offered while someone types, in groups: crafts, regions, makers, pieces; only what is public now.

Called by `catalog.views.search`. The index gives keys, the database names and whether they may be shown.
"""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from catalog import atlas, products
from catalog.models import Workshop
from catalog.search.query import SuggestionKind
from catalog.views import search_facets

LIMITS: dict[SuggestionKind, int] = {"craft": 3, "region": 2, "place": 2, "maker": 2, "piece": 3}
"""How many of each kind are offered."""


class Offer(TypedDict):
    """One line: its words, where it leads, what kind of thing it is, and who made it where it is a piece."""

    label: str
    url: str
    kind: str
    note: str


def offers(session: Session, keys: Mapping[SuggestionKind, Sequence[str]]) -> list[Offer]:
    """Give names and addresses of what the index offers, kind after kind; at most three statements."""
    known = atlas.atlas(session)
    crafts = search_facets.crafts(known, keys.get("craft", ()))
    regions = search_facets.regions(known, keys.get("region", ()))
    makers = _makers(session, keys.get("maker", ()))
    found = [
        Offer(label=crafts[key].name, url=url_for("crafts.show", slug=key), kind=_("Crafts"), note="")
        for key in keys.get("craft", ())
        if key in crafts
    ]
    found += [
        Offer(
            label=regions[key].name,
            url=url_for("regions.show", slug=regions[key].slug),
            kind=_("Regions"),
            note="",
        )
        for key in keys.get("region", ())
        if key in regions
    ]
    places = search_facets.regencies(known, keys.get("place", ()))
    found += [
        Offer(
            label=places[key].name,
            url=url_for("regions.show", slug=places[key].slug),
            kind=_("Regions"),
            note=places[key].province,
        )
        for key in keys.get("place", ())
        if key in places
    ]
    found += [
        Offer(
            label=makers[key][0],
            url=url_for("artisans.show", slug=key),
            kind=_("Makers"),
            note=makers[key][1],
        )
        for key in keys.get("maker", ())
        if key in makers
    ]
    pieces = [int(key) for key in keys.get("piece", ())]
    return found + [
        Offer(
            label=card.title,
            url=url_for("products.show", slug=card.slug),
            kind=_("Pieces"),
            note=card.workshop_name,
        )
        for card in (products.cards(session, pieces) if pieces else ())
    ]


def _makers(session: Session, slugs: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Give the public names of workshops with something on the wall, and of who works there."""
    if not slugs:
        return {}
    live = products.live().where(Workshop.slug.in_(slugs))
    columns = (Workshop.slug, Workshop.live_name, Workshop.live_maker_name)
    rows = session.execute(live.with_only_columns(*columns).distinct())
    return {row.slug: (row.live_name or row.slug, row.live_maker_name or "") for row in rows}
