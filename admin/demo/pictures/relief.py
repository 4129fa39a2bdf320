"""Flat things seen straight on: layers with relief, laid on a ground or hung on a wall, shaded and shadowed.

Used for cloth, mats, jewellery, masks, panels and everything beside the ruler.
"""

from dataclasses import dataclass

import numpy as np

from admin.demo.pictures.backdrops import tilted
from admin.demo.pictures.light import Light, Skin, lit
from admin.demo.pictures.raster import F32, Array, blurred, clamp, resized, smoothstep


@dataclass(frozen=True)
class Frame:
    """A picture plane: pixel size, pixels per cm, and x, y in cm from its middle (y up)."""

    width: int
    height: int
    ppc: float
    x: Array
    y: Array

    def part(
        self, left: float, right: float, bottom: float, top: float
    ) -> "tuple[tuple[slice, slice], Frame]":
        """Cut out the pixels between places in cm: slices of the canvas, and the smaller plane."""
        columns = np.clip(
            [(left * self.ppc + self.width / 2), (right * self.ppc + self.width / 2)], 0, self.width
        )
        rows = np.clip(
            [(self.height / 2 - top * self.ppc), (self.height / 2 - bottom * self.ppc)], 0, self.height
        )
        a, b = int(columns[0]), max(int(np.ceil(columns[1])), int(columns[0]) + 1)
        c, d = int(rows[0]), max(int(np.ceil(rows[1])), int(rows[0]) + 1)
        area = (slice(c, d), slice(a, b))
        x, y = self.x[area], self.y[area]
        return area, Frame(x.shape[1], x.shape[0], self.ppc, x, y)


def frame(width: int, across: float) -> Frame:
    """Set up a portrait 4:5 plane which shows the given cm across."""
    height = round(width * 5 / 4)
    ppc = width / across
    x = (np.arange(width, dtype=F32) - F32((width - 1) / 2)) / F32(ppc)
    y = (F32((height - 1) / 2) - np.arange(height, dtype=F32)) / F32(ppc)
    grid_x, grid_y = np.meshgrid(x, y)
    return Frame(width, height, ppc, grid_x, grid_y)


def ground(plane: Frame, skin: Skin, light: Light, shadow: Array | float = 1.0) -> Array:
    """Shade the ground itself."""
    return _shaded(plane, skin, skin.height, light, shadow, 1.0)


def _shaded(
    plane: Frame, skin: Skin, relief: Array, light: Light, shadow: Array | float, open_: Array | float
) -> Array:
    normal = tilted(relief, plane.ppc)
    view = np.zeros(normal.shape, dtype=F32)
    view[..., 0] = -plane.x * F32(0.36 * plane.ppc / plane.width)
    view[..., 1] = -plane.y * F32(0.36 * plane.ppc / plane.width)
    view[..., 2] = 1
    view /= np.sqrt((view * view).sum(axis=-1, keepdims=True))
    return lit(skin, normal, view, light, shadow, open_)


def _shift(values: Array, dx: int, dy: int) -> Array:
    height, width = values.shape
    out = np.zeros_like(values)
    ys, xs = slice(max(dy, 0), height + min(dy, 0)), slice(max(dx, 0), width + min(dx, 0))
    yo, xo = slice(max(-dy, 0), height + min(-dy, 0)), slice(max(-dx, 0), width + min(-dx, 0))
    out[ys, xs] = values[yo, xo]
    return out


def shadow_of(plane: Frame, alpha: Array, lift: float, light: Light) -> Array:
    """Give the soft shadow (1 is full light) which a layer floating at lift cm throws behind it."""
    lx, ly, lz = (float(v) for v in light.towards)
    height, width = alpha.shape
    small, ppc = _small(alpha, plane.ppc, lift * 2.0)
    reach = lift * ppc / max(lz, 0.25)
    cast = np.zeros(small.shape, dtype=F32)
    for share, weight in ((0.35, 0.35), (1.0, 0.4)):
        moved = _shift(small, round(-lx * reach * share), round(ly * reach * share))
        cast += blurred(moved, max(0.6, reach * share * 0.55)) * F32(weight)
    contact = blurred(small, max(0.6, lift * ppc * 0.5)) * F32(0.35)
    return resized(clamp(F32(1.0) - cast - contact, 0.05, 1.0), width, height)


