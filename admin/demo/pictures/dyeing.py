"""Cloths dyed by tying, stitching and leaf printing, embroidered cloth and beaten bark; ground functions of the fabric."""

from functools import lru_cache

import numpy as np

from admin.demo.pictures.board import Board, Repeat, bezier, density, flower, petal, placed, ring, spiral
from admin.demo.pictures.colours import linear
from admin.demo.pictures.fabric import Ground, fuzz, gilded, handmade, plain, threads
from admin.demo.pictures.light import Skin
from admin.demo.pictures.motifs_batik import Colours
from admin.demo.pictures.motifs_loom import GOLD
from admin.demo.pictures.raster import F32, Array, at, clamp, hashed, mix, rng, smooth_at, smoothstep, tile


def tied(colours: Colours, seed: int, bands: bool = False) -> Ground:
    """Bind and stitch before the bath: rings that radiate in pleats, or stitched bands that bleed."""
    hues = [linear(c) for c in colours]
    generator = rng(seed, "tied")
    cell = float(generator.uniform(6.5, 9.0))

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        relief, tone = threads(u, v, ppc, 0.035)
        hu, hv = handmade(u, v, seed, 0.16)
        bleed = smooth_at(tile(1.5, 1.0, 61), u * F32(16.0) + F32(seed % 555), v * F32(16.0), exact=True)
        if bands:
            zig = np.abs((hu / F32(cell * 0.8)) % 1.0 - F32(0.5)) * F32(2.0)
            place = hv / F32(cell) + zig * F32(0.34 if seed % 2 else 0.0)
            number = np.floor(place)
            within = (place - number) * F32(cell)
            stitch = np.abs((hu * F32(2.6)) % 1.0 - F32(0.5)) * F32(2.0)
            line = np.minimum(np.abs(within - F32(1.0)), np.abs(within - F32(2.3)))
            kept = smoothstep(0.42, 0.05, line - stitch * F32(0.18) + bleed * F32(0.10))
            pleat = (
                smoothstep(1.6, 0.2, line) * (F32(0.5) + F32(0.5) * np.sin(hu * F32(16.0) + bleed)) * F32(0.4)
            )
            index = (number.astype(np.int32) % max(len(hues) - 1, 1)) + 0
            ground = np.stack(hues)[index]
            white = clamp(kept + pleat)
        else:
            i, j = np.floor(hu / F32(cell)), np.floor(hv / F32(cell))
            shift = (hashed(i, j, seed) - F32(0.5)) * F32(0.25)
            a, b = hu / F32(cell) - i - F32(0.5) + shift, hv / F32(cell) - j - F32(0.5) - shift
            far, angle = np.hypot(a, b), np.arctan2(b, a)
            far = far + bleed * F32(0.006) + F32(0.012) * np.sin(angle * F32(11) + shift * F32(40))
            pleat = F32(0.55) + F32(0.45) * np.sin(angle * F32(26.0) + bleed * F32(0.8) + far * F32(30))
            white = np.zeros(u.shape, dtype=F32)
            for radius, width in ((0.07, 0.035), (0.20, 0.045), (0.34, 0.04)):
                white = np.maximum(white, smoothstep(width, width * 0.2, np.abs(far - F32(radius))) * pleat)
            inner = smoothstep(0.30, 0.24, far)
            second = np.stack(hues)[1 + ((i + j).astype(np.int32) % max(len(hues) - 2, 1))]
            ground = mix(np.broadcast_to(hues[0], (*u.shape, 3)), second, inner)
            little = np.hypot((hu / F32(cell) - np.floor(hu / F32(cell))) - F32(0.0), b)
            white = np.maximum(white, smoothstep(0.03, 0.01, np.abs(little - F32(0.06))) * F32(0.8))
        uneven = smooth_at(tile(1.9, 1.0, 33), u * F32(5.0) + F32(seed % 601), v * F32(5.0))
        albedo = mix(ground * (F32(1.0) + F32(0.13) * uneven)[..., None], linear("kapas"), white)
        pucker = white * F32(0.03) + smooth_at(tile(1.6, 1.0, 62), u * F32(22.0), v * F32(22.0)) * F32(0.03)
        return Skin(albedo * (F32(1.0) + tone)[..., None], relief + pucker, gloss=0.10, sheen=0.2)

    return skin


