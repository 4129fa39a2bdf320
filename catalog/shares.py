"""Pictures for those who share the address of a piece: one per live listing and language, under a content hash.

Promised by catalog.publication with the approval and made by a job, so nothing is drawn of what nobody approved; a
sweep takes away what no live listing stands behind, and makes what is missing.
"""

import hashlib
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import cards, changes, pictures, products
from catalog.models import Listing, ListingPhoto, Picture, Product, ShareImage, Workshop
from catalog.pictures import Files
from shop import jobs, media
from shop.db import db, insert, transaction
from shop.i18n import LOCALES
from shop.web import media_url

if TYPE_CHECKING:
    from catalog.share_drawing import Label

AT_ONCE = 100
"""How many missing pictures one sweep promises, and how many it takes away."""


def key(digest: str) -> str:
    """Give the key of a picture in the media store."""
    return f"public/share/{digest}.jpg"


def address(digest: str | None) -> str | None:
    """Give the public address of a picture that has been made."""
    return media_url(key(digest)) if digest else None


def promise(session: Session, listing_id: int) -> None:
    """Promise the pictures of a listing, in the transaction that makes it live."""
    jobs.enqueue(session, make, _key=f"share:{listing_id}", listing_id=listing_id)


def promise_workshop(session: Session, workshop_id: int) -> None:
    """Promise new pictures of everything that a workshop with a new name shows."""
    live = products.live().where(Workshop.id == workshop_id).with_only_columns(Listing.id)
    for listing_id in session.scalars(live):
        promise(session, listing_id)


@jobs.job(own_transactions=True)
def make(listing_id: int) -> None:
    """Draw a live listing's pictures and keep them; again, it draws the same."""
    from catalog import share_drawing

    rows = cards.with_card_columns(products.live().where(Listing.id == listing_id))
    row = db.session.execute(rows).one_or_none()
    if row is None:
        return
    product_id, photograph = row.id, _photograph(cards.first_photograph(row))
    labels = {locale: _label(cards.card(row, locale)) for locale in LOCALES}
    db.session.rollback()
    digests = {}
    for locale, label in labels.items():
        data = share_drawing.draw(photograph, label)
        digests[locale] = hashlib.sha256(data).hexdigest()
        media.current().put(key(digests[locale]), data)
    # Files go before the rows that name them: what is broken off in between is done again.
    former = sa.select(ShareImage.digest).where(ShareImage.listing_id == listing_id)
    _forget(set(db.session.scalars(former)) - set(digests.values()), [listing_id])
    with transaction() as session:
        for locale, digest in digests.items():
            values = {"listing_id": listing_id, "locale": locale, "digest": digest}
            drawn = insert(session, ShareImage).values(**values)
            session.execute(
                drawn.on_conflict_do_update(index_elements=["listing_id", "locale"], set_={"digest": digest})
            )
        changes.of_product(session, product_id)


def _photograph(picture: Files) -> bytes | None:
    """Give the public copy that is just large enough."""
    from catalog.share_drawing import PHOTO_WIDTH

    if not picture.public or not picture.digest or not picture.widths:
        return None
    width = min((w for w in picture.widths if w >= PHOTO_WIDTH), default=picture.widths[-1])
    try:
        return media.current().get(f"{pictures.public_prefix(picture.digest)}/{width}.jpg")
    except media.NoSuchFile:
        return None


def _label(card: cards.Card) -> "Label":
    from catalog.share_drawing import Label

    return Label(
        kicker=card.craft_name,
        title=card.title,
        maker=card.workshop_name,
        place=f"{card.place}, {card.province}",
        vouched=card.council_name,
    )


# --- what nobody stands behind, and what is missing ---------------------------------------------------------


@jobs.periodic(every=30)
def sweep() -> None:
    """Take away the pictures of listings that are not live any more."""
    orphaned = sa.select(ShareImage.listing_id).where(~_live(ShareImage.listing_id)).distinct().limit(AT_ONCE)
    ids = list(db.session.scalars(orphaned))
    if not ids:
        return
    theirs = ShareImage.listing_id.in_(ids)
    _forget(set(db.session.scalars(sa.select(ShareImage.digest).where(theirs))), ids)
    with transaction() as session:
        session.execute(sa.delete(ShareImage).where(theirs).execution_options(synchronize_session=False))


def _forget(digests: set[str], listing_ids: list[int]) -> None:
    """Remove files of these listings that are no other's: pieces of the same words and photograph share one."""
    others = sa.select(ShareImage.digest).where(
        ShareImage.digest.in_(digests), ShareImage.listing_id.not_in(listing_ids)
    )
    for digest in digests - set(db.session.scalars(others)):
        media.current().delete(key(digest))


@jobs.periodic(every=120)
def catch_up() -> None:
    """Promise pictures that are missing: pieces loaded in bulk, workshops that were readmitted."""
    made = sa.select(ShareImage.listing_id).where(ShareImage.listing_id == Listing.id).exists()
    missing = (
        products.live()
        .join(ListingPhoto, ListingPhoto.listing_id == Listing.id)
        .join(Picture, Picture.id == ListingPhoto.picture_id)
        .where(Picture.public, ~made)
        .with_only_columns(Listing.id)
        .distinct()
        .limit(AT_ONCE)
    )
    ids = list(db.session.scalars(missing))
    if ids:
        with transaction() as session:
            for listing_id in ids:
                promise(session, listing_id)


def _live(listing_id: Any) -> Any:
    """Ask whether a listing is what the public sees."""
    return (
        products.live()
        .where(Listing.id == listing_id)
        .with_only_columns(Product.id)
        .correlate(ShareImage)
        .exists()
    )
