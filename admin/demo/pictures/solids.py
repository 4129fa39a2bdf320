"""Solid shapes as signed distances in cm: turned profiles, boxes, tubes, hoops; marched by the camera.

A distance function takes x, y, z arrays and gives an array. The object stands on y = 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from admin.demo.pictures.raster import F32, Array, at, clamp

Distance = Callable[[Array, Array, Array], Array]
GRID = 256


@dataclass(frozen=True)
class Turned:
    """A closed outline turned about the y axis, with its distance and running length kept in a table."""

    field: Array
    along: Array
    low: float
    scale: float
    """Table cells per cm."""
    radius: float
    height: float
    length: float

    def _place(self, x: Array, y: Array, z: Array) -> tuple[Array, Array]:
        r = np.sqrt(x * x + z * z)
        return r * F32(self.scale), (y - F32(self.low)) * F32(self.scale)

    def __call__(self, x: Array, y: Array, z: Array) -> Array:
        """Give the signed distance; outside the table it is a safe lower bound."""
        column, row = self._place(x, y, z)
        edge = GRID - 1.001
        inside_c, inside_r = clamp(column, 0, edge), clamp(row, 0, edge)
        beyond = np.hypot(column - inside_c, row - inside_r) / F32(self.scale)
        near = _between(self.field, inside_c, inside_r)
        return np.where(beyond > 0, np.maximum(beyond, near - beyond), near)

    def run(self, x: Array, y: Array, z: Array) -> Array:
        """Give the length along the outline, in cm from its first point."""
        column, row = self._place(x, y, z)
        return at(self.along, clamp(column + F32(0.5), 0, GRID - 1), clamp(row + F32(0.5), 0, GRID - 1))


def _between(table: Array, column: Array, row: Array) -> Array:
    c = column.astype(np.int32)
    r = row.astype(np.int32)
    fc, fr = column - c, row - r
    flat = table.ravel()
    index = r * np.int32(GRID) + c
    a, b = np.take(flat, index), np.take(flat, index + 1)
    top = a + (b - a) * fc
    a, b = np.take(flat, index + GRID), np.take(flat, index + GRID + 1)
    result: Array = top + (a + (b - a) * fc - top) * fr
    return result


def smoothed(points: Sequence[tuple[float, float]], rounds: int = 2) -> list[tuple[float, float]]:
    """Round the corners of an open line of points by cutting them, keeping its ends."""
    line = list(points)
    for _ in range(rounds):
        cut = [line[0]]
        for (ax, ay), (bx, by) in pairwise(line):
            cut.append((ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25))
            cut.append((ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75))
        cut.append(line[-1])
        line = cut
    return line


def vessel(outer: Sequence[tuple[float, float]], wall: float, floor: float | None = None) -> Turned:
    """Turn an open vessel from its outer line (bottom centre to rim) and a wall thickness."""
    line = smoothed(outer, 3)
    floor = wall if floor is None else floor
    inner = [(max(r - wall, 0.0), max(y, floor)) for r, y in line]
    rim_r, rim_y = line[-1]
    lip = [(rim_r - wall * 0.15, rim_y + wall * 0.3), (rim_r - wall * 0.5, rim_y + wall * 0.42)]
    return turned(line + lip + [(rim_r - wall * 0.85, rim_y + wall * 0.3)] + inner[::-1])


def turned(outline: Sequence[tuple[float, float]]) -> Turned:
    """Turn a closed outline of (radius, height) points in cm; it closes along the axis."""
    points = np.asarray(outline, dtype=np.float64)
    radius, top, bottom = points[:, 0].max(), points[:, 1].max(), points[:, 1].min()
    size = max(radius, top - bottom) * 1.12
    low = bottom - (size - (top - bottom)) / 2
    scale = (GRID - 1) / size
    r = np.arange(GRID, dtype=F32) / F32(scale)
    y = np.arange(GRID, dtype=F32) / F32(scale) + F32(low)
    px, py = np.meshgrid(r, y)
    best = np.full(px.shape, 1e9, dtype=F32)
    along = np.zeros(px.shape, dtype=F32)
    inside = np.zeros(px.shape, dtype=bool)
    run = 0.0
    closed = np.vstack([points, points[:1]])
    for (ax, ay), (bx, by) in pairwise(closed):
        ex, ey = bx - ax, by - ay
        length2 = ex * ex + ey * ey
        if length2 < 1e-12:
            continue
        on_axis = ax < 1e-6 and bx < 1e-6
        t = clamp(((px - F32(ax)) * F32(ex) + (py - F32(ay)) * F32(ey)) * F32(1 / length2))
        distance = (px - F32(ax) - t * F32(ex)) ** 2 + (py - F32(ay) - t * F32(ey)) ** 2
        if not on_axis:
            nearer = distance < best
            best = np.where(nearer, distance, best)
            along = np.where(nearer, F32(run) + t * F32(np.sqrt(length2)), along)
        if ay != by:
            crosses = (np.minimum(ay, by) <= py) & (py < np.maximum(ay, by))
            inside ^= crosses & (px < F32(ax) + (py - F32(ay)) * F32(ex / ey))
        run += float(np.sqrt(length2))
    field = np.where(inside, -np.sqrt(best), np.sqrt(best)).astype(F32)
    return Turned(field, along, float(low), float(scale), float(radius), float(top), run)


def box(
    half: tuple[float, float, float], middle: tuple[float, float, float], round_: float = 0.3
) -> Distance:
    """Make a box with rounded edges."""
    hx, hy, hz = (max(h - round_, 0.001) for h in half)

    def distance(x: Array, y: Array, z: Array) -> Array:
        qx = np.abs(x - F32(middle[0])) - F32(hx)
        qy = np.abs(y - F32(middle[1])) - F32(hy)
        qz = np.abs(z - F32(middle[2])) - F32(hz)
        outside = np.sqrt(np.maximum(qx, 0) ** 2 + np.maximum(qy, 0) ** 2 + np.maximum(qz, 0) ** 2)
        result: Array = outside + np.minimum(np.maximum(qx, np.maximum(qy, qz)), 0) - F32(round_)
        return result

    return distance


def rod(start: tuple[float, float, float], end: tuple[float, float, float], radius: float) -> Distance:
    """Make a round rod between two points."""
    a = np.array(start, dtype=F32)
    e = np.array(end, dtype=F32) - a
    inverse = F32(1.0 / max(float(e @ e), 1e-6))

    def distance(x: Array, y: Array, z: Array) -> Array:
        dx, dy, dz = x - a[0], y - a[1], z - a[2]
        t = clamp((dx * e[0] + dy * e[1] + dz * e[2]) * inverse)
        result: Array = np.sqrt((dx - t * e[0]) ** 2 + (dy - t * e[1]) ** 2 + (dz - t * e[2]) ** 2) - F32(
            radius
        )
        return result

    return distance


def hoop(
    middle: tuple[float, float, float], across: float, rise: float, thick: float, flat: float = 1.0
) -> Distance:
    """Make a standing half-round handle in the x-y plane, its feet at the middle's height."""

    def distance(x: Array, y: Array, z: Array) -> Array:
        dx = (x - F32(middle[0])) / F32(across)
        dy = np.maximum(y - F32(middle[1]), F32(-thick)) / F32(rise)
        ring = (np.sqrt(dx * dx + dy * dy + F32(1e-6)) - F32(1)) * F32(min(across, rise))
        below = np.maximum(F32(middle[1]) - y, F32(0))
        side = (z - F32(middle[2])) / F32(flat)
        result: Array = (np.sqrt(ring * ring + side * side + below * below) - F32(thick)) * F32(0.8)
        return result

    return distance