@lru_cache(maxsize=4)
def _leaves(dens: float, seed: int) -> tuple[Repeat, Repeat]:
    generator = rng(seed, "eco")
    width, height = 26.0, 26.0
    shape, veins = Board(width, height, dens, 0), Board(width, height, dens, 0)
    for k in range(20):
        x, y, turn = (
            float(generator.uniform(0, width)),
            float(generator.uniform(0, height)),
            float(generator.uniform(0, 6.28)),
        )
        kind, size = k % 4, float(generator.uniform(3.0, 5.5))
        ink = int(generator.integers(170, 255))
        if kind == 0:
            for lobe in range(5):
                shape.fill(
                    placed(petal(0.24), x, y, size * (1 - 0.12 * abs(lobe - 2)), turn + (lobe - 2) * 0.55),
                    ink,
                )
                veins.line(
                    placed(
                        [(0, 0), (0.95, 0)], x, y, size * (1 - 0.12 * abs(lobe - 2)), turn + (lobe - 2) * 0.55
                    ),
                    255,
                    0.09,
                )
        elif kind == 3:
            stem = placed(bezier((0, 0), (0.3, 0.1), (0.7, -0.1), (1, 0)), x, y, size * 1.5, turn)
            veins.line(stem, 255, 0.1)
            for n in range(2, 13, 2):
                for side in (-1, 1):
                    shape.fill(placed(petal(0.26), *stem[n], size * 0.42, turn + side * 0.9), ink)
        else:
            shape.fill(placed(petal(0.3 + 0.1 * (kind == 2), 0.12), x, y, size, turn), ink)
            veins.line(placed([(-0.25, 0), (0.95, 0.05)], x, y, size, turn), 255, 0.1)
            for n in range(1, 7):
                for side in (-1, 1):
                    vein = [(n * 0.13, 0.02), (n * 0.13 + 0.16, side * 0.26)]
                    veins.line(placed(vein, x, y, size, turn), 200, 0.05)
    return Repeat(shape.mask(), width, height), Repeat(veins.mask(), width, height)


def leafprint(colours: Colours, seed: int) -> Ground:
    """Print real leaf shapes by contact: soft tannin prints, clear veins, halos of mordant."""
    ground, first, second = (linear(c) for c in colours[:3])

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        relief, tone = threads(u, v, ppc, 0.035)
        shape, veins = _leaves(density(min(ppc, 24.0)), seed % 512)
        hu, hv = handmade(u, v, seed, 0.10)
        print_, vein = shape.at(hu, hv), veins.at(hu, hv)
        ghost = shape.at(hu * F32(0.83) + F32(9.0), F32(13.0) - hv * F32(0.83)) * F32(0.35)
        blot = smooth_at(tile(1.4, 1.0, 63), u * F32(18.0), v * F32(18.0) + F32(seed % 432), exact=True)
        ink = clamp(print_ * (F32(0.72) + F32(0.28) * blot))
        cloud = smooth_at(tile(2.0, 1.0, 64), u * F32(4.0) + F32(seed % 321), v * F32(4.0))
        hue = mix(first, second, clamp(F32(0.5) + F32(0.6) * cloud))
        albedo = ground * (F32(1.0) + F32(0.06) * cloud)[..., None]
        albedo = mix(albedo, hue * F32(1.2), ghost * F32(1.4))
        albedo = mix(albedo, hue * F32(0.85), ink * F32(0.95))
        albedo = mix(albedo, hue * F32(0.38), vein * clamp(print_ + F32(0.4)) * F32(0.8))
        return Skin(albedo * (F32(1.0) + tone)[..., None], relief, gloss=0.06, sheen=0.2)

    return skin


