"""Pictures as files: reading what was uploaded, the sizes made of it, and how pages are told of them.

Knows Pillow and the media store, not listings (`catalog.photos`). The only module that decodes images.
"""

import hashlib
import re
import secrets
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from catalog.models import Picture, PictureState, PlacePicture
from shop import media
from shop.errors import Invalid, ShopError
from shop.web import media_url

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES = 10 * 1024 * 1024
BODY = MAX_BYTES + 1024 * 1024
"""Bytes of the form that brings one photograph; a form without JavaScript may bring several."""
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
WIDTHS = (320, 480, 640, 960, 1280, 1600)
"""What cards and the product page need from 360 to 1440 pixels at densities 1 to 3, in steps of a half at most."""
BLUR_WIDTH = 12
"""Pixels of the picture that stands in the page itself: about 70 bytes."""
LONGEST_SIDE = 2400
"""Pixels of the kept master's longer side; larger uploads are made smaller."""
SMALLEST_SIDE = 200
PAPER = (251, 247, 240)
"""`kapas`: what shows through transparent parts."""
ENCODINGS: dict[str, tuple[str, dict[str, int | bool]]] = {
    "avif": ("AVIF", {"quality": 48, "speed": 8}),
    "webp": ("WEBP", {"quality": 72, "method": 2}),
    "jpg": ("JPEG", {"quality": 78, "optimize": True, "progressive": True}),
}
"""File ending to Pillow's format and options."""
_NAMED = {"avif": "avif", "webp": "webp", "jpeg": "jpg"}


class PictureRefused(Invalid):
    """The upload is no photograph that can be used."""

    message = "This file is not a photograph that can be used. Please send a JPEG, PNG or WebP."


class WrongKind(ShopError):
    """The upload is some other kind of file."""

    status = 415
    message = "This kind of file cannot be used. Please send a JPEG, PNG or WebP photograph."


class TooLarge(PictureRefused):
    """More bytes or pixels than are accepted."""

    message = "This photograph is too large: at most 10 MB and 40 megapixels."


class TooSmall(PictureRefused):
    """Too few pixels to show."""

    message = "This photograph is too small: each side needs at least %(pixels)s pixels."


class Damaged(PictureRefused):
    """The file ends early or cannot be decoded."""

    message = "This photograph is damaged or arrived incomplete. Please send it again."


@dataclass(frozen=True, slots=True)
class Master:
    """A checked, re-encoded photograph without any metadata."""

    data: bytes
    width: int
    height: int
    digest: str


Address = Callable[[int, str], str]
"""`(width, ending)` to the address of a file."""


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photograph for a page. Views are equal if they look the same, so that what is drawn of one can be kept."""

    alt: str
    width: int
    height: int
    colour: str
    blur: str
    """WebP in base64, a few pixels wide; empty where there is none."""
    widths: tuple[int, ...]
    src: str
    """The address for browsers that read no `srcset`."""
    address: Address = field(compare=False, repr=False)

    @property
    def sources(self) -> dict[str, list[tuple[int, str]]]:
        """Give (width, address), ascending, for avif, webp and jpeg."""
        return {
            name: [(width, self.address(width, ending)) for width in self.widths]
            for name, ending in _NAMED.items()
        }


class Files(NamedTuple):
    """What `public_view` reads of a Picture, as plain columns: making an object takes longer."""

    state: PictureState | None
    public: bool | None
    digest: str | None
    widths: list[int]
    width: int
    height: int
    colour: str
    blur: str


# --- reading what was uploaded ---------------------------------------------------------------------------

_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_FOREIGN = re.compile(rb"<script|<html|<!doctype|<\?php|<svg[\s>]", re.IGNORECASE)


def read(data: bytes) -> Master:
    """Decode an upload, turn it upright, and encode it anew without metadata.

    :raise WrongKind: when it is not JPEG, PNG or WebP, or is some other kind of file as well.
    :raise TooLarge:
    :raise TooSmall:
    :raise Damaged:
    """
    from PIL import Image, UnidentifiedImageError

    if len(data) > MAX_BYTES:
        raise TooLarge
    _check_kind(data)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise TooLarge
            if min(image.size) < SMALLEST_SIDE:
                raise TooSmall(pixels=SMALLEST_SIDE)
            image.load()
            upright = _plain(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge from error
    except UnidentifiedImageError as error:
        raise WrongKind from error
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise Damaged from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    encoded = _encode(upright, "JPEG", {"quality": 92, "optimize": True})
    return Master(encoded, upright.width, upright.height, hashlib.sha256(encoded).hexdigest())


def _check_kind(data: bytes) -> None:
    """Refuse by signature, and refuse files that other programs would read as a page, script, PDF or archive."""
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    if not (data.startswith(_SIGNATURES) or webp):
        raise WrongKind
    if _FOREIGN.search(data) or b"%PDF-" in data[:1024] or b"PK\x05\x06" in data[-66_000:]:
        raise WrongKind


def _plain(image: "Image.Image") -> "Image.Image":
    """Give upright sRGB pixels on paper, and nothing else of the file."""
    from PIL import Image, ImageOps

    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (*PAPER, 255))
        upright = Image.alpha_composite(ground, layer)
    elif profile and upright.mode in {"RGB", "CMYK"}:
        upright = _to_srgb(upright, profile)
    pixels = upright.convert("RGB")
    bare = Image.new("RGB", pixels.size)
    bare.paste(pixels)
    return bare


def _to_srgb(image: "Image.Image", profile: bytes) -> "Image.Image":
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a profile nobody can read is no reason to refuse a photograph


def _encode(image: "Image.Image", form: str, options: dict[str, int | bool]) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


# --- sizes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sizes:
    """What `make` made of a master."""

    widths: list[int]
    colour: str
    blur: str


def widths_for(width: int) -> list[int]:
    """Give the pixel widths to make: the usual ones up to the master's, at least one."""
    return [w for w in WIDTHS if w <= width] or [width]


