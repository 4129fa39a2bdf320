"""Cloth as it hangs, lies and folds: height fields whose slope pulls the motif with it."""

import numpy as np

from admin.demo.pictures.backdrops import planks
from admin.demo.pictures.fabric import Ground
from admin.demo.pictures.light import Light, Skin
from admin.demo.pictures.raster import F32, Array, at, clamp, hashed, rng, smooth_at, smoothstep, tile
from admin.demo.pictures.relief import Frame, dome, lay, rectangle, soft_edge


def _pull(form: Array, ppc: float) -> Array:
    """Give how much more cloth than picture lies between the middle column and each place, in cm."""
    slope = np.gradient(form, axis=1) * F32(ppc)
    length = np.cumsum(np.sqrt(F32(1.0) + slope * slope) - F32(1.0), axis=1, dtype=np.float64) / ppc
    result: Array = (length - length[:, length.shape[1] // 2][:, None]).astype(F32)
    return result


def folds(x: Array, y: Array, width: float, seed: int, depth: float, top: float, drop: float) -> Array:
    """Make the pleats of a cloth hung from y = top: tight above, opening and swaying below; cm of relief."""
    generator = rng(seed, "folds")
    down = clamp((F32(top) - y) / F32(drop))
    sway = smooth_at(tile(2.2, 1.0, 41, 10.0), x * F32(60 / width) + F32(seed % 997), y * F32(26 / drop))
    place = x / F32(width) + sway * F32(0.022) * (F32(0.3) + down)
    relief = np.zeros(x.shape, dtype=F32)
    for count, share in ((2.3, 1.5), (4.3, 1.0), (7.7, 0.38), (13.0, 0.12)):
        phase, lean = float(generator.uniform(0, 6.28)), float(generator.normal(0, 0.5))
        wave = np.sin(
            place * F32(2 * np.pi * count * generator.uniform(0.85, 1.15)) + F32(phase) + down * F32(lean)
        )
        fade = F32(0.55) + F32(0.45) * down if count < 6 else F32(1.0) - F32(0.45) * down
        relief += (F32(1.0) - np.abs(wave) ** F32(1.5)) * F32(share) * fade
    soft = smooth_at(tile(2.4, 0.5, 42, 12.0), x * F32(150 / width), y * F32(60 / width))
    return (relief + soft * F32(0.10)) * F32(depth)


def hung(
    canvas: Array, plane: Frame, light: Light, ground: Ground, seed: int, width: float, drop: float, top: float,
    fringe: float = 0.0, depth: float = 1.1, rail: str = "jati", rail_over: float = 6.0,
) -> None:  # fmt: skip
    """Hang a cloth over a rail at y = top: width and drop in cm, with a fringe at the hem if asked."""
    x, y, ppc = plane.x, plane.y, plane.ppc
    generator = rng(seed, "hung")
    thick = 1.1
    area, near = plane.part(-width, width, top - 14.0, top + 7.0)
    bar = rectangle(near.x, near.y - F32(top), width / 2 + rail_over, thick)
    wood = planks(seed, rail, 50.0, 0.3)(near.x, near.y * F32(2.0), ppc)
    wood.height = wood.height * F32(0.3)
    lay(canvas[area], near, soft_edge(bar, ppc), dome(bar, thick), wood, light, lift=3.0, reach=1.0)
    form = folds(x, y, width, seed, depth * width / 60, top, drop)
    over = clamp((F32(top + thick * 0.9) - y) / F32(thick * 2))
    form = form * smoothstep(0.0, 0.5, over) * F32(1.0) + np.sqrt(clamp(F32(1) - (F32(1) - over) ** 2)) * F32(
        1.6
    )
    edge = smooth_at(tile(2.0, 1.0, 43, 8.0), y * F32(14.0) + F32(seed % 300), np.sign(x) * F32(40.0))
    down = clamp((F32(top) - y) / F32(drop))
    flare = F32(1.0) + down * F32(generator.uniform(0.0, 0.05))
    side = np.abs(x) - F32(width / 2) * flare - edge * F32(0.35) * down
    wave = form * F32(0.55) + smooth_at(
        tile(2.2, 1.0, 44, 6.0), x * F32(90 / width), x * F32(0.0) + F32(seed % 700)
    ) * F32(0.4)
    hem = F32(top - drop) - wave - y
    upper = y - F32(top + thick * 1.1)
    distance = np.maximum(np.maximum(side, hem), upper)
    u = x / flare + _pull(form, ppc) + F32(width / 2)
    v = -hem
    skin = ground(u, v, ppc)
    lay(canvas, plane, soft_edge(distance, ppc), form, skin, light, lift=2.2, reach=1.6 * width / 60 + 0.4)
    if fringe > 0:
        tassels(canvas, plane, light, u, hem, side, fringe, skin, seed)


def tassels(
    canvas: Array,
    plane: Frame,
    light: Light,
    u: Array,
    below: Array,
    side: Array,
    length: float,
    skin: Skin,
    seed: int,
) -> None:
    """Let twisted warp ends hang below a hem; below is cm past the hem."""
    rows = np.nonzero(((below > -0.3) & (below < length * 1.4) & (side < 0)).any(axis=1))[0]
    if rows.size < 4:
        return
    band = (slice(int(rows[0]), int(rows[-1]) + 1), slice(None))
    source = skin.albedo[max(int(rows[0]) - 4, 0)]
    plane = Frame(plane.width, int(rows[-1] - rows[0]) + 1, plane.ppc, plane.x[band], plane.y[band])
    canvas, u, below, side = canvas[band], u[band], below[band], side[band]
    pitch = 0.62
    bend = smooth_at(tile(1.8, 1.0, 45, 6.0), u * F32(30.0), below * F32(25.0)) * F32(0.07)
    place = (u + bend * clamp(below)) / F32(pitch)
    number = np.floor(place)
    across = (place - number - F32(0.5)) * F32(2.0)
    long_ = F32(length) * (F32(0.85) + F32(0.3) * hashed(number, 4, seed))
    width = F32(0.46) * (F32(1.0) - F32(0.35) * clamp(below / F32(length)))
    cover = clamp((width - np.abs(across)) * F32(plane.ppc * pitch * 0.5) + F32(0.5))
    cover = cover * (below > -0.05) * clamp((long_ - below) * F32(plane.ppc)) * (side < 0)
    twist = np.sin(below * F32(14.0) + across * F32(2.2) + number)
    relief = np.sqrt(clamp(F32(1.0) - (across / F32(0.5)) ** 2)) * F32(0.16) + twist * F32(0.02)
    tone = F32(0.78) + F32(0.35) * hashed(number, 8, seed) + F32(0.10) * twist
    albedo = source[None] * tone[..., None]
    lay(
        canvas,
        plane,
        cover,
        relief,
        Skin(albedo.astype(F32), relief * F32(0), sheen=0.2),
        light,
        lift=0.5,
        reach=0.0,
    )


def rumple(x: Array, y: Array, seed: int, size: float, depth: float) -> Array:
    """Make the soft, directed creases of a cloth laid down by hand; cm of relief."""
    generator = rng(seed, "rumple")
    turn = float(generator.uniform(-0.5, 0.5))
    a, b = x * F32(np.cos(turn)) + y * F32(np.sin(turn)), y * F32(np.cos(turn)) - x * F32(np.sin(turn))
    warp = smooth_at(tile(2.2, 1.0, 46, 8.0), a * F32(70 / size) + F32(seed % 900), b * F32(70 / size))
    ridge = smooth_at(
        tile(2.0, 2.6, 47, 10.0), a * F32(110 / size) + warp * F32(9.0), b * F32(170 / size) + F32(seed % 800)
    )
    crest = F32(1.0) - np.abs(ridge) * F32(0.9)
    broad = smooth_at(tile(2.4, 1.0, 48, 6.0), x * F32(50 / size), y * F32(50 / size) + F32(seed % 600))
    return (crest * F32(0.55) + broad * F32(0.8)) * F32(depth)


def laid(
    canvas: Array, plane: Frame, light: Light, ground: Ground, seed: int, width: float, length: float,
    middle: tuple[float, float] = (0.0, 0.0), turn: float = 0.0, depth: float = 0.35, fringe: float = 0.0, waves: float = 0.0,
) -> None:  # fmt: skip
    """Lay a flat cloth (width by length cm) on the ground, a little rumpled; waves gather a scarf into long folds."""
    c, s = F32(np.cos(turn)), F32(np.sin(turn))
    x0, y0 = plane.x - F32(middle[0]), plane.y - F32(middle[1])
    x, y = x0 * c + y0 * s, y0 * c - x0 * s
    form = rumple(x, y, seed, max(width, 24.0), depth)
    if waves > 0:
        bend = smooth_at(tile(2.3, 1.0, 49, 5.0), y * F32(40 / length) + F32(seed % 500), y * F32(0)) * F32(
            width * 0.10
        )
        bend = bend + np.sin(y * F32(3.4 / length) + F32(seed % 6)) * F32(width * 0.12)
        x = x + bend
        long_ = np.sin(x * F32(2 * np.pi * 2.6 / width) + y * F32(1.2 / width)) + F32(0.6) * np.sin(
            x * F32(2 * np.pi * 5.1 / width) - y * F32(2.0 / width) + F32(seed % 6)
        )
        form = form + long_ * F32(waves)
    edge = smooth_at(tile(2.0, 1.0, 50, 8.0), x * F32(20.0), y * F32(20.0)) * F32(0.08)
    side = np.abs(x) - F32(width / 2) + edge
    ends = np.abs(y) - F32(length / 2) + edge
    distance = np.maximum(side, ends)
    form = form + dome(distance, 0.3) - F32(0.3)
    u = x + _pull(form, plane.ppc) + F32(width / 2)
    v = F32(length / 2) - np.abs(y) if fringe > 0 or length > 80 else y + F32(length / 2)
    skin = ground(u, v, plane.ppc)
    lay(
        canvas,
        plane,
        soft_edge(distance, plane.ppc),
        form,
        skin,
        light,
        lift=0.5 + waves * 0.5,
        reach=0.8 + waves,
    )
    if fringe > 0:
        tassels(canvas, plane, light, u, ends, side, fringe, skin, seed)


def spread(plane: Frame, ground: Ground, seed: int, depth: float) -> tuple[Array, Skin]:
    """Fill a whole plane with rumpled cloth: its form and its skin, for close views."""
    form = rumple(plane.x, plane.y, seed, max(float(plane.x.max()) * 2, 8.0), depth)
    u = plane.x + _pull(form, plane.ppc) + F32(40.0)
    v = plane.y + F32(30.0 + seed % 9)
    return form, ground(u, v, plane.ppc)


__all__ = ["at", "folds", "hung", "laid", "rumple", "spread", "tassels"]