@lru_cache(maxsize=4)
def _sprays(dens: float, seed: int, clan: bool) -> tuple[Repeat, Repeat]:
    """Draw sprays of flowers: a mask of stitches with their number of hue, and the direction they lie in."""
    generator = rng(seed, "spray")
    size = 15.0
    hue, lie = Board(size, size, dens, 0), Board(size, size, dens, 128)
    if clan:
        for k, (x, y) in enumerate([(3.75, 3.75), (11.25, 11.25), (11.25, 3.75), (3.75, 11.25)]):
            for side in range(4):
                turn = side * np.pi / 2 + (np.pi / 4 if k > 1 else 0)
                curl = placed(
                    spiral(1.35, 1.5, 36), x + 1.6 * np.cos(turn), y + 1.6 * np.sin(turn), 1.0, turn
                )
                hue.line(curl, 90 if k % 2 else 170, 0.36)
                lie.line(curl, int(40 * side + 20), 0.36)
            hue.fill(placed(ring(0.8, 4), x, y), 240)
        return Repeat(hue.mask(), size, size), Repeat(lie.mask(), size, size)
    for x, y, s in ((4.0, 4.0, 2.3), (11.5, 11.0, 2.6), (11.0, 3.0, 1.5), (3.8, 11.6, 1.6)):
        turn = float(generator.uniform(0, 6))
        for k in range(5):
            stem = placed(
                bezier((0, 0), (1.2, 0.6), (2.0, -0.4), (3.2, 0.3)), x, y, s * 0.55, turn + k * 1.26
            )
            hue.line(stem, 90, 0.13)
            for n in (5, 9, 12):
                hue.fill(
                    placed(petal(0.32), *stem[n], s * 0.5, turn + k * 1.26 + (0.8 if n % 2 else -0.8)), 100
                )
                lie.fill(placed(petal(0.32), *stem[n], s * 0.5, turn + k * 1.26), 30 * k + 40)
        for k in range(7):
            angle = turn + k * 0.8976
            hue.fill(placed(petal(0.27), x, y, s, angle), 180)
            hue.fill(placed(petal(0.18), x, y, s * 0.62, angle), 215)
            lie.fill(placed(petal(0.27), x, y, s, angle), int((angle % np.pi) / np.pi * 255))
        hue.dots([(x, y)], 250, s * 0.2)
    return Repeat(hue.mask(), size, size), Repeat(lie.mask(), size, size)


def embroidered(
    colours: Colours, seed: int, clan: bool = False, scale: float = 1.0, satin: float = 0.10
) -> Ground:
    """Stitch sprays or clan scrolls in lustrous thread on a plain ground: colours are ground, leaf, flower, eye."""
    cloth = plain(linear(colours[0]), seed, 0.035, gloss=satin)
    hues = np.stack([linear(c) for c in colours[:4]])

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        base = cloth(u, v, ppc)
        marks, lies = _sprays(density(min(ppc * scale, 40.0)), seed % 512, clan)
        hu, hv = handmade(u, v, seed, 0.03)
        mark, lie = marks.at(hu / F32(scale), hv / F32(scale)), lies.at(hu / F32(scale), hv / F32(scale))
        on = smoothstep(0.12, 0.3, mark)
        index = np.where(mark > 0.9, 3, np.where(mark > 0.55, 2, 1))
        angle = lie * F32(np.pi)
        across = u * np.sin(angle) + v * np.cos(angle)
        stitch = np.sin(across * F32(2 * np.pi / 0.07)) if ppc > 30 else fuzz(u, v, ppc) * F32(0.5)
        shade = (
            F32(0.9)
            + F32(0.10) * stitch
            + F32(0.16) * np.sin(angle * F32(2))
            + F32(0.3) * (mark - F32(0.7)) * (index == 2)
        )
        albedo = mix(base.albedo, hues[index] * shade[..., None], on)
        return Skin(
            albedo,
            base.height + on * (F32(0.045) + F32(0.008) * stitch),
            gloss=mix(F32(satin), F32(0.32), on),
            sheen=0.3,
        )

    return skin


