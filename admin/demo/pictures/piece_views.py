"""The four views of flat things: on cloth, wood or a wall; close by; in a room or on a folded cloth; with the ruler."""

import numpy as np

from admin.demo.pictures import backdrops, blades, cloth, fabric, hangings, jewellery, masks
from admin.demo.pictures.colours import linear
from admin.demo.pictures.fabric import Ground
from admin.demo.pictures.light import Light, Skin, raking, window
from admin.demo.pictures.piece import Piece, put, turned, within
from admin.demo.pictures.raster import F32, Array, blurred, clamp, mix, rng
from admin.demo.pictures.relief import Frame, dome, frame, ground, lay, rectangle
from admin.demo.pictures.ruler import breadth, card_skin, length_for, wooden
from admin.demo.pictures.subject import Subject, View

SMALL = {"brooch", "pendant", "earrings", "beads", "medal"}
WALL = {"panel", "shield", "mask", "puppet", "noken"}
SHAPES = SMALL | WALL | {"pouch", "blade", "clogs", "lace"}


def pieces(subject: Subject, plane: Frame, x: float = 0.0, y: float = 0.0, turn: float = 0.0) -> list[Piece]:
    """Make the subject at a place on the plane, turned by radians."""
    near = turned(plane, x, y, turn)
    r = max(subject.size_cm[0], subject.size_cm[1]) / 2
    if subject.shape == "earrings":
        gap = r * 1.25
        return [
            jewellery.filigree(turned(plane, x + s * gap, y, turn + s * 0.15), subject, r * 0.9)
            for s in (-1, 1)
        ]
    if subject.shape == "blade":
        length = subject.size_cm[0]
        return [
            blades.blade(turned(plane, x - length * 0.06, y, turn), subject),
            blades.sheath(turned(plane, x + length * 0.20, y + length * 0.04, turn - 0.06), subject),
        ]
    if subject.shape == "clogs":
        length = subject.size_cm[0]
        return [
            blades.clog(
                turned(plane, x + s * length * 0.24, y + s * length * 0.03, turn - s * 0.08), subject, s
            )
            for s in (-1.0, 1.0)
        ]
    makers = {
        "brooch": lambda: jewellery.filigree(near, subject, r), "pendant": lambda: jewellery.stone_pendant(near, subject, r * 0.8),
        "beads": lambda: jewellery.beads(plane, subject, r, 1 + subject.seed % 3, (x, y, turn)), "medal": lambda: jewellery.cast(near, subject, r),
        "panel": lambda: hangings.panel(near, subject), "shield": lambda: hangings.shield(near, subject),
        "mask": lambda: masks.mask(near, subject), "puppet": lambda: masks.puppet(near, subject),
        "noken": lambda: hangings.net_bag(near, subject), "pouch": lambda: hangings.pouch(near, subject), "lace": lambda: lace(near, subject),
    }  # fmt: skip
    return [makers[subject.shape]()]


def lace(plane: Frame, subject: Subject) -> Piece:
    """Crochet a round doily: rings of fans with real holes."""
    r = subject.size_cm[0] / 2
    far, angle = np.hypot(plane.x, plane.y), np.arctan2(plane.y, plane.x)
    ring = far / F32(r) * F32(7.0)
    number = np.floor(ring)
    petals = F32(8.0) + number * F32(6.0)
    a = (angle / F32(2 * np.pi) * petals + number * F32(0.5)) % 1.0 - F32(0.5)
    b = ring - number - F32(0.5)
    hole = np.hypot(a * F32(1.5), b * F32(1.2)) < 0.36
    hole &= (number % 3) > 0
    scallop = F32(r) * (F32(0.96) + F32(0.04) * np.abs(np.sin(angle * F32(22))))
    edge = far - scallop
    yarn = np.sin(far * F32(13.0)) * F32(0.5) + np.sin(angle * petals * F32(5)) * F32(0.5)
    cover = within(edge, plane.ppc) * (F32(1) - hole)
    colour = linear(subject.colours[0]) * (F32(0.9) + F32(0.08) * yarn)[..., None]
    rim = F32(0.05) * (F32(1) - np.clip(np.hypot(a * F32(1.5), b * F32(1.2)) * F32(1.4), 0, 1))
    return Piece(
        clamp(cover),
        yarn * F32(0.02) - rim,
        Skin(colour.astype(F32), yarn * F32(0.01), sheen=0.3),
        0.35,
        0.4,
    )


