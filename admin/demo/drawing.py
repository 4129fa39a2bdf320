"""`flask demo pictures`: draws the photographs of the demonstration, the visible ones first, and goes on where it stopped.

Drawing and encoding run in processes of their own; this one writes the rows. A picture's row appears when its files
are there, so a page never points at nothing.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED as FIRST
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from admin.demo import scenes
from admin.demo.pictures import View, draw, subjects
from admin.demo.pieces import measures
from admin.demo.scenes import DrawnScene, Scene
from catalog import changes, pictures, versions
from catalog.models import (
    Craft,
    Listing,
    ListingPhoto,
    ListingState,
    Picture,
    PictureState,
    Product,
    Submission,
)
from checkout.models import OrderLine
from shop import config, media
from shop.config import Settings
from shop.db import db, now, transaction

WIDTH = 1000
"""Pixels; pages of the demonstration get the widths 320, 640 and 960."""
ALT = {
    View.WHOLE: "{title}: tampak utuh",
    View.DETAIL: "{title}: bahan dan pengerjaan dari dekat",
    View.IN_USE: "{title}: saat dipakai",
    View.RULER: "{title}: di samping penggaris kayu",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One photograph to be drawn."""

    listing_id: int
    workshop_id: int
    seed: int
    craft_slug: str
    family: str
    technique: str
    form: int
    view: View
    alt: str
    public: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A photograph whose files are in the media store."""

    sheet: Sheet
    private_key: str
    digest: str
    width: int
    height: int
    widths: list[int]
    colour: str
    blur: str


def missing(session: Session) -> list[Sheet]:
    """Give what is still to be drawn: first views of live listings, newest first, then everything else."""
    drawn = session.execute(sa.select(ListingPhoto.listing_id, ListingPhoto.position)).all()
    have = {(listing_id, position) for listing_id, position in drawn}
    query = (
        sa.select(Listing, Product, Craft)
        .join(Product, Product.id == Listing.product_id)
        .join(Craft, Craft.id == Listing.craft_id)
        .order_by(Product.published_at.desc().nulls_last(), Listing.id)
        .options(joinedload(Listing.craft))
    )
    rows = session.execute(query).all()
    sheets: list[tuple[int, Sheet]] = []
    for listing, product, craft in rows:
        for position, view in enumerate(View):
            if (listing.id, position) not in have:
                sheet = Sheet(
                    listing_id=listing.id, workshop_id=product.workshop_id, seed=product.id,
                    craft_slug=craft.slug, family=craft.family, technique=craft.technique,
                    form=_form(craft, listing), view=view,
                    alt=ALT[view].format(title=listing.title)[:200],
                    public=listing.state is ListingState.LIVE,
                )  # fmt: skip
                sheets.append((position if sheet.public else max(position, 1), sheet))
    return [sheet for _turn, sheet in sorted(sheets, key=lambda pair: pair[0])]


def _form(craft: Craft, listing: Listing) -> int:
    """Find the product form that a listing was made from: it has its measures, and mostly its word."""
    forms = list(subjects.forms(craft.family, craft.slug))
    fitting = [place for place, form in enumerate(forms) if measures(form) == listing.measures]
    named = [place for place in fitting if listing.title.lower().startswith(forms[place].name_id.lower())]
    return (named or fitting or [0])[0]


def run(tell: Callable[[int, int], Any], limit: int | None = None) -> int:
    """Draw what is missing; give how many were drawn. `tell` hears how many are done, and of how many."""
    sheets = _in_turn(missing(db.session()), scenes.missing(db.session()))[:limit]
    db.session.remove()
    done = 0
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(config.current(),)) as pool:
        for drawn in _each(pool, sheets, workers * 2):
            _keep(drawn)
            done += 1
            tell(done, len(sheets))
    return done


def _in_turn(sheets: list[Sheet], others: list[Scene]) -> list[Sheet | Scene]:
    """Put a portrait or landscape after every second photograph, so that no page waits for the last of them."""
    rows: list[Sheet | Scene] = []
    for number, sheet in enumerate(sheets):
        rows.append(sheet)
        if number % 2 and number // 2 < len(others):
            rows.append(others[number // 2])
    return rows + others[len(sheets) // 2 :]


def _each(pool: ProcessPoolExecutor, sheets: list[Sheet | Scene], ahead: int) -> Iterator[Drawn | DrawnScene]:
    """Hand out a few sheets at a time, in order, and give what comes back."""
    waiting: set[Future[Drawn | DrawnScene]] = set()
    todo = iter(sheets)
    for sheet in todo:
        waiting.add(pool.submit(_draw, sheet))
        if len(waiting) >= ahead:
            ready, waiting = wait(waiting, return_when=FIRST)
            yield from (future.result() for future in ready)
    yield from (future.result() for future in wait(waiting).done)


_store: media.MediaStore | None = None


def _begin(settings: Settings) -> None:
    global _store  # noqa: PLW0603 - one store per drawing process
    os.nice(10)  # people's pages come first
    _store = media.store_for(settings)


def _draw(sheet: Sheet | Scene) -> Drawn | DrawnScene:
    if _store is None:
        raise RuntimeError("the drawing process was not begun")
    if isinstance(sheet, Scene):
        return scenes.draw(sheet, _store)
    forms = list(subjects.forms(sheet.family, sheet.craft_slug))
    subject = subjects.for_craft(
        sheet.craft_slug, sheet.family, sheet.technique, sheet.seed, form=forms[sheet.form]
    )
    buffer = BytesIO()
    draw(subject, sheet.view, WIDTH).convert("RGB").save(buffer, "JPEG", quality=92)
    master = pictures.read(buffer.getvalue())
    key = pictures.new_private_key()
    _store.put(pictures.master_key(key), master.data)
    sizes = pictures.make(master.data, key, _store)
    if sheet.public:
        for width in sizes.widths:
            for ending in pictures.ENCODINGS:
                name = f"{width}.{ending}"
                _store.copy(f"{key}/{name}", f"{pictures.public_prefix(master.digest)}/{name}")
    return Drawn(
        sheet, key, master.digest, master.width, master.height, sizes.widths, sizes.colour, sizes.blur
    )


def _keep(drawn: Drawn | DrawnScene) -> None:
    """Write the rows of one drawn photograph.

    What was sent to the council gets its snapshot anew; orders, placed before anything is drawn, show the whole piece.
    """
    if isinstance(drawn, DrawnScene):
        with transaction() as session:
            scenes.keep(session, drawn)
        db.session.remove()
        return
    sheet = drawn.sheet
    with transaction() as session:
        picture = Picture(
            workshop_id=sheet.workshop_id,
            private_key=drawn.private_key,
            digest=drawn.digest,
            state=PictureState.READY,
            public=sheet.public,
            width=drawn.width,
            height=drawn.height,
            widths=drawn.widths,
            colour=drawn.colour,
            blur=drawn.blur,
            created_at=now(),
        )
        session.add(picture)
        session.flush()
        session.add(
            ListingPhoto(
                listing_id=sheet.listing_id,
                picture_id=picture.id,
                position=list(View).index(sheet.view),
                alt=sheet.alt,
            )
        )
        session.flush()
        listing = session.get_one(Listing, sheet.listing_id)
        last = session.scalar(
            sa.select(Submission)
            .where(Submission.listing_id == listing.id)
            .order_by(Submission.number.desc())
            .limit(1)
        )
        if last is not None:
            last.snapshot = versions.snapshot(session, listing)
        if sheet.view is View.WHOLE:
            bought = sa.update(OrderLine).where(
                OrderLine.listing_id == listing.id, OrderLine.picture_id.is_(None)
            )
            session.execute(bought.values(picture_id=picture.id))
        if sheet.public and sheet.view is View.WHOLE:
            changes.of_product(session, listing.product_id)
    db.session.remove()
