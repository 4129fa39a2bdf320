"""Which cloth, weave or finish a subject's surface name stands for; asked by the stage and by the shapes."""

from collections.abc import Callable

import numpy as np

from admin.demo.pictures import dyeing, fabric, materials, motifs_loom, weave
from admin.demo.pictures.board import density
from admin.demo.pictures.camera import Finish, Spot
from admin.demo.pictures.colours import DYES, WOODS, linear
from admin.demo.pictures.fabric import Ground
from admin.demo.pictures.light import Skin
from admin.demo.pictures.motifs_loom import GOLD, SILVER, leaf_mask
from admin.demo.pictures.raster import F32, Array, blurred, clamp, mix, smoothstep
from admin.demo.pictures.subject import Subject


def codes(subject: Subject) -> tuple[str, ...]:
    """Give the subject's colours as #RRGGBB."""
    return tuple(DYES.get(c, c) for c in subject.colours)


def _plait(s: Subject, strip: float = 0.6, **more: object) -> Ground:
    return weave.plaited(codes(s), s.seed, strip * _fine(s), motif=s.motif or "plain", **more)  # type: ignore[arg-type]


def _fine(s: Subject) -> float:
    """Make strips finer on small things."""
    return float(np.clip(max(s.size_cm) / 38.0, 0.45, 1.25))


GROUNDS: dict[str, Callable[[Subject], Ground]] = {
    "batik": lambda s: fabric.batik(
        s.motif, codes(s), s.seed, (0.85 if s.motif == "besurek" else 1.3) + (s.seed % 5) * 0.1
    ),
    "songket": lambda s: motifs_loom.songket(codes(s), s.seed, bool(s.seed % 3)),
    "songket_silver": lambda s: motifs_loom.songket(codes(s), s.seed, True, metal=SILVER),
    "ikat": lambda s: motifs_loom.ikat(codes(s), s.seed, scale=0.8 + (s.seed % 4) * 0.12),
    "weft_ikat": lambda s: motifs_loom.ikat(
        codes(s), s.seed, weft=True, figures=False, scale=0.75 + (s.seed % 4) * 0.1
    ),
    "double_ikat": lambda s: motifs_loom.ikat(codes(s), s.seed, figures=False, scale=1.15, double=True),
    "stripes": lambda s: motifs_loom.stripes(codes(s), s.seed, wide=0.7 + (s.seed % 4) * 0.3),
    "checks": lambda s: motifs_loom.stripes(codes(s), s.seed, check=True, wide=1.0 + (s.seed % 3) * 0.4),
    "silk_checks": lambda s: motifs_loom.stripes(codes(s), s.seed, check=True, wide=1.4, gleam=0.16),
    "tapis": lambda s: motifs_loom.tapis(codes(s), s.seed),
    "ulos": lambda s: motifs_loom.ulos(codes(s), s.seed),
    "floats": lambda s: motifs_loom.floats(codes(s), s.seed),
    "cual": lambda s: motifs_loom.cual(codes(s), s.seed),
    "jumputan": lambda s: dyeing.tied(codes(s), s.seed),
    "sasirangan": lambda s: dyeing.tied(codes(s), s.seed, bands=True),
    "ecoprint": lambda s: dyeing.leafprint(codes(s), s.seed),
    "embroidery": lambda s: dyeing.embroidered(codes(s), s.seed, scale=0.9),
    "clan": lambda s: dyeing.embroidered(codes(s), s.seed, clan=True, satin=0.03),
    "couching": lambda s: dyeing.couched(codes(s), s.seed),
    "bark": lambda s: dyeing.beaten(codes(s), s.seed, painted=s.motif != "plain"),
    "crochet": lambda s: weave.crochet(codes(s), s.seed),
    "plain": lambda s: fabric.plain(linear(s.colours[0]), s.seed),
    "leaf": lambda s: _plait(s, 0.62),
    "sedge": lambda s: _plait(s, 0.42, gloss=0.08),
    "rattan": lambda s: _plait(s, 0.5, diagonal=False, gloss=0.34, round_=0.7),
    "wicker": lambda s: weave.wicker(codes(s), s.seed, 1.5 * _fine(s), 0.45 * _fine(s)),
    "coil": lambda s: weave.coiled(codes(s), s.seed, 0.62 * _fine(s)),
    "looped": lambda s: weave.looped(codes(s), s.seed),
    "slats": lambda s: weave.slats(codes(s), s.seed),
    "beads": lambda s: weave.beaded(codes(s), s.seed, 0.3 * max(_fine(s), 0.7)),
}


def is_flat(subject: Subject) -> bool:
    """Tell whether the surface is a cloth or weave, rather than the stuff of a solid."""
    return subject.surface in GROUNDS


def ground(subject: Subject) -> Ground:
    """Give the subject's cloth or weave."""
    return GROUNDS.get(subject.surface, GROUNDS["plain"])(subject)


def scrolls(seed: int, scale: float = 1.0) -> Ground:
    """Give carving as relief from 0 to 1: scrolls and leaves with rounded edges."""

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        mark = leaf_mask(density(min(ppc * scale, 30.0)), seed % 256).at(u / F32(scale), v / F32(scale))
        albedo = np.ones((*u.shape, 3), dtype=F32)
        return Skin(albedo, _round(mark), cover=clamp(mark))

    return skin


def _round(mark: Array) -> Array:
    return blurred(mark, 1.4) * F32(0.6) + blurred(mark, 4.0) * F32(0.4) if mark.ndim == 2 else mark


