"""What stands beside the results: facets with counts, chips, ways to sort; everything as a link.

Called by `catalog.views.search`. Names come from the reference data that the process keeps, counts from the search.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from flask_babel import gettext as _

from catalog import cards, heritage, materials, taxonomy
from catalog.atlas import Atlas
from catalog.search.query import PRICE_BUCKETS, price_bounds
from catalog.views.search_form import COUNTED, SearchForm
from shop.i18n import current_locale, localised
from shop.money import rupiah

FIRST_OPTIONS = 8
"""Answers to one question that are in sight, the most frequent first; the others are a press away."""
MOST_OPTIONS = 60
OPEN_GROUPS = 4
"""Questions that are unfolded on a fresh page."""
FIXED = ("price", "availability", "kind", "heritage")
"""Questions whose answers are known beforehand: they keep their order, and what would find nothing says 0."""
ANCHOR = "filters"
"""A choice leads back to the questions, so that on a phone several can be answered in a row."""
CURRENCY = "Rp\N{NO-BREAK SPACE}"
Names = Mapping[str, Mapping[str, str]]
Counts = Mapping[str, Mapping[str, int]]


class Option(NamedTuple):
    """One answer to a question, with the address that takes it up or gives it up."""

    label: str
    pieces: int
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """One question about the catalogue."""

    name: str
    label: str
    options: list[Option]
    more: list[Option] = field(default_factory=list)
    open: bool = False
    note: str = ""


class Region(NamedTuple):
    """A province, or a regency with its province, by name and address."""

    name: str
    slug: str
    province: str = ""


class CraftFacts(NamedTuple):
    """A craft by name, with what the register says of it."""

    name: str
    entries: list[heritage.Entry]


# --- names -------------------------------------------------------------------------------------------


def names(known: Atlas, counts: Counts, chosen: Mapping[str, Collection[str]]) -> Names:
    """Give the words for every value that was counted or chosen, in the language of the page."""
    wanted = {facet: {*counts.get(facet, ()), *chosen.get(facet, ())} for facet in {*counts, *chosen}}
    found = known.craft_by_slug
    name = "name_en" if current_locale() == "en" else "name_id"
    return {
        **_lasting(current_locale()),
        "craft": {slug: getattr(found[slug], name) for slug in wanted.get("craft", ()) if slug in found},
        "province": {
            code: region.name for code, region in regions(known, wanted.get("province", ())).items()
        },
        "regency": {code: place.name for code, place in regencies(known, wanted.get("regency", ())).items()},
        "material": {name: _material(name) for name in wanted.get("material", ())},
    }


@cache
def _lasting(_locale: str) -> Names:
    """Give the words that stand in the program; those of the page's language, which is part of the question."""
    return {
        "family": {code: localised(family) for code, family in taxonomy.FAMILIES.items()},
        "technique": {code: localised(label) for code, label in taxonomy.TECHNIQUES.items()},
        "availability": {"ready": _("Ready now"), "made_to_order": _("Made to order")},
        "kind": {"one_of_a_kind": _("One of a kind")},
        "heritage": {kind: _(words) for kind, words in heritage.KINDS.items()},
        "price": {bucket: _bucket(bucket) for bucket in PRICE_BUCKETS},
    }


def crafts(known: Atlas, slugs: Iterable[str]) -> dict[str, CraftFacts]:
    """Give crafts by slug, those that there are."""
    found = known.craft_by_slug
    return {
        slug: CraftFacts(localised(craft), known.heritage.of(craft))
        for slug in slugs
        if (craft := found.get(slug))
    }


def regions(known: Atlas, codes: Iterable[str]) -> dict[str, Region]:
    """Give provinces by code, those that there are."""
    found = known.province
    return {code: Region(localised(found[code]), found[code].slug) for code in codes if code in found}


def regencies(known: Atlas, codes: Iterable[str]) -> dict[str, Region]:
    """Give regencies and cities by code, those that there are."""
    found = known.regency
    return {
        code: Region(cards.place_name(place.name), place.slug, localised(place.province))
        for code in codes
        if (place := found.get(code))
    }


def _material(name: str) -> str:
    return (materials.in_english(name) if current_locale() == "en" else "") or name


def _bucket(bucket: str) -> str:
    low, above = price_bounds(bucket)
    return _range(low or None, above)


def price_span(low: int, high: int) -> str:
    """Write two prices with one `Rp`."""
    return f"{rupiah(low)} – {rupiah(high).removeprefix(CURRENCY)}"


def _range(low: int | None, high: int | None) -> str:
    """Write a range of prices that is open at one end at most."""
    if high is None:
        return str(_("From %(price)s", price=rupiah(low or 0)))
    return price_span(low, high) if low else str(_("Up to %(price)s", price=rupiah(high)))


# --- what is drawn -----------------------------------------------------------------------------------


def groups(form: SearchForm, counts: Counts, words: Names) -> list[Group]:
    """Give the questions that have answers here, or an answer already."""
    labels = {
        "family": _("Kind of craft"),
        "craft": _("Craft"),
        "province": _("Province"),
        "regency": _("Regency or city"),
        "price": _("Price range"),
        "availability": _("Availability"),
        "technique": _("Technique"),
        "material": _("Material"),
        "kind": _("Rarity"),
        "heritage": _("Heritage"),
    }
    notes = {"heritage": _("As the lists and news reports say that stand on the page of each craft.")}
    found: list[Group] = []
    for name in COUNTED:
        options, more = _options(form, name, counts.get(name, {}), words)
        if any(option.pieces or option.selected for option in options):
            unfolded = len(found) < OPEN_GROUPS or any(option.selected for option in options)
            found.append(Group(name, labels[name], options, more, unfolded, notes.get(name, "")))
    return found


def _options(
    form: SearchForm, facet: str, counts: Mapping[str, int], words: Names
) -> tuple[list[Option], list[Option]]:
    """Give the answers to one question, and those that are folded away; the chosen ones are always in sight."""
    chosen = form.filters.get(facet, ())
    known = words.get(facet, {})
    write = form.choosing(facet, ANCHOR)

    def options(values: Iterable[str]) -> list[Option]:
        return [
            Option(known.get(value, value), counts.get(value, 0), value in chosen, write(value))
            for value in values
        ]

    if facet in FIXED:
        return options([*known, *(value for value in chosen if value not in known)]), []
    missing = [code for code in known if code not in counts] if facet == "family" else []
    frequent = sorted(counts, key=lambda value: (-counts[value], known.get(value, value)))
    values = [value for value in chosen if value not in counts] + frequent
    shown = [value for place, value in enumerate(values) if place < FIRST_OPTIONS or value in chosen]
    sighted = {*shown, *chosen}
    folded = [value for value in [*values[:MOST_OPTIONS], *missing] if value not in sighted]
    return options(shown), options(folded)


def chips(form: SearchForm, words: Names) -> list[tuple[str, str]]:
    """Give what narrows the list now, each with the address without it."""
    return [(label, without.address()) for label, without in narrowings(form, words)]


def narrowings(form: SearchForm, words: Names) -> list[tuple[str, SearchForm]]:
    """Give what narrows the list now, each with the form without it."""
    found = [
        (words.get(facet, {}).get(value, value), form.with_value(facet, value))
        for facet, values in form.filters.items()
        for value in values
    ]
    if form.price_min is not None or form.price_max is not None:
        without = replace(form, price_min=None, price_max=None, page=1)
        found.append((_range(form.price_min, form.price_max), without))
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
