"""Photographs of the demonstration for few eyes: samples beside ruler and colour card, labels for a task, claims.

Called by `flask demo pictures` before the large drawing; again, it draws what is still missing.
"""

from io import BytesIO

import sqlalchemy as sa
from PIL import Image, ImageDraw

from catalog import photos
from catalog.curation import evidence
from catalog.models import (
    CoachingTask,
    Listing,
    Product,
    Sample,
    SamplePhoto,
    Submission,
    TaskEvidence,
    TaskState,
)
from checkout.claims import evidence as claim_photos
from checkout.models import Claim, ClaimPhoto, Order, Side
from checkout.models.claim import CLOSED
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.models import User

MOST = 6
"""Of each kind; they are only to show how it looks."""
TABLE, PAPER, INK = "#cfc8bb", "#f6f1e6", "#3a332b"
CARD = ("#22335f", "#7d2b26", "#c08a2e", "#4c6b4a", "#f3ede0", "#2b2622")
PIECES = ("#7d4a2b", "#2f4a5c", "#8a6a2f", "#5b2f3a", "#4b5b3c")
SIZE = (1200, 900)


def hang() -> int:
    """Draw the photographs that samples, answered tasks and claims still miss; give how many were drawn."""
    return _samples() + _labels() + _claims()


def _samples() -> int:
    shown = sa.exists().where(SamplePhoto.sample_id == Sample.id)
    query = (
        sa.select(Sample.id, Sample.taken_in_by_id, Product.workshop_id)
        .join(Listing, Listing.id == Sample.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(~shown)
        .order_by(Sample.id)
        .limit(MOST)
    )
    rows = db.session.execute(query).all()
    for sample_id, curator_id, workshop_id in rows:
        upload = photos.receive(_beside_a_ruler(sample_id))
        with transaction() as session:
            picture = photos.keep(session, workshop_id, upload, of_council=True)
            session.add(
                SamplePhoto(
                    sample_id=sample_id,
                    picture_id=picture.id,
                    words="Di samping penggaris dan kartu warna",
                    added_by_id=curator_id,
                    created_at=now(),
                )
            )
            picture_id = picture.id
        photos.make_sizes(picture_id)
    return len(rows)


def _labels() -> int:
    shown = sa.exists().where(TaskEvidence.task_id == CoachingTask.id)
    query = (
        sa.select(CoachingTask.id, Submission.submitted_by_id)
        .join(Submission, Submission.id == CoachingTask.submission_id)
        .where(~shown, CoachingTask.state == TaskState.ANSWERED)
        .order_by(CoachingTask.id.desc())
        .limit(MOST)
    )
    rows = db.session.execute(query).all()
    for task_id, owner_id in rows:
        upload = photos.receive(_label(task_id))
        with transaction() as session:
            owner, task = session.get_one(User, owner_id), session.get_one(CoachingTask, task_id)
            row = evidence.add(session, Actor.of(owner), owner, task, upload, "Hasilnya")
            picture_id = row.picture_id
        photos.make_sizes(picture_id)
    return len(rows)


def _claims() -> int:
    """Let the buyers of open claims have photographed what came, beside a ruler."""
    shown = sa.exists().where(ClaimPhoto.claim_id == Claim.id)
    query = sa.select(Claim.id, Order.user_id).join(Order, Order.id == Claim.order_id)
    rows = db.session.execute(
        query.where(~shown, Claim.state.not_in(CLOSED)).order_by(Claim.id).limit(MOST)
    ).all()
    for claim_id, buyer_id in rows:
        upload = photos.receive(_beside_a_ruler(claim_id + 2))
        with transaction() as session:
            actor = Actor(label="visitor", user_id=buyer_id)
            claim = session.get_one(Claim, claim_id)
            picture_id = claim_photos.add(session, actor, claim, Side.BUYER, upload).picture_id
        photos.make_sizes(picture_id)
    return len(rows)


def _ground(seed: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", SIZE, TABLE)
    pen = ImageDraw.Draw(image)
    for line in range(0, SIZE[1], 9):
        shade = 200 + (line * 7 + seed * 13) % 9
        pen.line((0, line, SIZE[0], line), fill=(shade, shade - 6, shade - 18))
    return image, pen


def _beside_a_ruler(seed: int) -> bytes:
    """Draw a folded piece on a table, a ruler in front of it and a colour card beside it."""
    image, pen = _ground(seed)
    colour = PIECES[seed % len(PIECES)]
    pen.rectangle((120, 150, 860, 640), fill=colour)
    for fold in range(170, 640, 24):
        pen.line((120, fold, 860, fold + 6), fill=INK, width=1)
    pen.rectangle((120, 150, 860, 640), outline=INK, width=3)
    pen.rectangle((90, 720, 1110, 800), fill="#e4c98f", outline=INK)
    for mark in range(101):
        deep = 34 if mark % 10 == 0 else 22 if mark % 5 == 0 else 12
        pen.line((100 + mark * 10, 720, 100 + mark * 10, 720 + deep), fill=INK, width=2)
        if mark % 10 == 0:
            pen.text((94 + mark * 10, 762), str(mark), fill=INK)
    for place, patch in enumerate(CARD):
        left, top = 930 + (place % 2) * 90, 180 + (place // 2) * 110
        pen.rectangle((left, top, left + 78, top + 96), fill=patch, outline=INK)
    return _file(image)


def _label(seed: int) -> bytes:
    """Draw a new label on a table."""
    image, pen = _ground(seed)
    pen.rectangle((300, 180, 900, 720), fill=PAPER, outline=INK, width=3)
    pen.ellipse((575, 210, 625, 260), fill=TABLE, outline=INK, width=2)
    for line, width in enumerate((320, 440, 420, 300, 430, 380)):
        top = 330 + line * 58
        pen.rectangle((360, top, 360 + width - (seed * 17 + line) % 60, top + 16), fill=INK)
    return _file(image)


def _file(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
