"""Window light: how a surface answers it, and how a finished picture is graded like a photograph.

Directions are world axes: x right, y up, z towards the viewer.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from admin.demo.pictures.raster import F32, Array, at, blurred, clamp, dot, mix, normalised, smoothstep, tile


@dataclass(frozen=True)
class Light:
    """One large window, the room's answer to it, and the table's."""

    towards: Array
    """Unit vector from the object to the window."""
    key: Array
    fill: Array
    bounce: Array
    panes: bool = True


@dataclass
class Skin:
    """What a surface is made of at every point: colour, relief in cm, and how it shines."""

    albedo: Array
    height: Array
    gloss: Any = 0.0
    """0 is chalk, 1 is a mirror-sharp shine."""
    metal: Any = 0.0
    shine: Any = 0.04
    """How much light a non-metal throws back straight on."""
    cover: Array | None = None
    """Where there is material at all (lace, loops); None is everywhere."""
    sheen: float = 0.0
    extra: dict[str, Array] = field(default_factory=dict)

    def part(self, area: tuple[slice, slice]) -> "Skin":
        """Cut out an area of a skin."""

        def cut(value: Any) -> Any:
            return value[area] if isinstance(value, np.ndarray) and value.ndim >= 2 else value

        extra = {name: cut(value) for name, value in self.extra.items()}
        albedo = cut(self.albedo) if self.albedo.ndim == 3 else self.albedo
        made = (cut(v) for v in (self.height, self.gloss, self.metal, self.shine, self.cover))
        return Skin(albedo, *made, sheen=self.sheen, extra=extra)


def window(generator: np.random.Generator, side: float | None = None) -> Light:
    """Choose a window to the left or right, a little before the object."""
    side = side if side is not None else float(generator.choice([-1.0, -1.0, 1.0]))
    towards = np.array(
        [side * generator.uniform(0.62, 0.85), generator.uniform(0.62, 0.85), generator.uniform(0.28, 0.5)],
        dtype=F32,
    )
    warm = float(generator.uniform(-0.03, 0.05))
    return Light(
        towards=normalised(towards),
        key=np.array([1.0 + warm, 0.975, 0.93 - warm], dtype=F32) * F32(2.05),
        fill=np.array([0.88, 0.88, 0.93], dtype=F32) * F32(0.44),
        bounce=np.array([0.9, 0.72, 0.55], dtype=F32) * F32(0.26),
    )


def raking(light: Light, height: float = 0.42) -> Light:
    """Turn the same window into light that grazes a surface facing the viewer."""
    x = float(np.sign(light.towards[0])) * 0.72
    towards = normalised(np.array([x, 0.55, height + 0.25], dtype=F32))
    return Light(towards, light.key, light.fill, light.bounce, light.panes)


def room(reflected: Array, light: Light, gloss: Any) -> Array:
    """See the room in the direction of a reflection: window panes, pale wall, darker floor; a single array."""
    across = normalised(np.cross(np.array([0, 1, 0], dtype=F32), light.towards).astype(F32))
    upward = np.cross(light.towards, across).astype(F32)
    a = reflected @ across
    b = reflected @ upward
    facing = reflected @ light.towards
    soft = F32(0.05) + (F32(1.0) - np.asarray(gloss, dtype=F32)) * F32(0.55)
    reach = np.sqrt(a * a * F32(1.9) + b * b * F32(0.8))
    pane = clamp((F32(0.42) - reach) / soft + F32(0.5)) * (facing > 0)
    pane = pane * pane * (F32(3) - F32(2) * pane)
    if light.panes:
        bar = clamp((np.minimum(np.abs(a), np.abs(b - F32(0.06))) - F32(0.012)) / (soft * F32(0.6)))
        pane = pane * (F32(0.25) + F32(0.75) * bar)
    strength = F32(0.42) / (F32(0.42) + soft * F32(0.9))
    high = reflected[..., 1]
    wall = F32(0.07) + F32(0.70) * smoothstep(-0.30, 0.28, high) - F32(0.34) * smoothstep(0.45, 0.95, high)
    strip = smoothstep(0.34, 0.10, np.abs(a + F32(0.74))) * F32(0.55)
    wall = wall * (
        F32(1) - F32(0.62) * smoothstep(0.26, 0.08, np.abs(a - F32(0.06) - F32(0.42))) * (facing < 0.8)
    )
    result: Array = wall + strip + pane * strength * F32(4.2)
    return result


def lit(
    skin: Skin,
    normal: Array,
    view: Array,
    light: Light,
    shadow: Array | float = 1.0,
    open_: Array | float = 1.0,
) -> Array:
    """Shade a skin: soft key with shadow, sky fill and table bounce weighed by openness, and reflections."""
    facing = normal @ light.towards
    key = clamp((facing + F32(0.18)) / F32(1.18))
    key = key * (F32(0.35) + F32(0.65) * key) * shadow
    up = normal[..., 1] * F32(0.5) + F32(0.5)
    ambient = np.empty(normal.shape, dtype=F32)
    share = open_ if isinstance(open_, np.ndarray) else np.full(normal.shape[:-1], open_, dtype=F32)
    for c in range(3):
        ambient[..., c] = (
            key * light.key[c] + (light.bounce[c] + (light.fill[c] - light.bounce[c]) * up) * share
        )
    metal = np.asarray(skin.metal, dtype=F32)
    dull = F32(1.0) - metal * F32(0.90)
    colour = skin.albedo * ambient * (dull[..., None] if dull.ndim else dull)
    shiny = np.maximum(np.asarray(skin.gloss, dtype=F32), metal * F32(0.3))
    if float(np.max(shiny)) > 0.01:
        toward = clamp(dot(normal, view), 0.0, 1.0)
        reflected = normal * (toward * F32(2.0))[..., None] - view
        seen = room(reflected, light, skin.gloss) * (F32(0.35) + F32(0.65) * share)
        seen = seen * (F32(0.45) + F32(0.55) * np.asarray(shadow, dtype=F32))
        edge = (F32(1.0) - toward) ** 4
        base = np.asarray(skin.shine, dtype=F32)
        dielectric = (base + (F32(1.0) - base) * edge * F32(0.5)) * np.asarray(skin.gloss, dtype=F32)
        white = seen * dielectric * (F32(1.0) - metal)
        colour = colour + white[..., None]
        if metal.ndim or float(metal) > 0:
            tint = mix(skin.albedo, np.ones(3, dtype=F32), edge * F32(0.6))
            colour = colour + tint * (seen * metal * F32(1.25))[..., None]
    if skin.sheen > 0:
        rim = (F32(1.0) - clamp(dot(normal, view))) ** 3 * F32(skin.sheen)
        colour = colour + skin.albedo * ((rim * share)[..., None] * light.fill * F32(1.6))
    return colour


@lru_cache(maxsize=1)
def _curve() -> Array:
    x = np.linspace(0, 4.0, 4096, dtype=np.float64)
    shoulder = (1 - np.exp(-1.28 * x)) * (0.90 + 0.10 * np.minimum(x / 0.35, 1.0))
    result: Array = (np.clip(shoulder, 0, 1) ** (1 / 2.2) * 255.0).astype(F32)
    return result


def graded(
    colour: Array, light: Light, seed: int, exposure: float = 0.98, width: int | None = None
) -> Image.Image:
    """Turn linear light into a photograph: falloff from the window, vignette, bloom, film curve and grain."""
    height, across = colour.shape[:2]
    x = np.linspace(-1, 1, across, dtype=F32)[None, :]
    y = np.linspace(-1, 1, height, dtype=F32)[:, None]
    side = float(np.sign(light.towards[0]))
    fall = (F32(1.0) + F32(0.16) * (x * F32(side) - y * F32(0.7))) * (F32(1.0) - F32(0.10) * (x * x + y * y))
    glow = blurred(np.maximum(colour.mean(axis=2) - F32(1.1), F32(0)), across / 60)
    grain = at(
        tile(0.35, seed=5), x * F32(across / 2) + F32(seed % 997), y * F32(height / 2) + F32(seed % 883)
    )
    factor = fall * F32(exposure * 1024.0)
    offset = grain * F32(9.0)
    curve = _curve()
    out = np.empty((height, across, 3), dtype=np.uint8)
    grey = (colour[..., 0] * F32(0.25) + colour[..., 1] * F32(0.65) + colour[..., 2] * F32(0.10)) * F32(0.13)
    grey = grey + glow * F32(0.25)
    for c in range(3):
        level = (colour[..., c] * F32(0.87) + grey) * factor
        level = level + offset * np.sqrt(clamp(level * F32(1 / 500.0), 0.03, 2.0))
        out[..., c] = np.take(curve, clamp(level, 0, 4095).astype(np.int32)).astype(np.uint8)
    image = Image.fromarray(out)
    if width and width != across:
        image = image.resize((width, round(width * 5 / 4)), Image.Resampling.LANCZOS)
    return image
