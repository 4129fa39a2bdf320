"""A wooden ruler with true centimetres and a small colour card, as flat materials and as bodies on the table."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from admin.demo.pictures.camera import Body, Spot
from admin.demo.pictures.colours import DYES, WOODS, linear
from admin.demo.pictures.light import Skin
from admin.demo.pictures.raster import F32, Array, at, clamp, mix, smoothstep, tile
from admin.demo.pictures.solids import box

LENGTHS = (15.0, 30.0, 50.0, 100.0, 200.0)
CARD = ("putih", "abu", "arang", "mengkudu", "kunyit", "pandan", "nila", "soga")


def length_for(size: float) -> float:
    """Choose the ruler that comes nearest to the object's greatest measure in cm."""
    return min(LENGTHS, key=lambda length: abs(length - size * 0.9))


def breadth(length: float) -> float:
    """Give the ruler's width in cm."""
    return {15.0: 2.2, 30.0: 3.0, 50.0: 3.4, 100.0: 4.6, 200.0: 6.5}[length]


@lru_cache(maxsize=64)
def _digits(text: str) -> Array:
    font = ImageFont.load_default(40)
    image = Image.new("L", (96, 48), 0)
    pen = ImageDraw.Draw(image)
    pen.text((48, 24), text, fill=255, font=font, anchor="mm")
    return np.asarray(image, dtype=F32) / F32(255)


def ticks(u: Array, v: Array, ppc: float, length: float) -> Array:
    """Give the ink of the scale: u cm along from 0, v cm up from the lower edge; 1 is black.

    Centimetres are short lines, fives longer, tens longest and numbered; millimetres show when near enough.
    """
    wide = breadth(length)
    line = max(0.035, 0.9 / ppc)
    nearest = np.round(u)
    off = np.abs(u - nearest)
    ten, five = np.abs(nearest % 10) < 0.5, np.abs(nearest % 5) < 0.5
    tall = np.where(ten, wide * 0.46, np.where(five, wide * 0.36, wide * 0.24)).astype(F32)
    ends = (nearest >= 0) & (nearest <= length)
    ink = smoothstep(line, line * 0.35, off) * (v > wide - tall) * (v < wide) * ends
    if ppc > 16:
        milli = np.abs(u * F32(10) - np.round(u * F32(10))) / F32(10)
        inside = (u > -0.02) & (u < length + 0.02)
        ink = np.maximum(
            ink, smoothstep(line * 0.6, line * 0.25, milli) * (v > wide * 0.87) * inside * F32(0.8)
        )
    step = 10 if length >= 50 else 5 if ppc < 14 else 1
    size = wide * (0.32 if step > 1 else 0.25)
    for mark in range(step, round(length), step):
        left = mark - size
        box_u, box_v = (u - F32(left)) / F32(2 * size), (v - F32(wide * 0.10)) / F32(size * 1.0)
        inside = (box_u > 0) & (box_u < 1) & (box_v > 0) & (box_v < 1)
        if inside.any():
            glyph = at(
                _digits(str(mark)),
                clamp(box_u, 0, 0.999) * F32(96),
                (F32(1) - clamp(box_v, 0, 0.999)) * F32(47.9),
            )
            ink = np.maximum(ink, glyph * inside)
    return ink


def wooden(length: float, u: Array, v: Array, ppc: float) -> Skin:
    """Make the ruler's face."""
    pale, dark = (linear(c) for c in WOODS["albasia"])
    grain = at(tile(0.8, 26.0, 4), u * F32(ppc * 0.5), v * F32(ppc))
    albedo = mix(pale, dark, clamp(F32(0.3) + F32(0.2) * grain)) * F32(1.05)
    ink = ticks(u, v, ppc, length)
    return Skin(mix(albedo, linear("arang"), ink * F32(0.92)), grain * F32(0.001), gloss=0.3)


def ruler(length: float, x: float, z: float) -> Body:
    """Lay a ruler along x with its middle at (x, z); its zero lies length / 2 to the left."""
    half = breadth(length) / 2
    margin = half * 0.5
    thick = 0.3 * max(1.0, length / 50)

    def finish(spot: Spot) -> Skin:
        return wooden(length, spot.x - F32(x - length / 2), F32(z + half) - spot.z, spot.ppc)

    def mapping(px: Array, py: Array, pz: Array, normal: Array) -> tuple[Array, Array]:
        del py, normal
        return px, pz

    shape = box((length / 2 + margin, thick / 2, half), (x, thick / 2, z), thick * 0.3)
    low, high = (x - length / 2 - margin, 0.0, z - half), (x + length / 2 + margin, thick, z + half)
    return Body(shape, finish, mapping, (low, high))


def card_skin(u: Array, v: Array, width: float, height: float) -> Skin:
    """Print a colour card: two rows of four, on white; u, v in cm from the lower left."""
    hues = np.stack([linear(DYES[name]) for name in CARD])
    a, b = u / F32(width) * F32(4.4) - F32(0.2), v / F32(height) * F32(2.4) - F32(0.2)
    i, j = np.clip(np.floor(a), 0, 3).astype(np.int32), np.clip(np.floor(b), 0, 1).astype(np.int32)
    inside = (
        (np.abs(a - i - F32(0.5)) < 0.43)
        & (np.abs(b - j - F32(0.5)) < 0.43)
        & (a > 0)
        & (a < 4)
        & (b > 0)
        & (b < 2)
    )
    albedo = np.where(inside[..., None], hues[j * 4 + i], linear("#F6F4EE"))
    return Skin(albedo.astype(F32), np.zeros(u.shape, dtype=F32), gloss=0.08)


def card(width: float, x: float, z: float) -> Body:
    """Lay the colour card on the table, its middle at (x, z)."""
    height = width * 0.55
    thick = max(0.08, width * 0.012)

    def finish(spot: Spot) -> Skin:
        return card_skin(spot.x - F32(x - width / 2), F32(z + height / 2) - spot.z, width, height)

    def mapping(px: Array, py: Array, pz: Array, normal: Array) -> tuple[Array, Array]:
        del py, normal
        return px, pz

    shape = box((width / 2, thick / 2, height / 2), (x, thick / 2, z), thick * 0.3)
    return Body(
        shape, finish, mapping, ((x - width / 2, 0.0, z - height / 2), (x + width / 2, thick, z + height / 2))
    )