def couched(colours: Colours, seed: int, metal: str = GOLD, scale: float = 1.0) -> Ground:
    """Couch gold thread on velvet: raised scrolls and flowers with a rope edge."""
    velvet = plain(linear(colours[0]), seed, 0.03)
    gold = linear(metal)

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        base = velvet(u, v, ppc)
        base.sheen = 0.7
        nap = smooth_at(tile(1.7, 1.0, 65), u * F32(8.0), v * F32(8.0))
        base.albedo = base.albedo * (F32(0.8) + F32(0.12) * nap)[..., None]
        marks, lies = _sprays(density(min(ppc * scale, 40.0)), seed % 512, bool(seed % 2))
        mark, lie = marks.at(u / F32(scale), v / F32(scale)), lies.at(u / F32(scale), v / F32(scale))
        on = smoothstep(0.12, 0.3, mark)
        angle = lie * F32(np.pi)
        across = u * np.sin(angle) + v * np.cos(angle)
        rope = np.sin(across * F32(2 * np.pi / 0.11)) * F32(min(1.0, ppc / 22.0)) + fuzz(u, v, ppc) * F32(0.3)
        worn = gilded(base, on, gold, rope * F32(0.10), 0.07)
        worn.sheen = 0.5
        return worn

    return skin


def beaten(colours: Colours, seed: int, painted: bool = True) -> Ground:
    """Beat inner bark to cloth: felted fibres, ribs of the beater, spirals painted in earth colours."""
    base = linear(colours[0])
    paints = [linear(c) for c in colours[1:3]]

    @lru_cache(maxsize=4)
    def marks(dens: float) -> Repeat:
        generator = rng(seed, "bark")
        board = Board(20.0, 20.0, dens, 0)
        for k in range(6):
            x, y = (k % 2) * 10.0 + 5.0, (k // 2) * 6.67 + 3.3
            turn = float(generator.uniform(0, 6.28))
            for side in range(2):
                curl = spiral(1.9, 2.1, 50)
                board.line(
                    placed(curl, x + (1.9 if side else -1.9), y, 1, turn * 0 + np.pi * side), 255, 0.34
                )
                board.line(
                    placed(spiral(1.7, 1.5, 40), x + (1.9 if side else -1.9), y, 1.15, np.pi * side + 0.5),
                    128,
                    0.16,
                )
            fish = placed(petal(0.3), x - 1.4, y + 2.9, 2.8, 0)
            board.fill(fish, 255 if k % 2 else 128)
        board.line([(-1, 0.2), (21, 0.2)], 255, 0.3)
        return Repeat(board.mask(), 20.0, 20.0)

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        fibre = at(tile(1.0, 9.0, 66), v * F32(min(ppc, 22.0)), u * F32(min(ppc, 22.0)))
        blotch = smooth_at(tile(1.7, 1.0, 67), u * F32(6.0) + F32(seed % 700), v * F32(6.0))
        ribs = np.sin(u * F32(11.0) + blotch) * F32(0.5)
        tone = F32(1.0) + F32(0.10) * fibre + F32(0.10) * blotch + F32(0.03) * ribs
        albedo = base * tone[..., None]
        if painted:
            hu, hv = handmade(u, v, seed, 0.10)
            mark = marks(density(min(ppc, 24.0))).at(hu, hv)
            dry = clamp(F32(0.85) + F32(0.22) * fibre)
            albedo = mix(albedo, paints[0], smoothstep(0.7, 0.85, mark) * dry)
            albedo = mix(albedo, paints[1], smoothstep(0.3, 0.45, mark) * smoothstep(0.75, 0.6, mark) * dry)
        return Skin(albedo, fibre * F32(0.008) + ribs * F32(0.006) + blotch * F32(0.03), gloss=0.03)

    return skin


@lru_cache(maxsize=4)
def painted_flowers(colours: Colours, dens: float, seed: int) -> Repeat:
    """Paint loose flowers and leaves on one colour, for umbrellas, clogs and lacquer."""
    generator = rng(seed, "painted")
    size = 18.0
    board = Board(size, size, dens, colours[0])
    for _ in range(7):
        x, y = float(generator.uniform(0, size)), float(generator.uniform(0, size))
        turn, s = float(generator.uniform(0, 6.28)), float(generator.uniform(1.5, 2.4))
        for side in range(4):
            board.fill(
                placed(petal(0.24, 0.15), x, y, s * 1.7, turn + side * 1.6 + 0.5),
                colours[2],
                colours[3],
                0.05,
            )
        flower(board, x, y, s, 6, (colours[1], colours[3], colours[3]), turn)
    return Repeat(board.colour(), size, size)
