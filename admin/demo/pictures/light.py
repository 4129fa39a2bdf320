"""Window light: how a surface answers it, and how a finished picture is graded like a photograph.

Directions are world axes: x right, y up, z towards the viewer.
"""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from admin.demo.pictures.raster import F32, Array, blurred, clamp, dot, normalised, resized, smoothstep, tile


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
        return replace(
            self,
            albedo=albedo,
            height=cut(self.height),
            gloss=cut(self.gloss),
            metal=cut(self.metal),
            shine=cut(self.shine),
            cover=cut(self.cover),
            extra=extra,
        )


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
    key = clamp((facing + F32(0.18)) * F32(1 / 1.18))
    key = key * (F32(0.35) + F32(0.65) * key) * shadow
    up = normal[..., 1] * F32(0.5) + F32(0.5)
    metal = np.asarray(skin.metal, dtype=F32)
    dull = F32(1.0) - metal * F32(0.90)
    metallic = bool(np.max(metal) > 0)
    toward = clamp(dot(normal, view)) if metallic or np.max(skin.gloss) > 0.01 or skin.sheen > 0 else up
    white, gleam, edge = _reflections(skin, normal, view, toward, light, shadow, open_, metal)
    rim = (F32(1.0) - toward) ** 3 * (F32(skin.sheen * 1.6) * open_) if skin.sheen > 0 else None
    colour = np.empty(normal.shape, dtype=F32)
    for c in range(3):
        own = skin.albedo[..., c]
        sky = (light.bounce[c] + (light.fill[c] - light.bounce[c]) * up) * open_
        level = (key * light.key[c] + sky) * dull
        if rim is not None:
            level += rim * light.fill[c]
        level = level * own
        if metallic:
            level += (own + (F32(1) - own) * edge) * gleam
        colour[..., c] = level + white
    return colour


def _reflections(
    skin: Skin, normal: Array, view: Array, toward: Array, light: Light, shadow: Array | float,
    open_: Array | float, metal: Array,
) -> tuple[Any, Any, Any]:  # fmt: skip
    """Give the uncoloured reflection, the reflection a metal tints, and how grazing the view is."""
    shiny = max(float(np.max(skin.gloss)), float(np.max(metal)))
    if shiny <= 0.04:
        return F32(0), F32(0), F32(0)
    reflected = normal * (toward * F32(2.0))[..., None] - view
    seen = room(reflected, light, skin.gloss) * (F32(0.35) + F32(0.65) * open_)
    seen = seen * (F32(0.45) + F32(0.55) * shadow)
    grazing = (F32(1.0) - toward) ** 2
    grazing = grazing * grazing
    base = np.asarray(skin.shine, dtype=F32)
    dielectric = (base + (F32(1.0) - base) * grazing * F32(0.5)) * np.asarray(skin.gloss, dtype=F32)
    return seen * dielectric * (F32(1.0) - metal), seen * metal * F32(1.25), grazing * F32(0.6)


@lru_cache(maxsize=1)
def _curve() -> Array:
    x = np.linspace(0, 4.0, 4096, dtype=np.float64)
    shoulder = (1 - np.exp(-1.28 * x)) * (0.90 + 0.10 * np.minimum(x / 0.35, 1.0))
    result: Array = (np.clip(shoulder, 0, 1) ** (1 / 2.2) * 255.0).astype(np.uint8)
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
    factor = fall * F32(exposure * 1024.0)
    grey = colour @ np.array([0.25, 0.65, 0.10], dtype=F32)
    small = np.maximum(grey[::6, ::6] - F32(1.0), F32(0))
    glow = resized(blurred(small, across / 360), across, height)
    base = (grey * F32(0.13) + glow * F32(0.25)) * factor
    noise = tile(0.35, seed=5)
    grain = np.roll(noise, (seed % 509, seed % 487), axis=(0, 1))
    times = (-(-height // noise.shape[0]), -(-across // noise.shape[1]))
    grain = np.tile(grain, times)[:height, :across]
    base += grain * np.sqrt(clamp(grey * factor * F32(1 / 500.0), 0.03, 2.0)) * F32(9.0)
    curve = _curve()
    out = np.empty((height, across, 3), dtype=np.uint8)
    for c in range(3):
        level = colour[..., c] * factor * F32(0.87) + base
        out[..., c] = np.take(curve, np.clip(level, F32(0), F32(4095)).astype(np.int32))
    image = Image.fromarray(out)
    if width and width != across:
        image = image.resize((width, round(width * 5 / 4)), Image.Resampling.LANCZOS)
    return image
