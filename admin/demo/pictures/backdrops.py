"""What objects stand on and before: wooden table, limewashed wall, undyed cotton, woven mat, stone; with their light."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from admin.demo.pictures.camera import Camera, shadow_and_openness
from admin.demo.pictures.colours import WOODS, linear
from admin.demo.pictures.light import Light, Skin, lit
from admin.demo.pictures.raster import (
    F32,
    Array,
    at,
    blurred,
    clamp,
    hashed,
    mix,
    resized,
    smooth_at,
    smoothstep,
    tile,
)
from admin.demo.pictures.solids import Distance

Ground = Callable[[Array, Array, float], Skin]
"""A flat material: (x cm, y cm, pixels per cm) -> Skin."""


def planks(
    seed: int, wood: str = "jati", board: float = 14.0, gloss: float = 0.22, across: bool = True
) -> Ground:
    """Lay boards with grain, joints and worn varnish."""
    pale, dark = (linear(code) for code in WOODS[wood])

    def skin(x: Array, y: Array, ppc: float) -> Skin:
        along, side = (x, y) if across else (y, x)
        place = side / F32(board) + F32(0.37)
        number = np.floor(place)
        within = (place - number) * F32(board)
        shift = hashed(number, seed=seed) * F32(300)
        wave = smooth_at(tile(1.7, 5.0, 3), along * F32(3.0) + shift, side * F32(9.0) + shift, exact=True)
        rings = np.sin((within * F32(2.6) + wave * F32(2.1) + shift) * F32(1.6))
        fine = at(tile(0.8, 22.0, 4), along * F32(ppc * 0.6) + shift, side * F32(ppc * 0.9))
        tone = (
            F32(0.42)
            + F32(0.22) * rings
            + F32(0.14) * fine
            + F32(0.34) * (hashed(number, 3, seed) - F32(0.5))
        )
        albedo = mix(pale, dark, clamp(tone))
        joint = smoothstep(0.14, 0.0, np.minimum(within, F32(board) - within))
        albedo = albedo * (F32(1) - F32(0.85) * joint)[..., None]
        relief = fine * F32(0.004) - joint * F32(0.12)
        wear = clamp(F32(gloss) * (F32(0.8) + F32(0.25) * fine - joint))
        return Skin(albedo, relief, gloss=wear, shine=0.05)

    return skin


def limewash(seed: int, colour: str = "#EADFCB") -> Ground:
    """Brush lime on a wall: clouds of tone, brush marks, a few bare spots."""
    base = linear(colour)

    def skin(x: Array, y: Array, ppc: float) -> Skin:
        cloud = smooth_at(tile(1.8, 1.0, 6), x * F32(5.0) + F32(seed % 700), y * F32(5.0))
        brush = smooth_at(tile(1.2, 0.4, 7), x * F32(9.0), y * F32(9.0) + F32(seed % 500))
        fine = at(tile(0.7, 1.0, 8), x * F32(ppc), y * F32(ppc))
        tone = F32(1.0) + F32(0.055) * cloud + F32(0.03) * brush + F32(0.012) * fine
        return Skin(base * tone[..., None], cloud * F32(0.05) + brush * F32(0.02) + fine * F32(0.003))

    return skin


def linen(seed: int, colour: str = "#E6DAC3", coarse: float = 0.11, folds: float = 0.5) -> Ground:
    """Spread a plain handwoven cloth with slubs and a few soft creases."""
    base = linear(colour)

    def skin(x: Array, y: Array, ppc: float) -> Skin:
        slub = at(tile(0.9, 26.0, 9), x * F32(min(ppc, 14.0)), y * F32(min(ppc, 14.0)) * F32(1.3))
        slub2 = at(tile(0.9, 26.0, 10), y * F32(min(ppc, 14.0)), x * F32(min(ppc, 14.0)) * F32(1.3))
        visible = min(max((ppc * coarse - 2.0) / 3.0, 0.0), 1.0)
        warp = np.sin(x * F32(2 * np.pi / coarse)) * np.sin(y * F32(2 * np.pi / coarse))
        thread = (slub + slub2) * F32(0.5) + warp * F32(visible)
        swell = smooth_at(tile(2.3, 1.6, 11, 9.0), x * F32(6.0) + F32(seed % 911), y * F32(6.0))
        albedo = base * (F32(1.0) + F32(0.035) * thread + F32(0.02) * swell)[..., None]
        return Skin(albedo, thread * F32(0.006) + swell * F32(folds * 0.16), sheen=0.25)

    return skin


def mat(seed: int, colour: str = "#B9995F", strip: float = 0.7) -> Ground:
    """Lay a plain plaited mat."""
    base = linear(colour)

    def skin(x: Array, y: Array, ppc: float) -> Skin:
        a, b = (x + y) * F32(0.7071 / strip), (x - y) * F32(0.7071 / strip)
        i, j = np.floor(a), np.floor(b)
        fa, fb = a - i - F32(0.5), b - j - F32(0.5)
        over = ((i + j) % 2) > 0.5
        side, length = np.where(over, fb, fa), np.where(over, fa, fb)
        tone = np.where(over, hashed(j, 1, seed), hashed(i, 2, seed))
        streak = at(tile(0.8, 16.0, 12), np.where(over, a, b) * F32(40), np.where(over, b, a) * F32(30))
        relief = (F32(1) - (side * F32(2)) ** 4) * F32(0.04) + (F32(1) - (length * F32(2)) ** 2) * F32(0.06)
        edge = smoothstep(0.5, 0.38, np.maximum(np.abs(side), np.abs(length)))
        albedo = (
            base
            * ((F32(0.72) + F32(0.5) * tone + F32(0.06) * streak) * (F32(0.45) + F32(0.55) * edge))[..., None]
        )
        return Skin(albedo, relief + streak * F32(0.003), gloss=0.18)

    return skin


def terrazzo(seed: int, colour: str = "#C9C1B4") -> Ground:
    """Pour a pale cement floor with faint clouds."""
    base = linear(colour)

    def skin(x: Array, y: Array, ppc: float) -> Skin:
        cloud = smooth_at(tile(1.6, 1.0, 14), x * F32(7.0) + F32(seed % 600), y * F32(7.0))
        fine = at(tile(0.6, 1.0, 15), x * F32(ppc), y * F32(ppc))
        tone = F32(1.0) + F32(0.07) * cloud + F32(0.03) * fine
        return Skin(base * tone[..., None], fine * F32(0.004), gloss=0.25)

    return skin


def tilted(relief: Array, ppc: float, strength: float = 1.0) -> Array:
    """Give viewer-facing normals of a relief (cm) seen straight on; y is up."""
    gx = np.gradient(relief, axis=1) * F32(ppc * strength)
    gy = np.gradient(relief, axis=0) * F32(ppc * strength)
    inverse = F32(1) / np.sqrt(gx * gx + gy * gy + F32(1))
    return np.stack([-gx * inverse, gy * inverse, inverse], axis=-1).astype(F32)


def room(
    camera: Camera,
    light: Light,
    table: Ground,
    wall: Ground,
    away: float,
    size: float,
    shape: Distance | None,
    seed: int,
    sharp: bool = False,
) -> Array:
    """Paint the table and the wall behind it, out of focus with distance, with the object's soft shadow.

    Unless sharp, it is painted at three fifths and enlarged: a lens leaves it a little soft anyway.
    """
    width, height = camera.width, camera.height
    if not sharp and width > 300:
        less = replace(camera, width=round(width * 0.6), height=round(height * 0.6), focal=camera.focal * 0.6)
        small = room(less, light, table, wall, away, size, shape, seed, True)
        return np.stack([resized(small[..., c], width, height) for c in range(3)], axis=-1)
    rows, columns = np.mgrid[0:height, 0:width]
    rays = camera.rays(columns.astype(F32), rows.astype(F32))
    eye = camera.place
    down = np.where(rays[..., 1] < -1e-4, -eye[1] / np.minimum(rays[..., 1], F32(-1e-4)), F32(1e9))
    back = np.where(
        rays[..., 2] < -1e-4, (F32(-away) - eye[2]) / np.minimum(rays[..., 2], F32(-1e-4)), F32(1e9)
    )
    on_wall = back < down
    t = np.minimum(down, back)
    ppc = camera.ppc()
    canvas = np.empty((height, width, 3), dtype=F32)
    edge = int(on_wall.sum(axis=0).max()) if on_wall.any() else 0
    view = -rays
    if edge > 0:
        top = slice(0, min(edge + 2, height))
        x, y = rays[top, :, 0] * back[top] + eye[0], rays[top, :, 1] * back[top] + eye[1]
        skin = wall(x, y, ppc * 0.7)
        normal = tilted(skin.height, ppc * 0.7)
        canvas[top] = lit(skin, normal, view[top], light, panes(x, y, light, size, seed) * F32(1.5), 1.25)
    foot = slice(max(edge - 2, 0), height)
    x, z = rays[foot, :, 0] * down[foot] + eye[0], rays[foot, :, 2] * down[foot] + eye[2]
    skin = table(x, z, ppc)
    facing = tilted(skin.height, ppc)
    normal = np.stack([facing[..., 0], facing[..., 2], -facing[..., 1]], axis=-1)
    shadow: Array = np.ones(x.shape, dtype=F32)
    open_: Array = np.ones(x.shape, dtype=F32)
    if shape is not None:
        shadow, open_ = _cast(shape, x, z, light, size)
    lit_table = lit(skin, normal, view[foot], light, shadow, open_)
    canvas[foot] = np.where(on_wall[foot][..., None], canvas[foot] if edge else lit_table, lit_table)
    corner = smoothstep(size * 0.5, 0.0, np.abs(back - down)) if edge else None
    if corner is not None:
        canvas *= (F32(1) - F32(0.35) * corner)[..., None]
    return _focused(canvas, t, camera)


def panes(x: Array, y: Array, light: Light, size: float, seed: int) -> Array:
    """Let the window fall on the wall: slanted panes with soft edges, partly shaded by leaves."""
    slope = F32(np.sign(light.towards[0]) * 0.35)
    a = (x + y * slope) / F32(size) + F32((seed % 13) / 13.0 - 0.3)
    b = (y - x * slope * F32(0.4)) / F32(size)
    panel = smoothstep(0.72, 0.45, np.abs(a)) * smoothstep(-0.3, 0.1, b) * smoothstep(2.0, 1.5, b)
    bar = smoothstep(0.02, 0.08, np.abs(a - F32(0.02))) * smoothstep(0.02, 0.08, np.abs(b - F32(0.75)))
    leaf = smooth_at(tile(2.0, 1.0, 21, 14.0), a * F32(120.0) + F32(seed % 401), b * F32(120.0))
    dapple = smoothstep(-0.9, 0.7, leaf)
    return F32(0.30) + F32(0.5) * panel * (F32(0.4) + F32(0.6) * bar) * dapple


def _cast(shape: Distance, x: Array, z: Array, light: Light, size: float) -> tuple[Array, Array]:
    step = max(2, x.shape[1] // 170)
    xs, zs = np.ascontiguousarray(x[::step, ::step]), np.ascontiguousarray(z[::step, ::step])
    near = (np.abs(xs) < size * 2.6) & (np.abs(zs) < size * 2.6)
    shadow: Array = np.ones(xs.shape, dtype=F32)
    open_: Array = np.ones(xs.shape, dtype=F32)
    point = np.stack([xs[near], np.zeros(int(near.sum()), dtype=F32), zs[near]], axis=-1)
    normal = np.zeros(point.shape, dtype=F32)
    normal[:, 1] = 1
    shadow[near], open_[near] = shadow_and_openness(shape, point, normal, light, size, 2.6)
    height, width = x.shape
    return clamp(resized(blurred(shadow, 0.8), width, height)), clamp(
        resized(blurred(open_, 0.8), width, height)
    )


def _focused(canvas: Array, depth: Array, camera: Camera) -> Array:
    """Blur what lies far behind or before the target."""
    far = np.abs(depth / F32(camera.distance()) - F32(1.0))
    unit = camera.width / 1000.0
    soft = blurred(canvas, 3.2 * unit)
    softer = blurred(soft, 10.0 * unit)
    first = smoothstep(0.04, 0.16, far)
    second = smoothstep(0.14, 0.5, far)
    return mix(mix(canvas, soft, first), softer, second)
