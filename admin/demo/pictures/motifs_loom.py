"""Cloths whose motif is made on the loom: songket, ikat, lurik, checks, tapis, ulos, gringsing; ground functions of the fabric."""

from functools import lru_cache

import numpy as np

from admin.demo.pictures.board import Board, Repeat, density, petal, placed, ring, spiral
from admin.demo.pictures.colours import linear
from admin.demo.pictures.fabric import Ground, fuzz, gilded, plain, threads
from admin.demo.pictures.light import Skin
from admin.demo.pictures.motifs_batik import Colours
from admin.demo.pictures.raster import F32, Array, at, clamp, hashed, mix, rng, smooth_at, smoothstep, tile

GOLD, SILVER = "#E0B04A", "#D9D6CE"


@lru_cache(maxsize=32)
def lattice(seed: int, size: int = 48) -> Array:
    """Choose a symmetric counted-thread figure of diamonds, stars and steps; 1 where the extra weft floats."""
    generator = rng(seed, "lattice")
    half = size // 2
    x, y = np.meshgrid(np.arange(size), np.arange(size))
    a, b = np.minimum(x, size - x), np.minimum(y, size - y)
    near = np.minimum(a + b, (half - a) + (half - b))
    centre = (a + b) > half
    p, q = np.where(centre, half - a, a), np.where(centre, half - b, b)
    on = np.zeros((size, size), dtype=bool)
    on |= (near >= half - 2) | (near == half - 5)
    reach = half - 7
    style = int(generator.integers(0, 4))
    if style == 0:
        on |= (near < reach) & (near % 4 < 2)
    elif style == 1:
        on |= (np.maximum(p, q) < reach * 0.62) & (np.abs(p - q) > 1) & ((p + q) % 5 < 3)
    elif style == 2:
        on |= (near < reach) & ((np.minimum(p, q) < 2) | (np.abs(np.maximum(p, q) - 6) < 2))
    else:
        on |= (near < reach) & ((p * q) % 5 < 2) & (near > 1)
    on |= near < 2
    if generator.random() < 0.5:
        on &= ~((near > 2) & (p == q) & (near < reach))
    return on.astype(F32)


def _floats(u: Array, v: Array, cell: float, ppc: float) -> Array:
    """Give the roundness of weft floats lying side by side, about 0."""
    seen = F32(clamp(np.array(ppc * cell / 4.0 - 0.35), 0.0, 1.0))
    row = v / F32(cell)
    profile = F32(1.0) - np.abs((row - np.floor(row)) * F32(2) - F32(1)) ** 2 - F32(0.66)
    twist = np.sin(u / F32(cell) * F32(2.2) + row * F32(9.0))
    return (profile + F32(0.15) * twist) * seen * F32(0.11) + fuzz(u * F32(0.4), v, ppc) * F32(0.012)


def songket(colours: Colours, seed: int, dense: bool = True, cell: float = 0.14, metal: str = GOLD) -> Ground:
    """Float metallic weft over silk: a diamond field, then rows, then tumpal triangles at the end."""
    generator = rng(seed, "songket")
    field_, band = lattice(seed % 9973), lattice(seed % 9973 + 7, 32)
    silk = plain(linear(colours[0]), seed, 0.032, gloss=0.10)
    gold = linear(metal)
    spacing = 1 if dense else int(generator.integers(2, 4))

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        base = silk(u, v, ppc)
        i, j = u / F32(cell), v / F32(cell)
        body = at(field_, i, j)
        if spacing > 1:
            keep = (np.floor(i / 48) + np.floor(j / 48)) % spacing == 0
            body = body * keep
        rows = at(band, i, j)
        foot = np.abs((i / 20.0) % 1.0 - F32(0.5)) * F32(2.0)
        tumpal = ((F32(1.0) - (j - F32(62)) / F32(56)) > foot) & (j > 62)
        tumpal_on = np.where(((foot * F32(9) + (j - F32(62)) / F32(6)) % 2.0) < 1.35, F32(1), F32(0))
        head = np.where(
            j < 58, np.where(j < 40, np.where(j > 8, rows, (j > 2) & (j < 6)), (np.floor(j) % 4 < 2)), 0.0
        )
        gold_on = np.where(j < 62, head, np.where(tumpal, tumpal_on, np.where(j < 122, 0.0, body))).astype(
            F32
        )
        return gilded(base, gold_on, gold, _floats(u, v, cell, ppc), 0.022)

    return skin