def egg(middle: tuple[float, float, float], radii: tuple[float, float, float]) -> Distance:
    """Make an ellipsoid; the distance is a close bound, good enough to march."""

    def distance(x: Array, y: Array, z: Array) -> Array:
        dx, dy, dz = x - F32(middle[0]), y - F32(middle[1]), z - F32(middle[2])
        near = np.sqrt((dx / F32(radii[0])) ** 2 + (dy / F32(radii[1])) ** 2 + (dz / F32(radii[2])) ** 2)
        far = np.sqrt(
            (dx / F32(radii[0] ** 2)) ** 2 + (dy / F32(radii[1] ** 2)) ** 2 + (dz / F32(radii[2] ** 2)) ** 2
        )
        result: Array = near * (near - F32(1)) / np.maximum(far, F32(1e-4))
        return result

    return distance


def union(*parts: Distance) -> Distance:
    """Take several shapes as one."""

    def distance(x: Array, y: Array, z: Array) -> Array:
        best = parts[0](x, y, z)
        for part in parts[1:]:
            best = np.minimum(best, part(x, y, z))
        return best

    return distance


def moved(shape: Distance, by: tuple[float, float, float], turn: float = 0.0, lean: float = 0.0) -> Distance:
    """Shift a shape, after turning it about y and leaning it about z (radians)."""
    ct, st, cl, sl = (F32(v) for v in (np.cos(turn), np.sin(turn), np.cos(lean), np.sin(lean)))

    def distance(x: Array, y: Array, z: Array) -> Array:
        x0, y0, z0 = x - F32(by[0]), y - F32(by[1]), z - F32(by[2])
        x1, z1 = x0 * ct + z0 * st, z0 * ct - x0 * st
        return shape(x1 * cl + y0 * sl, y0 * cl - x1 * sl, z1)

    return distance
