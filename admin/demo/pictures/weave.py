"""Plaited, twined, coiled, looped, threaded and crocheted surfaces; ground functions with real over and under.

u runs round or across the body, v runs up; cm.
"""

import numpy as np

from admin.demo.pictures.colours import linear
from admin.demo.pictures.fabric import Ground
from admin.demo.pictures.light import Skin
from admin.demo.pictures.motifs_loom import lattice
from admin.demo.pictures.raster import F32, Array, at, clamp, hashed, mix, rng, smooth_at, smoothstep, tile


def _strips(
    a: Array,
    b: Array,
    under: Array,
    colour_a: Array,
    colour_b: Array,
    seed: int,
    width: float,
    ppc: float,
    round_: float,
) -> tuple[Array, Array, Array]:
    """Weave strips lying along b (numbered by a) with strips along a; under is true where the a-strip passes below."""
    i, j = np.floor(a), np.floor(b)
    fa, fb = (a - i - F32(0.5)) * F32(2), (b - j - F32(0.5)) * F32(2)
    side = np.where(under, fb, fa)
    run = np.where(under, fa, fb)
    edge = np.abs(side)
    arch = F32(1.0) - edge**4 if round_ < 0.5 else np.sqrt(clamp(F32(1.0) - edge * edge, 0.0, 1.0))
    crest = F32(1.0) - run * run
    length = np.where(under, a, b) * F32(width)
    across = np.where(under, b, a) * F32(width)
    fibre = at(
        tile(0.8, 20.0, 12), length * F32(ppc * 0.9) + np.where(under, j, i) * F32(71), across * F32(ppc)
    )
    relief = (
        arch * F32(0.10 * width * (1 + 2 * round_))
        + crest * F32(0.17 * width) * (arch > 0.02)
        + fibre * F32(0.006 * width)
    )
    pick = np.where(under, hashed(j, 1, seed), hashed(i, 2, seed))
    tone = F32(0.80) + F32(0.36) * pick + F32(0.055) * fibre
    colour = np.where(under[..., None], colour_b, colour_a)
    gap = smoothstep(1.02, 0.80, edge) * (F32(0.55) + F32(0.45) * smoothstep(1.05, 0.55, np.abs(run)))
    return colour * tone[..., None], relief, gap


def plaited(
    colours: tuple[str, ...],
    seed: int,
    strip: float = 0.55,
    diagonal: bool = True,
    motif: str = "plain",
    gloss: float = 0.16,
    round_: float = 0.0,
) -> Ground:
    """Plait strips of leaf, sedge or rattan, plain or twilled, with dyed strips making a figure."""
    base, dyed, third = (linear(colours[k % len(colours)]) for k in range(3))
    figure = lattice(seed % 4093 + 17, 24)
    generator = rng(seed, "plait")
    period = int(generator.integers(5, 9))

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        scale = F32(1.0 / strip)
        if diagonal:
            a, b = (u + v) * scale * F32(0.7071), (u - v) * scale * F32(0.7071)
        else:
            a, b = u * scale, v * scale
        wobble = smooth_at(tile(1.8, 1.0, 51), u * F32(7.0), v * F32(7.0)) * F32(0.05)
        a, b = a + wobble, b - wobble
        i, j = np.floor(a), np.floor(b)
        colour_a: Array = base
        colour_b: Array = base
        if motif == "twill":
            under = ((i + j) % 4) < 2
            colour_b = dyed
        elif motif == "figure":
            under = at(figure, i, j) > 0.5
            under ^= ((i + j) % 6) < 1
            colour_b = dyed
        elif motif == "stripe":
            under = ((i + j) % 2) > 0.5
            colour_a = np.where(((i % period) < 2)[..., None], dyed, base)
            colour_b = np.where(((j % period) < 2)[..., None], third, base)
        elif motif == "check":
            under = ((i + j) % 2) > 0.5
            colour_a = np.where(((i % (2 * period)) < period)[..., None], dyed, base)
            colour_b = np.where(((j % (2 * period)) < period)[..., None], dyed, base)
        else:
            under = ((i + j) % 2) > 0.5
        albedo, relief, gap = _strips(a, b, under, colour_a, colour_b, seed, strip, ppc, round_)
        age = smooth_at(tile(1.7, 1.0, 52), u * F32(4.0) + F32(seed % 331), v * F32(4.0))
        albedo = albedo * ((F32(1.0) + F32(0.05) * age) * (F32(0.22) + F32(0.78) * gap))[..., None]
        return Skin(albedo, relief, gloss=gloss, extra={"crease": F32(0.45) + F32(0.55) * gap})

    return skin


