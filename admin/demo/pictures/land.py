"""Landscapes for the region pages: sky, layered hills, volcano, terraces or sea, mist; in the palette of the house."""

from functools import lru_cache

import numpy as np
from PIL import Image

from admin.demo.pictures.colours import linear
from admin.demo.pictures.light import graded, window
from admin.demo.pictures.raster import F32, Array, at, clamp, mix, rng, smooth_at, smoothstep, tile

GROUPS: dict[str, tuple[float, float, str]] = {
    # steepness of the hills, chance of a volcano, foreground
    "sumatra": (0.9, 0.5, "forest"), "java": (1.0, 0.9, "terraces"), "bali_nusa": (0.9, 0.7, "terraces"),
    "kalimantan": (0.45, 0.0, "river"), "sulawesi": (0.9, 0.3, "sea"), "maluku": (0.7, 0.5, "sea"), "papua": (1.3, 0.0, "forest"),
}  # fmt: skip
SPREAD = 900


def place(seed: int, island_group: str = "java", width: int = 1600) -> Image.Image:
    """Draw a landscape, 3:2, for an island group; an unknown group is drawn like Java."""
    generator = rng(seed, island_group, "place")
    steep, volcano, near = GROUPS.get(island_group, GROUPS["java"])
    across = min(width, SPREAD)
    down = round(across * 2 / 3)
    x, y = np.meshgrid(np.linspace(0, 1.5, across, dtype=F32), np.linspace(1, 0, down, dtype=F32))
    sun = (float(generator.uniform(0.2, 1.3)), float(generator.uniform(0.66, 0.82)))
    haze = linear(str(generator.choice(["#EBD3B0", "#E9DCC8", "#DDD6C6", "#E8C9A8"])))
    canvas = _sky(x, y, sun, haze, generator)
    horizon = float(generator.uniform(0.40, 0.50))
    with_volcano = generator.random() < volcano
    layers = 6
    for k in range(layers):
        far = 1.0 - k / (layers - 0.5)
        _hill(canvas, x, y, horizon, far, steep, haze, sun, seed + 31 * k, with_volcano and k == 1)
    low = horizon - 0.26
    if near in {"sea", "river"}:
        _water(canvas, x, y, low + 0.06, haze, sun, seed)
    if near == "terraces":
        _terraces(canvas, x, y, low + 0.10, seed, sun)
    if near in {"forest", "river"}:
        _canopy(canvas, x, y, low - 0.06, seed)
    light = window(generator, -1.0 if sun[0] < 0.75 else 1.0)
    image = graded(canvas, light, seed, exposure=1.0)
    return image if across == width else image.resize((width, round(width * 2 / 3)), Image.Resampling.LANCZOS)


def _sky(x: Array, y: Array, sun: tuple[float, float], haze: Array, generator: np.random.Generator) -> Array:
    top = linear(str(generator.choice(["#7FA0BE", "#93AFC6", "#A9B8C4", "#8FA6B8"])))
    sky = mix(np.broadcast_to(haze * F32(1.15), (*x.shape, 3)), top, smoothstep(0.42, 1.0, y))
    drift = float(generator.uniform(0, 900))
    cloud = smooth_at(tile(1.7, 2.6, 101), x * F32(520) + F32(drift), y * F32(900), exact=True)
    fine = smooth_at(tile(1.5, 1.8, 102), x * F32(900) + F32(drift), y * F32(1500), exact=True)
    cover = smoothstep(-0.1, 1.6, cloud + F32(0.35) * fine) * smoothstep(0.45, 0.62, y)
    sky = mix(sky, np.broadcast_to(linear("#F6EEDF") * F32(1.25), sky.shape), cover * F32(0.75))
    far = np.hypot(x - F32(sun[0]), (y - F32(sun[1])) * F32(1.05))
    glow = np.exp(-far * F32(4.2)) * F32(0.9) + np.exp(-((far / F32(0.035)) ** 2)) * F32(2.0)
    result: Array = sky + glow[..., None] * linear("#FFE2B0")
    return result


