"""Owns how the index follows the database: one product after a change, all of them anew, and a look every minute.

`changed` is called by every rule that changes what a product shows (catalog.publication, variants, stock); it
promises a job in the caller's transaction. The worker does the job; web processes never write to the index.
Documents are made of what `products.live()` selects and of nothing else, so a draft cannot get in.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import cards, changes, heritage, products, taxonomy
from catalog.models import Craft, Listing, Product, Province, Regency, Workshop
from catalog.search import engines
from catalog.search.engine import IndexBusy, IndexUnavailable, SearchEngine
from catalog.search.query import IndexDoc
from shop import jobs
from shop.db import db

log = logging.getLogger(__name__)

BATCH = 500
"""Products read by one SELECT."""
Told = Callable[[int], None]


def changed(session: Session, product_id: int) -> None:
    """Promise to bring the index up to date with a product, found there or not, live or not."""
    changes.of_product(session, product_id)
    jobs.enqueue(session, index_product, _key=f"index-product-{product_id}", product_id=product_id)


def workshop_changed(session: Session, workshop_id: int) -> None:
    """Promise the same for every product of a workshop: it was suspended, paused, or its public words changed."""
    changes.of_workshop(session, workshop_id)
    jobs.enqueue(session, index_workshop, _key=f"index-workshop-{workshop_id}", workshop_id=workshop_id)


@jobs.job(own_transactions=True)
def index_product(product_id: int) -> None:
    """Put a product into the index if it is live, take it out if not."""
    _bring_up_to_date([product_id])


@jobs.job(own_transactions=True)
def index_workshop(workshop_id: int) -> None:
    """Bring every product of a workshop up to date."""
    with Session(db.engine) as session:
        ids = list(session.scalars(sa.select(Product.id).where(Product.workshop_id == workshop_id)))
    _bring_up_to_date(ids)


@jobs.periodic(every=60)
def tend() -> None:
    """Make the index good again: build it where it is missing or broken, put right which products are in."""
    engine = engines.current()
    health = engine.check()
    if not health.ok:
        log.warning("the search index is rebuilt", extra={"problem": health.problem})
        _rebuild(engine)
        return
    known = engine.ids()
    with Session(db.engine) as session:
        wanted = set(session.scalars(products.live().with_only_columns(Product.id)))
    different = sorted(known ^ wanted)
    if different:
        log.warning("the search index missed changes", extra={"products": len(different)})
    for start in range(0, len(different), BATCH):
        _bring_up_to_date(different[start : start + BATCH])


def rebuild(session: Session, progress: Told | None = None) -> int:
    """Build the index anew from the live products and switch to it; say how many they are.

    Searching goes on with the old one. Whoever wants to write meanwhile waits, and reads the database afterwards.
    """
    return engines.current().rebuild(documents(session), done=progress)


def _rebuild(engine: SearchEngine) -> None:
    with Session(db.engine) as session:
        engine.rebuild(documents(session))


def _bring_up_to_date(ids: list[int]) -> None:
    """Write what the database now says of these products; without an index, all of them.

    The database is read while the pen is held: of two workers the later one writes the later state.
    """
    engine = engines.current()
    try:
        with engine.writer() as writer, Session(db.engine) as session:
            live = {doc.id: doc for doc in documents(session, ids)}
            for product_id in ids:
                if product_id in live:
                    writer.put(live[product_id])
                else:
                    writer.remove(product_id)
            writer.commit()
    except IndexBusy:
        raise
    except IndexUnavailable:
        _rebuild(engine)


# --- documents ---------------------------------------------------------------------------------------

COLUMNS = (
    Product.id,
    Product.one_of_a_kind,
    Product.published_at,
    cards.SELLS.label("sells"),
    cards.LOWEST_PRICE.label("price"),
    cards.READY_PIECES.label("ready"),
    cards.SHORTEST_LEAD.label("lead"),
    Listing.title,
    Listing.title_en,
    Listing.story,
    Listing.story_en,
    Listing.technique,
    Listing.materials,
    Listing.motif,
    Workshop.slug.label("workshop_slug"),
    Workshop.live_name,
    Workshop.live_maker_name,
    Workshop.live_village,
    Regency.code.label("regency_code"),
    Regency.name.label("regency_name"),
    Province.code.label("province_code"),
    Province.name_id.label("province_id"),
    Province.name_en.label("province_en"),
    Craft.slug.label("craft_slug"),
    Craft.family,
    Craft.gi_status,
    Craft.name_id.label("craft_id_name"),
    Craft.name_en.label("craft_en_name"),
)


def live_rows() -> sa.Select[Any]:
    """Select what a document is made of, for every live product."""
    return (
        products.live()
        .join(Regency, Regency.code == sa.func.coalesce(Listing.regency_code, Workshop.regency_code))
        .join(Province, Province.code == Regency.province_code)
        .join(Craft, Craft.id == sa.func.coalesce(Listing.craft_id, Workshop.craft_id))
        .with_only_columns(*COLUMNS)
    )


def documents(session: Session, ids: Iterable[int] | None = None) -> Iterator[IndexDoc]:
    """Make the documents of these live products, or of all, one SELECT a batch."""
    wanted = None if ids is None else sorted(set(ids))
    last = 0
    while True:
        query = live_rows().where(Product.id > last).order_by(Product.id).limit(BATCH)
        if wanted is not None:
            batch, wanted = wanted[:BATCH], wanted[BATCH:]
            query = live_rows().where(Product.id.in_(batch)).order_by(Product.id)
        rows = session.execute(query).all()
        for row in rows:
            yield document(row)
        if not wanted and (wanted is not None or len(rows) < BATCH):
            return
        last = rows[-1].id if rows else last


def document(row: Any) -> IndexDoc:
    """Make the document of one row of `live_rows()`."""
    family = taxonomy.FAMILIES.get(row.family)
    technique = taxonomy.TECHNIQUES.get(row.technique)
    families = (family.name_id, family.name_en) if family else ()
    techniques = (technique.name_id, technique.name_en) if technique else ()
    return IndexDoc(
        id=row.id,
        title=row.title,
        title_en=row.title_en,
        maker=row.live_maker_name or "",
        workshop=row.live_name or "",
        places=(row.live_village or "", cards.place_name(row.regency_name)),
        regions=(row.province_id, row.province_en),
        craft_names=(row.craft_id_name, row.craft_en_name),
        facts=(*families, *techniques, *row.materials, row.motif),
        story=f"{row.story}\n{row.story_en}",
        maker_key=row.workshop_slug,
        craft=row.craft_slug,
        family=row.family,
        province=row.province_code,
        regency=row.regency_code,
        technique=row.technique,
        heritage=heritage.kinds(row.craft_slug, row.family, row.gi_status),
        materials=tuple(material.strip() for material in row.materials if material.strip()),
        price=row.price or 0,
        ready=bool(row.sells and (row.ready or 0) > 0),
        made_to_order=bool(row.sells and row.lead is not None),
        one_of_a_kind=row.one_of_a_kind,
        published_at=int(row.published_at.timestamp()) if row.published_at else 0,
    )
