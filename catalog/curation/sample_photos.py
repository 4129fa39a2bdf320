"""Photographs of samples: a curator's, beside a ruler and a colour card. For the council alone.

Such pictures carry `of_council`: members of the workshop do not see them, and no listing can show them.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans, councils, photos
from catalog.curation.samples import NoSuchSample, for_curator
from catalog.models import Picture, Sample, SamplePhoto
from catalog.photos import Upload
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict
from shop.models import User

MOST_PHOTOS = 12


class TooMany(Conflict):
    """A sample has as many photographs as it can hold."""

    message = "A sample holds at most %(most)s photographs. Remove one first."


def picture_for_staff(session: Session, person: User, sample_id: int, picture_id: int) -> Picture:
    """Give a photograph of a sample to its council, and not to members of the workshop. :raise NoSuchSample:"""
    picture = session.scalar(
        sa.select(Picture)
        .join(SamplePhoto, SamplePhoto.picture_id == Picture.id)
        .join(Sample, Sample.id == SamplePhoto.sample_id)
        .where(
            Sample.id == sample_id,
            Picture.id == picture_id,
            Sample.council_id.in_(councils.ids_of(session, person)),
        )
    )
    if picture is None or artisans.is_member(session, picture.workshop_id, person.id):
        raise NoSuchSample
    return picture


def add_photo(
    session: Session, actor: Actor, person: User, sample_id: int, upload: Upload, words: str = ""
) -> SamplePhoto:
    """Keep a curator's photograph of a sample; the same one sent again is there once.

    :raise TooMany: NoSuchSample: catalog.curation.submissions.OwnWorkshop:
    """
    sample = for_curator(session, person, sample_id)
    for photo in sample.photos:
        if photo.picture.digest == upload.digest:
            return photo
    if len(sample.photos) >= MOST_PHOTOS:
        raise TooMany(most=MOST_PHOTOS)
    picture = photos.keep(session, sample.listing.product.workshop_id, upload, of_council=True)
    photo = SamplePhoto(
        sample_id=sample.id,
        picture_id=picture.id,
        words=photos.words(words),
        added_by_id=person.id,
        created_at=now(),
    )
    session.add(photo)
    audit.record(
        session, actor, "sample.photo_added", sample, after={"picture": picture.id, "words": photo.words},
        scope=sample.council.code,
    )  # fmt: skip
    return photo


def remove_photo(session: Session, actor: Actor, person: User, sample_id: int, picture_id: int) -> None:
    """Take a photograph away from a sample. :raise NoSuchSample:"""
    sample = for_curator(session, person, sample_id)
    photo = next((one for one in sample.photos if one.picture_id == picture_id), None)
    if photo is None:
        raise NoSuchSample
    audit.record(
        session, actor, "sample.photo_removed", sample, before={"picture": picture_id, "words": photo.words},
        scope=sample.council.code,
    )  # fmt: skip
    session.delete(photo)
    session.flush()
