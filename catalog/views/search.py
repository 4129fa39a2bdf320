"""Search pages: the list with its facets, and the suggestions under the search box."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy.orm import Session

from catalog import atlas, browsing, products
from catalog.cards import Card
from catalog.search import database, find, kin
from catalog.search.find import Page
from catalog.search.query import DEEPEST, SearchRequest
from catalog.views import search_facets, search_suggestions, search_words
from catalog.views.search_form import PAGE_SIZE, NoSuchPage, SearchForm, clean, is_writable
from catalog.views.search_suggestions import LIMITS
from shop import authz, kept_pages
from shop.db import db
from shop.views import shared
from shop.views.pages import cacheable

blueprint = Blueprint("search", __name__)
authz.guard(blueprint, public=True, cacheable=True, limits="search")

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
    known = atlas.atlas(session)
    words = search_facets.names(known, found.facets, form.filters)
    shown = Shown(cards if exact else [], form.page, pages, found.total if exact else 0)
    counts = found.facets if exact else {}
    nothing = not shown.cards
    near_ones = near(form, cards) if nothing else []
    html = render_template(
        "search/results.html",
        **shared.addresses(_own_query(form)),
        q=form.q,
        page=shown,
        facets=search_facets.groups(form, counts, words),
        chips=search_facets.chips(form, words),
        sort_options=search_facets.sorting(form),
        restated=search_words.restate(form, shown.total, words, found.corrected if exact else None),
        corrected=found.corrected if exact else None,
        meant=search_words.meant(form, found),
        plain=database.MOST_READ if form.q and found.engine == find.DATABASE else None,
        price_min=form.price_min,
        price_max=form.price_max,
        ways_out=search_words.ways_out(session, form, words) if nothing else [],
        near=near_ones,
        newest=browsing.newest(session, NEAR) if nothing and not near_ones else [],
        sources=search_words.sources(form, counts, known),
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
    """Give what is near where nothing fits: some of the words, these words unfiltered, or what the same hands make."""
    session = db.session()
    if some_of_the_words:
        return some_of_the_words[:NEAR]
    wider: list[SearchRequest] = []
    if form.q and form.narrowed:
        wider.append(SearchRequest(text=form.q, size=NEAR, facets=()))
    families = kin.families(form.q)
    if families:
        wider.append(SearchRequest(filters={"family": families[:1]}, size=NEAR, facets=()))
        wider.append(SearchRequest(filters={"family": families}, size=NEAR, facets=()))
    for query in wider:
        cards = products.cards(session, find.find(session, query).ids)
        if cards:
            return cards
    return []


@blueprint.get("/suggest")
def suggest() -> ResponseReturnValue:
    """Offer crafts, regions, makers and pieces whose names begin with what is being typed."""
    text = clean(request.args.get("q", ""), 80)
    found = find.suggest(text, LIMITS) if len(text) >= SHORTEST_PREFIX else []
    keys = {kind: [one.key for one in found if one.kind == kind] for kind in LIMITS}
    kept_pages.keep(INDEX_LAG)
    offers = search_suggestions.offers(db.session(), keys)
    status = ngettext("%(num)s suggestion", "%(num)s suggestions", len(offers))
    return cacheable(jsonify(suggestions=offers, status=status), FRESH)
