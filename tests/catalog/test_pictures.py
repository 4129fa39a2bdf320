"""Photographs: which uploads are refused, and what is kept of those that are not."""

import struct
import zlib
from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from catalog import artisans, photos, pictures
from catalog.models import Listing, Picture, PictureState, Workshop, WorkshopState
from shop import media
from shop.db import db, transaction
from shop.errors import ShopError
from tests import make_catalog as make
from tests.make import ACTOR
from tests.pages import Page


def jpeg(size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    """Make a JPEG file."""
    buffer = BytesIO()
    Image.new("RGB", size, "#8a4b22").save(buffer, "JPEG", **options)
    return buffer.getvalue()


def bomb(width: int, height: int) -> bytes:
    """Make a small PNG file that claims to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def gif() -> bytes:
    """Make a GIF file."""
    buffer = BytesIO()
    Image.new("RGB", (400, 300)).save(buffer, "GIF")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("what", "data", "refusal"),
    [
        ("nothing", b"", pictures.WrongKind),
        (
            "SVG",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            pictures.WrongKind,
        ),
        ("HTML", b"<html><script>alert(1)</script></html>", pictures.WrongKind),
        ("PDF", b"%PDF-1.7\n1 0 obj", pictures.WrongKind),
        ("GIF", gif(), pictures.WrongKind),
        ("JPEG that is a page as well", jpeg() + b"<script>alert(1)</script>", pictures.WrongKind),
        ("JPEG with a page in its comment", jpeg(comment=b"<html><body>"), pictures.WrongKind),
        ("JPEG that is a PDF as well", jpeg(comment=b"%PDF-1.4"), pictures.WrongKind),
        ("JPEG that is an archive as well", jpeg() + b"PK\x05\x06" + b"\0" * 18, pictures.WrongKind),
        ("half a JPEG", make.photograph(7)[:2500], pictures.Damaged),
        ("a header without a picture", b"\xff\xd8\xff" + b"\0" * 500, pictures.PictureRefused),
        ("50 megapixels", bomb(10_000, 5_000), pictures.TooLarge),
        ("a bomb", bomb(60_000, 60_000), pictures.TooLarge),
        ("a PNG that holds less than it claims", bomb(5_000, 5_000), pictures.Damaged),
        ("11 MB", jpeg() + b"\0" * 11_000_000, pictures.TooLarge),
        ("a stamp", jpeg((120, 90)), pictures.TooSmall),
    ],
)
def test_what_is_no_photograph_is_refused(
    app: Flask, what: str, data: bytes, refusal: type[ShopError]
) -> None:
    with pytest.raises((refusal, pictures.WrongKind)) as refused:
        photos.receive(data)
    assert isinstance(refused.value, refusal) or what == "a header without a picture"
    assert refused.value.status in {415, 422}
    assert list(media.current().keys("private")) == []


def test_a_photograph_is_kept_upright_and_without_its_metadata(app: Flask) -> None:
    # given a telephone's photograph: turned, with a place and a maker's name in it
    image = Image.new("RGB", (600, 400), "#3e6b4a")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Telepon Rahasia"
    exif.get_ifd(0x8825)[2] = (3.0, 47.0, 12.0)
    buffer = BytesIO()
    image.save(buffer, "JPEG", exif=exif, comment=b"rumah perajin")
    # when it is read
    master = pictures.read(buffer.getvalue())
    # then it stands upright, and nothing else of the file is left
    assert (master.width, master.height) == (400, 600)
    kept = Image.open(BytesIO(master.data))
    assert not kept.getexif()
    assert kept.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Rahasia" not in master.data
    assert b"rumah" not in master.data


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_png_and_webp_are_taken_too(app: Flask, form: str) -> None:
    master = pictures.read(make.photograph(3, form=form))
    assert (master.width, master.height) == (320, 400)


def test_transparent_parts_become_paper(app: Flask) -> None:
    buffer = BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(buffer, "PNG")
    pixel = Image.open(BytesIO(pictures.read(buffer.getvalue()).data)).getpixel((150, 150))
    assert isinstance(pixel, tuple)
    assert all(abs(a - b) < 4 for a, b in zip(pixel, pictures.PAPER, strict=True))


def test_sizes_are_made_up_to_the_master_and_again_without_harm(app: Flask) -> None:
    listing = make.draft(photo_count=0)
    upload = photos.receive(make.photograph(5, (1000, 800)))
    with transaction() as session:
        picture_id = photos.attach(session, session.get_one(Listing, listing.id), upload, "Depan").picture_id
    for _ in range(2):
        photos.make_sizes(picture_id)
    picture = db.session.get_one(Picture, picture_id)
    assert picture.state is PictureState.READY
    assert picture.widths == [320, 480, 640, 960]
    assert picture.colour.startswith("#")
    with Image.open(BytesIO(b64decode(picture.blur))) as blur:
        assert (blur.width, len(picture.blur) < 200) == (pictures.BLUR_WIDTH, True)
    keys = {key.rsplit("/", 1)[1] for key in media.current().keys(picture.private_key)}
    assert keys == {"master.jpg", *pictures.file_names(picture)}
    view = pictures.view(picture, "Depan", lambda width, ending: f"/{width}.{ending}")
    assert view is not None
    assert view.sources["avif"] == [(w, f"/{w}.avif") for w in (320, 480, 640, 960)]
    assert view.src == "/960.jpg"


def test_a_listing_shows_at_most_ten_photographs(app: Flask) -> None:
    listing = make.draft(photo_count=0)
    uploads = [photos.receive(make.photograph(number)) for number in range(photos.MOST + 1)]
    for upload in uploads[:-1]:
        with transaction() as session:
            photos.attach(session, session.get_one(Listing, listing.id), upload)
    with transaction() as session, pytest.raises(photos.TooMany):
        photos.attach(session, session.get_one(Listing, listing.id), uploads[-1])


def test_photographs_are_put_in_order_and_described(app: Flask) -> None:
    listing = make.draft()
    first, second, third = make.photo_ids(listing.id)
    with transaction() as session:
        listing = session.get_one(Listing, listing.id)
        photos.reorder(session, listing, [third, first, second])
        photos.describe(session, listing, third, "  Dari   dekat ")
        with pytest.raises(photos.OrderRefused):
            photos.reorder(session, listing, [third, first])
    assert make.photo_ids(listing.id) == [third, first, second]
    assert photos.of_listing(db.session(), listing.id)[0].alt == "Dari dekat"


def test_another_workshop_cannot_see_a_private_photograph(app: Flask) -> None:
    listing = make.draft()
    (picture_id, *_) = make.photo_ids(listing.id)
    stranger = make.member(make.workshop())
    with pytest.raises(photos.NoSuchPhoto):
        photos.picture_of_member(db.session(), stranger.id, picture_id)


def test_a_readmitted_workshop_has_its_photographs_again(app: Flask, page: Page) -> None:
    # given a workshop that was suspended until its photographs were taken away
    product = make.piece()

    def move(to: WorkshopState) -> None:
        with transaction() as session:
            artisans.move(session, ACTOR, session.get_one(Workshop, product.workshop_id), to)

    move(WorkshopState.SUSPENDED)
    photos.sweep()
    # when it is readmitted, its page is seen without them, and kept
    move(WorkshopState.ACTIVE)
    assert not page.get(f"/products/{product.slug}").all(".gallery img")
    # then they are there as soon as the sweep has brought them back
    photos.sweep()
    assert len(page.get(f"/products/{product.slug}").all(".gallery img")) == 3
