"""What stands beside the results: facets with counts, chips, ways to sort; everything as a link.

Called by `catalog.views.search`. Names come from the reference tables, counts from the search.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from catalog import taxonomy
from catalog.models import Craft, Province, Regency
from catalog.search.query import PRICE_BUCKETS, price_bounds
from catalog.views.search_form import COUNTED, SearchForm
from shop.i18n import localised
from shop.money import rupiah

MOST_OPTIONS = 14
"""Answers shown to one question, the most frequent first."""
Names = Mapping[str, Mapping[str, str]]
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question, with the address that takes it up or gives it up."""

    label: str
    count: int
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """One question about the catalogue."""

    name: str
    label: str
    options: list[Option]


class Region(NamedTuple):
    """A province by name and address."""

    name: str
    slug: str


# --- names -------------------------------------------------------------------------------------------


def names(session: Session, counts: Counts, chosen: Mapping[str, Collection[str]]) -> Names:
    """Give the words for every value that was counted or chosen, in the language of the page."""
    wanted = {facet: {*counts.get(facet, ()), *chosen.get(facet, ())} for facet in {*counts, *chosen}}
    return {
        "craft": craft_names(session, wanted.get("craft", ())),
        "province": {
            code: region.name for code, region in regions(session, wanted.get("province", ())).items()
        },
        "regency": _regencies(session, wanted.get("regency", ())),
        "family": {code: localised(family) for code, family in taxonomy.FAMILIES.items()},
        "technique": {code: localised(label) for code, label in taxonomy.TECHNIQUES.items()},
        "availability": {"ready": _("Ready now"), "made_to_order": _("Made to order")},
        "kind": {"one_of_a_kind": _("One of a kind")},
        "price": {bucket: _bucket(bucket) for bucket in PRICE_BUCKETS},
    }


def craft_names(session: Session, slugs: Collection[str]) -> dict[str, str]:
    """Give the names of crafts by slug."""
    if not slugs:
        return {}
    rows = session.execute(sa.select(Craft.slug, Craft.name_id, Craft.name_en).where(Craft.slug.in_(slugs)))
    return {row.slug: localised(row) for row in rows}


def regions(session: Session, codes: Collection[str]) -> dict[str, Region]:
    """Give provinces by code."""
    if not codes:
        return {}
    columns = (Province.code, Province.slug, Province.name_id, Province.name_en)
    rows = session.execute(sa.select(*columns).where(Province.code.in_(codes)))
    return {row.code: Region(localised(row), row.slug) for row in rows}


def _regencies(session: Session, codes: Collection[str]) -> dict[str, str]:
    if not codes:
        return {}
    rows = session.execute(sa.select(Regency.code, Regency.name).where(Regency.code.in_(codes)))
    return {row.code: row.name for row in rows}


def _bucket(bucket: str) -> str:
    low, above = price_bounds(bucket)
    return _range(low or None, above)


def _range(low: int | None, high: int | None) -> str:
    """Write a range of prices that is open at one end at most."""
    if high is None:
        return str(_("From %(price)s", price=rupiah(low or 0)))
    return f"{rupiah(low)} – {rupiah(high)}" if low else str(_("Up to %(price)s", price=rupiah(high)))


# --- what is drawn -----------------------------------------------------------------------------------


def groups(form: SearchForm, counts: Counts, words: Names) -> list[Group]:
    """Give the questions that have answers."""
    labels = {
        "craft": _("Craft"),
        "province": _("Province"),
        "price": _("Price range"),
        "availability": _("Availability"),
        "technique": _("Technique"),
        "material": _("Material"),
        "kind": _("Rarity"),
    }
    found = [Group(name, labels[name], _options(form, name, counts.get(name, {}), words)) for name in COUNTED]
    return [group for group in found if group.options]


def _options(form: SearchForm, facet: str, counts: Mapping[str, int], words: Names) -> list[Option]:
    """Give the answers to one question: the chosen ones always, the others by number."""
    chosen = form.filters.get(facet, ())
    if facet == "price":
        values = list(PRICE_BUCKETS) if counts or chosen else []
    else:
        frequent = sorted(counts, key=lambda value: (-counts[value], value))
        values = [value for value in chosen if value not in counts] + frequent[:MOST_OPTIONS]
        values += [value for value in frequent[MOST_OPTIONS:] if value in chosen]
    return [
        Option(
            label=words.get(facet, {}).get(value, value),
            count=counts.get(value, 0),
            selected=value in chosen,
            url=form.with_value(facet, value).address(),
        )
        for value in values
    ]


def chips(form: SearchForm, words: Names) -> list[tuple[str, str]]:
    """Give what narrows the list now, each with the address without it."""
    found = [
        (words.get(facet, {}).get(value, value), form.with_value(facet, value).address())
        for facet, values in form.filters.items()
        for value in values
    ]
    low, high = form.price_min, form.price_max
    if low is not None or high is not None:
        without = replace(form, price_min=None, price_max=None, page=1).address()
        found.append((_range(low, high), without))
    return found


def sorting(form: SearchForm) -> list[tuple[str, str, str, bool]]:
    """Give the ways to sort: value, words, address, whether in use."""
    ways = [
        ("relevance", _("Best match")),
        ("newest", _("Newest")),
        ("price-low", _("Price, lowest first")),
        ("price-high", _("Price, highest first")),
    ]
    usual = replace(form, sort="").sort_shown
    return [
        (
            value,
            label,
            replace(form, sort="" if value == usual else value, page=1).address(),
            value == form.sort_shown,
        )
        for value, label in ways
        if form.q or value != "relevance"
    ]