def wicker(
    colours: tuple[str, ...], seed: int, stake: float = 1.5, rod: float = 0.42, gloss: float = 0.28
) -> Ground:
    """Weave round rods over and under upright stakes."""
    base, dyed = linear(colours[0]), linear(colours[1 % len(colours)])
    band = int(rng(seed, "wicker").integers(4, 9))

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        row = v / F32(rod)
        j = np.floor(row)
        across = (row - j - F32(0.5)) * F32(2)
        wave = np.cos(u * F32(np.pi / stake) + j * F32(np.pi))
        arch = np.sqrt(clamp(F32(1) - across * across))
        relief = arch * F32(rod * 0.42) + wave * F32(rod * 0.42)
        fibre = at(tile(0.8, 20.0, 12), u * F32(ppc * 0.9) + j * F32(57), v * F32(ppc))
        tone = (F32(0.82) + F32(0.3) * hashed(j, 3, seed) + F32(0.05) * fibre) * (
            F32(0.30) + F32(0.70) * arch
        )
        tone = tone * (F32(0.80) + F32(0.2) * wave)
        colour = np.where(((j % (band * 2)) < 2)[..., None], dyed, base)
        return Skin(
            colour * tone[..., None],
            relief + fibre * F32(0.004),
            gloss=gloss,
            extra={"crease": F32(0.4) + F32(0.6) * arch},
        )

    return skin


def coiled(colours: tuple[str, ...], seed: int, coil: float = 0.55, gloss: float = 0.22) -> Ground:
    """Coil vine and wrap it with close slanting stitches; darker stitches make steps."""
    base, dyed = linear(colours[0]), linear(colours[1 % len(colours)])
    figure = lattice(seed % 3001 + 29, 24)

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        row = v / F32(coil)
        j = np.floor(row)
        across = (row - j - F32(0.5)) * F32(2)
        stitch = u / F32(coil * 0.42) + across * F32(0.35) + (j % 2) * F32(0.5)
        k = np.floor(stitch)
        over = (stitch - k - F32(0.5)) * F32(2)
        arch = np.sqrt(clamp(F32(1) - across * across * F32(0.96)))
        bead = np.sqrt(clamp(F32(1) - over * over * F32(0.9)))
        relief = arch * F32(coil * 0.45) + bead * F32(coil * 0.11)
        tone = (
            F32(0.78) + F32(0.4) * hashed(k, 5, seed) * hashed(j, 6, seed) + F32(0.1) * hashed(j, 7, seed)
        ) * (F32(0.35) + F32(0.65) * arch * bead)
        dark = at(figure, np.floor(k / 3), j) > 0.5
        colour = np.where(dark[..., None] if len(colours) > 1 else False, dyed, base)
        return Skin(
            colour * tone[..., None], relief, gloss=gloss, extra={"crease": F32(0.45) + F32(0.55) * arch}
        )

    return skin


def looped(colours: tuple[str, ...], seed: int, loop: float = 0.85) -> Ground:
    """Loop bark string into a soft net, in bands of colour; the gaps between loops are dark."""
    hues = [linear(c) for c in colours]
    widths = rng(seed, "loops").integers(3, 9, 12)
    order = np.repeat(np.arange(12), widths)

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        sag = smooth_at(tile(2.0, 1.0, 53), u * F32(6.0), v * F32(6.0)) * F32(0.22)
        row = (v + sag) / F32(loop * 0.72)
        j = np.floor(row)
        a = ((u + sag * F32(0.6)) / F32(loop) + (j % 2) * F32(0.5)) % 1.0 - F32(0.5)
        b = row - j - F32(0.5)
        best = np.full(u.shape, 9.0, dtype=F32)
        tone: Array = np.zeros(u.shape, dtype=F32)
        for shift in (-1.0, 0.0, 1.0):
            for flip in (0.0, 1.0):
                ca, cb = a - F32(shift * 0.5), b - F32(flip) + F32(0.15)
                distance = np.abs(np.sqrt((ca * F32(1.5)) ** 2 + (cb * F32(1.0)) ** 2) - F32(0.62))
                nearer = distance < best
                best = np.where(nearer, distance, best)
                tone = np.where(nearer, np.arctan2(cb, ca), tone)
        yarn = clamp(F32(1) - (best / F32(0.20)) ** 2)
        ply = np.sin(tone * F32(18.0) + best * F32(20.0))
        relief = np.sqrt(yarn) * F32(loop * 0.22) + ply * yarn * F32(0.012)
        index = np.asarray(order)[(np.abs(j).astype(np.int32) % order.size)] % len(hues)
        colour = np.stack(hues)[index]
        shade = (F32(0.80) + F32(0.10) * ply + F32(0.2) * hashed(j, 4, seed)) * (
            F32(0.14) + F32(0.86) * np.sqrt(yarn)
        )
        return Skin(
            colour * shade[..., None],
            relief,
            gloss=0.03,
            sheen=0.3,
            extra={"crease": F32(0.35) + F32(0.65) * yarn},
        )

    return skin


