"""Search pages: the list with its facets, and the suggestions under the search box."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from catalog import products
from catalog.cards import Card
from catalog.models import Workshop
from catalog.search import find
from catalog.search.find import Page
from catalog.search.query import DEEPEST, SearchRequest, SuggestionKind
from catalog.views import search_facets
from catalog.views.search_form import PAGE_SIZE, NoSuchPage, SearchForm, clean, is_writable
from shop import authz, kept_pages
from shop.db import db
from shop.i18n import write_number
from shop.views import shared
from shop.views.pages import cacheable

blueprint = Blueprint("search", __name__)
authz.guard(blueprint, public=True, cacheable=True, limits="search")

SUGGESTED: dict[SuggestionKind, int] = {"craft": 2, "region": 2, "maker": 2, "piece": 4}
"""How many of each kind are offered while typing."""
SHORTEST_PREFIX = 2
INDEX_LAG = 2
"""Seconds that a list is kept here: the index may be that much behind the version of the catalogue."""
FRESH = 5
"""Seconds that a list may be kept: who has just been told of an approval wants to find the piece."""
NEAR = 6
"""Pieces shown where nothing was found."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The page of results as the template draws it."""

    cards: list[Card]
    number: int
    pages: int
    total: int


@blueprint.get("/search")
def results() -> ResponseReturnValue:
    """Show the pieces that match, with facets, chips and sorting."""
    form = SearchForm.read(request.args)
    if not is_writable(request.args):
        return redirect(form.address())
    session = db.session()
    found, cards = _found(session, form.to_query())
    exact = not found.near
    pages = min(max(-(-found.total // PAGE_SIZE), 1), DEEPEST // PAGE_SIZE) if exact else 1
    if form.page > pages:
        raise NoSuchPage
    names = search_facets.names(session, found.facets, form.filters)
    shown = Shown(cards if exact else [], form.page, pages, found.total if exact else 0)
    html = render_template(
        "search/results.html",
        **shared.addresses(_own_query(form)),
        q=form.q,
        page=shown,
        facets=search_facets.groups(form, found.facets if exact else {}, names),
        chips=search_facets.chips(form, names),
        sort_options=search_facets.sorting(form),
        restated=restate(form, found, shown, names),
        price_min=form.price_min,
        price_max=form.price_max,
        near=[] if shown.cards else near(form, cards),
    )
    kept_pages.keep(INDEX_LAG)
    return cacheable(Response(html), FRESH)


def _own_query(form: SearchForm) -> str:
    """Give what makes this a page of its own for search engines: the words and the number, not filters and order."""
    said = {"q": form.q} if form.q else {}
    said |= {"page": str(form.page)} if form.page > 1 else {}
    return f"?{urlencode(said)}" if said else ""


def _found(session: Session, query: SearchRequest) -> tuple[Page, list[Card]]:
    """Search, and show what is live; an index that is behind is not asked how many there are of what."""
    found = find.find(session, query)
    cards = products.cards(session, found.ids)
    if len(cards) < len(found.ids):
        found = find.find_without_index(session, query)
        cards = products.cards(session, found.ids)
    return found, cards


def near(form: SearchForm, some_of_the_words: list[Card]) -> list[Card]:
    """Give what to look at where nothing fits: some of the words, or these words unfiltered, or the newest."""
    if some_of_the_words:
        return some_of_the_words[:NEAR]
    session = db.session()
    if form.narrowed and form.q:
        unfiltered = find.find(session, SearchRequest(text=form.q, size=NEAR, facets=()))
        if unfiltered.ids:
            return products.cards(session, unfiltered.ids)
    return products.newest(session, NEAR)


def restate(form: SearchForm, found: Page, shown: Shown, names: Mapping[str, Mapping[str, str]]) -> str:
    """Say in words what was asked for and how many there are."""
    count = ngettext("%(figure)s piece", "%(figure)s pieces", shown.total, figure=write_number(shown.total))
    narrowed = ", ".join(label for label, _href in search_facets.chips(form, names))
    if not shown.total and form.q:
        sentence = _("Nothing for “%(words)s”", words=form.q)
    elif found.corrected:
        sentence = _("%(count)s for “%(words)s”, as nothing is called “%(typed)s”", count=count,
                     words=found.corrected, typed=form.q)  # fmt: skip
    elif form.q:
        sentence = _("%(count)s for “%(words)s”", count=count, words=form.q)
    elif narrowed:
        sentence = count
    else:
        sentence = _("All pieces: %(count)s", count=count)
    return f"{sentence} · {narrowed}" if narrowed else sentence


@blueprint.get("/suggest")
def suggest() -> ResponseReturnValue:
    """Offer crafts, regions, makers and pieces whose names begin with what is being typed."""
    text = clean(request.args.get("q", ""), 80)
    found = find.suggest(text, SUGGESTED) if len(text) >= SHORTEST_PREFIX else []
    keys = {kind: [one.key for one in found if one.kind == kind] for kind in SUGGESTED}
    kept_pages.keep(INDEX_LAG)
    return cacheable(jsonify(suggestions=_named(keys)), FRESH)


def _named(keys: Mapping[SuggestionKind, list[str]]) -> list[dict[str, str]]:
    """Give names and addresses, from the database and only of what is public now."""
    session = db.session()
    crafts = search_facets.craft_names(session, keys["craft"])
    regions = search_facets.regions(session, keys["region"])
    makers: dict[str, str] = {}
    if keys["maker"]:
        live = products.live().where(Workshop.slug.in_(keys["maker"]))
        rows = session.execute(live.with_only_columns(Workshop.slug, Workshop.live_name).distinct())
        makers = {slug: name or slug for slug, name in rows}
    pieces = products.cards(session, [int(key) for key in keys["piece"]])
    ways = [
        (crafts[key], url_for("crafts.show", slug=key), _("Craft")) for key in keys["craft"] if key in crafts
    ]
    ways += [
        (regions[key].name, url_for("regions.show", slug=regions[key].slug), _("Region"))
        for key in keys["region"]
        if key in regions
    ]
    ways += [
        (makers[key], url_for("artisans.show", slug=key), _("Maker"))
        for key in keys["maker"]
        if key in makers
    ]
    ways += [(card.title, url_for("products.show", slug=card.slug), card.workshop_name) for card in pieces]
    return [{"label": label, "url": url, "kind": kind} for label, url, kind in ways]
