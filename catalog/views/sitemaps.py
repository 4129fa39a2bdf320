"""For search engines: the site map, an index of parts by ranges of ids, so that a part costs the same in any catalogue.

The rules of sitemaps.org: at most 50,000 addresses and 50 MB in a file. Live products only, each in both languages,
each naming the other.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import sqlalchemy as sa
from flask import Blueprint, Response, request, stream_with_context
from werkzeug.http import is_resource_modified, quote_etag

from catalog import changes, products
from catalog.browsing import NoSuchPage
from catalog.models import Council, Craft, Listing, Product, Province, Regency, Workshop, WorkshopState
from catalog.views import pages
from shop import authz, inputs
from shop.db import db
from shop.i18n import DEFAULT_LOCALE, LOCALES

blueprint = Blueprint("sitemaps", __name__)
authz.guard(blueprint, public=True, cacheable=True, limits="catalogue")

PER_PART = 5_000
"""Ids in one part: up to 10,000 addresses, about 4 MB."""
BATCH = 500
HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"


class Entry(NamedTuple):
    """One page of the site map: its path without language, and when its words last changed."""

    path: str
    changed: datetime | None = None


def stream(lines: Iterator[str], kind: str, mark: str = "") -> Response:
    """Send lines as they are made; an answer that would be the same again is 304 before anything is read."""
    tag = quote_etag(f"{changes.version(db.session())}-{mark}", weak=True)
    headers = {"Cache-Control": "public, max-age=60", "ETag": tag}
    if not is_resource_modified(request.environ, etag=tag):
        return Response(status=304, headers=headers)
    return Response(stream_with_context(lines), mimetype=kind, headers=headers)


def next_part(live: sa.Select[Any], number: Any, after: int) -> int | None:
    """Give the first part after this one that has anything in it, by one look into the index."""
    first = live.with_only_columns(number).where(number > after * PER_PART).order_by(number).limit(1)
    found = db.session().scalar(first)
    return None if found is None else (found - 1) // PER_PART + 1


def within(number: Any, part: int) -> Any:
    """Narrow to the ids of one part."""
    return number.between((part - 1) * PER_PART + 1, part * PER_PART)


def _makers() -> sa.Select[Any]:
    """Select the workshops whose pages stand open and have work on them."""
    work = products.live().with_only_columns(Product.id).where(Product.workshop_id == Workshop.id)
    shown = Workshop.state != WorkshopState.SUSPENDED
    return sa.select(Workshop).where(
        shown, Workshop.live_name.is_not(None), work.correlate(Workshop).exists()
    )


_KINDS: dict[str, tuple[Callable[[], sa.Select[Any]], Any]] = {
    "makers": (_makers, Workshop.id),
    "products": (products.live, Product.id),
}


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """Give the index of the site map's parts."""

    def lines() -> Iterator[str]:
        yield f'{HEADER}<sitemapindex xmlns="{SCHEMA}">\n'
        yield _part_line("places")
        for kind, (live, number) in _KINDS.items():
            part = next_part(live(), number, 0)
            while part is not None:
                yield _part_line(f"{kind}-{part}")
                part = next_part(live(), number, part)
        yield "</sitemapindex>\n"

    return stream(lines(), "application/xml")


def _part_line(name: str) -> str:
    return f"<sitemap><loc>{escape(pages.absolute(f'/sitemap-{name}.xml'))}</loc></sitemap>\n"


@blueprint.get("/sitemap-<name>.xml")
def part(name: str) -> Response:
    """Give one part: `places` (crafts, regions, councils), or numbered ones of `makers` and `products`."""
    kind, _, typed = name.partition("-")
    if name == "places":
        return stream(_urls(_places()), "application/xml", name)
    number = inputs.digits(typed, 0, most=7)
    if kind not in _KINDS or number < 1 or typed != str(number):
        raise NoSuchPage
    live, column = _KINDS[kind]
    if next_part(live(), column, number - 1) != number:
        raise NoSuchPage
    entries = _products(number) if kind == "products" else _workshops(number)
    return stream(_urls(entries), "application/xml", name)


def _products(number: int) -> Iterator[Entry]:
    query = products.live().with_only_columns(Product.slug, Listing.approved_at).order_by(Product.id)
    rows = db.session().execute(query.where(within(Product.id, number)).execution_options(yield_per=BATCH))
    yield from (Entry(f"/products/{slug}", changed) for slug, changed in rows)


def _workshops(number: int) -> Iterator[Entry]:
    query = _makers().with_only_columns(Workshop.slug).order_by(Workshop.id)
    rows = db.session().scalars(query.where(within(Workshop.id, number)).execution_options(yield_per=BATCH))
    yield from (Entry(f"/artisans/{slug}") for slug in rows)


def _places() -> Iterator[Entry]:
    session = db.session()
    lists = (
        "/",
        "/search",
        "/new",
        "/ready",
        "/gifts",
        "/crafts",
        "/regions",
        "/artisans",
        "/councils",
        "/about",
        "/buying",
        "/members",
        "/accessibility",
    )
    yield from map(Entry, lists)
    active = sa.select(Council.slug).where(Council.active)
    homes = sa.select(Regency.slug).where(
        Regency.code.in_(_makers().with_only_columns(Workshop.live_regency_code))
    )
    for query, folder in (
        (sa.select(Craft.slug), "crafts"),
        (sa.select(Province.slug), "regions"),
        (homes, "regions"),
        (active, "councils"),
    ):
        yield from (Entry(f"/{folder}/{slug}") for slug in sorted(session.scalars(query)))


def _urls(entries: Iterator[Entry]) -> Iterator[str]:
    yield f'{HEADER}<urlset xmlns="{SCHEMA}" xmlns:xhtml="{XHTML}">\n'
    for entry in entries:
        addresses = {locale: escape(pages.absolute(entry.path, locale)) for locale in LOCALES}
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{locale}" href="{address}"/>'
            for locale, address in (*addresses.items(), ("x-default", addresses[DEFAULT_LOCALE]))
        )
        changed = f"<lastmod>{entry.changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if entry.changed else ""
        yield "".join(f"<url><loc>{address}</loc>{changed}{others}</url>\n" for address in addresses.values())
    yield "</urlset>\n"