def make(master: bytes, key: str, store: media.MediaStore) -> Sizes:
    """Put every size of a master below a key, and give what was made; again, it makes the same."""
    from PIL import Image

    with Image.open(BytesIO(master), formats=("JPEG",)) as opened:
        image = opened.convert("RGB")
    widths = widths_for(image.width)
    for width in widths:
        height = max(round(image.height * width / image.width), 1)
        smaller = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        for ending, (form, options) in ENCODINGS.items():
            store.put(f"{key}/{width}.{ending}", _encode(smaller, form, options))
    red, green, blue = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    return Sizes(widths, f"#{red:02x}{green:02x}{blue:02x}", _blur(image))


def _blur(image: "Image.Image") -> str:
    from PIL import Image

    height = max(round(image.height * BLUR_WIDTH / image.width), 1)
    tiny = image.resize((BLUR_WIDTH, min(height, BLUR_WIDTH * 3)), Image.Resampling.BOX)
    return b64encode(_encode(tiny, "WEBP", {"quality": 20, "method": 6})).decode()


# --- keys and views ----------------------------------------------------------------------------------------


def new_private_key() -> str:
    """Give a prefix nobody can guess."""
    return f"private/{secrets.token_hex(20)}"


def master_key(private_key: str) -> str:
    """Give the key of the kept master below a picture's private prefix."""
    return f"{private_key}/master.jpg"


def public_prefix(digest: str) -> str:
    """Give the prefix of the public copies, known only to those who have the photograph."""
    return f"public/{digest}"


def file_names(picture: Picture) -> list[str]:
    """Name every file of a picture's sizes: `640.avif` …"""
    return [f"{width}.{ending}" for width in picture.widths for ending in ENCODINGS]


def view(picture: Any, alt: str | None, address: Address) -> PhotoView | None:
    """Describe a picture whose sizes are made; `address(width, ending)` gives each file's address."""
    if picture is None or picture.state is not PictureState.READY or not picture.widths:
        return None
    return described(picture, alt or "", address)


def described(kept: Picture | PlacePicture | Files, alt: str, address: Address) -> PhotoView:
    """Describe what has sizes; `address(width, ending)` gives each file's address."""
    middle = min(kept.widths, key=lambda w: abs(w - 960))
    return PhotoView(
        alt=alt,
        width=kept.width,
        height=kept.height,
        colour=kept.colour,
        blur=kept.blur,
        widths=tuple(kept.widths),
        src=address(middle, "jpg"),
        address=address,
    )


def public_view(picture: Any, alt: str | None) -> PhotoView | None:
    """Describe a Picture, or its `Files`, by its public addresses; None while it has none."""
    if picture is None or not picture.public or not picture.digest:
        return None
    prefix = public_prefix(picture.digest)
    return view(picture, alt, lambda width, ending: media_url(f"{prefix}/{width}.{ending}"))


def private_file(picture: Picture, width: int, ending: str) -> str:
    """Give the key of a private size for a reader who has been checked.

    :raise shop.media.NoSuchFile: when there is no such size.
    """
    if ending not in ENCODINGS or width not in picture.widths:
        raise media.NoSuchFile
    return f"{picture.private_key}/{width}.{ending}"
