"""Owns what of the database goes into the index: one document for each live product, and how all are made anew.

Called by catalog.search.following, which keeps the index of a node up to date, and by `flask search rebuild`.
Documents are made of what `products.live()` selects and of nothing else, so a draft cannot get in.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import cards, changes, heritage, materials, products, taxonomy, wall
from catalog.models import Craft, Listing, Product, Province, Regency, WallPlace, Workshop
from catalog.search import engines, places
from catalog.search.engine import IndexWriter, SearchEngine
from catalog.search.query import IndexDoc

BATCH = 500
"""Products read by one SELECT."""
COMMIT_EVERY = 10_000
"""Products written before a commit in between: keeps memory flat where a change touches very many."""
Told = Callable[[int], None]


def rebuild(session: Session, progress: Told | None = None, engine: SearchEngine | None = None) -> int:
    """Build the index of this node anew from the live products and switch to it; say how many they are.

    Searching goes on with the old one. What changes meanwhile stands in the log after the number that is stored.
    """
    engine = engine or engines.current()
    return engine.rebuild(documents(session), changes.version(session), progress)


def refresh(session: Session, writer: IndexWriter, ids: Iterable[int]) -> None:
    """Put those of these products that are live into the index, take the others out; the caller commits for good."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        live = {doc.id: doc for doc in documents(session, batch)}
        for product_id in batch:
            if product_id in live:
                writer.put(live[product_id])
            else:
                writer.remove(product_id)
        if start and start % COMMIT_EVERY == 0:
            writer.commit()


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
    heritage.STATUSES.label("heritage"),
    Craft.name_id.label("craft_id_name"),
    Craft.name_en.label("craft_en_name"),
)


def live_rows() -> sa.Select[Any]:
    """Select what a document is made of, for every live product."""
    return (
        products.live()
        .join(Regency, Regency.code == cards.REGENCY_CODE)
        .join(Province, Province.code == Regency.province_code)
        .join(Craft, Craft.id == cards.CRAFT_ID)
        .with_only_columns(*COLUMNS)
    )


def documents(session: Session, ids: Iterable[int] | None = None) -> Iterator[IndexDoc]:
    """Make the documents of these live products, or of all from the newest to the oldest; one SELECT a batch."""
    for batch in _newest_first(session) if ids is None else _batches(sorted(set(ids))):
        found = {row.id: row for row in session.execute(live_rows().where(Product.id.in_(batch)))}
        yield from (document(found[product_id]) for product_id in batch if product_id in found)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _newest_first(session: Session) -> Iterator[Sequence[int]]:
    """Give the ids of everything on the wall."""
    place = (WallPlace.published_at, WallPlace.product_id)
    query = sa.select(*place).order_by(*wall.NEWEST_FIRST).limit(BATCH)
    rows = session.execute(query).all()
    while rows:
        yield [row.product_id for row in rows]
        last = (sa.literal(value, column.type) for value, column in zip(rows[-1], place, strict=True))
        rows = session.execute(query.where(sa.tuple_(*place) < sa.tuple_(*last))).all()


def document(row: Any) -> IndexDoc:
    """Make the document of one row of `live_rows()`."""
    family = taxonomy.FAMILIES.get(row.family)
    technique = taxonomy.TECHNIQUES.get(row.technique)
    families = (family.name_id, family.name_en) if family else ()
    techniques = (technique.name_id, technique.name_en) if technique else ()
    made_of = tuple(dict.fromkeys(filter(None, map(materials.spelled, row.materials))))
    in_english = filter(None, map(materials.in_english, made_of))
    return IndexDoc(
        id=row.id,
        title=row.title,
        title_en=row.title_en,
        maker=row.live_maker_name or "",
        workshop=row.live_name or "",
        places=(row.live_village or "", cards.place_name(row.regency_name)),
        regions=(row.province_id, row.province_en, *places.also_called(row.province_code)),
        islands=places.islands(row.province_code),
        craft_names=(row.craft_id_name, row.craft_en_name),
        facts=(*families, *techniques, *made_of, *in_english, row.motif),
        story=f"{row.story}\n{row.story_en}",
        maker_key=row.workshop_slug,
        craft=row.craft_slug,
        family=row.family,
        province=row.province_code,
        regency=row.regency_code,
        technique=row.technique,
        heritage=heritage.kinds_of(row.heritage),
        materials=made_of,
        price=row.price or 0,
        ready=bool(row.sells and (row.ready or 0) > 0),
        made_to_order=bool(row.sells and row.lead is not None),
        one_of_a_kind=row.one_of_a_kind,
        published_at=int(row.published_at.timestamp()) if row.published_at else 0,
    )
