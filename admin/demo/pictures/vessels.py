"""Turned and woven bodies of revolution: outlines of bowls, pots, baskets, caps, hats, gongs, umbrellas."""

from functools import lru_cache

import numpy as np

from admin.demo.pictures.camera import Body, Finish, Mapping
from admin.demo.pictures.raster import F32, Array, rng
from admin.demo.pictures.solids import Turned, smoothed, turned, vessel
from admin.demo.pictures.subject import Subject

Line = list[tuple[float, float]]

OPEN: dict[str, tuple[Line, float]] = {
    # outline in shares of radius and height, wall as a share of the radius
    "bowl": ([(0, 0), (0.42, 0), (0.46, 0.06), (0.80, 0.36), (0.96, 0.75), (1.0, 1.0)], 0.055),
    "plate": ([(0, 0), (0.55, 0), (0.60, 0.12), (0.82, 0.42), (0.97, 0.85), (1.0, 1.0)], 0.035),
    "pot": ([(0, 0), (0.48, 0), (0.90, 0.20), (1.0, 0.45), (0.86, 0.70), (0.55, 0.84), (0.50, 0.91), (0.62, 1.0)], 0.05),
    "vase": ([(0, 0), (0.55, 0), (0.86, 0.14), (1.0, 0.38), (0.82, 0.62), (0.45, 0.80), (0.38, 0.90), (0.52, 1.0)], 0.06),
    "cup": ([(0, 0), (0.60, 0), (0.72, 0.05), (0.92, 0.35), (0.98, 0.7), (1.0, 1.0)], 0.06),
    "basket": ([(0, 0), (0.74, 0), (0.80, 0.04), (0.92, 0.40), (0.99, 0.80), (1.0, 1.0)], 0.04),
    "basket_tall": ([(0, 0), (0.76, 0), (0.84, 0.04), (0.98, 0.30), (1.0, 0.62), (0.93, 0.90), (0.94, 1.0)], 0.035),
}  # fmt: skip

CLOSED: dict[str, Line] = {
    "cap": [(0, 0), (0.93, 0), (0.99, 0.02), (1.0, 0.10), (0.97, 0.80), (0.93, 0.93), (0.80, 0.99), (0.4, 1.0), (0, 1.0)],
    "hat": [(0, 0.0), (0.98, 0.0), (1.0, 0.04), (0.98, 0.10), (0.66, 0.38), (0.34, 0.72), (0.12, 0.95), (0, 1.0)],
    "box_round": [(0, 0), (0.90, 0), (0.97, 0.04), (1.0, 0.14), (1.0, 0.60), (0.985, 0.615), (0.985, 0.635), (1.0, 0.65),
                  (0.98, 0.80), (0.72, 0.93), (0.16, 0.955), (0.09, 0.97), (0.12, 0.99), (0.09, 1.0), (0, 1.0)],
    "jar": [(0, 0), (0.55, 0), (0.90, 0.18), (1.0, 0.42), (0.90, 0.64), (0.62, 0.76), (0.64, 0.785), (0.66, 0.80),
            (0.50, 0.88), (0.16, 0.92), (0.10, 0.94), (0.13, 0.975), (0.08, 1.0), (0, 1.0)],
    "bell": [(0, 0.05), (0.86, 0.05), (0.98, 0.0), (1.0, 0.05), (0.82, 0.25), (0.66, 0.55), (0.58, 0.74), (0.36, 0.82),
             (0.10, 0.84), (0.09, 0.90), (0.14, 0.94), (0.09, 1.0), (0, 1.0)],
    "gong": [(0, 0.0), (0.90, 0.0), (0.98, 0.06), (1.0, 0.5), (0.96, 0.62), (0.62, 0.70), (0.34, 0.70), (0.30, 0.76),
             (0.24, 0.94), (0.12, 1.0), (0, 1.0)],
}  # fmt: skip


@lru_cache(maxsize=16)
def profile(shape: str, seed: int, radius: float, height: float) -> Turned:
    """Turn the named outline, each piece a little its own."""
    generator = rng(seed, "profile")
    if shape in OPEN:
        line, wall = OPEN[shape]
        flare = generator.normal(0, 0.035, len(line))
        own = [
            (r * (1 + (f if 0 < k < len(line) - 1 else 0)), y)
            for k, ((r, y), f) in enumerate(zip(line, flare, strict=True))
        ]
        return vessel([(min(r, 1.02) * radius, y * height) for r, y in own], max(wall * radius, 0.12))
    line = CLOSED[shape]
    return turned(smoothed([(r * radius, y * height) for r, y in line], 2))


def round_mapping(solid: Turned, radius: float, flat_top: bool = False) -> Mapping:
    """Unroll round the axis; surfaces that lie flat may be seen from above instead."""

    def mapping(x: Array, y: Array, z: Array, normal: Array) -> tuple[Array, Array]:
        u, v = np.arctan2(x, z) * F32(radius), solid.run(x, y, z)
        if flat_top:
            lies = np.abs(normal[..., 1]) > 0.86
            return np.where(lies, x, u), np.where(lies, z, v)
        return u, v

    return mapping


def vessel_body(subject: Subject, finish: Finish, shape: str | None = None) -> Body:
    """Make the body of a subject that is turned about its axis, standing on the table."""
    shape = shape or subject.shape
    radius, height = subject.size_cm[0] / 2, subject.size_cm[2]
    solid = profile(shape, subject.seed, radius, height)
    whole = round(2 * np.pi * radius) / (2 * np.pi)
    mapping = round_mapping(
        solid, whole, shape in {"plate", "cap", "gong", "box_round", "jar", "bowl", "basket"}
    )
    reach = radius * 1.06
    return Body(solid, finish, mapping, ((-reach, 0.0, -reach), (reach, height * 1.06, reach)))