def _half(subject: Subject) -> tuple[float, float]:
    w, h = subject.size_cm[0], subject.size_cm[1]
    if subject.shape == "earrings":
        return w * 1.12, h * 0.8
    if subject.shape == "blade":
        return w * 0.32, w * 0.5
    if subject.shape == "clogs":
        return w * 0.45, w * 0.52
    if subject.shape == "noken":
        return w * 0.5, h * 0.80
    if subject.motif in {"fan", "sticks"}:
        return w * 1.0, h * 0.9
    if subject.shape in {"brooch", "pendant", "medal", "beads"}:
        r = max(w, h) / 2
        return r * 1.02, r * (1.2 if subject.shape == "pendant" else 1.05)
    if subject.shape == "pouch" and h > 26:
        return w / 2, h * 0.75
    return w / 2, h / 2


def view(subject: Subject, which: View, width: int) -> tuple[Array, Light]:
    """Draw one of the four views in linear light."""
    generator = rng(subject.seed, "piece", which.value)
    light = raking(window(generator, side=-1.0 if rng(subject.seed, "side").random() < 0.7 else 1.0), 0.55)
    hx, hy = _half(subject)
    across = max(hx * 2, hy * 2 * 0.8) * 1.36
    if which is View.DETAIL:
        plane = frame(width, across * 0.42)
        shift = (float(generator.uniform(-0.25, 0.25)) * hx, float(generator.uniform(0.05, 0.3)) * hy)
        if subject.shape == "noken":
            shift = (shift[0], -0.42 * hy)
        canvas = ground(plane, _under(subject)(plane.x, plane.y, plane.ppc), light)
        for piece in pieces(subject, plane, -shift[0], -shift[1], 0.12):
            put(canvas, plane, light, piece)
        far = np.clip(np.hypot(plane.x, plane.y * F32(0.8)) / F32(across * 0.20) - F32(0.7), 0, 1)
        return mix(canvas, blurred(canvas, width / 300.0), far), light
    if which is View.RULER:
        length = length_for(max(hx, hy) * 2)
        plane = frame(width, max(across * 1.02, length * 1.16))
        canvas = table(plane, light, subject.seed)
        bottom = -plane.height / plane.ppc / 2
        room_ = length * 0.16 + breadth(length) * 1.6
        for piece in pieces(subject, plane, 0.0, room_ * 0.42, 0.0):
            put(canvas, plane, light, piece)
        measure(canvas, plane, light, length, bottom + room_)
        return canvas, light
    if which is View.IN_USE:
        return _placed(subject, width, light, generator, across), light
    plane = frame(width, across)
    under = _under(subject)
    skin = under(plane.x, plane.y, plane.ppc)
    panes = backdrops.panes(plane.x, plane.y, light, across * 0.7, subject.seed) * F32(0.4) + F32(0.7)
    canvas = ground(plane, skin, light, panes if subject.shape in WALL else 1.0)
    turn = 0.0 if subject.shape in WALL else float(generator.uniform(-0.25, 0.25))
    for piece in pieces(subject, plane, 0.0, 0.0, turn):
        put(canvas, plane, light, piece)
    return canvas, light


def _under(subject: Subject) -> Ground:
    generator = rng(subject.seed, "under")
    if subject.shape in WALL:
        return backdrops.limewash(
            subject.seed, str(generator.choice(["#EADFCB", "#D9CCB6", "#C7B79D", "#B5A68F", "#8F8878"]))
        )
    if subject.shape in SMALL:
        dark = str(generator.choice(["#2A2A33", "#22335F", "#4E2A17", "#E6DAC3", "#5C5348"]))
        grounds: list[Ground] = [
            backdrops.linen(subject.seed, dark, 0.06, 0.1),
            backdrops.planks(subject.seed, "sonokeling", 30.0, 0.15),
            backdrops.terrazzo(subject.seed, "#8F887C"),
        ]
        return grounds[int(generator.integers(0, 3))]
    wood_ = backdrops.planks(subject.seed, str(generator.choice(["albasia", "suar", "jati"])), 16.0, 0.12)
    return wood_ if generator.random() < 0.5 else backdrops.linen(subject.seed)