@lru_cache(maxsize=32)
def _ridge(seed: int, rough: float) -> Array:
    generator = rng(seed, "ridge")
    n = 2048
    frequency = np.arange(1, 220)
    phase = generator.uniform(0, 2 * np.pi, frequency.size)
    size = frequency ** (-1.45 + 0.25 * rough) * generator.uniform(0.4, 1.0, frequency.size)
    t = np.linspace(0, 2 * np.pi, n)
    line = (np.sin(frequency[:, None] * t[None] + phase[:, None]) * size[:, None]).sum(axis=0)
    line = (line - line.min()) / (line.max() - line.min())
    result: Array = line.astype(F32)
    return result


def _slope(crest: Array) -> Array:
    """Give how a crest rises and falls, seen from so far away that only its large shapes show."""
    width = max(crest.size // 28, 3)
    bell = np.hanning(width + 2)[1:-1]
    padded = np.pad(crest, width, mode="edge")
    smooth = np.convolve(padded, bell / bell.sum(), mode="same")[width:-width]
    result: Array = (np.gradient(smooth) * (crest.size / 1.5)).astype(F32)
    return result


def _hill(
    canvas: Array, x: Array, y: Array, horizon: float, far: float, steep: float, haze: Array,
    sun: tuple[float, float], seed: int, volcano: bool,
) -> None:  # fmt: skip
    line = _ridge(seed, 1.0 - far * 0.5)
    column = (x[0] / F32(1.5) * F32(2047)).astype(np.int32)
    base = horizon - 0.30 * (1 - far) - 0.02
    crest = F32(base) + line[column] * F32((0.10 + 0.16 * far * (1 - far) * 4 * 0.6) * steep)
    if volcano:
        middle = 0.35 + (seed % 97) / 97 * 0.8
        d = np.abs(x[0] - F32(middle))
        cone = F32(horizon + 0.30) - d * F32(0.55) - d * d * F32(0.2) + line[column] * F32(0.02)
        cone = np.minimum(cone, F32(horizon + 0.275) + np.sin(x[0] * F32(190)) * F32(0.002))
        crest = np.maximum(crest, cone)
    depth = crest[None, :] - y
    inside = clamp(depth * F32(y.shape[0]) + F32(0.5))
    slope = _slope(crest)
    rock = smooth_at(
        tile(1.5, 1.0, 103),
        x * F32(1500 - 700 * far) + F32(seed % 911),
        y * F32(2300 - 900 * far),
        exact=True,
    )
    gully = smooth_at(
        tile(1.7, 0.35, 104), x * F32(1400), (y + x * F32(0.15)) * F32(700) + F32(seed % 700), exact=True
    )
    side = float(np.sign(sun[0] - 0.75)) or 1.0
    # Valleys wander sideways on their way down, or every hillside would show bars below its crest.
    along = x / F32(1.5) * F32(slope.size - 1) + (depth * F32(0.35) + rock * F32(0.02)) * F32(slope.size)
    facing = slope[np.clip(along, 0, slope.size - 1).astype(np.int32)]
    sunlit = clamp(F32(0.55) - facing * F32(side * 0.55) + gully * F32(0.11) + rock * F32(0.14), 0.12, 1.3)
    green = mix(
        np.broadcast_to(linear("hutan"), (*x.shape, 3)), linear("lumut"), clamp(F32(0.45) + F32(0.35) * rock)
    )
    colour = green * (sunlit * F32(1.5))[..., None] + linear("#2A3A55") * F32(0.10)
    air = F32(min(0.93, far**0.8 * 0.95))
    cool = mix(linear("#8FA3B5"), haze, F32(0.45))
    colour = mix(colour, cool * F32(1.05), air)
    mist = smoothstep(0.0, 0.20, depth) * F32(0.72 * far + 0.10)
    colour = mix(colour, np.broadcast_to(haze * F32(1.12), colour.shape), clamp(mist))
    canvas += (colour - canvas) * inside[..., None]


def _water(
    canvas: Array, x: Array, y: Array, level: float, haze: Array, sun: tuple[float, float], seed: int
) -> None:
    inside = smoothstep(0.001, -0.001, y - F32(level))
    down = clamp((F32(level) - y) / F32(level))
    scale = F32(1.0) / (F32(0.05) + down)
    wave = smooth_at(
        tile(1.5, 0.3, 105), x * scale * F32(110) + F32(seed % 300), scale * F32(900), exact=True
    )
    ripple = at(tile(1.1, 0.25, 106), x * scale * F32(140), scale * F32(1400))
    rows = np.clip(((F32(2 * level) - y) * F32(y.shape[0] - 1)), 0, y.shape[0] - 1)
    mirrored = canvas[
        np.clip(y.shape[0] - 1 - rows + wave * F32(6), 0, y.shape[0] - 1).astype(np.int32),
        np.arange(x.shape[1])[None, :],
    ]
    deep = mix(np.broadcast_to(linear("toska") * F32(0.9), mirrored.shape), linear("nila"), down)
    colour = mix(mirrored * F32(0.9), deep, clamp(F32(0.25) + F32(0.5) * down + F32(0.12) * wave))
    path = np.exp(-(((x - F32(sun[0])) / F32(0.16)) ** 2)) * smoothstep(0.9, 2.2, ripple + wave)
    colour = (
        colour
        + path[..., None] * linear("#FFE6BE") * F32(0.9)
        + (smoothstep(1.6, 2.6, ripple) * F32(0.10))[..., None]
    )
    shore = smoothstep(0.012, 0.0, np.abs(y - F32(level)))
    colour = mix(colour, haze, shore * F32(0.5))
    canvas += (colour - canvas) * inside[..., None]


def _terraces(canvas: Array, x: Array, y: Array, level: float, seed: int, sun: tuple[float, float]) -> None:
    bend = smooth_at(tile(2.0, 1.0, 107), x * F32(330) + F32(seed % 500), y * F32(420), exact=True)
    crest = F32(level) + np.sin(x * F32(2.1) + F32(seed % 7)) * F32(0.04)
    inside = clamp((crest - y) * F32(y.shape[0]) + F32(0.5))
    depth = clamp((crest - y) / F32(level))
    contour = (depth ** F32(0.72)) * F32(15) + bend * F32(1.1)
    step = contour - np.floor(contour)
    number = np.floor(contour)
    wall = smoothstep(0.24, 0.08, step)
    flooded = (
        at(
            tile(0.3, 1.0, 108),
            number * F32(37),
            np.floor(x * F32(2.2) + bend * F32(0.5) + number * F32(0.37)) * F32(53),
        )
        > 0.5
    )
    blade = at(tile(0.9, 0.6, 109), x * F32(700), y * F32(800)) * F32(0.6)
    rice = mix(
        np.broadcast_to(linear("pandan") * F32(1.1), (*x.shape, 3)),
        linear("#A8B45A"),
        clamp(F32(0.45) + F32(0.25) * blade + F32(0.2) * bend),
    )
    rice = rice * (F32(0.75) + F32(0.4) * step)[..., None]
    shine = mix(
        np.broadcast_to(linear("#C9D3D6"), rice.shape),
        linear("#FFE2B0"),
        np.exp(-(((x - F32(sun[0])) / F32(0.3)) ** 2)),
    )
    colour = np.where(flooded[..., None], shine * (F32(0.7) + F32(0.06) * blade)[..., None], rice)
    colour = mix(colour, linear("hutan") * F32(0.7), wall * F32(0.85))
    colour = mix(
        colour, np.broadcast_to(linear("#E9DCC8"), colour.shape), smoothstep(0.12, 0.0, depth) * F32(0.45)
    )
    canvas += (colour - canvas) * inside[..., None]


def _canopy(canvas: Array, x: Array, y: Array, level: float, seed: int) -> None:
    crown = smooth_at(
        tile(1.35, 1.0, 110), x * F32(800) + F32(seed % 500), x * F32(0) + F32(seed % 97), exact=True
    )
    crest = F32(level) + crown * F32(0.022)
    inside = clamp((crest - y) * F32(y.shape[0]) + F32(0.5))
    leaf = smooth_at(tile(1.2, 1.0, 111), x * F32(1500), y * F32(1900), exact=True)
    fine = at(tile(0.8, 1.0, 112), x * F32(700), y * F32(700))
    tone = clamp(F32(0.5) + F32(0.35) * leaf + F32(0.15) * fine, 0.08, 1.3)
    colour = mix(
        np.broadcast_to(linear("#14251C"), (*x.shape, 3)),
        linear("#5F7A42"),
        tone * smoothstep(0.5, 0.0, crest - y),
    )
    canvas += (colour - canvas) * inside[..., None]
