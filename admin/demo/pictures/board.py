"""A drawing board for repeating motifs: lines and shapes in cm, wrapping at the edges, drawn large and reduced.

Every motif module draws its repeats here once; cloth and carving then look them up.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from admin.demo.pictures.raster import F32, Array, at

Point = tuple[float, float]
OVER = 2


class Board:
    """A repeat of some cm with a ground colour; colours are #RRGGBB, or whole numbers on a one-channel board."""

    def __init__(self, width: float, height: float, density: float, ground: str | int) -> None:
        self.width, self.height = width, height
        limit = 1400 / max(width, height)
        self.density = min(density, limit)
        self.size = max(8, round(width * self.density)), max(8, round(height * self.density))
        self.scale = self.size[0] / width * OVER, self.size[1] / height * OVER
        mode = "L" if isinstance(ground, int) else "RGB"
        self.image = Image.new(mode, (self.size[0] * OVER, self.size[1] * OVER), ground)
        self.pen = ImageDraw.Draw(self.image)

    def _copies(self, points: Sequence[Point], reach: float) -> list[list[Point]]:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        shifts_x = [
            k * self.width
            for k in (-1, 0, 1)
            if max(xs) + reach + k * self.width > 0 and min(xs) - reach + k * self.width < self.width
        ]
        shifts_y = [
            k * self.height
            for k in (-1, 0, 1)
            if max(ys) + reach + k * self.height > 0 and min(ys) - reach + k * self.height < self.height
        ]
        sx, sy = self.scale
        return [[((x + dx) * sx, (y + dy) * sy) for x, y in points] for dx in shifts_x for dy in shifts_y]

    def fill(
        self, points: Sequence[Point], colour: str | int, edge: str | int | None = None, width: float = 0.0
    ) -> None:
        """Fill a closed shape, with an edge line of a width in cm if asked."""
        for copy in self._copies(points, width):
            self.pen.polygon(copy, fill=colour)
            if edge is not None and width > 0:
                self.pen.line(
                    [*copy, copy[0]], fill=edge, width=max(1, round(width * self.scale[0])), joint="curve"
                )

    def line(self, points: Sequence[Point], colour: str | int, width: float) -> None:
        """Draw an open line with a width in cm."""
        pixels = max(1, round(width * self.scale[0]))
        for copy in self._copies(points, width):
            self.pen.line(copy, fill=colour, width=pixels, joint="curve")
            if pixels > 3:
                r = pixels / 2
                for x, y in (copy[0], copy[-1]):
                    self.pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def dots(self, points: Sequence[Point], colour: str | int, radius: float) -> None:
        """Set round dots of a radius in cm."""
        rx, ry = max(radius * self.scale[0], 0.7), max(radius * self.scale[1], 0.7)
        for point in points:
            for copy in self._copies([point], radius):
                x, y = copy[0]
                self.pen.ellipse((x - rx, y - ry, x + rx, y + ry), fill=colour)

    def colour(self) -> Array:
        """Give the repeat as linear light."""
        small = np.asarray(self.image.reduce(OVER), dtype=F32) / F32(255)
        result: Array = np.power(small, F32(2.2))
        return result

    def mask(self) -> Array:
        """Give a one-channel repeat as 0 to 1."""
        return np.asarray(self.image.reduce(OVER), dtype=F32) / F32(255)


class Repeat:
    """A finished repeat, looked up in cm."""

    def __init__(self, pixels: Array, width: float, height: float) -> None:
        self.pixels = pixels
        self.per_x, self.per_y = pixels.shape[1] / width, pixels.shape[0] / height

    def at(self, u: Array, v: Array) -> Array:
        """Look the repeat up at places in cm."""
        return at(self.pixels, u * F32(self.per_x), v * F32(self.per_y))


def density(ppc: float) -> float:
    """Choose a drawing density a little above the picture's, in steps so that repeats are drawn once."""
    return float(2 ** (np.ceil(np.log2(max(ppc, 4.0) * 1.25) * 2) / 2))


def placed(points: Sequence[Point], x: float, y: float, size: float = 1.0, turn: float = 0.0) -> list[Point]:
    """Scale, turn (radians) and shift a shape."""
    c, s = float(np.cos(turn)) * size, float(np.sin(turn)) * size
    return [(x + px * c - py * s, y + px * s + py * c) for px, py in points]


def bezier(a: Point, b: Point, c: Point, d: Point, steps: int = 14) -> list[Point]:
    """Give points along a cubic curve."""
    t = np.linspace(0, 1, steps)
    k = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3]
    xs = sum(w * p[0] for w, p in zip(k, (a, b, c, d), strict=True))
    ys = sum(w * p[1] for w, p in zip(k, (a, b, c, d), strict=True))
    return list(zip(np.asarray(xs).tolist(), np.asarray(ys).tolist(), strict=True))


def petal(width: float = 0.4, tip: float = 0.0, steps: int = 12) -> list[Point]:
    """Make a petal or leaf from (0, 0) to (1, 0), with a tip bent sideways."""
    t = np.linspace(0, 1, steps)
    swell = np.sin(np.pi * t**0.85) * width * (1 - 0.25 * t)
    bend = tip * t * t
    upper = list(zip(t.tolist(), (swell + bend).tolist(), strict=True))
    lower = list(zip(t.tolist(), (bend - swell).tolist(), strict=True))
    return upper + lower[::-1]


def ring(radius: float, steps: int = 24, wobble: float = 0.0, lobes: int = 0) -> list[Point]:
    """Make a circle, or a lobed flower outline."""
    t = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    r = radius * (1 + wobble * np.cos(lobes * t))
    return list(zip((r * np.cos(t)).tolist(), (r * np.sin(t)).tolist(), strict=True))


def spiral(turns: float, radius: float, steps: int = 40, tail: float = 0.0) -> list[Point]:
    """Make a spiral from its eye outward, with a straight tail."""
    t = np.linspace(0.08, 1, steps)
    a = t * turns * 2 * np.pi
    points = list(zip((radius * t * np.cos(a)).tolist(), (radius * t * np.sin(a)).tolist(), strict=True))
    if tail:
        x, y = points[-1]
        dx, dy = -np.sin(a[-1]), np.cos(a[-1])
        points.append((float(x + dx * tail), float(y + dy * tail)))
    return points


def flower(
    board: Board, x: float, y: float, size: float, petals: int, colours: Sequence[str], turn: float = 0.0
) -> None:
    """Draw a flower of petals with veins, an edge and an eye: colours are fill, edge, eye."""
    for k in range(petals):
        angle = turn + 2 * np.pi * k / petals
        board.fill(placed(petal(1.9 / petals), x, y, size, angle), colours[0], colours[1], size * 0.06)
        for side in (-0.16, 0.0, 0.16):
            vein = [(0.3, side * 0.5), (0.72, side)]
            board.line(placed(vein, x, y, size, angle), colours[1], size * 0.03)
    board.dots([(x, y)], colours[2], size * 0.22)
    board.dots(placed(ring(0.14, 6), x, y, size), colours[1], size * 0.035)