def _placed(
    subject: Subject, width: int, light: Light, generator: np.random.Generator, across: float
) -> Array:
    if subject.shape in WALL:
        return _over_shelf(subject, width, light, generator, across)
    plane = frame(width, across * 1.35)
    hue = str(generator.choice(["#2E3A5C", "#6B4A34", "#E9D9B8", "#7A3A30", "#55694F", "#D8CBB5"]))
    if generator.random() < 0.5:
        fabric_: Ground = fabric.plain(linear(hue), subject.seed, max(across / 260.0, 0.02), rough=0.8)
    else:
        motif = str(generator.choice(["kawung", "parang", "truntum"]))
        dyes = ("#E9D9B8", hue, "#4E2A17", "#F3EBDC")
        fabric_ = fabric.batik(motif, dyes, subject.seed, min(1.0, across / 30.0 + 0.2), False)
    form, skin = cloth.spread(plane, fabric_, subject.seed, across * 0.030)
    canvas = np.zeros((plane.height, plane.width, 3), dtype=F32)
    lay(canvas, plane, np.ones(plane.x.shape, dtype=F32), form, skin, light, reach=across * 0.05, cast=False)
    for piece in pieces(subject, plane, across * 0.03, 0.0, float(generator.uniform(-0.5, 0.5))):
        put(canvas, plane, light, piece)
    return canvas


def _over_shelf(
    subject: Subject, width: int, light: Light, generator: np.random.Generator, across: float
) -> Array:
    """Hang the subject on a wall over a shelf with folded cloth."""
    plane = frame(width, across * 1.5)
    wall = backdrops.limewash(subject.seed + 1, str(generator.choice(["#EADFCB", "#E0D3BC", "#CDBFA8"])))
    panes = backdrops.panes(plane.x, plane.y, light, across * 0.8, subject.seed + 4) * F32(0.5) + F32(0.6)
    canvas = ground(plane, wall(plane.x, plane.y, plane.ppc), light, panes)
    low = plane.height / plane.ppc * 0.40
    pile = generator.choice(["nila", "gading", "soga", "bata", "lumut", "abu", "nila_muda", "darah"], 3)
    for k, hue in enumerate(pile.tolist()):
        y = plane.y + F32(low - across * (0.068 + k * 0.066))
        half = across * (0.19 - 0.008 * k)
        edge = rectangle(plane.x - F32(across * 0.34), y, half, across * 0.031, across * 0.028)
        skin = fabric.plain(linear(hue), k)(plane.x, plane.y, plane.ppc)
        folded = Piece(within(edge, plane.ppc), dome(edge, across * 0.03), skin, across * 0.03, across * 0.02)
        put(canvas, plane, light, folded)
    edge = rectangle(plane.x, plane.y + F32(low), across, across * 0.035, 0.1)
    timber = backdrops.planks(subject.seed, "jati", across, 0.3)(plane.x, plane.y, plane.ppc)
    shelf = Piece(within(edge, plane.ppc), dome(edge, across * 0.02), timber, across * 0.05, across * 0.02)
    put(canvas, plane, light, shelf)
    for piece in pieces(subject, plane, -across * 0.06, low * 0.4, 0.0):
        put(canvas, plane, light, piece)
    return canvas


def table(plane: Frame, light: Light, seed: int) -> Array:
    """Spread the pale cotton of the measuring table."""
    return ground(plane, backdrops.linen(seed, "#E9E2D4", folds=0.10)(plane.x, plane.y, plane.ppc), light)


def measure(canvas: Array, plane: Frame, light: Light, length: float, top: float) -> None:
    """Lay the ruler with its scale's edge at y = top, and the colour card below it at the right."""
    broad = breadth(length)
    area, near = plane.part(-length * 0.53, length * 0.53, top - broad * 1.8, top + broad * 0.6)
    u, v = near.x + F32(length / 2), near.y - F32(top - broad)
    edge = rectangle(
        near.x, near.y - F32(top - broad / 2), length / 2 + broad * 0.25, broad / 2, broad * 0.06
    )
    lay(
        canvas[area],
        near,
        within(edge, plane.ppc),
        dome(edge, 0.15),
        wooden(length, u, v, plane.ppc),
        light,
        lift=0.25 * max(1, length / 60),
        reach=0.0,
    )
    wide = length * 0.24
    tall = wide * 0.55
    cx, cy = length * 0.5 - wide / 2, top - broad - tall * 0.78
    area, near = plane.part(cx - wide, cx + wide, cy - tall, cy + tall)
    edge = rectangle(near.x - F32(cx), near.y - F32(cy), wide / 2, tall / 2, wide * 0.01)
    skin = card_skin(near.x - F32(cx - wide / 2), near.y - F32(cy - tall / 2), wide, tall)
    lay(
        canvas[area],
        near,
        within(edge, plane.ppc),
        edge * F32(0),
        skin,
        light,
        lift=0.12 * max(1, length / 60),
        reach=0.0,
    )