def _figure(board: Board, kind: int, cx: float, cy: float, size: float, colour: str, inner: str) -> None:
    """Draw one ikat figure: lozenge with hooks, horse, bird, tree or star, all straight-edged."""
    if kind == 0:
        for s, c in ((1.0, colour), (0.72, inner), (0.5, colour), (0.22, inner)):
            board.fill(placed([(0, -1.25), (0.8, 0), (0, 1.25), (-0.8, 0)], cx, cy, size * s), c)
        for sx in (-1, 1):
            for sy in (-1, 1):
                hook = [
                    (0.35 * sx, 0.85 * sy),
                    (0.85 * sx, 0.85 * sy),
                    (0.85 * sx, 0.5 * sy),
                    (0.62 * sx, 0.5 * sy),
                ]
                board.line(placed(hook, cx, cy, size), colour, size * 0.14)
    elif kind == 1:
        horse = [(-0.9, 0.9), (-0.75, -0.1), (-0.95, -0.5), (-0.8, -0.6), (-0.55, -0.25), (0.25, -0.25), (0.45, -0.85), (0.62, -1.0), (0.95, -0.72),
                 (0.92, -0.55), (0.68, -0.6), (0.62, 0.0), (0.72, 0.9), (0.52, 0.9), (0.4, 0.3), (-0.45, 0.3), (-0.62, 0.9)]  # fmt: skip
        board.fill(placed(horse, cx, cy, size), colour)
        board.line(placed([(-0.45, 0.0), (0.35, 0.0)], cx, cy, size), inner, size * 0.08)
        board.dots(placed([(0.7, -0.78)], cx, cy, size), inner, size * 0.06)
    elif kind == 2:
        for sx in (-1, 1):
            wing = [
                (0, -0.9),
                (0.3 * sx, -0.5),
                (0.95 * sx, -0.75),
                (0.8 * sx, 0.05),
                (0.35 * sx, 0.1),
                (0.5 * sx, 0.95),
                (0, 0.7),
            ]
            board.fill(placed(wing, cx, cy, size), colour)
        board.line(placed([(0, -0.6), (0, 0.6)], cx, cy, size), inner, size * 0.12)
    elif kind == 3:
        board.line(placed([(0, 1.1), (0, -1.1)], cx, cy, size), colour, size * 0.16)
        for k in range(4):
            y = 0.8 - k * 0.5
            for sx in (-1, 1):
                branch = [(0, y), (0.75 * sx, y - 0.3), (0.75 * sx, y - 0.62), (0.5 * sx, y - 0.55)]
                board.line(placed(branch, cx, cy, size), colour, size * 0.13)
    else:
        star = [
            (r * np.cos(t), r * np.sin(t))
            for t, r in zip(np.linspace(0, 2 * np.pi, 17)[:-1], [1.0, 0.5] * 8, strict=True)
        ]
        board.fill(placed(star, cx, cy, size), colour)
        board.fill(placed(ring(0.35, 4), cx, cy, size), inner)


