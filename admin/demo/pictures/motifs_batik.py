"""Batik repeats: what the wax keeps and the dyes fill, drawn by hand-like curves; used by the cloth.

Colours of a motif are (ground, main, second, wax line); a motif gives its repeat in cm.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import numpy as np

from admin.demo.pictures.board import Board, Point, Repeat, bezier, flower, petal, placed, ring, spiral
from admin.demo.pictures.raster import rng

Colours = tuple[str, ...]


def kawung(colours: Colours, dens: float, seed: int) -> Repeat:
    """Four palm-fruit ovals to a cross, with two seeds in each."""
    ground, main, second, wax = colours[:4]
    size = 4.2
    board = Board(size, size, dens, main)
    for cx, cy in ((0.0, 0.0), (size / 2, size / 2)):
        for k in range(4):
            angle = np.pi / 4 + k * np.pi / 2
            oval = [(0.57 + 0.46 * np.cos(t), 0.40 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 30)]
            board.fill(placed(oval, cx, cy, size * 0.335, angle), wax, second, 0.05)
            inner = [(0.57 + 0.36 * np.cos(t), 0.29 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 30)]
            board.fill(placed(inner, cx, cy, size * 0.335, angle), ground, second, 0.07)
            board.dots(placed([(0.43, 0.0), (0.71, 0.0)], cx, cy, size * 0.335, angle), main, 0.1)
        board.fill(placed(ring(0.3, 4), cx, cy), ground, second, 0.06)
        board.dots([(cx, cy)], main, 0.09)
    for cx, cy in ((size / 2, 0.0), (0.0, size / 2)):
        board.dots(placed(ring(0.26, 4), cx, cy), wax, 0.075)
        board.dots([(cx, cy)], second, 0.11)
    return Repeat(board.colour(), size, size)


def parang(colours: Colours, dens: float, seed: int) -> Repeat:
    """Slanted knife rows between mlinjon bands."""
    ground, main, second, wax = colours[:4]
    size = 6.0
    board = Board(size, size, dens, ground)
    rows, s = 2, size / np.sqrt(2)
    pitch = s / rows

    def turned(points: list[Point]) -> list[Point]:
        return placed(points, 0, 0, 1.0, np.pi / 4)

    for row in range(-4, 5):
        y = row * pitch
        for step in range(-6, 8):
            x = step * s / 3
            blade = [
                *bezier(
                    (x, y - pitch * 0.36),
                    (x + 1.0, y - pitch * 0.42),
                    (x + 0.9, y - 0.1),
                    (x + 0.55, y + 0.1),
                ),
                *bezier(
                    (x + 0.55, y + 0.1), (x + 0.3, y + 0.3), (x + 0.45, y + 0.62), (x + 1.0, y + pitch * 0.36)
                ),
                *bezier(
                    (x + 1.0, y + pitch * 0.36), (x - 0.2, y + 0.72), (x - 0.15, y + 0.2), (x + 0.1, y - 0.05)
                ),
                *bezier((x + 0.1, y - 0.05), (x + 0.4, y - 0.3), (x + 0.3, y - 0.5), (x, y - pitch * 0.36)),
            ]
            board.fill(turned(blade), main, second, 0.06)
            board.line(
                turned(
                    bezier((x + 0.35, y - 0.6), (x + 0.75, y - 0.35), (x + 0.1, y + 0.2), (x + 0.4, y + 0.55))
                ),
                wax,
                0.06,
            )
            eye = (x + 1.05, y - 0.12)
            board.fill(turned(placed(ring(0.17, 14), *eye)), second)
            board.dots(turned([eye]), wax, 0.06)
        edge = y + pitch / 2
        board.line(turned([(-9, edge), (12, edge)]), second, 0.34)
        for step in range(-18, 24):
            diamond = placed(ring(0.13, 4), step * s / 12, edge)
            board.fill(turned(diamond), wax)
    return Repeat(board.colour(), size, size)


def ceplok(colours: Colours, dens: float, seed: int) -> Repeat:
    """Rosettes in a lattice of squares."""
    ground, main, second, wax = colours[:4]
    generator = rng(seed, "ceplok")
    size = 5.0
    petals = int(generator.choice([4, 8, 8, 6]))
    board = Board(size, size, dens, ground)
    for cx, cy, s in ((size / 2, size / 2, 1.75), (0, 0, 1.15)):
        board.fill(placed(ring(s * 1.15, 32, 0.08, 8), cx, cy), main, second, 0.06)
        flower(board, cx, cy, s, petals, (wax, second, ground), np.pi / petals)
        board.dots(placed(ring(s * 1.28, 24), cx, cy), second, 0.05)
    for cx, cy in ((size / 2, 0), (0, size / 2)):
        board.fill(placed(ring(0.42, 4), cx, cy, 1.0, 0), second, wax, 0.05)
        board.dots([(cx, cy)], wax, 0.1)
        for k in range(4):
            board.line(placed([(0.5, 0), (0.95, 0)], cx, cy, 1, k * np.pi / 2), second, 0.07)
    return Repeat(board.colour(), size, size)


def truntum(colours: Colours, dens: float, seed: int) -> Repeat:
    """Small stars strewn in rows, with dots between."""
    ground, main, second, wax = colours[:4]
    size = 3.0
    board = Board(size, size, dens, ground)
    for cx, cy in ((0.0, 0.0), (1.5, 1.5)):
        for k in range(8):
            board.fill(placed(petal(0.16), cx, cy, 0.62 if k % 2 else 0.8, k * np.pi / 4), wax, main, 0.03)
        board.dots([(cx, cy)], main, 0.13)
    for cx, cy in ((1.5, 0.0), (0.0, 1.5)):
        board.dots(placed(ring(0.24, 4), cx, cy), second, 0.07)
        board.dots([(cx, cy)], wax, 0.06)
    return Repeat(board.colour(), size, size)


def nitik(colours: Colours, dens: float, seed: int) -> Repeat:
    """Figures made of square dots only."""
    ground, main, second, wax = colours[:4]
    size, cell = 4.8, 0.2
    board = Board(size, size, dens, ground)
    n = round(size / cell)
    for i in range(n):
        for j in range(n):
            x, y = min(i, n - i), min(j, n - j)
            band, far = x + y, max(x, y)
            colour = (
                wax if band % 6 in (0, 1) else main if far % 5 == 2 else second if (x * y) % 4 == 1 else None
            )
            if colour:
                c = ((i + 0.5) * cell, (j + 0.5) * cell)
                board.fill(placed(ring(cell * 0.58, 4), *c, 1.0, np.pi / 4), colour)
    return Repeat(board.colour(), size, size)


def clouds(colours: Colours, dens: float, seed: int) -> Repeat:
    """Mega mendung: clouds in graded outlines."""
    generator = rng(seed, "mega")
    width, height = 22.0, 16.0
    shades = colours[1:]
    board = Board(width, height, dens, colours[0])
    for cx, cy, s, side in (
        (5.8, 4.4, 1.15, 1),
        (16.8, 12.4, 1.15, -1),
        (16.3, 4.0, 0.75, 1),
        (5.0, 12.6, 0.75, -1),
    ):
        lobes = [
            (-3.9, 0.9, 1.0),
            (-2.4, -0.1, 1.5),
            (-0.4, -1.3, 1.9),
            (1.7, -0.6, 1.6),
            (3.3, 0.5, 1.2),
            (4.5, 1.2, 0.7),
        ]
        lobes += [(-1.2, 0.7, 1.5), (1.2, 0.8, 1.4)]
        lobes = [(x + generator.normal(0, 0.2), y + generator.normal(0, 0.15), r) for x, y, r in lobes]
        for depth in range(8):
            colour = shades[min(depth // 2, len(shades) - 1)] if depth % 2 == 0 else colours[-1]
            for x, y, r in lobes:
                rr = r - depth * 0.15 - (0.1 if depth % 2 else 0)
                if rr > 0.1:
                    board.fill(placed(ring(rr, 30), cx + side * x * s, cy + y * s, s), colour)
        for x in (-2.9, -1.2, 0.6, 2.4):
            curl = placed(spiral(1.3, 0.62), cx + side * x * s, cy + 0.9 * s, s, generator.uniform(0, 6))
            board.line(curl, colours[-1], 0.16)
    return Repeat(board.colour(), width, height)


def _stem(
    board: Board, generator: np.random.Generator, start: Point, end: Point, colours: Colours, size: float
) -> None:
    ground, main, second, wax = colours[:4]
    bend = generator.uniform(1.0, 2.4) * generator.choice([-1, 1])
    dx, dy = end[0] - start[0], end[1] - start[1]
    across = (-dy * 0.3 * np.sign(bend), dx * 0.3 * np.sign(bend))
    path = bezier(
        start,
        (start[0] + dx * 0.3 + across[0], start[1] + dy * 0.3 + across[1]),
        (start[0] + dx * 0.7 - across[0], start[1] + dy * 0.7 - across[1]),
        end,
        22,
    )
    board.line(path, second, 0.12 * size)
    for k in range(3, 21, 3):
        x, y = path[k]
        ahead = path[min(k + 1, 21)]
        angle = np.arctan2(ahead[1] - y, ahead[0] - x) + (0.9 if (k // 3) % 2 else -0.9)
        leaf = placed(
            petal(0.26, generator.uniform(-0.2, 0.2)), x, y, size * generator.uniform(0.9, 1.5), angle
        )
        board.fill(leaf, second, wax, 0.035)
        board.line(placed([(0.1, 0), (0.85, 0)], x, y, size * 1.0, angle), wax, 0.03)


def bouquet(colours: Colours, dens: float, seed: int) -> Repeat:
    """Pesisir flowers, leaves and a bird on running stems, with fine fillings."""
    ground, main, second, wax = colours[:4]
    generator = rng(seed, "bouquet")
    width, height = 16.0, 20.0
    board = Board(width, height, dens, ground)
    spots = [(float(x), float(y)) for x, y in generator.uniform(0, 1, (240, 2)) * (width, height)]
    board.dots(spots, wax, 0.045)
    heads = [(4.0, 4.5, 2.3), (12.0, 9.5, 2.5), (4.5, 14.5, 2.1), (11.5, 17.8, 1.7), (13.0, 2.6, 1.6)]
    heads = [(x + generator.normal(0, 0.5), y + generator.normal(0, 0.5), s) for x, y, s in heads]
    order = [0, 1, 2, 3, 4, 0]
    for a, b in pairwise(order):
        end = (heads[b][0], heads[b][1] if b else heads[b][1] + height)
        _stem(board, generator, heads[a][:2], end, colours, 1.0)
    for k in range(46):
        x, y = float(generator.uniform(0, width)), float(generator.uniform(0, height))
        turn = float(generator.uniform(0, 6.28))
        board.line(
            placed(bezier((-1.2, 0), (-0.5, 0.5), (0.4, -0.4), (1.1, 0)), x, y, 1.0, turn), second, 0.06
        )
        for side in (-1, 1, -1):
            board.fill(
                placed(
                    petal(0.3, 0.2 * side), x, y, 0.9 + 0.1 * (k % 4), turn + side * (0.7 + 0.1 * (k % 5))
                ),
                second if k % 3 else main,
                wax,
                0.04,
            )
        if k % 4 == 0:
            flower(board, x + 0.9, y, 0.75, 5, (main, wax, ground), turn)
    for x, y, s in heads:
        petals = int(generator.integers(6, 10))
        flower(board, x, y, s * 1.15, petals, (wax, second, main))
        flower(board, x, y, s, petals, (main, wax, ground), 0.25)
        flower(board, x, y, s * 0.5, 6, (wax, main, second), 0.5)
    _bird(board, 8.6, 13.2, 1.6, (main, wax, second), float(generator.uniform(-0.3, 0.3)))
    return Repeat(board.colour(), width, height)


def _bird(board: Board, x: float, y: float, size: float, colours: Colours, turn: float) -> None:
    fill, edge, eye = colours[:3]
    for k in range(5):
        board.fill(
            placed(petal(0.14, 0.1 * k), x, y, size * 1.7, turn + np.pi + 0.25 * (k - 2)), eye, edge, 0.04
        )
    body = [
        *bezier((-0.6, 0), (-0.2, -0.55), (0.5, -0.5), (0.75, -0.85)),
        *bezier((1.0, -0.8), (0.9, 0.1), (0.3, 0.5), (-0.6, 0)),
    ]
    board.fill(placed(body, x, y, size, turn), fill, edge, 0.05)
    board.fill(placed(petal(0.3), x, y - 0.1, size * 0.7, turn + 2.9), edge, eye, 0.05)
    board.fill(placed([(1.0, -0.85), (1.35, -0.75), (1.0, -0.68)], x, y, size, turn), edge)
    board.dots(placed([(0.86, -0.8)], x, y, size, turn), edge, 0.07 * size)


def strokes(colours: Colours, dens: float, seed: int) -> Repeat:
    """Besurek: flowing pen-like strokes and dots round a great open flower; strokes only, no letters."""
    ground, main, second, wax = colours[:4]
    generator = rng(seed, "strokes")
    width, height = 18.0, 18.0
    board = Board(width, height, dens, ground)
    for row in range(6):
        x, y0 = 0.0, row * 3.0 + 1.0
        while x < width - 0.8:
            span = float(generator.uniform(1.4, 3.2))
            lift = float(generator.uniform(0.6, 1.3)) * float(generator.choice([1, -1, 1]))
            stroke = bezier(
                (x, y0), (x + span * 0.2, y0 + lift), (x + span * 0.8, y0 + lift), (x + span, y0 - 0.2)
            )
            board.line(stroke, wax, 0.15)
            board.line(stroke[2:12], wax, 0.24)
            board.line(stroke[4:10], wax, 0.33)
            if generator.random() < 0.5:
                top = float(generator.uniform(1.0, 1.9))
                board.line(
                    bezier(
                        (x + span, y0),
                        (x + span + 0.1, y0 - top * 0.6),
                        (x + span - 0.2, y0 - top),
                        (x + span + 0.15, y0 - top - 0.2),
                    ),
                    wax,
                    0.2,
                )
            if generator.random() < 0.6:
                board.fill(placed(ring(0.17, 4), x + span * 0.5, y0 - 0.9), wax)
            if generator.random() < 0.35:
                board.line(placed(spiral(1.0, 0.5), x + span * 0.4, y0 + 0.9), wax, 0.15)
            x += span * 0.93
    for cx, cy, s in ((4.5, 4.5, 2.5), (13.5, 13.5, 2.5)):
        board.fill(placed(ring(s * 1.12, 40, 0.05, 5), cx, cy), ground)
        for k in range(5):
            angle = k * 2 * np.pi / 5 + 0.3
            board.fill(placed(petal(0.42), cx, cy, s, angle), main, wax, 0.09)
            inner = placed([(0.35 + 0.1 * i, 0.13 * (-1) ** i) for i in range(5)], cx, cy, s, angle)
            board.dots(inner, wax, 0.1)
        board.fill(placed(ring(s * 0.34), cx, cy), wax, second, 0.1)
        board.fill(placed(ring(s * 0.2), cx, cy), second)
    return Repeat(board.colour(), width, height)


def hooks(colours: Colours, dens: float, seed: int) -> Repeat:
    """Curling tendrils mirrored about a stem, as in Dayak, Sentani and island cloths."""
    ground, main, second, wax = colours[:4]
    generator = rng(seed, "hooks")
    width, height = 12.0, 16.0
    board = Board(width, height, dens, ground)
    board.line([(width / 2, 0), (width / 2, height)], main, 0.28)
    count = int(generator.integers(3, 5))
    for k in range(count):
        y = (k + 0.5) * height / count
        size = float(generator.uniform(1.2, 1.7))
        turns = float(generator.uniform(1.3, 1.8))
        for side in (-1, 1):
            curl = [(px * side, py) for px, py in spiral(turns, size, 46)]
            cx = width / 2 + side * 2.7
            line = placed(curl, cx, y)
            board.line([(width / 2, y + 1.6), *line[::-1]], wax, 0.62)
            board.line([(width / 2, y + 1.6), *line[::-1]], main, 0.4)
            board.dots(line[8::4], wax, 0.06)
            board.fill(
                placed(petal(0.3, 0.3 * side), width / 2, y - 0.4, 1.8, np.pi / 2 * (1 - side) - 0.6 * side),
                second,
                wax,
                0.06,
            )
            board.line(placed(spiral(1.2, 0.8), width / 2 + side * 5.0, y + height / count / 2), second, 0.22)
        board.fill(placed(ring(0.55, 4), width / 2, y + 1.6), second, wax, 0.08)
    board.dots([(x * 0.6, y * 0.8) for x in range(20) for y in range(20) if (x + y) % 2], wax, 0.035)
    return Repeat(board.colour(), width, height)


def patches(colours: Colours, dens: float, seed: int) -> Repeat:
    """Scattered leaves, fruits, snails or fish on a ground filled with fine scales."""
    ground, main, second, wax = colours[:4]
    generator = rng(seed, "patches")
    width, height = 14.0, 14.0
    board = Board(width, height, dens, ground)
    for row in range(28):
        for column in range(14):
            centre = (column + 0.5 * (row % 2), row * 0.5)
            board.line(placed(ring(0.5, 16)[8:], *centre), second, 0.035)
    kind = seed % 3
    for k in range(9):
        x, y = (k % 3) * 4.67 + 1.2 + 1.4 * ((k // 3) % 2), (k // 3) * 4.67 + 2.0
        turn = float(generator.uniform(0, 6.28))
        if kind == 0:
            flower(board, x, y, 1.9, 5, (main, wax, second), turn)
        elif kind == 1:
            board.fill(placed(ring(1.45, 30, 0.05, 9), x, y), main, wax, 0.1)
            board.line(placed(spiral(2.2, 1.2), x, y, 1, turn), wax, 0.14)
            board.fill(placed(petal(0.2), x, y, 2.4, turn), main, wax, 0.07)
        else:
            board.fill(
                placed(petal(0.36), x - 1.6 * np.cos(turn), y - 1.6 * np.sin(turn), 3.2, turn), main, wax, 0.1
            )
            for i in range(4):
                board.line(
                    placed(
                        [(-0.8 + i * 0.5, -0.4), (-0.5 + i * 0.5, 0.0), (-0.8 + i * 0.5, 0.4)], x, y, 1, turn
                    ),
                    wax,
                    0.07,
                )
        for i in range(3):
            board.fill(placed(petal(0.3), x, y, 1.1, turn + 2.1 * i + 1.0), second, wax, 0.05)
    return Repeat(board.colour(), width, height)


MOTIFS: dict[str, Callable[[Colours, float, int], Repeat]] = {
    "kawung": kawung, "parang": parang, "ceplok": ceplok, "truntum": truntum, "nitik": nitik,
    "megamendung": clouds, "buketan": bouquet, "besurek": strokes, "ukel": hooks, "semen": patches,
}  # fmt: skip


@lru_cache(maxsize=4)
def repeat(motif: str, colours: Colours, dens: float, seed: int) -> Repeat:
    """Draw a motif once for its colours, density and seed."""
    return MOTIFS[motif](colours, dens, seed)
