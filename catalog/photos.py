"""Photographs of listings: attaching, ordering, describing, and their way from private to public and back.

An upload is `receive`d (outside any transaction: it writes files), then `attach`ed inside one; a job makes the
sizes. Before a listing is approved its pictures are copied to public keys (`make_public`); a sweep takes public
copies away that no live listing shows any more, and mends what a broken run left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import changes, listings, pictures, products
from catalog.models import (
    Listing,
    ListingPhoto,
    Picture,
    PictureState,
    Portrait,
    Product,
    Submission,
    Workshop,
    WorkshopMember,
    WorkshopState,
)
from catalog.pictures import PhotoView
from shop import jobs, media
from shop.db import db, now, transaction
from shop.errors import Conflict, Invalid, NotFound

MOST = 10
"""Photographs of one listing."""
ALT_LENGTH = 200


class NothingSent(Invalid):
    """The form came without a photograph."""

    message = "Please choose a photograph first."


class WordsRefused(Invalid):
    """The description cannot be kept; the message says why."""


class NoSuchPhoto(NotFound):
    """There is no such photograph, or not for this person."""


class TooMany(Conflict):
    """A listing has as many photographs as it can show."""

    message = "A listing shows at most %(most)s photographs. Remove one first."


class NotReady(Conflict):
    """Photographs of the listing are still being prepared."""

    message = "The photographs are still being prepared. Please try again in a minute."


class OrderRefused(Invalid):
    """A new order must name every photograph of the listing once."""

    message = "The order of the photographs could not be read. Please try again."


@dataclass(frozen=True, slots=True)
class Upload:
    """A photograph that has been checked and stored, and belongs to no listing yet."""

    private_key: str
    digest: str
    width: int
    height: int


def receive(data: bytes) -> Upload:
    """Check an upload and keep its re-encoded master under a private key; not inside a transaction.

    :raise catalog.pictures.PictureRefused: or WrongKind, when it is no photograph that can be used.
    """
    master = pictures.read(data)
    key = pictures.new_private_key()
    media.current().put(pictures.master_key(key), master.data)
    return Upload(key, master.digest, master.width, master.height)


def attach(session: Session, listing: Listing, upload: Upload, alt: str = "") -> ListingPhoto:
    """Add a received photograph at the end of a listing, and promise its sizes.

    :raise TooMany:
    :raise catalog.listings.NotEditable:
    """
    listings.touch(session, listing)
    workshop_id = session.scalars(
        sa.select(Product.workshop_id).where(Product.id == listing.product_id)
    ).one()
    count, last = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(ListingPhoto.position), -1)).where(
            ListingPhoto.listing_id == listing.id
        )
    ).one()
    if count >= MOST:
        raise TooMany(most=MOST)
    picture = keep(session, workshop_id, upload)
    photo = ListingPhoto(
        listing_id=listing.id,
        picture_id=picture.id,
        position=last + 1,
        alt=words(alt),
    )
    session.add(photo)
    session.flush()
    return photo


def keep(session: Session, workshop_id: int, upload: Upload, *, of_council: bool = False) -> Picture:
    """Write down a received photograph as a picture of its workshop, and promise its sizes.

    :param of_council: a curator took it; then no member of the workshop sees it and no listing shows it.
    """
    picture = Picture(
        workshop_id=workshop_id,
        of_council=of_council,
        private_key=upload.private_key,
        digest=upload.digest,
        width=upload.width,
        height=upload.height,
        created_at=now(),
    )
    session.add(picture)
    session.flush()
    jobs.enqueue(session, make_sizes, _key=f"sizes:{picture.id}", picture_id=picture.id)
    return picture


def words(alt: str) -> str:
    """Bring a description into one line of the length that is kept."""
    return " ".join(alt.split())[:ALT_LENGTH]


@jobs.job(own_transactions=True)
def make_sizes(picture_id: int) -> None:
    """Make the sizes of one picture; again, it makes the same files."""
    picture = db.session.get(Picture, picture_id)
    if picture is None or picture.state is not PictureState.WAITING:
        return
    store, key = media.current(), picture.private_key
    db.session.rollback()
    try:
        sizes = pictures.make(store.get(pictures.master_key(key)), key, store)
        values: dict[str, Any] = {
            "state": PictureState.READY,
            "widths": sizes.widths,
            "colour": sizes.colour,
            "blur": sizes.blur,
            "problem": None,
        }
    except (media.NoSuchFile, SyntaxError, ValueError) as error:
        values = {"state": PictureState.FAILED, "problem": repr(error)[:200]}
    with transaction() as session:
        session.execute(sa.update(Picture).where(Picture.id == picture_id).values(**values))


# --- what the artisan arranges ---------------------------------------------------------------------------------


def of_listing(session: Session, listing_id: int) -> list[ListingPhoto]:
    """Give a listing's photographs with their pictures, in order."""
    query = (
        sa.select(ListingPhoto)
        .where(ListingPhoto.listing_id == listing_id)
        .order_by(ListingPhoto.position, ListingPhoto.id)
        .options(joinedload(ListingPhoto.picture))
    )
    return list(session.scalars(query))