def beaded(colours: tuple[str, ...], seed: int, bead: float = 0.26) -> Ground:
    """Thread small glass beads in rows; their colours make the figure."""
    hues = np.stack([linear(c) for c in colours])
    size = 40
    main, small = lattice(seed % 2003 + 31, size), lattice(seed % 2003 + 41, 20)

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        row = v / F32(bead * 0.92)
        j = np.floor(row)
        place = u / F32(bead) + (j % 2) * F32(0.0)
        i = np.floor(place)
        a, b = (place - i - F32(0.5)) * F32(2), (row - j - F32(0.5)) * F32(2)
        r2 = a * a * F32(0.92) + b * b * F32(1.0)
        ball = np.sqrt(clamp(F32(1) - r2 * F32(0.9)))
        first, second = at(main, i, j), at(small, i, j + 10)
        index = np.where(first > 0.5, 1, np.where(second > 0.5, 2, 0))
        accent = (np.abs((i % size) - size // 2) + np.abs((j % size) - size // 2)) < 6
        index = np.where(accent, 3 % len(colours), index) % len(colours)
        tone = (F32(0.82) + F32(0.32) * hashed(i, j, seed)) * (
            F32(0.30) + F32(0.70) * smoothstep(0.0, 0.5, ball)
        )
        return Skin(
            hues[index] * tone[..., None],
            ball * F32(bead * 0.42),
            gloss=F32(0.75) * smoothstep(0.1, 0.5, ball),
            extra={"crease": F32(0.4) + F32(0.6) * ball},
        )

    return skin


def crochet(colours: tuple[str, ...], seed: int, stitch: float = 0.5, lace: bool = True) -> Ground:
    """Crochet cotton in rows, with fans of open stitches."""
    base, second = linear(colours[0]), linear(colours[1 % len(colours)])

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        row = v / F32(stitch)
        j = np.floor(row)
        a = (u / F32(stitch * 0.8) + (j % 2) * F32(0.5)) % 1.0 - F32(0.5)
        b = row - j - F32(0.5)
        vee = np.abs(b - np.abs(a) * F32(0.9) + F32(0.2))
        yarn = clamp(F32(1) - (vee / F32(0.34)) ** 2)
        bar = clamp(F32(1) - ((np.abs(b) - F32(0.42)) / F32(0.16)) ** 2) * F32(0.8)
        cover = np.maximum(np.sqrt(yarn), bar)
        ply = np.sin((u * F32(20.0) + v * F32(26.0)) / F32(stitch))
        hole = np.zeros(u.shape, dtype=F32)
        if lace:
            p, q = (u / F32(stitch * 6)) % 1.0 - F32(0.5), (v / F32(stitch * 6)) % 1.0 - F32(0.5)
            angle, far = np.arctan2(q, p), np.hypot(p, q)
            hole = (
                smoothstep(0.12, 0.22, far)
                * smoothstep(0.46, 0.40, far)
                * smoothstep(0.1, 0.5, np.sin(angle * F32(8)) - F32(0.1))
            )
        colour = mix(base, second, ((j % 12) < 2).astype(F32))
        tone = (F32(0.86) + F32(0.07) * ply) * (F32(0.30) + F32(0.70) * cover) * (F32(1) - F32(0.9) * hole)
        return Skin(
            colour * tone[..., None],
            cover * F32(stitch * 0.3) * (F32(1) - hole) + ply * F32(0.006),
            sheen=0.25,
            cover=None,
            extra={"crease": F32(0.4) + F32(0.6) * cover * (F32(1) - hole)},
        )

    return skin


def slats(colours: tuple[str, ...], seed: int, slat: float = 0.75) -> Ground:
    """Lay split rattan side by side, bound by dark threads, as in lampit mats."""
    base, dyed = linear(colours[0]), linear(colours[1 % len(colours)])

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        place = v / F32(slat)
        j = np.floor(place)
        a = (place - j - F32(0.5)) * F32(2)
        arch = np.sqrt(clamp(F32(1) - a * a))
        fibre = at(tile(0.8, 24.0, 12), u * F32(ppc * 0.7) + j * F32(63), v * F32(ppc))
        knot = np.abs((u / F32(9.0)) % 1.0 - F32(0.5)) * F32(9.0)
        bind = smoothstep(0.34, 0.2, knot)
        node = smoothstep(
            0.15, 0.0, np.abs((u / F32(31.0) + hashed(j, 3, seed)) % 1.0 - F32(0.5)) * F32(31.0)
        )
        tone = (F32(0.8) + F32(0.34) * hashed(j, 2, seed) + F32(0.05) * fibre - F32(0.25) * node) * (
            F32(0.3) + F32(0.7) * arch
        )
        albedo = mix(base, dyed * F32(0.5), bind) * tone[..., None]
        return Skin(
            albedo,
            arch * F32(slat * 0.22) + bind * F32(0.05) + fibre * F32(0.003),
            gloss=0.35 - bind * F32(0.3),
            extra={"crease": F32(0.45) + F32(0.55) * arch},
        )

    return skin