def own_shadow(relief: Array, ppc: float, light: Light, reach: float) -> Array:
    """Let high folds shade low ones within a reach of cm: 1 is full light."""
    height, width = relief.shape
    small, ppc = _small(relief, ppc, reach)
    lx, ly, lz = (float(v) for v in light.towards)
    flat = float(np.hypot(lx, ly))
    blocked = np.zeros(small.shape, dtype=F32)
    for share in (0.15, 0.35, 0.65, 1.0):
        far = reach * share
        moved = _slid(small, round(-lx / flat * far * ppc), round(ly / flat * far * ppc))
        above = moved - small - F32(far * lz / flat)
        blocked = np.maximum(blocked, smoothstep(-0.12 * reach, 0.25 * reach, above))
    return F32(1.0) - F32(0.75) * resized(blurred(blocked, max(0.6, reach * ppc * 0.06)), width, height)


def _slid(values: Array, dx: int, dy: int) -> Array:
    """Shift values, repeating those at the edge."""
    rows = np.clip(np.arange(values.shape[0]) - dy, 0, values.shape[0] - 1)
    columns = np.clip(np.arange(values.shape[1]) - dx, 0, values.shape[1] - 1)
    return values[rows[:, None], columns[None, :]]


def openness(relief: Array, ppc: float, reach: float) -> Array:
    """Darken hollows: how open each place is to the room within a reach of cm."""
    height, width = relief.shape
    small, ppc = _small(relief, ppc, reach)
    mean = blurred(small, reach * ppc)
    return resized(clamp(F32(1.0) - (mean - small) * F32(0.9 / reach), 0.25, 1.15), width, height)


def _small(relief: Array, ppc: float, reach: float) -> tuple[Array, float]:
    """Shrink a relief for work that only sees structures of about reach cm."""
    height, width = relief.shape
    shrink = int(np.clip(reach * ppc / 5, 1, 4))
    if shrink == 1:
        return relief, ppc
    return resized(relief, max(2, width // shrink), max(2, height // shrink)), ppc / shrink


def lay(
    canvas: Array,
    plane: Frame,
    alpha: Array,
    form: Array,
    skin: Skin,
    light: Light,
    lift: float = 0.3,
    reach: float = 1.0,
    cast: bool = True,
) -> None:
    """Shade a layer of a form (cm of relief) and skin, and lay it on the canvas with its shadow.

    Changes the canvas in place.
    """
    cover = alpha if skin.cover is None else alpha * skin.cover
    if cast:
        canvas *= shadow_of(plane, cover, lift, light)[..., None]
    rows, columns = np.nonzero(cover.max(axis=1) > 0)[0], np.nonzero(cover.max(axis=0) > 0)[0]
    if rows.size < 3 or columns.size < 3:
        return
    area = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
    form, cover, skin = form[area], cover[area], skin.part(area)
    shade = own_shadow(form, plane.ppc, light, reach) if reach > 0 else 1.0
    open_ = openness(form, plane.ppc, reach) if reach > 0 else 1.0
    if "crease" in skin.extra:
        open_ = open_ * skin.extra["crease"]
    small = Frame(form.shape[1], form.shape[0], plane.ppc, plane.x[area], plane.y[area])
    colour = _shaded(small, skin, form + skin.height, light, shade, open_)
    under = canvas[area]
    under += (colour - under) * cover[..., None]


def soft_edge(distance: Array, ppc: float) -> Array:
    """Turn a signed distance in cm (negative inside) into coverage."""
    return clamp(F32(0.5) - distance * F32(ppc))


def rectangle(x: Array, y: Array, half_x: float, half_y: float, round_: float = 0.0) -> Array:
    """Give the signed distance to a rectangle about the middle."""
    qx, qy = np.abs(x) - F32(half_x - round_), np.abs(y) - F32(half_y - round_)
    outside = np.sqrt(np.maximum(qx, 0) ** 2 + np.maximum(qy, 0) ** 2)
    result: Array = outside + np.minimum(np.maximum(qx, qy), 0) - F32(round_)
    return result


def dome(distance: Array, edge: float) -> Array:
    """Round the rim of a flat thing: relief in cm from its distance, rising over edge cm."""
    t = clamp(-distance / F32(edge))
    return np.sqrt(clamp(F32(1.0) - (F32(1.0) - t) ** 2)) * F32(edge)
