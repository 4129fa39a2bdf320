"""Slugs: the part of an address that names a thing, and where its former names lead.

Called by catalog.publication, which gives them with an approval, and by whatever finds a thing by its address.
Every slug ever given stands in one table under a unique key, so the database decides who has it.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Product, Slug, SlugKind, Workshop
from shop.db import insert
from shop.errors import NotFound

UNPUBLISHED = "-"
"""Begins the slug of a product or workshop that nobody has seen yet; no address has it."""


class Renamed(NotFound):
    """What stood at this address has another one now; pages answer 301 (catalog.views.pages)."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


def claim(session: Session, kind: SlugKind, number: int, wanted: str) -> str:
    """Give a thing the slug it wants or the next free one, or one that it had before; it is its own for ever.

    Two that ask for the same one at the same moment wait for each other here, and get different ones.
    """
    for slug in _candidates(wanted or "karya", number):
        values = {"kind": kind, "slug": slug, "target": str(number)}
        session.execute(insert(session, Slug).values(**values).on_conflict_do_nothing())
        if owner(session, kind, slug) == str(number):
            return slug
    raise RuntimeError("candidates never end")


def _candidates(slug: str, number: int) -> Iterator[str]:
    """Give the plain slug, unless it ends like a number; then with the row's own number, then with more."""
    if not slug[-1].isdigit():
        yield slug
    yield f"{slug}-{number}"
    more = 1
    while True:
        more += 1
        yield f"{slug}-{number}-{more}"


def owner(session: Session, kind: SlugKind, slug: str) -> str | None:
    """Give the id or code of what has or had a slug."""
    return session.scalar(sa.select(Slug.target).where(Slug.kind == kind, Slug.slug == slug))


def remember(session: Session, kind: SlugKind, slug: str, target: str) -> None:
    """Keep a slug that a thing is about to lose."""
    values = {"kind": kind, "slug": slug, "target": target}
    session.execute(insert(session, Slug).values(**values).on_conflict_do_nothing())


def adopt(session: Session) -> None:
    """Keep the slugs of products and workshops that were written in bulk, past `claim`."""
    for kind, table in ((SlugKind.PRODUCT, Product), (SlugKind.WORKSHOP, Workshop)):
        columns = (sa.literal(kind, Slug.kind.type), table.slug, sa.cast(table.id, sa.String(20)))
        known = sa.select(sa.literal(1)).where(Slug.kind == kind, Slug.slug == table.slug)
        rows = sa.select(*columns).where(~table.slug.startswith(UNPUBLISHED), ~known.exists())
        session.execute(sa.insert(Slug).from_select(["kind", "slug", "target"], rows))