def _one(session: Session, listing: Listing, picture_id: int) -> ListingPhoto:
    photo = session.scalar(
        sa.select(ListingPhoto).where(
            ListingPhoto.listing_id == listing.id, ListingPhoto.picture_id == picture_id
        )
    )
    if photo is None:
        raise NoSuchPhoto
    return photo


def describe(session: Session, listing: Listing, picture_id: int, alt: str) -> None:
    """Set the words for those who do not see the photograph. :raise NoSuchPhoto: NotEditable:"""
    photo = _one(session, listing, picture_id)
    listings.touch(session, listing)
    photo.alt = words(alt)
    session.flush()


def remove(session: Session, listing: Listing, picture_id: int) -> None:
    """Take a photograph out of this listing; other versions keep it. :raise NoSuchPhoto: NotEditable:"""
    photo = _one(session, listing, picture_id)
    listings.touch(session, listing)
    session.delete(photo)
    session.flush()


def put_back(session: Session, listing: Listing, picture: Picture, place: int, alt: str = "") -> None:
    """Show a picture of the same workshop again, at its former place: the undo of `remove`.

    :raise TooMany: NoSuchPhoto: for another workshop's picture. :raise catalog.listings.NotEditable:
    """
    shown = [photo.picture_id for photo in of_listing(session, listing.id)]
    if picture.id in shown:
        return
    if len(shown) >= MOST:
        raise TooMany(most=MOST)
    owner = sa.select(Product.workshop_id).where(Product.id == listing.product_id)
    if picture.of_council or session.scalars(owner).one() != picture.workshop_id:
        raise NoSuchPhoto
    session.add(
        ListingPhoto(listing_id=listing.id, picture_id=picture.id, position=len(shown), alt=words(alt))
    )
    session.flush()
    shown.insert(min(place, len(shown)), picture.id)
    reorder(session, listing, shown)


def reorder(session: Session, listing: Listing, picture_ids: Sequence[int]) -> None:
    """Put the photographs in this order; the first stands on the card. :raise OrderRefused: NotEditable:"""
    shown = {photo.picture_id: photo for photo in of_listing(session, listing.id)}
    if sorted(shown) != sorted(picture_ids):
        raise OrderRefused
    listings.touch(session, listing)
    for position, picture_id in enumerate(picture_ids):
        shown[picture_id].position = position
    session.flush()


def views(session: Session, listing_id: int, address: Callable[[int, int, str], str]) -> list[PhotoView]:
    """Describe a listing's photographs for its workshop or council; `address(picture_id, width, ending)`."""
    shown = (private_view(photo.picture, photo.alt, address) for photo in of_listing(session, listing_id))
    return [view for view in shown if view]


def private_view(picture: Picture, alt: str, address: Callable[[int, int, str], str]) -> PhotoView | None:
    """Describe a picture for its workshop or council; `address(picture_id, width, ending)`."""
    return pictures.view(picture, alt, lambda width, ending: address(picture.id, width, ending))


def picture_of_member(session: Session, user_id: int, picture_id: int) -> Picture:
    """Give a picture to a member of its workshop. :raise NoSuchPhoto: to others."""
    picture = session.scalar(
        sa.select(Picture)
        .join(WorkshopMember, WorkshopMember.workshop_id == Picture.workshop_id)
        .where(Picture.id == picture_id, WorkshopMember.user_id == user_id, ~Picture.of_council)
    )
    if picture is None:
        raise NoSuchPhoto
    return picture


# --- private to public and back ------------------------------------------------------------------------------------


def _shows(picture: Any) -> Any:
    """Ask whether a live listing shows a picture, or a workshop that is public as its portrait."""
    in_listing = (
        products.live()
        .join(ListingPhoto, ListingPhoto.listing_id == Listing.id)
        .where(ListingPhoto.picture_id == picture.id)
        .with_only_columns(Listing.id)
        .correlate(picture)
        .exists()
    )
    as_portrait = (
        sa.select(Portrait.workshop_id)
        .join(Workshop, Workshop.id == Portrait.workshop_id)
        .where(Portrait.live_picture_id == picture.id, Workshop.state != WorkshopState.SUSPENDED)
        .correlate(picture)
        .exists()
    )
    return sa.or_(in_listing, as_portrait)


