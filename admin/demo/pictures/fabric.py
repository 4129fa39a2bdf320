"""Threads: the relief and tone of woven yarn, and the making of a cloth from a motif or from lattices of thread.

A ground function takes (u cm across, v cm up from the hem, pixels per cm) and gives a Skin.
"""

from collections.abc import Callable

import numpy as np

from admin.demo.pictures.board import Repeat, density
from admin.demo.pictures.colours import linear
from admin.demo.pictures.light import Skin
from admin.demo.pictures.motifs_batik import Colours, repeat
from admin.demo.pictures.raster import F32, Array, at, clamp, mix, smooth_at, smoothstep, tile

Ground = Callable[[Array, Array, float], Skin]


def threads(u: Array, v: Array, ppc: float, pitch: float = 0.05, rough: float = 1.0) -> tuple[Array, Array]:
    """Give the relief (cm) and tone (about 0) of a plain weave; single threads show only when near enough."""
    scale = min(ppc * 0.9, 16.0)
    warp = at(tile(0.85, 30.0, 9), v * F32(scale), u * F32(scale * 1.6))
    weft = at(tile(0.85, 30.0, 10), u * F32(scale), v * F32(scale * 1.6))
    tone = (warp + weft) * F32(0.028 * rough)
    relief = (warp + weft) * F32(0.0022 * rough)
    per_thread = ppc * pitch
    if per_thread > 2.2:
        seen = F32(min(1.0, (per_thread - 2.2) / 2.5))
        a, b = u * F32(np.pi / pitch), v * F32(np.pi / pitch)
        weave = np.sin(a) * np.sin(b)
        gaps = (np.abs(np.sin(a)) * np.abs(np.sin(b))) ** F32(0.4)
        relief = relief + weave * F32(pitch * 0.16) * seen + gaps * F32(pitch * 0.14) * seen
        tone = tone + (gaps - F32(0.62)) * F32(0.42) * seen
    return relief, tone


def fuzz(u: Array, v: Array, ppc: float) -> Array:
    """Give the hairiness of handspun yarn, about 0."""
    return at(tile(0.7, 3.0, 18), u * F32(ppc), v * F32(ppc))


def handmade(u: Array, v: Array, seed: int, amount: float = 0.05) -> tuple[Array, Array]:
    """Let a hand shake: shift places by some of a millimetre, differently all over the cloth."""
    shift = F32(seed % 877)
    dx = smooth_at(tile(1.7, 1.0, 31, 60.0), u * F32(14.0) + shift, v * F32(14.0))
    dy = smooth_at(tile(1.7, 1.0, 32, 60.0), u * F32(14.0), v * F32(14.0) + shift)
    return u + dx * F32(amount), v + dy * F32(amount)


def batik(
    motif: str, colours: Colours, seed: int, scale: float = 1.0, border: bool = True, crackle: float = 0.35
) -> Ground:
    """Dye a cloth in batik: the motif, uneven dye, fine cracks of the wax, and a tumpal end."""

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        hu, hv = handmade(u, v, seed, 0.045 * scale)
        drawn = repeat(motif, colours, density(ppc * scale), seed % 4096)
        albedo = drawn.at(hu / F32(scale), hv / F32(scale))
        if border:
            albedo = _tumpal(albedo, hu, hv, colours, ppc)
        relief, tone = threads(u, v, ppc, 0.038)
        uneven = smooth_at(tile(1.9, 1.0, 33), u * F32(3.5) + F32(seed % 601), v * F32(3.5))
        albedo = albedo * (F32(1.0) + tone + F32(0.06) * uneven)[..., None]
        if crackle > 0:
            vein = smooth_at(
                tile(1.5, 1.0, 34, 30.0), u * F32(26.0) + F32(seed % 499), v * F32(26.0), exact=True
            )
            crack = smoothstep(0.030, 0.0, np.abs(vein)) * smoothstep(0.2, 1.4, uneven) * F32(crackle)
            albedo = mix(albedo, albedo * F32(0.5), crack)
        return Skin(albedo, relief, gloss=0.03, sheen=0.22)

    return skin


def _tumpal(albedo: Array, u: Array, v: Array, colours: Colours, ppc: float) -> Array:
    """Put a row of tall triangles and two lines above the hem."""
    if float(v.min()) > 16.0:
        return albedo
    main, second, wax = (linear(c) for c in colours[1:4])
    pitch = 4.6
    across = np.abs((u / F32(pitch)) % 1.0 - F32(0.5)) * F32(2.0)
    soft = F32(1.2 / ppc / 4.0)
    up = (v - F32(3.2)) / F32(9.5)
    for shrink, colour in ((0.0, main), (0.12, wax), (0.2, second), (0.55, main), (0.65, wax)):
        inside = smoothstep(-float(soft), float(soft), (F32(1.0) - up - F32(shrink)) - across) * (
            up > F32(shrink * 0.25)
        )
        albedo = mix(albedo, colour, inside * (up < 1.0))
    base = v < 3.2
    albedo = np.where(base[..., None], second, albedo)
    for low, high in ((0.6, 0.8), (2.7, 2.9), (1.1, 1.3)):
        albedo = mix(albedo, wax, smoothstep(0.0, 0.06, v - F32(low)) * smoothstep(0.0, 0.06, F32(high) - v))
    dots = smoothstep(0.24, 0.16, np.hypot((u / F32(0.9)) % 1.0 - F32(0.5), (v - F32(2.0)) / F32(0.9)))
    return mix(albedo, wax, dots)


def drawn_cloth(
    pattern: Repeat, scale: float, seed: int, gloss: float = 0.03, pitch: float = 0.045
) -> Ground:
    """Make a cloth of one finished coloured repeat."""

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        hu, hv = handmade(u, v, seed, 0.04)
        relief, tone = threads(u, v, ppc, pitch)
        albedo = pattern.at(hu / F32(scale), hv / F32(scale)) * (F32(1.0) + tone)[..., None]
        return Skin(albedo, relief, gloss=gloss, sheen=0.2)

    return skin


def plain(colour: Array, seed: int, pitch: float = 0.06, gloss: float = 0.02, rough: float = 1.0) -> Ground:
    """Weave a cloth of one colour."""

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        relief, tone = threads(u, v, ppc, pitch, rough)
        uneven = smooth_at(tile(1.9, 1.0, 33), u * F32(3.5) + F32(seed % 601), v * F32(3.5))
        albedo = colour * (F32(1.0) + tone + F32(0.04) * uneven)[..., None]
        return Skin(albedo, relief, gloss=gloss, sheen=0.22)

    return skin


def gilded(base: Skin, gold: Array, colour: Array, relief: Array, lift: float = 0.02) -> Skin:
    """Lay metallic thread over a cloth where gold is 1, standing up by lift cm and carrying its own relief."""
    share = clamp(gold)
    albedo = mix(base.albedo, colour * (F32(1.0) + relief * F32(3.0))[..., None], share)
    height = base.height + share * (F32(lift) + relief * F32(0.10))
    old = np.asarray(base.metal, dtype=F32)
    return Skin(
        albedo,
        height,
        gloss=mix(np.asarray(base.gloss, dtype=F32), F32(0.52), share),
        metal=mix(old, F32(0.85), share),
        sheen=0.15,
    )