def gold_leaf(seed: int, scale: float = 1.0) -> Ground:
    """Give gold painting: scrolls in metal, nothing between."""
    mark, hue = scrolls(seed, scale), linear(GOLD)

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        base = mark(u, v, ppc)
        on = smoothstep(0.35, 0.6, base.cover if base.cover is not None else base.height)
        return Skin(np.broadcast_to(hue, (*u.shape, 3)), on * F32(0.01), gloss=0.6, metal=0.9, cover=on)

    return skin


def shell_inlay(seed: int, cell: float = 1.1) -> Ground:
    """Set cut shell in rows of diamonds and triangles; cover tells shell from wood."""

    def skin(u: Array, v: Array, ppc: float) -> Skin:
        row = np.floor(v / F32(cell))
        a, b = np.abs((u / F32(cell)) % 1.0 - F32(0.5)), np.abs((v / F32(cell)) % 1.0 - F32(0.5))
        diamond = F32(0.44) - (a + b)
        square = F32(0.34) - np.maximum(a, b)
        on = smoothstep(0.0, 0.05, np.where(row % 3 == 1, square, diamond)) * (row % 4 != 3)
        albedo = materials.nacre(u + row * F32(3.7), v, seed)
        return Skin(albedo, on * F32(0.008), gloss=0.8, cover=on)

    return skin


METALS = {
    "pewter": "#C9C7C0",
    "brass": "#D2A24C",
    "bronze": "#A6763C",
    "copper": "#C4744A",
    "silver": "#E2E0DA",
    "gold": "#DDB05A",
    "steel": "#8E9195",
    "iron": "#5A5A5C",
}


def finish(subject: Subject) -> Finish:
    """Give the finish of the subject's body."""
    s, seed = subject, subject.seed
    if is_flat(s):
        return materials.of(ground(s))
    if s.surface in METALS:
        hammered = 1.0 if s.motif == "hammered" else 0.0
        base = materials.metal(METALS[s.surface], seed, 0.60 + 0.2 * (seed % 3) / 2, hammered)
        return materials.carved(base, scrolls(seed, 0.55), 0.10, 0.35) if s.motif == "scrolls" else base
    return SOLIDS.get(s.surface, _wood)(s)


def _wood(s: Subject) -> Finish:
    return materials.wood(s.motif if s.motif in WOODS else "jati", s.seed)


def _carved(s: Subject) -> Finish:
    return materials.carved(materials.wood(s.colours[0], s.seed, 0.25), scrolls(s.seed, 0.8), 0.32)


def _batik_wood(s: Subject) -> Finish:
    paint = fabric.batik(s.motif, codes(s), s.seed, 0.7, border=False)

    def worked(spot: Spot) -> Skin:
        skin = paint(spot.u, spot.v, spot.ppc)
        grain = materials.wood("albasia", s.seed)(spot)
        skin.albedo = skin.albedo * (F32(0.7) + grain.albedo * F32(0.6))
        skin.height, skin.gloss = grain.height, 0.5
        return skin

    return worked


def _incised(s: Subject) -> Finish:
    paint = fabric.batik(s.motif, codes(s), s.seed, 0.9, border=False, crackle=0.0)

    def worked(spot: Spot) -> Skin:
        skin = paint(spot.u, spot.v, spot.ppc)
        tone = skin.albedo.mean(axis=-1)
        skin.height = _round(clamp(tone * F32(2.0))) * F32(0.10)
        grain = materials.wood("nangka", s.seed)(spot)
        skin.albedo = mix(skin.albedo, skin.albedo * grain.albedo * F32(2.0), F32(0.4))
        skin.gloss = 0.15
        return skin

    return worked


def _flowers(s: Subject) -> Ground:
    def skin(u: Array, v: Array, ppc: float) -> Skin:
        drawn = dyeing.painted_flowers(codes(s), density(ppc), s.seed % 256).at(u, v)
        return Skin(drawn, np.zeros(u.shape, dtype=F32), gloss=0.2)

    return skin


SOLIDS: dict[str, Callable[[Subject], Finish]] = {
    "wood": lambda s: materials.wood(s.colours[0] if s.colours[0] in WOODS else "jati", s.seed),
    "carved": _carved,
    "incised": _incised,
    "batik_wood": _batik_wood,
    "inlay": lambda s: materials.painted(materials.wood(s.colours[0], s.seed), shell_inlay(s.seed, 0.9 * _fine(s) + 0.3)),
    "shell": lambda s: materials.painted(materials.wood("sonokeling", s.seed), shell_inlay(s.seed, 0.7)),
    "earthenware": lambda s: materials.clay(codes(s)[0], s.seed, 0.2 + (s.seed % 4) * 0.15),
    "scored": lambda s: materials.carved(materials.clay(codes(s)[0], s.seed), scrolls(s.seed, 0.7), 0.10, 0.25),
    "glazed": lambda s: materials.glaze(codes(s)[0], codes(s)[1], s.seed, 0.0, s.size_cm[2]),
    "stone": lambda s: materials.stone(codes(s), s.seed),
    "lacquer": lambda s: materials.lacquer(codes(s)[0], gold_leaf(s.seed, 0.6), s.seed),
    "bamboo": lambda s: materials.bamboo(s.seed),
    "resin": lambda s: materials.resin(codes(s)[0], s.seed),
    "painted": lambda s: materials.of(_flowers(s)),
}  # fmt: skip