def _judged(session: Session, listing_id: int) -> list[int]:
    """Name the pictures that an approval of a listing makes public: its own, and the portrait sent with it."""
    own = session.scalars(sa.select(ListingPhoto.picture_id).where(ListingPhoto.listing_id == listing_id))
    sent = session.scalar(
        sa.select(Submission.snapshot)
        .where(Submission.listing_id == listing_id)
        .order_by(Submission.number.desc())
        .limit(1)
    )
    portrait = (sent or {}).get("workshop", {}).get("portrait")
    return sorted({*own, portrait["picture_id"]} if portrait else own)


def make_public(listing_id: int) -> None:
    """Copy the pictures that are judged with a listing to their public keys; before the approving transaction.

    :raise NotReady: while sizes are being made.
    """
    ids = _judged(db.session(), listing_id)
    shown = _pictures(Picture.id.in_(ids))
    if any(picture.state is not PictureState.READY for picture in shown):
        raise NotReady
    for picture in shown:
        _copy_out(picture)
    with transaction() as session:
        session.execute(sa.update(Picture).where(Picture.id.in_(ids)).values(public=True))


def _copy_out(picture: Picture) -> None:
    store, prefix = media.current(), pictures.public_prefix(picture.digest or "")
    for name in pictures.file_names(picture):
        store.copy(f"{picture.private_key}/{name}", f"{prefix}/{name}")


def check_public(session: Session, listing_id: int) -> None:
    """Make sure, in the approving transaction, that every picture has its public copies.

    :raise NotReady: when one has not: `make_public` was not called, or the sweep came between.
    """
    ids = _judged(session, listing_id)
    # An UPDATE that changes nothing still locks the rows, so that the sweep waits for this transaction.
    locked = session.execute(
        sa.update(Picture).where(Picture.id.in_(ids), Picture.public).values(public=True)
        .returning(Picture.id)
    ).all()  # fmt: skip
    if len(locked) != len(ids):
        raise NotReady


def make_private(listing_id: int) -> None:
    """Take back at once what `make_public` copied out for a verdict that then was not given.

    What a live listing shows stays, and so does what another curator's verdict has published meanwhile.
    """
    unseen = sa.and_(Picture.id.in_(_judged(db.session(), listing_id)), ~_shows(Picture))
    ids = [picture.id for picture in _pictures(unseen)]
    _mark(sa.and_(unseen, Picture.public), public=False)
    _hide(ids)


def _hide(picture_ids: list[int]) -> None:
    """Remove the public copies of pictures that are private now."""
    for picture in _pictures(sa.and_(Picture.id.in_(picture_ids), ~Picture.public)):
        # The same photograph uploaded twice has the same public files.
        if _pictures(sa.and_(Picture.digest == picture.digest, Picture.public)):
            continue
        try:
            _remove_public(picture)
        except media.StoreUnavailable:
            _mark(Picture.id == picture.id, public=True)  # the next sweep tries again
            raise


@jobs.periodic(every=30)
def sweep() -> None:
    """Take away public copies that no live listing shows, and bring back those that one misses."""
    ready = Picture.state == PictureState.READY
    unseen = sa.and_(Picture.public, ~_shows(Picture))
    missing = sa.and_(~Picture.public, ready, _shows(Picture))
    _hide(_mark(unseen, public=False))
    for picture in _pictures(missing):
        _copy_out(picture)
    _mark(missing, public=True)


def _pictures(condition: Any) -> list[Picture]:
    return list(db.session.scalars(sa.select(Picture).where(condition)))


def _mark(condition: Any, *, public: bool) -> list[int]:
    """Set the flag of the pictures that fit, and give their ids; without any, nothing is locked."""
    if db.session.scalar(sa.select(Picture.id).where(condition).limit(1)) is None:
        return []
    with transaction() as session:
        changed = sa.update(Picture).where(condition).values(public=public)
        rows = session.execute(changed.returning(Picture.id, Picture.workshop_id)).all()
        if public:  # pages that were kept without the pictures are to be made again
            for workshop_id in {row.workshop_id for row in rows}:
                changes.of_workshop(session, workshop_id)
        return [row.id for row in rows]


def _remove_public(picture: Picture) -> None:
    store, prefix = media.current(), pictures.public_prefix(picture.digest or "")
    for name in pictures.file_names(picture):
        store.delete(f"{prefix}/{name}")
