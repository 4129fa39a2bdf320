"""Portraits of the demonstration's workshops and landscapes of the provinces: which are missing, drawing, keeping.

Called by `admin.demo.drawing`, in whose processes they are drawn between the photographs of the pieces.
"""

from dataclasses import dataclass
from io import BytesIO

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session, joinedload

from admin.demo.pictures import place, portrait
from catalog import changes, pictures, portraits
from catalog.models import (
    Listing,
    Picture,
    PictureState,
    PlacePicture,
    Portrait,
    Product,
    Province,
    Submission,
    Workshop,
)
from shop import media
from shop.db import now

WIDTH = 1000
GROUPS = {"sumatera": "sumatra", "jawa": "java", "bali_nusa_tenggara": "bali_nusa"}
"""Island groups whose name differs in `admin.demo.pictures.land`."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A portrait (of a workshop) or a landscape (of a province) to be drawn."""

    workshop_id: int
    """0 for a landscape."""
    province_code: str
    style: str
    """Family of the craft, or group of islands."""
    alt: str
    alt_en: str


@dataclass(frozen=True, slots=True)
class DrawnScene:
    """A scene whose files are in the media store."""

    scene: Scene
    private_key: str
    """Empty for a landscape, which has no private files."""
    digest: str
    width: int
    height: int
    widths: list[int]
    colour: str
    blur: str


def missing(session: Session) -> list[Scene]:
    """Give what is still to be drawn: provinces with workshops and their makers first."""
    hung = sa.select(Portrait.workshop_id)
    workshops = session.scalars(
        sa.select(Workshop)
        .where(Workshop.live_name.is_not(None), Workshop.id.not_in(hung))
        .order_by(Workshop.id)
        .options(joinedload(Workshop.live_craft))
    ).all()
    known = sa.select(PlacePicture.province_code)
    provinces = session.scalars(
        sa.select(Province).where(Province.code.not_in(known)).order_by(Province.code)
    )
    lively = {code[:2] for code in session.scalars(sa.select(Workshop.live_regency_code).distinct()) if code}
    places = sorted(
        (_landscape(row) for row in provinces), key=lambda scene: scene.province_code not in lively
    )
    faces = [_portrait(row) for row in workshops]
    return [scene for pair in zip(faces, places, strict=False) for scene in pair] + (
        faces[len(places) :] + places[len(faces) :]
    )


def _portrait(workshop: Workshop) -> Scene:
    family = workshop.live_craft.family if workshop.live_craft else ""
    alt = f"Tempat kerja {workshop.live_maker_name}: alat dan karya yang baru diletakkan"
    return Scene(workshop.id, "", family, alt, "")


def _landscape(province: Province) -> Scene:
    return Scene(
        0, province.code, GROUPS.get(province.island_group, province.island_group),
        f"Bentang alam {province.name_id}", f"Landscape of {province.name_en}",
    )  # fmt: skip


def draw(scene: Scene, store: media.MediaStore) -> DrawnScene:
    """Draw a scene and put its files into the store, the public ones too."""
    image: Image.Image
    if scene.workshop_id:
        image = portrait(scene.workshop_id, WIDTH, scene.style)
    else:
        image = place(int(scene.province_code), scene.style, WIDTH)
    buffer = BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=92)
    master = pictures.read(buffer.getvalue())
    public = pictures.public_prefix(master.digest)
    if not scene.workshop_id:
        sizes, key = pictures.make(master.data, public, store), ""
    else:
        key = pictures.new_private_key()
        store.put(pictures.master_key(key), master.data)
        sizes = pictures.make(master.data, key, store)
        for width in sizes.widths:
            for ending in pictures.ENCODINGS:
                store.copy(f"{key}/{width}.{ending}", f"{public}/{width}.{ending}")
    return DrawnScene(
        scene, key, master.digest, master.width, master.height, sizes.widths, sizes.colour, sizes.blur
    )


def keep(session: Session, drawn: DrawnScene) -> None:
    """Write the rows of a drawn scene."""
    scene = drawn.scene
    common = {
        "digest": drawn.digest, "width": drawn.width, "height": drawn.height,
        "widths": drawn.widths, "colour": drawn.colour, "blur": drawn.blur,
    }  # fmt: skip
    if not scene.workshop_id:
        session.add(
            PlacePicture(province_code=scene.province_code, alt_id=scene.alt, alt_en=scene.alt_en, **common)
        )
        changes.of_words(session)
        return
    picture = Picture(
        workshop_id=scene.workshop_id, private_key=drawn.private_key, state=PictureState.READY, public=True,
        created_at=now(), **common,
    )  # fmt: skip
    session.add(picture)
    session.flush()
    session.add(
        Portrait(
            workshop_id=scene.workshop_id, picture_id=picture.id, alt=scene.alt,
            live_picture_id=picture.id, live_alt=scene.alt,
        )
    )  # fmt: skip
    session.flush()
    _show_councils(session, scene.workshop_id)
    changes.of_workshop(session, scene.workshop_id)


def _show_councils(session: Session, workshop_id: int) -> None:
    """Let everything that the workshop has sent say that it was sent with the portrait."""
    judged = portraits.snapshot(session, workshop_id)
    sent = (
        sa.select(Submission)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Product.workshop_id == workshop_id)
    )
    for submission in session.scalars(sent):
        profile = submission.snapshot["workshop"] | {"portrait": judged}
        submission.snapshot = submission.snapshot | {"workshop": profile}