@lru_cache(maxsize=4)
def _ikat_repeat(colours: Colours, dens: float, seed: int, figures: bool) -> Repeat:
    generator = rng(seed, "ikat")
    width, height = 14.0, 30.0
    ground, main, second, pale = colours[:4]
    board = Board(width, height, dens, ground)
    y = 0.0
    kinds = list(generator.permutation(5)) if figures else [0, 4, 0, 4, 0]
    bands = [7.5, 2.2, 9.0, 1.6, 7.0, 2.7]
    for number, tall in enumerate(bands):
        middle = y + tall / 2
        if tall > 4:
            kind = int(kinds[number // 2])
            board.fill(
                [(0, y), (width, y), (width, y + tall), (0, y + tall)], ground if number % 4 else second
            )
            step = width / (2 if tall > 8 else 3)
            for k in range(4):
                size = min(step * 0.52, tall * 0.36)
                _figure(
                    board,
                    kind,
                    (k + 0.5) * step,
                    middle,
                    size,
                    pale if number % 4 else main,
                    main if number % 4 else pale,
                )
                _figure(board, 0, (k + 1.0) * step, middle, size * 0.36, main, pale)
            for edge in (y + 0.3, y + tall - 0.3):
                board.line([(-1, edge), (width + 1, edge)], pale, 0.16)
        else:
            board.fill([(0, y), (width, y), (width, y + tall), (0, y + tall)], main)
            for k in range(15):
                board.fill(
                    placed([(0, -0.6), (0.42, 0), (0, 0.6), (-0.42, 0)], k + 0.5, middle, tall * 0.45), pale
                )
                board.fill(
                    placed([(0, -0.3), (0.22, 0), (0, 0.3), (-0.22, 0)], k + 0.5, middle, tall * 0.45), second
                )
        y += tall
    return Repeat(board.colour(), width, height)


def ikat(
    colours: Colours,
    seed: int,
    weft: bool = False,
    figures: bool = True,
    scale: float = 1.0,
    double: bool = False,
) -> Ground:
    """Tie and dye the yarn before weaving: figures whose edges feather along the dyed threads."""
    swap = weft

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        relief, tone = threads(u, v, ppc, 0.055, 1.3)
        across, along = (v, u) if swap else (u, v)
        thread = np.floor(across * F32(14.0))
        jump = (hashed(thread, 5, seed) - F32(0.5)) * F32(0.34) + (
            hashed(np.floor(across * F32(3.1)), 9, seed) - F32(0.5)
        ) * F32(0.22)
        wave = smooth_at(tile(1.6, 1.0, 35), across * F32(4.0), along * F32(3.0) + F32(seed % 331))
        du, dv = (jump, wave * F32(0.06)) if swap else (wave * F32(0.06), jump)
        if double:
            cross = np.floor(along * F32(14.0))
            du = du + (hashed(cross, 6, seed) - F32(0.5)) * F32(0.3)
        pattern = _ikat_repeat(colours, density(min(ppc, 26.0)), seed % 4096, figures)
        first = pattern.at((u + du) / F32(scale), (v + dv) / F32(scale))
        second = pattern.at((u - du * F32(0.7)) / F32(scale), (v - dv * F32(0.7)) / F32(scale))
        albedo = mix(first, second, F32(0.38))
        depth = F32(1.0) + tone + F32(0.10) * (hashed(thread, 2, seed) - F32(0.5))
        return Skin(albedo * depth[..., None], relief, gloss=0.02, sheen=0.25)

    return skin


def stripes(
    colours: Colours, seed: int, check: bool = False, wide: float = 1.0, gleam: float = 0.0
) -> Ground:
    """Weave lurik stripes, or checks when the weft is striped too."""
    generator = rng(seed, "stripes")
    table = [linear(c) for c in colours]

    def rhythm() -> tuple[Array, Array]:
        edges, picks, x = [0.0], [], 0.0
        order = [0, 1, 0, 2, 0, 3 % len(table), 1]
        while x < 12.0 * wide:
            for k in order:
                x += (
                    float(generator.choice([0.12, 0.2, 0.35, 0.7, 1.4], p=[0.3, 0.25, 0.2, 0.15, 0.1])) * wide
                )
                edges.append(x)
                picks.append(k if generator.random() < 0.85 else int(generator.integers(0, len(table))))
        line = np.arange(1024, dtype=np.float64) / 1024 * edges[-1]
        index = np.clip(np.searchsorted(edges, line, side="right") - 1, 0, len(picks) - 1)
        return np.stack(table)[np.array(picks)[index]].astype(F32), np.array(edges[-1])

    warp, warp_cm = rhythm()
    weft, weft_cm = rhythm()

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        relief, tone = threads(u, v, ppc, 0.05, 1.2)
        wander = smooth_at(tile(1.8, 0.2, 36), u * F32(2.0), v * F32(2.0)) * F32(0.02)
        iu = (((u + wander) / F32(warp_cm)) % 1.0 * F32(1023.9)).astype(np.int32)
        albedo = np.take(warp, iu, axis=0)
        if check:
            iv = (((v + wander) / F32(weft_cm)) % 1.0 * F32(1023.9)).astype(np.int32)
            other = np.take(weft, iv, axis=0)
            share = F32(0.5) + F32(0.22) * np.sin(u * F32(60)) * np.sin(v * F32(60)) * F32(ppc > 40)
            albedo = mix(albedo, other, share)
        end = smoothstep(3.0, 2.9, v) * smoothstep(0.8, 0.9, v)
        albedo = mix(albedo, table[1], end * F32(0.8))
        return Skin(albedo * (F32(1.0) + tone)[..., None], relief, gloss=0.03 + gleam, sheen=0.22)

    return skin


def tapis(colours: Colours, seed: int) -> Ground:
    """Couch gold thread in bands on a striped ground: zigzags, ships' prows, diamonds."""
    ground = stripes((colours[0], colours[1], colours[0], colours[2]), seed, wide=2.2)
    figure = lattice(seed % 8191 + 3, 40)
    gold = linear(GOLD)

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        base = ground(v, u, ppc)
        cell = 0.16
        i, j = u / F32(cell), v / F32(cell)
        band = (j % 78).astype(F32)
        zig = np.abs((i % 20) - 10)
        first = (band < 40) * at(figure, i, band)
        second = (band > 46) * (band < 62) * ((band - 46 + zig) % 8 < 4)
        lines = ((band > 42) & (band < 44)) | ((band > 64) & (band < 66)) | ((band > 69) & (band < 71))
        on = np.clip(first + second + lines, 0, 1).astype(F32)
        return gilded(base, on, gold, _floats(u, v, 0.09, ppc), 0.05)

    return skin


def ulos(colours: Colours, seed: int) -> Ground:
    """Weave a Batak cloth: dark sides, an ikat middle with pale arrows, patterned ends of floating weft."""
    middle = ikat(colours, seed, figures=False, scale=0.55)
    edge = stripes((colours[0], colours[0], colours[1], colours[3]), seed, wide=1.6)
    figure = lattice(seed % 5003 + 11, 32)
    pale, red = linear(colours[3]), linear(colours[1])

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        base, side = middle(u, v, ppc), edge(u, v, ppc)
        place = (u % 34.0) / F32(34.0)
        inner = (np.abs(place - F32(0.5)) < 0.3)[..., None]
        albedo = np.where(inner, base.albedo, side.albedo)
        i, j = u / F32(0.13), v / F32(0.13)
        rows = (v < 13.0) & (v > 1.5)
        on = at(figure, i, j) * rows
        hue = np.where(((np.floor(j / 32) % 2) > 0)[..., None], pale, red)
        albedo = np.where(
            (on > 0.5)[..., None], hue, np.where(rows[..., None], side.albedo * F32(0.6), albedo)
        )
        relief = base.height + on * F32(0.018) + _floats(u, v, 0.13, ppc) * on * F32(0.1)
        return Skin(albedo, relief, gloss=0.02, sheen=0.25)

    return skin


def floats(colours: Colours, seed: int, cell: float = 0.16) -> Ground:
    """Float coloured cotton weft in rows of figures, as in Alor, Bima, Toraja and Bentenan cloth."""
    base = stripes((colours[0], colours[0], colours[2], colours[0]), seed, wide=2.0)
    tables = [lattice(seed % 7001 + k, 32) for k in range(3)]
    hues = [linear(c) for c in (colours[1], colours[3], colours[2])]

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        under = base(u, v, ppc)
        i, j = u / F32(cell), v / F32(cell)
        band = np.floor(j / 40.0)
        within = j - band * F32(40.0)
        on = np.zeros(u.shape, dtype=F32)
        albedo = under.albedo
        for k in range(3):
            mine = (at(tables[k], i, within) > 0.5) & (within < 32) & (band % 3 == k)
            albedo = np.where(mine[..., None], hues[k], albedo)
            on = on + mine
        rule = (within > 34) & (within < 36)
        albedo = np.where(rule[..., None], hues[1], albedo)
        float_ = _floats(u, v, cell, ppc)
        albedo = albedo * (F32(1.0) + float_ * F32(1.2) * on)[..., None]
        return Skin(albedo, under.height + on * (F32(0.02) + float_ * F32(0.12)), gloss=0.04, sheen=0.25)

    return skin


def cual(colours: Colours, seed: int) -> Ground:
    """Join weft ikat in the field with songket gold over it, as the cual of Bangka does."""
    field_ = ikat(colours, seed, weft=True, figures=False, scale=0.8)
    sparse = lattice(seed % 6007 + 5, 64)
    ends = songket((colours[0], *colours[1:]), seed)
    gold = linear(GOLD)

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        base = field_(u, v, ppc)
        base.gloss = 0.09
        cell = 0.14
        on = at(sparse, u / F32(cell), v / F32(cell)) * (
            ((np.floor(u / F32(9.0)) + np.floor(v / F32(9.0))) % 2) > 0
        )
        middle = gilded(base, on.astype(F32), gold, _floats(u, v, cell, ppc), 0.022)
        if float(v.min()) > 17.0:
            return middle
        end = ends(u, v, ppc)
        low = v < 17.0
        return Skin(
            np.where(low[..., None], end.albedo, middle.albedo),
            np.where(low, end.height, middle.height),
            gloss=np.where(low, end.gloss, middle.gloss),
            metal=np.where(low, end.metal, middle.metal),
            sheen=0.15,
        )

    return skin


def leaf_mask(dens: float, seed: int) -> Repeat:
    """Draw strewn leaves and curls as one channel, for gold painting and carving."""
    generator = rng(seed, "leaves")
    board = Board(10.0, 10.0, dens, 0)
    for k in range(7):
        x, y, turn = (float(t) for t in generator.uniform(0, 10, 3))
        board.line(placed(spiral(1.4, 1.0, tail=1.0), x, y, 1.2, turn), 255, 0.16)
        for side in range(3):
            board.fill(placed(petal(0.3), x, y, 1.5, turn + side * 2.1 + k), 230)
    return Repeat(board.mask(), 10.0, 10.0)
