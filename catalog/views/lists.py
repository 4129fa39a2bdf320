"""Lists that people come for: newly curated, ready to ship, and gifts by price."""

from dataclasses import dataclass
from itertools import chain

from flask import Blueprint, Response
from flask_babel import gettext as _

from catalog import browsing, products
from catalog.browsing import NoSuchPage, Shown
from catalog.cards import Card
from catalog.search import find
from catalog.search.query import DEEPEST, SearchRequest
from catalog.views import pages
from shop import authz, kept_pages
from shop.db import db
from shop.money import rupiah

blueprint = Blueprint("lists", __name__)
authz.guard(blueprint, public=True, cacheable=True, limits="search")

SIZE = browsing.PAGE_SIZE
NEW = 20 * SIZE
"""How many pieces are called new."""
STEPS = (100_000, 250_000, 500_000, 1_000_000)
"""Prices up to which gifts are listed, rupiah."""
SOME = 4
INDEX_LAG = 2
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Step:
    """A price up to which gifts are listed, with some that cost no less than the step below."""

    price: int
    cards: list[Card]


@blueprint.get("/new")
def new() -> Response:
    """List what the councils have passed last."""
    session = db.session()
    wall, _known = browsing.present(session)
    page = browsing.page(session, pages.number(), total=min(wall.total, NEW))
    return pages.show("lists/new.html", page=page)


@blueprint.get("/ready")
def ready() -> Response:
    """List what is made and can be sent now."""
    return _kept(pages.show("lists/ready.html", page=_found()))


@blueprint.get("/gifts")
def gifts() -> Response:
    """Show a few gifts for each price."""
    session = db.session()
    found = {
        price: find.find(session, _asked((below, price), 1, SOME)).ids
        for below, price in zip((None, *(step + 1 for step in STEPS)), STEPS, strict=False)
    }
    cards = {card.id: card for card in products.cards(session, chain.from_iterable(found.values()))}
    steps = [
        Step(price, [cards[number] for number in ids if number in cards]) for price, ids in found.items()
    ]
    return _kept(pages.show("lists/gifts.html", steps=steps))


@blueprint.get("/gifts/<int:price>")
def gifts_up_to(price: int) -> Response:
    """List what is ready and costs no more than one of the steps."""
    if price not in STEPS:
        raise NoSuchPage
    page = _found(price)
    others = [(_("Up to %(price)s", price=rupiah(step)), step) for step in STEPS if step != price]
    return _kept(pages.show("lists/gift_price.html", page=page, price=price, others=others))


def _kept(answer: Response) -> Response:
    """Keep a list for no longer than the index may be behind the catalogue's version."""
    kept_pages.keep(INDEX_LAG)
    return answer


def _asked(price: tuple[int | None, int | None], number: int, size: int) -> SearchRequest:
    """Ask for one page of what is ready, the newest first."""
    return SearchRequest(
        filters={"availability": ("ready",)}, price=price, sort="new", page=number, size=size, facets=()
    )


def _found(price: int | None = None) -> Shown:
    """Give the page that the address asks for. :raise NoSuchPage:"""
    session, number = db.session(), pages.number()
    found = find.find(session, _asked((None, price), number, SIZE))
    last = min(max(-(-found.total // SIZE), 1), DEEPEST // SIZE)
    if number > last:
        raise NoSuchPage
    return Shown(products.cards(session, found.ids), number, last, found.total)
